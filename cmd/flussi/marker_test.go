package main

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"flussi/internal/flusso"
	"flussi/internal/synth"
	"flussi/internal/testshared"
)

// TestMarkersInOutput plays personal values through every command that reads
// a flow or the state, and looks for them in what it prints and writes. What
// the user typed, and that a file was given by its name, may come back.
func TestMarkersInOutput(t *testing.T) {
	dir := t.TempDir()
	m := testshared.Markers{
		"fiscal code that is none": "ZQXNONCODICE", "unknown attribute": "Zqxattributo", "value": "zqxvalore",
		"name of the flow": "ZQX ROSSI MARIO", "file name": "ROSSI_MARIO",
	}
	flows := filepath.Join(dir, "flussi")
	if err := os.Mkdir(flows, 0o700); err != nil {
		t.Fatal(err)
	}
	put := func(name string, o synth.Options, pairs ...string) string {
		t.Helper()
		var b bytes.Buffer
		if _, err := synth.Write(&b, o); err != nil {
			t.Fatal(err)
		}
		m.FromXML(b.Bytes(), flusso.OfficialName)
		text := b.String()
		for i := 0; i < len(pairs); i += 2 {
			text = strings.Replace(text, pairs[i], pairs[i+1], 1)
		}
		path := filepath.Join(flows, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	ente := synth.Ente{Codice: "E472", Indirizzo: "E472"}
	ps := func(n int, faults float64) synth.Options {
		return synth.Options{Tipo: flusso.PSPSASINA, Beneficiari: 40, Seed: uint64(n), Progressivo: n, Faults: faults, Ente: ente}
	}
	put("ROSSI_MARIO.xml", ps(1, 0))
	put("ROSSI_MARIO due.xml", ps(2, 0.3))
	put("ROSSI_MARIO tre.xml", ps(3, 0), `CodiceFiscale="`, `CodiceFiscale="ZQXNONCODICE`)
	put("ROSSI_MARIO quattro.xml", ps(4, 0), `<Anagrafica `, `<Anagrafica Zqxattributo="zqxvalore" `)
	put("ROSSI_MARIO cinque.xml", ps(5, 0), `Nome="E472.PS.20260131.0000005"`, `Nome="ZQX ROSSI MARIO"`)
	put("ROSSI_MARIO sinba.xml", synth.Options{Tipo: flusso.SINBA, Beneficiari: 40, Seed: 6, Faults: 0.2, Ente: ente})
	put("ROSSI_MARIO.csv", synth.Options{Tipo: flusso.Ritorno, Beneficiari: 60, Seed: 7, Faults: 0.1, Regione: "12"})
	if err := os.WriteFile(filepath.Join(flows, "ROSSI_MARIO guasto.xml"), []byte(`<Flusso><Zqxattributo/>zqxvalore`), 0o600); err != nil {
		t.Fatal(err)
	}

	demo := filepath.Join(dir, "demo")
	config := filepath.Join(demo, "flussi.yaml")
	// Copies under neutral names, for the commands that say the name they are given.
	files := filepath.Join(dir, "neutri")
	if err := os.Mkdir(files, 0o700); err != nil {
		t.Fatal(err)
	}
	var neutral []string
	for i, name := range []string{"ROSSI_MARIO.xml", "ROSSI_MARIO due.xml", "ROSSI_MARIO tre.xml", "ROSSI_MARIO quattro.xml", "ROSSI_MARIO cinque.xml", "ROSSI_MARIO sinba.xml", "ROSSI_MARIO guasto.xml"} {
		data, err := os.ReadFile(filepath.Join(flows, name))
		path := filepath.Join(files, string(rune('a'+i))+".xml")
		if err = errors.Join(err, os.WriteFile(path, data, 0o600)); err != nil {
			t.Fatal(err)
		}
		neutral = append(neutral, path)
	}
	spec := filepath.Join(files, "spec.yaml")
	if err := os.WriteFile(spec, []byte(markerSpec(t, neutral[0])), 0o600); err != nil {
		t.Fatal(err)
	}
	report := func(kind string) string { return filepath.Join(dir, "rapporti", "r."+kind) }
	if err := os.Mkdir(filepath.Join(dir, "rapporti"), 0o700); err != nil {
		t.Fatal(err)
	}
	said := 0
	played := map[string]bool{}
	// Whoever is told is told nothing of anybody.
	var hooked bytes.Buffer
	hook := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { _, _ = io.Copy(&hooked, r.Body) }))
	defer hook.Close()
	notices := fmt.Sprintf("\nnotices: {webhooks: {prova: {url: %q, secret: \"file:segreti/chiave\"}}}\n", hook.URL)
	commands := [][]string{
		{"demo", "--dir", demo, "--flows", flows},
		{"demo", "--dir", demo, "--flows", flows, "--json"},
		{"run", "relay-comuni", "--config", config},
		{"run", "ritorno-inps", "relay-comuni", "--config", config, "--json"},
		{"check", "--config", config},
		{"check", "--connect", "--config", config, "--json"},
		{"plan", "--config", config},
		{"daemon", "--config", config},
		{"daemon", "--config", config, "--json"},
		{"status", "--config", config},
		{"status", "--config", config, "--json"},
		{"history", "--config", config},
		{"history", "--config", config, "--json"},
		{"quarantine", "ls", "--config", config},
		{"quarantine", "ls", "--config", config, "--json"},
		{"audit", "verify", "--config", config, "--json"},
		{"audit", "checkpoint", "--config", config},
		{"audit", "export", "--config", config, "--out", filepath.Join(dir, "rapporti", "estratto")},
		{"audit", "who", "--config", config},
		{"audit", "report", "--config", config, "--from", "2020-01-01", "--to", "2099-12-31", "--out", report("relazione.html")},
		{"audit", "review", "--config", config},
		{"retention", "--dry-run", "--config", config},
		{"retention", "--config", config, "--json"},
		{"backup", filepath.Join(dir, "rapporti", "copia.age"), "--to", markerKey, "--datasets", "--config", config},
		{"backup", filepath.Join(dir, "rapporti", "piano"), "--to", markerKey, "--dry-run", "--json", "--config", config},
		{"sent", "--config", config},
		{"notices", "ls", "--config", config},
		{"receipts", "ls", "--config", config},
		{"receipts", "ls", "--json", "--config", config},
		{"receipts", "read", "--json", "--config", config},
		{"notices", "ls", "--json", "--config", config},
		{"sent", "--config", config, "--json"},
		{"outcomes", "--config", config, "--json"},
		{"dataset", "check", filepath.Join(demo, "dataset", "regione-lazio", "prestazioni"), "--json"},
		{"dataset", "ls", filepath.Join(demo, "dataset", "regione-lazio", "prestazioni"), "--json", "--config", config},
		{"dataset", "export", filepath.Join(demo, "dataset", "regione-lazio", "prestazioni"), "--out", filepath.Join(dir, "rapporti", "piatti"), "--format", "csv,xlsx,parquet"},
		{"dataset", "describe", filepath.Join(demo, "dataset", "regione-lazio", "prestazioni"), "--out", report("descrizione.html")},
		{"dataset", "ls", filepath.Join(demo, "dataset", "regione-lazio", "prestazioni")},
		{"scheme", "fit", "--recipient", "regione:12", "--linkability", "period", "--out", report("schema.json"), neutral[0], neutral[1]},
		{"scheme", "show", report("schema.json")},
		{"scheme", "check", report("schema.json"), "--recipient", "regione:12", "--linkability", "period", "--json", neutral[0], neutral[1]},
		{"scheme", "hierarchy", "siuss:comune"},
		{"ente", "add", "E472", "--denominazione", "Comune di prova", "--office", filepath.Join(dir, "rapporti", "memoria")},
		{"ente", "ls", "--office", filepath.Join(dir, "rapporti", "memoria"), "--json"},
		{"sent", "prepare", neutral[0], "--office", filepath.Join(dir, "rapporti", "memoria"), "--out", dir},
		{"sent", "prepare", neutral[1], "--office", filepath.Join(dir, "rapporti", "memoria"), "--out", dir, "--json"},
		{"sent", "reserve", "--office", filepath.Join(dir, "rapporti", "memoria")},
		{"sent", "--office", filepath.Join(dir, "rapporti", "memoria"), "--json"},
		{"correct", neutral[0], neutral[4], filepath.Join(dir, "correzione.xml"), "--json"},
		{"convert", neutral[0], filepath.Join(dir, "a.csv")},
		{"convert", neutral[0], filepath.Join(dir, "a.xlsx")},
		{"validate", "--json", filepath.Join(dir, "a.xlsx")},
		{"validate", filepath.Join(dir, "a.xlsx")},
		{"convert", "--fix", "all", "--dry-run", neutral[0]},
		{"convert", "--propose-map", report("tracciato.yaml"), filepath.Join(dir, "a.csv")},
		{"convert", "--json", "--propose-map", report("tracciato.yaml"), "--update-map", filepath.Join(dir, "a.xlsx")},
		{"anonymize", "--spec", spec, "--report", report("anonymize.json"), filepath.Join(dir, "a.csv"), filepath.Join(dir, "rapporti", "anonima.csv")},
		{"anonymize", "--json", "--spec", spec, filepath.Join(dir, "a.csv"), filepath.Join(dir, "rapporti", "anonima.parquet")},
		append([]string{"validate"}, neutral...),
		append([]string{"validate", "--json"}, neutral...),
		append([]string{"validate", "--report", report("html")}, neutral...),
		append([]string{"validate", "--report", report("csv")}, neutral...),
		append([]string{"validate", "--report", report("json")}, neutral...),
		{"explain", neutral[2] + ":6"},
		{"explain", neutral[3] + ":7", "--lang", "en"},
		{"explain", neutral[6] + ":1"},
		append([]string{"disclose", "--recipient", "regione:12", "--out", filepath.Join(dir, "fuori"), "--json"}, neutral...),
		{"disclose", "--recipient", "ministero", "--out", filepath.Join(dir, "fuori"), "--report", filepath.Join(dir, "rapporti", "interni"), neutral[0], neutral[1]},
	}
	for at := 0; at < len(commands); at++ {
		args := commands[at]
		var stdout, stderr bytes.Buffer
		ctx, stop := context.WithCancel(t.Context())
		if args[0] == "run" && notices != "" {
			text, err := os.ReadFile(config)
			if err := errors.Join(err, os.WriteFile(config, append(text, notices...), 0o600)); err != nil {
				t.Fatal(err)
			}
			notices = ""
		}
		if args[0] == "daemon" { // which runs what is due, and then until it is stopped
			due(t, demo)
			time.AfterFunc(2*time.Second, stop)
		}
		code := run(ctx, args, strings.NewReader(""), &stdout, &stderr)
		stop()
		if args[0] == "daemon" && !strings.Contains(stdout.String()+stderr.String(), "relay-comuni") {
			t.Errorf("the daemon ran nothing: %s", stderr.String())
		}
		what := strings.Join(args[:min(2, len(args))], " ")
		played[args[0]], played[what] = true, true
		if what == "quarantine ls" && slices.Contains(args, "--json") {
			var first struct{ ID int }
			if line, _, _ := bytes.Cut(stdout.Bytes(), []byte("\n")); json.Unmarshal(line, &first) != nil || first.ID == 0 {
				t.Fatalf("nothing in quarantine: %s", line)
			}
			commands = append(commands, []string{"quarantine", "show", strconv.Itoa(first.ID), "--config", config})
		}
		if what == "dataset ls" && slices.Contains(args, "--json") {
			var first struct{ Release string }
			if line, _, _ := bytes.Cut(stdout.Bytes(), []byte("\n")); json.Unmarshal(line, &first) != nil || first.Release == "" {
				t.Fatalf("no release: %s", line)
			}
			for _, c := range [][]string{{"hold", args[2], first.Release, "--reason", "prova"}, {"unhold", args[2], first.Release}, {"compact", args[2]}, {"rollback", args[2]}} {
				commands = append(commands, append(append([]string{"dataset"}, c...), "--config", config))
			}
		}
		if code == 2 || code == 10 || code == 1 && args[0] != "validate" && args[0] != "explain" && args[0] != "run" && args[0] != "check" {
			t.Errorf("%s: exit code %d: %s", what, code, stderr.String())
		}
		for name, text := range map[string][]byte{"stdout": stdout.Bytes(), "stderr": stderr.Bytes()} {
			said += len(text)
			names := m.In(bytes.ReplaceAll(text, []byte(flows), nil))
			if args[0] == "demo" && !slices.Contains(args, "--json") {
				// It tells its user of the files of --flows by their names.
				names = slices.DeleteFunc(names, func(n string) bool { return n == "file name" })
			}
			if len(names) > 0 {
				t.Errorf("%s, %s: %v", what, name, names)
			}
		}
	}
	said += watchedMarkers(t, m, demo)
	hook.Close()
	if names := m.In(hooked.Bytes()); len(names) > 0 || !strings.Contains(hooked.String(), "in quarantena") || !strings.Contains(hooked.String(), "esecuzioni fallite") {
		t.Errorf("notices: %v in %s", names, hooked.String())
	}
	// A new command is played too, or said here to print nothing of a flow.
	for _, name := range []string{
		"synth", "schema", "invia", "keys", "version", "man", "init", "sinba", "help", // read no flow
		"ls", "get", "put", "hosts", // move files by hand: TestGetOpenSSH in internal/exchange
		"quarantine release", "quarantine purge", "outcomes import", "sent arrived", "sent again", "sent uploaded", "sent withdrawn", "sent rejected", "receipts confirm", "receipts dismiss", // act on what a number names
		"notices test",             // tells nothing of a flow
		"audit resume",             // tells entries, as export does
		"restore", "backup verify", // tell what backup does
		"desk", // TestDeskMarkers
	} {
		played[name] = true
	}
	for _, c := range (&app{}).root().Commands() {
		below := c.Commands()
		if !played[c.Name()] {
			t.Errorf("flussi %s is not played", c.Name())
		}
		for _, sub := range below {
			if name := c.Name() + " " + sub.Name(); !played[name] && !slices.Contains([]string{"schema", "hosts", "keys", "sinba"}, c.Name()) {
				t.Errorf("flussi %s is not played", name)
			}
		}
	}
	if said < 10_000 {
		t.Errorf("the commands said only %d bytes", said)
	}
	for _, folder := range []string{"rapporti", "fuori", "demo"} {
		found, files := m.Below(t, filepath.Join(dir, folder), func(rel string) bool {
			return strings.HasPrefix(rel, "stato/spool/") || strings.HasPrefix(rel, "inps/") || strings.HasPrefix(rel, "hub/")
		})
		for _, where := range found {
			if folder != "demo" || !strings.Contains(where, " hub/users/COMUNI/") {
				t.Errorf("%s: %s", folder, where)
			}
		}
		if files == 0 {
			t.Errorf("%s: nothing to search", folder)
		}
	}
	if found, _ := m.Below(t, files, func(string) bool { return false }); len(found) < len(neutral) {
		t.Errorf("the search finds only %d of %d flows", len(found), len(neutral))
	}
}

// markerKey is a recipient whose secret key nobody has.
const markerKey = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p"

// due has a schedule of the demo due since the begin of the year.
func due(t *testing.T, demo string) {
	t.Helper()
	path := filepath.Join(demo, "schedules", "relay-comuni.yaml")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(text, []byte("\nwhen:")) {
		if err := os.WriteFile(path, append(text, "\nwhen: 30 5 * * *\n"...), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	db, err := sql.Open("sqlite", filepath.Join(demo, "stato", "ledger.db"))
	if err != nil {
		t.Fatal(err)
	}
	const long = "2026-01-01T00:00:00.000000000Z"
	_, err = db.Exec(`INSERT OR REPLACE INTO standings VALUES ('relay-comuni', ?1, 0, '', '', '', ?1, ?1, '30 5 * * *')`, long)
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
}

// markerSpec is a spec for the table that convert makes of a flow: what names a
// person goes, a year of birth and a sex are kept in classes, the rest goes too.
func markerSpec(t *testing.T, flow string) string {
	t.Helper()
	var header bytes.Buffer
	out := filepath.Join(t.TempDir(), "a.csv")
	if code := run(context.Background(), []string{"convert", flow, out}, strings.NewReader(""), &header, &header); code != 0 {
		t.Fatal(header.String())
	}
	table, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	first, _, _ := strings.Cut(strings.TrimPrefix(string(table), "\ufeff"), "\n")
	delimiter := ";"
	spec := "delimiter: \"" + delimiter + "\"\nk: 3\nsuppression: 1\ncolumns:\n"
	for _, name := range strings.Split(strings.TrimSpace(first), delimiter) {
		role := "drop"
		if name == "Genere" || name == "AnnoNascita" || name == "CodicePrestazione" {
			role = "quasi"
		}
		spec += "  - {name: " + name + ", role: " + role + "}\n"
	}
	return spec
}

// watchedMarkers has a daemon at which others look: a SIEM, whoever collects lines, whoever
// asks for metrics; it gives how much they got.
func watchedMarkers(t *testing.T, m testshared.Markers, demo string) (said int) {
	t.Helper()
	siem, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	listen := listener.Addr().String()
	path := filepath.Join(demo, "flussi.yaml")
	text, err := os.ReadFile(path)
	if err = errors.Join(err, listener.Close()); err != nil {
		t.Fatal(err)
	}
	more := fmt.Sprintf("daemon: {listen: %q}\nlog: {format: json, level: debug, syslog: {address: \"udp://%s\"}}\n", listen, siem.LocalAddr())
	if err := os.WriteFile(path, append(text, more...), 0o600); err != nil {
		t.Fatal(err)
	}
	due(t, demo)
	ctx, stop := context.WithCancel(t.Context())
	var stdout, stderr bytes.Buffer
	over := make(chan int)
	go func() {
		over <- run(ctx, []string{"daemon", "--config", path}, strings.NewReader(""), &stdout, &stderr)
	}()
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	var metrics []byte
	for end := time.Now().Add(time.Minute); !bytes.Contains(metrics, []byte(`flussi_run_failed_attempts{schedule="relay-comuni"} 1`)) && time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
		if response, err := client.Get("http://" + listen + "/metrics"); err == nil {
			metrics, _ = io.ReadAll(response.Body)
			_ = response.Body.Close()
		}
	}
	stop()
	if code := <-over; code != 0 {
		t.Errorf("a daemon at which others look: exit code %d\n%s", code, stderr.String())
	}
	var heard []byte
	for packet := make([]byte, 64<<10); ; {
		_ = siem.SetReadDeadline(time.Now().Add(200 * time.Millisecond))
		n, _, err := siem.ReadFrom(packet)
		if err != nil {
			break
		}
		heard = append(append(heard, packet[:n]...), '\n')
	}
	for who, text := range map[string][]byte{"a SIEM": heard, "the lines": stderr.Bytes(), "the metrics": metrics, "stdout": stdout.Bytes()} {
		if names := m.In(text); len(names) > 0 {
			t.Errorf("%s: %v", who, names)
		}
		if who != "stdout" && !bytes.Contains(text, []byte("relay-comuni")) {
			t.Errorf("%s tells of no run: %s", who, text)
		}
		said += len(text)
	}
	return said
}
