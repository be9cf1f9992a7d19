package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"flussi/internal/flusso"
	"flussi/internal/ledger"
	"flussi/internal/synth"
)

// idleMost is what a daemon that waits may have in memory.
const idleMost = 40 << 20

// TestIdleAfterLargeRun: what a large run took in memory is given back: a daemon that
// waits is small again.
func TestIdleAfterLargeRun(t *testing.T) {
	dir := t.TempDir()
	writeIn(t, dir, "flussi.yaml", `ente: {codice: "120", denominazione: Regione Lazio}
state: stato
datasets: dataset
operators: {responsible: [{person: op-17, from: 2020-01-01}]}
agreements:
  dgr-1: {with: INPS, act: DGR 1, purpose: p, from: 2020-01-01, to: 2099-12-31}
recipients:
  regione-lazio: {class: regione, territory: {regione: "12"}, agreement: dgr-1, datasets: {prestazioni: individuale_anonimo}}
`)
	writeIn(t, dir, "schedules/ritorno.yaml", "name: ritorno\nwhen: \"0 5 * * *\"\npull: {from: \"dir:../arrivi\"}\nflow: ritorno\nlayout: ../layout.yaml\ndisclose: [{to: regione-lazio}]\n")
	layout, err := os.ReadFile("../../schedules/layouts/ritorno-inps.yaml")
	if err != nil {
		t.Fatal(err)
	}
	writeIn(t, dir, "layout.yaml", string(layout))
	if err := os.Mkdir(filepath.Join(dir, "arrivi"), 0o700); err != nil {
		t.Fatal(err)
	}
	command := func(args ...string) (*exec.Cmd, *bytes.Buffer) {
		out := &bytes.Buffer{}
		cmd := exec.Command("flussi", append(args, "--config", filepath.Join(dir, "flussi.yaml"))...)
		cmd.Stdout, cmd.Stderr = out, out
		return cmd, out
	}
	first, out := command("run", "ritorno") // makes the ledger
	if err := first.Run(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	f, err := os.Create(filepath.Join(dir, "arrivi", "a.csv"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := synth.Write(f, synth.Options{Tipo: flusso.Ritorno, Beneficiari: 60_000, Seed: 1, Regione: "12"}); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	overdue(t, dir, "ritorno")
	working, out := command("daemon")
	if err := working.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = working.Process.Kill() }()
	l, err := ledger.Open(t.Context(), filepath.Join(dir, "stato", "ledger.db"), ledger.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	var most, now int64
	for end := time.Now().Add(3 * time.Minute); ; time.Sleep(100 * time.Millisecond) {
		last, found, err := l.LastRun(t.Context(), "ritorno", "")
		if err != nil {
			t.Fatal(err)
		}
		most, now = memoryOf(t, working.Process.Pid, "VmHWM:"), memoryOf(t, working.Process.Pid, "VmRSS:")
		if found && last.Outcome != "" && last.Records > 50_000 && now <= idleMost {
			break
		}
		if time.Now().After(end) {
			t.Fatalf("%d MiB in memory, of %d at most; the last run: %+v\n%s", now>>20, most>>20, last, out)
		}
	}
	if most < 2*idleMost {
		t.Errorf("the run took %d MiB only: it proves nothing", most>>20)
	}
	if err := working.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := working.Wait(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	t.Logf("%d MiB at most, %d MiB when it waits", most>>20, now>>20)
}

// memoryOf is what the system says of a process, in bytes.
func memoryOf(t *testing.T, pid int, what string) int64 {
	t.Helper()
	status, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "status"))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(status)) {
		if fields := strings.Fields(line); len(fields) > 1 && fields[0] == what {
			kib, err := strconv.ParseInt(fields[1], 10, 64)
			if err != nil {
				t.Fatal(err)
			}
			return kib << 10
		}
	}
	t.Fatalf("no %s", what)
	return 0
}
