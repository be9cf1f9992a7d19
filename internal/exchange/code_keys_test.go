package exchange

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"filippo.io/age"

	"flussi/internal/config"
	"flussi/internal/flusso"
	"flussi/internal/ledger"
	"flussi/internal/spool"
	"flussi/internal/spool/spooltest"
)

// keyWorld is a house of which only keys are asked: its disk is in memory and may
// fail, its ledger is a file that a power cut leaves as it was committed.
type keyWorld struct {
	t        *testing.T
	identity *age.X25519Identity
	dir      string // of ledgers
	n        int
}

const escrowPath = "/usb/custode.age"

func newKeyWorld(t *testing.T) *keyWorld {
	identity, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	return &keyWorld{t: t, identity: identity, dir: t.TempDir()}
}

// house opens the house on a copy of a ledger, or on a new one, and tells where
// its ledger is.
func (w *keyWorld) house(t *testing.T, fsys spool.FS, from string) (*House, string) {
	t.Helper()
	w.n++
	path := filepath.Join(w.dir, fmt.Sprint(w.n, ".db"))
	if from != "" {
		content, err := os.ReadFile(from)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, content, spool.FilePerm); err != nil {
			t.Fatal(err)
		}
	}
	l, err := ledger.Open(context.Background(), path, ledger.Options{})
	if err != nil {
		t.Fatal(err)
	}
	cfg := &config.Config{
		State: "/state", Datasets: "/datasets", Ente: config.Ente{Codice: "CENTRO", Denominazione: "Centro servizi"},
		KeyHolders: map[string]config.KeyHolder{"custode": {Name: "custode", Codice: "X", Denominazione: "Custodi", Act: "DGR 9", Escrow: []string{w.identity.Recipient().String()}}},
	}
	h := &House{cfg: cfg, opt: Options{Now: time.Now, Rand: rand.Reader, Login: "prova"}, premises: &premises{fs: fsys, ledger: l}}
	return h, path
}

func (w *keyWorld) disk() *spooltest.Mem {
	m := spooltest.New()
	for _, dir := range []string{"/state", "/datasets", "/usb"} {
		if err := m.Mkdir(dir, spool.DirPerm); err != nil {
			w.t.Fatal(err)
		}
	}
	return m
}

func ask(escrow string) CodeKeyRequest {
	return CodeKeyRequest{Holder: "custode", Escrow: escrow, Operator: "op-1"}
}

// standing is what there is of keys: the generation in use, if any, and the
// files. It must all agree.
func (w *keyWorld) standing(t *testing.T, h *House, m *spooltest.Mem) (live int) {
	t.Helper()
	ctx := context.Background()
	all, err := h.ledger.CodeKeys(ctx)
	if err != nil {
		t.Fatal(err)
	}
	var want []string
	for _, k := range all {
		switch k.State {
		case ledger.KeyLive:
			live = k.Generation
			want = append(want, fmt.Sprintf("custode-%d.key", k.Generation))
			if _, err := readCodeKey(m, "/state", k.Holder, k.Generation, k.KeyID); err != nil {
				t.Errorf("the key in use: %v", err)
			}
		case ledger.KeyDestroyed:
			if k.DestroyedBy != "op-1" || k.DestroyedAt.IsZero() {
				t.Errorf("destroyed by nobody: %+v", k)
			}
		case ledger.KeyAbandoned:
		default:
			t.Errorf("not settled: %+v", k)
		}
	}
	var got []string
	entries, err := m.ReadDir("/state/codes")
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), spool.PartSuffix) { // the start sweeps those
			got = append(got, e.Name())
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("files %v, the ledger says %v", got, want)
	}
	w.everyStepIsRecorded(t, h)
	return live
}

// everyStepIsRecorded: each intent has its end, after it, and a person.
func (w *keyWorld) everyStepIsRecorded(t *testing.T, h *House) {
	t.Helper()
	begun := map[string]int{}
	ends := map[string]string{"made": "make", "given up": "make", "destroyed": "destroy", "restored": "restore"}
	err := h.ledger.EachEntry(context.Background(), 0, func(l ledger.Logged) error {
		e := l.Entry
		if e.Actor != "op-1" || e.Login != "prova" || len(e.KeyID) != 16 || !strings.HasPrefix(e.Object, "code_key/custode/") || e.Purpose != "DGR 9" {
			t.Errorf("entry %+v", e)
		}
		what := strings.Replace(e.Outcome, "renew", "make", 1)
		switch e.Event {
		case ledger.CodeKeyIntent:
			begun[e.KeyID+what]++
		case ledger.CodeKeyDone:
			what = ends[what]
			if begun[e.KeyID+what]--; begun[e.KeyID+what] < 0 {
				t.Errorf("done without an intent: %+v", e)
			}
		default:
			t.Errorf("entry %+v", e)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for what, n := range begun {
		if n != 0 {
			t.Errorf("begun and not ended: %s", what)
		}
	}
}

// sealedCopy opens what the holder was given.
func (w *keyWorld) sealedCopy(t *testing.T, m *spooltest.Mem, path string) codeKey {
	t.Helper()
	sealed, err := m.ReadFile(path)
	if err != nil {
		t.Fatalf("the sealed copy: %v", err)
	}
	k, err := unsealCodeKey(sealed, []byte(w.identity.String()))
	if err != nil {
		t.Fatalf("the sealed copy: %v", err)
	}
	return k
}

// faults tries an act on a house with every fault of its disk, and looks at what
// the next start makes of what is left.
func (w *keyWorld) faults(t *testing.T, before func(*House), act func(*House) error, look func(t *testing.T, s spooltest.Survivor, h *House)) {
	w.t = t
	m0 := w.disk()
	h0, template := w.house(t, m0, "")
	if before != nil {
		before(h0)
	}
	if err := h0.ledger.Close(); err != nil {
		t.Fatal(err)
	}
	var path string
	spooltest.EveryFault(t, func(*testing.T) *spooltest.Mem {
		m0.SyncAll()
		return m0.Crash() // a copy
	}, func(fsys spool.FS) (err error) {
		var h *House
		h, path = w.house(t, fsys, template)
		return errors.Join(act(h), h.ledger.Close())
	}, func(t *testing.T, s spooltest.Survivor) {
		h, _ := w.house(t, s.FS, path)
		defer func() { _ = h.ledger.Close() }()
		if err := h.settleCodeKeys(context.Background()); err != nil {
			t.Fatalf("settle: %v", err)
		}
		look(t, s, h)
	})
}

// TestMakeSurvivesFaults: a key is in use with its sealed copy in the holder's
// hands, or it is not there.
func TestMakeSurvivesFaults(t *testing.T) {
	t.Parallel()
	w := newKeyWorld(t)
	made, not := 0, 0
	w.faults(t, nil, func(h *House) error {
		_, err := h.MakeCodeKey(context.Background(), ask(escrowPath))
		return err
	}, func(t *testing.T, s spooltest.Survivor, h *House) {
		switch live := w.standing(t, h, s.FS); {
		case live == 1:
			made++
			k, _, err := h.ledger.CodeKey(context.Background(), "custode")
			if err != nil || w.sealedCopy(t, s.FS, escrowPath).id != k.KeyID {
				t.Errorf("the sealed copy is of another key: %v", err)
			}
		case s.Err == nil:
			t.Error("acknowledged, and not there")
		default:
			not++
		}
	})
	if made < 50 || not < 50 {
		t.Errorf("%d made, %d not: the faults did not reach both", made, not)
	}
}

// TestRenewSurvivesFaults: the old key or the new one, never both, never none.
func TestRenewSurvivesFaults(t *testing.T) {
	t.Parallel()
	w := newKeyWorld(t)
	seen := map[int]int{}
	w.faults(t, func(h *House) {
		if _, err := h.MakeCodeKey(context.Background(), ask(escrowPath)); err != nil {
			t.Fatal(err)
		}
	}, func(h *House) error {
		_, err := h.RenewCodeKey(context.Background(), ask("/usb/2.age"))
		return err
	}, func(t *testing.T, s spooltest.Survivor, h *House) {
		live := w.standing(t, h, s.FS)
		seen[live]++
		if live == 2 {
			k, _, err := h.ledger.CodeKey(context.Background(), "custode")
			if err != nil || w.sealedCopy(t, s.FS, "/usb/2.age").id != k.KeyID {
				t.Errorf("the sealed copy is of another key: %v", err)
			}
		} else if s.Err == nil {
			t.Error("acknowledged, and not there")
		}
	})
	if seen[1] < 50 || seen[2] < 50 || len(seen) != 2 {
		t.Errorf("in use afterwards: %v", seen)
	}
}

// TestDestroySurvivesFaults: once it is said that a key is to go, it goes.
func TestDestroySurvivesFaults(t *testing.T) {
	t.Parallel()
	w := newKeyWorld(t)
	w.faults(t, func(h *House) {
		if _, err := h.MakeCodeKey(context.Background(), ask(escrowPath)); err != nil {
			t.Fatal(err)
		}
	}, func(h *House) error {
		_, err := h.DestroyCodeKey(context.Background(), "custode", "op-1")
		return err
	}, func(t *testing.T, s spooltest.Survivor, h *House) {
		if live := w.standing(t, h, s.FS); live != 0 {
			t.Errorf("key %d is still in use", live)
		}
	})
}

// TestRestoreSurvivesFaults: of a key whose file was lost it comes back whole, or
// it is still missing.
func TestRestoreSurvivesFaults(t *testing.T) {
	t.Parallel()
	w := newKeyWorld(t)
	var sealed []byte
	back, not := 0, 0
	w.faults(t, func(h *House) {
		if _, err := h.MakeCodeKey(context.Background(), ask(escrowPath)); err != nil {
			t.Fatal(err)
		}
		var err error
		if sealed, err = h.fs.(*spooltest.Mem).ReadFile(escrowPath); err == nil {
			err = removeCodeKey(h.fs, "/state", "custode", 1)
		}
		if err != nil {
			t.Fatal(err)
		}
	}, func(h *House) error {
		_, err := h.RestoreCodeKey(context.Background(), RestoreRequest{Holder: "custode", Sealed: sealed, Identity: []byte(w.identity.String()), Operator: "op-1"})
		return err
	}, func(t *testing.T, s spooltest.Survivor, h *House) {
		k, found, err := h.ledger.CodeKey(context.Background(), "custode")
		if err != nil || !found {
			t.Fatalf("the ledger forgot the key: %v", err)
		}
		switch _, err := readCodeKey(s.FS, "/state", "custode", 1, k.KeyID); {
		case err == nil:
			back++
		case s.Err == nil || !errors.Is(err, fs.ErrNotExist):
			t.Errorf("acknowledged, or half there: %v", err)
		default:
			not++
		}
	})
	if back < 10 || not < 50 {
		t.Errorf("%d back, %d not: the faults did not reach both", back, not)
	}
}

// FuzzCodeKey: what is read as a key is written again as it was; all else is
// corrupt, and shows nothing.
func FuzzCodeKey(f *testing.F) {
	k, err := makeCodeKey(rand.Reader, "custode", 1)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(k.text)
	f.Add(bytes.Replace(k.text, []byte("custode"), []byte("a b"), 1))
	f.Add(bytes.Replace(k.text, []byte("generation 1"), []byte("generation +1"), 1))
	f.Add(bytes.ToUpper(k.text))
	f.Fuzz(func(t *testing.T, text []byte) {
		got, err := parseCodeKey(text)
		switch {
		case err == nil && (!bytes.Equal(got.text, text) || got.master.IsZero()):
			t.Errorf("%q reads as another key", text)
		case err != nil && flusso.KindOf(err) != flusso.Corrupt:
			t.Error(err)
		}
	})
}

// TestCodeKeyText: what makeCodeKey writes parseCodeKey reads; what was altered
// anywhere it does not, and it shows nothing of it.
func TestCodeKeyText(t *testing.T) {
	k, err := makeCodeKey(rand.Reader, "custode-1", 12)
	if err != nil {
		t.Fatal(err)
	}
	got, err := parseCodeKey(k.text)
	if err != nil || got.holder != "custode-1" || got.generation != 12 || got.id != k.id || got.master.IsZero() || !bytes.Equal(got.text, k.text) {
		t.Fatalf("%+v, %v", got, err)
	}
	secret := string(k.text[bytes.LastIndexByte(k.text, ' ')+1:])
	if strings.Contains(fmt.Sprintf("%v %+v", k.master, k.master), secret[:8]) {
		t.Error("a key shows itself")
	}
	for i := range k.text {
		bad := bytes.Clone(k.text)
		bad[i] ^= 1
		if got, err := parseCodeKey(bad); err == nil {
			// The names are not the key's: the reader holds them against the ledger.
			if got.id != k.id || got.holder == k.holder && got.generation == k.generation {
				t.Errorf("altered at %d, and it reads", i)
			}
		} else if flusso.KindOf(err) != flusso.Corrupt || strings.Contains(err.Error(), secret[:8]) {
			t.Errorf("altered at %d: %v", i, err)
		}
	}
	for name, text := range map[string]string{
		"empty": "", "cut": string(k.text[:len(k.text)-2]), "more": string(k.text) + "\n", "crlf": strings.ReplaceAll(string(k.text), "\n", "\r\n"),
	} {
		if _, err := parseCodeKey([]byte(text)); flusso.KindOf(err) != flusso.Corrupt {
			t.Errorf("%s: %v", name, err)
		}
	}
	short := strings.Replace(string(k.text), secret, strings.TrimSpace(secret)[:62]+"\n", 1)
	long := strings.Replace(string(k.text), secret, strings.TrimSpace(secret)+"00\n", 1)
	for _, text := range []string{short, long} {
		var e *flusso.Error
		if _, err := parseCodeKey([]byte(text)); !errors.As(err, &e) || e.What != textCodeKeySize {
			t.Errorf("a key of wrong size: %v", err)
		}
	}
}
