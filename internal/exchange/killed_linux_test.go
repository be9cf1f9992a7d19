package exchange_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"flussi/internal/flusso"
	"flussi/internal/synth"
)

// waiting starts a process that says when it is where the plan says, and waits there.
func waiting(t testing.TB, plan childPlan) *exec.Cmd {
	t.Helper()
	plan.Wait = true
	text, err := json.Marshal(plan)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childVariable+"="+string(text))
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _, _ = cmd.Process.Kill(), cmd.Wait() })
	if line, err := bufio.NewReader(out).ReadString('\n'); line != here+"\n" {
		t.Fatalf("the child says %q, %v", line, err)
	}
	return cmd
}

// codesOfPersons are what no file of ours may have in the clear.
func codesOfPersons(t testing.TB, flow []byte) (codes [][]byte) {
	t.Helper()
	for _, of := range bytes.Split(flow, []byte(`CodiceFiscale="`))[1:] {
		codes = append(codes, of[:bytes.IndexByte(of, '"')])
	}
	if len(codes) < 3000 {
		t.Fatalf("only %d persons", len(codes))
	}
	return codes
}

// killed checks what a process has put on disk, kills it, and checks what stays: what
// stood before may have names.
func killed(t testing.TB, cmd *exec.Cmd, dir string, flow []byte, stood string) {
	t.Helper()
	codes := codesOfPersons(t, flow)
	spilled := unnamed(t, strconv.Itoa(cmd.Process.Pid), dir)
	if len(spilled) < 200<<10 {
		t.Errorf("only %d bytes on disk", len(spilled))
	}
	for _, code := range codes {
		if bytes.Contains(spilled, code) {
			t.Fatal("a CodiceFiscale stands on disk in the clear")
		}
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // killed
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if path == stood {
			return fs.SkipDir
		}
		if err != nil || d.IsDir() {
			return err
		}
		rel, _ := filepath.Rel(dir, path)
		data, err := os.ReadFile(path)
		if strings.HasSuffix(path, ".flussi-part") || bytes.Equal(data, flow) {
			if !strings.HasPrefix(rel, filepath.Join("stato", "spool")) && !strings.HasPrefix(rel, "hub") && rel != "flow-1.xml" {
				t.Errorf("%s is left", rel)
			}
			return err
		}
		for _, code := range codes {
			if bytes.Contains(data, code) {
				t.Errorf("a CodiceFiscale stands in %s", rel)
				break
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

var spilling = synth.Options{Tipo: flusso.PSPSASINA, Beneficiari: 3000, Seed: 9, Progressivo: 1, Year: 2025}

// TestRunKilled: a run with little memory is killed when its rows lie on disk: nobody
// can read them there, nothing of them stays, another run was told to wait meanwhile,
// and the next one makes what one that was let alone makes.
func TestRunKilled(t *testing.T) {
	name, flow := flow(t, spilling)
	stocked := func() *world {
		w := newWorld(t, terms{})
		w.write("flussi.yaml", strings.Replace(w.read("flussi.yaml"), "inps: {class: inps, agreement: dgr-1}", "inps: {class: inps, agreement: dgr-1, datasets: {prestazioni: totale}}", 1))
		w.write("schedules/presa.yaml", "name: presa\npull: {from: \"hub:/out\"}\ndisclose: [{to: inps}, {to: regione-lazio}]\n")
		w.must(w.hub.Publish(userComuni, name, bytes.NewReader(flow)))
		return w
	}
	w := stocked()
	_, err := w.run("presa")
	w.must(err)
	want := w.standing()
	w = stocked()
	cmd := waiting(t, childPlan{Dir: w.dir, Schedule: "presa", Point: point{"disclose.seal", 1}, Now: w.clock.now(), RowMemory: 100 << 10})
	if _, err := w.runWith("presa", w.options()); flusso.KindOf(err) != flusso.Locked || !strings.Contains(err.Error(), strconv.Itoa(cmd.Process.Pid)) {
		t.Errorf("while another runs: %v", err)
	}
	killed(t, cmd, w.dir, flow, "")
	_, err = w.run("presa")
	w.must(err)
	if diff := differences(w.standing(), want); len(diff) > 0 {
		t.Errorf("%q", diff)
	}
}

// TestDiscloseKilled does so to a disclosure of local files, beside a release that
// stands.
func TestDiscloseKilled(t *testing.T) {
	dir := t.TempDir()
	o := spilling
	o.Progressivo, o.Beneficiari = 2, 20
	l := threeRecipients(filepath.Join(dir, "out"))[0]
	_, results, err := l.Disclose(t.Context(), []string{flowFile(t, t.TempDir(), o, false)})
	if err != nil {
		t.Fatal(err)
	}
	stands := results[0].Release
	path := flowFile(t, dir, spilling, false)
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	cmd := waiting(t, childPlan{Dir: dir, Schedule: alone, Now: l.Now(), RowMemory: 100 << 10})
	if _, _, err := l.Disclose(t.Context(), []string{path}); flusso.KindOf(err) != flusso.Locked || !strings.Contains(err.Error(), strconv.Itoa(cmd.Process.Pid)) {
		t.Errorf("while another writes: %v", err)
	}
	killed(t, cmd, dir, data, stands)
	if current, err := os.ReadFile(filepath.Join(dir, "out", "inps", "prestazioni", "current.json")); err != nil || !bytes.Contains(current, []byte(filepath.Base(stands))) {
		t.Errorf("the release that stood stands no more: %s, %v", current, err)
	}
	if _, results, err = l.Disclose(t.Context(), []string{path}); err != nil || results[0].Release == stands || results[0].Rows < 3000 {
		t.Errorf("%+v, %v", results, err)
	}
}
