package main

import (
	"errors"

	"flussi/internal/flusso"
)

// The exit codes are a contract that others script against.
const (
	exitDone        = 0
	exitFailed      = 1 // 2 stays Go's
	exitPartial     = 3
	exitConfig      = 10
	exitLocked      = 11
	exitRefused     = 12
	exitInterrupted = 130
)

// exitCode turns an error into the code a script sees; the one place that does.
func exitCode(err error) int {
	var stopped *interrupted
	switch {
	case err == nil:
		return exitDone
	case errors.As(err, &stopped):
		return exitInterrupted
	case errors.Is(err, errPartial):
		return exitPartial
	}
	switch flusso.KindOf(err) {
	case flusso.Config:
		return exitConfig
	case flusso.Locked:
		return exitLocked
	case flusso.Untrusted:
		return exitRefused
	}
	return exitFailed
}

// errPartial ends a command that did its work but not for every record or
// recipient. It says nothing more: the command has told what was left out.
var errPartial = errors.New("partial")

// told is an error that the command has already explained: it decides the exit
// code and says nothing more.
type told struct{ error }

func (t told) Unwrap() error { return t.error }

// errUnreadable fails a command one of whose files could not be read.
var errUnreadable = told{errors.New("unreadable")}

// interrupted is a command that the user stopped.
type interrupted struct{ cause error }

func (*interrupted) Error() string   { return "interrupted" }
func (i *interrupted) Unwrap() error { return i.cause }
