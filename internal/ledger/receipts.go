package ledger

import (
	"context"
	"time"
)

// The receipt of a Delivery: "" when none is awaited.
const (
	ReceiptWaiting  = "waiting"
	ReceiptOverdue  = "overdue"   // its day has passed: an alarm was raised
	ReceiptIn       = "in"        // in time
	ReceiptLate     = "late"      // after the alarm
	ReceiptMismatch = "mismatch"  // it says otherwise, or no: an alarm was raised
	ReceiptByPerson = "by_person" // somebody found out
)

// ReceiptState is what came of a receipt that was read.
type ReceiptState string

const (
	Matched        ReceiptState = "matched"
	Mismatched     ReceiptState = "mismatched" // it is of Object, and says otherwise
	Unmatched      ReceiptState = "unmatched"  // of nothing that we know, so far
	Ambiguous      ReceiptState = "ambiguous"  // of one of several: an alarm was raised
	Hint           ReceiptState = "hint"       // nobody vouches for it: it closes nothing
	Superfluous    ReceiptState = "superfluous"
	Dismissed      ReceiptState = "dismissed" // a person looked at it
	unmatchedFor                = 60 * 24 * time.Hour
	receiptColumns              = `id, mailbox, message_hash, content_hash, rule, attests, endpoint, name_hash, masked_name, size, sha256, positive, verified, said_at, state, reason, object, read_at, changed_at`
)

var receiptMoves = machine[ReceiptState]{"receipts", map[ReceiptState][]ReceiptState{
	Unmatched:  {Matched, Mismatched, Ambiguous, Superfluous, Dismissed},
	Ambiguous:  {Dismissed},
	Mismatched: {Dismissed},
}}

// Receipt is a mail that attests something, without the mail: names are masked and
// hashed, the mail's own name and words are hashes.
type Receipt struct {
	ID          int64        `json:"id"`
	Mailbox     string       `json:"mailbox"`
	MessageHash string       `json:"-"`
	ContentHash string       `json:"-"`
	Rule        string       `json:"rule"`
	Attests     string       `json:"attests"` // delivery, fetch
	Endpoint    string       `json:"endpoint"`
	NameHash    string       `json:"-"`
	MaskedName  string       `json:"name"`
	Size        int64        `json:"size"` // -1: not said
	SHA256      string       `json:"sha256,omitempty"`
	Positive    bool         `json:"positive"`
	Verified    bool         `json:"verified"`
	SaidAt      time.Time    `json:"said_at,omitzero"`
	State       ReceiptState `json:"state"`
	Reason      string       `json:"reason,omitempty"` // a code
	Object      string       `json:"object,omitempty"` // "delivery 7", "arrival 7"
	ReadAt      time.Time    `json:"read_at"`
	ChangedAt   time.Time    `json:"changed_at"`
}

func scanReceipt(row scanner) (r Receipt, err error) {
	err = row.Scan(&r.ID, &r.Mailbox, &r.MessageHash, &r.ContentHash, &r.Rule, &r.Attests, &r.Endpoint, &r.NameHash, &r.MaskedName, &r.Size, &r.SHA256,
		&r.Positive, &r.Verified, stampScan{&r.SaidAt}, &r.State, &r.Reason, &r.Object, stampScan{&r.ReadAt}, stampScan{&r.ChangedAt})
	return r, err
}

// AddReceipt enters one that was read; false where its mail, or the same words in another,
// were read before.
func (tx *Tx) AddReceipt(ctx context.Context, r Receipt) (id int64, fresh bool, err error) {
	known, _, err := one(ctx, tx.view, scanReceipt, `SELECT `+receiptColumns+` FROM receipts WHERE message_hash = ? OR content_hash = ? LIMIT 1`, r.MessageHash, r.ContentHash)
	if err != nil || known.ID != 0 {
		return 0, false, err
	}
	id, err = tx.insert(ctx, `INSERT INTO receipts (mailbox, message_hash, content_hash, rule, attests, endpoint, name_hash, masked_name, size, sha256, positive, verified, said_at, state, read_at, changed_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		r.Mailbox, r.MessageHash, r.ContentHash, r.Rule, r.Attests, r.Endpoint, r.NameHash, r.MaskedName, r.Size, r.SHA256, r.Positive, r.Verified, stampOf(r.SaidAt), r.State, tx.stamp(), tx.stamp())
	return id, err == nil, fail("enter receipt", r.Mailbox, err)
}

// MoveReceipt enters what a receipt turned out to be of.
func (tx *Tx) MoveReceipt(ctx context.Context, id int64, to ReceiptState, reason, object string) error {
	return advance(ctx, tx, "move receipt", receiptMoves, to, reason, []string{"object"}, row{id, object})
}

// Receipts lists the last that were read, newest first; all when last is 0.
func (v view) Receipts(ctx context.Context, last int) ([]Receipt, error) {
	return all(ctx, v, scanReceipt, `SELECT `+receiptColumns+` FROM receipts ORDER BY id DESC LIMIT ?`, limit(last))
}

// Receipt finds one by its number.
func (v view) Receipt(ctx context.Context, id int64) (Receipt, bool, error) {
	return one(ctx, v, scanReceipt, `SELECT `+receiptColumns+` FROM receipts WHERE id = ?`, id)
}

// OpenReceipts lists those that may still turn out to be of something, and those about
// which a person decides: of one of several, or of a fetch that was otherwise.
func (v view) OpenReceipts(ctx context.Context, now time.Time) (unmatched, open []Receipt, err error) {
	unmatched, err = all(ctx, v, scanReceipt, `SELECT `+receiptColumns+` FROM receipts WHERE state = ? AND read_at >= ? ORDER BY id`, Unmatched, stampOf(now.Add(-unmatchedFor)))
	if err == nil {
		open, err = all(ctx, v, scanReceipt, `SELECT `+receiptColumns+` FROM receipts WHERE state = ? OR state = ? AND attests = 'fetch' ORDER BY id`, Ambiguous, Mismatched)
	}
	return unmatched, open, err
}

// AwaitReceipt enters that a delivery must get a receipt.
func (tx *Tx) AwaitReceipt(ctx context.Context, id DeliveryID, due time.Time) error {
	_, err := tx.exec(ctx, `UPDATE deliveries SET receipt = ?, receipt_due = ? WHERE id = ? AND receipt = ''`, ReceiptWaiting, stampOf(due), id)
	return fail("await receipt", id.String(), err)
}

// SetReceipt enters what came of a delivery's receipt.
func (tx *Tx) SetReceipt(ctx context.Context, id DeliveryID, to string) error {
	_, err := tx.exec(ctx, `UPDATE deliveries SET receipt = ? WHERE id = ?`, to, id)
	return fail("note receipt", id.String(), err)
}

// DeliveriesNamed lists what was sent to an endpoint under a name, whatever the folder.
func (v view) DeliveriesNamed(ctx context.Context, endpoint, nameHash string) ([]Delivery, error) {
	return all(ctx, v, scanDelivery, selectDelivery+`WHERE endpoint = ? AND name_hash = ? AND name_hash <> '' AND state = ? ORDER BY id`, endpoint, nameHash, Sent)
}

// WithoutReceipt lists the deliveries whose receipt is awaited, overdue, or says otherwise.
func (v view) WithoutReceipt(ctx context.Context) ([]Delivery, error) {
	return all(ctx, v, scanDelivery, selectDelivery+`WHERE receipt IN (?, ?, ?) ORDER BY id`, ReceiptWaiting, ReceiptOverdue, ReceiptMismatch)
}

// ArrivalsNamed lists what came whole from an endpoint under a name, whatever the folder.
func (v view) ArrivalsNamed(ctx context.Context, endpoint, nameHash string) ([]Arrival, error) {
	return all(ctx, v, scanArrival, `SELECT `+arrivalColumns+` FROM arrivals WHERE endpoint >= ?1 || ':' AND endpoint < ?1 || ';' AND name_hash = ?2 AND received_at <> '' ORDER BY id`, endpoint, nameHash)
}

// Mailbox is how far one was read.
type Mailbox struct {
	Name      string    `json:"name"`
	Mark      string    `json:"-"`
	Failures  int64     `json:"failures"` // in a row
	Reason    string    `json:"reason,omitempty"`
	ChangedAt time.Time `json:"changed_at"`
}

// Mailboxes lists those that were ever read, or tried.
func (v view) Mailboxes(ctx context.Context) ([]Mailbox, error) {
	scan := func(row scanner) (m Mailbox, err error) {
		err = row.Scan(&m.Name, &m.Mark, &m.Failures, &m.Reason, stampScan{&m.ChangedAt})
		return m, err
	}
	return all(ctx, v, scan, `SELECT name, mark, failures, reason, changed_at FROM mailboxes ORDER BY name`)
}

// SetMailbox enters how far one was read; the time is the ledger's.
func (tx *Tx) SetMailbox(ctx context.Context, m Mailbox) error {
	_, err := tx.exec(ctx, `INSERT INTO mailboxes (name, mark, failures, reason, changed_at) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (name) DO UPDATE SET mark = excluded.mark, failures = excluded.failures, reason = excluded.reason, changed_at = excluded.changed_at`,
		m.Name, m.Mark, m.Failures, m.Reason, tx.stamp())
	return fail("enter mailbox", m.Name, err)
}
