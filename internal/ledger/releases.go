package ledger

import (
	"context"
	"slices"
	"strings"
	"time"

	"flussi/internal/flusso"
	"flussi/internal/spool"
)

// ReleaseState is how far a release has come.
type ReleaseState string

const (
	// Begun: being made, or left half-made by a crash.
	Begun ReleaseState = "begun"
	// Live: what the recipient's current.json names; one for each dataset.
	Live ReleaseState = "live"
	// Replaced: another one is live.
	Replaced ReleaseState = "replaced"
	// Abandoned: begun and given up.
	Abandoned ReleaseState = "abandoned"
)

// ReleaseKey names a release. The id is the caller's, the same for the same
// inputs; all three are names of ours.
type ReleaseKey struct {
	Recipient string `json:"recipient"`
	Dataset   string `json:"dataset"`
	ID        string `json:"release"`
}

func (k ReleaseKey) String() string { return k.Recipient + "/" + k.Dataset + "/" + k.ID }

// Release is one release of one dataset for one recipient.
type Release struct {
	ReleaseKey
	State ReleaseState `json:"state"`
	Run   RunID        `json:"run"`
	// Arrivals are those whose records it was made from, by number.
	Arrivals []ArrivalID `json:"arrivals,omitempty"`
	Books
	Manifest    spool.Sum `json:"manifest_sha256,omitzero"` // from Live on
	Reason      string    `json:"reason,omitempty"`         // a code
	BegunAt     time.Time `json:"begun_at"`
	PublishedAt time.Time `json:"published_at,omitzero"`
}

// Books are the exact accounts of a release; they stay inside.
//
//	In         = Rejected + Duplicates + Withdrawn + Outside + Disclosed + Suppressed
//	StateAfter = StateBefore + Inserted - Cancelled
type Books struct {
	In          int64 `json:"records_in"`
	Rejected    int64 `json:"rejected"`
	Duplicates  int64 `json:"duplicates"`
	Withdrawn   int64 `json:"withdrawn"`
	Outside     int64 `json:"outside"`
	Disclosed   int64 `json:"disclosed"`
	Suppressed  int64 `json:"suppressed"`
	Rows        int64 `json:"rows"` // what a reader of the whole release counts
	StateBefore int64 `json:"state_before"`
	Inserted    int64 `json:"inserted"`
	Cancelled   int64 `json:"cancelled"`
	StateAfter  int64 `json:"state_after"`
}

// Balanced tells whether the books add up and no number is negative.
func (b Books) Balanced() bool {
	lowest := min(b.In, b.Rejected, b.Duplicates, b.Withdrawn, b.Outside, b.Disclosed, b.Suppressed, b.Rows,
		b.StateBefore, b.Inserted, b.Cancelled, b.StateAfter)
	return lowest >= 0 &&
		b.In == b.Rejected+b.Duplicates+b.Withdrawn+b.Outside+b.Disclosed+b.Suppressed &&
		b.StateAfter == b.StateBefore+b.Inserted-b.Cancelled
}

// BeginRelease notes the intent to make a release from these arrivals. One
// already begun, or abandoned, is begun again with these; Kind Exists when it
// is published.
func (tx *Tx) BeginRelease(ctx context.Context, key ReleaseKey, run RunID, arrivals []ArrivalID) error {
	op := "begin release"
	old, found, err := tx.Release(ctx, key)
	if err != nil {
		return err
	}
	if found && old.State != Begun && old.State != Abandoned {
		return &flusso.Error{Op: op, ID: key.String(), Kind: flusso.Exists, What: textAlreadyPublished}
	}
	if _, err := tx.exec(ctx, `INSERT INTO releases (recipient, dataset, release, state, run, begun_at) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT (recipient, dataset, release) DO UPDATE SET state = excluded.state, run = excluded.run, begun_at = excluded.begun_at, reason = ''`,
		key.Recipient, key.Dataset, key.ID, Begun, run, tx.stamp()); err != nil {
		return fail(op, key.String(), err)
	}
	var row int64
	if err := tx.QueryRowContext(ctx, `SELECT id FROM releases WHERE recipient = ? AND dataset = ? AND release = ?`,
		key.Recipient, key.Dataset, key.ID).Scan(&row); err != nil {
		return fail(op, key.String(), err)
	}
	if _, err := tx.exec(ctx, `DELETE FROM release_arrivals WHERE release = ?`, row); err != nil {
		return fail(op, key.String(), err)
	}
	for _, a := range arrivals {
		if _, err := tx.exec(ctx, `INSERT INTO release_arrivals (release, arrival) VALUES (?, ?)`, row, a); err != nil {
			return fail(op, key.String(), err)
		}
	}
	return nil
}

// PublishRelease makes a begun release the live one, keeps its books and marks
// its arrivals Processed. Internal when the books do not balance. Publishing
// again what is published, with the same books and manifest, changes nothing.
func (tx *Tx) PublishRelease(ctx context.Context, key ReleaseKey, b Books, manifest spool.Sum) error {
	op := "publish release"
	if !b.Balanced() {
		return &flusso.Error{Op: op, ID: key.String(), Kind: flusso.Internal, What: textUnbalanced}
	}
	r, found, err := tx.Release(ctx, key)
	switch {
	case err != nil:
		return err
	case !found:
		return unknown(op, key.String())
	case r.State == Live && r.Books == b && r.Manifest == manifest:
		return nil
	case r.State != Begun:
		return illegal(op, key.String(), string(r.State), string(Live))
	}
	if _, err := tx.exec(ctx, `UPDATE releases SET state = ? WHERE recipient = ? AND dataset = ? AND state = ?`,
		Replaced, key.Recipient, key.Dataset, Live); err != nil {
		return fail(op, key.String(), err)
	}
	if _, err := tx.exec(ctx, `UPDATE releases SET state = ?, published_at = ?, manifest = ?,
		records_in = ?, rejected = ?, duplicates = ?, withdrawn = ?, outside = ?, disclosed = ?, suppressed = ?, rows = ?,
		state_before = ?, inserted = ?, cancelled = ?, state_after = ?
		WHERE recipient = ? AND dataset = ? AND release = ?`,
		Live, tx.stamp(), manifest.String(),
		b.In, b.Rejected, b.Duplicates, b.Withdrawn, b.Outside, b.Disclosed, b.Suppressed, b.Rows,
		b.StateBefore, b.Inserted, b.Cancelled, b.StateAfter,
		key.Recipient, key.Dataset, key.ID); err != nil {
		return fail(op, key.String(), err)
	}
	var processed []row
	for _, a := range r.Arrivals {
		processed = append(processed, row{a})
	}
	return advance(ctx, tx, op, arrivalMoves, Processed, "", nil, processed...)
}

// RollBackRelease makes a release that was replaced the live one again. Live already,
// nothing changes.
func (tx *Tx) RollBackRelease(ctx context.Context, key ReleaseKey) error {
	const op = "roll back release"
	r, found, err := tx.Release(ctx, key)
	switch {
	case err != nil:
		return err
	case !found:
		return unknown(op, key.String())
	case r.State == Live:
		return nil
	case r.State != Replaced:
		return illegal(op, key.String(), string(r.State), string(Live))
	}
	if _, err := tx.exec(ctx, `UPDATE releases SET state = ? WHERE recipient = ? AND dataset = ? AND state = ?`,
		Replaced, key.Recipient, key.Dataset, Live); err != nil {
		return fail(op, key.String(), err)
	}
	_, err = tx.exec(ctx, `UPDATE releases SET state = ? WHERE recipient = ? AND dataset = ? AND release = ?`,
		Live, key.Recipient, key.Dataset, key.ID)
	return fail(op, key.String(), err)
}

// AbandonRelease gives up a release that was begun.
func (tx *Tx) AbandonRelease(ctx context.Context, key ReleaseKey, reason string) error {
	r, found, err := tx.Release(ctx, key)
	if err != nil {
		return err
	}
	if !found {
		return unknown("abandon release", key.String())
	}
	if !slices.Contains([]ReleaseState{Begun, Abandoned}, r.State) {
		return illegal("abandon release", key.String(), string(r.State), string(Abandoned))
	}
	_, err = tx.exec(ctx, `UPDATE releases SET state = ?, reason = ? WHERE recipient = ? AND dataset = ? AND release = ?`,
		Abandoned, reason, key.Recipient, key.Dataset, key.ID)
	return fail("abandon release", key.String(), err)
}

const selectRelease = `SELECT recipient, dataset, release, state, run, reason, begun_at, published_at, manifest,
	records_in, rejected, duplicates, withdrawn, outside, disclosed, suppressed, rows,
	state_before, inserted, cancelled, state_after,
	coalesce((SELECT group_concat(arrival ORDER BY arrival) FROM release_arrivals WHERE release_arrivals.release = releases.id), '')
	FROM releases `

func scanRelease(row scanner) (r Release, err error) {
	var arrivals string
	err = row.Scan(&r.Recipient, &r.Dataset, &r.ID, &r.State, &r.Run, &r.Reason,
		stampScan{&r.BegunAt}, stampScan{&r.PublishedAt}, sumScan{&r.Manifest},
		&r.In, &r.Rejected, &r.Duplicates, &r.Withdrawn, &r.Outside, &r.Disclosed, &r.Suppressed, &r.Rows,
		&r.StateBefore, &r.Inserted, &r.Cancelled, &r.StateAfter, &arrivals)
	if err != nil || arrivals == "" {
		return r, err
	}
	for text := range strings.SplitSeq(arrivals, ",") {
		id, err := parseArrivalID(text)
		if err != nil {
			return r, err
		}
		r.Arrivals = append(r.Arrivals, id)
	}
	return r, nil
}

// Release finds a release by its name.
func (v view) Release(ctx context.Context, key ReleaseKey) (Release, bool, error) {
	return one(ctx, v, scanRelease, selectRelease+`WHERE recipient = ? AND dataset = ? AND release = ?`,
		key.Recipient, key.Dataset, key.ID)
}

// LiveRelease finds the release that a recipient's dataset shows.
func (v view) LiveRelease(ctx context.Context, recipient, dataset string) (Release, bool, error) {
	return one(ctx, v, scanRelease, selectRelease+`WHERE recipient = ? AND dataset = ? AND state = ?`, recipient, dataset, Live)
}

// OpenReleases lists the releases begun and not published, oldest first: at
// start, those to be made again or abandoned.
func (v view) OpenReleases(ctx context.Context) ([]Release, error) {
	return all(ctx, v, scanRelease, selectRelease+`WHERE state = 'begun' ORDER BY id`)
}

// Releases lists the last releases, newest first; all when last is 0.
func (v view) Releases(ctx context.Context, last int) ([]Release, error) {
	return all(ctx, v, scanRelease, selectRelease+`ORDER BY id DESC LIMIT ?`, limit(last))
}

// ReleasesOf lists the releases made from an arrival, oldest first.
func (v view) ReleasesOf(ctx context.Context, a ArrivalID) ([]Release, error) {
	return all(ctx, v, scanRelease, selectRelease+`WHERE id IN (SELECT release FROM release_arrivals WHERE arrival = ?) ORDER BY id`, a)
}
