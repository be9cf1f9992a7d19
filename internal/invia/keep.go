package invia

import (
	"crypto/ed25519"
	"encoding/pem"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"runtime"

	"golang.org/x/crypto/ssh"
)

// This file keeps things durably under the server's root.

// hostKey reads the server's key or makes it, once.
func hostKey(root *os.Root, random io.Reader) (ssh.Signer, error) {
	const name = "host_key"
	text, err := root.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		seed := make([]byte, ed25519.SeedSize)
		if _, err := io.ReadFull(random, seed); err != nil {
			return nil, err
		}
		block, err := ssh.MarshalPrivateKey(ed25519.NewKeyFromSeed(seed), "invia")
		if err != nil {
			return nil, err
		}
		text = pem.EncodeToMemory(block)
		if err := keep(root, name, text); err != nil {
			return nil, err
		}
	} else if err != nil {
		return nil, err
	}
	return ssh.ParsePrivateKey(text)
}

// keptSecret reads size random bytes or makes them, once.
func keptSecret(root *os.Root, name string, size int, random io.Reader) ([]byte, error) {
	secret, err := root.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		secret = make([]byte, size)
		if _, err := io.ReadFull(random, secret); err != nil {
			return nil, err
		}
		return secret, keep(root, name, secret)
	}
	if err == nil && len(secret) != size {
		err = io.ErrUnexpectedEOF
	}
	return secret, err
}

// keep writes a small file: whole and on disk, or not at all. Mode 0600.
func keep(root *os.Root, name string, data []byte) error {
	temporary := path.Join("tmp", path.Base(name))
	f, err := root.OpenFile(temporary, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	return move(root, temporary, name)
}

// move renames and syncs both folders.
func move(root *os.Root, from, to string) error {
	if err := root.Rename(from, to); err != nil {
		return err
	}
	if err := syncFolder(root, path.Dir(to)); err != nil {
		return err
	}
	return syncFolder(root, path.Dir(from))
}

// syncFolder makes a rename or removal durable. Windows has no such call: its
// file systems journal names by themselves.
func syncFolder(root *os.Root, name string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	d, err := root.Open(name)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
