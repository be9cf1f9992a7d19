package ledger

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"flussi/internal/spool"
)

// Event is what an audit entry tells.
type Event string

const (
	RunBegin         Event = "run.begin"
	RunEnd           Event = "run.end"
	DisclosureIntent Event = "disclosure.intent" // before anything is disclosed
	DisclosureDone   Event = "disclosure.done"
	TransferIntent   Event = "transfer.intent" // before anything is sent or taken
	TransferDone     Event = "transfer.done"
	Quarantine       Event = "quarantine"
	Access           Event = "access"          // a person looked at what is set aside
	Alarm            Event = "alarm"           // in doubt, lost in transit
	HostKey          Event = "host.key"        // a host key was pinned, and how it was confirmed
	Connect          Event = "connect"         // how a run reached an endpoint
	EsitiRead        Event = "esiti.read"      // what INPS answered was entered
	FlowPrepared     Event = "flow.prepared"   // a flow was made to be sent, sent by a person, or will not be; Outcome says which
	Removal          Event = "removal"         // bytes that came are removed from the spool; Outcome says why
	ReleaseRemoval   Event = "release.removal" // an old release is pruned
	ReleaseHold      Event = "release.hold"    // Outcome: held, or let go
	ReleaseBack      Event = "release.back"    // an older release is made live again; Outcome: intent, then live
	ReleaseCompact   Event = "release.compact" // a release of the same rows in fewer parts takes the place of another
	CodeKeyIntent    Event = "code_key.intent" // before a key of stable codes is made, destroyed or brought back
	CodeKeyDone      Event = "code_key.done"
	ReleaseKeyGone   Event = "release_key.destroyed" // nobody can compute a release's row codes any more
	LogRemoval       Event = "audit.removal"         // the contents of entries go at the end of their term; Counts says which
	LogResumed       Event = "audit.resumed"         // entries that an older snapshot lacked are back from a copy, or a person says that there are none
	BackupMade       Event = "backup"                // Outcome: intent, then done; KeyID whom it is sealed for
	RestoreDrill     Event = "restore.drill"         // a restore was tried; Outcome: done or failed
	TermOver         Event = "retention"             // what a term is over of goes: Object says which term, Outcome from when
	ReceiptRead      Event = "receipt"               // a receipt was read; Outcome says what it is
	ReceiptPerson    Event = "receipt.person"        // a person says that a delivery was received, or closes a receipt
)

// Entry is one line of the audit log: who did what to what, for whom, under
// which agreement, for which purpose, and what came of it. None of it is a
// personal value of a Beneficiario; Object is a release, an arrival or a hash.
//
// Its stored form is canonical: JSON without spaces, keys in alphabetical
// order, empty ones left out, numbers whole. Time and ClockBack are the
// ledger's.
type Entry struct {
	Actor     string `json:"actor,omitempty"` // the person, by code
	Agreement string `json:"agreement,omitempty"`
	// Arrivals are those that a release was made from, as "1-3 7".
	Arrivals string `json:"arrivals,omitempty"`
	// ClockBack is how many nanoseconds the clock stood before the entry
	// above when this one was written: recorded, never smoothed over.
	ClockBack int64            `json:"clock_back_ns,omitempty"`
	Counts    map[string]int64 `json:"counts,omitempty"`
	Endpoint  string           `json:"endpoint,omitempty"` // of a transfer
	Event     Event            `json:"event"`
	KeyID     string           `json:"key_id,omitempty"` // names a key of stable codes
	Login     string           `json:"login,omitempty"`  // user name of the process
	// Name and NameHash stand for the remote name (flusso.MaskName, and a
	// keyed hash): the name itself is never stored.
	Name      string    `json:"name,omitempty"`
	NameHash  string    `json:"name_hash,omitempty"`
	Object    string    `json:"object,omitempty"`
	Outcome   string    `json:"outcome,omitempty"`
	Purpose   string    `json:"purpose,omitempty"`
	Recipient string    `json:"recipient,omitempty"`
	Report    string    `json:"report,omitempty"` // SHA-256 of the inner disclosure report of a release
	Run       RunID     `json:"run,omitempty"`
	SHA256    string    `json:"sha256,omitempty"` // of the file moved, once known; of a release that is shown, its manifest
	Signer    string    `json:"signer,omitempty"` // public key that the release is signed with
	Time      time.Time `json:"-"`
}

// canonical gives the bytes that are stored and hashed.
func (e Entry) canonical() ([]byte, error) {
	// Of text that is not UTF-8 JSON has two forms; one is left.
	for _, s := range []*string{&e.Actor, &e.Agreement, &e.Arrivals, &e.Endpoint, (*string)(&e.Event), &e.KeyID, &e.Login, &e.Name, &e.NameHash, &e.Object, &e.Outcome, &e.Purpose, &e.Recipient, &e.Report, &e.SHA256, &e.Signer} {
		*s = strings.ToValidUTF8(*s, "\ufffd")
	}
	for name := range e.Counts {
		if !utf8.ValidString(name) {
			return nil, errors.New("the name of a count is not UTF-8")
		}
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(stored{plainEntry(e), e.Time.UTC().Format(stampLayout)}); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

type (
	stored struct {
		plainEntry
		Stamp string `json:"time"`
	}
	plainEntry Entry // without Entry's own methods
)

// MarshalJSON writes the stored form.
func (e Entry) MarshalJSON() ([]byte, error) { return e.canonical() }

// UnmarshalJSON reads the stored form.
func (e *Entry) UnmarshalJSON(b []byte) error {
	var s stored
	if err := json.Unmarshal(b, &s); err != nil {
		return err
	}
	t, err := time.Parse(stampLayout, s.Stamp)
	*e = Entry(s.plainEntry)
	e.Time = t
	return err
}

// tail is the end of the log as a transaction has it: what it appended is
// written at its end, together.
type tail struct {
	tree
	last time.Time // of the last entry
	new  []newEntry
	// removed is the index below which contents go with this transaction; 0: none do.
	removed int64
}

type newEntry struct {
	index int64
	entry []byte
	leaf  spool.Sum
}

// Append adds an entry and gives its index, from 0.
func (tx *Tx) Append(ctx context.Context, e Entry) (int64, error) {
	if err := tx.openLog(ctx); err != nil {
		return 0, err
	}
	log := tx.log
	e.Time, e.ClockBack = tx.now().UTC(), 0
	if e.Time.Before(log.last) {
		e.ClockBack = log.last.Sub(e.Time).Nanoseconds()
	}
	entry, err := e.canonical()
	if err != nil {
		return 0, fail("audit", "", err)
	}
	n := newEntry{int64(log.size), entry, leafHash(entry)}
	log.add(n.leaf)
	log.new, log.last = append(log.new, n), e.Time
	return n.index, nil
}

// openLog reads the end of the log, once a transaction.
func (tx *Tx) openLog(ctx context.Context) error {
	if tx.log != nil {
		return nil
	}
	t, last, err := tx.storedTree(ctx)
	if err == nil {
		tx.log = &tail{tree: t, last: last}
	}
	return err
}

// writeLog writes what the transaction appended.
func (tx *Tx) writeLog(ctx context.Context) error {
	if tx.log == nil || len(tx.log.new) == 0 {
		return nil
	}
	const rows = 64 // of one statement
	for part := range slices.Chunk(tx.log.new, rows) {
		args := make([]any, 0, 3*len(part))
		for _, n := range part {
			args = append(args, n.index, n.entry, n.leaf[:])
		}
		_, err := tx.exec(ctx, `INSERT INTO audit (seq, entry, leaf) VALUES (?, ?, ?)`+strings.Repeat(`, (?, ?, ?)`, len(part)-1), args...)
		var db *sqlite.Error
		if errors.As(err, &db) && db.Code()&0xff == sqlite3.SQLITE_CONSTRAINT {
			return tampered(err) // the log does not end where its tree says
		}
		if err != nil {
			return fail("audit", "", err)
		}
	}
	_, err := tx.exec(ctx, `UPDATE audit_tree SET size = ?, nodes = ?, last = ?, pruned = max(pruned, ?) WHERE one = 1`, int64(tx.log.size), tx.log.bytes(), tx.log.last.Format(stampLayout), tx.log.removed)
	if err == nil && tx.log.removed > 0 {
		_, err = tx.exec(ctx, `UPDATE audit SET entry = x'' WHERE seq < ? AND length(entry) > 0`, tx.log.removed)
	}
	tx.log.new, tx.log.removed = nil, 0
	return fail("audit", "", err)
}

// storedTree is the tree as the last Append left it, and that entry's time.
func (v view) storedTree(ctx context.Context) (t tree, last time.Time, err error) {
	var size int64
	var nodes []byte
	if err := v.q.QueryRowContext(ctx, `SELECT size, nodes, last FROM audit_tree`).Scan(&size, &nodes, stampScan{&last}); err != nil {
		if errors.Is(err, sql.ErrNoRows) {
			return t, last, tampered(err)
		}
		return t, last, fail("audit", "", err)
	}
	t, err = parseTree(uint64(size), nodes)
	if err != nil {
		return t, last, tampered(err)
	}
	return t, last, nil
}

// Root is the log at a moment: how many entries, and the RFC 6962 tree hash
// that stands for all of them. Noted somewhere else, it lets Verify find even
// a log rewritten as a whole.
type Root struct {
	Size int64     `json:"size"`
	Hash spool.Sum `json:"root"`
}

// Root gives the log's present root.
func (v view) Root(ctx context.Context) (Root, error) {
	t, _, err := v.storedTree(ctx)
	return Root{Size: int64(t.size), Hash: t.root()}, err
}

// Logged is an audit entry in its place.
type Logged struct {
	Index int64     `json:"index"`
	Leaf  spool.Sum `json:"leaf"`
	Bytes []byte    `json:"-"` // as stored and hashed
	Entry Entry     `json:"entry"`
}

// EachEntry calls f with the entries from an index on, in order, until f
// errs; those whose contents were removed are left out. It does not verify them.
func (v view) EachEntry(ctx context.Context, from int64, f func(Logged) error) (err error) {
	rows, err := v.q.QueryContext(ctx, `SELECT seq, entry, leaf FROM audit WHERE seq >= ? AND length(entry) > 0 ORDER BY seq`, from)
	if err != nil {
		return fail("read audit", "", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var l Logged
		var leaf []byte
		if err := rows.Scan(&l.Index, &l.Bytes, &leaf); err != nil {
			return fail("read audit", "", err)
		}
		if len(leaf) != len(l.Leaf) {
			return tampered(fmt.Errorf("the hash of entry %d is not one", l.Index))
		}
		l.Leaf = spool.Sum(leaf)
		if err := json.Unmarshal(l.Bytes, &l.Entry); err != nil {
			return tampered(fmt.Errorf("entry %d is not readable", l.Index))
		}
		if err := f(l); err != nil {
			return err
		}
	}
	return fail("read audit", "", rows.Err())
}
