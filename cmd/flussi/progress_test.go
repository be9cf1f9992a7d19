package main

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"flussi/internal/exchange"
	"flussi/internal/flusso"
)

// TestProgressLine: one line, renewed at most five times a second, with the
// rate and the time left; taken away before anything else is said.
func TestProgressLine(t *testing.T) {
	var out bytes.Buffer
	now := time.Unix(1_800_000_000, 0)
	p := &progressLine{now: func() time.Time { return now }, lang: flusso.It, out: &out}
	at := exchange.Progress{Endpoint: "inps", Direction: exchange.In, Name: "xxxx~0123456789abcdef.xml", Total: 100 << 20}
	for range 100 { // ten seconds at 5 MiB/s
		now = now.Add(100 * time.Millisecond)
		at.Done += 512 << 10
		p.show(at)
	}
	lines := strings.Split(out.String(), "\r\x1b[K")
	if len(lines)-1 != 50 {
		t.Errorf("%d lines in ten seconds", len(lines)-1)
	}
	if last := lines[len(lines)-1]; !strings.HasPrefix(last, "xxxx~0123456789abcdef.xml  49,5 MiB / 100 MiB  49%  5,0 MiB/s  mancano 10s") {
		t.Errorf("%q", last)
	}
	out.Reset()
	p.clear()
	p.clear()
	if out.String() != "\r\x1b[K" {
		t.Errorf("cleared with %q", out.String())
	}
}

// TestProgressLeft: the time left is told once it is known.
func TestProgressLeft(t *testing.T) {
	now := time.Unix(1_800_000_000, 0)
	var said []string
	p := &progressLine{now: func() time.Time { return now }, emit: func(message any) {
		line, err := json.Marshal(message)
		if err != nil {
			t.Fatal(err)
		}
		said = append(said, string(line))
	}}
	at := exchange.Progress{Endpoint: "hub", Direction: exchange.Out, Name: "x~1", Held: 900, Done: 900, Total: 1000}
	for range 3 { // ten bytes a second, after nine hundred that were there
		p.show(at)
		now, at.Done = now.Add(time.Second), at.Done+10
	}
	if len(said) != 3 || strings.Contains(said[0], "seconds_left") || !strings.HasSuffix(said[2], `"bytes_per_second":10,"seconds_left":8}`) {
		t.Errorf("%q", said)
	}
}

// TestProgressJSON: a line at most once a second, whatever how many files.
func TestProgressJSON(t *testing.T) {
	now := time.Unix(1_800_000_000, 0)
	said := 0
	p := &progressLine{now: func() time.Time { return now }, emit: func(message any) {
		said++
		line, err := json.Marshal(message)
		if err != nil || !bytes.HasPrefix(line, []byte(`{"message_type":"progress","endpoint":"hub","direction":"out","name":"x~1","bytes":`)) {
			t.Errorf("%s, %v", line, err)
		}
	}}
	for range 100 { // ten seconds of files that take a tenth each
		p.show(exchange.Progress{Endpoint: "hub", Direction: exchange.Out, Name: "x~1", Done: 10, Total: 10})
		now = now.Add(100 * time.Millisecond)
	}
	if said != 10 {
		t.Errorf("%d lines in ten seconds", said)
	}
}

func TestSize(t *testing.T) {
	for n, want := range map[int64]string{0: "0 B", 1023: "1023 B", 1024: "1,0 KiB", 1536: "1,5 KiB", 123 << 10: "123 KiB", 1000 << 10: "1,0 MiB", 5 << 40: "5,0 TiB"} {
		if got := size(flusso.It, n); got != want {
			t.Errorf("%d: %s, want %s", n, got, want)
		}
	}
	if got := size(flusso.En, 1536); got != "1.5 KiB" {
		t.Error(got)
	}
}
