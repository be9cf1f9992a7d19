package main

import (
	"fmt"
	"math"
	"strings"
	"time"

	"flussi/internal/ledger"
)

// movingLine is a transfer under way in JSON: what the ledger has, how fast it goes, and
// how long it will take.
type movingLine struct {
	ledger.Moving
	Rate float64 `json:"bytes_per_second,omitzero"`
	Left float64 `json:"seconds_left,omitzero"`
	// Silent is for how long nothing was heard of it, where that is long.
	Silent float64 `json:"seconds_silent,omitzero"`
}

// silence is how long nothing may be heard of a transfer: its run says every few seconds
// how far it has come.
const silence = 30 * time.Second

func lineOfMoving(m ledger.Moving, now time.Time) movingLine {
	line := movingLine{Moving: m}
	if took := m.ChangedAt.Sub(m.BegunAt).Seconds(); took > 0 && m.Done > m.Held {
		line.Rate = math.Round(float64(m.Done-m.Held) / took)
		line.Left = math.Round(float64(m.Total-m.Done) / (float64(m.Done-m.Held) / took))
	}
	if quiet := now.Sub(m.ChangedAt); quiet > silence {
		line.Silent, line.Left = math.Round(quiet.Seconds()), 0
	}
	return line
}

func linesOfMoving(all []ledger.Moving, now time.Time) (lines []movingLine) {
	for _, m := range all {
		lines = append(lines, lineOfMoving(m, now))
	}
	return lines
}

// tellMoving shows transfers under way, a line each.
func (a *app) tellMoving(all []ledger.Moving) {
	if len(all) > 0 {
		a.printf(textHistoryMoving)
	}
	for _, m := range linesOfMoving(all, a.now()) {
		arrow := "←"
		if m.Direction == "out" {
			arrow = "→"
		}
		line := fmt.Sprintf("  %s %s %s  %s %d%%  %s / %s", m.Endpoint, arrow, m.MaskedName, bar(m.Done, m.Total), percent(m.Done, m.Total), size(a.lang, m.Done), size(a.lang, m.Total))
		if m.Rate > 0 {
			line += "  " + size(a.lang, int64(m.Rate)) + "/s"
		}
		if m.Left > 0 {
			line += "  " + a.text(textLeft) + " " + seconds(m.Left)
		}
		if m.Silent > 0 {
			line += "  " + fmt.Sprintf(a.text(textMovingSilent), seconds(m.Silent))
		}
		a.print(line)
	}
}

func seconds(n float64) string { return (time.Duration(n) * time.Second).String() }

// barWidth is how many characters a whole bar has.
const barWidth = 20

// bar draws how much is over.
func bar(done, total int64) string {
	full := int(min(max(percent(done, total), 0), 100)) * barWidth / 100
	return "[" + strings.Repeat("#", full) + strings.Repeat("-", barWidth-full) + "]"
}
