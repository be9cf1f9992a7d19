package journal

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net"
	"os"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"flussi/internal/daemon"
	"flussi/internal/exchange"
	"flussi/internal/syslog"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var at = time.Date(2026, 5, 1, 3, 30, 7, 0, time.UTC)

// told has a journal tell, and gives its lines and what a server got.
func told(t *testing.T, o Options, do func(*Journal)) (lines string, messages []string) {
	t.Helper()
	packets, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = packets.Close() }()
	var b bytes.Buffer
	o.Now, o.Version, o.Host, o.Lines = func() time.Time { return at }, "1.0.0", "regione", &b
	o.Words = func(err error) (string, string) { return err.Error(), "what to do" }
	o.Syslog = syslog.NewSender(syslog.Server{Network: "udp", Address: packets.LocalAddr().String()})
	ctx, stop := context.WithCancel(t.Context())
	var sending sync.WaitGroup
	sending.Go(func() { o.Syslog.Run(ctx) })
	do(New(o))
	stop()
	sending.Wait()
	for packet := make([]byte, 64<<10); ; {
		_ = packets.SetReadDeadline(time.Now().Add(100 * time.Millisecond))
		n, _, err := packets.ReadFrom(packet)
		if err != nil {
			return b.String(), messages
		}
		messages = append(messages, string(packet[:n]))
	}
}

func failed(j *Journal) {
	j.Daemon(daemon.Event{MessageType: "failed", Schedule: "ritorno-inps", Period: "2026-05-01", Reason: "endpoint", Err: errors.New("a=b|c\nd")})
}

func TestCEF(t *testing.T) {
	_, got := told(t, Options{CEF: true}, failed)
	want := `<27>1 2026-05-01T03:30:07.000000Z regione flussi - daemon.failed - CEF:0|flussi|flussi|1.0.0|daemon.failed|run failed|7|rt=1777606207000 dvchost=regione ` +
		`cs6Label=period cs6=2026-05-01 reason=endpoint cs1Label=schedule cs1=ritorno-inps msg=a\=b|c\nd flussiHint=what to do`
	if len(got) != 1 || got[0] != want {
		t.Errorf("%q\nwant %q", got, want)
	}
}

func TestStructured(t *testing.T) {
	_, got := told(t, Options{}, failed)
	want := `<27>1 2026-05-01T03:30:07.000000Z regione flussi - daemon.failed [flussi@32473 event="daemon.failed" period="2026-05-01" reason="endpoint" schedule="ritorno-inps" message="a=b|c d" hint="what to do"] run failed`
	if len(got) != 1 || got[0] != want {
		t.Errorf("%q\nwant %q", got, want)
	}
}

// Every line of JSON is an object with its event, and so is what rooms inside and people
// are told.
func TestJSON(t *testing.T) {
	lines, messages := told(t, Options{JSON: true, CEF: true, Level: slog.LevelInfo}, func(j *Journal) {
		failed(j)
		j.Run(exchange.Event{MessageType: "fetched", Endpoint: "inps", Name: "R***.xml", Bytes: 1 << 53})
		j.Daemon(daemon.Event{MessageType: "run", Schedule: "a", Result: &exchange.Result{RecordsIn: 5, Accepted: 4, Rejected: 1}})
		j.Line("two\nlines")
		log := j.Logger()
		log.Debug("not told")
		log.Warn("file not taken", "endpoint", "hub", "error", errors.New("x"))
		log.With("a", 1).WithGroup("g").Info("remark", "b", 2)
	})
	var events []map[string]any
	for line := range strings.Lines(lines) {
		var e map[string]any
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		events = append(events, e)
	}
	for i, want := range []map[string]any{
		{"event": "daemon.failed", "level": "ERROR", "msg": "run failed", "schedule": "ritorno-inps", "message": "a=b|c\nd", "hint": "what to do"},
		{"event": "run.fetched", "level": "INFO", "endpoint": "inps", "name": "R***.xml", "bytes": float64(1 << 53)},
		{"event": "daemon.run", "outcome": "partial", "records": 5.0, "rejected": 1.0, "accepted": 4.0},
		{"event": "line", "message": "two\nlines"},
		{"event": "log.warn", "level": "WARN", "msg": "file not taken", "endpoint": "hub", "error": "x"},
		{"level": "INFO", "msg": "remark", "a": 1.0},
	} {
		if i >= len(events) {
			t.Fatalf("only %d lines", len(events))
		}
		for key, value := range want {
			if !reflect.DeepEqual(events[i][key], value) {
				t.Errorf("line %d: %s is %v, want %v", i, key, events[i][key], value)
			}
		}
	}
	if len(events) != 6 || len(messages) != 6 {
		t.Errorf("%d lines, %d messages", len(events), len(messages))
	}
	if !strings.Contains(lines, `"bytes":9007199254740992`) {
		t.Error("a large number is rounded")
	}
}

// Text is what people are told by others: here stands what the rooms inside say alone.
func TestText(t *testing.T) {
	lines, messages := told(t, Options{CEF: true, Level: slog.LevelWarn}, func(j *Journal) {
		failed(j)
		j.Logger().Warn("file not taken")
		j.Logger().Info("remark")
	})
	if strings.Count(lines, "\n") != 1 || !strings.Contains(lines, "file not taken") || len(messages) != 2 {
		t.Errorf("%q %q", lines, messages)
	}
}

// What daemon and runs tell is entered, and both pages tell of all kinds, and of no other.
func TestDocumented(t *testing.T) {
	tells := regexp.MustCompile(`MessageType(?::|,.*?=|\s*=) ?"([a-z_]+)"`)
	told := map[string]bool{}
	for prefix, dir := range map[string]string{"daemon.": "../daemon", "run.": "../exchange"} {
		entries, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			if !strings.HasSuffix(e.Name(), ".go") || strings.HasSuffix(e.Name(), "_test.go") {
				continue
			}
			source, err := os.ReadFile(dir + "/" + e.Name())
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range tells.FindAllStringSubmatch(string(source), -1) {
				told[prefix+m[1]] = true
			}
		}
	}
	if len(told) < 20 {
		t.Fatalf("found only %v", told)
	}
	for id := range told {
		if _, ok := kinds[id]; !ok {
			t.Errorf("%s is told and not entered", id)
		}
	}
	for _, page := range []string{"../../docs/events.md", "../../docs/eventi.md"} {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		rows := map[string]string{}
		for _, row := range regexp.MustCompile("(?m)^\\| `([a-z_.]+)` \\| (.*?) \\| (\\d+) \\|").FindAllStringSubmatch(string(text), -1) {
			rows[row[1]] = row[2] + " " + row[3]
		}
		for id, k := range kinds {
			if k.ID != id || rows[id] != k.Name+" "+strconv.Itoa(k.Severity) {
				t.Errorf("%s: of %s %q, it says %q", page, id, k.Name+" "+strconv.Itoa(k.Severity), rows[id])
			}
		}
		for id := range rows {
			if _, ok := kinds[id]; !ok {
				t.Errorf("%s: there is no %s", page, id)
			}
		}
	}
}

// TestRenew: what is told goes elsewhere from then on, in the other form, from the other
// level on, by loggers of before too; what a server did not get stays counted.
func TestRenew(t *testing.T) {
	var first, second bytes.Buffer
	full := syslog.NewSender(syslog.Server{Network: "udp", Address: "127.0.0.1:9"}) // nobody has it send
	for range 1003 {
		full.Send([]byte("x"))
	}
	o := Options{Now: func() time.Time { return at }, Lines: &first, Level: slog.LevelWarn, Syslog: full}
	j := New(o)
	log := j.Logger().With("a", 1).WithGroup("g")
	log.Info("not told")
	log.Warn("told", "b", 2)
	o.Lines, o.JSON, o.Level, o.Syslog = &second, true, slog.LevelDebug, nil
	j.Renew(o)
	log.Debug("told too", "b", 3)
	j.Line("a line")
	if got := first.String(); strings.Count(got, "\n") != 1 || !strings.Contains(got, "msg=told a=1 g.b=2") {
		t.Errorf("before: %q", got)
	}
	if got := second.String(); strings.Count(got, "\n") != 2 || !strings.Contains(got, `"msg":"told too","a":1,"g":{"b":3,"event":"log.debug"}`) || !strings.Contains(got, `"event":"line","message":"a line"`) {
		t.Errorf("then: %q", got)
	}
	if n, known := j.Dropped(); n != 4 || !known { // and the one told
		t.Errorf("%d dropped, %v", n, known)
	}
	if n, known := New(o).Dropped(); n != 0 || known {
		t.Errorf("without a server %d dropped, %v", n, known)
	}
}
