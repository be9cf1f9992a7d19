package flusso

import (
	"errors"
	"strings"
)

// Kind says what an error means for whoever meets it: whether to try again
// and which exit code it deserves are each decided from it in one place.
type Kind uint8

const (
	// Internal is a defect of flussi itself; the zero value, so that an
	// error nobody classified is never taken for something milder.
	Internal Kind = iota
	// Transient may go away by itself: network, a busy server, a full disk.
	Transient
	// Invalid is a fault of the input: a file, a record, an argument.
	Invalid
	// Config is a fault of the configuration.
	Config
	// Denied is a refusal of ours: agreement, matrix, delega, window, address.
	Denied
	// Untrusted: a host key is not the pinned one, or authentication failed.
	Untrusted
	// Exists: something else already stands where this should go.
	Exists
	// Corrupt: what we wrote ourselves does not read back as it should.
	Corrupt
	// Withheld: disclosure control kept it back; nothing is wrong.
	Withheld
	// Locked: another instance holds the state folder.
	Locked
	// InDoubt: the world allows no certainty about a transfer; a person decides.
	InDoubt
)

var kindNames = [...]string{"internal", "transient", "invalid", "config", "denied", "untrusted", "exists", "corrupt", "withheld", "locked", "in doubt"}

func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return "unknown"
}

// Error is an error one can read aloud: what was being done, to what, and why
// it stopped. It never holds a personal value: ID is an endpoint, schedule or
// spool identifier, never a foreign file name or a field's content.
type Error struct {
	Op   string // what was being done: "fetch", "validate"
	ID   string // to what; may be empty
	Kind Kind
	What Text // one lower-case line for people; when empty, Err speaks
	Hint Text // what to do about it
	Err  error
}

// Error gives one line in English, for logs.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Op)
	if e.ID != "" {
		b.WriteString(" ")
		b.WriteString(e.ID)
	}
	if w := e.What.In(En); w != "" {
		b.WriteString(": ")
		b.WriteString(w)
	}
	if e.Err != nil {
		b.WriteString(": ")
		b.WriteString(e.Err.Error())
	}
	return b.String()
}

func (e *Error) Unwrap() error { return e.Err }

// KindOf finds the Kind of the outermost *Error in err's chain; Internal when
// there is none.
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return Internal
}
