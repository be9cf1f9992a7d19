//go:build unix

package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"

	"flussi/schedules/schedulestest"
)

// TestManual plays, page by page, every command line of flussi that docs/ shows in a
// block of commands, by a shell, in the folder of the example configuration, whose
// endpoints live. What a reader has to put in is put in (manualChanges). Each has to
// end with 0.
func TestManual(t *testing.T) {
	w := schedulestest.Start(t, time.Now)
	m := &playing{T: t, World: w, dir: w.Path(schedulestest.Config)}
	m.prepare()
	pages, err := filepath.Glob("../../docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	played := 0
	for _, page := range pages {
		name := filepath.Base(page)
		if strings.HasPrefix(name, "benchmarks") {
			continue
		}
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		m.dir = w.Path(cmp.Or(manualFolders[name], schedulestest.Config))
		if said, code := m.shell(cmp.Or(manualBefore[name], "true")); code != 0 {
			t.Fatal(said)
		}
		lines, _ := shellLines(string(text))
		for _, line := range lines {
			m.play(name, line)
			played++
		}
	}
	if played < 100 {
		t.Errorf("%d commands were played: are there so few?", played)
	}
}

// manualChanges are what a reader puts in, on any page.
var manualChanges = []string{
	"flussi init --config /etc/flussi/flussi.yaml", "flussi init --config $(mktemp -d -p ..)/flussi.yaml --ente 120 --denominazione Lazio --endpoint no --state stato --encrypt",
	// Of backups: the archive that the first command made, and what comes before a restore.
	"/mnt/backups", "copie", "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p", "$(cat backups.pub)",
	"flussi restore backup.tar.zst.age --state /var/lib/flussi/stato", "rm -rf ../var/stato-perso && mv ../var/stato ../var/stato-perso && flussi restore copie/*.age --state ../var/stato",
	"backup.tar.zst.age", "copie/*.age",
	// Of keys: where the holder's medium is, that a key was lost, and the answer to a question.
	"/media/usb", "usb", "flussi keys restore", "rm stato/codes/custode-2.key && flussi keys restore", "flussi keys destroy", "echo sì | flussi keys destroy",
	"flussi init", "cd $(mktemp -d -p ..) && flussi init",
	"quadro.<rilascio>.manifest.json", delivered, "quadro.<release>.manifest.json", delivered,
	"elsewhere", "altrove", // the copy of the example
	"dataset/inps/", "dataset/regione-lazio/",
	"check . --key key-of-its-maker.pem", "check dataset/regione-lazio/prestazioni --key $(ls dataset/regione-lazio/prestazioni/releases/*/chiave-pubblica.pem | head -n 1)",
	"check . --key chiave-di-chi-lo-ha-prodotto.pem", "check dataset/regione-lazio/prestazioni --key $(ls dataset/regione-lazio/prestazioni/releases/*/chiave-pubblica.pem | head -n 1)",
}

const delivered = "$(ls ../hub/users/reglazio/in/quadro.*.manifest.json)"

// manualFolders are where a page is played if not beside flussi.yaml.
var manualFolders = map[string]string{
	"anonymize.md": "tabelle", "anonimizzare.md": "tabelle", "notices.md": "avvisi", "avvisi.md": "avvisi", "keys.md": "chiavi", "chiavi.md": "chiavi", "tracciato.md": "tabelle",
}

// manualBefore is what happened before a page is read.
var manualBefore = map[string]string{
	"audit.md": older, "registro.md": older,
	"backup.md": "rm -rf copie; mkdir copie", "copie.md": "rm -rf copie; mkdir copie",
	"tracciato.md": "flussi synth --tipo PS --beneficiari 20 esportazione.xml && flussi convert esportazione.xml esportazione.csv && cp esportazione.csv aprile.csv",
	// Each page begins as the other did.
	"notices.md": "rm -rf stato posta; cp -a prima stato; cp -a posta-di-prima posta", "avvisi.md": "rm -rf stato posta; cp -a prima stato; cp -a posta-di-prima posta",
	"keys.md": "rm -rf stato usb; mkdir usb; cp custode.txt usb", "chiavi.md": "rm -rf stato usb; mkdir usb; cp custode.txt usb",
}

// older is that the state folder was restored from a copy of the past.
const older = "rm -rf ../var/stato; cp -a ../var/stato-di-prima ../var/stato"

// playing is the folder in which the commands are played.
type playing struct {
	*testing.T
	*schedulestest.World
	dir string
}

// prepare makes what the pages take for granted.
func (m *playing) prepare() {
	m.Helper()
	for _, schedule := range []string{"ritorno-inps", "relay-comuni", "flussi-propri"} {
		m.Stock(schedule)
		if said, code := m.shell("flussi run " + schedule); code != exitDone {
			m.Fatalf("flussi run %s: exit %d\n%s", schedule, code, said)
		}
	}
	for _, name := range []string{"dataset", "datasets"} {
		if err := os.Symlink(m.Path(schedulestest.Var+"/dataset"), filepath.Join(m.dir, name)); err != nil {
			m.Fatal(err)
		}
	}
	m.Stock("relay-sinba")
	said, code := m.shell(strings.Join([]string{
		"mkdir 2025 2026-01 2026-02 schemes schemi",
		"flussi synth --tipo PS --seed 3 2025/a.xml",
		"flussi synth --tipo PS --seed 4 2026-01/a.xml",
		"flussi synth --tipo PS --seed 5 2026-02/a.xml",
		"cp -a ../var/stato ../var/stato-di-prima", // for older
		"flussi run relay-sinba",
	}, " && "))
	if code > exitPartial {
		m.Fatal(said)
	}
	for schedule := range schedulestest.Examples() {
		m.Stock(schedule)
	}
	m.backups()
	m.holders()
	m.notices()
	m.table("anonymize.md", "spec.yaml", "table.csv", "age.csv")
	m.table("anonimizzare.md", "specifica.yaml", "tabella.csv", "eta.csv")
}

// table writes what a page on tables of any kind shows, and a table for it, with the
// columns of the page's spec.
func (m *playing) table(page, spec, table, hierarchy string) {
	m.Helper()
	yaml := m.shown(page)
	var names []string
	for _, found := range specColumn.FindAllStringSubmatch(yaml, -1) {
		names = append(names, found[1])
	}
	rows := strings.Join(names, ";") + "\n"
	for i := range 300 {
		rows += fmt.Sprintf("%d;%d;%d;%d;%d;%d;%d\n", 18+i%4, i*40, i%3, i%7, i*10, i%2, i)
	}
	m.Write("tabelle/"+spec, []byte(yaml))
	m.Write("tabelle/"+table, []byte(rows))
	m.Write("tabelle/"+hierarchy, []byte("18;18-19;18-64;*\n19;18-19;18-64;*\n20;20-21;18-64;*\n21;20-21;18-64;*\n"))
}

var specColumn = regexp.MustCompile(`\{name: (\w+)`)

// play plays a command of a page.
func (m *playing) play(page, line string) {
	m.Helper()
	shown := line
	fingerprint := "SHA256:…"
	key, _, _, _, err := ssh.ParseAuthorizedKey([]byte(m.INPS.HostKey()))
	if err != nil {
		m.Fatal(err)
	}
	line = strings.NewReplacer(append([]string{
		fingerprint, ssh.FingerprintSHA256(key),
	}, manualChanges...)...).Replace(line)
	said, code := m.shell(line)
	if code != exitDone {
		m.Errorf("docs/%s: %s: exit %d\n%s", page, shown, code, said)
	}
}

// shell runs a command line; one that goes on for ever is stopped, in order.
func (m *playing) shell(line string) (said string, code int) {
	m.Helper()
	patience := time.Minute
	if strings.HasPrefix(line, "flussi daemon") {
		line = "exec " + line // stopped by a signal, not its shell
		patience = 5 * time.Second
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, "sh", "-c", line)
	cmd.Dir = m.dir
	cmd.Env = append(os.Environ(), "LANG=", "LC_ALL=", "LC_MESSAGES=", "FLUSSI_OFFICE="+m.Path("memoria"))
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM) }
	out, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) && !errors.Is(err, context.DeadlineExceeded) {
		m.Fatalf("%s: %v", line, err)
	}
	return string(out), cmd.ProcessState.ExitCode()
}
