package exchange_test

import (
	"bytes"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"flussi/internal/exchange"
	"flussi/internal/ledger"
	"flussi/internal/sftp/sftptest"
	"flussi/internal/spool"
	"flussi/internal/spool/spooltest"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestOrder compares, for every way a file may leave a server, the one log of
// everything that happens while it is taken: the requests the server received
// and what it did by itself, the operations on the spool, and the states of
// the arrival as another reader of the ledger sees them committed. A missing
// fsync, an early READ or a CLOSE before the commit is a line of difference.
//
// READs and writes between two other entries are added up, for their order
// among themselves is that of the network; a READ of the byte after the last
// one stands by itself.
func TestOrder(t *testing.T) {
	for _, c := range []struct {
		file, consume string
		behaviour     sftptest.Behaviour
	}{
		{"close", "{how: server-removes, on: close}", sftptest.Behaviour{SelfDelete: sftptest.OnClose, DropCounts: true}},
		{"eof", "{how: server-removes, on: eof}", sftptest.Behaviour{SelfDelete: sftptest.OnEOF}},
		{"last-byte", "{how: server-removes, on: last-byte}", sftptest.Behaviour{SelfDelete: sftptest.OnLastByte}},
		{"unknown", "server-removes", sftptest.Behaviour{SelfDelete: sftptest.OnClose}},
		{"remove", "remove", sftptest.Behaviour{}},
		{"rename", `"rename:/presi"`, sftptest.Behaviour{}},
		{"keep", "keep", sftptest.Behaviour{}},
	} {
		t.Run(c.file, func(t *testing.T) {
			w := newWorld(t, terms{})
			log := &orderLog{t: t, ledger: w.path("stato/" + exchange.LedgerName)}
			c.behaviour.NoLimits = true // blocks of 32 KiB
			f := sftptest.StartFaulty(t, c.behaviour, 1, log.wire)
			data := make([]byte, 300_000) // no flow: what becomes of it later is not told here
			_, _ = rand.NewChaCha8([32]byte{1}).Read(data)
			f.Put("/out/f.csv", data)
			w.repoint("hub", f.Address(), f.HostKey(), c.consume)

			opt := w.options()
			opt.FS = spooltest.Record(spool.OS).Telling(log.disk)
			opt.Step = func(step string) error {
				if step == "intake" {
					log.end()
				}
				return nil
			}
			if _, err := w.runWith("relay", opt); err != nil {
				t.Fatal(err)
			}
			log.end()
			golden := filepath.Join("testdata", "order-"+c.file+".golden")
			got := log.String()
			if *update {
				w.must(os.MkdirAll("testdata", 0o755))
				w.must(os.WriteFile(golden, []byte(got), 0o600))
			}
			want, err := os.ReadFile(golden)
			w.must(err)
			if !bytes.Equal([]byte(got), want) {
				t.Errorf("the order is\n%s\nand should be\n%s", got, want)
			}
			log.check(t)
		})
	}
}

// repoint makes an endpoint of the configuration mean another server.
func (w *world) repoint(endpoint, address, hostKey, consume string) {
	w.Helper()
	line := regexp.MustCompile(`(?m)^  ` + endpoint + `: .*$`)
	text := w.read("flussi.yaml")
	if !line.MatchString(text) {
		w.Fatal("no such endpoint")
	}
	w.write("flussi.yaml", line.ReplaceAllLiteralString(text, fmt.Sprintf(
		`  %s: {address: %q, user: u, key: "file:segreti/chiave", host_keys: [%q], consume: %s}`,
		endpoint, address, hostKey, consume)))
}

// orderLog is one log of three places.
type orderLog struct {
	t      testing.TB
	ledger string

	mu      sync.Mutex
	entries []orderEntry
	state   string // of the arrival, as last seen
	over    bool
}

// orderEntry is a READ, bytes written to the spool, or anything else.
type orderEntry struct {
	text     string
	read     bool
	from, to int64
	written  int64
}

const orderSize = 300_000

func (l *orderLog) wire(op sftptest.Op) {
	e := orderEntry{text: op.String()}
	if op.Name == "READ" {
		e = orderEntry{read: true, from: op.Off, to: op.Off + op.Len}
	}
	l.add(e)
}

var spoolFile = regexp.MustCompile(`^(create|write|sync|rename|syncdir|link|remove) .*?/stato/(spool.*)$`)

// disk takes what changes the spool.
func (l *orderLog) disk(op string) {
	found := spoolFile.FindStringSubmatch(op)
	if found == nil {
		return
	}
	rest := regexp.MustCompile(`\S*/stato/`).ReplaceAllString(found[2], "")
	rest = regexp.MustCompile(`[0-9a-f]{32}`).ReplaceAllString(rest, "ID")
	e := orderEntry{text: "disk: " + found[1] + " " + rest}
	if found[1] == "write" {
		_, _ = fmt.Sscan(rest[strings.LastIndex(rest, " "):], &e.written)
	}
	l.add(e)
}

// add notes an entry, after what the ledger has committed by now.
func (l *orderLog) add(e orderEntry) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.over {
		return
	}
	l.look()
	l.entries = append(l.entries, e)
}

// look opens the ledger as another process would: it sees what is committed.
func (l *orderLog) look() {
	if _, err := os.Stat(l.ledger); err != nil {
		return // not made yet
	}
	reader, err := ledger.Open(l.t.Context(), l.ledger, ledger.Options{ReadOnly: true})
	if err != nil {
		l.t.Error(err)
		return
	}
	defer func() { _ = reader.Close() }()
	arrivals, err := reader.Arrivals(l.t.Context())
	if err != nil {
		l.t.Error(err)
	}
	for _, a := range arrivals {
		if string(a.State) != l.state {
			l.state = string(a.State)
			l.entries = append(l.entries, orderEntry{text: "ledger: " + l.state})
		}
	}
}

func (l *orderLog) end() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.over = true
}

// lines are the entries, READs and writes added up.
func (l *orderLog) lines() (lines []string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	var reads []orderEntry
	var written int64
	flush := func() {
		slices.SortFunc(reads, func(a, b orderEntry) int { return int(a.from - b.from) })
		for i := 0; i < len(reads); {
			from, to := reads[i].from, reads[i].to
			for i++; i < len(reads) && reads[i].from <= to; i++ {
				to = max(to, reads[i].to)
			}
			lines = append(lines, fmt.Sprintf("READ [%d, %d)", from, to))
		}
		if written > 0 {
			lines = append(lines, fmt.Sprintf("disk: write %d bytes", written))
		}
		reads, written = nil, 0
	}
	for _, e := range l.entries {
		switch {
		case e.read && e.from >= orderSize:
			flush()
			lines = append(lines, "READ at the end")
		case e.read:
			reads = append(reads, e)
		case e.written > 0:
			written += e.written
		default:
			flush()
			lines = append(lines, e.text)
		}
	}
	flush()
	return lines
}

func (l *orderLog) String() string { return strings.Join(l.lines(), "\n") + "\n" }

// check says in words what the golden files show: everything but the last
// block is synced and the ledger says "taking" before the last READ; the file
// is synced, renamed, its folder synced and the ledger says "received" before
// CLOSE and before anything is done to the remote file; nothing asks for
// attributes between OPEN and CLOSE.
func (l *orderLog) check(t *testing.T) {
	t.Helper()
	lines := l.lines()
	at := func(prefix string) int {
		i := slices.IndexFunc(lines, func(s string) bool { return strings.HasPrefix(s, prefix) })
		if i < 0 {
			t.Errorf("no %q", prefix)
		}
		return i
	}
	last := -1
	for i, line := range lines {
		if strings.HasPrefix(line, "READ [") && strings.HasSuffix(line, fmt.Sprintf(", %d)", orderSize)) {
			last = i
		}
	}
	close := at("CLOSE /out/f.csv")
	order := []int{at("OPEN /out/f.csv"), at("READ [0, "), at("disk: sync spool/ID"), at("ledger: taking"), last,
		at("disk: rename"), at("ledger: received"), close}
	if !slices.IsSorted(order) || len(slices.Compact(order)) != 8 {
		t.Errorf("out of order: %v", order)
	}
	if folder := slices.Index(lines[at("disk: rename"):], "disk: syncdir spool"); folder < 0 || at("disk: rename")+folder > at("ledger: received") {
		t.Error("the folder is not synced between the rename and the commit")
	}
	for i, line := range lines {
		if strings.Contains(line, "STAT ") && i > order[0] && i < close {
			t.Errorf("%q while the file is open", line)
		}
		if (strings.HasPrefix(line, "REMOVE") || strings.HasPrefix(line, "RENAME")) && i < close {
			t.Errorf("%q before CLOSE", line)
		}
	}
}
