package audit_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"
	"golang.org/x/mod/sumdb/note"

	"flussi/internal/audit"
	"flussi/internal/flusso"
	"flussi/internal/ledger"
	"flussi/internal/syslog"
	"flussi/internal/testshared"
	"flussi/internal/web"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func seed(b byte) []byte { return bytes.Repeat([]byte{b}, 32) }

var house = audit.NewSigner("120", seed(1))

// log is a ledger that is written to by hand.
type log struct {
	*testing.T
	*ledger.Ledger
	dir string
}

func newLog(t *testing.T) *log {
	t.Helper()
	now := time.Date(2026, 3, 1, 5, 30, 0, 0, time.UTC)
	dir := t.TempDir()
	l, err := ledger.Open(t.Context(), filepath.Join(dir, "ledger.db"), ledger.Options{Now: func() time.Time { now = now.Add(time.Second); return now }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	return &log{t, l, dir}
}

// grow adds entries by a person, and signs a checkpoint.
func (l *log) grow(actor string, n int) ledger.Checkpoint {
	l.Helper()
	var c ledger.Checkpoint
	err := l.Update(l.Context(), func(tx *ledger.Tx) error {
		for i := range n {
			e := ledger.Entry{Event: ledger.TransferDone, Actor: actor, Object: "arrival/" + strconv.Itoa(i), Purpose: "perché <è> & \u2028"}
			if _, err := tx.Append(l.Context(), e); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil {
		err = l.Update(l.Context(), func(tx *ledger.Tx) (err error) {
			c, _, err = tx.KeepCheckpoint(l.Context(), house.Sign)
			return err
		})
	}
	if err != nil {
		l.Fatal(err)
	}
	return c
}

func (l *log) copy(p audit.Place) audit.Sent {
	l.Helper()
	sent, err := audit.Copy(l.Context(), l.Ledger, house.Key(), map[string]audit.Place{"altrove": p})
	if err != nil || len(sent) != 1 {
		l.Fatal(sent, err)
	}
	return sent[0]
}

// A checkpoint is what other tools of C2SP read: golang.org/x/mod opens it with the
// key as it is spelt.
func TestCheckpointIsANote(t *testing.T) {
	c := newLog(t).grow("op-1", 3)
	verifier, err := note.NewVerifier(house.Key().String())
	if err != nil {
		t.Fatal(err)
	}
	n, err := note.Open(c.Note, note.VerifierList(verifier))
	if err != nil || n.Text != ledger.CheckpointText("flussi/120", c.Root) || len(n.Sigs) != 1 {
		t.Errorf("%+v, %v", n, err)
	}
	for name, other := range map[string][]byte{
		"another key's": sign(t, audit.NewSigner("120", seed(2)), c.Root),
		"altered":       bytes.Replace(c.Note, []byte("\n3\n"), []byte("\n4\n"), 1),
		"unsigned":      []byte(n.Text + "\n— nessuno AAAAAAAA\n"),
	} {
		if _, err := house.Key().Open(other); flusso.KindOf(err) != flusso.Corrupt {
			t.Errorf("%s: %v", name, err)
		}
	}
	if again, err := house.Key().Open(sign(t, audit.NewSigner("121", seed(1)), c.Root)); err != nil || again.Root != c.Root {
		t.Errorf("of before the Ente changed its code: %v", err)
	}
	if _, err := house.Key().Open([]byte("{}")); flusso.KindOf(err) != flusso.Invalid {
		t.Errorf("no checkpoint: %v", err)
	}
	if _, err := (audit.Key{}).Open(c.Note); err == nil {
		t.Error("no key believes")
	}
}

func sign(t *testing.T, s audit.Signer, r ledger.Root) []byte {
	t.Helper()
	text, err := s.Sign(r)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// copied are the indexes in a copy's lines, and how many checkpoints.
func copied(t *testing.T, content []byte) (indexes []int64, checkpoints int) {
	t.Helper()
	for text := range bytes.Lines(content) {
		var l struct {
			Index      *int64
			Entry      json.RawMessage
			Checkpoint string
		}
		if err := json.Unmarshal(text, &l); err != nil {
			continue
		}
		if l.Checkpoint != "" {
			checkpoints++
			continue
		}
		indexes = append(indexes, *l.Index)
	}
	return indexes, checkpoints
}

func inOrder(indexes []int64, n int) bool {
	for i, index := range indexes {
		if index != int64(i) {
			return false
		}
	}
	return len(indexes) == n
}

func TestFileCopy(t *testing.T) {
	l := newLog(t)
	place := audit.File{Path: filepath.Join(t.TempDir(), "copia.jsonl")}
	if sent, err := audit.Copy(t.Context(), l.Ledger, house.Key(), map[string]audit.Place{"altrove": place}); err != nil || sent != nil {
		t.Errorf("of nothing: %v, %v", sent, err)
	}
	l.grow("op-1", 1203)
	if sent := l.copy(place); sent.Err != nil || sent.Size != 1203 {
		t.Fatal(sent)
	}
	l.grow("op-1", 2)
	for range 2 {
		if sent := l.copy(place); sent.Err != nil || sent.Size != 1205 {
			t.Fatal(sent)
		}
	}
	content, err := os.ReadFile(place.Path)
	if err != nil {
		t.Fatal(err)
	}
	if indexes, checkpoints := copied(t, content); !inOrder(indexes, 1205) || checkpoints != 2 {
		t.Errorf("%d entries, %d checkpoints", len(indexes), checkpoints)
	}
	held, err := place.Held(t.Context())
	root, rootErr := l.Root(t.Context())
	if err != nil || rootErr != nil || held.Next != 1205 || held.Checkpoint.Root != root {
		t.Errorf("%+v, %v", held, err)
	}
	evidence, err := audit.ReadEvidence(place.Path, house.Key())
	if err != nil || len(evidence.Roots) != 2 {
		t.Fatal(evidence, err)
	}
	if got, err := audit.Verify(t.Context(), l.Ledger, house.Key(), evidence); err != nil || got != root {
		t.Errorf("%v, %v", got, err)
	}
}

// A copy is cut short at every byte of its last lines, as a crash of the other host
// leaves it: the next one makes it whole, whatever the ledger says of it.
func TestFileCopyBrokenOff(t *testing.T) {
	l := newLog(t)
	place := audit.File{Path: filepath.Join(t.TempDir(), "copia.jsonl")}
	l.grow("op-1", 3)
	l.copy(place)
	l.grow("op-1", 3)
	before, err := os.ReadFile(place.Path)
	if err != nil {
		t.Fatal(err)
	}
	l.copy(place)
	whole, err := os.ReadFile(place.Path)
	if err != nil {
		t.Fatal(err)
	}
	step := 1
	if testing.Short() {
		step = 11
	}
	for cut := len(before); cut < len(whole); cut += step {
		if err := os.WriteFile(place.Path, whole[:cut], 0o600); err != nil {
			t.Fatal(err)
		}
		l.forget()
		if sent := l.copy(place); sent.Err != nil || sent.Size != 6 {
			t.Fatalf("cut at %d: %v", cut, sent)
		}
		content, err := os.ReadFile(place.Path)
		if err != nil {
			t.Fatal(err)
		}
		if indexes, checkpoints := copied(t, content); !inOrder(indexes, 6) || checkpoints < 2 || !bytes.HasPrefix(content, whole[:cut]) {
			t.Fatalf("cut at %d: %v, %d checkpoints", cut, indexes, checkpoints)
		}
		if _, err := audit.ReadEvidence(place.Path, house.Key()); err != nil {
			t.Fatal(err)
		}
	}
}

// forget sets the ledger back to before its last line about the copy.
func (l *log) forget() {
	l.Helper()
	if err := l.Update(l.Context(), func(tx *ledger.Tx) error {
		return tx.SetCopy(l.Context(), ledger.Copy{Place: "altrove", Size: 3})
	}); err != nil {
		l.Fatal(err)
	}
}

// What somebody does who rules the host: a snapshot of before is put back, the tail
// is cut off, all is written anew with the key at hand. Each fits itself, and the copy
// tells.
func TestCopyTells(t *testing.T) {
	place := audit.File{Path: filepath.Join(t.TempDir(), "copia.jsonl")}
	honest := newLog(t)
	honest.grow("op-1", 5)
	honest.copy(place)
	honest.grow("op-1", 7)
	honest.copy(place)
	evidence, err := audit.ReadEvidence(place.Path, house.Key())
	if err != nil {
		t.Fatal(err)
	}
	held, err := place.Held(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	older, rewritten, cut := newLog(t), newLog(t), newLog(t)
	older.grow("op-1", 5)
	rewritten.grow("op-1", 5)
	rewritten.again().grow("op-2", 7)
	cut.grow("op-1", 5)
	cut.again().grow("op-1", 6)
	for name, c := range map[string]struct {
		l    *log
		says string
	}{
		"an older snapshot": {older, "entry 5 is not the one that was copied"},
		"rewritten":         {rewritten, "entry 5 is not the one that was copied"},
		"the tail cut off":  {cut, "entry 11 is not the one that was copied"},
	} {
		root, err := c.l.Verify(t.Context())
		if err != nil {
			t.Errorf("%s: by itself %v", name, err)
		}
		if err := audit.Compare(t.Context(), c.l, held); flusso.KindOf(err) != flusso.Corrupt || err == nil {
			t.Errorf("%s: %v of %v", name, err, root)
		}
		if sent := c.l.copy(place); flusso.KindOf(sent.Err) != flusso.Corrupt || sent.Err == nil {
			t.Errorf("%s, copied over: %v", name, sent)
		}
		if _, err := audit.Verify(t.Context(), c.l.Ledger, house.Key(), evidence); flusso.KindOf(err) != flusso.Corrupt || err == nil || !strings.Contains(fmt.Sprint(err), c.says) {
			t.Errorf("%s, verified: %v", name, err)
		}
	}
	if err := audit.Compare(t.Context(), honest, held); err != nil {
		t.Errorf("the honest one: %v", err)
	}
	honest.grow("op-1", 1)
	if err := audit.Compare(t.Context(), honest, held); err != nil {
		t.Errorf("grown since: %v", err)
	}
	_ = os.Remove(place.Path)
	if sent := honest.copy(place); flusso.KindOf(sent.Err) != flusso.Config {
		t.Errorf("the copy is gone: %v", sent)
	}
	if sent := honest.copy(audit.File{Path: filepath.Join(t.TempDir(), "non", "montato", "copia.jsonl")}); flusso.KindOf(sent.Err) != flusso.Transient {
		t.Errorf("its disk is gone: %v", sent)
	}
	if c, _, err := honest.CopyAt(t.Context(), "altrove"); err != nil || c.Failures != 2 || c.Reason != "transient" || c.Size != 12 {
		t.Errorf("%+v, %v", c, err)
	}
}

func TestEvidence(t *testing.T) {
	l := newLog(t)
	c := l.grow("op-1", 3)
	write := func(content string) string {
		path := filepath.Join(t.TempDir(), "evidence")
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	foreign := sign(t, audit.NewSigner("120", seed(2)), c.Root)
	text, err := json.Marshal(string(foreign))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range []struct {
		name, content string
		kind          flusso.Kind
		ok            bool
	}{
		{"a note", string(c.Note), 0, true},
		{"JSON of before", fmt.Sprintf(`{"message_type":"audit","size":3,"root":"%s"}`, c.Hash), 0, true},
		{"nothing", "", flusso.Invalid, false},
		{"something", "ciao\n", flusso.Invalid, false},
		{"a note of somebody else", string(foreign), flusso.Corrupt, false},
		{"a copy with one", `{"checkpoint":` + string(text) + "}\n", flusso.Corrupt, false},
	} {
		evidence, err := audit.ReadEvidence(write(e.content), house.Key())
		if (err == nil) != e.ok || err != nil && flusso.KindOf(err) != e.kind || err == nil && evidence.Roots[0] != c.Root {
			t.Errorf("%s: %v, %v", e.name, evidence, err)
		}
	}
	if _, err := audit.ReadEvidence(filepath.Join(t.TempDir(), "none"), house.Key()); flusso.KindOf(err) != flusso.Invalid {
		t.Errorf("no file: %v", err)
	}
}

// service is a web service that keeps what it is sent.
type service struct {
	mu     sync.Mutex
	status []int // of the next answers; 200 after them
	bodies [][]byte
	keys   []string
	tokens []string
}

func (s *service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.status) > 0 {
		w.WriteHeader(s.status[0])
		s.status = s.status[1:]
		return
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		panic(err)
	}
	s.bodies, s.keys, s.tokens = append(s.bodies, body), append(s.keys, r.Header.Get("Idempotency-Key")), append(s.tokens, r.Header.Get("Authorization"))
}

func TestWebhookCopy(t *testing.T) {
	kept := &service{status: []int{503}}
	server := httptest.NewServer(kept)
	defer server.Close()
	place := audit.Webhook{URL: server.URL + "/gancio?MARKER-SEGRETO", Token: []byte("MARKER-SEGRETO"), Client: server.Client()}
	l := newLog(t)
	last := l.grow("op-1", 501)
	if sent := l.copy(place); sent.Err != nil || sent.Size != 501 {
		t.Fatal(sent)
	}
	var lines bytes.Buffer
	for i, body := range kept.bodies {
		var b struct {
			Entries    []json.RawMessage
			Checkpoint string
		}
		if err := json.Unmarshal(body, &b); err != nil || kept.tokens[i] != "Bearer MARKER-SEGRETO" {
			t.Fatal(err, kept.tokens)
		}
		for _, e := range b.Entries {
			lines.Write(append(e, '\n'))
		}
		if b.Checkpoint != "" && (i != 1 || b.Checkpoint != string(last.Note)) {
			t.Errorf("checkpoint in %d: %s", i, b.Checkpoint)
		}
	}
	if indexes, _ := copied(t, lines.Bytes()); !inOrder(indexes, 501) || fmt.Sprint(kept.keys[0]) != "0-499" {
		t.Errorf("%d entries, %v", len(indexes), kept.keys)
	}
	for _, c := range []struct {
		status int
		kind   flusso.Kind
	}{{400, flusso.Transient}, {302, flusso.Transient}, {401, flusso.Config}, {409, flusso.Corrupt}} {
		kept.status = []int{c.status}
		l.grow("op-1", 1)
		sent := l.copy(place)
		if sent.Err == nil || flusso.KindOf(sent.Err) != c.kind || strings.Contains(fmt.Sprint(sent.Err), "MARKER") {
			t.Errorf("%d: %v", c.status, sent.Err)
		}
	}
	server.Close()
	if sent := l.copy(place); flusso.KindOf(sent.Err) != flusso.Transient || strings.Contains(fmt.Sprint(sent.Err), "MARKER") || sent.Size != 501 {
		t.Errorf("nobody there: %v", sent)
	}
}

// receive reads counted messages until the other side ends.
func receive(r io.Reader) (messages []string, err error) {
	in := bufio.NewReader(r)
	for {
		length, err := in.ReadString(' ')
		if errors.Is(err, io.EOF) && length == "" {
			return messages, nil
		}
		n, bad := strconv.Atoi(strings.TrimSpace(length))
		message := make([]byte, max(n, 0))
		if _, err := io.ReadFull(in, message); errors.Join(err, bad) != nil {
			return messages, errors.Join(err, bad)
		}
		messages = append(messages, string(message))
	}
}

func TestSyslogCopy(t *testing.T) {
	l := newLog(t)
	last := l.grow("op-1", 3)
	check := func(name string, messages []string) {
		t.Helper()
		if len(messages) != 4 {
			t.Fatalf("%s: %d messages", name, len(messages))
		}
		var lines bytes.Buffer
		for i, m := range messages {
			head, text, _ := strings.Cut(m, " - {")
			want := "<110>1 2026-03-01T05:30:0" + strconv.Itoa(i+1) + ".000000Z prova flussi - audit"
			if i == 3 {
				want = "<109>1 " + last.MadeAt.Format("2006-01-02T15:04:05.000000Z") + " prova flussi - checkpoint"
			}
			if head != want {
				t.Errorf("%s: %s, want %s", name, head, want)
			}
			lines.WriteString("{" + text + "\n")
		}
		if indexes, checkpoints := copied(t, lines.Bytes()); !inOrder(indexes, 3) || checkpoints != 1 {
			t.Errorf("%s: %v, %d", name, indexes, checkpoints)
		}
	}
	stream := func(listener net.Listener) <-chan []string {
		got := make(chan []string, 1)
		go func() {
			conn, err := listener.Accept()
			if err != nil {
				got <- nil
				return
			}
			messages, err := receive(conn)
			if err = errors.Join(err, conn.Close()); err != nil {
				messages = nil
			}
			got <- messages
		}()
		return got
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	got := stream(listener)
	if sent := l.again().copy(audit.Syslog{Server: syslog.Server{Network: "tcp", Address: listener.Addr().String()}, Host: "prova"}); sent.Err != nil {
		t.Fatal(sent.Err)
	}
	check("tcp", <-got)

	server := httptest.NewUnstartedServer(nil) // for its certificate
	server.StartTLS()
	certificate := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	secure, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{Certificates: server.TLS.Certificates})
	server.Close()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = secure.Close() }()
	ca := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(ca, certificate, 0o600); err != nil {
		t.Fatal(err)
	}
	trusted, err := web.TLSConfig(ca)
	if err != nil {
		t.Fatal(err)
	}
	got = stream(secure)
	if sent := l.again().copy(audit.Syslog{Server: syslog.Server{Network: "tls", Address: secure.Addr().String(), TLS: trusted}, Host: "prova"}); sent.Err != nil {
		t.Fatal(sent.Err)
	}
	check("tls", <-got)
	system, err := web.TLSConfig("")
	if err != nil {
		t.Fatal(err)
	}
	got = stream(secure)
	if sent := l.again().copy(audit.Syslog{Server: syslog.Server{Network: "tls", Address: secure.Addr().String(), TLS: system}}); sent.Err == nil {
		t.Error("a server that nobody vouches for was sent the log")
	}
	<-got
	if _, err := web.TLSConfig(filepath.Join(l.dir, "ledger.db")); flusso.KindOf(err) != flusso.Config {
		t.Errorf("no certificates: %v", err)
	}

	for network, address := range map[string]string{"udp": "127.0.0.1:0", "unixgram": filepath.Join(t.TempDir(), "log")} {
		packets, err := net.ListenPacket(network, address)
		if err != nil {
			testshared.Skip(t, "datagrams of "+network)
		}
		place := audit.Syslog{Server: syslog.Server{Network: strings.TrimSuffix(network, "gram"), Address: packets.LocalAddr().String()}, Host: "prova"}
		if sent := l.again().copy(place); sent.Err != nil {
			t.Fatal(sent.Err)
		}
		var messages []string
		for range 4 {
			packet := make([]byte, 4096)
			n, _, err := packets.ReadFrom(packet)
			if err != nil {
				t.Fatal(err)
			}
			messages = append(messages, string(packet[:n]))
		}
		check(network, messages)
		if err := packets.Close(); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := (audit.Syslog{Server: syslog.Server{Network: "tcp", Address: listener.Addr().String()}}).Send(ctx, audit.Batch{}); err == nil {
		t.Error("sent after the end")
	}
}

// again makes the ledger forget that there is a copy.
func (l *log) again() *log {
	l.Helper()
	if err := l.Update(l.Context(), func(tx *ledger.Tx) error { return tx.SetCopy(l.Context(), ledger.Copy{Place: "altrove"}) }); err != nil {
		l.Fatal(err)
	}
	return l
}

// An older snapshot of the file is put back; the copy has what it lacks.
func TestResume(t *testing.T) {
	place := audit.File{Path: filepath.Join(t.TempDir(), "copia.jsonl")}
	honest := newLog(t)
	honest.grow("op-1", 5)
	honest.copy(place)
	honest.grow("op-1", 7)
	honest.copy(place)
	honest.grow("op-1", 2) // was never copied
	older := newLog(t)
	older.grow("op-1", 5)
	older.again()
	lacking, _, err := audit.Resume(t.Context(), older.Ledger, house.Key(), place.Path, ledger.Entry{Actor: "op-9"})
	if err != nil || len(lacking) != 7 || lacking[6].Object != "arrival/6" {
		t.Fatal(lacking, err)
	}
	evidence, err := audit.ReadEvidence(place.Path, house.Key())
	if err != nil {
		t.Fatal(err)
	}
	if root, err := audit.Verify(t.Context(), older.Ledger, house.Key(), evidence); err != nil || root.Size != 13 {
		t.Errorf("%v, %v", root, err)
	}
	run, err := older.BeginRun(t.Context(), ledger.Run{Schedule: "a"})
	if err != nil {
		t.Fatal(err)
	}
	if id, err := older.Take(t.Context(), ledger.Arrival{FetchKey: "1", SpoolID: "1", Run: run}); err != nil || id != 7 {
		t.Errorf("arrival %d, %v: its number was given before", id, err)
	}
	older.grow("op-9", 1)
	if sent := older.copy(place); sent.Err != nil || sent.Size != 14 {
		t.Errorf("it goes on: %v", sent)
	}
	if lacking, _, err := audit.Resume(t.Context(), older.Ledger, house.Key(), place.Path, ledger.Entry{}); err != nil || len(lacking) != 0 {
		t.Errorf("again: %v, %v", lacking, err)
	}
	rewritten := newLog(t)
	rewritten.grow("op-2", 5)
	if lacking, _, err := audit.Resume(t.Context(), rewritten.Ledger, house.Key(), place.Path, ledger.Entry{}); flusso.KindOf(err) != flusso.Corrupt || lacking != nil {
		t.Errorf("another log: %v, %v", lacking, err)
	}
	if root, err := rewritten.Root(t.Context()); err != nil || root.Size != 5 {
		t.Errorf("it was changed: %v, %v", root, err)
	}
	if _, _, err := audit.Resume(t.Context(), honest.Ledger, house.Key(), filepath.Join(honest.dir, "ledger.db"), ledger.Entry{}); flusso.KindOf(err) != flusso.Invalid {
		t.Errorf("no copy: %v", err)
	}
}

// A server that hangs up in the middle did not take it all.
func TestSyslogHangsUp(t *testing.T) {
	l := newLog(t)
	l.grow("op-1", 2000)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	go func() {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		_, _ = conn.Read(make([]byte, 100))
		_ = conn.(*net.TCPConn).SetLinger(0) // a reset, as of a process that died
		_ = conn.Close()
	}()
	if sent := l.copy(audit.Syslog{Server: syslog.Server{Network: "tcp", Address: listener.Addr().String()}}); flusso.KindOf(sent.Err) != flusso.Transient || sent.Err == nil {
		t.Errorf("%+v", sent)
	}
}
