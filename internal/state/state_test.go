package state

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"flussi/internal/flusso"
	"flussi/internal/spool"
	"flussi/internal/spool/spooltest"
)

var secret = []byte("a secret key of 24 bytes")

// rec is a record of a test: its key and content by a letter each.
type rec struct {
	op      Op
	key     string
	content string
}

// parse reads "A1" as the insertion of key A with content 1, "-A1" as its
// cancellation.
func parse(text string) (list []rec) {
	for word := range strings.FieldsSeq(text) {
		body, cancel := strings.CutPrefix(word, "-")
		r := rec{Insert, body[:1], body[1:]}
		if cancel {
			r.op = Cancel
		}
		list = append(list, r)
	}
	return list
}

func hashed(h *Hasher, r rec) (Key, Content) {
	k := h.Key(flusso.PSPSASINA, []byte("H501"), []byte(r.key), []byte("A1.01"), nil, []byte("2026-01-01"))
	return k, h.Content(flusso.PSPSASINA, []byte(r.key), []byte(r.content))
}

// play makes a run on top of what is at from, and commits it to to. Rows cannot be
// taken out of the dataset.
func play(fsys spool.FS, from, to string, list []rec) (Result, error) {
	return playUnder(fsys, from, to, Terms{Lasting: true}, list)
}

func playUnder(fsys spool.FS, from, to string, terms Terms, list []rec) (Result, error) {
	h := NewHasher(secret)
	c, err := OpenUnder(fsys, from, h, terms)
	if err != nil {
		return Result{}, err
	}
	for i, r := range list {
		key, content := hashed(h, r)
		if at := c.Add(r.op, key, content); at != i {
			return Result{}, fmt.Errorf("ordinal %d of %d", at, i)
		}
	}
	result, err := c.Resolve()
	if err != nil {
		return result, err
	}
	return result, c.Commit(to)
}

var outcomeNames = map[Outcome]string{
	Inserted: "inserted", Conflicting: "conflicting", Duplicate: "duplicate", Withdrawn: "withdrawn",
	Cancelled: "cancelled", Pending: "pending", Reinstated: "reinstated", Revoked: "revoked", Unmatched: "unmatched",
}

func names(list []Outcome) string {
	var s []string
	for _, o := range list {
		s = append(s, outcomeNames[o])
	}
	return strings.Join(s, " ")
}

func TestOutcomes(t *testing.T) {
	for _, c := range []struct{ about, before, run, want string }{
		{"nothing", "", "", ""},
		{"two persons", "", "A1 B1", "inserted inserted"},
		{"the same record in two files", "", "A1 B1 A1", "inserted inserted duplicate"},
		{"the same record as last month", "A1", "A1 B1", "duplicate inserted"},
		{"other values", "", "A1 A2", "inserted conflicting"},
		{"other values than last month", "A1", "A2", "conflicting"},
		{"cancelled in the run", "", "A1 -A1", "withdrawn cancelled"},
		{"a cancellation before its record", "", "-A1 A1", "unmatched inserted"},
		{"a cancellation of nothing", "B1", "-A1", "unmatched"},
		{"a cancellation of what is published", "A1", "-A1", "pending"},
		{"a correction of what is published", "A1", "-A1 A2", "pending inserted"},
		{"a correction in the run", "", "A1 -A1 A2", "withdrawn cancelled inserted"},
		{"cancelled twice", "", "A1 -A1 -A1", "withdrawn cancelled unmatched"},
		{"cancelled twice, published", "A1", "-A1 -A1", "pending unmatched"},
		{"inserted again after a cancellation", "", "A1 -A1 A1", "withdrawn cancelled inserted"},
		{"duplicates do not stack", "", "A1 A1 -A1 -A1", "withdrawn duplicate cancelled unmatched"},
		{"cancelled and inserted again, published", "A1", "-A1 A1 A1 -A1", "pending reinstated duplicate pending"},
		{"a cancellation with other values", "", "A1 -A9", "withdrawn cancelled"},
		{"it takes the latest", "", "A1 A2 -A9", "inserted withdrawn cancelled"},
		{"and then the one before", "", "A1 A2 -A9 -A8", "withdrawn withdrawn cancelled cancelled"},
		{"its very content first", "", "A1 A2 -A1", "withdrawn conflicting cancelled"},
		{"its very content first, published", "A1", "A2 -A1", "conflicting pending"},
		{"the run first, of other values", "A1", "A2 -A9", "withdrawn cancelled"},
		{"then what is published", "A1 A2", "-A9 -A8 -A7", "pending pending unmatched"},
		{"one cancelled by content, then any", "A1 A2", "-A2 -A9 -A8", "pending pending unmatched"},
		{"one withdrawn is not cancelled again", "", "A1 A2 -A1 -A1", "withdrawn conflicting cancelled unmatched"},
		{"the first of its key may be withdrawn", "", "A1 A2 -A1 -A9", "withdrawn withdrawn cancelled cancelled"},
		{"conflicting only while something is current", "", "A1 -A1 A2 A3", "withdrawn cancelled inserted conflicting"},
		{"keys do not mix", "B1 D1", "C1 -B1 A1 E1 -D1 -F1", "inserted pending inserted inserted pending unmatched"},
	} {
		t.Run(c.about, func(t *testing.T) {
			m := spooltest.New()
			if _, err := play(m, "", "before", parse(c.before)); err != nil {
				t.Fatal(err)
			}
			got, err := play(m, "before", "after", parse(c.run))
			if err != nil {
				t.Fatal(err)
			}
			if s := names(got.Outcomes); s != c.want {
				t.Errorf("got %s, want %s", s, c.want)
			}
		})
	}
}

func TestCounters(t *testing.T) {
	m := spooltest.New()
	if _, err := play(m, "", "before", parse("A1 B1 C1")); err != nil {
		t.Fatal(err)
	}
	got, err := play(m, "before", "after", parse("A1 A2 D1 D1 E1 -E1 F1 F2 -F2 -B1 -Z1"))
	if err != nil {
		t.Fatal(err)
	}
	want := Counters{Before: 3, Inserted: 5, Cancelled: 3, After: 5, Duplicates: 2, Conflicting: 1, Pending: 1, Unmatched: 1, Waiting: 1}
	if got.Counters != want {
		t.Errorf("%+v, want %+v", got.Counters, want)
	}
	if next, err := play(m, "after", "next", nil); err != nil || next.Counters.Before != 5 || next.Counters.After != 5 || next.Counters.Waiting != 1 {
		t.Errorf("%+v, %v", next.Counters, err)
	}
	a, _ := m.ReadFile("after")
	b, _ := m.ReadFile("next")
	if !bytes.Equal(a, b) {
		t.Error("a run without records changed the file")
	}
}

// naive is what the rules say, record by record and with no cleverness. Records
// whose rows wait to be taken out end in "?", in before and in what is held after.
func naive(before map[string][]string, lasting bool, list []rec) (outcomes []Outcome, after map[string]int) {
	type held struct {
		content   string
		published bool
		waiting   bool
		ordinal   int
	}
	there, gone := map[string][]held{}, map[string]bool{}
	for key, contents := range before {
		for _, content := range contents {
			content, waiting := strings.CutSuffix(content, "?")
			there[key] = append(there[key], held{content: content, published: true, waiting: waiting, ordinal: -1})
		}
	}
	outcomes = make([]Outcome, len(list))
	for i, r := range list {
		mine := there[r.key]
		same := slices.IndexFunc(mine, func(h held) bool { return h.content == r.content })
		if r.op == Insert {
			switch {
			case same >= 0 && mine[same].waiting:
				outcomes[i] = Reinstated
				mine[same].waiting = false
				continue
			case same >= 0:
				outcomes[i] = Duplicate
				continue
			case slices.ContainsFunc(mine, func(h held) bool { return !h.waiting }):
				outcomes[i] = Conflicting
			default:
				outcomes[i] = Inserted
			}
			there[r.key] = append(mine, held{content: r.content, ordinal: i})
			continue
		}
		at := same
		if same < 0 && !gone[r.key+r.content] {
			for j, h := range mine { // the latest of the run is the last of the list
				if !h.published {
					at = j
				}
			}
			if at < 0 {
				at = slices.IndexFunc(mine, func(h held) bool { return !h.waiting })
			}
		}
		switch {
		case at < 0 || mine[at].waiting:
			outcomes[i] = Unmatched
		case mine[at].published && lasting:
			outcomes[i] = Pending
			mine[at].waiting = true
		case mine[at].published:
			outcomes[i] = Revoked
			gone[r.key+mine[at].content] = true
			there[r.key] = slices.Delete(mine, at, at+1)
		default:
			outcomes[i] = Cancelled
			outcomes[mine[at].ordinal] = Withdrawn
			gone[r.key+mine[at].content] = true
			there[r.key] = slices.Delete(mine, at, at+1)
		}
	}
	after = map[string]int{}
	for key, list := range there {
		for _, h := range list {
			if h.waiting {
				h.content += "?"
			}
			after[key+h.content]++
		}
	}
	return outcomes, after
}

// TestAgainstNaive plays runs of random records, one on top of the other, and
// compares with the rules played naively. The contents held before are ordered
// by their hash, so a cancellation of unknown content may choose another one
// than naive does: only outcomes and totals are compared.
func TestAgainstNaive(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m, from := spooltest.New(), ""
		before := map[string][]string{}
		lasting := rapid.Bool().Draw(t, "lasting")
		for round := range rapid.IntRange(1, 4).Draw(t, "rounds") {
			list := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) rec {
				return rec{
					op:      Op(rapid.IntRange(0, 1).Draw(t, "op")),
					key:     string(rune('A' + rapid.IntRange(0, 5).Draw(t, "key"))),
					content: strconv.Itoa(rapid.IntRange(0, 4).Draw(t, "content")),
				}
			}), 0, 60).Draw(t, "records")
			to := "round" + strconv.Itoa(round)
			got, err := playUnder(m, from, to, Terms{Lasting: lasting}, list)
			if err != nil {
				t.Fatal(err)
			}
			want, after := naive(before, lasting, list)
			// naive has the contents in order of insertion, the file in order
			// of hash: which of several a cancellation takes decides later ones.
			if ambiguous(before, list) {
				return // and of what is left
			}
			if names(got.Outcomes) != names(want) {
				t.Fatalf("before %v\nrun  %v\ngot  %s\nwant %s", before, list, names(got.Outcomes), names(want))
			}
			waiting := 0
			for name := range after {
				if strings.HasSuffix(name, "?") {
					waiting++
				}
			}
			if n := got.Counters; int(n.After) != len(after)-waiting || int(n.Waiting) != waiting || n.After != n.Before+n.Inserted-n.Cancelled {
				t.Fatalf("%+v, want %v", n, after)
			}
			before = map[string][]string{}
			for held := range after {
				before[held[:1]] = append(before[held[:1]], held[1:])
			}
			from = to
		}
	})
}

// ambiguous tells runs that cancel with a content nobody has, of a key that
// was published with several.
func ambiguous(before map[string][]string, list []rec) bool {
	for _, r := range list {
		if r.op == Cancel && len(before[r.key]) > 1 && !slices.Contains(before[r.key], r.content) {
			return true
		}
	}
	return false
}

func TestCommitOldOrNew(t *testing.T) {
	setup := func(t *testing.T) *spooltest.Mem {
		m := spooltest.New()
		if _, err := play(m, "", "r1", parse("A1 B1")); err != nil {
			t.Fatal(err)
		}
		return m
	}
	next := func(fsys spool.FS) error {
		_, err := play(fsys, "r1", "r2", parse("A1 C1 -C1 D1"))
		return err
	}
	spooltest.EveryFault(t, setup, next, func(t *testing.T, s spooltest.Survivor) {
		h := NewHasher(secret)
		if c, err := Open(s.FS, "r1", h); err != nil || c.before != 2 {
			t.Fatalf("the old one: %v", err)
		}
		c, err := Open(s.FS, "r2", h)
		if err == nil && c.before != 3 || err != nil && s.Err == nil {
			t.Fatalf("the new one: %v, the run said %v", err, s.Err)
		}
		if err := next(s.FS); err != nil {
			t.Errorf("again: %v", err)
		}
	})
}

func TestSameInSameOut(t *testing.T) {
	m := spooltest.New()
	list := parse("A1 B1 C1 A2 A3 D4 D5 -D9 E1")
	for _, to := range []string{"a", "b"} {
		if _, err := play(m, "", to, list); err != nil {
			t.Fatal(err)
		}
	}
	a, _ := m.ReadFile("a")
	b, _ := m.ReadFile("b")
	// The order of arrival decides outcomes, not the file.
	if _, err := play(m, "", "c", parse("E1 D4 A3 A2 C1 B1 A1")); err != nil {
		t.Fatal(err)
	}
	c, _ := m.ReadFile("c")
	if !bytes.Equal(a, b) || !bytes.Equal(a, c) {
		t.Error("the same records, other bytes")
	}
}

func TestDamagedFile(t *testing.T) {
	m := spooltest.New()
	if _, err := play(m, "", "good", parse("A1 B1 C1")); err != nil {
		t.Fatal(err)
	}
	good, err := m.ReadFile("good")
	if err != nil {
		t.Fatal(err)
	}
	open := func(b []byte, key []byte) error {
		t.Helper()
		if err := spool.WriteFile(m, "f", spool.FilePerm, func(w io.Writer) error { _, err := w.Write(b); return err }); err != nil {
			t.Fatal(err)
		}
		_, err := Open(m, "f", NewHasher(key))
		return err
	}
	if err := open(good, secret); err != nil {
		t.Fatal(err)
	}
	for n := range len(good) {
		if err := open(good[:n], secret); flusso.KindOf(err) != flusso.Corrupt {
			t.Fatalf("cut to %d bytes: %v", n, err)
		}
	}
	for i := range good {
		bad := slices.Clone(good)
		bad[i] ^= 0x10
		if err := open(bad, secret); err == nil || i >= 24 && flusso.KindOf(err) != flusso.Corrupt {
			t.Fatalf("byte %d altered: %v", i, err)
		}
	}
	if err := open(append(slices.Clone(good), 0), secret); flusso.KindOf(err) != flusso.Corrupt {
		t.Errorf("one byte more: %v", err)
	}
	var e *flusso.Error
	if err := open(good, []byte("another key, as long as that")); !errors.As(err, &e) || e.Kind != flusso.Config || e.Hint.IsZero() {
		t.Errorf("another key: %v", err)
	}
	if _, err := Open(m, "absent", NewHasher(secret)); flusso.KindOf(err) != flusso.Corrupt {
		t.Errorf("absent: %v", err)
	}
}

func TestCommitNeedsResolve(t *testing.T) {
	h := NewHasher(secret)
	c, err := Open(spooltest.New(), "", h)
	if err != nil {
		t.Fatal(err)
	}
	c.Add(Insert, Key{1}, 1)
	if err := c.Commit("f"); flusso.KindOf(err) != flusso.Internal || err == nil {
		t.Errorf("got %v", err)
	}
}

// A flow whose records all have one key, and a file that says so, take time in
// proportion: the square of these numbers would not end.
func TestHostileKey(t *testing.T) {
	const n = 200_000
	m, h := spooltest.New(), NewHasher(secret)
	c, err := Open(m, "", h)
	if err != nil {
		t.Fatal(err)
	}
	for i := range n {
		c.Add(Insert, Key{1}, Content(i))
	}
	if _, err := c.Resolve(); err != nil {
		t.Fatal(err)
	}
	if err := c.Commit("f"); err != nil {
		t.Fatal(err)
	}
	if c, err = Open(m, "f", h); err != nil {
		t.Fatal(err)
	}
	for i := range n {
		c.Add(Insert, Key{1}, Content(n+i))
		c.Add(Cancel, Key{1}, Content(10*n+i))
		c.Add(Cancel, Key{1}, Content(20*n+i))
	}
	got, err := c.Resolve()
	want := Counters{Before: n, Inserted: n, Cancelled: 2 * n, Revoked: n}
	if err != nil || got.Counters != want {
		t.Errorf("%+v, %v", got.Counters, err)
	}
}

func TestHasher(t *testing.T) {
	h := NewHasher(secret)
	b := func(s string) []byte { return []byte(s) }
	base := h.Key(flusso.PSPSASINA, b("a"), b("b"), b("c"), b("d"), b("e"))
	if again := NewHasher(secret).Key(flusso.PSPSASINA, b("a"), b("b"), b("c"), b("d"), b("e")); again != base {
		t.Error("the same identity, another key")
	}
	others := []Key{
		h.Key(flusso.SINBA, b("a"), b("b"), b("c"), b("d"), b("e")),
		h.Key(flusso.PSPSASINA, b("ab"), b(""), b("c"), b("d"), b("e")),
		h.Key(flusso.PSPSASINA, b(""), b("ab"), b("c"), b("d"), b("e")),
		h.Key(flusso.PSPSASINA, b("a"), b("b"), b("c"), b("de"), b("")),
		NewHasher([]byte("another key, as long as that")).Key(flusso.PSPSASINA, b("a"), b("b"), b("c"), b("d"), b("e")),
	}
	for i, other := range others {
		if other == base || slices.Index(others, other) != i {
			t.Errorf("identity %d is another's", i)
		}
	}
	content := func(shared, own string) Content { return h.Content(flusso.PSPSASINA, b(shared), b(own)) }
	all := []Content{content("a", "b"), content("ab", ""), content("", "ab"), content("a", "bb"), content("", ""), h.Content(flusso.SINBA, b("a"), b("b"))}
	for i, c := range all {
		if slices.Index(all, c) != i {
			t.Errorf("content %d is another's", i)
		}
	}
	defer func() {
		if recover() == nil {
			t.Error("a key that protects nobody")
		}
	}()
	NewHasher([]byte("short"))
}

func TestHasherDoesNotAllocate(t *testing.T) {
	h := NewHasher(secret)
	value := []byte("RSSMRA80A01H501U")
	values := bytes.Repeat(value, 40)
	each := func() {
		h.Key(flusso.PSPSASINA, value, value, value, value, value)
		h.Content(flusso.PSPSASINA, value, values)
	}
	each()
	if n := testing.AllocsPerRun(100, each); n > 0 {
		t.Errorf("%v allocations a record", n)
	}
}

func BenchmarkRun(b *testing.B) {
	h := NewHasher(secret)
	m := spooltest.New()
	value := []byte("RSSMRA80A01H501U")
	values := bytes.Repeat(value, 40)
	b.ReportAllocs()
	const records = 100_000
	for b.Loop() {
		c, err := Open(m, "", h)
		if err != nil {
			b.Fatal(err)
		}
		for i := range records {
			person := strconv.AppendInt(value[:0:0], int64(i*7919%records), 10)
			key := h.Key(flusso.PSPSASINA, value, person, value, value, value)
			c.Add(Insert, key, h.Content(flusso.PSPSASINA, value, values))
		}
		if _, err := c.Resolve(); err != nil {
			b.Fatal(err)
		}
		if err := c.Commit("f"); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(records*float64(b.N)/b.Elapsed().Seconds(), "records/s")
}
