package ledger

import (
	"errors"
	"slices"
	"strconv"
	"testing"
	"time"

	"flussi/internal/flusso"
	"flussi/internal/spool"
)

// TestCircuits: an endpoint is remembered while it does not answer, and the
// next process reads the same.
func TestCircuits(t *testing.T) {
	path := t.TempDir() + "/ledger.db"
	l, err := Open(t.Context(), path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	until := time.Date(2026, 3, 1, 6, 0, 0, 0, time.UTC)
	set := func(c Circuit) {
		t.Helper()
		if err := l.Update(t.Context(), func(tx *Tx) error { return tx.SetCircuit(t.Context(), c) }); err != nil {
			t.Fatal(err)
		}
	}
	set(Circuit{Endpoint: "inps", Failures: 1})
	set(Circuit{Endpoint: "hub", Failures: 2})
	set(Circuit{Endpoint: "inps", Failures: 5, OpenUntil: until})
	set(Circuit{Endpoint: "hub"})
	set(Circuit{Endpoint: "comuni", Refused: 2, OpenUntil: until})
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if l, err = Open(t.Context(), path, Options{ReadOnly: true}); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	all, err := l.Circuits(t.Context())
	if err != nil || len(all) != 2 || all[1].Endpoint != "inps" || all[1].Failures != 5 || !all[1].OpenUntil.Equal(until) || all[1].ChangedAt.IsZero() || all[0].Failures != 0 || all[0].Refused != 2 {
		t.Errorf("%+v, %v", all, err)
	}
	if _, found, err := l.Circuit(t.Context(), "hub"); found || err != nil {
		t.Errorf("an endpoint that answered is remembered: %v", err)
	}
}

// TestFetches: a fetch by hand ends once, and only a whole one has a hash.
func TestFetches(t *testing.T) {
	l, err := Open(t.Context(), t.TempDir()+"/ledger.db", Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	run, err := l.BeginRun(t.Context(), Run{Schedule: "hand:get"})
	if err != nil {
		t.Fatal(err)
	}
	var ids []FetchID
	begin := func(tx *Tx) error {
		id, err := tx.BeginFetches(t.Context(), Fetch{Endpoint: "inps:/out", FetchKey: "k", LocalHash: "here", MaskedName: "xx~1", NameHash: "1", Size: 3, Run: run})
		ids = append(ids, id)
		return err
	}
	for range 2 {
		if err := l.Update(t.Context(), begin); err != nil {
			t.Fatal(err)
		}
	}
	move := func(id FetchID, to FetchState, sum [32]byte) error {
		return l.Update(t.Context(), func(tx *Tx) error { return tx.MoveFetch(t.Context(), id, to, sum, "") })
	}
	whole := [32]byte{1}
	for name, err := range map[string]error{
		"whole without a hash":  move(ids[0], Fetched, [32]byte{}),
		"failed with a hash":    move(ids[0], FetchFailed, whole),
		"one that is not there": move(ids[1]+1, FetchFailed, [32]byte{}),
	} {
		if err == nil {
			t.Errorf("%s is allowed", name)
		}
	}
	for _, to := range []FetchState{FetchTaking, Fetched} {
		sum := [32]byte{}
		if to == Fetched {
			sum = whole
		}
		if err := move(ids[0], to, sum); err != nil {
			t.Fatal(err)
		}
	}
	if err := move(ids[0], FetchFailed, [32]byte{}); err == nil {
		t.Error("a fetch ends twice")
	}
	open, err := l.OpenFetches(t.Context())
	if err != nil || len(open) != 1 || open[0].ID != ids[1] {
		t.Errorf("open: %+v, %v", open, err)
	}
	last, found, err := l.LastUnfetchedTo(t.Context(), "here")
	if err != nil || !found || last.ID != ids[1] || last.FetchKey != "k" {
		t.Errorf("last: %+v, %v", last, err)
	}
	if all, err := l.Fetches(t.Context(), 0); err != nil || len(all) != 2 || all[1].SHA256 != whole {
		t.Errorf("all: %+v, %v", all, err)
	}
}

// TestFetchesTogether: many begin and end as one does, with numbers that follow
// each other; one that may not end stops them all, and is named.
func TestFetchesTogether(t *testing.T) {
	l, ctx := fresh(t), t.Context()
	fetches := make([]Fetch, 100)
	for i := range fetches {
		fetches[i] = Fetch{State: FetchTaking, Endpoint: "inps:/out", LocalHash: strconv.Itoa(i), Size: 3, SHA256: spool.Sum{1, byte(i)}, Run: beginRun(t, l)}
	}
	err := l.Update(ctx, func(tx *Tx) error {
		first, err := tx.BeginFetches(ctx, fetches...)
		for i := range fetches {
			fetches[i].ID = first + FetchID(i)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	end := func(fetches ...Fetch) error {
		return l.Update(ctx, func(tx *Tx) error { return tx.EndFetches(ctx, fetches...) })
	}
	spoiled := slices.Clone(fetches)
	for name, spoil := range map[string]func(*Fetch){
		"not there":    func(f *Fetch) { f.ID = 4711 },
		"without hash": func(f *Fetch) { f.SHA256 = spool.Sum{} },
		"named twice":  func(f *Fetch) { f.ID-- },
	} {
		spoiled[70] = fetches[70]
		spoil(&spoiled[70])
		if err := end(spoiled...); flusso.KindOf(err) != flusso.Internal {
			t.Errorf("%s: %v", name, err)
		}
		if open, err := l.OpenFetches(ctx); err != nil || len(open) != len(fetches) {
			t.Fatalf("%s: %d are open, %v", name, len(open), err)
		}
	}
	if err := end(fetches...); err != nil {
		t.Fatal(err)
	}
	ended, err := l.Fetches(ctx, 0)
	slices.Reverse(ended)
	for i, f := range ended {
		if f.ID != fetches[i].ID || f.State != Fetched || f.SHA256 != fetches[i].SHA256 || f.LocalHash != fetches[i].LocalHash {
			t.Errorf("fetch %d: %+v", i, f)
		}
	}
	if err != nil || len(ended) != len(fetches) {
		t.Errorf("%d ended, %v", len(ended), err)
	}
	err = end(fetches[7])
	if ours := (*flusso.Error)(nil); !errors.As(err, &ours) || ours.ID != fetches[7].ID.String() {
		t.Errorf("ended twice: %v", err)
	}
}
