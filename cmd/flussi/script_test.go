package main

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"golang.org/x/crypto/ssh"
)

// scriptCommands are what the scripts judge by, beside testscript's own:
//
//	code N flussi ARGS…    runs and wants this exit code
//	fails N flussi ARGS…   as code; and nothing on stdout (with --json: one
//	                       error object), one line with a hint on stderr, and
//	                       no file or folder that was not there before
//	[!] json KEY=VALUE…    some line of the last stdout is an object with these
//	                       values; KEY may be dotted, VALUE is JSON or a string
//	take NAME KEY          a variable from the last object of the last stdout
//	keys TYPE KEY…         every line of that message_type has these keys, in
//	                       this order; others may stand between
//	equations              the last line is a demo whose books balance
//	released DIR           each disclosure of the last stdout balances, and what
//	                       it says was released stands below DIR, whole
//	firstfault FILE L R    variables from a fault of validate's --json: line, rule
//	snapshot NAME PATH…    remembers the content of files and folders
//	[!] sameTree NAME      nothing of them changed, came or went
//	sameFiles DIR DIR      two folders hold the same
//	edit FILE OLD NEW      replaces OLD, which must be there once
//	replace FILE OLD NEW   replaces OLD wherever it is, and it is
//	append FILE MORE       adds the content of another file
//	swapkey FILE A B       pins the public key of B where that of A was pinned
//	pack FILE… OUT         OUT is a .gz of one file or a .zip of several
//	cut FILE N             keeps the first N bytes
//	sql DB STATEMENTS      what somebody with the file in hand can do
//	setenv NAME FILE       a variable from a file's trimmed content
//	day NAME N             the date N days from now
//	freeport NAME          a loopback address nobody listens on
//	pubkey PRIVATE PUBLIC  the public half of an SSH key
//	listening ADDRESS      waits until somebody listens
//	hostkey NAME PRIVATE   a variable with the public half of a server's key
//	fill FILE              puts the variables into a file that names them ($NAME)
//	[!] sent ROOT FILE     an endpoint has received these very bytes, once
//	terminate              SIGTERM to what runs in the background
//	signal SIGNAL WORD     TERM or HUP to what runs in the background with WORD among
//	                       its arguments
//	until PATTERN flussi ARGS…
//	                       runs it over and over until its stdout has the pattern
//	answers URL CODE PATTERN
//	                       asks over and over until that is the answer
//	modes PERM FILE…       files have this mode, in octal
//	mailserver NAME DIR    serves mail at the port NAME, writes each as DIR/N.txt
var scriptCommands = map[string]func(ts *testscript.TestScript, neg bool, args []string){
	"code":       scriptCode,
	"fails":      scriptFails,
	"json":       scriptJSON,
	"take":       scriptTake,
	"keys":       scriptKeys,
	"equations":  scriptEquations,
	"released":   scriptReleased,
	"firstfault": scriptFirstFault,
	"snapshot":   scriptSnapshot,
	"sameFiles":  scriptSameFiles,
	"sameTree":   scriptSameTree,
	"edit":       scriptEdit,
	"replace":    scriptReplace,
	"append":     scriptAppend,
	"swapkey":    scriptSwapkey,
	"pack":       scriptPack,
	"cut":        scriptCut,
	"sql":        scriptSQL,
	"setenv":     scriptSetenv,
	"day":        scriptDay,
	"freeport":   scriptFreeport,
	"pubkey":     scriptPubkey,
	"listening":  scriptListening,
	"hostkey":    scriptHostkey,
	"fill":       scriptFill,
	"sent":       scriptSent,
	"terminate":  scriptTerminate,
	"signal":     scriptSignal,
	"until":      scriptUntil,
	"answers":    scriptAnswers,
	"modes":      scriptModes,
	"mailserver": scriptMailserver,
}

func scriptModes(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: modes PERM file…")
	}
	want, err := strconv.ParseUint(args[0], 8, 9)
	ts.Check(err)
	for _, name := range args[1:] {
		info, err := os.Stat(ts.MkAbs(name))
		ts.Check(err)
		if info.Mode().Perm() != fs.FileMode(want) {
			ts.Fatalf("%s has %o, want %o", name, info.Mode().Perm(), want)
		}
	}
}

func scriptCode(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: code N program args…")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		var exit *exec.ExitError
		if !errors.As(err, &exit) {
			ts.Fatalf("run: %v", err)
		}
		got = exit.ExitCode()
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

func scriptFails(ts *testscript.TestScript, neg bool, args []string) {
	before := treeOf(ts.MkAbs("."))
	scriptCode(ts, neg, args)
	stdout, stderr := ts.ReadFile("stdout"), ts.ReadFile("stderr")
	if slices.Contains(args, "--json") {
		code, _ := strconv.Atoi(args[0]) // scriptCode has read it
		if err := oneErrorObject(stdout, code); err != nil {
			ts.Fatalf("stdout: %v", err)
		}
	} else if stdout != "" {
		ts.Fatalf("stdout is not empty")
	}
	if err := wellSaid(stderr); err != nil {
		ts.Fatalf("stderr: %v", err)
	}
	if changed := difference(before, treeOf(ts.MkAbs("."))); len(changed) > 0 {
		ts.Fatalf("left behind: %v", changed)
	}
}

// oneErrorObject tells whether stdout is what --json owes to a failure: perhaps
// the faults of a configuration, then one error with its code and remedy.
func oneErrorObject(stdout string, code int) error {
	lines := strings.Split(strings.TrimSuffix(stdout, "\n"), "\n")
	for _, line := range lines[:len(lines)-1] {
		var fault struct {
			MessageType string `json:"message_type"`
		}
		if err := json.Unmarshal([]byte(line), &fault); err != nil || fault.MessageType != "config_fault" {
			return fmt.Errorf("%q beside the error: %w", line, err)
		}
	}
	var last struct {
		MessageType   string `json:"message_type"`
		Code          int
		Message, Hint string
	}
	if err := json.Unmarshal([]byte(lines[len(lines)-1]), &last); err != nil {
		return err
	}
	if last.MessageType != "error" || last.Code != code || last.Message == "" || last.Hint == "" {
		return fmt.Errorf("not an error with code %d, message and hint: %s", code, lines[len(lines)-1])
	}
	return nil
}

var (
	errorLine = regexp.MustCompile(`^(flussi|[^ ]+\.(?:yaml|csv):\d+:\d+): [^A-Z\n][^\n]*[^.\n]$`)
	hintLine  = regexp.MustCompile(`^  → [^\n]+[^.\n]$`)
	trace     = regexp.MustCompile(`goroutine |\.go:\d|panic|runtime error|%!|<nil>`)
)

// wellSaid holds every error to the wording of tui.go: a line, then what to do.
func wellSaid(stderr string) error {
	if found := trace.FindString(stderr); found != "" {
		return fmt.Errorf("%q is for programmers", found)
	}
	lines := strings.Split(strings.TrimSuffix(stderr, "\n"), "\n")
	if len(lines)%2 != 0 {
		return fmt.Errorf("not pairs of error and hint: %q", stderr)
	}
	for i, line := range lines {
		if i%2 == 0 && !errorLine.MatchString(line) {
			return fmt.Errorf("not an error line: %q", line)
		}
		if i%2 == 1 && !hintLine.MatchString(line) {
			return fmt.Errorf("not a hint: %q", line)
		}
	}
	return nil
}

func scriptJSON(ts *testscript.TestScript, neg bool, args []string) {
	found := slices.ContainsFunc(objects(ts), func(object map[string]any) bool {
		for _, arg := range args {
			key, value, ok := strings.Cut(arg, "=")
			if !ok {
				ts.Fatalf("usage: json KEY=VALUE…")
			}
			got, ok := at(object, key)
			if !ok || !equals(got, value) {
				return false
			}
		}
		return true
	})
	if found == neg {
		ts.Fatalf("a line with %v: %v", args, found)
	}
}

func scriptTake(ts *testscript.TestScript, _ bool, args []string) {
	all := objects(ts)
	value, ok := at(all[len(all)-1], args[1])
	if !ok {
		ts.Fatalf("no %s", args[1])
	}
	text, isText := value.(string)
	if !isText {
		content, err := json.Marshal(value)
		ts.Check(err)
		text = string(content)
	}
	ts.Setenv(args[0], text)
}

// objects are the lines of the last stdout.
func objects(ts *testscript.TestScript) (all []map[string]any) {
	for line := range strings.Lines(ts.ReadFile("stdout")) {
		decoder := json.NewDecoder(strings.NewReader(line))
		decoder.UseNumber()
		var object map[string]any
		if err := decoder.Decode(&object); err != nil {
			ts.Fatalf("not an object: %s", line)
		}
		all = append(all, object)
	}
	return all
}

func at(object map[string]any, dotted string) (any, bool) {
	first, rest, deeper := strings.Cut(dotted, ".")
	value, ok := object[first]
	if !ok || !deeper {
		return value, ok
	}
	inside, ok := value.(map[string]any)
	if !ok {
		return nil, false
	}
	return at(inside, rest)
}

func equals(got any, want string) bool {
	if s, ok := got.(string); ok {
		return s == want
	}
	text, err := json.Marshal(got)
	return err == nil && string(text) == want
}

func scriptKeys(ts *testscript.TestScript, _ bool, args []string) {
	seen := 0
	for line := range strings.Lines(ts.ReadFile("stdout")) {
		keys, kind, err := keysOf(line)
		ts.Check(err)
		if kind != args[0] {
			continue
		}
		seen++
		left := append([]string{"message_type"}, args[1:]...)
		for _, key := range keys {
			if len(left) > 0 && key == left[0] {
				left = left[1:]
			}
		}
		if len(left) > 0 || keys[0] != "message_type" {
			ts.Fatalf("keys %v, without %v in their place", keys, left)
		}
	}
	if seen == 0 {
		ts.Fatalf("no line of type %s", args[0])
	}
}

// keysOf gives the keys of an object in their order, and its message_type.
func keysOf(line string) (keys []string, kind string, err error) {
	decoder := json.NewDecoder(strings.NewReader(line))
	if _, err := decoder.Token(); err != nil {
		return nil, "", err
	}
	for decoder.More() {
		key, err := decoder.Token()
		if err != nil {
			return nil, "", err
		}
		var value json.RawMessage
		if err := decoder.Decode(&value); err != nil {
			return nil, "", err
		}
		keys = append(keys, key.(string))
		if key == "message_type" {
			kind = strings.Trim(string(value), `"`)
		}
	}
	return keys, kind, nil
}

func scriptEquations(ts *testscript.TestScript, _ bool, _ []string) {
	outcome, err := demoOutcome(ts.ReadFile("stdout"))
	ts.Check(err)
	ts.Check(outcome.balance())
}

func scriptReleased(ts *testscript.TestScript, _ bool, args []string) {
	releases := 0
	for line := range strings.Lines(ts.ReadFile("stdout")) {
		var d struct {
			MessageType                                    string `json:"message_type"`
			Name, Dataset, Release                         string
			RecordsIn                                      int64 `json:"records_in"`
			Rejected, Outside, Disclosed, Suppressed, Rows int64
		}
		ts.Check(json.Unmarshal([]byte(line), &d))
		if d.MessageType != "disclosure" {
			continue
		}
		if d.RecordsIn != d.Rejected+d.Outside+d.Disclosed+d.Suppressed {
			ts.Fatalf("the books do not balance: %s", line)
		}
		if d.Release == "" {
			ts.Fatalf("nothing was released: %s", line)
		}
		releases++
		parent := filepath.Join(ts.MkAbs(args[0]), d.Name, d.Dataset)
		if filepath.Dir(ts.MkAbs(d.Release)) != filepath.Join(parent, "releases") {
			ts.Fatalf("released elsewhere: %s", d.Release)
		}
		parts, err := filepath.Glob(filepath.Join(ts.MkAbs(d.Release), "anno=*", "regione=*", "*.parquet"))
		ts.Check(err)
		current, err := os.ReadFile(filepath.Join(parent, "current.json"))
		ts.Check(err)
		if d.Rows == 0 || len(parts) == 0 || !bytes.Contains(current, []byte(filepath.Base(d.Release))) {
			ts.Fatalf("%d rows in %d parts; current.json: %s", d.Rows, len(parts), current)
		}
		for _, name := range []string{"manifest.json", "datapackage.json", "QUICKSTART.md", "dizionario.md"} {
			if _, err := os.Stat(filepath.Join(ts.MkAbs(d.Release), name)); err != nil {
				ts.Fatalf("%v", err)
			}
		}
	}
	if releases == 0 {
		ts.Fatalf("no disclosure in the last stdout")
	}
}

func scriptFirstFault(ts *testscript.TestScript, _ bool, args []string) {
	first, _, _ := strings.Cut(ts.ReadFile(args[0]), "\n")
	var fault struct {
		Line int
		Rule string
	}
	ts.Check(json.Unmarshal([]byte(first), &fault))
	ts.Setenv(args[1], strconv.Itoa(fault.Line))
	ts.Setenv(args[2], fault.Rule)
}

func scriptSameFiles(ts *testscript.TestScript, _ bool, args []string) {
	within := func(dir string) map[string]string {
		inside := map[string]string{}
		for path, sum := range treeOf(dir) {
			rel, err := filepath.Rel(dir, path)
			ts.Check(err)
			inside[rel] = sum
		}
		return inside
	}
	if changed := difference(within(ts.MkAbs(args[0])), within(ts.MkAbs(args[1]))); len(changed) > 0 {
		ts.Fatalf("they differ in %v", changed)
	}
}

func scriptSnapshot(ts *testscript.TestScript, _ bool, args []string) {
	ts.Check(os.MkdirAll(filepath.Dir(snapshotPath(ts, args[0])), 0o755))
	paths := make([]string, len(args)-1)
	for i, path := range args[1:] {
		paths[i] = ts.MkAbs(path)
	}
	content, err := json.Marshal(snapshot{paths, treeOf(paths...)})
	ts.Check(err)
	ts.Check(os.WriteFile(snapshotPath(ts, args[0]), content, 0o600))
}

func scriptSameTree(ts *testscript.TestScript, neg bool, args []string) {
	content, err := os.ReadFile(snapshotPath(ts, args[0]))
	ts.Check(err)
	var before snapshot
	ts.Check(json.Unmarshal(content, &before))
	if len(before.Files) == 0 {
		ts.Fatalf("the snapshot %s holds nothing", args[0])
	}
	changed := difference(before.Files, treeOf(before.Paths...))
	if neg == (len(changed) == 0) {
		ts.Fatalf("changed: %v", changed)
	}
}

type snapshot struct {
	Paths []string
	Files map[string]string
}

func snapshotPath(ts *testscript.TestScript, name string) string {
	return filepath.Join(ts.Getenv("WORK"), ".tmp", "snapshots", name)
}

// treeOf gives every file and folder below the roots with the hash of its
// content; temporary ones of testscript are not anybody's.
func treeOf(roots ...string) map[string]string {
	tree := map[string]string{}
	for _, root := range roots {
		err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return err
			case entry.IsDir() && entry.Name() == ".tmp":
				return filepath.SkipDir
			case entry.Name() == "lock":
				return nil // it names its last holder
			case !entry.Type().IsRegular():
				tree[path] = entry.Type().String()
				return nil
			}
			content, err := os.ReadFile(path)
			tree[path] = fmt.Sprintf("%x", sha256.Sum256(content))
			return err
		})
		if err != nil {
			tree[root] = err.Error()
		}
	}
	return tree
}

func difference(before, after map[string]string) (changed []string) {
	for path := range after {
		if before[path] != after[path] {
			changed = append(changed, path)
		}
	}
	for path := range before {
		if _, stays := after[path]; !stays {
			changed = append(changed, path+" is gone")
		}
	}
	slices.Sort(changed)
	return changed
}

func scriptEdit(ts *testscript.TestScript, _ bool, args []string) {
	content := ts.ReadFile(args[0])
	if n := strings.Count(content, args[1]); n != 1 {
		ts.Fatalf("%s holds %q %d times", args[0], args[1], n)
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(strings.Replace(content, args[1], args[2], 1)), 0o600))
}

func scriptReplace(ts *testscript.TestScript, _ bool, args []string) {
	content := ts.ReadFile(args[0])
	if !strings.Contains(content, args[1]) {
		ts.Fatalf("%s does not hold %q", args[0], args[1])
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(strings.ReplaceAll(content, args[1], args[2])), 0o600))
}

func scriptAppend(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: append file more")
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(ts.ReadFile(args[0])+ts.ReadFile(args[1])), 0o600))
}

func scriptSwapkey(ts *testscript.TestScript, neg bool, args []string) {
	public := func(private string) string {
		signer, err := ssh.ParsePrivateKey([]byte(ts.ReadFile(private)))
		ts.Check(err)
		return strings.TrimSpace(string(ssh.MarshalAuthorizedKey(signer.PublicKey())))
	}
	scriptReplace(ts, neg, []string{args[0], public(args[1]), public(args[2])})
}

func scriptPack(ts *testscript.TestScript, _ bool, args []string) {
	files, out := args[:len(args)-1], args[len(args)-1]
	var b bytes.Buffer
	switch filepath.Ext(out) {
	case ".gz":
		w := gzip.NewWriter(&b)
		_, err := w.Write([]byte(ts.ReadFile(files[0])))
		ts.Check(errors.Join(err, w.Close()))
	case ".zip":
		archive := zip.NewWriter(&b)
		for _, name := range files {
			w, err := archive.Create(name)
			ts.Check(err)
			_, err = w.Write([]byte(ts.ReadFile(name)))
			ts.Check(err)
		}
		ts.Check(archive.Close())
	default:
		ts.Fatalf("pack: %s is neither .gz nor .zip", out)
	}
	ts.Check(os.WriteFile(ts.MkAbs(out), b.Bytes(), 0o600))
}

func scriptCut(ts *testscript.TestScript, _ bool, args []string) {
	n, err := strconv.ParseInt(args[1], 10, 64)
	ts.Check(err)
	ts.Check(os.Truncate(ts.MkAbs(args[0]), n))
}

func scriptSQL(ts *testscript.TestScript, _ bool, args []string) {
	db, err := sql.Open("sqlite", ts.MkAbs(args[0]))
	ts.Check(err)
	_, err = db.ExecContext(context.Background(), args[1])
	ts.Check(errors.Join(err, db.Close()))
}

func scriptSetenv(ts *testscript.TestScript, _ bool, args []string) {
	ts.Setenv(args[0], strings.TrimSpace(ts.ReadFile(args[1])))
}

func scriptDay(ts *testscript.TestScript, _ bool, args []string) {
	n, err := strconv.Atoi(args[1])
	ts.Check(err)
	ts.Setenv(args[0], time.Now().AddDate(0, 0, n).Format(time.DateOnly))
}

func scriptFreeport(ts *testscript.TestScript, _ bool, args []string) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	ts.Setenv(args[0], listener.Addr().String())
	ts.Check(listener.Close())
}

func scriptPubkey(ts *testscript.TestScript, _ bool, args []string) {
	signer, err := ssh.ParsePrivateKey([]byte(ts.ReadFile(args[0])))
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), ssh.MarshalAuthorizedKey(signer.PublicKey()), 0o600))
}

func scriptHostkey(ts *testscript.TestScript, _ bool, args []string) {
	signer, err := ssh.ParsePrivateKey([]byte(ts.ReadFile(args[1])))
	ts.Check(err)
	ts.Setenv(args[0], strings.TrimSpace(string(ssh.MarshalAuthorizedKey(signer.PublicKey()))))
}

func scriptFill(ts *testscript.TestScript, _ bool, args []string) {
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(os.Expand(ts.ReadFile(args[0]), ts.Getenv)), 0o600))
}

func scriptSent(ts *testscript.TestScript, neg bool, args []string) {
	want, found := ts.ReadFile(args[1]), 0
	ts.Check(filepath.WalkDir(ts.MkAbs(args[0]), func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		content, err := os.ReadFile(path)
		if string(content) == want {
			found++
		}
		return err
	}))
	if found != 1 && !neg || found > 0 && neg {
		ts.Fatalf("%s holds %s %d times", args[0], args[1], found)
	}
}

func scriptListening(ts *testscript.TestScript, _ bool, args []string) {
	var err error
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		var conn net.Conn
		if conn, err = net.Dial("tcp", args[0]); err == nil {
			ts.Check(conn.Close())
			return
		}
	}
	ts.Fatalf("nobody listens on %s: %v", args[0], err)
}

func scriptTerminate(ts *testscript.TestScript, _ bool, _ []string) {
	for _, cmd := range ts.BackgroundCmds() {
		ts.Check(cmd.Process.Signal(syscall.SIGTERM))
	}
}

func scriptSignal(ts *testscript.TestScript, neg bool, args []string) {
	signals := map[string]syscall.Signal{"TERM": syscall.SIGTERM, "HUP": syscall.SIGHUP}
	if neg || len(args) != 2 || signals[args[0]] == 0 {
		ts.Fatalf("usage: signal TERM|HUP word")
	}
	sent := false
	for _, cmd := range ts.BackgroundCmds() {
		if strings.Contains(strings.Join(cmd.Args, " "), args[1]) && cmd.ProcessState == nil {
			ts.Check(cmd.Process.Signal(signals[args[0]]))
			sent = true
		}
	}
	if !sent {
		ts.Fatalf("nothing runs with %s", args[1])
	}
}

func scriptUntil(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 3 {
		ts.Fatalf("usage: until pattern program args…")
	}
	pattern, err := regexp.Compile("(?m)" + args[0])
	ts.Check(err)
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(50 * time.Millisecond) {
		err := ts.Exec(args[1], args[2:]...)
		if err == nil && pattern.MatchString(ts.ReadFile("stdout")) {
			return
		}
		if time.Now().After(deadline) {
			ts.Fatalf("it never said %q: %v", args[0], err)
		}
	}
}

func scriptAnswers(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: answers url code pattern")
	}
	pattern, err := regexp.Compile(args[2])
	ts.Check(err)
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	var last string
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		response, err := client.Get(args[0])
		if err != nil {
			last = err.Error()
			continue
		}
		body, err := io.ReadAll(response.Body)
		ts.Check(errors.Join(err, response.Body.Close()))
		if last = response.Status + " " + string(body); strconv.Itoa(response.StatusCode) == args[1] && pattern.Match(body) {
			return
		}
	}
	ts.Fatalf("%s answers %s", args[0], last)
}

// demoResult is the last line of `flussi demo --json`.
type demoResult struct {
	MessageType string `json:"message_type"`
	RecordsIn   *int64 `json:"records_in"`
	Accepted    int64  `json:"accepted"`
	Rejected    *int64 `json:"rejected"`
	Duplicates  *int64 `json:"duplicates"`
	Recipients  []struct {
		Name       string
		Dataset    string
		RecordsIn  *int64 `json:"records_in"`
		Rejected   *int64
		Outside    *int64
		Disclosed  *int64
		Suppressed *int64
		Release    *string
		Rows       *int64
	}
	Deliveries []struct{ Name, Outcome, SHA256 string }
	Files      []struct {
		Name, Outcome, Report string
		Records, Rejected     int64
	}
}

func demoOutcome(stdout string) (out demoResult, err error) {
	lines := bytes.Split(bytes.TrimSpace([]byte(stdout)), []byte("\n"))
	if err := json.Unmarshal(lines[len(lines)-1], &out); err != nil {
		return out, err
	}
	if out.MessageType != "demo" || out.RecordsIn == nil || out.Rejected == nil || out.Duplicates == nil || out.Recipients == nil || out.Deliveries == nil {
		return out, fmt.Errorf("the last line is not a whole demo: %s", lines[len(lines)-1])
	}
	return out, nil
}

// balance holds the books of a demo: of what came in, and of each recipient.
func (d *demoResult) balance() error {
	if *d.RecordsIn != d.Accepted+*d.Rejected+*d.Duplicates {
		return fmt.Errorf("%d records in, %d accepted, %d rejected, %d duplicates", *d.RecordsIn, d.Accepted, *d.Rejected, *d.Duplicates)
	}
	seen := map[string]bool{}
	for _, r := range d.Recipients {
		id := r.Name + "/" + r.Dataset
		for name, value := range map[string]*int64{
			"records_in": r.RecordsIn, "rejected": r.Rejected, "outside": r.Outside,
			"disclosed": r.Disclosed, "suppressed": r.Suppressed, "rows": r.Rows,
		} {
			if value == nil || *value < 0 {
				return fmt.Errorf("%s: no %s", id, name)
			}
		}
		if r.Release == nil {
			return fmt.Errorf("%s: no release", id)
		}
		if *r.RecordsIn != *r.Rejected+*r.Outside+*r.Disclosed+*r.Suppressed {
			return fmt.Errorf("%s: %d records in, %d rejected, %d outside, %d disclosed, %d suppressed",
				id, *r.RecordsIn, *r.Rejected, *r.Outside, *r.Disclosed, *r.Suppressed)
		}
		seen[id] = true
	}
	if len(seen) != len(d.Recipients) {
		return fmt.Errorf("a dataset stands twice: %v", slices.Sorted(maps.Keys(seen)))
	}
	return nil
}
