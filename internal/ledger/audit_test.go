package ledger

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"flussi/internal/flusso"
	"flussi/internal/spool"
)

// The leaves and roots of the Certificate Transparency reference log's tests
// (google/certificate-transparency, merkletree tests).
func TestTreeKnownAnswers(t *testing.T) {
	leaves := []string{"", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"}
	roots := []string{
		"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
		"fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
		"aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
		"d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
		"4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
		"76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
		"ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
		"5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
	}
	var tr tree
	if got := tr.root().String(); got != "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" {
		t.Errorf("the empty tree: %s", got)
	}
	for i, leaf := range leaves {
		entry, err := hex.DecodeString(leaf)
		if err != nil {
			t.Fatal(err)
		}
		tr.add(leafHash(entry))
		if got := tr.root().String(); got != roots[i] {
			t.Errorf("%d leaves: %s", i+1, got)
		}
	}
}

// mth is RFC 6962 section 2.1 as it is written.
func mth(leaves []spool.Sum) spool.Sum {
	if len(leaves) == 1 {
		return leaves[0]
	}
	k := 1
	for k*2 < len(leaves) {
		k *= 2
	}
	return nodeHash(mth(leaves[:k]), mth(leaves[k:]))
}

func TestTreeIsTheDefinition(t *testing.T) {
	var tr tree
	var leaves []spool.Sum
	for i := range 300 {
		leaf := sumOf(key(i))
		leaves = append(leaves, leaf)
		tr.add(leaf)
		if tr.root() != mth(leaves) {
			t.Fatalf("%d leaves", i+1)
		}
		back, err := parseTree(tr.size, tr.bytes())
		if err != nil || back.root() != tr.root() {
			t.Fatalf("%d leaves, stored and read: %v", i+1, err)
		}
	}
	if _, err := parseTree(7, tr.bytes()); err == nil {
		t.Error("a tree that does not fit its size")
	}
}

func TestEntryIsCanonical(t *testing.T) {
	e := Entry{
		Event: DisclosureDone, Actor: "op-17", Login: "flussi", Recipient: "regione-lazio", Agreement: "dgr-123",
		Purpose: "programmazione <sociale> & più", Object: "regione-lazio/prestazioni/20260301-aa", Run: 7, Outcome: "done",
		Counts: map[string]int64{"suppressed": 10, "disclosed": 70}, ClockBack: 5,
		Time: time.Date(2026, 3, 1, 6, 30, 0, 1000, time.FixedZone("CET", 3600)),
	}
	want := `{"actor":"op-17","agreement":"dgr-123","clock_back_ns":5,"counts":{"disclosed":70,"suppressed":10},"event":"disclosure.done",` +
		`"login":"flussi","object":"regione-lazio/prestazioni/20260301-aa","outcome":"done","purpose":"programmazione <sociale> & più",` +
		`"recipient":"regione-lazio","run":7,"time":"2026-03-01T05:30:00.000001000Z"}`
	got, err := e.canonical()
	if err != nil || string(got) != want {
		t.Errorf("got  %s\nwant %s\n%v", got, want, err)
	}
	if got, _ := (Entry{Event: Access}).canonical(); string(got) != `{"event":"access","time":"0001-01-01T00:00:00.000000000Z"}` {
		t.Errorf("got %s", got)
	}
	moved := Entry{
		Event: TransferDone, Actor: "op-17", Endpoint: "inps", Object: "arrival/3", Name: "xxxx~0011223344556677.xml", NameHash: "0011223344556677",
		Outcome: "received", SHA256: strings.Repeat("ab", 32), Counts: map[string]int64{"bytes": 10}, Time: time.Unix(0, 0),
	}
	want = `{"actor":"op-17","counts":{"bytes":10},"endpoint":"inps","event":"transfer.done","name":"xxxx~0011223344556677.xml",` +
		`"name_hash":"0011223344556677","object":"arrival/3","outcome":"received","sha256":"` + moved.SHA256 + `","time":"1970-01-01T00:00:00.000000000Z"}`
	if got, err := moved.canonical(); err != nil || string(got) != want {
		t.Errorf("got  %s\nwant %s\n%v", got, want, err)
	}
}

// FuzzEntry: what is read back and written again is the same, byte for byte.
func FuzzEntry(f *testing.F) {
	f.Add("op-17", "transfer.done", "arrival/1", int64(3), int64(1772343000000000001))
	f.Add("", "", "", int64(0), int64(0))
	f.Add("perché\u2028<&>", "\x00\xff", "\"\\", int64(-1), int64(-1))
	f.Fuzz(func(t *testing.T, actor, event, object string, n, at int64) {
		e := Entry{Actor: actor, Event: Event(event), Object: object, Counts: map[string]int64{strings.ToValidUTF8(object, ""): n}, Time: time.Unix(0, at)}
		first, err := e.canonical()
		if err != nil {
			t.Fatal(err)
		}
		var back Entry
		if err := json.Unmarshal(first, &back); err != nil {
			t.Fatal(err)
		}
		second, err := back.canonical()
		if err != nil || !bytes.Equal(first, second) {
			t.Errorf("%s\n%s\n%v", first, second, err)
		}
		if !back.Time.Equal(e.Time) {
			t.Errorf("%v, then %v", e.Time, back.Time)
		}
	})
}

func TestAppend(t *testing.T) {
	l, ctx := fresh(t), t.Context()
	for i := range int64(5) {
		if at, err := l.Append(ctx, Entry{Event: TransferIntent, Object: key(int(i))}); err != nil || at != i {
			t.Fatalf("%d, %v", at, err)
		}
	}
	var tr tree
	err := l.EachEntry(ctx, 0, func(e Logged) error {
		if e.Index != int64(tr.size) || e.Entry.Object != key(int(e.Index)) || e.Leaf != leafHash(e.Bytes) || e.Entry.Time.IsZero() {
			t.Errorf("%+v", e)
		}
		tr.add(e.Leaf)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	root, err := l.Root(ctx)
	if err != nil || root != (Root{5, tr.root()}) {
		t.Errorf("%v, %v", root, err)
	}
	if verified, err := l.Verify(ctx, root, Root{}); err == nil || verified.Size != 0 {
		t.Error("a root of nothing that is not that of nothing was believed")
	}
	if verified, err := l.Verify(ctx, root); err != nil || verified != root {
		t.Errorf("%v, %v", verified, err)
	}
	count := 0
	if err := l.EachEntry(ctx, 3, func(Logged) error { count++; return nil }); err != nil || count != 2 {
		t.Errorf("from the third: %d, %v", count, err)
	}
}

func TestAppendFromManySides(t *testing.T) {
	l := fresh(t)
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Go(func() {
			for range 20 {
				if _, err := l.Append(t.Context(), Entry{Event: Access, Actor: key(g)}); err != nil {
					t.Error(err)
				}
				if _, err := l.Verify(t.Context()); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if root, err := l.Verify(t.Context()); err != nil || root.Size != 160 {
		t.Errorf("%v, %v", root, err)
	}
}

// A clock set back shows, and does not stop the log.
func TestClockSetBack(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	l, err := Open(t.Context(), filepath.Join(t.TempDir(), "ledger.db"), Options{Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	var got []int64
	for _, step := range []time.Duration{0, time.Hour, -time.Minute, 0, 2 * time.Minute} {
		now = now.Add(step)
		if _, err := l.Append(t.Context(), Entry{Event: Access}); err != nil {
			t.Fatal(err)
		}
	}
	if err := l.EachEntry(t.Context(), 0, func(e Logged) error { got = append(got, e.Entry.ClockBack); return nil }); err != nil {
		t.Fatal(err)
	}
	if want := []int64{0, 0, int64(time.Minute), 0, 0}; fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("set back by %v, want %v", got, want)
	}
	if _, err := l.Verify(t.Context()); err != nil {
		t.Error(err)
	}
}

// The triggers stop an honest mistake made with another tool.
func TestAuditIsAppendOnly(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ledger.db")
	l := open(t, path)
	for range 3 {
		if _, err := l.Append(t.Context(), Entry{Event: Access}); err != nil {
			t.Fatal(err)
		}
	}
	checkpoint(t, l)
	db := raw(t, path)
	for _, s := range []string{
		`UPDATE audit SET entry = x'00' WHERE seq = 1`,
		`DELETE FROM audit WHERE seq = 2`,
		`DELETE FROM audit`,
		`INSERT OR REPLACE INTO audit SELECT 1, entry, leaf FROM audit WHERE seq = 0`,
		`INSERT INTO audit SELECT 7, entry, leaf FROM audit WHERE seq = 0`,
		`INSERT INTO audit SELECT -1, entry, leaf FROM audit WHERE seq = 0`,
		`UPDATE audit_tree SET size = 2`,
		`UPDATE audit_tree SET last = ''`,
		`DELETE FROM audit_tree`,
		`UPDATE audit SET entry = x''`,
		`UPDATE audit_tree SET pruned = 1`,
		`UPDATE audit_tree SET size = 4, pruned = 5`,
		`UPDATE audit_checkpoints SET note = x'00'`,
		`DELETE FROM audit_checkpoints`,
	} {
		if _, err := db.Exec(s); err == nil {
			t.Errorf("done: %s", s)
		}
	}
	if root, err := l.Verify(t.Context()); err != nil || root.Size != 3 {
		t.Errorf("%v, %v", root, err)
	}
}

// What somebody does who knows how to drop triggers.
func TestTamperingShows(t *testing.T) {
	other := Entry{Event: DisclosureDone, Object: "other", Time: time.Unix(1, 0)}
	forged, err := other.canonical()
	if err != nil {
		t.Fatal(err)
	}
	set := fmt.Sprintf("entry = x'%x', leaf = x'%s'", forged, leafHash(forged))
	for _, c := range []struct {
		name string
		do   []string
		says string
	}{
		{"an entry altered", []string{fmt.Sprintf("UPDATE audit SET entry = x'%x' WHERE seq = 4", forged)}, "entry 4 does not have its hash"},
		{"one byte altered", []string{"UPDATE audit SET entry = CAST(replace(CAST(entry AS TEXT), 'op-17', 'op-18') AS BLOB) WHERE seq = 0"}, "entry 0 does not have its hash"},
		{"a hash altered", []string{"UPDATE audit SET leaf = zeroblob(32) WHERE seq = 4"}, "entry 4 does not have its hash"},
		{"an entry forged with its hash", []string{"UPDATE audit SET " + set + " WHERE seq = 4"}, "one is not that of the stored tree"},
		{"the last forged with its hash", []string{"UPDATE audit SET " + set + " WHERE seq = 9"}, "one is not that of the stored tree"},
		{"one removed", []string{"DELETE FROM audit WHERE seq = 4"}, "entry 4 is missing"},
		{"the first removed", []string{"DELETE FROM audit WHERE seq = 0"}, "entry 0 is missing"},
		{"the last removed", []string{"DELETE FROM audit WHERE seq = 9"}, "there are 9 entries, and the stored tree has 10"},
		{"all removed", []string{"DELETE FROM audit"}, "there are 0 entries"},
		{"one removed and the rest moved up", []string{"DELETE FROM audit WHERE seq = 4", "UPDATE audit SET seq = seq - 1 WHERE seq > 4"}, "there are 9 entries"},
		{"two exchanged", []string{"UPDATE audit SET seq = 99 WHERE seq = 4", "UPDATE audit SET seq = 4 WHERE seq = 5", "UPDATE audit SET seq = 5 WHERE seq = 99"}, "one is not that of the stored tree"},
		{"one added", []string{"INSERT INTO audit SELECT 10, entry, leaf FROM audit WHERE seq = 0"}, "there are 11 entries"},
		{"the tree removed", []string{"DELETE FROM audit_tree"}, "the stored tree is missing"},
		{"the tree altered", []string{"UPDATE audit_tree SET nodes = zeroblob(64)"}, "one is not that of the stored tree"},
		{"the last removed, size too", []string{"DELETE FROM audit WHERE seq = 9", "UPDATE audit_tree SET size = 9"}, "one is not that of the stored tree"},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "ledger.db")
			l := open(t, path)
			for i := range 10 {
				if _, err := l.Append(t.Context(), Entry{Event: DisclosureDone, Actor: "op-17", Object: key(i)}); err != nil {
					t.Fatal(err)
				}
			}
			if _, err := l.Verify(t.Context()); err != nil {
				t.Fatal(err)
			}
			tamper(t, path, append(slices.Clone(dropAll), c.do...)...)
			_, err := l.Verify(t.Context())
			if flusso.KindOf(err) != flusso.Corrupt || !strings.Contains(err.Error(), c.says) {
				t.Errorf("got %v", err)
			}
			// Where the next entry cannot follow, that is said in the same words.
			if _, err := l.Append(t.Context(), Entry{Event: Access}); err != nil && flusso.KindOf(err) != flusso.Corrupt {
				t.Errorf("append: %v", err)
			}
		})
	}
}

// A log rewritten as a whole, hashes and all, fits itself: only a root noted
// elsewhere tells.
func TestRewrittenLogNeedsANotedRoot(t *testing.T) {
	write := func(actor string) *Ledger {
		l := fresh(t)
		for i := range 10 {
			if _, err := l.Append(t.Context(), Entry{Event: DisclosureDone, Actor: actor, Object: key(i)}); err != nil {
				t.Fatal(err)
			}
		}
		return l
	}
	honest, forged := write("op-17"), write("op-18")
	noted, err := honest.Root(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := honest.Append(t.Context(), Entry{Event: Access}); err != nil {
		t.Fatal(err)
	}
	if _, err := honest.Verify(t.Context(), noted); err != nil {
		t.Errorf("a log that grew since: %v", err)
	}
	if _, err := forged.Verify(t.Context()); err != nil {
		t.Errorf("by itself: %v", err)
	}
	if _, err := forged.Verify(t.Context(), noted); flusso.KindOf(err) != flusso.Corrupt {
		t.Errorf("against the root: %v", err)
	}
	if _, err := forged.Verify(t.Context(), Root{Size: 11, Hash: noted.Hash}); flusso.KindOf(err) != flusso.Corrupt {
		t.Errorf("a log that was longer once: %v", err)
	}
}

// BenchmarkVerify is the time of an entry.
func BenchmarkVerify(b *testing.B) {
	l, err := Open(b.Context(), filepath.Join(b.TempDir(), "ledger.db"), Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	const entries = 20_000
	err = l.Update(b.Context(), func(tx *Tx) error {
		for i := range entries {
			e := Entry{Event: TransferDone, Actor: "op-17", Login: "flussi", Run: 7, Endpoint: "inps", Agreement: "dgr-123", Object: "arrival/" + key(i),
				Name: "xxxx~0011223344556677.xml", NameHash: strings.Repeat("ab", 16), SHA256: strings.Repeat("cd", 32), Outcome: "received", Counts: map[string]int64{"bytes": int64(i)}}
			if _, err := tx.Append(b.Context(), e); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := l.Verify(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/entries, "ns/entry")
}
