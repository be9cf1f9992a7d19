package ledger

import (
	"context"
	"strconv"
	"strings"
	"time"

	"flussi/internal/flusso"
	"flussi/internal/spool"
)

// DeliveryID numbers the deliveries of a ledger, from 1.
type DeliveryID int64

// String gives the number.
func (id DeliveryID) String() string { return strconv.FormatInt(int64(id), 10) }

// DeliveryState is how far a delivery has come.
type DeliveryState string

const (
	// Intended: it may be on its way. After a crash nobody knows: the next
	// start settles it.
	Intended DeliveryState = "intended"
	// Sent: the recipient's endpoint has it whole.
	Sent DeliveryState = "sent"
	// DeliveryInDoubt: a drop box may have taken it; a person decides.
	DeliveryInDoubt DeliveryState = "in_doubt"
	// DeliveryFailed: the endpoint does not have it; it may be sent again.
	DeliveryFailed DeliveryState = "failed"
)

// deliveryMoves are the transitions that EndDelivery makes. Only BeginDelivery
// leads from DeliveryFailed back to Intended.
var deliveryMoves = machine[DeliveryState]{"deliveries", map[DeliveryState][]DeliveryState{
	Intended:        {Sent, DeliveryInDoubt, DeliveryFailed},
	DeliveryInDoubt: {Sent, DeliveryFailed},
	DeliveryFailed:  {},
	Sent:            {},
}}

// Delivery is one file for one place at one endpoint, sent once.
type Delivery struct {
	ID    DeliveryID    `json:"id"`
	State DeliveryState `json:"state"`
	// Object is what is sent (ObjectOfArrival, ObjectOfRelease).
	Object   string `json:"object"`
	Endpoint string `json:"endpoint"`
	// TargetHash and MaskedTarget stand for the remote path: a relayed file
	// keeps its producer's name.
	TargetHash   string    `json:"target_hash"`
	MaskedTarget string    `json:"target"`
	Size         int64     `json:"size"`
	SHA256       spool.Sum `json:"sha256"`
	Recipient    string    `json:"recipient,omitempty"`
	Agreement    string    `json:"agreement,omitempty"`
	// Acked is up to where the endpoint has acknowledged every byte under a
	// temporary name; a later try may go on from there.
	Acked int64 `json:"acked,omitzero"`
	// NameHash is a keyed hash of the target's name without its folder, for receipts.
	NameHash string `json:"-"`
	// Receipt is what came of its receipt, which was awaited by ReceiptDue; "" when none is.
	Receipt    string    `json:"receipt,omitempty"`
	ReceiptDue time.Time `json:"receipt_due,omitzero"`
	Run        RunID     `json:"run"`
	Attempts   int       `json:"attempts"`
	Reason     string    `json:"reason,omitempty"` // a code
	BegunAt    time.Time `json:"begun_at"`
	ChangedAt  time.Time `json:"changed_at"`
}

// ObjectOfArrival names an arrival that is sent on.
func ObjectOfArrival(id ArrivalID) string { return "arrival/" + id.String() }

// ArrivalOfObject is the way back.
func ArrivalOfObject(object string) (ArrivalID, bool) {
	number, ok := strings.CutPrefix(object, "arrival/")
	if !ok {
		return 0, false
	}
	id, err := parseArrivalID(number)
	return id, err == nil
}

// ObjectOfRelease names a file of a release, by its path within it.
func ObjectOfRelease(key ReleaseKey, file string) string {
	return "release/" + key.String() + "/" + file
}

// ObjectsOfDataset is what the names of all files of a dataset's releases begin with.
func ObjectsOfDataset(key ReleaseKey) string {
	return "release/" + key.Recipient + "/" + key.Dataset + "/"
}

// BeginDelivery notes the intent to send. Kind Exists when it was sent, InDoubt
// when an earlier try may have been (also one that a crash left Intended), both
// with that delivery's number; one that failed is tried again under its number.
func (tx *Tx) BeginDelivery(ctx context.Context, d Delivery) (DeliveryID, error) {
	op := "deliver"
	old, found, err := tx.DeliveryOf(ctx, d.Object, d.Endpoint, d.TargetHash)
	if err != nil {
		return 0, err
	}
	now := tx.stamp()
	switch {
	case !found:
		id, err := tx.insert(ctx, `INSERT INTO deliveries
			(state, object, endpoint, target_hash, masked_target, size, sha256, recipient, agreement, name_hash, run, begun_at, changed_at)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
			Intended, d.Object, d.Endpoint, d.TargetHash, d.MaskedTarget, d.Size, d.SHA256.String(), d.Recipient, d.Agreement, d.NameHash, d.Run, now, now)
		return DeliveryID(id), fail(op, d.Endpoint, err)
	case old.State == Sent:
		return old.ID, &flusso.Error{Op: op, ID: old.ID.String(), Kind: flusso.Exists, What: textAlreadySent}
	case old.State != DeliveryFailed:
		return old.ID, &flusso.Error{Op: op, ID: old.ID.String(), Kind: flusso.InDoubt, What: textDeliveryInDoubt, Hint: hintDeliveryInDoubt}
	}
	_, err = tx.exec(ctx, `UPDATE deliveries SET state = ?, size = ?, sha256 = ?, masked_target = ?, agreement = ?, run = ?, reason = '',
		attempts = attempts + 1, begun_at = ?, changed_at = ? WHERE id = ?`,
		Intended, d.Size, d.SHA256.String(), d.MaskedTarget, d.Agreement, d.Run, now, now, old.ID)
	return old.ID, fail(op, old.ID.String(), err)
}

// Acknowledge notes how far the endpoint has acknowledged it.
func (tx *Tx) Acknowledge(ctx context.Context, id DeliveryID, upto int64) error {
	_, err := tx.exec(ctx, `UPDATE deliveries SET acked = ?, changed_at = ? WHERE id = ?`, upto, tx.stamp(), id)
	return fail("acknowledge delivery", id.String(), err)
}

// EndPart notes what became of the part that a delivery which failed left at its endpoint:
// nothing goes on from there.
func (tx *Tx) EndPart(ctx context.Context, id DeliveryID, reason string) error {
	_, err := tx.exec(ctx, `UPDATE deliveries SET acked = 0, reason = ?, changed_at = ? WHERE id = ? AND state = ?`, reason, tx.stamp(), id, DeliveryFailed)
	return fail("end part of delivery", id.String(), err)
}

// EndDelivery notes what came of a delivery, at once or, from
// DeliveryInDoubt, when somebody knows.
func (tx *Tx) EndDelivery(ctx context.Context, id DeliveryID, to DeliveryState, reason string) error {
	return advance(ctx, tx, "end delivery", deliveryMoves, to, reason, nil, row{id})
}

const selectDelivery = `SELECT id, state, object, endpoint, target_hash, masked_target, size, sha256, recipient, agreement,
	acked, name_hash, receipt, receipt_due, run, attempts, reason, begun_at, changed_at FROM deliveries `

func scanDelivery(row scanner) (d Delivery, err error) {
	err = row.Scan(&d.ID, &d.State, &d.Object, &d.Endpoint, &d.TargetHash, &d.MaskedTarget, &d.Size, sumScan{&d.SHA256},
		&d.Recipient, &d.Agreement, &d.Acked, &d.NameHash, &d.Receipt, stampScan{&d.ReceiptDue}, &d.Run, &d.Attempts, &d.Reason, stampScan{&d.BegunAt}, stampScan{&d.ChangedAt})
	return d, err
}

// Delivery finds a delivery by its number.
func (v view) Delivery(ctx context.Context, id DeliveryID) (Delivery, bool, error) {
	return one(ctx, v, scanDelivery, selectDelivery+`WHERE id = ?`, id)
}

// DeliveryOf finds the delivery of an object to a place.
func (v view) DeliveryOf(ctx context.Context, object, endpoint, targetHash string) (Delivery, bool, error) {
	return one(ctx, v, scanDelivery, selectDelivery+`WHERE object = ? AND endpoint = ? AND target_hash = ?`, object, endpoint, targetHash)
}

// DeliveriesBelow lists the deliveries to an endpoint of objects whose names begin with
// prefix, oldest first.
func (v view) DeliveriesBelow(ctx context.Context, prefix, endpoint string) ([]Delivery, error) {
	return all(ctx, v, scanDelivery, selectDelivery+`WHERE object >= ? AND object < ? AND endpoint = ? ORDER BY id`, prefix, prefix+"\U0010FFFF", endpoint)
}

// OpenDeliveries lists those Intended or in doubt, oldest first.
func (v view) OpenDeliveries(ctx context.Context) ([]Delivery, error) {
	return all(ctx, v, scanDelivery, selectDelivery+`WHERE state IN (?, ?) ORDER BY id`, Intended, DeliveryInDoubt)
}

// Deliveries lists the last deliveries, newest first; all when last is 0.
func (v view) Deliveries(ctx context.Context, last int) ([]Delivery, error) {
	return all(ctx, v, scanDelivery, selectDelivery+`ORDER BY id DESC LIMIT ?`, limit(last))
}
