package exchange

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"os"
	"testing"
	"time"

	"flussi/internal/config"
	"flussi/internal/flusso"
	"flussi/internal/ledger"
	"flussi/internal/sftp"
)

// TestHeld: what a get left is told to the next one, bytes and hash, if it is
// of the same remote file; of another one, or of none, nothing is.
func TestHeld(t *testing.T) {
	dir := t.TempDir()
	cfg, err := config.Parse("flussi.yaml", []byte("ente: {codice: H501, denominazione: Comune}\nstate: stato\n"), dir)
	if err != nil {
		t.Fatal(err)
	}
	h, err := Open(t.Context(), cfg, Options{Now: time.Now, Rand: rand.Reader, Login: "prova"})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = h.Close() }()
	r := h.byHand(handGet, "")
	if r.id, err = h.ledger.BeginRun(t.Context(), ledger.Run{Schedule: handGet}); err != nil {
		t.Fatal(err)
	}
	remote := sftp.Remote{Path: "/out/a.csv", Name: "a.csv", Size: 20, ModTime: time.Unix(1_800_000_000, 0)}
	begin := func() *localPart {
		t.Helper()
		p, err := r.openPlace(t.Context(), dir, remote.Name, false)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = p.root.Close() })
		p.fetch.Endpoint = place("hub", "/out")
		return p
	}
	p := begin()
	if n, _, err := p.Held(t.Context(), remote, "hub"); n != 0 || err != nil {
		t.Errorf("before: %d, %v", n, err)
	}
	if _, err := p.Begin(remote); err != nil {
		t.Fatal(err)
	}
	if _, err := p.Write([]byte("undici byte")); err != nil {
		t.Fatal(err)
	}
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	_ = r.failed(t.Context(), &p.fetch, &flusso.Error{Kind: flusso.Transient})

	p = begin()
	n, sum, err := p.Held(t.Context(), remote, "hub")
	if want := sha256.Sum256([]byte("undici byte")); n != 11 || err != nil || !bytes.Equal(sum.Sum(nil), want[:]) {
		t.Errorf("%d bytes, %x, %v", n, sum.Sum(nil), err)
	}
	newer, smaller := remote, remote
	newer.ModTime = newer.ModTime.Add(time.Second)
	smaller.Size = 10
	for name, other := range map[string]sftp.Remote{"newer": newer, "smaller": smaller} {
		if n, _, err := p.Held(t.Context(), other, "hub"); n != 0 || err != nil {
			t.Errorf("%s: %d, %v", name, n, err)
		}
	}
	if n, _, err := p.Held(t.Context(), remote, "inps"); n != 0 || err != nil {
		t.Errorf("another endpoint: %d, %v", n, err)
	}
	if err := os.Remove(dir + "/.a.csv.flussi-part"); err != nil {
		t.Fatal(err)
	}
	if n, _, err := p.Held(t.Context(), remote, "hub"); n != 0 || err != nil {
		t.Errorf("without its part: %d, %v", n, err)
	}
}
