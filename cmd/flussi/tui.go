package main

// All that the commands say to people stands in this file and in the texts*.go.
//
// The wording: errors are one lower-case line without a full stop, prefixed
// "flussi:", and a second line says what to do. Nothing is an error that the
// user cannot act on; nothing personal is ever printed. stdout is the result,
// stderr is for people.

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"flussi/internal/anonymize"
	"flussi/internal/config"
	"flussi/internal/flusso"
	"flussi/internal/schema"
)

// explainError says what went wrong and what to do about it, of several errors
// one after the other. Of told and errPartial the command has spoken already.
func (a *app) explainError(err error) {
	if several, ok := err.(interface{ Unwrap() []error }); ok {
		for _, one := range several.Unwrap() {
			a.explainError(one)
		}
		return
	}
	var stopped *interrupted
	var already told
	if errors.Is(err, errPartial) || errors.As(err, &already) {
		return
	}
	a.tellFaults(err)
	what, hint := wordsOf(err)
	if errors.As(err, &stopped) {
		what, hint = textInterrupted, hintInterrupted
	}
	a.sayWords(what, hint)
	if a.json {
		a.emit(struct {
			MessageType string `json:"message_type"`
			Code        int    `json:"code"`
			Message     string `json:"message"`
			Hint        string `json:"hint"`
		}{"error", exitCode(err), what.In(a.lang), hint.In(a.lang)})
	}
}

// tellFaults says each fault of a configuration, a layout or an act that an error holds.
func (a *app) tellFaults(err error) {
	var faults config.Faults
	if errors.As(err, &faults) {
		for _, f := range faults {
			a.tellConfigFault(f.File, f.Line, f.Column, f.Path, f.What, f.Hint)
		}
	}
	var layout schema.LayoutFaults
	if errors.As(err, &layout) {
		var whole *flusso.Error
		errors.As(err, &whole) // ParseLayout's, or the one that names the file
		for _, f := range layout {
			a.tellConfigFault(whole.ID, f.Line, f.Column, "", f.What, f.Hint)
		}
	}
	var acts anonymize.Faults // of the matrix or of deleghe
	if errors.As(err, &acts) {
		for _, f := range acts {
			a.tellConfigFault(f.File, f.Line, f.Column, "", f.What, hintActFault)
		}
	}
}

// sayWords is an error's two lines.
func (a *app) sayWords(what, hint flusso.Text) {
	a.say("flussi: " + what.In(a.lang))
	a.say("  → " + hint.In(a.lang))
}

// wordsOf gives the one line and the remedy of an error.
func wordsOf(err error) (what, hint flusso.Text) {
	var known *flusso.Error
	if errors.As(err, &known) {
		what, hint = known.What, known.Hint
		if !what.IsZero() && known.ID != "" {
			what = flusso.Text{It: known.ID + ": " + what.It, En: known.ID + ": " + what.En}
		}
	}
	if what.IsZero() {
		what = sprint(textUnforeseen, strings.ReplaceAll(err.Error(), "\n", "; "))
	}
	var onDisk *fs.PathError
	switch {
	case !hint.IsZero():
	case errors.As(err, &onDisk):
		hint = hintDisk
	default:
		hint = hintUnforeseen
	}
	return what, hint
}

// tellConfigFault says one fault of a configuration file, on a line that an
// editor can jump to.
func (a *app) tellConfigFault(file string, line, column int, path string, what, hint flusso.Text) {
	at := fmt.Sprintf("%s:%d:%d: ", file, line, column)
	if path != "" {
		at += path + ": "
	}
	a.say(at + what.In(a.lang))
	if !hint.IsZero() {
		a.say("  → " + hint.In(a.lang))
	}
	if a.json {
		a.emit(struct {
			MessageType string `json:"message_type"`
			File        string `json:"file"`
			Line        int    `json:"line"`
			Column      int    `json:"column"`
			Path        string `json:"path"`
			Message     string `json:"message"`
			Hint        string `json:"hint"`
		}{"config_fault", file, line, column, path, what.In(a.lang), hint.In(a.lang)})
	}
}

// say writes a line for people to stderr.
func (a *app) say(line string) {
	if a.journal != nil && a.journal.Options().JSON {
		a.journal.Line(line)
		return
	}
	_, _ = fmt.Fprintln(a.stderr, line)
}

// sayf formats a text for people to stderr.
func (a *app) sayf(t flusso.Text, args ...any) { a.say(fmt.Sprintf(a.text(t), args...)) }

// print writes a line of the result to stdout.
func (a *app) print(line string) { _, _ = fmt.Fprintln(a.stdout, line) }

// printf formats a line of the result to stdout.
func (a *app) printf(t flusso.Text, args ...any) { a.print(fmt.Sprintf(a.text(t), args...)) }

// emit writes one JSON object on a line of stdout.
func (a *app) emit(message any) {
	line, err := json.Marshal(message)
	if err != nil {
		// Every message is a plain struct: this is a defect, not a state.
		panic(err)
	}
	_, _ = a.stdout.Write(append(line, '\n'))
}
