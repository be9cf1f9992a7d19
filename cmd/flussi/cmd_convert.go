package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"flussi/internal/container"
	"flussi/internal/convert"
	"flussi/internal/flusso"
	"flussi/internal/repair"
	"flussi/internal/report"
	"flussi/internal/schema"
	"flussi/internal/spool"
)

func (a *app) convertCommand() *cobra.Command {
	var flags readFlags
	var c conversion
	var p proposal
	cmd := &cobra.Command{
		Use:     "convert IN OUT",
		Short:   a.text(textConvertShort),
		Long:    a.text(textConvertLong),
		Example: a.text(textConvertExample),
		Args:    cobra.RangeArgs(1, 2),
		RunE: func(cmd *cobra.Command, args []string) error {
			if p.layout != "" {
				if err := cobra.ExactArgs(1)(cmd, args); err != nil {
					return err
				}
				p.in, p.force = args[0], c.force
				return a.proposeMap(cmd.Context(), p, flags)
			}
			if len(args) == 1 && !c.dryRun {
				return cobra.ExactArgs(2)(cmd, args)
			}
			if c.in = args[0]; len(args) == 2 {
				c.out = args[1]
			}
			return a.buffered(func(func()) error { return a.convert(cmd.Context(), c, flags) })
		},
	}
	cmd.Flags().StringVar(&flags.tipo, "tipo", "", a.text(textFlagTipo))
	cmd.Flags().StringVar(&flags.layout, "map", "", a.text(textFlagMap))
	cmd.Flags().StringVar(&flags.sheet, "sheet", "", a.text(textFlagSheet))
	cmd.Flags().StringVar(&flags.codes, "codes", "", a.text(textFlagCodes))
	cmd.Flags().StringVar(&flags.profile, "profile", "", a.text(textFlagProfile))
	cmd.Flags().BoolVar(&c.force, "force", false, a.text(textFlagForce))
	cmd.Flags().BoolVar(&c.split, "split", false, a.text(textFlagSplit))
	cmd.Flags().StringVar(&c.date, "date", "", a.text(textFlagSplitDate))
	cmd.Flags().IntVar(&c.first, "first", 1, a.text(textFlagSplitFirst))
	cmd.Flags().StringSliceVar(&c.fix, "fix", nil, a.text(textFlagFix))
	cmd.Flags().StringVar(&c.sinbaKey, "sinba-key", "", a.text(textFlagSinbaKey))
	cmd.Flags().StringVar(&c.report, "report", "", a.text(textFlagReport))
	cmd.Flags().BoolVar(&c.dryRun, "dry-run", false, a.text(textFlagFixDryRun))
	cmd.Flags().StringVar(&p.layout, "propose-map", "", a.text(textFlagProposeMap))
	cmd.Flags().BoolVar(&p.update, "update-map", false, a.text(textFlagUpdateMap))
	flags.channel = "upload"
	return cmd
}

// conversion is what convert is asked for.
type conversion struct {
	in, out      string
	force, split bool
	date         string
	first        int
	fix          []string // names of repairs
	report       string   // where what was found is written
	sinbaKey     string   // file of the key that names minors
	dryRun       bool     // tell what would be done, and write nothing
}

// convert writes one flow in another form, whole or not at all. errPartial when
// it breaks the schema, and nothing is written, or when records of what was
// written break a rule.
func (a *app) convert(ctx context.Context, c conversion, flags readFlags) error {
	repairs, err := c.repairs()
	if err != nil {
		return err
	}
	opt, err := flags.options(a)
	if err != nil {
		return err
	}
	if opt.Expect == flusso.Ritorno || opt.Layout != nil && opt.Layout.Flow == flusso.Ritorno {
		return &flusso.Error{Op: "convert", Kind: flusso.Invalid, What: textConvertRitorno, Hint: hintConvertRitorno}
	}
	out, err := openReport(c.report, c.in, c.out)
	if err != nil {
		return err
	}
	file, size, err := openInput(c.in)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }() // read only: its error changes nothing
	if !c.dryRun {
		if err := c.check(file); err != nil {
			return err
		}
	}
	found := report.File{Name: c.out}
	err = container.Walk(file, size, opt.Workbooks(), func(ordinal int, flow io.Reader) error {
		if ordinal > 0 {
			return &flusso.Error{Op: "convert", ID: c.in, Kind: flusso.Invalid, What: textConvertSeveral, Hint: hintConvertSeveral}
		}
		opt.Faults = func(f schema.Fault) {
			found.Add(f, out.room())
			if !strings.HasPrefix(f.Rule, "XSD-") && !strings.HasPrefix(f.Rule, "FILE-") {
				return // told by validate; here they are counted
			}
			if a.json {
				a.emit(faultMessageOf(c.in, f))
			} else {
				a.tellFault(c.in, f)
			}
		}
		flow = schema.Interruptibly(ctx, flow)
		if len(repairs) == 0 {
			return a.convertFlow(ctx, c, flow, opt, &found)
		}
		return a.repairFlow(ctx, c, flow, opt, repairs, &found)
	})
	var invalid *convert.NotValid
	written := !errors.As(err, &invalid)
	switch {
	case !written:
		found.Merge(invalid.Summary)
	case err != nil:
		return err
	}
	if err := a.writeReport(out, []report.File{found}); err != nil {
		return err
	}
	a.tellConverted(c, found, written)
	if !written || found.Errors > 0 {
		return errPartial
	}
	return nil
}

// repairs are those that were asked for by name, and the codes that a key makes.
func (c *conversion) repairs() ([]repair.Repair, error) {
	chosen, err := repair.ByName(c.fix...)
	if err != nil || c.sinbaKey == "" {
		return chosen, err
	}
	key, err := readSinbaKey(c.sinbaKey)
	if err != nil {
		return nil, err
	}
	coder, err := key.NewCoder()
	if err != nil {
		return nil, err
	}
	return append(chosen, repair.Codes(coder)), nil
}

// check refuses what cannot be written, before the work is done.
func (c *conversion) check(in *os.File) error {
	out, err := os.Stat(c.out)
	here, statErr := in.Stat()
	switch {
	case err == nil && statErr == nil && os.SameFile(out, here):
		return &flusso.Error{Op: "convert", ID: c.out, Kind: flusso.Exists, What: textConvertSame, Hint: hintConvertSame}
	case err == nil && c.split:
		return &flusso.Error{Op: "convert", ID: c.out, Kind: flusso.Exists, What: textConvertExists, Hint: hintSplitExists}
	case err == nil && !c.force:
		return &flusso.Error{Op: "convert", ID: c.out, Kind: flusso.Exists, What: textConvertExists, Hint: hintConvertExists}
	case c.split:
		return nil
	}
	if _, err := convert.FormOf(c.out); err != nil {
		return err
	}
	return canBeWritten(c.out)
}

func (a *app) convertFlow(ctx context.Context, c conversion, flow io.Reader, opt schema.Options, found *report.File) error {
	if c.dryRun {
		summary, err := convert.EachBatch(flow, opt, func(*schema.Batch) error { return nil })
		found.Merge(summary)
		return err
	}
	if c.split {
		return a.splitFlow(ctx, c, flow, opt, found)
	}
	form, err := convert.FormOf(c.out)
	if err != nil {
		return err
	}
	return spool.WriteFile(spool.OS, c.out, 0o644, func(w io.Writer) error {
		summary, err := convert.Flow(w, form, flow, opt)
		if err == nil {
			found.Merge(summary)
		}
		return err
	})
}

// splitFlow writes each record as a flow of its own into the folder OUT, which
// appears when all are durable.
func (a *app) splitFlow(ctx context.Context, c conversion, flow io.Reader, opt schema.Options, found *report.File) (err error) {
	day := a.now()
	if c.date != "" {
		if day, err = time.Parse(time.DateOnly, c.date); err != nil {
			return &flusso.Error{Op: "convert", Kind: flusso.Invalid, What: textSplitDate, Hint: usageOfDate}
		}
	}
	part := filepath.Clean(c.out) + spool.PartSuffix
	if err := os.RemoveAll(part); err != nil { // a run that was cut off
		return fmt.Errorf("make folder: %w", err)
	}
	if err := os.MkdirAll(part, 0o755); err != nil {
		return fmt.Errorf("make folder: %w", err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.RemoveAll(part))
		}
	}()
	number := c.first
	summary, err := convert.EachBatch(flow, opt, func(b *schema.Batch) error {
		ente, _ := b.Text(schema.EnteCodice, 0)
		kind := "PS"
		if b.Tipo == flusso.SINBA {
			kind = "SINBA"
		}
		if !enteInName.MatchString(string(ente)) {
			return &flusso.Error{Op: "convert", Kind: flusso.Invalid, What: textSplitEnte, Hint: hintSplitEnte}
		}
		for rec := range b.Len() {
			if number > maxProgressivo {
				return &flusso.Error{Op: "convert", Kind: flusso.Invalid, What: textSplitMany, Hint: hintSplitMany}
			}
			name := fmt.Sprintf("%s.%s.%s.%07d", ente, kind, day.Format("20060102"), number)
			number++
			if err := writeRecord(filepath.Join(part, name+".xml"), name, b, rec); err != nil {
				return err
			}
		}
		return ctx.Err()
	})
	if err != nil {
		return err
	}
	found.Merge(summary)
	if err := spool.OS.SyncDir(part); err != nil {
		return fmt.Errorf("make folder durable: %w", err)
	}
	if err := os.Rename(part, c.out); err != nil {
		return fmt.Errorf("name folder: %w", err)
	}
	return spool.OS.SyncDir(filepath.Dir(filepath.Clean(c.out)))
}

const maxProgressivo = 9_999_999

var (
	enteInName  = flusso.NewPattern(`^[A-Z0-9]{1,32}$`)
	usageOfDate = flusso.Text{It: "per esempio --date 2026-02-01", En: "for example --date 2026-02-01"}
)

// writeRecord writes one record as a whole flow.
func writeRecord(path, name string, b *schema.Batch, rec int) (err error) {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, fs.FileMode(0o644))
	if err != nil {
		return fmt.Errorf("write flow: %w", err)
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	w := schema.NewXMLWriter(file, b.Tipo)
	w.Nome = name
	if err := w.AppendRecord(b, rec); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	return file.Sync()
}

// tellConverted says what came of it.
func (a *app) tellConverted(c conversion, found report.File, written bool) {
	switch {
	case a.json:
		message := a.fileMessageOf(found, c.in)
		a.emit(struct {
			MessageType string `json:"message_type"`
			Out         string `json:"out"`
			Written     bool   `json:"written"`
			fileMessage
		}{"converted", c.out, written && !c.dryRun, message})
	case written && c.dryRun:
		a.printf(textWouldConvert, c.in, found.Records, found.Tipo, found.Faults)
	case written:
		a.printf(textConverted, c.out, found.Records, found.Tipo, found.Faults)
		for _, note := range found.Notes {
			a.print("  " + note.In(a.lang))
		}
	default:
		schemaFaults := int64(0)
		for rule, n := range found.ByRule {
			if strings.HasPrefix(rule, "XSD-") {
				schemaFaults += n
			}
		}
		a.printf(textConvertInvalid, c.in, schemaFaults)
	}
}
