package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"flussi/internal/flusso"
	"flussi/internal/report"
	"flussi/internal/schema"
)

// readFlags are what validate, disclose and explain share: how to read a flow.
type readFlags struct {
	tipo, channel, profile, layout, schema, codes, sheet string
}

func (f *readFlags) register(a *app, cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&f.tipo, "tipo", "", a.text(textFlagTipo))
	flags.StringVar(&f.channel, "channel", "upload", a.text(textFlagChannel))
	flags.StringVar(&f.profile, "profile", "", a.text(textFlagProfile))
	flags.StringVar(&f.layout, "layout", "", a.text(textFlagLayout))
	flags.StringVar(&f.schema, "schema", "", a.text(textFlagSchema))
	flags.StringVar(&f.sheet, "sheet", "", a.text(textFlagSheet))
	flags.StringVar(&f.codes, "codes", "", a.text(textFlagCodes))
}

// options turns the flags into what a schema.Reader wants.
func (f *readFlags) options(a *app) (opt schema.Options, err error) {
	opt.Today, opt.Rows, opt.Sheet = a.now, true, f.sheet
	if f.codes != "" {
		if err := schema.UseCodes(f.codes); err != nil {
			return opt, err
		}
	}
	if f.tipo != "" {
		if opt.Expect, err = flusso.ParseTipo(f.tipo); err != nil {
			return opt, err
		}
	}
	if f.schema != "" {
		if err := useSchema(f.schema, &opt); err != nil {
			return opt, err
		}
	}
	switch f.channel {
	case "upload":
	case "cooperazione":
		opt.Channel = schema.Cooperazione
	default:
		return opt, &flusso.Error{Op: "arguments", Kind: flusso.Invalid, What: textBadChannel, Hint: hintBadChannel}
	}
	if f.profile != "" {
		if opt.Profile, err = loadProfile(f.profile); err != nil {
			return opt, err
		}
	}
	if opt.Expect == flusso.Ritorno || f.layout != "" {
		if opt.Layout, err = loadLayout(f.layout); err != nil {
			return opt, err
		}
	}
	return opt, nil
}

// useSchema reads an XSD: flows must be of its kind, which must be the one asked
// for, if one was, and are checked by it.
func useSchema(path string, opt *schema.Options) error {
	file, _, err := openInput(path)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }() // read only: its error changes nothing
	edition, tipo, err := schema.ReadEdition(file)
	var known *flusso.Error
	if errors.As(err, &known) && known.ID == "" {
		known.ID = path
	}
	if err != nil {
		return err
	}
	if opt.Expect != 0 && opt.Expect != tipo {
		return &flusso.Error{Op: "arguments", Kind: flusso.Invalid, What: textSchemaTipo, Hint: hintSchemaTipo}
	}
	opt.Expect, opt.Edition = tipo, edition
	return nil
}

func (a *app) validateCommand() *cobra.Command {
	var flags readFlags
	var reportPath string
	cmd := &cobra.Command{
		Use:     "validate FILE…",
		Short:   a.text(textValidateShort),
		Long:    a.text(textValidateLong),
		Example: a.text(textValidateExample),
		Args:    cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, files []string) error {
			return a.buffered(func(flush func()) error { return a.validate(cmd.Context(), files, flags, reportPath, flush) })
		},
	}
	flags.register(a, cmd)
	cmd.Flags().StringVar(&reportPath, "report", "", a.text(textFlagReport))
	return cmd
}

// buffered runs a command that may write a line of stdout for every record, and
// fails it when the result could not be written whole. flush brings stdout up
// to date with stderr.
func (a *app) buffered(run func(flush func()) error) error {
	direct := a.stdout
	defer func() { a.stdout = direct }()
	out := newTimelyWriter(direct)
	a.stdout = out
	err := run(func() { _ = out.Flush() }) // its error stays in out
	if failed := out.Close(); failed != nil && (err == nil || errors.Is(err, errPartial)) {
		return fmt.Errorf("write result: %w", failed)
	}
	return err
}

// validate checks files and tells every fault; errPartial when some records
// are rejected, an error when a file cannot be read at all.
func (a *app) validate(ctx context.Context, paths []string, flags readFlags, reportPath string, flush func()) (err error) {
	opt, err := flags.options(a)
	if err != nil {
		return err
	}
	out, err := openReport(reportPath, paths...)
	if err != nil {
		return err
	}
	var found []report.File
	room := out.room()
	unreadable, rejected := false, false
	for _, path := range paths {
		err := a.validateFile(ctx, path, opt, &room, func(f report.File) {
			if a.json {
				a.emit(a.fileMessageOf(f, f.Name))
			} else {
				a.tellFile(f, f.Name)
			}
			unreadable = unreadable || !f.Refused.IsZero()
			rejected = rejected || f.Errors > 0
			if out.wanted() {
				found = append(found, f)
			}
		})
		flush()
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			unreadable = true
			a.explainError(err)
		}
	}
	if err := a.writeReport(out, found); err != nil {
		return err
	}
	switch {
	case unreadable:
		return errUnreadable
	case rejected:
		return errPartial
	}
	return nil
}

// validateFile checks every flow in one file and hands each result to done,
// with as many faults as there is room for.
func (a *app) validateFile(ctx context.Context, path string, opt schema.Options, room *int, done func(report.File)) error {
	file, size, err := openInput(path)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }() // read only: its error changes nothing
	return report.Check(ctx, file, size, path, opt, *room, func(name string, f schema.Fault) {
		if a.json {
			a.emit(faultMessageOf(name, f))
		} else {
			a.tellFault(name, f)
		}
	}, func(f report.File) {
		*room -= len(f.Details)
		done(f)
	})
}

// openInput opens a file that the user named; "-" is not one: flows are read
// more than once.
func openInput(path string) (*os.File, int64, error) {
	// Before it is opened: opening a pipe waits for somebody to write.
	info, err := os.Stat(path)
	var file *os.File
	if err == nil && info.Mode().IsRegular() {
		if file, err = os.Open(path); err == nil {
			info, err = file.Stat()
		}
	}
	switch {
	case err != nil:
		if file != nil {
			_ = file.Close()
		}
		return nil, 0, &flusso.Error{Op: "open", Kind: flusso.Invalid, Err: err, What: textCannotOpen(path), Hint: hintCannotOpen}
	case !info.Mode().IsRegular():
		return nil, 0, &flusso.Error{Op: "open", Kind: flusso.Invalid, What: textNotAFile(path), Hint: hintCannotOpen}
	}
	return file, info.Size(), nil
}

// tellFault says one fault on a line that an editor can jump to.
func (a *app) tellFault(name string, f schema.Fault) {
	rule, _ := schema.RuleByCode(f.Rule)
	a.print(fmt.Sprintf("%s: %s %s: %s", placeOf(name, f), a.text(severityText(f.Severity)), f.Rule, rule.Message.In(a.lang)))
}

// placeOf says where a fault stands: a line and a column that an editor can jump
// to, or the cell of a workbook.
func placeOf(name string, f schema.Fault) string {
	if cell := f.Cell(); cell != "" {
		return name + ":" + cell
	}
	return fmt.Sprintf("%s:%d:%d", name, f.Line, f.Column)
}

func (a *app) tellFile(f report.File, name string) {
	if !f.Refused.IsZero() {
		a.printf(textFileRefused, name, f.Refused.In(a.lang))
		if hint := f.RefusedHint.In(a.lang); hint != "" {
			a.print("  → " + hint)
		}
		return
	}
	a.printf(textFileSummary, name, f.Tipo, f.Records, f.Valid, f.Rejected, f.Faults)
	for _, note := range f.Notes {
		a.print("  " + note.In(a.lang))
	}
}

type faultMessage struct {
	MessageType string          `json:"message_type"`
	File        string          `json:"file"`
	Line        int             `json:"line"`
	Column      int             `json:"column"`
	Path        string          `json:"path"`
	Rule        string          `json:"rule"`
	Severity    schema.Severity `json:"severity"`
	Record      int64           `json:"record"` // from 0; -1: of none
	// The person as people count them, from 1, and where its element begins.
	Beneficiario     int64 `json:"beneficiario,omitempty"`
	BeneficiarioLine int   `json:"beneficiario_line,omitempty"`
	// Of a workbook.
	Sheet string `json:"sheet,omitempty"`
	Cell  string `json:"cell,omitempty"`
}

func faultMessageOf(name string, f schema.Fault) faultMessage {
	return faultMessage{"fault", name, f.Line, f.Column, f.Path, f.Rule, f.Severity, f.Record, f.Beneficiario, f.BeneficiarioLine, f.Sheet, f.Cell()}
}

type fileMessage struct {
	MessageType string           `json:"message_type"`
	File        string           `json:"file"`
	Tipo        string           `json:"tipo"`
	SchemaValid bool             `json:"schema_valid"`
	Records     int64            `json:"records"`
	Valid       int64            `json:"valid"`
	Rejected    int64            `json:"rejected"`
	Faults      int64            `json:"faults"`
	ByRule      map[string]int64 `json:"by_rule"`
	Refused     bool             `json:"refused"`
	Message     string           `json:"message,omitempty"` // why it is refused
	Hint        string           `json:"hint,omitempty"`
	Notes       []string         `json:"notes,omitempty"` // of a table: what was read otherwise than flussi writes it
	Workbook    *workbookMessage `json:"workbook,omitempty"`
	Table       *tableMessage    `json:"table,omitempty"` // of a CSV
}

func (a *app) fileMessageOf(f report.File, name string) fileMessage {
	byRule := f.ByRule
	if byRule == nil {
		byRule = map[string]int64{}
	}
	var notes []string
	for _, note := range f.Notes {
		notes = append(notes, note.In(a.lang))
	}
	return fileMessage{"file", name, f.Tipo, f.SchemaValid, f.Records, f.Valid, f.Rejected, f.Faults, byRule,
		!f.Refused.IsZero(), f.Refused.In(a.lang), f.RefusedHint.In(a.lang), notes, workbookMessageOf(f.Workbook), tableMessageOf(f.Table)}
}
