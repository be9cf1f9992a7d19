package state

import (
	"bytes"
	"io"
	"slices"

	"flussi/internal/flusso"
	"flussi/internal/spool"
)

// Commit writes what is current after the run to path, durably. Kind Internal
// before Resolve.
func (c *Current) Commit(path string) error {
	if !c.resolved && c.added > 0 {
		return &flusso.Error{Op: "commit state", Kind: flusso.Internal, What: textUnresolved}
	}
	if !c.resolved {
		c.entries = c.before + c.waiting
	}
	releases, place := since(c.terms.Oldest, c.releases)
	came := uint16(len(releases))
	if c.kept.Len() > 0 {
		if i := slices.IndexFunc(releases, func(r Release) bool { return r.ID == c.terms.Release && r.Month == c.terms.Month }); i >= 0 {
			came = uint16(i)
		} else if len(releases) == 1<<16-1 || len(c.terms.Release) > 255 {
			return &flusso.Error{Op: "commit state", Kind: flusso.Internal, What: textTooManyReleases}
		} else {
			releases = append(releases, Release{c.terms.Release, c.terms.Month})
		}
	}
	return spool.WriteFile(c.fs, path, spool.FilePerm, func(w io.Writer) error {
		out, err := newWriter(w, c.keyID, c.entries, c.forgotten, releases)
		if err != nil {
			return err
		}
		kept := c.kept.Read(c.depot)
		var rest []op
		// add writes the records of the run that come before e.
		add := func(e *entry) (err error) {
			for {
				if len(rest) == 0 {
					if rest, err = kept.Next(); err != nil || rest == nil {
						return err
					}
				}
				if e != nil && rest[0].compare(*e) >= 0 {
					return nil
				}
				if err := out.put(remembered{entry: rest[0].entry, came: came, mark: c.mark(rest[0])}); err != nil {
					return err
				}
				rest = rest[1:]
			}
		}
		revoked, turned, taken := c.revoked, c.turned, c.taken
		err = c.scan(func(e remembered) error {
			if err := add(&e.entry); err != nil {
				return err
			}
			if len(revoked) > 0 && revoked[0] == e.entry {
				revoked = revoked[1:]
				return nil
			}
			if len(turned) > 0 && turned[0].entry == e.entry {
				turned = turned[1:]
				e.waiting = !e.waiting
			}
			if len(taken) > 0 && taken[0] == e.record() {
				taken = taken[1:]
				return nil
			}
			e.came = place[e.came]
			return out.put(e)
		})
		if err != nil {
			return err
		}
		if err := add(nil); err != nil {
			return err
		}
		return out.close()
	})
}

// Show says how each record of the run is shown, by ordinal: of those that are current
// it is remembered. It comes between Resolve and Commit; without it they are Shown.
func (c *Current) Show(marks []Mark) error {
	if len(marks) != len(c.outcomes) {
		return &flusso.Error{Op: "commit state", Kind: flusso.Internal, What: textUnbalanced}
	}
	for i, o := range c.outcomes {
		if o.Current() && marks[i] > MostMark {
			return &flusso.Error{Op: "commit state", Kind: flusso.Internal, What: textUnbalanced}
		}
	}
	c.marks = marks
	return nil
}

func (c *Current) mark(o op) Mark {
	if c.marks == nil {
		return Shown
	}
	return c.marks[o.ordinal()]
}

// TakenOut forgets records whose rows waited and are taken out in the run. It comes
// between Resolve and Commit.
func (c *Current) TakenOut(records [][24]byte) {
	c.taken = slices.Clone(records)
	slices.SortFunc(c.taken, func(a, b [24]byte) int { return bytes.Compare(a[:], b[:]) })
	c.entries -= int64(len(c.taken))
}

// Rows is how many rows the dataset has after the run, where a record that is shown
// is one row: of the records that are current, of those that wait, and of those
// forgotten. It comes after Resolve, Show and TakenOut.
func (c *Current) Rows() int64 {
	n := c.shown + c.forgotten - c.revokedRows - int64(len(c.taken))
	for i, o := range c.outcomes {
		if o.Current() && (c.marks == nil || c.marks[i] != Hidden) {
			n++
		}
	}
	return n
}
