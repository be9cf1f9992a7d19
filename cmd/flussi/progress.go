package main

import (
	"fmt"
	"io"
	"math"
	"os"
	"strings"
	"sync"
	"time"

	"flussi/internal/exchange"
	"flussi/internal/flusso"
)

// progressLine shows how far transfers have come: one line of a terminal that
// is written over and over, or a JSON line at most once a second. On anything
// else it says nothing.
type progressLine struct {
	mu   sync.Mutex
	now  func() time.Time
	lang flusso.Lang
	out  io.Writer // a terminal; nil: none
	emit func(any) // JSON lines; nil: none

	current  exchange.Progress // whose rate this is
	since    time.Time         // of the last sample
	from     int64             // bytes at that moment
	rate     float64           // bytes a second, smoothed
	shown    time.Time
	standing bool // a line stands on the terminal
}

const (
	progressShown  = 200 * time.Millisecond // a terminal's line is renewed so often
	progressSaid   = time.Second            // a JSON line comes so often
	progressMemory = 0.3                    // how much of the smoothed rate is the last sample
)

// progress makes the line that suits where people look.
func (a *app) progress() *progressLine {
	p := &progressLine{now: a.now, lang: a.lang}
	switch {
	case a.json:
		p.emit = a.emit
	case isTerminal(a.stderr):
		p.out = a.stderr
	}
	return p
}

// isTerminal tells whether somebody may be looking at w.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok || os.Getenv("TERM") == "dumb" {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// show is exchange.Options.Progress.
func (p *progressLine) show(at exchange.Progress) {
	if p.out == nil && p.emit == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.now()
	if at.Name != p.current.Name || at.Endpoint != p.current.Endpoint || at.Direction != p.current.Direction || at.Done < p.current.Done {
		p.rate, p.since, p.from = 0, now, at.Done
	}
	p.current = at
	every := progressShown
	if p.emit != nil {
		every = progressSaid
	}
	if now.Sub(p.shown) < every {
		return
	}
	if passed := now.Sub(p.since).Seconds(); passed > 0 {
		sample := float64(at.Done-p.from) / passed
		if p.rate == 0 {
			p.rate = sample
		}
		p.rate += progressMemory * (sample - p.rate)
		p.since, p.from = now, at.Done
	}
	p.shown = now
	var left *float64 // seconds; nil: not known
	if p.rate > 0 {
		seconds := math.Round(float64(at.Total-at.Done) / p.rate)
		left = &seconds
	}
	if p.emit != nil {
		p.emit(struct {
			MessageType string   `json:"message_type"`
			Endpoint    string   `json:"endpoint"`
			Direction   string   `json:"direction"`
			Name        string   `json:"name"`
			Bytes       int64    `json:"bytes"`
			Total       int64    `json:"total"`
			Rate        float64  `json:"bytes_per_second"`
			Left        *float64 `json:"seconds_left,omitempty"`
		}{"progress", at.Endpoint, string(at.Direction), at.Name, at.Done, at.Total, float64(int64(p.rate)), left})
		return
	}
	line := fmt.Sprintf("%s  %s / %s  %d%%  %s/s", at.Name, size(p.lang, at.Done), size(p.lang, at.Total), percent(at.Done, at.Total), size(p.lang, int64(p.rate)))
	if left != nil && *left > 0 {
		line += "  " + textLeft.In(p.lang) + " " + time.Duration(*left*float64(time.Second)).String()
	}
	_, _ = fmt.Fprintf(p.out, "\r\x1b[K%s", line)
	p.standing = true
}

// clear takes the line away before something else is said.
func (p *progressLine) clear() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.standing {
		_, _ = fmt.Fprint(p.out, "\r\x1b[K")
		p.standing = false
	}
}

func percent(done, total int64) int64 {
	if total <= 0 {
		return 100
	}
	return int64(float64(done) / float64(total) * 100)
}

// size is a number of bytes for people: three figures or so, and the decimal
// comma where it is Italian.
func size(lang flusso.Lang, n int64) string {
	if n < 1024 {
		return fmt.Sprintf("%d B", n)
	}
	v, unit := float64(n)/1024, 0
	for v >= 1000 && unit < 3 {
		v, unit = v/1024, unit+1
	}
	text := fmt.Sprintf("%.1f", v)
	if v >= 100 {
		text = fmt.Sprintf("%.0f", v)
	}
	if lang != flusso.En {
		text = strings.Replace(text, ".", ",", 1)
	}
	return text + " " + []string{"KiB", "MiB", "GiB", "TiB"}[unit]
}
