package ledger

import (
	"context"
	"strconv"
	"time"

	"flussi/internal/flusso"
	"flussi/internal/spool"
)

// PreparedID numbers the flows that an Ente has prepared to be sent, from 1.
type PreparedID int64

// String gives the number.
func (id PreparedID) String() string { return strconv.FormatInt(int64(id), 10) }

// PreparedState is how far a prepared flow has come.
type PreparedState string

const (
	// NumberTaken: the file is being written. After a crash the next start looks
	// whether it is there.
	NumberTaken PreparedState = "taken"
	// Ready: the file is there, and was sent by nobody yet.
	Ready PreparedState = "ready"
	// Uploaded: a person says that it was sent.
	Uploaded PreparedState = "uploaded"
	// Answered: INPS answered, for the whole flow or for its records.
	Answered PreparedState = "answered"
	// Dropped: it will not be sent; its number is used up.
	Dropped PreparedState = "dropped"
)

// An answer may come for what nobody noted as sent, and changes later.
var preparedMoves = machine[PreparedState]{"prepared", map[PreparedState][]PreparedState{
	NumberTaken: {Ready, Dropped},
	Ready:       {Uploaded, Answered, Dropped},
	Uploaded:    {Answered, Dropped},
	Answered:    {Answered},
	Dropped:   {},
}}

// Prepared is a flow that an Ente has made to be sent under a number of its own.
type Prepared struct {
	ID       PreparedID    `json:"id"`
	State    PreparedState `json:"state"`
	IDFlusso string        `json:"id_flusso"`
	Ente     string        `json:"ente"`
	Tipo     flusso.Tipo   `json:"-"`
	// Day and Number are the parts of IDFlusso that make it one: the day as
	// AAAA-MM-GG, and how manieth of its kind on it.
	Day    string `json:"day"`
	Number int    `json:"number"`
	// Source is the sum of the file that it was made of, SHA256 its own.
	Source   spool.Sum `json:"-"`
	SHA256   spool.Sum `json:"sha256"`
	Size     int64     `json:"size"`
	Records  int64     `json:"records"`
	Operator string    `json:"operator,omitempty"`
	// Place is the folder of the file while it is being written; then "".
	Place string `json:"-"`
	// Protocol is what the portal gave back, if somebody noted it.
	Protocol   string    `json:"protocol,omitempty"`
	Reason     string    `json:"reason,omitempty"` // a code
	MadeAt     time.Time `json:"made_at"`
	UploadedAt time.Time `json:"uploaded_at,omitzero"`
	AnsweredAt time.Time `json:"answered_at,omitzero"`
	ChangedAt  time.Time `json:"changed_at"`
	// Accepted and Rejected are how many of its records INPS took and did not;
	// the others wait for an answer.
	Accepted int64 `json:"accepted"`
	Rejected int64 `json:"rejected"`
}

// RecordAnswer is what INPS said of a record.
type RecordAnswer string

const (
	RecordAccepted RecordAnswer = "accepted"
	RecordRejected RecordAnswer = "rejected"
)

// PreparedRecord is a record of a prepared flow, without its values.
type PreparedRecord struct {
	Ordinal int64  // in the flow, from 0
	Key     []byte // which benefit it is about
	Content int64  // what it says of it
	Cancels bool
	Answer  RecordAnswer // "": none yet
}

// Reserve is a range of numbers that this installation alone may take.
type Reserve struct {
	Tipo     flusso.Tipo
	From, To int
}

// TakeNumber gives a flow the next number of its day, above all that were taken, and
// enters it as NumberTaken. Day, Ente, Tipo, Source, Operator and Place are the
// caller's; name makes IDFlusso. Kind Invalid when the range that is reserved has none left.
func (tx *Tx) TakeNumber(ctx context.Context, p Prepared, most int, name func(number int) string) (Prepared, error) {
	reserve, err := tx.ReserveOf(ctx, p.Tipo, most)
	if err != nil {
		return p, err
	}
	number := func(row scanner) (n int, err error) { err = row.Scan(&n); return n, err }
	p.Number, _, err = one(ctx, tx.view, number, `SELECT max(?, coalesce(max(number) + 1, 0)) FROM prepared
		WHERE ente = ? AND tipo = ? AND day = ? AND number BETWEEN ? AND ?`, reserve.From, p.Ente, p.Tipo.String(), p.Day, reserve.From, reserve.To)
	if err != nil {
		return p, err
	}
	if p.Number > reserve.To {
		return p, &flusso.Error{Op: "take number", ID: p.Day, Kind: flusso.Invalid, What: textNumbersOut, Hint: hintNumbersOut}
	}
	p.State, p.IDFlusso, p.MadeAt = NumberTaken, name(p.Number), tx.now().UTC()
	id, err := tx.insert(ctx, `INSERT INTO prepared (state, id_flusso, ente, tipo, day, number, source, operator, place, made_at, changed_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		p.State, p.IDFlusso, p.Ente, p.Tipo.String(), p.Day, p.Number, p.Source.String(), p.Operator, p.Place, tx.stamp(), tx.stamp())
	p.ID = PreparedID(id)
	return p, fail("take number", p.IDFlusso, err)
}

// EndTaken notes what became of a flow whose number was taken: Ready, with its file's
// sum, size and records, or Dropped.
func (tx *Tx) EndTaken(ctx context.Context, p Prepared, to PreparedState, reason string, records []PreparedRecord) error {
	op := "enter flow"
	if err := advance(ctx, tx, op, preparedMoves, to, reason, []string{"sha256", "size", "records", "place"}, row{p.ID, p.SHA256.String(), p.Size, p.Records, ""}); err != nil {
		return err
	}
	for _, r := range records {
		_, err := tx.exec(ctx, `INSERT INTO prepared_records (flow, ordinal, key, content, cancels) VALUES (?, ?, ?, ?, ?)`, p.ID, r.Ordinal, r.Key, r.Content, r.Cancels)
		if err != nil {
			return fail(op, p.IDFlusso, err)
		}
	}
	return nil
}

// NoteUploaded notes that a person sent a flow, when, and what the portal gave back.
func (tx *Tx) NoteUploaded(ctx context.Context, id PreparedID, at time.Time, protocol string) error {
	return advance(ctx, tx, "note upload", preparedMoves, Uploaded, "", []string{"uploaded_at", "protocol"}, row{id, stampOf(at), protocol})
}

// Drop notes that a flow will not be sent.
func (tx *Tx) Drop(ctx context.Context, id PreparedID, reason string) error {
	return advance(ctx, tx, "drop flow", preparedMoves, Dropped, reason, nil, row{id})
}

// AnswerRecord notes what INPS said of a record.
func (tx *Tx) AnswerRecord(ctx context.Context, id PreparedID, ordinal int64, answer RecordAnswer) error {
	_, err := tx.exec(ctx, `UPDATE prepared_records SET answer = ? WHERE flow = ? AND ordinal = ?`, answer, id, ordinal)
	return fail("note answer", id.String(), err)
}

// AnswerAll notes that INPS said one thing of all records of a flow.
func (tx *Tx) AnswerAll(ctx context.Context, id PreparedID, answer RecordAnswer) error {
	_, err := tx.exec(ctx, `UPDATE prepared_records SET answer = ? WHERE flow = ?`, answer, id)
	return fail("note answer", id.String(), err)
}

// NoteAnswered notes that INPS answered a flow, and by what code.
func (tx *Tx) NoteAnswered(ctx context.Context, id PreparedID, code string) error {
	return advance(ctx, tx, "note answer", preparedMoves, Answered, code, []string{"answered_at"}, row{id, tx.stamp()})
}

// SetReserve keeps the range of numbers that this installation alone may take.
func (tx *Tx) SetReserve(ctx context.Context, r Reserve) error {
	_, err := tx.exec(ctx, `INSERT INTO reserves (tipo, first, last) VALUES (?, ?, ?) ON CONFLICT (tipo) DO UPDATE SET first = excluded.first, last = excluded.last`, r.Tipo.String(), r.From, r.To)
	return fail("reserve numbers", "", err)
}

// ReserveOf gives the range of a kind of flow; all from 1 to most where none is set.
func (v view) ReserveOf(ctx context.Context, tipo flusso.Tipo, most int) (Reserve, error) {
	scan := func(row scanner) (r Reserve, err error) { err = row.Scan(&r.From, &r.To); return r, err }
	r, found, err := one(ctx, v, scan, `SELECT first, last FROM reserves WHERE tipo = ?`, tipo.String())
	if !found {
		r = Reserve{From: 1, To: most}
	}
	r.Tipo = tipo
	return r, err
}

const selectPrepared = `SELECT p.id, p.state, p.id_flusso, p.ente, p.tipo, p.day, p.number, p.source, p.sha256, p.size, p.records, p.operator, p.place,
	p.protocol, p.reason, p.made_at, p.uploaded_at, p.answered_at, p.changed_at,
	(SELECT count(*) FROM prepared_records r WHERE r.flow = p.id AND r.answer = 'accepted'),
	(SELECT count(*) FROM prepared_records r WHERE r.flow = p.id AND r.answer = 'rejected') FROM prepared p `

func scanPrepared(row scanner) (p Prepared, err error) {
	var tipo string
	err = row.Scan(&p.ID, &p.State, &p.IDFlusso, &p.Ente, &tipo, &p.Day, &p.Number, sumScan{&p.Source}, sumScan{&p.SHA256}, &p.Size, &p.Records, &p.Operator, &p.Place,
		&p.Protocol, &p.Reason, stampScan{&p.MadeAt}, stampScan{&p.UploadedAt}, stampScan{&p.AnsweredAt}, stampScan{&p.ChangedAt}, &p.Accepted, &p.Rejected)
	if err == nil {
		p.Tipo, err = flusso.ParseTipo(tipo)
	}
	return p, err
}

// Prepared lists the last flows that were prepared, newest first; all when last is 0.
func (v view) Prepared(ctx context.Context, last int) ([]Prepared, error) {
	return all(ctx, v, scanPrepared, selectPrepared+`ORDER BY p.id DESC LIMIT ?`, limit(last))
}

// PreparedFlow finds one by its IDFlusso.
func (v view) PreparedFlow(ctx context.Context, idFlusso string) (Prepared, bool, error) {
	return one(ctx, v, scanPrepared, selectPrepared+`WHERE p.id_flusso = ?`, idFlusso)
}

// PreparedOf finds the last one that was made of a file, and not abandoned.
func (v view) PreparedOf(ctx context.Context, source spool.Sum) (Prepared, bool, error) {
	return one(ctx, v, scanPrepared, selectPrepared+`WHERE p.source = ? AND p.state <> ? ORDER BY p.id DESC LIMIT 1`, source.String(), Dropped)
}

// PreparedIn lists those in a state, oldest first.
func (v view) PreparedIn(ctx context.Context, state PreparedState) ([]Prepared, error) {
	return all(ctx, v, scanPrepared, selectPrepared+`WHERE p.state = ? ORDER BY p.id`, state)
}

// RecordsOf lists the records of a prepared flow, in its order.
func (v view) RecordsOf(ctx context.Context, id PreparedID) ([]PreparedRecord, error) {
	return all(ctx, v, scanPreparedRecord, `SELECT ordinal, key, content, cancels, answer FROM prepared_records WHERE flow = ? ORDER BY ordinal`, id)
}

func scanPreparedRecord(row scanner) (r PreparedRecord, err error) {
	err = row.Scan(&r.Ordinal, &r.Key, &r.Content, &r.Cancels, &r.Answer)
	return r, err
}
