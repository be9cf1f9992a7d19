package ledger

import (
	"context"
	"time"

	"flussi/internal/flusso"
)

// CodeKeyState is how far a key of stable codes has come.
type CodeKeyState string

const (
	// KeyMaking: the intent to have it; its file may not be there yet.
	KeyMaking CodeKeyState = "making"
	// KeyLive: codes are made with it; one for each holder.
	KeyLive CodeKeyState = "live"
	// KeyLeaving: the intent to destroy it; its file may be there still.
	KeyLeaving CodeKeyState = "leaving"
	// KeyDestroyed: nobody who has not got a sealed copy can make its codes.
	KeyDestroyed CodeKeyState = "destroyed"
	// KeyAbandoned: it was to be made and never was; no code was made with it.
	KeyAbandoned CodeKeyState = "abandoned"
)

var codeKeyMoves = machine[CodeKeyState]{"code_keys", map[CodeKeyState][]CodeKeyState{
	KeyMaking:    {KeyLive, KeyAbandoned},
	KeyLive:      {KeyLeaving},
	KeyLeaving:   {KeyDestroyed},
	KeyDestroyed: {},
	KeyAbandoned: {},
}}

// CodeKey is one generation of a holder's key, without the key.
type CodeKey struct {
	ID          int64        `json:"-"`
	Holder      string       `json:"holder"` // a name of key_holders
	Generation  int          `json:"generation,omitzero"`
	KeyID       string       `json:"key_id,omitempty"` // names the key and tells nothing of it
	State       CodeKeyState `json:"state"`
	MadeAt      time.Time    `json:"made_at,omitzero"`
	MadeBy      string       `json:"made_by,omitempty"` // a person's code
	DestroyedAt time.Time    `json:"destroyed_at,omitzero"`
	DestroyedBy string       `json:"destroyed_by,omitempty"`
}

// oldCodeKey is after how long a key is to be renewed: codes end with a data year anyhow,
// and a key that lasts longer does so for nothing.
const oldCodeKey = 400 * 24 * time.Hour

// Old tells whether a key that is in use is to be renewed.
func (k CodeKey) Old(now time.Time) bool { return k.State == KeyLive && now.Sub(k.MadeAt) > oldCodeKey }

// BeginCodeKey notes the intent to have a key, in state KeyMaking. Its
// generation must be new to its holder: a number is never used again.
func (tx *Tx) BeginCodeKey(ctx context.Context, k CodeKey) (id int64, err error) {
	if k.Holder == "" || k.Generation < 1 || k.KeyID == "" {
		return 0, &flusso.Error{Op: "begin key", ID: k.Holder, Kind: flusso.Internal, What: textIncompleteKey}
	}
	now := tx.stamp()
	id, err = tx.insert(ctx, `INSERT INTO code_keys (holder, generation, key_id, state, made_at, made_by, changed_at) VALUES (?, ?, ?, ?, ?, ?, ?)`,
		k.Holder, k.Generation, k.KeyID, KeyMaking, now, k.MadeBy, now)
	return id, fail("begin key", k.Holder, err)
}

// MoveCodeKey moves a key on. One that is to leave gets who has it destroyed, one
// that is destroyed gets the time.
func (tx *Tx) MoveCodeKey(ctx context.Context, id int64, to CodeKeyState, by string) error {
	switch to {
	case KeyLeaving:
		return advance(ctx, tx, "move key", codeKeyMoves, to, "", []string{"destroyed_by"}, row{id, by})
	case KeyDestroyed:
		return advance(ctx, tx, "move key", codeKeyMoves, to, "", []string{"destroyed_at"}, row{id, tx.stamp()})
	}
	return advance(ctx, tx, "move key", codeKeyMoves, to, "", nil, row{id})
}

const selectCodeKey = `SELECT id, holder, generation, key_id, state, made_at, made_by, destroyed_at, destroyed_by FROM code_keys `

func scanCodeKey(row scanner) (k CodeKey, err error) {
	err = row.Scan(&k.ID, &k.Holder, &k.Generation, &k.KeyID, &k.State, stampScan{&k.MadeAt}, &k.MadeBy, stampScan{&k.DestroyedAt}, &k.DestroyedBy)
	return k, err
}

// CodeKey finds a holder's live key.
func (v view) CodeKey(ctx context.Context, holder string) (CodeKey, bool, error) {
	return one(ctx, v, scanCodeKey, selectCodeKey+`WHERE holder = ? AND state = ?`, holder, KeyLive)
}

// CodeKeys lists every key there ever was, by holder and generation.
func (v view) CodeKeys(ctx context.Context) ([]CodeKey, error) {
	return all(ctx, v, scanCodeKey, selectCodeKey+`ORDER BY holder, generation`)
}

// OpenCodeKeys lists those whose making or destruction a crash may have broken
// off.
func (v view) OpenCodeKeys(ctx context.Context) ([]CodeKey, error) {
	return all(ctx, v, scanCodeKey, selectCodeKey+`WHERE state IN (?, ?) ORDER BY id`, KeyMaking, KeyLeaving)
}
