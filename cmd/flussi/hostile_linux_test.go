package main

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestHostileFiles gives the real program what a hostile or careless sender may
// leave: it ends, with the right code and a word for people, and holds at most
// 96 MiB more than for a tiny file: one Beneficiario of 16 MiB, its records, and what waits
// to be collected.
func TestHostileFiles(t *testing.T) {
	dir := t.TempDir()
	good := flussiFile(t, dir, "good.xml", "synth", "--tipo", "PS", "--beneficiari", "20", "--seed", "1")
	flow, err := os.ReadFile(good)
	if err != nil {
		t.Fatal(err)
	}
	_, least := peakOf(t, dir, "validate", "good.xml")
	const more = 96 << 10 // KiB
	first, _, _ := bytes.Cut(flow, []byte("<Beneficiario"))
	head, tail := string(first), "</Flusso>\n"
	table, err := os.ReadFile(flussiFile(t, dir, "good.csv", "convert", "good.xml"))
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.SplitN(string(table), "\r\n", 3)
	columns, row := lines[0], lines[1]+"\n"
	faulty := strings.Replace(row, ";380;", ";Italia;", 1)
	for _, tt := range []struct {
		name string
		make func(path string) error
		code int
		says string
	}{
		{"sparse.xml", sparse(nil), exitFailed, "FILE-"},
		{"sparse-behind.xml", sparse(flow), exitFailed, "FILE-"},
		{"sparse.gz", sparse([]byte{0x1f, 0x8b}), exitFailed, "l'archivio è danneggiato"},
		{"sparse.zip", sparse([]byte("PK\x03\x04")), exitFailed, "l'archivio è danneggiato"},
		{"blanks.xml.gz", packed(head, "          \n", 256<<20, tail), exitFailed, "FILE-010"},
		{"nuls.xml.gz", packed("", strings.Repeat("\x00", 1<<16), 256<<20, ""), exitFailed, "FILE-"},
		{"faults.xml", repeated(head, "<Beneficiario/>\n", 300_000, tail), exitPartial, "XSD-011"},
		{"upward.zip", zipped("../../good.xml", flow), exitDone, "upward.zip: PS_PSA_SINA"},
		{"absolute.zip", zipped("/etc/good.xml", flow), exitDone, "absolute.zip: PS_PSA_SINA"},
		{"link.zip", linked, exitFailed, "FILE-002"},
		{"table.csv", repeated("FlussoNome;EnteCodice;CodiceFiscale\n", ";;x\n", 300_000, ""), exitFailed, "FILE-012"},
		{"one.csv", repeated(columns+"\n", row, 300_000, ""), exitFailed, "un Beneficiario ha più record"},
		{"faulty.csv", repeated(columns+"\n", faulty+"2"+faulty[1:], 100_000, ""), exitPartial, "200000 scartati"},
		{"quote.csv", repeated("FlussoNome;EnteCodice;CodiceFiscale\n;;\"", "xxxxxxxxxxxxxxxxx\n", 4_000_000, ""), exitFailed, "riga 2: la riga supera 1 MiB"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(dir, tt.name)
			if err := tt.make(path); err != nil {
				t.Fatal(err)
			}
			for _, report := range []string{"", ".html", ".csv", ".json"} {
				args := []string{"validate", tt.name}
				if report != "" {
					args = append(args, "--report", "report-"+tt.name+report)
					if tt.name != "faults.xml" {
						continue
					}
				}
				o, peak := peakOf(t, dir, args...)
				if o.code != tt.code {
					t.Errorf("%v: code %d, want %d: %.300s%.300s", args, o.code, tt.code, o.stdout, o.stderr)
				}
				if !strings.Contains(o.stdout, tt.says) {
					t.Errorf("%v says %.300s", args, o.stdout)
				}
				if strings.Contains(o.stderr, "goroutine") {
					t.Errorf("%v panics: %.2000s", args, o.stderr)
				}
				if peak > least+more {
					t.Errorf("%v held %d KiB, a tiny file %d", args, peak, least)
				}
				if report != "" {
					if info, err := os.Stat(filepath.Join(dir, "report-"+tt.name+report)); err != nil || info.Size() > 32<<20 {
						t.Errorf("the report: %v %v", info, err)
					}
				}
			}
		})
	}
	if left, err := filepath.Glob(filepath.Join(dir, "..", "good.xml")); err != nil || len(left) > 0 {
		t.Errorf("a zip wrote %v", left)
	}
}

// TestWhatIsNoFile: a pipe does not make the program wait, a folder and a device
// are no files, and a report never takes the place of what is read.
func TestWhatIsNoFile(t *testing.T) {
	dir := t.TempDir()
	good := flussiFile(t, dir, "good.xml", "synth", "--tipo", "PS", "--beneficiari", "20", "--seed", "1")
	if err := syscall.Mkfifo(filepath.Join(dir, "pipe"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"pipe", ".", "/dev/zero"} {
		if o := flussiIn(t, dir, "validate", path); o.code != exitFailed || !strings.Contains(o.stderr, "non è un file") {
			t.Errorf("%s: code %d: %s", path, o.code, o.stderr)
		}
	}
	before, err := os.ReadFile(good)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Link(good, filepath.Join(dir, "same.html")); err != nil {
		t.Fatal(err)
	}
	if o := flussiIn(t, dir, "validate", "good.xml", "--report", "same.html"); o.code != exitFailed || !strings.Contains(o.stderr, "è già il nome di un altro file") {
		t.Errorf("code %d: %s", o.code, o.stderr)
	}
	if o := flussiIn(t, dir, "validate", "good.xml", "--report", "/dev/full/r.html"); o.code != exitFailed || !strings.Contains(o.stderr, "la cartella in cui scrivere non c'è") {
		t.Errorf("code %d: %s", o.code, o.stderr)
	}
	if after, err := os.ReadFile(good); err != nil || !bytes.Equal(before, after) {
		t.Errorf("the flow is another: %v", err)
	}
}

// flussiFile lets flussi write a file.
func flussiFile(t *testing.T, dir, name string, args ...string) string {
	t.Helper()
	mustIn(t, dir, append(args, name)...)
	return filepath.Join(dir, name)
}

// peakOf runs flussi and watches how many KiB it holds at most: what the
// operating system accounts for afterwards includes the parent's.
func peakOf(t *testing.T, dir string, args ...string) (o outcome, peak int) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "flussi", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "LC_ALL=", "LC_MESSAGES=", "LANG=")
	var stdout, stderr limited
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		_ = cmd.Wait() // its code is looked at below
		close(ended)
	}()
	for {
		status, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", cmd.Process.Pid)) // gone when it has ended
		for line := range strings.Lines(string(status)) {
			if held, ok := strings.CutPrefix(line, "VmHWM:"); ok {
				n, _ := strconv.Atoi(strings.TrimSuffix(strings.TrimSpace(held), " kB"))
				peak = max(peak, n)
			}
		}
		select {
		case <-ended:
			return outcome{stdout.String(), stderr.String(), cmd.ProcessState.ExitCode()}, peak
		case <-time.After(5 * time.Millisecond):
		}
	}
}

// limited keeps the first and the last of what is written.
type limited struct{ first, last []byte }

func (l *limited) Write(p []byte) (int, error) {
	const most = 1 << 16
	if room := most - len(l.first); room > 0 {
		l.first = append(l.first, p[:min(room, len(p))]...)
	}
	l.last = append(l.last, p...)
	if len(l.last) > most {
		l.last = append(l.last[:0], l.last[len(l.last)-most:]...)
	}
	return len(p), nil
}

func (l *limited) String() string { return string(l.first) + string(l.last) }

// sparse is 60 GB that take no room on the disk.
func sparse(start []byte) func(string) error {
	return func(path string) error {
		if err := os.WriteFile(path, start, 0o600); err != nil {
			return err
		}
		return os.Truncate(path, 60<<30)
	}
}

func repeated(head, unit string, n int, tail string) func(string) error {
	return func(path string) error {
		return os.WriteFile(path, []byte(head+strings.Repeat(unit, n)+tail), 0o600)
	}
}

// packed is a bomb: so many bytes of one unit, in gzip.
func packed(head, unit string, bytes int64, tail string) func(string) error {
	return func(path string) error {
		file, err := os.Create(path)
		if err != nil {
			return err
		}
		defer func() { _ = file.Close() }()
		w, err := gzip.NewWriterLevel(file, gzip.BestSpeed)
		if err != nil {
			return err
		}
		if _, err := io.WriteString(w, head); err != nil {
			return err
		}
		chunk := []byte(strings.Repeat(unit, max(1, (1<<20)/len(unit))))
		for left := bytes; left > 0; left -= int64(len(chunk)) {
			if _, err := w.Write(chunk); err != nil {
				return err
			}
		}
		if _, err := io.WriteString(w, tail); err != nil {
			return err
		}
		return w.Close()
	}
}

func zipped(name string, content []byte) func(string) error {
	return func(path string) error {
		var archive bytes.Buffer
		w := zip.NewWriter(&archive)
		f, err := w.Create(name)
		if err != nil {
			return err
		}
		if _, err := f.Write(content); err != nil {
			return err
		}
		if err := w.Close(); err != nil {
			return err
		}
		return os.WriteFile(path, archive.Bytes(), 0o600)
	}
}

// linked is a zip whose entry is a symbolic link to a file of this machine.
func linked(path string) error {
	var archive bytes.Buffer
	w := zip.NewWriter(&archive)
	header := &zip.FileHeader{Name: "flusso.xml"}
	header.SetMode(os.ModeSymlink | 0o777)
	f, err := w.CreateHeader(header)
	if err != nil {
		return err
	}
	if _, err := io.WriteString(f, "/etc/hostname"); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	return os.WriteFile(path, archive.Bytes(), 0o600)
}
