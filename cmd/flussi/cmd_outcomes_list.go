package main

import (
	"context"
	"os"
	"strconv"
	"strings"

	"flussi/internal/flusso"
	"flussi/internal/office"
)

// importList enters what a list of the portal says of the records of a flow; errPartial
// where one was rejected now, or a row was not entered.
func (a *app) importList(ctx context.Context, f *office.Office, path string, o outcomesImport) error {
	text, err := os.ReadFile(o.listMap)
	if err != nil {
		return &flusso.Error{Op: "open", Kind: flusso.Invalid, Err: err, What: textCannotOpen(o.listMap), Hint: hintCannotOpen}
	}
	how, err := office.ReadListMap(o.listMap, text)
	if err != nil {
		return err
	}
	list, size, err := openInput(path)
	if err != nil {
		return err
	}
	defer func() { _ = list.Close() }() // read only: its error changes nothing
	sent, _, err := openInput(o.sent)
	if err != nil {
		return err
	}
	defer func() { _ = sent.Close() }() // read only: its error changes nothing
	done, err := f.EnterList(ctx, list, size, how, sent, o.operator, o.dryRun)
	if err != nil {
		return err
	}
	if a.json {
		a.emit(struct {
			MessageType   string      `json:"message_type"`
			IDFlusso      string      `json:"id_flusso"`
			DryRun        bool        `json:"dry_run"`
			Accepted      int64       `json:"accepted"`
			Rejected      int64       `json:"rejected"`
			Known         int64       `json:"known"`
			Elsewhere     int64       `json:"elsewhere"`
			Unmatched     office.Rows `json:"unmatched"`
			Unclear       office.Rows `json:"unclear"`
			Contradicting office.Rows `json:"contradicting"`
		}{"outcomes_list", done.Flow.IDFlusso, o.dryRun, done.Accepted, done.Rejected, done.Known, done.Elsewhere, done.Unmatched, done.Unclear, done.Contradicting})
	} else {
		a.printf(textListEntered, done.Flow.IDFlusso, done.Accepted, done.Rejected, done.Known)
		if done.Elsewhere > 0 {
			a.printf(textListElsewhere, done.Elsewhere)
		}
		a.tellRows(textListUnmatched, done.Unmatched)
		a.tellRows(textListUnclear, done.Unclear)
		a.tellRows(textListContradicting, done.Contradicting)
		if o.dryRun {
			a.printf(textOutcomesDryRun)
		}
	}
	if done.Rejected+done.Unmatched.Count+done.Unclear.Count+done.Contradicting.Count > 0 {
		return errPartial
	}
	return nil
}

// tellRows says which rows of a list somebody should look at.
func (a *app) tellRows(text flusso.Text, rows office.Rows) {
	if rows.Count == 0 {
		return
	}
	numbers := make([]string, len(rows.First))
	for i, n := range rows.First {
		numbers[i] = strconv.Itoa(n)
	}
	list := strings.Join(numbers, ", ")
	if rows.Count > int64(len(rows.First)) {
		list += ", …"
	}
	a.printf(text, rows.Count, list)
}
