package ledger

import (
	"context"
	"database/sql"
	"slices"
	"strings"
	"testing"

	"flussi/internal/flusso"
)

func take(t *testing.T, l *Ledger, run RunID, i int) ArrivalID {
	t.Helper()
	id, err := l.Take(t.Context(), Arrival{
		FetchKey: "key-" + key(i), Endpoint: "inps", MaskedName: "xxxxx_xxxxx~0011223344556677.xml", NameHash: "0011223344556677",
		Size: 1000, SpoolID: "spool-" + key(i), Run: run,
	})
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func accept(t *testing.T, l *Ledger, run RunID, i int) ArrivalID {
	t.Helper()
	id := take(t, l, run, i)
	if err := l.Receive(t.Context(), id, 1000, sumOf(key(i))); err != nil {
		t.Fatal(err)
	}
	err := l.Judge(t.Context(), id, Accepted, Findings{Tipo: flusso.PSPSASINA, Ente: "H501", IDFlusso: "flusso-" + key(i), Records: 10, Accepted: 8, Rejected: 1, Duplicates: 1})
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func TestLifeOfAnArrival(t *testing.T) {
	l, ctx := fresh(t), t.Context()
	run := beginRun(t, l)
	id := accept(t, l, run, 1)
	want := func(a Arrival, found bool, err error) {
		t.Helper()
		if err != nil || !found || a.ID != id {
			t.Errorf("found %v: %v, %v", a.ID, found, err)
		}
	}
	a, found, err := l.Arrival(ctx, id)
	want(a, found, err)
	if a.State != Accepted || a.Records != 10 || a.Accepted != 8 || a.Tipo != flusso.PSPSASINA || a.SHA256 != sumOf("1") ||
		a.TakenAt.IsZero() || !a.ReceivedAt.After(a.TakenAt) || !a.ChangedAt.After(a.ReceivedAt) || a.Attempts != 1 {
		t.Errorf("%+v", a)
	}
	a, found, err = l.ArrivalByFetchKey(ctx, "key-1")
	want(a, found, err)
	a, found, err = l.ArrivalBySpoolID(ctx, "spool-1")
	want(a, found, err)
	a, found, err = l.ArrivalBySum(ctx, sumOf("1"), 0)
	want(a, found, err)
	a, found, err = l.ArrivalByFlusso(ctx, "H501", "flusso-1", 0)
	want(a, found, err)

	// The same bytes come again under another name.
	twin := take(t, l, run, 2)
	if err := l.Receive(ctx, twin, 1000, sumOf("1")); err != nil {
		t.Fatal(err)
	}
	a, found, err = l.ArrivalBySum(ctx, sumOf("1"), twin)
	want(a, found, err)
	if err := l.Judge(ctx, twin, Duplicate, Findings{DuplicateOf: id, Reason: "same-bytes"}); err != nil {
		t.Fatal(err)
	}
	if _, found, _ := l.ArrivalBySum(ctx, sumOf("1"), id); found {
		t.Error("a duplicate was taken for an original")
	}
	list, err := l.Arrivals(ctx, Accepted, Duplicate)
	if err != nil || len(list) != 2 || list[0].ID != id || list[1].DuplicateOf != id {
		t.Errorf("%+v, %v", list, err)
	}
	if list, err := l.LastArrivals(ctx, 1); err != nil || len(list) != 1 || list[0].ID != twin {
		t.Errorf("%+v, %v", list, err)
	}
	if list, err := l.ArrivalsOfRun(ctx, run); err != nil || len(list) != 2 {
		t.Errorf("%+v, %v", list, err)
	}
	if list, err := l.Arrivals(ctx, InDoubt); err != nil || len(list) != 0 {
		t.Errorf("%+v, %v", list, err)
	}
}

func TestTakeAgain(t *testing.T) {
	l, ctx := fresh(t), t.Context()
	run := beginRun(t, l)
	for i, s := range []ArrivalState{Left, InDoubt, LostInTransit, Taking} {
		id := take(t, l, run, i)
		if s != Taking {
			if err := l.MoveArrival(ctx, id, s, "cut"); err != nil {
				t.Fatal(err)
			}
		}
		again, err := l.Take(ctx, Arrival{FetchKey: "key-" + key(i), Endpoint: "inps", Size: 1000, SpoolID: "second-" + key(i), Run: run})
		if err != nil || again != id {
			t.Fatalf("%s: %v, %v", s, again, err)
		}
		if a, _, _ := l.Arrival(ctx, id); a.State != Taking || a.Attempts != 2 || a.SpoolID != "second-"+key(i) || a.Reason != "" {
			t.Errorf("%s: %+v", s, a)
		}
	}
	id := accept(t, l, run, 9)
	if again, err := l.Take(ctx, Arrival{FetchKey: "key-9", SpoolID: "other", Run: run}); flusso.KindOf(err) != flusso.Exists || again != id {
		t.Errorf("taken twice: %v, %v", again, err)
	}
}

// Every pair of states is either in the table or refused.
func TestArrivalMoves(t *testing.T) {
	l, ctx := fresh(t), t.Context()
	id := accept(t, l, beginRun(t, l), 1)
	for from := range arrivalMoves.moves {
		for to := range arrivalMoves.moves {
			err := l.Update(ctx, func(tx *Tx) error {
				if _, err := tx.exec(ctx, `UPDATE arrivals SET state = ?`, from); err != nil {
					return err
				}
				return advance(ctx, tx, "move arrival", arrivalMoves, to, "", nil, row{id})
			})
			if legal := slices.Contains(arrivalMoves.moves[from], to); (err == nil) != legal || !legal && flusso.KindOf(err) != flusso.Internal {
				t.Errorf("%s -> %s: %v", from, to, err)
			}
		}
	}
	if err := l.MoveArrival(ctx, 4711, Relayed, ""); err == nil {
		t.Error("moved an arrival that is not there")
	}
}

// The states that say something true about the bytes are not reached by a
// mere move.
func TestMovesThatCarryProof(t *testing.T) {
	l, ctx := fresh(t), t.Context()
	run := beginRun(t, l)
	id := take(t, l, run, 1)
	for _, to := range []ArrivalState{Received, Accepted, Duplicate, Taking} {
		if err := l.MoveArrival(ctx, id, to, ""); err == nil {
			t.Errorf("moved to %s", to)
		}
	}
	if err := l.Receive(ctx, id, 5, sumOf("x")); err != nil {
		t.Fatal(err)
	}
	if err := l.Judge(ctx, id, Processed, Findings{}); err == nil {
		t.Error("judged to processed")
	}
	if err := l.Judge(ctx, id, Accepted, Findings{Records: 10, Accepted: 9}); err == nil {
		t.Error("accepted with books that do not balance")
	}
	if err := l.Judge(ctx, id, Quarantined, Findings{Reason: "header"}); err != nil {
		t.Fatal(err)
	}
	if err := l.MoveArrival(ctx, id, Received, "a person released it"); err != nil {
		t.Errorf("out of quarantine: %v", err)
	}
}

// explaining asks SQLite how it would answer, and keeps every plan.
type explaining struct {
	querier
	plans []string
}

func (e *explaining) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	e.explain(ctx, query, args)
	return e.querier.QueryContext(ctx, query, args...)
}

func (e *explaining) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	e.explain(ctx, query, args)
	return e.querier.QueryRowContext(ctx, query, args...)
}

func (e *explaining) explain(ctx context.Context, query string, args []any) {
	rows, err := e.querier.QueryContext(ctx, "EXPLAIN QUERY PLAN "+query, args...)
	for err == nil && rows.Next() {
		var id, parent, unused int
		var step string
		if err = rows.Scan(&id, &parent, &unused, &step); err == nil {
			e.plans = append(e.plans, step)
		}
	}
}

// TestNoScan: what is asked once for each file never reads a whole table, or a
// folder of n files costs n²; nor does what is asked at each start, or a ledger
// of years makes each command slow.
func TestNoScan(t *testing.T) {
	l, ctx := fresh(t), t.Context()
	e := &explaining{querier: l.reader}
	v := view{e}
	for name, ask := range map[string]func() error{
		"number":    func() error { _, _, err := v.Arrival(ctx, 1); return err },
		"fetch key": func() error { _, _, err := v.ArrivalByFetchKey(ctx, "k"); return err },
		"spool id":  func() error { _, _, err := v.ArrivalBySpoolID(ctx, "s"); return err },
		"bytes":     func() error { _, _, err := v.ArrivalBySum(ctx, sumOf("x"), 1); return err },
		"id_flusso": func() error { _, _, err := v.ArrivalByFlusso(ctx, "H501", "f", 1); return err },
		"name":      func() error { _, _, err := v.ArrivalByName(ctx, "inps:/out", "n", 1); return err },
		"delivery":  func() error { _, _, err := v.DeliveryOf(ctx, "arrival/1", "inps", "t"); return err },
		"audit":     func() error { _, _, err := v.storedTree(ctx); return err },
		"place":     func() error { _, _, err := v.LastUnfetchedTo(ctx, "h"); return err },

		"start, fetches":    func() error { _, err := v.OpenFetches(ctx); return err },
		"start, arrivals":   func() error { _, err := v.Arrivals(ctx, Taking); return err },
		"start, runs":       func() error { _, err := v.OpenRuns(ctx); return err },
		"start, deliveries": func() error { _, err := v.OpenDeliveries(ctx); return err },
		"start, releases":   func() error { _, err := v.OpenReleases(ctx); return err },
	} {
		e.plans = nil
		if err := ask(); err != nil {
			t.Fatal(name, err)
		}
		for _, step := range e.plans {
			if strings.HasPrefix(step, "SCAN") && !strings.Contains(step, "audit_tree") && !strings.Contains(step, "fetches_unfetched") {
				t.Errorf("by %s: %s", name, step)
			}
		}
		if len(e.plans) == 0 {
			t.Errorf("by %s: no plan", name)
		}
	}
}
