package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"

	"flussi/internal/anonymize"
	"flussi/internal/anonymize/microdata"
	"flussi/internal/anonymize/recode"
	"flussi/internal/flusso"
	"flussi/internal/scratch"
	"flussi/internal/spool"
	"flussi/internal/table"
)

func (a *app) anonymizeCommand() *cobra.Command {
	var c anonymizing
	var reveal bool
	cmd := &cobra.Command{
		Use:     "anonymize --spec S.yaml IN OUT",
		Short:   a.text(textAnonymizeShort),
		Long:    a.text(textAnonymizeLong),
		Example: a.text(textAnonymizeExample),
		Args:    cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			c.in, c.out = args[0], args[1]
			if reveal {
				return a.reveal(cmd.Context(), c)
			}
			return a.anonymize(cmd.Context(), c)
		},
	}
	f := cmd.Flags()
	f.StringVar(&c.spec, "spec", "", a.text(textFlagSpec))
	f.StringVar(&c.report, "report", "", a.text(textFlagAnonymizeReport))
	f.BoolVar(&c.force, "force", false, a.text(textFlagForce))
	f.IntVar(&c.memory, "memory", 512, a.text(textFlagMemory))
	f.StringVar(&c.scratch, "scratch", "", a.text(textFlagScratch))
	f.BoolVar(&c.dryRun, "dry-run", false, a.text(textFlagAnonymizeDryRun))
	f.BoolVar(&reveal, "reveal", false, a.text(textFlagReveal))
	require(cmd, "spec")
	return cmd
}

// anonymizing is what anonymize is asked for.
type anonymizing struct {
	spec, in, out, report string
	scratch               string // a folder; that of out where empty
	memory                int    // MiB
	force, dryRun         bool
}

// anonymize publishes one table, whole or not at all.
func (a *app) anonymize(ctx context.Context, c anonymizing) (err error) {
	spec, source, done, err := c.open()
	if err != nil {
		return err
	}
	defer done()
	room, forget := c.room()
	defer func() { err = errors.Join(err, forget()) }()
	plan, err := microdata.Decide(ctx, source, spec, room, cpuSeconds)
	if err != nil {
		return c.explain(err)
	}
	if !c.dryRun {
		err := spool.WriteFile(spool.OS, c.out, 0o644, func(w io.Writer) error {
			return c.write(w, source.csv.Delimiter, plan.Columns(), func(s microdata.Sink) error { return plan.Write(ctx, s) })
		})
		if err != nil {
			return c.explain(err)
		}
	}
	m := anonymizedOf(plan.Report)
	if c.report != "" {
		if err := writeJSON(c.report, m); err != nil {
			return err
		}
	}
	if a.json {
		a.emit(m)
		return nil
	}
	a.tellAnonymized(c, m)
	return nil
}

// open reads the spec and opens the table; done closes it.
func (c *anonymizing) open() (spec microdata.Spec, source *tableSource, done func(), err error) {
	spec, delimiter, err := anonymize.ReadSpec(c.spec)
	if err != nil {
		return spec, nil, nil, err
	}
	file, size, err := openInput(c.in)
	if err != nil {
		return spec, nil, nil, err
	}
	done = func() { _ = file.Close() } // read only: its error changes nothing
	if err = c.check(file); err == nil {
		source, err = newTableSource(file, size, delimiter)
	}
	if err != nil {
		done()
	}
	return spec, source, done, err
}

// besideTuples is what a table is read and written with, in bytes.
const besideTuples = 192 << 20

// room is the memory to use, and a file beyond it, which forget removes. Memory
// that is free is collected before the process takes more than that.
func (c *anonymizing) room() (room recode.Room, forget func() error) {
	folder := c.scratch
	if folder == "" {
		folder = filepath.Dir(c.out)
	}
	s := &scratch.File{Folder: folder}
	memory := int64(c.memory) << 20
	before := debug.SetMemoryLimit(memory + besideTuples)
	return recode.Room{Memory: memory, Scratch: s}, func() error {
		debug.SetMemoryLimit(before)
		return s.Close()
	}
}

// check refuses what cannot be written, before the work is done.
func (c *anonymizing) check(in *os.File) error {
	out, err := os.Stat(c.out)
	here, statErr := in.Stat()
	switch {
	case err == nil && statErr == nil && os.SameFile(out, here):
		return &flusso.Error{Op: "anonymize", ID: c.out, Kind: flusso.Exists, What: textConvertSame, Hint: hintConvertSame}
	case err == nil && !c.force && !c.dryRun:
		return &flusso.Error{Op: "anonymize", ID: c.out, Kind: flusso.Exists, What: textConvertExists, Hint: hintConvertExists}
	}
	if c.memory < 1 {
		return &flusso.Error{Op: "anonymize", Kind: flusso.Invalid, What: textAnonymizeMemory, Hint: hintAnonymizeMemory}
	}
	if ext := c.extension(); ext != ".csv" && ext != ".parquet" {
		return &flusso.Error{Op: "anonymize", ID: c.out, Kind: flusso.Invalid, What: textAnonymizeForm, Hint: hintAnonymizeForm}
	}
	if c.report != "" {
		if err := canBeWritten(c.report); err != nil {
			return err
		}
	}
	return canBeWritten(c.out)
}

func (c *anonymizing) extension() string { return strings.ToLower(filepath.Ext(c.out)) }

// write writes OUT in the form that its name asks for.
func (c *anonymizing) write(w io.Writer, delimiter byte, columns []table.Column, fill func(microdata.Sink) error) error {
	var sink interface {
		microdata.Sink
		Close() error
	}
	var err error
	if c.extension() == ".csv" {
		sink, err = table.NewCSVWriter(w, columns, table.CSVOptions{Delimiter: delimiter, Verbatim: true})
	} else {
		sink, err = table.NewParquetWriter(w, columns, table.Options{})
	}
	if err != nil {
		return err
	}
	if err := fill(sink); err != nil {
		return err
	}
	return sink.Close()
}

// explain says where in the table a fault stands.
func (c *anonymizing) explain(err error) error {
	var row *table.RowError
	if errors.As(err, &row) {
		return &flusso.Error{Op: "read", ID: fmt.Sprintf("%s:%d", c.in, row.Line), Kind: flusso.Invalid, What: textBrokenRow, Hint: hintBrokenRow, Err: row.Err}
	}
	return err
}

// tableSource reads a CSV or Parquet file, as often as asked.
type tableSource struct {
	file    *os.File
	size    int64
	csv     table.CSVFormat
	parquet *table.ParquetFile // nil of a CSV file
	columns []table.Column
	parts   []int64
}

func newTableSource(file *os.File, size int64, delimiter byte) (*tableSource, error) {
	s := &tableSource{file: file, size: size, csv: table.CSVFormat{Delimiter: delimiter}, parts: []int64{0}}
	var magic [4]byte
	_, _ = file.ReadAt(magic[:], 0) // a shorter file is no Parquet
	if bytes.Equal(magic[:], []byte("PAR1")) {
		var err error
		if s.parquet, err = table.OpenParquet(file, size); err == nil {
			s.columns, s.parts, err = s.parquet.Columns()
		}
		if err != nil {
			return nil, &flusso.Error{Op: "read", Kind: flusso.Invalid, What: textBrokenParquet, Hint: hintBrokenParquet, Err: err}
		}
		return s, nil
	}
	names, err := table.ReadCSVHeader(io.NewSectionReader(file, 0, size), s.csv)
	if err != nil {
		return nil, &flusso.Error{Op: "read", Kind: flusso.Invalid, What: textNoHeader, Hint: hintNoHeader}
	}
	for _, name := range names {
		s.columns = append(s.columns, table.Column{Name: name, Kind: table.String})
	}
	return s, nil
}

func (s *tableSource) Columns() []table.Column { return s.columns }

// Parts are the row groups of a Parquet file; a CSV file is one.
func (s *tableSource) Parts() []int64 { return s.parts }

func (s *tableSource) Read(part int, names []string, f func(*table.Chunk) error) error {
	if s.parquet != nil {
		return s.parquet.ReadGroup(part, names, f)
	}
	return table.ReadCSVRows(io.NewSectionReader(s.file, 0, s.size), s.csv, names, f)
}

var _ microdata.Source = (*tableSource)(nil)

// anonymized is what --report and --json say.
type anonymized struct {
	MessageType    string             `json:"message_type"`
	RowsIn         int64              `json:"rows_in"`
	RowsSuppressed int64              `json:"rows_suppressed"`
	Method         string             `json:"method"`
	K              int                `json:"k"`
	KOf            string             `json:"k_of"` // rows or persons
	MinClass       int64              `json:"min_class"`
	Classes        int                `json:"classes"`
	Tuples         int64              `json:"tuples"`
	Levels         map[string]int     `json:"levels,omitempty"`
	Loss           float64            `json:"loss"`
	Granularity    float64            `json:"granularity"`
	Entropy        float64            `json:"entropy"`
	Discernibility float64            `json:"discernibility"`
	AverageClass   float64            `json:"average_class"`
	NodesChecked   int                `json:"nodes_checked"`
	SearchCPU      float64            `json:"search_cpu_seconds"`
	Risk           riskMessage        `json:"risk"`
	RiskBefore     riskMessage        `json:"risk_before"`
	Columns        []columnMessage    `json:"columns"`
	ClassSizes     []classSizeMessage `json:"class_sizes"`
	Codes          []codesMessage     `json:"codes,omitempty"`
}

type riskMessage struct {
	ProsecutorMax float64 `json:"prosecutor_max"`
	Marketer      float64 `json:"marketer"`
	Uniques       int64   `json:"uniques"`
}

type columnMessage struct {
	Name        string  `json:"name"`
	Granularity float64 `json:"granularity"`
	Entropy     float64 `json:"entropy"`
}

// classSizeMessage counts the classes of at least From and at most To rows, or
// persons.
type classSizeMessage struct {
	From    int64 `json:"from"`
	To      int64 `json:"to"`
	Classes int   `json:"classes"`
}

func anonymizedOf(r microdata.Report) anonymized {
	m := anonymized{
		MessageType: "anonymized", RowsIn: r.RowsIn, RowsSuppressed: r.RowsSuppressed, Method: "global", K: r.K, KOf: "rows",
		Classes: len(r.Classes), Tuples: r.Tuples, Loss: r.Utility.Loss, Granularity: r.Utility.Granularity, Entropy: r.Utility.Entropy,
		Discernibility: r.Utility.Discernibility, AverageClass: r.Utility.AverageClass, NodesChecked: r.NodesChecked, SearchCPU: r.SearchCPU,
		Risk: riskMessage(r.After), RiskBefore: riskMessage(r.Before), ClassSizes: classSizes(r.Classes), Codes: codesOf(r.Codes),
	}
	if r.Method == microdata.Local {
		m.Method = "local"
	}
	if r.Persons {
		m.KOf = "persons"
	}
	if len(r.Classes) > 0 {
		m.MinClass = r.Classes[0]
	}
	if r.Levels != nil {
		m.Levels = map[string]int{}
	}
	for _, l := range r.Levels {
		m.Levels[l.Column] = l.Level
	}
	for _, c := range r.Utility.Columns {
		m.Columns = append(m.Columns, columnMessage(c))
	}
	return m
}

// classSizes counts ascending sizes by powers of two: 1, 2-3, 4-7…
func classSizes(sizes []int64) (counts []classSizeMessage) {
	from := int64(1)
	for i := 0; i < len(sizes); {
		n := i
		for ; i < len(sizes) && sizes[i] < 2*from; i++ {
		}
		if i > n {
			counts = append(counts, classSizeMessage{from, 2*from - 1, i - n})
		}
		from *= 2
	}
	return counts
}

func writeJSON(path string, m any) error {
	return spool.WriteFile(spool.OS, path, 0o644, func(w io.Writer) error {
		enc := json.NewEncoder(w)
		enc.SetIndent("", "  ")
		return enc.Encode(m)
	})
}

func (a *app) tellAnonymized(c anonymizing, m anonymized) {
	told := textAnonymized
	if m.KOf == "persons" {
		told = textAnonymizedPersons
	}
	a.printf(told, m.RowsIn, m.RowsIn-m.RowsSuppressed, m.RowsSuppressed, m.Classes, m.MinClass)
	a.printf(textAnonymizedUtility, 100*m.Granularity, 100*m.Entropy, 100*m.RiskBefore.Marketer, 100*m.Risk.Marketer)
	for _, column := range m.Columns {
		if level, ok := m.Levels[column.Name]; ok {
			a.printf(textAnonymizedLevel, column.Name, level, 100*column.Granularity)
		} else {
			a.printf(textAnonymizedColumn, column.Name, 100*column.Granularity)
		}
	}
	a.tellCodes(m.Codes)
	if c.dryRun {
		a.print(a.text(textAnonymizedDry))
	}
}
