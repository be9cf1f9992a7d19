package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"flussi/internal/convert"
	"flussi/internal/repair"
	"flussi/internal/report"
	"flussi/internal/schema"
)

// repairFlow tells every repair where it is made, and converts what comes of it.
func (a *app) repairFlow(ctx context.Context, c conversion, flow io.Reader, opt schema.Options, chosen []repair.Repair, found *report.File) error {
	mended := repair.NewReader(flow, opt, chosen, func(change repair.Change) {
		found.AddRepair(change)
		a.tellRepair(c.in, change)
	})
	err := a.convertFlow(ctx, c, mended, repair.Judging(opt), found)
	if errors.Is(err, repair.ErrLost) {
		a.explainError(err)
		return &convert.NotValid{Summary: mended.Summary()}
	}
	found.Notes = append(found.Notes, mended.Summary().Notes...)
	if err == nil && !a.json {
		a.tellRepairs(chosen, found.Repaired)
	}
	return err
}

func (a *app) tellRepair(file string, c repair.Change) {
	if a.json {
		a.emit(struct {
			MessageType      string `json:"message_type"`
			File             string `json:"file"`
			Repair           string `json:"repair"`
			Line             int    `json:"line"`
			Column           int    `json:"column"`
			Path             string `json:"path"`
			Record           int64  `json:"record"` // from 0
			Beneficiario     int64  `json:"beneficiario,omitempty"`
			BeneficiarioLine int    `json:"beneficiario_line,omitempty"`
			Into             int    `json:"into,omitempty"` // records that one becomes
		}{"repair", file, c.Repair, c.Line, c.Column, c.Path, c.Record, c.Beneficiario, c.BeneficiarioLine, c.Into})
		return
	}
	line := fmt.Sprintf("%s:%d:%d: %s %s: %s", file, c.Line, c.Column, a.text(textRepair), c.Repair, c.Path)
	if c.Into > 0 {
		line += fmt.Sprintf(" → "+a.text(textRepairInto), c.Into)
	}
	a.print(line)
}

// tellRepairs says how many of each were made.
func (a *app) tellRepairs(chosen []repair.Repair, made map[string]int64) {
	if len(made) == 0 {
		a.print(a.text(textNoRepairs))
		return
	}
	var each []string
	for _, r := range chosen {
		if n := made[r.Name]; n > 0 {
			each = append(each, fmt.Sprintf("%s %d", r.Name, n))
		}
	}
	a.printf(textRepairs, strings.Join(each, ", "))
}
