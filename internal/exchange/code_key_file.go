package exchange

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"strings"

	"filippo.io/age"
	"filippo.io/age/armor"

	"flussi/internal/anonymize/pseudonym"
	"flussi/internal/flusso"
	"flussi/internal/spool"
)

// A key of stable codes is a text of five lines, in the state folder as it is and
// in its holder's sealed copy within an armoured age file:
//
//	flussi code key 1
//	holder custode
//	generation 1
//	id 0123456789abcdef
//	key (64 hexadecimal digits)
//
// The id is the key's own, so that a text that was altered shows.

// codeKey is a key of stable codes with what it is called.
type codeKey struct {
	holder     string
	generation int
	id         string
	master     pseudonym.Master
	text       []byte
}

// makeCodeKey makes a key by chance.
func makeCodeKey(random io.Reader, holder string, generation int) (codeKey, error) {
	secret := make([]byte, pseudonym.MinKey)
	if _, err := io.ReadFull(random, secret); err != nil {
		return codeKey{}, fmt.Errorf("make key: %w", err)
	}
	digits := hex.EncodeToString(secret)
	master, err := pseudonym.ParseMaster([]byte(digits))
	if err != nil {
		return codeKey{}, fmt.Errorf("make key: %w", err)
	}
	id, err := master.ID()
	if err != nil {
		return codeKey{}, fmt.Errorf("make key: %w", err)
	}
	text := fmt.Appendf(nil, codeKeyForm, holder, generation, id, digits)
	return codeKey{holder, generation, id, master, text}, nil
}

const codeKeyForm = "flussi code key 1\nholder %s\ngeneration %d\nid %s\nkey %s\n"

// maxCodeKey bounds the text, in bytes.
const maxCodeKey = 1 << 10

// parseCodeKey reads the text of a key. What it says of a bad one shows nothing
// of it.
func parseCodeKey(text []byte) (k codeKey, err error) {
	bad := &flusso.Error{Op: "read key", Kind: flusso.Corrupt, What: textBadCodeKey, Hint: hintBadCodeKey}
	var digits string
	if _, err := fmt.Sscanf(string(text), codeKeyForm, &k.holder, &k.generation, &k.id, &digits); err != nil || k.generation < 1 {
		return codeKey{}, bad
	}
	k.text = fmt.Appendf(nil, codeKeyForm, k.holder, k.generation, k.id, digits)
	if !bytes.Equal(k.text, text) {
		return codeKey{}, bad
	}
	switch k.master, err = pseudonym.ParseMaster([]byte(digits)); {
	case errors.Is(err, pseudonym.ErrShortKey) || err == nil && len(digits) != 2*pseudonym.MinKey:
		bad.What, bad.Hint = textCodeKeySize, hintCodeKeySize
		return codeKey{}, bad
	case err != nil:
		return codeKey{}, bad
	}
	if id, err := k.master.ID(); err != nil || id != k.id {
		return codeKey{}, bad
	}
	return k, nil
}

// sealCodeKey is the copy that the holder keeps: an armoured age file.
func sealCodeKey(k codeKey, recipients []string) ([]byte, error) {
	var to []age.Recipient
	for _, text := range recipients {
		r, err := age.ParseX25519Recipient(text)
		if err != nil {
			return nil, fmt.Errorf("seal key: %w", err) // the configuration has looked
		}
		to = append(to, r)
	}
	var sealed bytes.Buffer
	outer := armor.NewWriter(&sealed)
	inner, err := age.Encrypt(outer, to...)
	if err != nil {
		return nil, fmt.Errorf("seal key: %w", err)
	}
	_, err = inner.Write(k.text)
	if err := errors.Join(err, inner.Close(), outer.Close()); err != nil {
		return nil, fmt.Errorf("seal key: %w", err)
	}
	return sealed.Bytes(), nil
}

// unsealCodeKey opens a sealed copy, armoured or not, with the lines of an age
// identity file.
func unsealCodeKey(sealed, identity []byte) (codeKey, error) {
	cannot := &flusso.Error{Op: "open sealed key", Kind: flusso.Invalid, What: textUnsealable, Hint: hintUnsealable}
	// What age says of a bad line may show it.
	identities, err := age.ParseIdentities(bytes.NewReader(identity))
	if err != nil {
		return codeKey{}, &flusso.Error{Op: "open sealed key", Kind: flusso.Invalid, What: textBadEscrowIdentity, Hint: hintBadEscrowIdentity}
	}
	var source io.Reader = bytes.NewReader(sealed)
	if bytes.HasPrefix(bytes.TrimSpace(sealed), []byte(armor.Header)) {
		source = armor.NewReader(source)
	}
	plain, err := age.Decrypt(source, identities...)
	if err != nil {
		return codeKey{}, cannot
	}
	text, err := io.ReadAll(io.LimitReader(plain, maxCodeKey))
	if err != nil {
		return codeKey{}, cannot
	}
	return parseCodeKey(text)
}

// codesFolder is where the keys are, within the state folder.
const codesFolder = "codes"

func codeKeyPath(state, holder string, generation int) string {
	return filepath.Join(state, codesFolder, fmt.Sprintf("%s-%d.key", holder, generation))
}

// readCodeKey reads a holder's key from the state folder and holds it against
// the id that the ledger has of it.
func readCodeKey(fsys spool.FS, state, holder string, generation int, id string) (k codeKey, err error) {
	f, err := fsys.Open(codeKeyPath(state, holder, generation))
	if errors.Is(err, fs.ErrNotExist) {
		return k, &flusso.Error{Op: "read key", ID: holder, Kind: flusso.Corrupt, What: textCodeKeyGone, Hint: hintCodeKeyRestore, Err: err}
	}
	if err != nil {
		return k, &flusso.Error{Op: "read key", ID: holder, Kind: flusso.Config, What: textCodeKeyUnread, Hint: hintCodeKeyUnread, Err: errors.Unwrap(err)}
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	text, err := io.ReadAll(io.LimitReader(f, maxCodeKey))
	if err != nil {
		return k, fmt.Errorf("read key: %w", err)
	}
	if k, err = parseCodeKey(text); err != nil {
		return k, err
	}
	if k.holder != holder || k.generation != generation || !strings.EqualFold(k.id, id) {
		return codeKey{}, &flusso.Error{Op: "read key", ID: holder, Kind: flusso.Corrupt, What: textOtherCodeKey, Hint: hintCodeKeyRestore}
	}
	return k, nil
}

// writeCodeKey makes a key's file, durably.
func writeCodeKey(fsys spool.FS, state string, k codeKey) error {
	path := codeKeyPath(state, k.holder, k.generation)
	if err := spool.MkdirAll(fsys, filepath.Dir(path)); err != nil {
		return err
	}
	return spool.WriteFile(fsys, path, spool.FilePerm, func(w io.Writer) error {
		_, err := w.Write(k.text)
		return err
	})
}

// removeCodeKey removes a key's file, durably; that it is not there is no error.
func removeCodeKey(fsys spool.FS, state, holder string, generation int) error {
	path := codeKeyPath(state, holder, generation)
	if err := fsys.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("destroy key: %w", err)
	}
	if err := fsys.SyncDir(filepath.Dir(path)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("destroy key: %w", err)
	}
	return nil
}
