package office

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"flussi/internal/container"
	"flussi/internal/convert"
	"flussi/internal/flusso"
	"flussi/internal/identity"
	"flussi/internal/ledger"
	"flussi/internal/report"
	"flussi/internal/schema"
	"flussi/internal/spool"
)

// mostNumbers is how many flows of a kind have a number on one day: seven digits.
const mostNumbers = 9_999_999

// Request is a file to be prepared.
type Request struct {
	Source io.ReaderAt // a flow in any form that schema.Reader reads
	Size   int64
	Name   string // as the reader of a report knows it
	How    schema.Options
	// Folder is where the file goes that the portal takes.
	Folder   string
	Operator string
	// Again prepares a file once more that was prepared before; DryRun tells the
	// number, and does nothing.
	Again, DryRun bool

	codes coding // of the minors, once it is known to be a SINBA flow
}

// ErrNotValid is in the chain when a flow breaks a rule that INPS has: what was found
// says which. No number is used up.
var ErrNotValid = errors.New("the flow is not valid")

// Prepare makes the file that the portal takes: XML, valid, with an id_flusso of its own,
// which is its name too. What was found in the flow is told whatever comes of it.
func (f *Office) Prepare(ctx context.Context, ask Request) (p ledger.Prepared, found report.File, err error) {
	source, err := sumOf(ask.Source, ask.Size)
	if err != nil {
		return p, found, err
	}
	if before, there, err := f.ledger.PreparedOf(ctx, source); err != nil {
		return p, found, err
	} else if there && !ask.Again {
		return before, found, &flusso.Error{Op: "prepare", ID: named(before), Kind: flusso.Exists, What: textPreparedBefore, Hint: hintPreparedBefore}
	}
	tipo, found, err := f.judge(ctx, ask)
	if tipo == flusso.SINBA {
		codes, failed := f.coding()
		if failed != nil {
			return p, found, failed
		}
		if codes != nil { // it is judged as it will be sent
			ask.codes = codes
			tipo, found, err = f.judge(ctx, ask)
		}
	}
	if err != nil {
		return p, found, err
	}
	p = ledger.Prepared{Ente: f.Ente.Codice, Tipo: tipo, Day: f.opt.Now().Format(time.DateOnly), Source: source, Operator: f.operator(ask.Operator)}
	if p.Place, err = filepath.Abs(ask.Folder); err != nil {
		return p, found, fmt.Errorf("prepare: %w", err)
	}
	if info, err := os.Stat(p.Place); err != nil || !info.IsDir() {
		return p, found, &flusso.Error{Op: "prepare", Kind: flusso.Invalid, What: textNoFolder, Hint: hintNoFolder, Err: err}
	}
	if p, err = f.take(ctx, p, ask.DryRun); err != nil || ask.DryRun {
		p.Records = found.Records
		return p, found, err
	}
	if _, err := os.Lstat(filepath.Join(p.Place, FileOf(p))); err == nil {
		err := &flusso.Error{Op: "prepare", ID: named(p), Kind: flusso.Exists, What: textFileThere, Hint: hintFileThere}
		return p, found, errors.Join(err, f.drop(ctx, p, reasonThere))
	}
	if err := f.write(ctx, ask, p); err != nil {
		return p, found, errors.Join(err, f.drop(context.WithoutCancel(ctx), p, reasonNotWritten))
	}
	p, err = f.enter(ctx, p)
	return p, found, err
}

// judge reads the flow once, as it will be sent.
func (f *Office) judge(ctx context.Context, ask Request) (tipo flusso.Tipo, found report.File, err error) {
	found.Name = ask.Name
	other := false
	err = f.each(ctx, ask, func(fault schema.Fault) { found.Add(fault, report.MaxDetails) }, func(b *schema.Batch) error {
		tipo = b.Tipo
		ente, _ := b.Text(schema.EnteCodice, 0)
		other = other || string(ente) != f.Ente.Codice
		return nil
	}, func(s schema.Summary) { found.Merge(s) })
	found.Refuse(err)
	var invalid *convert.NotValid
	switch {
	case errors.As(err, &invalid), err == nil && found.Errors > 0:
		err = &flusso.Error{Op: "prepare", Kind: flusso.Invalid, What: textNotValid, Hint: hintNotValid, Err: ErrNotValid}
	case err == nil && other:
		err = &flusso.Error{Op: "prepare", Kind: flusso.Invalid, What: textOtherEnte(f.Ente.Codice), Hint: hintOtherEnte}
	}
	return tipo, found, err
}

// each reads the only flow of a file, with codes where that is asked for.
func (f *Office) each(ctx context.Context, ask Request, told func(schema.Fault), visit func(*schema.Batch) error, done func(schema.Summary)) error {
	return container.Walk(ask.Source, ask.Size, ask.How.Workbooks(), func(ordinal int, flow io.Reader) error {
		if ordinal > 0 {
			return &flusso.Error{Op: "prepare", Kind: flusso.Invalid, What: textSeveral, Hint: hintSeveral}
		}
		flow, opt := schema.Interruptibly(ctx, flow), ask.How
		if ask.codes != nil {
			flow, opt = ask.codes(flow, opt)
		}
		opt.Faults = told
		summary, err := convert.EachBatch(flow, opt, visit)
		done(summary)
		return err
	})
}

// take gives the flow its number.
func (f *Office) take(ctx context.Context, p ledger.Prepared, dryRun bool) (ledger.Prepared, error) {
	err := f.ledger.Update(ctx, func(tx *ledger.Tx) (err error) {
		if p, err = tx.TakeNumber(ctx, p, mostNumbers, func(number int) string { return idFlusso(p, number) }); err == nil && dryRun {
			err = errDryRun
		}
		return err
	})
	if errors.Is(err, errDryRun) {
		err = nil
	}
	return p, err
}

var errDryRun = errors.New("a dry run takes no number")

// idFlusso is EEEEE.TIPO.AAAAMMGG.NNNNNNN (WaaS-SIUSS, id_flusso; siuss.md 1.2).
func idFlusso(p ledger.Prepared, number int) string {
	tipo := "PS"
	if p.Tipo == flusso.SINBA {
		tipo = "SINBA"
	}
	return fmt.Sprintf("%s.%s.%s.%07d", p.Ente, tipo, strings.ReplaceAll(p.Day, "-", ""), number)
}

// flowName is the id_flusso that a file is called after.
func flowName(name string) string {
	return strings.TrimSuffix(filepath.Base(name), ".xml")
}

// named is what an error calls a flow.
func named(p ledger.Prepared) string { return "flusso " + p.IDFlusso }

// FileOf is the file of a prepared flow, within the folder that it went to.
func FileOf(p ledger.Prepared) string { return p.IDFlusso + ".xml" }

// write makes the file durable.
func (f *Office) write(ctx context.Context, ask Request, p ledger.Prepared) error {
	return spool.WriteFile(spool.OS, filepath.Join(p.Place, FileOf(p)), 0o600, func(w io.Writer) error {
		out := schema.NewXMLWriter(w, p.Tipo)
		out.Nome = p.IDFlusso
		err := f.each(ctx, ask, nil, func(b *schema.Batch) error { return out.Append(b) }, func(schema.Summary) {})
		if err != nil {
			return err
		}
		return out.Close()
	})
}

// enter reads the file that was written, and makes its flow Ready.
func (f *Office) enter(ctx context.Context, p ledger.Prepared) (ledger.Prepared, error) {
	records, err := f.recordsIn(ctx, filepath.Join(p.Place, FileOf(p)), &p)
	if err != nil {
		return p, err
	}
	err = f.ledger.Update(ctx, func(tx *ledger.Tx) error {
		if err := tx.EndTaken(ctx, p, ledger.Ready, "", records); err != nil {
			return err
		}
		_, err := tx.Append(ctx, f.entry(ledger.FlowPrepared, p.Operator, p, "ready"))
		return err
	})
	p.State, p.Place = ledger.Ready, ""
	return p, err
}

// recordsIn reads a flow's file: its sum, its size, and what its records are about.
func (f *Office) recordsIn(ctx context.Context, path string, p *ledger.Prepared) (records []ledger.PreparedRecord, err error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, spool.Explain("read flow", p.IDFlusso, err)
	}
	defer func() { _ = file.Close() }() // read only: its error changes nothing
	sum := sha256.New()
	counted := &counter{r: io.TeeReader(file, sum)}
	id := identity.New(f.hasher)
	_, err = convert.EachBatch(schema.Interruptibly(ctx, counted), schema.Options{}, func(b *schema.Batch) error {
		if nome, _ := b.Text(schema.FlussoNome, 0); string(nome) != p.IDFlusso {
			return &flusso.Error{Op: "read flow", ID: named(*p), Kind: flusso.Corrupt, What: textOtherFlow}
		}
		id.Begin()
		for rec := range b.Len() {
			records = append(records, recordOf(id.Identify(b, rec), int64(len(records))))
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if _, err := io.Copy(io.Discard, counted); err != nil {
		return nil, spool.Explain("read flow", p.IDFlusso, err)
	}
	p.SHA256, p.Size, p.Records = spool.Sum(sum.Sum(nil)), counted.n, int64(len(records))
	return records, nil
}

func recordOf(r identity.Record, ordinal int64) ledger.PreparedRecord {
	return ledger.PreparedRecord{Ordinal: ordinal, Key: r.Key[:], Content: int64(r.Content), Cancels: r.Op == cancels}
}

// counter counts what is read.
type counter struct {
	r io.Reader
	n int64
}

func (c *counter) Read(b []byte) (int, error) {
	n, err := c.r.Read(b)
	c.n += int64(n)
	return n, err
}

// settle finishes what a crash broke off: a number was taken, and the file is there
// whole or it is not.
func (f *Office) settle(ctx context.Context) error {
	open, err := f.ledger.PreparedIn(ctx, ledger.NumberTaken)
	if err != nil {
		return err
	}
	for _, p := range open {
		path := filepath.Join(p.Place, FileOf(p))
		if err := os.Remove(path + spool.PartSuffix); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return spool.Explain("sweep", p.IDFlusso, err)
		}
		whole := p
		_, err := f.recordsIn(ctx, path, &whole)
		switch {
		case err == nil:
			if _, err := f.enter(ctx, p); err != nil {
				return err
			}
			continue
		case !errors.Is(err, fs.ErrNotExist) && flusso.KindOf(err) != flusso.Invalid && flusso.KindOf(err) != flusso.Corrupt:
			return err // it may be there, and cannot be read now
		}
		if err := f.drop(ctx, p, reasonInterrupted); err != nil {
			return err
		}
	}
	return nil
}

// drop ends a flow whose number was taken, and whose file is not there.
func (f *Office) drop(ctx context.Context, p ledger.Prepared, reason string) error {
	return f.ledger.Update(ctx, func(tx *ledger.Tx) error {
		if err := tx.EndTaken(ctx, p, ledger.Dropped, reason, nil); err != nil {
			return err
		}
		_, err := tx.Append(ctx, f.entry(ledger.FlowPrepared, p.Operator, p, reason))
		return err
	})
}

// Reasons for which a flow is dropped.
const (
	reasonThere       = "file_there"
	reasonNotWritten  = "not_written"
	reasonInterrupted = "interrupted"
	reasonWithdrawn   = "withdrawn"
)

func sumOf(r io.ReaderAt, size int64) (sum spool.Sum, err error) {
	h := sha256.New()
	if _, err := io.Copy(h, io.NewSectionReader(r, 0, size)); err != nil {
		return sum, spool.Explain("read file", "", err)
	}
	return spool.Sum(h.Sum(nil)), nil
}
