package exchange

import (
	"fmt"
	"slices"
	"strings"

	"flussi/internal/anonymize"
	"flussi/internal/flusso"
	"flussi/internal/ledger"
	"flussi/internal/schema"
	"flussi/internal/state"
)

// A cancellation (TipoOperazione C) of a record that an earlier release shows takes
// its row out of the next one, where a row has a name that lasts: in datasets with
// names. In anonymous rows it waits, until rows of its class may leave together
// (state.Published); the dataset's readers are told in multiples of k how many wait.
// Where codes follow persons rows stay as they are, for what a code showed counts for
// ever; tables are counts of an increment. There it waits for good, as does one that
// does not say what the record said, and one whose row was made in another way than
// rows are made now.

// termsOf are those on which the state remembers a target's records.
func (r *run) termsOf(t *target) state.Terms {
	now := state.MonthOf(r.opt.Now())
	return state.Terms{Release: t.key.ID, Month: now, Oldest: now - state.Month(r.cfg.Retention.StateMonths), Lasting: !named(t.level)}
}

// named tells whether rows of a level have names that last.
func named(level anonymize.Level) bool {
	return level == anonymize.Totale || level == anonymize.TotaleProprioEnte
}

// waitingNote tells a dataset's readers of rows whose records were cancelled: how many
// there are, rounded up.
func waitingNote(n int64, k int) flusso.Text {
	m := int64(max(k, anonymize.MinK, 5))
	n = (n + m - 1) / m * m
	return flusso.Text{It: fmt.Sprintf(textWaiting.It, n), En: fmt.Sprintf(textWaiting.En, n)}
}

// takeOut has the rows of records that are current no more taken out.
func (t *target) takeOut(revoked [][24]byte) {
	if len(revoked) == 0 {
		return
	}
	names := make(map[string]bool, len(revoked))
	maker := anonymize.NewRigaMaker(t.key.Recipient, t.key.Dataset)
	var text []byte
	for _, id := range revoked {
		text = maker.Riga((*anonymize.RecordID)(&id)).AppendText(text[:0])
		names[string(text)] = true
	}
	t.release.Withdraw(names)
}

// gathering finds the rows of the records that a run cancels.
type gathering struct {
	trace     *anonymize.Trace // nil where no row can be found again
	published *state.Published // nil likewise
	noted     []noted          // what cancellations say
	ordinal   int              // of the next accepted record
}

// noted is what a cancellation says. With its codes it is some 150 bytes.
type noted struct {
	ordinal int
	says    anonymize.Noted
}

// look gives records to the target's view, and takes note of what cancellations say:
// which of them concern rows is known when all is read.
func (t *target) look() taker {
	add := look(t.view)
	return func(p *parcel) error {
		if err := add(p); err != nil || p.done {
			return err
		}
		accepted := 0
		for rec, status := range p.batch.Status {
			if status != schema.Accepted {
				continue
			}
			if t.trace != nil && p.records[accepted].Op == state.Cancel {
				t.noted = append(t.noted, noted{t.ordinal + accepted, t.view.Note(&p.batch, rec)})
			}
			accepted++
		}
		t.ordinal += accepted
		return nil
	}
}

// openPublished opens what the dataset shows, class by class, where its rows can be
// found again.
func (r *run) openPublished(t *target) (err error) {
	if t.trace == nil {
		return nil
	}
	t.trace.Release = t.key.ID
	before := ""
	if t.before != nil {
		before = r.publishedPath(*t.before)
	}
	t.published, err = state.OpenPublished(r.fs, before, state.NewHasher(r.keys.records), r.termsOf(t))
	return err
}

// expect finds the rows of cancelled records, which wait from now on, and lets go of
// those whose records came back.
func (t *target) expect(turned []state.Turn) {
	if t.published == nil {
		return
	}
	back := map[[24]byte]bool{}
	alike := map[string]bool{} // whether a release made rows as they are made now
	for _, turn := range turned {
		if !turn.Waits {
			back[turn.Record] = true
			continue
		}
		same, known := alike[turn.Release]
		if !known {
			made, remembered := t.published.Made(turn.Release)
			same = remembered && made.How == t.view.How(made.Month.Year())
			alike[turn.Release] = same
		}
		i, says := slices.BinarySearchFunc(t.noted, turn.By, func(n noted, ordinal int) int { return n.ordinal - ordinal })
		if same && says {
			if found, ok := t.view.Recall(t.noted[i].says, turn.Release, uint8(turn.Mark)); ok {
				t.published.Wait(state.Row{Record: turn.Record, Release: turn.Release, Class: found.Class, Person: found.Person, Known: found.Known, Values: found.Values})
			}
		}
	}
	t.noted = nil
	t.published.WaitNot(back)
}

// leave has the rows taken out that may leave, and tells the state how the records of
// the round are shown.
func (t *target) leave() error {
	marks := t.view.Marks()
	shown := make([]state.Mark, len(marks))
	for i, m := range marks {
		shown[i] = state.Mark(m)
	}
	if err := t.current.Show(shown); err != nil {
		return err
	}
	if t.published == nil {
		return nil
	}
	leaving, err := t.published.Leave(t.view.Report().K, t.view.Distinct())
	if err != nil || len(leaving.Records) == 0 {
		return err
	}
	rows := map[anonymize.RowKey]int64{}
	for _, l := range leaving.Rows {
		rows[anonymize.ClassName(l.Class).Of(l.Values)] += l.Rows
	}
	t.release.WithdrawAlike(rows, leaving.Releases, t.view.RowNamer())
	t.current.TakenOut(leaving.Records)
	t.counters.Waiting -= int64(len(leaving.Records))
	return nil
}

// keepPublished keeps what the release shows, class by class.
func (r *run) keepPublished(t *target) error {
	if t.published == nil {
		return nil
	}
	var classes []state.ClassOf
	for _, c := range t.view.Classes() {
		of := state.ClassOf{Name: c.Name, Persons: c.Persons, Strangers: c.Strangers}
		for _, a := range c.Alike {
			of.Alike = append(of.Alike, state.Alike(a))
		}
		for i := range c.Columns {
			s := state.Spread{Valued: c.Columns[i].Valued}
			c.Having(i, s.Has)
			of.Columns = append(of.Columns, s)
		}
		classes = append(classes, of)
	}
	how := t.view.How(r.termsOf(t).Month.Year())
	return t.published.Commit(r.publishedPath(t.key), how, classes)
}

// traceOf is what a view is asked for so that rows can be found again; nil where they
// stay as they are.
func (r *run) traceOf(t *target) *anonymize.Trace {
	if !traced(t.level == anonymize.IndividualeAnonimo, t.recipient.Linkability) {
		return nil
	}
	return &anonymize.Trace{Key: r.keys.classes}
}

// perRecord tells whether each record that is shown is one row.
func (t *target) perRecord() bool { return named(t.level) || t.published != nil }

// publishedPath is where it is kept what classes a release shows, beside the state.
func (h *House) publishedPath(key ledger.ReleaseKey) string {
	return strings.TrimSuffix(h.statePath(key), ".keys") + ".classes"
}

// traced tells whether rows of a dataset can be found again: they are anonymous and
// no code links them.
func traced(anonymous bool, linkability string) bool {
	return anonymous && (linkability == "" || linkability == anonymize.LinkNone)
}
