package ledger

import (
	"context"
	"time"
)

// Trouble is something that a person should look at, from when it was noticed until it
// is over. It holds nothing personal: What and Reason are words of ours, of the
// configuration, or numbers.
type Trouble struct {
	ID      int64  `json:"id"`
	Kind    string `json:"kind"`
	Subject string `json:"subject"`          // "schedule relay", "arrival 7"; one is open for a kind and subject
	Reason  string `json:"reason,omitempty"` // a code
	What    string `json:"what,omitempty"`   // a request or day, a schedule, a date
	// Count is of what there are Of, or how often.
	Count    int64     `json:"count,omitzero"`
	Of       int64     `json:"of,omitzero"`
	Due      time.Time `json:"due,omitzero"`
	Since    time.Time `json:"since"`
	HealedAt time.Time `json:"healed_at,omitzero"`
}

// The events of a notice.
const (
	Raised = "raised"
	Healed = "healed"
)

// Notice is a trouble, or its end, for one target.
type Notice struct {
	Trouble
	Event  string    `json:"event"`
	Target string    `json:"target"`
	Urgent bool      `json:"urgent"` // told at once, not with the digest
	MadeAt time.Time `json:"made_at"`
}

// MessageState is how far a message has come.
type MessageState string

const (
	MessageWaiting   MessageState = "waiting"
	MessageSent      MessageState = "sent"      // its server has it
	MessageGivenUp   MessageState = "given_up"  // it was tried for too long
	MessageWithdrawn MessageState = "withdrawn" // nobody of that name is told any more
)

var messageMoves = machine[MessageState]{"messages", map[MessageState][]MessageState{
	MessageWaiting:   {MessageSent, MessageGivenUp, MessageWithdrawn},
	MessageSent:      {},
	MessageGivenUp:   {},
	MessageWithdrawn: {},
}}

// Message is one mail, or one call, with the notices that it carries. Its number and
// MadeAt name it for ever: sent again after a crash it is the same.
type Message struct {
	ID        int64        `json:"id"`
	Target    string       `json:"target"`
	Form      string       `json:"form"` // now, digest
	State     MessageState `json:"state"`
	Attempts  int          `json:"attempts"`
	NotBefore time.Time    `json:"not_before,omitzero"`
	Reason    string       `json:"reason,omitempty"` // a code
	MadeAt    time.Time    `json:"made_at"`
	ChangedAt time.Time    `json:"changed_at"`
}

// Raise enters a trouble; its number and Since are the ledger's. The same one must not
// be open.
func (tx *Tx) Raise(ctx context.Context, t Trouble) (id int64, err error) {
	id, err = tx.insert(ctx, `INSERT INTO troubles (kind, subject, reason, what, count, of, due, since) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
		t.Kind, t.Subject, t.Reason, t.What, t.Count, t.Of, stampOf(t.Due), tx.stamp())
	return id, fail("raise trouble", t.Subject, err)
}

// Heal enters that a trouble is over.
func (tx *Tx) Heal(ctx context.Context, id int64) error {
	_, err := tx.exec(ctx, `UPDATE troubles SET healed_at = ? WHERE id = ? AND healed_at = ''`, tx.stamp(), id)
	return fail("heal trouble", "", err)
}

const troubleColumns = `troubles.id, kind, subject, troubles.reason, what, count, of, due, since, healed_at`

func (t *Trouble) columns() []any {
	return []any{&t.ID, &t.Kind, &t.Subject, &t.Reason, &t.What, &t.Count, &t.Of, stampScan{&t.Due}, stampScan{&t.Since}, stampScan{&t.HealedAt}}
}

func scanTrouble(row scanner) (t Trouble, err error) {
	err = row.Scan(t.columns()...)
	return t, err
}

// Troubles lists those that are open, oldest first.
func (v view) Troubles(ctx context.Context) ([]Trouble, error) {
	return all(ctx, v, scanTrouble, `SELECT `+troubleColumns+` FROM troubles WHERE healed_at = '' ORDER BY id`)
}

// Notify enters that a target is to be told; nothing where it was already.
func (tx *Tx) Notify(ctx context.Context, trouble int64, event, target string, urgent bool) error {
	_, err := tx.exec(ctx, `INSERT INTO notices (trouble, event, target, urgent, made_at) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
		trouble, event, target, urgent, tx.stamp())
	return fail("enter notice", target, err)
}

// ToldSince tells whether a target was told at once of a trouble of that kind and
// subject since an instant.
func (v view) ToldSince(ctx context.Context, kind, subject, target string, since time.Time) (told bool, err error) {
	scan := func(row scanner) (n int, err error) { err = row.Scan(&n); return n, err }
	_, told, err = one(ctx, v, scan, `SELECT 1 FROM notices JOIN troubles ON troubles.id = notices.trouble
		WHERE kind = ? AND subject = ? AND target = ? AND urgent = 1 AND event = 'raised' AND made_at >= ? LIMIT 1`, kind, subject, target, stampOf(since))
	return told, err
}

const selectNotice = `SELECT ` + troubleColumns + `, event, target, urgent, made_at FROM notices JOIN troubles ON troubles.id = notices.trouble `

func scanNotice(row scanner) (n Notice, err error) {
	err = row.Scan(append(n.columns(), &n.Event, &n.Target, &n.Urgent, stampScan{&n.MadeAt})...)
	return n, err
}

// LooseNotices lists what no message carries yet, oldest first.
func (v view) LooseNotices(ctx context.Context) ([]Notice, error) {
	return all(ctx, v, scanNotice, selectNotice+`WHERE message IS NULL ORDER BY made_at, troubles.id, event DESC`)
}

// NoticesOf lists what a message carries, oldest first.
func (v view) NoticesOf(ctx context.Context, message int64) ([]Notice, error) {
	return all(ctx, v, scanNotice, selectNotice+`WHERE message = ? ORDER BY made_at, troubles.id, event DESC`, message)
}

// Compose makes a message for a target of notices of its that no other carries.
func (tx *Tx) Compose(ctx context.Context, target, form string, notices []Notice) (id int64, err error) {
	id, err = tx.insert(ctx, `INSERT INTO messages (target, form, state, made_at, changed_at) VALUES (?, ?, ?, ?, ?)`, target, form, MessageWaiting, tx.stamp(), tx.stamp())
	for _, n := range notices {
		if err == nil {
			_, err = tx.exec(ctx, `UPDATE notices SET message = ? WHERE trouble = ? AND event = ? AND target = ? AND message IS NULL`, id, n.ID, n.Event, target)
		}
	}
	return id, fail("compose message", target, err)
}

// ForgetLoose removes what was never told to a target that nobody is any more.
func (tx *Tx) ForgetLoose(ctx context.Context, target string) error {
	_, err := tx.exec(ctx, `DELETE FROM notices WHERE target = ? AND message IS NULL`, target)
	return fail("forget notices", target, err)
}

// Postpone enters that a message could not be sent now.
func (tx *Tx) Postpone(ctx context.Context, id int64, until time.Time, reason string) error {
	_, err := tx.exec(ctx, `UPDATE messages SET attempts = attempts + 1, not_before = ?, reason = ?, changed_at = ? WHERE id = ? AND state = ?`,
		stampOf(until), reason, tx.stamp(), id, MessageWaiting)
	return fail("postpone message", "", err)
}

// EndMessage enters what became of a message that waited.
func (tx *Tx) EndMessage(ctx context.Context, id int64, to MessageState, reason string) error {
	return advance(ctx, tx, "end message", messageMoves, to, reason, nil, row{id})
}

const selectMessage = `SELECT id, target, form, state, attempts, not_before, reason, made_at, changed_at FROM messages `

func scanMessage(row scanner) (m Message, err error) {
	err = row.Scan(&m.ID, &m.Target, &m.Form, &m.State, &m.Attempts, stampScan{&m.NotBefore}, &m.Reason, stampScan{&m.MadeAt}, stampScan{&m.ChangedAt})
	return m, err
}

// WaitingMessages lists those to be sent, oldest first.
func (v view) WaitingMessages(ctx context.Context) ([]Message, error) {
	return all(ctx, v, scanMessage, selectMessage+`WHERE state = ? ORDER BY id`, MessageWaiting)
}

// Messages lists the last messages, newest first; all when last is 0.
func (v view) Messages(ctx context.Context, last int) ([]Message, error) {
	return all(ctx, v, scanMessage, selectMessage+`ORDER BY id DESC LIMIT ?`, limit(last))
}

// GivenUp counts the messages that nobody got since an instant.
func (v view) GivenUp(ctx context.Context, since time.Time) (n int, err error) {
	scan := func(row scanner) (n int, err error) { err = row.Scan(&n); return n, err }
	n, _, err = one(ctx, v, scan, `SELECT count(*) FROM messages WHERE state = ? AND changed_at >= ?`, MessageGivenUp, stampOf(since))
	return n, err
}

// MadeSince lists when messages to a target were made since an instant, oldest first.
func (v view) MadeSince(ctx context.Context, target string, since time.Time) ([]time.Time, error) {
	scan := func(row scanner) (t time.Time, err error) { err = row.Scan(stampScan{&t}); return t, err }
	return all(ctx, v, scan, `SELECT made_at FROM messages WHERE target = ? AND made_at > ? ORDER BY made_at`, target, stampOf(since))
}

// ForgetTroubles removes those that were over before an instant, with what was said of
// them, and the messages that then carry nothing.
func (tx *Tx) ForgetTroubles(ctx context.Context, before time.Time) (err error) {
	const old = `healed_at <> '' AND healed_at < ?1`
	for _, query := range []string{
		`DELETE FROM notices WHERE trouble IN (SELECT id FROM troubles WHERE ` + old + `) AND (message IS NULL OR message IN (SELECT id FROM messages WHERE state <> 'waiting'))`,
		`DELETE FROM troubles WHERE ` + old + ` AND NOT EXISTS (SELECT 1 FROM notices WHERE trouble = troubles.id)`,
		`DELETE FROM messages WHERE state <> 'waiting' AND made_at < ?1 AND NOT EXISTS (SELECT 1 FROM notices WHERE message = messages.id)`,
	} {
		if err == nil {
			_, err = tx.exec(ctx, query, stampOf(before))
		}
	}
	return fail("forget troubles", "", err)
}

// FailedInARow tells how often a schedule failed since it last came to an end, when
// the first of these began, and the last of them; 0: it did not.
func (v view) FailedInARow(ctx context.Context, schedule string) (n int, first time.Time, last Run, err error) {
	var id RunID
	scan := func(row scanner) (struct{}, error) {
		return struct{}{}, row.Scan(&n, stampScan{&first}, &id)
	}
	_, _, err = one(ctx, v, scan, `SELECT count(*), coalesce(min(begun_at), ''), coalesce(max(id), 0) FROM runs WHERE schedule = ?1 AND dry_run = 0 AND outcome = 'failed' AND id >
		coalesce((SELECT id FROM runs WHERE schedule = ?1 AND dry_run = 0 AND outcome IN ('done', 'partial') ORDER BY id DESC LIMIT 1), 0)`, schedule)
	if err == nil && n > 0 {
		last, _, err = v.Run(ctx, id)
	}
	return n, first, last, err
}

// Told tells who was told of each open trouble, by its number.
func (v view) Told(ctx context.Context) (map[int64]map[string]bool, error) {
	type pair struct {
		trouble int64
		target  string
	}
	scan := func(row scanner) (p pair, err error) { err = row.Scan(&p.trouble, &p.target); return p, err }
	pairs, err := all(ctx, v, scan, `SELECT trouble, target FROM notices JOIN troubles ON troubles.id = notices.trouble WHERE healed_at = '' AND event = 'raised'`)
	told := map[int64]map[string]bool{}
	for _, p := range pairs {
		if told[p.trouble] == nil {
			told[p.trouble] = map[string]bool{}
		}
		told[p.trouble][p.target] = true
	}
	return told, err
}
