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

	"flussi/internal/container"
	"flussi/internal/flusso"
	"flussi/internal/schema"
	"flussi/internal/spool"
)

// proposal is what convert --propose-map is asked for.
type proposal struct {
	in, layout    string
	force, update bool
}

// proposeMap reads a table and writes a layout for it, as far as names tell, for a
// person to end. Values stand in that file alone, which is hers.
func (a *app) proposeMap(ctx context.Context, p proposal, flags readFlags) error {
	opt := schema.ProposeOptions{Sheet: flags.sheet, Lang: a.lang, Name: strings.TrimSuffix(filepath.Base(p.layout), filepath.Ext(p.layout))}
	if flags.codes != "" {
		if err := schema.UseCodes(flags.codes); err != nil {
			return err
		}
	}
	if opt.Name == "" {
		opt.Name = p.layout
	}
	var err error
	if flags.tipo != "" {
		if opt.Expect, err = flusso.ParseTipo(flags.tipo); err != nil {
			return err
		}
	}
	file, size, err := openInput(p.in)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }() // read only: its error changes nothing
	if opt.Known, err = p.known(file); err != nil {
		return err
	}
	var found *schema.Proposal
	err = container.Walk(file, size, true, func(ordinal int, flow io.Reader) (err error) {
		if ordinal > 0 {
			return &flusso.Error{Op: "propose layout", ID: p.in, Kind: flusso.Invalid, What: textConvertSeveral, Hint: hintConvertSeveral}
		}
		found, err = schema.ProposeLayout(schema.Interruptibly(ctx, flow), opt)
		return err
	})
	var known *flusso.Error
	if opt.Known != nil && errors.As(err, &known) && known.Kind == flusso.Config {
		return &flusso.Error{Op: known.Op, ID: p.layout, Kind: known.Kind, What: known.What, Hint: known.Hint, Err: err}
	}
	if err != nil {
		return err
	}
	err = spool.WriteFile(spool.OS, p.layout, 0o600, func(w io.Writer) error {
		_, err := w.Write(found.Text)
		return err
	})
	if err != nil {
		return err
	}
	a.tellProposal(p, found)
	return nil
}

// known gives the layout there is, if it is to be kept; what may not be replaced is
// refused before the work is done.
func (p *proposal) known(in *os.File) ([]byte, error) {
	info, err := os.Stat(p.layout)
	here, statErr := in.Stat()
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, canBeWritten(p.layout)
	case err != nil:
		return nil, &flusso.Error{Op: "propose layout", ID: p.layout, Kind: flusso.Config, What: textCannotReadFile, Hint: hintCannotOpen, Err: err}
	case statErr == nil && os.SameFile(info, here):
		return nil, &flusso.Error{Op: "propose layout", ID: p.layout, Kind: flusso.Exists, What: textConvertSame, Hint: hintConvertSame}
	case p.update:
		text, err := os.ReadFile(p.layout)
		if err != nil {
			return nil, &flusso.Error{Op: "propose layout", ID: p.layout, Kind: flusso.Config, What: textCannotReadFile, Hint: hintCannotOpen, Err: err}
		}
		return text, nil
	case !p.force:
		return nil, &flusso.Error{Op: "propose layout", ID: p.layout, Kind: flusso.Exists, What: textConvertExists, Hint: hintProposeExists}
	}
	return nil, canBeWritten(p.layout)
}

// proposalMessage is what was proposed, without names of columns and values.
type proposalMessage struct {
	MessageType string                  `json:"message_type"`
	File        string                  `json:"file"`
	Out         string                  `json:"out"`
	Tipo        string                  `json:"tipo"`
	Sheet       string                  `json:"sheet,omitempty"`
	Joined      []string                `json:"joined,omitempty"` // sheets
	Open        int                     `json:"open"`             // places that a person decides on
	Columns     []proposedColumnMessage `json:"columns"`
}

type proposedColumnMessage struct {
	Sheet      string `json:"sheet,omitempty"`
	Column     string `json:"column"`
	Field      string `json:"field"` // "": none yet, or none at all
	State      string `json:"state"` // field, open, left, key
	Known      bool   `json:"known"` // decided before
	Values     int    `json:"values"`
	Translated int    `json:"translated"`
	Open       int    `json:"open"`
	Unlisted   int64  `json:"unlisted"` // cells
}

func (a *app) tellProposal(p proposal, found *schema.Proposal) {
	if a.json {
		m := proposalMessage{"layout_proposed", p.in, p.layout, found.Tipo.String(), found.Sheet, found.Joined, found.Open, nil}
		for _, c := range found.Columns {
			m.Columns = append(m.Columns, proposedColumnMessage{c.Sheet, c.Column, c.Field, stateOf(c), c.Known, c.Values, c.Translated, c.Open, c.Unlisted})
		}
		a.emit(m)
		return
	}
	a.printf(textProposed, p.layout, found.Tipo, len(found.Columns), found.Open)
	for _, c := range found.Columns {
		where := c.Column
		if c.Sheet != "" {
			where = c.Sheet + "!" + c.Column
		}
		what := c.Field
		switch stateOf(c) {
		case "open":
			what = a.text(textProposedOpen)
		case "left":
			what = a.text(textProposedLeft)
		case "key":
			what = a.text(textProposedKey)
		}
		line := "  " + where + " → " + what
		if c.Values > 0 {
			line += fmt.Sprintf(a.text(textProposedValues), c.Values, c.Translated, c.Open)
		}
		if c.Unlisted > 0 {
			line += fmt.Sprintf(a.text(textProposedUnlisted), c.Unlisted)
		}
		a.print(line)
	}
	if found.Open > 0 {
		a.printf(textProposedNext, p.layout)
	}
}

func stateOf(c schema.ProposedColumn) string {
	switch {
	case c.Key:
		return "key"
	case c.Left:
		return "left"
	case c.Field == "":
		return "open"
	}
	return "field"
}
