package exchange_test

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"flussi/internal/dataset"
	"flussi/internal/exchange"
	"flussi/internal/flusso"
	"flussi/internal/ledger"
	"flussi/internal/spool"
)

// round sends records and runs the schedule.
func (s *sheet) round(records string) (*exchange.Result, error) {
	s.Helper()
	s.must(s.hub.Publish(userComuni, fmt.Sprintf("%d.xml", s.sent), bytes.NewReader(s.flow(records))))
	s.clock.set(s.clock.now().AddDate(0, 1, 0))
	return s.run("presa")
}

// releases are those of INPS's dataset, by what they have, the live one with a star.
func (s *sheet) releases() (ids []string, live string) {
	s.Helper()
	all, err := dataset.List(spool.OS, s.path("dataset/inps/prestazioni"))
	s.must(err)
	for _, l := range all {
		ids = append(ids, l.Release)
		if l.Live {
			live = l.Release
		}
	}
	return ids, live
}

// TestReleasesPruned: as many as are asked for stay, besides one that is held; what
// went is in the audit log, and nothing is kept beside it.
func TestReleasesPruned(t *testing.T) {
	t.Parallel()
	s := newSheet(t)
	s.write("flussi.yaml", s.read("flussi.yaml")+"retention: {releases: 2}\n")
	var made []string
	for i, records := range []string{"a1", "b1", "c1", "d1", "e1"} {
		_, err := s.round(records)
		s.must(err)
		_, live := s.releases()
		made = append(made, live)
		if i == 1 {
			s.must(s.inHouse(func(h *exchange.House) error {
				return h.Hold(t.Context(), exchange.ReleaseRequest{Dir: s.path("dataset/inps/prestazioni"), Release: made[0], Reason: "citato"})
			}))
		}
	}
	if ids, live := s.releases(); !slices.Equal(ids, []string{made[0], made[3], made[4]}) || live != made[4] {
		t.Errorf("releases %v, live %s, made %v", ids, live, made)
	}
	var kept []string
	found, err := filepath.Glob(s.path("stato/current/inps/prestazioni/*"))
	s.must(err)
	for _, f := range found {
		kept = append(kept, strings.TrimSuffix(filepath.Base(f), ".keys"))
	}
	if !slices.Equal(kept, sortedCopy(made[0], made[3], made[4])) {
		t.Errorf("states %v", kept)
	}
	var audited []string
	s.must(s.ledger().EachEntry(t.Context(), 0, func(e ledger.Logged) error {
		if e.Entry.Event == ledger.ReleaseRemoval || e.Entry.Event == ledger.ReleaseHold {
			if e.Entry.Actor != "op-1" {
				t.Errorf("nobody did it: %+v", e.Entry)
			}
			audited = append(audited, e.Entry.Outcome+" "+strings.TrimPrefix(e.Entry.Object, "release/inps/prestazioni/"))
		}
		return nil
	}))
	if want := []string{"held " + made[0], "retention " + made[1], "retention " + made[2]}; !slices.Equal(audited, want) {
		t.Errorf("audited %v, want %v", audited, want)
	}
	if rows := s.rows("inps"); len(rows) != 5 {
		t.Errorf("rows %v", rows)
	}
}

func sortedCopy(list ...string) []string { return slices.Sorted(slices.Values(list)) }

// TestRollback goes back, and on from there: what came after is not current any
// more, and comes in again when it is sent again.
func TestRollback(t *testing.T) {
	t.Parallel()
	s := newSheet(t)
	var made []string
	for _, records := range []string{"a1", "b1", "-a1 c1"} {
		_, err := s.round(records)
		s.must(err)
		_, live := s.releases()
		made = append(made, live)
	}
	back := func(release string) error {
		return s.inHouse(func(h *exchange.House) error {
			_, err := h.Rollback(t.Context(), exchange.ReleaseRequest{Dir: s.path("dataset/inps/prestazioni"), Release: release})
			return err
		})
	}
	s.must(back("")) // to the second
	if _, live := s.releases(); live != made[1] {
		t.Fatalf("live %s of %v", live, made)
	}
	s.wantRows("a1 b1")
	s.must(back(made[0]))
	s.must(back(made[1])) // and on again
	s.must(back(made[1])) // where it is already
	// c1 is not current: its cancellation matches nothing, and it comes in again.
	result, err := s.round("-c1 d1")
	s.must(err)
	s.wantRows("a1 b1 d1")
	for _, to := range result.Recipients {
		if to.Name == "inps" && to.Unmatched != 1 {
			t.Errorf("%+v", to)
		}
	}
	_, err = s.round("c1 -a1")
	s.must(err)
	s.wantRows("b1 c1 d1")
	live, _, err := s.ledger().LiveRelease(t.Context(), "inps", "prestazioni")
	s.must(err)
	if live.StateAfter != 3 || live.StateBefore != 3 {
		t.Errorf("books %+v", live.Books)
	}
	if err := back("2026-01-01-000000000000"); flusso.KindOf(err) != flusso.Invalid {
		t.Errorf("to one that is not there: %v", err)
	}
	// Without the state after it a release is not gone back to.
	s.must(spool.OS.Remove(s.path("stato/current/inps/prestazioni/" + made[0] + ".keys")))
	if err := back(made[0]); flusso.KindOf(err) != flusso.Denied {
		t.Errorf("without its state: %v", err)
	}
	s.wantRows("b1 c1 d1")
}

func (s *sheet) wantRows(want string) {
	s.Helper()
	var got []string
	for name := range s.rows("inps") {
		got = append(got, name)
	}
	slices.Sort(got)
	if strings.Join(got, " ") != want {
		s.Errorf("rows %v, want %s", got, want)
	}
}

// TestDisagreement: where somebody put another release in force, past the ledger,
// the next run refuses; going back to one of the two mends it.
func TestDisagreement(t *testing.T) {
	t.Parallel()
	s := newSheet(t)
	for _, records := range []string{"a1", "b1"} {
		_, err := s.round(records)
		s.must(err)
	}
	ids, live := s.releases()
	dir := s.path("dataset/inps/prestazioni")
	_, err := dataset.Restore(spool.OS, dir, ids[0])
	s.must(err)
	_, err = s.round("c1")
	var e *flusso.Error
	if !errors.As(err, &e) || e.Kind != flusso.Corrupt || e.Hint.IsZero() {
		t.Fatalf("grown past the ledger: %v", err)
	}
	s.wantRows("a1")
	// What was begun stays begun; so first the folder is put right.
	_, err = dataset.Restore(spool.OS, dir, live)
	s.must(err)
	_, err = s.run("presa")
	s.must(err)
	s.wantRows("a1 b1 c1")
}

// TestRollbackOfTables: tables are gone back to with what they suppressed, and grow
// on from there; before the first there is nothing.
func TestRollbackOfTables(t *testing.T) {
	t.Parallel()
	w := newWorld(t, terms{})
	for i := range 2 {
		o := returned
		o.Seed = uint64(i + 1)
		_, data := flow(w, o)
		w.must(w.inps.Publish(userINPS, fmt.Sprintf("12.ritorno.2026013%d.0000001.csv", i), bytes.NewReader(data)))
		w.clock.set(w.clock.now().AddDate(0, 1, 0))
		_, err := w.run("ritorno")
		w.must(err)
	}
	dir := w.path("dataset/ministero-lavoro/quadro")
	back := func() error {
		return w.inHouse(func(h *exchange.House) error {
			_, err := h.Rollback(t.Context(), exchange.ReleaseRequest{Dir: dir})
			return err
		})
	}
	w.must(back())
	if err := back(); flusso.KindOf(err) != flusso.Invalid {
		t.Errorf("before the first: %v", err)
	}
	o := returned
	o.Seed = 3
	_, data := flow(w, o)
	w.must(w.inps.Publish(userINPS, "12.ritorno.20260133.0000001.csv", bytes.NewReader(data)))
	w.clock.set(w.clock.now().AddDate(0, 1, 0))
	_, err := w.run("ritorno")
	w.must(err)
	m, err := dataset.Live(spool.OS, w.path("dataset"), "ministero-lavoro", "quadro")
	w.must(err)
	if len(m.Increments) != 2 || m.Number != 3 {
		t.Errorf("%+v", m)
	}
}

// TestCompactByHand merges a dataset's files by hand, cut short at each step and done
// again: the rows are those of before, and the next run grows from there.
func TestCompactByHand(t *testing.T) {
	t.Parallel()
	for _, at := range []string{"", "compact.publish", "compact.ledger"} {
		t.Run(at, func(t *testing.T) {
			t.Parallel()
			s := newSheet(t)
			for _, records := range []string{"a1 b1", "c1 d1", "-b1 e1"} {
				_, err := s.round(records)
				s.must(err)
			}
			before := s.rows("inps")
			_, last := s.releases()
			ask := exchange.ReleaseRequest{Dir: s.path("dataset/inps/prestazioni")}
			compact := func(h *exchange.House) error { _, err := h.Compact(t.Context(), ask); return err }
			if at != "" {
				opt := s.options()
				opt.Step = (point{at, 1}).at(func() error { return errors.New("cut") })
				if err := s.inHouseWith(opt, compact); err == nil {
					t.Fatal("not cut")
				}
			}
			for range 2 { // the second time there is nothing to merge
				s.must(s.inHouse(compact))
			}
			if after := s.rows("inps"); !maps.Equal(before, after) || len(after) != 4 {
				t.Errorf("before %v, after %v", before, after)
			}
			m, err := dataset.Live(spool.OS, s.path("dataset"), "inps", "prestazioni")
			s.must(err)
			live, _, err := s.ledger().LiveRelease(t.Context(), "inps", "prestazioni")
			s.must(err)
			if m.Release != last+"-c" || live.ID != m.Release || live.StateAfter != 4 || live.Rows != 4 || len(m.Increments) != 3 {
				t.Errorf("%+v, %+v", m, live)
			}
			folders := map[string]bool{}
			for _, f := range m.Files {
				if f.Rows > 0 {
					if folders[filepath.Dir(f.Path)] {
						t.Errorf("two files in %s", filepath.Dir(f.Path))
					}
					folders[filepath.Dir(f.Path)] = true
				}
			}
			_, err = s.round("-a1 f1")
			s.must(err)
			s.wantRows("c1 d1 e1 f1")
		})
	}
}
