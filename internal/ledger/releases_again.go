package ledger

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"flussi/internal/spool"
)

// Policy of this file: what a release's audit entry tells is enough to enter the release
// again, books and all, when the ledger that knew it is no more. Whether its folder is
// still what the entry says, its caller looks at.

// Record is what the audit log tells of one dataset's releases.
type Record struct {
	Recipient, Dataset string
	// Releases were all shown once, in this order; State is not set.
	Releases []Release
	// Live is the one shown last: published, or gone back to.
	Live string
	// Pruned are those that went since, with their folders; KeyIDs the keys of codes.
	Pruned map[string]bool
	KeyIDs map[string]string
}

// Recorded gives the records, by recipient and dataset. Contents of entries that were removed
// at the end of their term are not told.
func (v view) Recorded(ctx context.Context) ([]*Record, error) {
	all, begun := map[[2]string]*Record{}, map[string]Logged{}
	err := v.EachEntry(ctx, 0, func(l Logged) error {
		e := l.Entry
		key, ok := releaseOfObject(e.Object)
		if !ok {
			return nil
		}
		r := all[[2]string{key.Recipient, key.Dataset}]
		if r == nil {
			r = &Record{Recipient: key.Recipient, Dataset: key.Dataset, Pruned: map[string]bool{}, KeyIDs: map[string]string{}}
			all[[2]string{key.Recipient, key.Dataset}] = r
		}
		switch {
		case e.Event == DisclosureIntent:
			begun[e.Object] = l
		case (e.Event == DisclosureDone || e.Event == ReleaseCompact) && e.Outcome == "published":
			shown, err := readRelease(key, e)
			if err != nil {
				return tampered(fmt.Errorf("entry %d: %w", l.Index, err))
			}
			shown.BegunAt = e.Time
			if b, ok := begun[e.Object]; ok {
				shown.BegunAt = b.Entry.Time
			}
			r.Releases = slices.DeleteFunc(r.Releases, func(old Release) bool { return old.ID == key.ID })
			r.Releases = append(r.Releases, shown)
			r.Live, r.KeyIDs[key.ID] = key.ID, e.KeyID
			delete(r.Pruned, key.ID)
		case e.Event == ReleaseBack && e.Outcome == string(Live):
			r.Live = key.ID
		case e.Event == ReleaseRemoval && e.Endpoint == "": // not from a bucket
			r.Pruned[key.ID] = true
		}
		return nil
	})
	var list []*Record
	for _, r := range all {
		if len(r.Releases) > 0 {
			list = append(list, r)
		}
	}
	slices.SortFunc(list, func(a, b *Record) int {
		return cmp.Or(cmp.Compare(a.Recipient, b.Recipient), cmp.Compare(a.Dataset, b.Dataset))
	})
	return list, err
}

// ReenterRelease enters a release that the audit log tells of, in the state it has. One
// that is there, published, stays as it is.
func (tx *Tx) ReenterRelease(ctx context.Context, r Release) error {
	const op = "enter release again"
	old, found, err := tx.Release(ctx, r.ReleaseKey)
	if err != nil {
		return err
	}
	if found && (old.State == Live || old.State == Replaced) {
		return nil
	}
	if !r.Balanced() {
		return tampered(fmt.Errorf("the books of release %s do not balance", r.ReleaseKey))
	}
	manifest := ""
	if r.Manifest != (spool.Sum{}) {
		manifest = r.Manifest.String()
	}
	_, err = tx.exec(ctx, `INSERT INTO releases (recipient, dataset, release, state, run, reason, begun_at, published_at, manifest,
		records_in, rejected, duplicates, withdrawn, outside, disclosed, suppressed, rows, state_before, inserted, cancelled, state_after)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (recipient, dataset, release) DO UPDATE SET state = excluded.state, run = excluded.run, reason = excluded.reason,
		begun_at = excluded.begun_at, published_at = excluded.published_at, manifest = excluded.manifest, records_in = excluded.records_in,
		rejected = excluded.rejected, duplicates = excluded.duplicates, withdrawn = excluded.withdrawn, outside = excluded.outside,
		disclosed = excluded.disclosed, suppressed = excluded.suppressed, rows = excluded.rows, state_before = excluded.state_before,
		inserted = excluded.inserted, cancelled = excluded.cancelled, state_after = excluded.state_after`,
		r.Recipient, r.Dataset, r.ID, Replaced, r.Run, resumed, r.BegunAt.UTC().Format(stampLayout), r.PublishedAt.UTC().Format(stampLayout), manifest,
		r.In, r.Rejected, r.Duplicates, r.Withdrawn, r.Outside, r.Disclosed, r.Suppressed, r.Rows, r.StateBefore, r.Inserted, r.Cancelled, r.StateAfter)
	if err != nil {
		return fail(op, r.String(), err)
	}
	const row = `(SELECT id FROM releases WHERE recipient = ? AND dataset = ? AND release = ?)`
	if _, err := tx.exec(ctx, `DELETE FROM release_arrivals WHERE release = `+row, r.Recipient, r.Dataset, r.ID); err != nil {
		return fail(op, r.String(), err)
	}
	for _, a := range r.Arrivals {
		_, err := tx.exec(ctx, `INSERT INTO release_arrivals (release, arrival) SELECT `+row+`, id FROM arrivals WHERE id = ?`, r.Recipient, r.Dataset, r.ID, a)
		if err != nil {
			return fail(op, r.String(), err)
		}
	}
	return nil
}

// ReenterProcessed says of an arrival that what may be disclosed of it is published; lost
// tells that this holds also for one whose bytes were lost with the folder, which nobody
// waits for.
func (tx *Tx) ReenterProcessed(ctx context.Context, id ArrivalID, lost bool) error {
	gone := LostInTransit
	if !lost {
		gone = ""
	}
	_, err := tx.exec(ctx, `UPDATE arrivals SET state = ?, changed_at = ? WHERE id = ? AND (state IN (?, ?) OR state = ? AND reason = ?)`,
		Processed, tx.stamp(), id, Received, Accepted, gone, resumed)
	return fail("enter arrival again", id.String(), err)
}

// StillLost counts the files that came, by a copy's entries, and went nowhere.
func (v view) StillLost(ctx context.Context) (n int64, err error) {
	err = v.q.QueryRowContext(ctx, `SELECT count(*) FROM arrivals WHERE state = ? AND reason = ?`, LostInTransit, resumed).Scan(&n)
	return n, fail("read ledger", "", err)
}

// Tell puts into an audit entry of a release what is needed to enter it again.
func (r Release) Tell(e *Entry) {
	e.SHA256, e.Arrivals = r.Manifest.String(), arrivalRanges(r.Arrivals)
	if e.Counts == nil {
		e.Counts = map[string]int64{}
	}
	for name, field := range r.told() {
		if *field != 0 {
			e.Counts[name] = *field
		}
	}
}

func readRelease(key ReleaseKey, e Entry) (r Release, err error) {
	r = Release{ReleaseKey: key, Run: e.Run, PublishedAt: e.Time}
	if e.SHA256 == "" { // of a flussi that did not say it yet
		return r, nil
	}
	if r.Manifest, err = spool.ParseSum(e.SHA256); err != nil {
		return r, err
	}
	for name, field := range r.told() {
		*field = e.Counts[name]
	}
	r.Arrivals, err = parseArrivalRanges(e.Arrivals)
	return r, err
}

// told are the books by the names that an audit entry counts them under. "rows" and "withdrawn"
// are there the increment's.
func (b *Books) told() map[string]*int64 {
	return map[string]*int64{
		"in": &b.In, "rejected": &b.Rejected, "duplicates": &b.Duplicates, "records_withdrawn": &b.Withdrawn, "outside": &b.Outside,
		"disclosed": &b.Disclosed, "suppressed": &b.Suppressed, "rows_shown": &b.Rows,
		"state_before": &b.StateBefore, "inserted": &b.Inserted, "cancelled": &b.Cancelled, "state_after": &b.StateAfter,
	}
}

func releaseOfObject(object string) (key ReleaseKey, ok bool) {
	text, ok := strings.CutPrefix(object, "release/")
	parts := strings.Split(text, "/")
	if !ok || len(parts) != 3 {
		return key, false
	}
	return ReleaseKey{parts[0], parts[1], parts[2]}, true
}

// arrivalRanges writes numbers as "1-3 7".
func arrivalRanges(ids []ArrivalID) string {
	ids = slices.Sorted(slices.Values(ids))
	var parts []string
	for i := 0; i < len(ids); {
		first := i
		for i++; i < len(ids) && ids[i] <= ids[i-1]+1; i++ {
		}
		if ids[i-1] == ids[first] {
			parts = append(parts, ids[first].String())
		} else {
			parts = append(parts, ids[first].String()+"-"+ids[i-1].String())
		}
	}
	return strings.Join(parts, " ")
}

func parseArrivalRanges(text string) (ids []ArrivalID, err error) {
	const most = 1 << 20 // of one release
	for part := range strings.FieldsSeq(text) {
		from, to, several := strings.Cut(part, "-")
		if !several {
			to = from
		}
		first, err1 := strconv.ParseInt(from, 10, 64)
		last, err2 := strconv.ParseInt(to, 10, 64)
		if err := errors.Join(err1, err2); err != nil || first < 1 || last < first || last-first > most {
			return nil, errors.Join(errors.New("arrivals that are none"), err)
		}
		for id := first; id <= last; id++ {
			ids = append(ids, ArrivalID(id))
		}
	}
	return ids, nil
}
