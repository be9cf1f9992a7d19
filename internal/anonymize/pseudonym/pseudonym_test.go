package pseudonym

import (
	"crypto/aes"
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"io"
	"strings"
	"testing"

	"golang.org/x/crypto/hkdf"
)

var (
	key = []byte("0123456789abcdef0123456789abcdef")
	ctx = Context{Recipient: "regione-lazio", Dataset: "prestazioni", Epoch: "r1"}
)

func release(t *testing.T, key []byte, c Context) *Release {
	t.Helper()
	r, err := New(key, c)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestRowKeyIsWhatTheDocSays recomputes a key with another HKDF, laid out by
// hand.
func TestRowKeyIsWhatTheDocSays(t *testing.T) {
	info := "\x00\x00\x00\x13flussi/pseudonym/v1" + "\x00\x00\x00\x0dregione-lazio" + "\x00\x00\x00\x0bprestazioni" + "\x00\x00\x00\x02r1" + "\x00\x00\x00\x03row"
	derived := make([]byte, 32)
	if _, err := io.ReadFull(hkdf.New(sha256.New, key, nil, []byte(info)), derived); err != nil {
		t.Fatal(err)
	}
	block, err := aes.NewCipher(derived)
	if err != nil {
		t.Fatal(err)
	}
	row := []byte{15: 7}
	block.Encrypt(row, row)
	want := strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(row))
	got := string(release(t, key, ctx).AppendRow(nil, 7))
	if got != want || len(got) != CodeLen {
		t.Fatalf("row key %q, want %q of %d characters", got, want, CodeLen)
	}
}

func TestNothingSharedBetweenReleases(t *testing.T) {
	other := append([]byte{}, key...)
	other[31]++
	variants := []*Release{
		release(t, key, ctx),
		release(t, other, ctx),
		release(t, key, Context{"regione-lazi", "oprestazioni", "r1"}),
		release(t, key, Context{"regione-lazio", "sinba", "r1"}),
		release(t, key, Context{"regione-lazio", "prestazioni", "r2"}),
	}
	rows, persons := map[string]bool{}, map[Code]bool{}
	for _, r := range variants {
		rows[string(r.AppendRow(nil, 1))] = true
		persons[r.Person(FromCodiceFiscale([]byte("AAAAAA80A01H501X")))] = true
	}
	if len(rows) != len(variants) || len(persons) != len(variants) {
		t.Fatalf("%d row keys and %d persons of %d releases", len(rows), len(persons), len(variants))
	}
}

func TestShortKey(t *testing.T) {
	if _, err := New(key[:31], ctx); !errors.Is(err, ErrShortKey) {
		t.Fatalf("a key of 31 bytes: %v", err)
	}
	if _, err := NewStable(Master{key[:31]}, ctx); !errors.Is(err, ErrShortKey) {
		t.Fatalf("a master key of 31 bytes: %v", err)
	}
	if _, err := NewReversible(Master{}, ctx); !errors.Is(err, ErrShortKey) {
		t.Fatalf("no master key: %v", err)
	}
}
