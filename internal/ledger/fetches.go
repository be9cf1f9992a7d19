package ledger

import (
	"cmp"
	"context"
	"strconv"
	"time"

	"flussi/internal/spool"
)

// FetchID numbers the fetches by hand of a ledger, from 1.
type FetchID int64

// String gives the number.
func (id FetchID) String() string { return strconv.FormatInt(int64(id), 10) }

// FetchState is how far a fetch by hand has come.
type FetchState string

const (
	// Fetching: it is under way; after a crash the next start settles it.
	Fetching FetchState = "fetching"
	// FetchTaking: all but its last block is durable and the last READ may be
	// on its way. From here on the server may forget the file.
	FetchTaking FetchState = "taking"
	// Fetched: it stands whole and durable where the person wanted it.
	Fetched FetchState = "fetched"
	// FetchFailed: the server still has it; what came of it may be gone on from.
	FetchFailed FetchState = "failed"
	// FetchInDoubt: the server may have given it up, and it is not whole here.
	FetchInDoubt FetchState = "in_doubt"
)

// fetchMoves are the transitions that MoveFetch makes. One in doubt is Fetched
// after all when its part turns out to be whole; else the next fetch of the
// file is another one.
var fetchMoves = machine[FetchState]{"fetches", map[FetchState][]FetchState{
	Fetching:     {FetchTaking, FetchFailed, FetchInDoubt},
	FetchTaking:  {Fetched, FetchFailed, FetchInDoubt},
	FetchInDoubt: {Fetched},
	Fetched:      {},
	FetchFailed:  {},
}}

// Fetch is one file that a person took by hand to a place of their own. Unlike
// an Arrival it goes on to nobody, and may be taken again.
type Fetch struct {
	ID       FetchID    `json:"id"`
	State    FetchState `json:"state"`
	Endpoint string     `json:"endpoint"` // with the folder, as of an Arrival
	// FetchKey is that of an Arrival; LocalHash a keyed hash of the place that
	// the person named. Together they tell whose bytes a part left there is.
	FetchKey   string    `json:"fetch_key"`
	LocalHash  string    `json:"local_hash"`
	MaskedName string    `json:"name"`
	NameHash   string    `json:"name_hash"`
	Size       int64     `json:"size"`
	SHA256     spool.Sum `json:"sha256,omitzero"` // once Fetched
	// Held is how much of the file is durable in the part, with this hash; a
	// later fetch may go on from there.
	Held       int64     `json:"held,omitzero"`
	HeldSHA256 spool.Sum `json:"-"`
	Run        RunID     `json:"run"`
	Reason     string    `json:"reason,omitempty"` // a code
	BegunAt    time.Time `json:"begun_at"`
	ChangedAt  time.Time `json:"changed_at"`
}

// BeginFetches notes the intent to take files by hand: Fetching, or at once
// FetchTaking where all of it is its last block. Their numbers, of which it
// gives the first, follow each other.
func (tx *Tx) BeginFetches(ctx context.Context, fetches ...Fetch) (FetchID, error) {
	now := tx.stamp()
	var first FetchID
	for _, f := range fetches {
		if f.State != FetchTaking {
			f.State = Fetching
		}
		id, err := tx.insert(ctx, `INSERT INTO fetches
			(state, endpoint, fetch_key, local_hash, masked_name, name_hash, size, held, held_sha256, run, begun_at, changed_at)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
			f.State, f.Endpoint, f.FetchKey, f.LocalHash, f.MaskedName, f.NameHash, f.Size, f.Held, f.HeldSHA256.String(), f.Run, now, now)
		if err != nil {
			return 0, fail("fetch", f.Endpoint, err)
		}
		first = cmp.Or(first, FetchID(id))
	}
	return first, nil
}

// HoldFetch notes how much of it is durable.
func (tx *Tx) HoldFetch(ctx context.Context, f Fetch) error {
	_, err := tx.exec(ctx, `UPDATE fetches SET held = ?, held_sha256 = ?, changed_at = ? WHERE id = ?`, f.Held, f.HeldSHA256.String(), tx.stamp(), f.ID)
	return fail("hold fetch", f.ID.String(), err)
}

// MoveFetch notes what came of it; sum is of the whole file, once Fetched.
func (tx *Tx) MoveFetch(ctx context.Context, id FetchID, to FetchState, sum spool.Sum, reason string) error {
	if (to == Fetched) != (sum != spool.Sum{}) {
		return illegal("end fetch", id.String(), "?", string(to))
	}
	return advance(ctx, tx, "end fetch", fetchMoves, to, reason, []string{"sha256"}, row{id, sum.String()})
}

// EndFetches notes that fetches by hand, with their hashes, are Fetched.
func (tx *Tx) EndFetches(ctx context.Context, fetches ...Fetch) error {
	rows := make([]row, len(fetches))
	for i, f := range fetches {
		if f.SHA256 == (spool.Sum{}) {
			return illegal("end fetch", f.ID.String(), "?", string(Fetched))
		}
		rows[i] = row{f.ID, f.SHA256.String()}
	}
	return advance(ctx, tx, "end fetch", fetchMoves, Fetched, "", []string{"sha256"}, rows...)
}

const selectFetch = `SELECT id, state, endpoint, fetch_key, local_hash, masked_name, name_hash, size, sha256,
	held, held_sha256, run, reason, begun_at, changed_at FROM fetches `

func scanFetch(row scanner) (f Fetch, err error) {
	err = row.Scan(&f.ID, &f.State, &f.Endpoint, &f.FetchKey, &f.LocalHash, &f.MaskedName, &f.NameHash, &f.Size, sumScan{&f.SHA256},
		&f.Held, sumScan{&f.HeldSHA256}, &f.Run, &f.Reason, stampScan{&f.BegunAt}, stampScan{&f.ChangedAt})
	return f, err
}

// LastUnfetchedTo finds the newest fetch by hand to a place that is not
// Fetched: one that is left no part there.
func (v view) LastUnfetchedTo(ctx context.Context, localHash string) (Fetch, bool, error) {
	return one(ctx, v, scanFetch, selectFetch+`WHERE local_hash = ? AND state <> 'fetched' ORDER BY id DESC LIMIT 1`, localHash)
}

// OpenFetches lists those under way, oldest first: at start, those that a
// crash interrupted.
func (v view) OpenFetches(ctx context.Context) ([]Fetch, error) {
	return all(ctx, v, scanFetch, selectFetch+`INDEXED BY fetches_unfetched WHERE state <> 'fetched' AND state IN (?, ?) ORDER BY id`, Fetching, FetchTaking)
}

// Fetches lists the last fetches by hand, newest first; all when last is 0.
func (v view) Fetches(ctx context.Context, last int) ([]Fetch, error) {
	return all(ctx, v, scanFetch, selectFetch+`ORDER BY id DESC LIMIT ?`, limit(last))
}

// ObjectOfFetch names a fetch by hand, in the audit log.
func ObjectOfFetch(id FetchID) string { return "fetch/" + id.String() }

// ObjectOfFetches names those of a group, whose numbers follow each other.
func ObjectOfFetches(first, last FetchID) string {
	return "fetches/" + first.String() + "-" + last.String()
}

// ObjectOfPut names a file that a person sends by hand, by its bytes.
func ObjectOfPut(sum spool.Sum) string { return "put/" + sum.String() }
