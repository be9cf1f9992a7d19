package exchange

import (
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"flussi/internal/config"
	"flussi/internal/flusso"
	"flussi/internal/ledger"
	"flussi/internal/sftp"
)

// TestHeld: what a get left and made durable is gone on from, if it is of the
// same remote file; of another one, or of none, nothing is.
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
	held := func(remote sftp.Remote, endpoint string) int64 {
		t.Helper()
		p := begin()
		p.fetch.Endpoint = place(endpoint, "/out")
		part, err := p.Begin(remote)
		if err != nil {
			t.Fatal(err)
		}
		return part.Held()
	}
	p := begin()
	if part, err := p.Begin(remote); err != nil || part.Held() != 0 {
		t.Fatal(err)
	}
	if _, err := p.Write([]byte("undici byte")); err != nil {
		t.Fatal(err)
	}
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	_ = r.failed(t.Context(), &p.fetch, &flusso.Error{Kind: flusso.Transient})

	// A server that removes by itself may count what one handle read.
	r.cfg.Endpoints = map[string]config.Endpoint{}
	r.cfg.Endpoints["hub"] = config.Endpoint{Consume: config.Consume{How: config.ConsumeServerRemoves}}
	p = begin()
	p.fetch.Endpoint = place("hub", "/out")
	last, found, err := r.ledger.LastUnfetchedTo(t.Context(), p.localHash())
	if err != nil || !found || last.Held == 0 {
		t.Fatalf("%+v, %v", last, err)
	}
	f, err := os.OpenFile(filepath.Join(dir, p.partName()), os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	before, err := os.ReadFile(f.Name())
	if err != nil {
		t.Fatal(err)
	}
	p.f = f
	if err := errors.Join(p.takeUp(remote), f.Close(), os.WriteFile(f.Name(), before, 0o600)); err != nil || p.Held() != 0 {
		t.Errorf("%d bytes, %v", p.Held(), err)
	}
	delete(r.cfg.Endpoints, "hub")

	p = begin()
	part, err := p.Begin(remote)
	if err != nil || part.Held() != 11 || p.hash() != sha256.Sum256([]byte("undici byte")) {
		t.Errorf("%d bytes, %v", part.Held(), err)
	}
	if tail, err := part.Tail(4); err != nil || string(tail) != "byte" {
		t.Errorf("tail %q, %v", tail, err)
	}
	if head, err := part.Head(6); err != nil || string(head) != "undici" {
		t.Errorf("head %q, %v", head, err)
	}
	if err := part.Close(); err != nil {
		t.Fatal(err)
	}
	// A tail that was written and never known to be durable is not gone on from.
	name := filepath.Join(dir, ".a.csv.flussi-part")
	if err := os.WriteFile(name, []byte("undici byte e altri"), 0o600); err != nil {
		t.Fatal(err)
	}
	if n := held(remote, "hub"); n != 11 {
		t.Errorf("with a tail: %d", n)
	}
	if err := os.WriteFile(name, []byte("altri undici"), 0o600); err != nil {
		t.Fatal(err)
	}
	if n := held(remote, "hub"); n != 0 {
		t.Errorf("other bytes: %d", n)
	}
	left := func() {
		t.Helper()
		p := begin()
		if _, err := p.Begin(remote); err != nil {
			t.Fatal(err)
		}
		if _, err := p.Write([]byte("undici byte")); err != nil {
			t.Fatal(err)
		}
		if err := p.Close(); err != nil {
			t.Fatal(err)
		}
	}
	newer, smaller := remote, remote
	newer.ModTime = newer.ModTime.Add(time.Second)
	smaller.Size = 10
	for name, other := range map[string]sftp.Remote{"newer": newer, "smaller": smaller} {
		left()
		if n := held(other, "hub"); n != 0 {
			t.Errorf("%s: %d", name, n)
		}
	}
	left()
	if n := held(remote, "inps"); n != 0 {
		t.Errorf("another endpoint: %d", n)
	}
	left()
	if err := os.Remove(name); err != nil {
		t.Fatal(err)
	}
	if n := held(remote, "hub"); n != 0 {
		t.Errorf("without its part: %d", n)
	}
}
