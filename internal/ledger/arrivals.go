package ledger

import (
	"context"
	"database/sql"
	"slices"
	"strconv"
	"strings"
	"time"

	"flussi/internal/flusso"
	"flussi/internal/spool"
)

// ArrivalID numbers the arrivals of a ledger, from 1.
type ArrivalID int64

// String gives the number.
func (id ArrivalID) String() string { return strconv.FormatInt(int64(id), 10) }

// ArrivalState is how far a file has come.
type ArrivalState string

const (
	// InPart: a part of it is durable and a later run may go on from there;
	// the last READ was never sent.
	InPart ArrivalState = "in_part"
	// Taking: all but its last block is durable and the last READ may be on
	// its way. From here on the server may forget the file.
	Taking ArrivalState = "taking"
	// Left: it was not taken after all; the last READ was never sent.
	Left ArrivalState = "left"
	// InDoubt: the last READ was sent and what came of it is not known.
	InDoubt ArrivalState = "in_doubt"
	// LostInTransit: the server has it no more and we not whole. An alarm.
	LostInTransit ArrivalState = "lost_in_transit"
	// Received: whole and durable in the spool.
	Received ArrivalState = "received"
	// Accepted: read; its good records go on, its rejects are reported.
	Accepted ArrivalState = "accepted"
	// Quarantined: refused whole and set aside until a person decides.
	Quarantined ArrivalState = "quarantined"
	// Duplicate: the same bytes, or the same (Ente, id_flusso), came before.
	Duplicate ArrivalState = "duplicate"
	// Relayed: delivered whole.
	Relayed ArrivalState = "relayed"
	// Processed: what may be disclosed of it is published.
	Processed ArrivalState = "processed"
	// Purged: a person had it removed from quarantine. The same bytes, coming
	// again, are new.
	Purged ArrivalState = "purged"
)

// arrivalMoves are the transitions there are. A file that is both relayed and
// disclosed goes through both last states, in either order.
var arrivalMoves = machine[ArrivalState]{"arrivals", map[ArrivalState][]ArrivalState{
	InPart:        {InPart, Taking, Left, InDoubt, LostInTransit},
	Taking:        {Received, Left, InDoubt, LostInTransit},
	Left:          {InPart, Taking, InDoubt, LostInTransit},
	InDoubt:       {InPart, Taking, Received, Left, LostInTransit},
	LostInTransit: {InPart, Taking, Received},
	Received:      {Accepted, Quarantined, Duplicate},
	Quarantined:   {Received, Purged},
	Accepted:      {Processed, Relayed, Quarantined},
	Processed:     {Processed, Relayed},
	Relayed:       {Relayed, Processed},
	Duplicate:     {},
	Purged:        {},
}}

// Arrival is a file that came, or is coming, from an endpoint.
type Arrival struct {
	ID    ArrivalID    `json:"id"`
	State ArrivalState `json:"state"`
	// FetchKey is a keyed hash of endpoint, path, size and modification time:
	// one file of one server, taken once.
	FetchKey string `json:"fetch_key"`
	Endpoint string `json:"endpoint"`
	// MaskedName and NameHash stand for the foreign name (flusso.MaskName,
	// flusso.NameHash); the name itself is never stored.
	MaskedName string    `json:"name"`
	NameHash   string    `json:"name_hash"`
	Size       int64     `json:"size"`
	SHA256     spool.Sum `json:"sha256,omitzero"` // from Received on
	SpoolID    string    `json:"spool_id"`
	// Held is how much of one InPart is durable in the spool, with this hash.
	Held       int64     `json:"held,omitzero"`
	HeldSHA256 spool.Sum `json:"-"`
	Findings
	Run        RunID     `json:"run"`
	Schedule   string    `json:"schedule"` // that of the run: whose arrival this is
	Attempts   int       `json:"attempts"` // times it was taken
	TakenAt    time.Time `json:"taken_at"`
	ReceivedAt time.Time `json:"received_at,omitzero"`
	ChangedAt  time.Time `json:"changed_at"`
}

// Findings are what reading an arrival told; exact: they stay inside.
type Findings struct {
	Tipo flusso.Tipo `json:"tipo,omitzero"`
	Ente string      `json:"ente,omitempty"`
	// IDFlusso is the FlussoNome when it follows the official structure, else
	// its keyed hash: a FlussoNome may be free text.
	IDFlusso    string    `json:"id_flusso,omitempty"`
	Records     int64     `json:"records"` // = Accepted + Rejected + Duplicates
	Accepted    int64     `json:"accepted"`
	Rejected    int64     `json:"rejected"`
	Duplicates  int64     `json:"duplicates"`
	DuplicateOf ArrivalID `json:"duplicate_of,omitzero"`
	Reason      string    `json:"reason,omitempty"` // a code
}

// Hold notes that a file is opened (Held 0), or how much of it is durable, for
// a later run to go on from. The rest is as with Take; every Hold with Held 0
// counts as an attempt.
func (tx *Tx) Hold(ctx context.Context, a Arrival) (ArrivalID, error) {
	return tx.begin(ctx, InPart, a)
}

// Take notes the intent to take a file, before the last READ. The state, the
// times and the counts of a are the ledger's. A file left, in doubt or lost
// before is taken again, under its old number and the new spool id; Kind
// Exists, with the arrival's number as ID, when it was received already.
func (tx *Tx) Take(ctx context.Context, a Arrival) (ArrivalID, error) {
	return tx.begin(ctx, Taking, a)
}

func (tx *Tx) begin(ctx context.Context, state ArrivalState, a Arrival) (ArrivalID, error) {
	old, found, err := tx.ArrivalByFetchKey(ctx, a.FetchKey)
	if err != nil {
		return 0, err
	}
	now := tx.stamp()
	if !found {
		id, err := tx.insert(ctx, `INSERT INTO arrivals
			(state, fetch_key, endpoint, masked_name, name_hash, size, spool_id, held, held_sha256, run, taken_at, changed_at)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
			state, a.FetchKey, a.Endpoint, a.MaskedName, a.NameHash, a.Size, a.SpoolID, a.Held, a.HeldSHA256.String(), a.Run, now, now)
		return ArrivalID(id), fail("take", a.SpoolID, err)
	}
	if old.State != state && !slices.Contains(arrivalMoves.moves[old.State], state) {
		return old.ID, &flusso.Error{Op: "take", ID: old.ID.String(), Kind: flusso.Exists, What: textAlreadyTaken}
	}
	again := 1
	if old.State == InPart && old.SpoolID == a.SpoolID {
		again = 0 // the same attempt has come further
	}
	_, err = tx.exec(ctx, `UPDATE arrivals SET state = ?, spool_id = ?, size = ?, held = ?, held_sha256 = ?, run = ?, reason = '',
		attempts = attempts + ?, taken_at = ?, changed_at = ? WHERE id = ?`,
		state, a.SpoolID, a.Size, a.Held, a.HeldSHA256.String(), a.Run, again, now, now, old.ID)
	return old.ID, fail("take", a.SpoolID, err)
}

// Receive notes that the file is whole and durable in the spool.
func (tx *Tx) Receive(ctx context.Context, id ArrivalID, size int64, sum spool.Sum) error {
	return tx.ReceiveAll(ctx, Arrival{ID: id, Size: size, SHA256: sum})
}

// ReceiveAll is Receive of many, each with its Size and SHA256.
func (tx *Tx) ReceiveAll(ctx context.Context, arrivals ...Arrival) error {
	now := tx.stamp()
	rows := make([]row, len(arrivals))
	for i, a := range arrivals {
		rows[i] = row{a.ID, a.Size, a.SHA256.String(), now}
	}
	return advance(ctx, tx, "receive", arrivalMoves, Received, "", []string{"size", "sha256", "received_at"}, rows...)
}

// Judge notes what reading the file told and moves it to Accepted,
// Quarantined or Duplicate; the Reason goes with it.
func (tx *Tx) Judge(ctx context.Context, id ArrivalID, to ArrivalState, f Findings) error {
	if to != Accepted && to != Quarantined && to != Duplicate {
		return illegal("judge arrival", id.String(), string(Received), string(to))
	}
	if f.Records != f.Accepted+f.Rejected+f.Duplicates {
		return &flusso.Error{Op: "judge arrival", ID: id.String(), Kind: flusso.Internal, What: textUnbalanced}
	}
	tipo := ""
	if f.Tipo != 0 {
		tipo = f.Tipo.String()
	}
	return advance(ctx, tx, "judge arrival", arrivalMoves, to, f.Reason,
		[]string{"tipo", "ente", "id_flusso", "records", "accepted", "rejected", "duplicates", "duplicate_of"},
		row{id, tipo, f.Ente, f.IDFlusso, f.Records, f.Accepted, f.Rejected, f.Duplicates,
			sql.NullInt64{Int64: int64(f.DuplicateOf), Valid: f.DuplicateOf != 0}})
}

// MoveArrival moves an arrival on; Internal when its state does not allow it.
// Received goes through Receive, Accepted and Duplicate through Judge: they
// carry what makes them true. (Only out of quarantine is Received a mere move.)
func (tx *Tx) MoveArrival(ctx context.Context, id ArrivalID, to ArrivalState, reason string) error {
	if to == Accepted || to == Duplicate || to == Taking || to == InPart {
		return illegal("move arrival", id.String(), "?", string(to))
	}
	if to == Received {
		a, found, err := tx.Arrival(ctx, id)
		if err != nil {
			return err
		}
		if found && a.State != Quarantined {
			return illegal("move arrival", id.String(), string(a.State), string(to))
		}
	}
	return advance(ctx, tx, "move arrival", arrivalMoves, to, reason, nil, row{id})
}

const arrivalColumns = `id, state, fetch_key, endpoint, masked_name, name_hash, size, sha256, spool_id,
	held, held_sha256, tipo, ente, id_flusso, records, accepted, rejected, duplicates, coalesce(duplicate_of, 0), reason,
	run, (SELECT schedule FROM runs WHERE runs.id = arrivals.run), attempts, taken_at, received_at, changed_at`

func scanArrival(row scanner) (a Arrival, err error) {
	var tipo string
	err = row.Scan(&a.ID, &a.State, &a.FetchKey, &a.Endpoint, &a.MaskedName, &a.NameHash, &a.Size, sumScan{&a.SHA256}, &a.SpoolID,
		&a.Held, sumScan{&a.HeldSHA256}, &tipo, &a.Ente, &a.IDFlusso, &a.Records, &a.Accepted, &a.Rejected, &a.Duplicates, &a.DuplicateOf, &a.Reason,
		&a.Run, &a.Schedule, &a.Attempts, stampScan{&a.TakenAt}, stampScan{&a.ReceivedAt}, stampScan{&a.ChangedAt})
	if err == nil && tipo != "" {
		a.Tipo, err = flusso.ParseTipo(tipo)
	}
	return a, err
}

// Arrival finds an arrival by its number.
func (v view) Arrival(ctx context.Context, id ArrivalID) (Arrival, bool, error) {
	return one(ctx, v, scanArrival, `SELECT `+arrivalColumns+` FROM arrivals WHERE id = ?`, id)
}

// ArrivalByFetchKey finds a file of a server.
func (v view) ArrivalByFetchKey(ctx context.Context, key string) (Arrival, bool, error) {
	return one(ctx, v, scanArrival, `SELECT `+arrivalColumns+` FROM arrivals WHERE fetch_key = ?`, key)
}

// ArrivalBySpoolID finds the arrival of a file in the spool.
func (v view) ArrivalBySpoolID(ctx context.Context, id string) (Arrival, bool, error) {
	return one(ctx, v, scanArrival, `SELECT `+arrivalColumns+` FROM arrivals WHERE spool_id = ?`, id)
}

// ArrivalBySum finds the first arrival with these bytes that is no duplicate
// itself, not purged and not lost, other than the one given.
func (v view) ArrivalBySum(ctx context.Context, sum spool.Sum, but ArrivalID) (Arrival, bool, error) {
	return one(ctx, v, scanArrival, `SELECT `+arrivalColumns+` FROM arrivals
		WHERE sha256 = ? AND sha256 <> '' AND state NOT IN ('duplicate', 'purged', 'lost_in_transit') AND id <> ? ORDER BY id LIMIT 1`, sum.String(), but)
}

// ArrivalByFlusso finds the first arrival of an Ente with this id_flusso that
// is no duplicate itself and not purged, other than the one given.
func (v view) ArrivalByFlusso(ctx context.Context, ente, idFlusso string, but ArrivalID) (Arrival, bool, error) {
	return one(ctx, v, scanArrival, `SELECT `+arrivalColumns+` FROM arrivals
		WHERE ente = ? AND id_flusso = ? AND id_flusso <> '' AND state NOT IN ('duplicate', 'purged') AND id <> ? ORDER BY id LIMIT 1`,
		ente, idFlusso, but)
}

// ArrivalByName finds the first arrival of a place with this name that is no
// duplicate itself and not purged, other than the one given.
func (v view) ArrivalByName(ctx context.Context, endpoint, nameHash string, but ArrivalID) (Arrival, bool, error) {
	return one(ctx, v, scanArrival, `SELECT `+arrivalColumns+` FROM arrivals
		WHERE endpoint = ? AND name_hash = ? AND state NOT IN ('duplicate', 'purged') AND id <> ? ORDER BY id LIMIT 1`,
		endpoint, nameHash, but)
}

// Arrivals lists the arrivals in any of these states (all, when none is
// given), oldest first.
func (v view) Arrivals(ctx context.Context, states ...ArrivalState) ([]Arrival, error) {
	where, args := "", make([]any, len(states))
	for i, s := range states {
		args[i] = s
	}
	if len(states) > 0 {
		where = ` WHERE state IN (?` + strings.Repeat(", ?", len(states)-1) + `)`
	}
	return all(ctx, v, scanArrival, `SELECT `+arrivalColumns+` FROM arrivals`+where+` ORDER BY id`, args...)
}

// LastArrivals lists the last arrivals, newest first; all when last is 0.
func (v view) LastArrivals(ctx context.Context, last int) ([]Arrival, error) {
	return all(ctx, v, scanArrival, `SELECT `+arrivalColumns+` FROM arrivals ORDER BY id DESC LIMIT ?`, limit(last))
}

// ArrivalsOfRun lists the arrivals that a run took, oldest first.
func (v view) ArrivalsOfRun(ctx context.Context, run RunID) ([]Arrival, error) {
	return all(ctx, v, scanArrival, `SELECT `+arrivalColumns+` FROM arrivals WHERE run = ? ORDER BY id`, run)
}

func parseArrivalID(text string) (ArrivalID, error) {
	id, err := strconv.ParseInt(text, 10, 64)
	return ArrivalID(id), err
}
