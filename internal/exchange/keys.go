package exchange

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"

	"flussi/internal/dataset"
	"flussi/internal/flusso"
	"flussi/internal/sftp"
	"flussi/internal/spool"
)

// keys are the secrets of one state folder, all derived from one master key
// that is made with the folder and never leaves it. They hide foreign names
// and record identities from whoever reads the ledger; no pseudonym that
// leaves is made with them. signature signs what the house publishes, noise is
// what the noise of tables is drawn by, classes names those of anonymous rows,
// checkpoint signs what the audit log is at a moment.
type keys struct{ names, fetch, records, signature, noise, classes, checkpoint []byte }

const (
	masterKeyName  = "master.key"
	masterKeyBytes = 32
)

// openKeys reads the master key, or makes it for a new state folder.
func openKeys(fsys spool.FS, dir string, random io.Reader) (k keys, err error) {
	master, err := secretFile(fsys, filepath.Join(dir, masterKeyName), random)
	if err != nil {
		return k, err
	}
	for purpose, key := range map[string]*[]byte{"names": &k.names, "fetch": &k.fetch, "records": &k.records, "signature": &k.signature, "noise": &k.noise, "classes": &k.classes, "checkpoint": &k.checkpoint} {
		if *key, err = hkdf.Key(sha256.New, master, nil, "flussi/"+purpose+"/v1", masterKeyBytes); err != nil {
			return k, fmt.Errorf("derive key: %w", err)
		}
	}
	return k, nil
}

// secretFile gives the key in a file, which it makes, durably, if there is
// none.
func secretFile(fsys spool.FS, path string, random io.Reader) (key []byte, err error) {
	f, err := fsys.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		if key, err = newSecret(random); err != nil {
			return nil, err
		}
		return key, writeSecret(fsys, path, key)
	}
	if err != nil {
		return nil, fmt.Errorf("open key: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	text, err := io.ReadAll(io.LimitReader(f, 1024))
	if err != nil {
		return nil, fmt.Errorf("read key: %w", err)
	}
	if key, err = hex.DecodeString(strings.TrimSpace(string(text))); err != nil || len(key) != masterKeyBytes {
		return nil, &flusso.Error{Op: "read key", Kind: flusso.Corrupt, What: textBadKey, Hint: hintBadKey}
	}
	return key, nil
}

func newSecret(random io.Reader) (key []byte, err error) {
	key = make([]byte, masterKeyBytes)
	if _, err := io.ReadFull(random, key); err != nil {
		return nil, fmt.Errorf("make key: %w", err)
	}
	return key, nil
}

func writeSecret(fsys spool.FS, path string, key []byte) error {
	return spool.WriteFile(fsys, path, spool.FilePerm, func(w io.Writer) error {
		_, err := io.WriteString(w, hex.EncodeToString(key)+"\n")
		return err
	})
}

// fetchKey names one file of one server: endpoint, path, size, time.
func (k keys) fetchKey(endpoint string, r sftp.Remote) string {
	return k.mac(k.fetch, endpoint, r.Path, strconv.FormatInt(r.Size, 10), strconv.FormatInt(r.ModTime.Unix(), 10))
}

// mac is a keyed hash of the parts, unambiguous about where each ends.
func (k keys) mac(key []byte, parts ...string) string {
	m := hmac.New(sha256.New, key)
	for _, p := range parts {
		fmt.Fprintf(m, "%d:", len(p))
		_, _ = io.WriteString(m, p) // a hash takes everything
	}
	return hex.EncodeToString(m.Sum(nil)[:16])
}

// signer signs releases as this house.
func (k keys) signer() dataset.Signer { return dataset.NewSigner(k.signature) }

func (k keys) mask(name string) string { return flusso.MaskName(k.names, name) }
