package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"

	"flussi/internal/flusso"
	"flussi/internal/report"
	"flussi/internal/spool"
)

// reportOut is a report that was asked for; the zero value: none was.
type reportOut struct {
	path   string
	format report.Format
}

// openReport looks whether a report can be written at a path, before the work is done:
// in a form that there is, and in the place of none of the files that are worked on.
func openReport(path string, files ...string) (out reportOut, err error) {
	if path == "" {
		return out, nil
	}
	format, err := report.FormatOf(path)
	if err != nil {
		return out, err
	}
	if err := canBeWritten(path); err != nil {
		return out, err
	}
	for _, file := range files {
		if sameFile(path, file) {
			return out, &flusso.Error{Op: "report", ID: path, Kind: flusso.Invalid, What: textReportSame, Hint: hintReportSame}
		}
	}
	return reportOut{path, format}, nil
}

// sameFile tells whether two paths name one file, also one that is not there yet.
func sameFile(a, b string) bool {
	infoA, errA := os.Stat(a)
	infoB, errB := os.Stat(b)
	if errA == nil && errB == nil {
		return os.SameFile(infoA, infoB)
	}
	return filepath.Clean(a) == filepath.Clean(b)
}

func (r reportOut) wanted() bool { return r.path != "" }

// room is for how many faults the report has room.
func (r reportOut) room() int {
	if r.wanted() {
		return report.MaxListed
	}
	return 0
}

// writeReport writes the report, if one is wanted.
func (a *app) writeReport(out reportOut, found []report.File) error {
	if !out.wanted() {
		return nil
	}
	err := spool.WriteFile(spool.OS, out.path, 0o644, func(w io.Writer) error {
		return report.Write(w, out.format, a.lang, found)
	})
	if err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	a.sayf(textReportWritten, out.path)
	return nil
}
