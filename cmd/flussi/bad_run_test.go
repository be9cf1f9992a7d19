package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"flussi/internal/invia"
	"flussi/internal/ledger"
	"flussi/internal/testshared"
)

// hubFor serves an endpoint for a test, and gives what a configuration says of
// it; its files are put into the folder that is given back.
func hubFor(t *testing.T) (endpoint, key, folder string) {
	t.Helper()
	private, public := testshared.SSHKey(t)
	server, err := invia.New(invia.Config{
		Root: t.TempDir(), Users: []invia.User{{Name: "COMUNI", Keys: []string{public}}}, RemoveOn: invia.RemoveNever,
		Offer: invia.Offer{Rename: true, PosixRename: true, Fsync: true},
	})
	if err != nil {
		t.Fatal(err)
	}
	listener, err := server.Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { _ = server.Serve(ctx, listener) })
	t.Cleanup(func() {
		cancel()
		_ = server.Close()
		running.Wait()
	})
	return fmt.Sprintf("  hub: {address: %q, user: COMUNI, key: \"file:chiave\", host_keys: [%q], consume: keep}\n", server.Addr(), server.HostKey()),
		private, filepath.Join(server.UserDir("COMUNI"), "out")
}

const (
	runConfig = badConfig + `schedules: schedules
deleghe: deleghe
operators: {responsible: [{person: op-1, from: 2020-01-01}]}
endpoints:
`
	pulling  = "name: presa\npull: {from: \"hub:/out\"}\nflow: auto\ndisclose: [{to: lazio}]\n"
	relaying = "name: presa\npull: {from: \"hub:/out\"}\nflow: auto\nrelay: {to: \"hub:/in\", as: inps}\ndisclose: [{to: lazio}]\n"
	delega   = "ente: H501\natto: DGC 1/2020\nfinalita: programmazione\ncategorie: [ente_erogatore, tipologia, caratteristiche, nucleo]\noperazioni: [trasmissione, vista_anonima]\nfrom: 2020-01-01\nto: 2099-12-31\n"
)

// audited is the audit log of a ledger. some tells that it must have entries.
func audited(t *testing.T, path string, some bool) (entries []ledger.Entry) {
	t.Helper()
	l, err := ledger.Open(t.Context(), path, ledger.Options{Now: time.Now, ReadOnly: true})
	if err == nil {
		err = errors.Join(l.EachEntry(t.Context(), 0, func(e ledger.Logged) error {
			entries = append(entries, e.Entry)
			return nil
		}), l.Close())
	}
	if some && (err != nil || len(entries) == 0) {
		t.Fatalf("no audit log: %v", err)
	}
	return entries
}

// TestBadRuns: `flussi check` and `flussi run` on a state folder of their own. What
// is wrong with an act, a recipient or the data of a round releases nothing: no
// file, no current.json, no publication in the audit log.
func TestBadRuns(t *testing.T) {
	endpoint, key, out := hubFor(t)
	without := func(text, part, with string) string {
		t.Helper()
		if !strings.Contains(text, part) {
			t.Fatalf("no %q", part)
		}
		return strings.Replace(text, part, with, 1)
	}
	withINPS := runConfig + endpoint
	withINPS = without(withINPS, "recipients:\n", "recipients:\n  inps: {class: inps, agreement: a-1}\n")
	ps := someFlow(t, 60, "H501")
	expired := [2]string{
		"ente H501: la delega è scaduta\n  → chiedere all'ente il rinnovo e indicare la nuova data to",
		"ente H501: the delega has expired\n  → ask the Ente to renew it and give the new to date",
	}
	said := func(lang int, all ...[2]string) (text string) {
		for _, one := range all {
			text += "flussi: " + one[lang] + "\n"
		}
		return text
	}
	for _, b := range []struct {
		name, config, schedule, delega, flow string
		check, run                           int // exit codes
		checkIt, checkEn                     string
		runIt, runEn                         string
		says                                 [2]string // on stdout, by language
	}{
		{
			name: "a recipient without agreement", config: without(withINPS, "territory: {regione: ITI4}, agreement: a-1, ", "territory: {regione: ITI4}, "), schedule: pulling, flow: ps,
			check: 10, run: 10,
			runIt: "flussi.yaml:7:3: recipients.lazio.agreement: manca\n  → nome dell'accordo, tra quelli di agreements\nflussi: un errore nella configurazione\n  → correggere le righe indicate e riprovare",
			runEn: "flussi.yaml:7:3: recipients.lazio.agreement: is missing\n  → name of the agreement, one of agreements\nflussi: one fault in the configuration\n  → mend the lines named and try again",
		},
		{
			name: "an agreement that has expired", config: without(withINPS, "to: 2099-12-31", "to: 2020-12-31"), schedule: pulling, flow: ps,
			check: 10, run: 1,
			checkIt: "NO    recipient lazio/prestazioni: la convenzione è scaduta\n      → rinnovarla e indicare la nuova data to",
			checkEn: "NO    recipient lazio/prestazioni: the agreement has expired\n      → renew it and give the new to date",
			runIt:   said(0, [2]string{"lazio: la convenzione è scaduta\n  → rinnovarla e indicare la nuova data to"}),
			runEn:   said(1, [2]string{1: "lazio: the agreement has expired\n  → renew it and give the new to date"}),
		},
		{
			name: "a delega that has expired", config: withINPS, schedule: relaying, delega: without(delega, "2099", "2020"), flow: ps,
			check: 0, run: 3,
			checkIt: "      nota: ente H501: la delega è scaduta\n      → chiedere all'ente il rinnovo e indicare la nuova data to",
			checkEn: "      note: ente H501: the delega has expired\n      → ask the Ente to renew it and give the new to date",
			runIt:   said(0, expired), runEn: said(1, expired),
		},
		{
			name: "no delega", config: withINPS, schedule: relaying, delega: without(delega, "H501", "F205"), flow: ps,
			check: 0, run: 3,
			runIt: "flussi: ente H501: nessuna delega di questo ente: del flusso inoltrato non resta nulla\n  → depositare l'atto dell'ente nella cartella delle deleghe",
			runEn: "flussi: ente H501: no delega of this Ente: nothing of the relayed flow remains\n  → put the Ente's act in the folder of deleghe",
		},
		{
			name: "an empty territory", config: withINPS, schedule: pulling, flow: someFlow(t, 60, "F205"),
			check: 0, run: 3,
			runIt: ofDatasets(0, "lazio/prestazioni", nobody, "lazio/quadro", nobody), runEn: ofDatasets(1, "lazio/prestazioni", nobody, "lazio/quadro", nobody),
		},
		{
			name: "k larger than the data, tables that cannot be protected but whole", config: withINPS, schedule: pulling, flow: someFlow(t, 2, "H501"),
			check: 0, run: 3,
			runIt: ofDatasets(0, "lazio/prestazioni", noClass, "lazio/quadro", noCell), runEn: ofDatasets(1, "lazio/prestazioni", noClass, "lazio/quadro", noCell),
		},
		{
			name: "an amount beyond counting", config: withINPS, schedule: pulling, flow: someFlow(t, 60, "H501", `ImportoPrestazione="`, `ImportoPrestazione="999999999`),
			check: 0, run: 3,
			says: [2]string{"messo da parte, 98 record, 0 scartati (contiene un importo oltre 100 milioni di euro, e i totali sarebbero falsi: chiedere all'ente di correggerlo)",
				"set aside, 98 records, 0 rejected (it holds an amount beyond 100 million euro, and totals would be false: ask the Ente to mend it)"},
		},
	} {
		t.Run(b.name, func(t *testing.T) {
			for lang, name := range []string{"it", "en"} {
				dir := t.TempDir()
				t.Chdir(dir)
				writeIn(t, dir, "flussi.yaml", b.config)
				writeIn(t, dir, "chiave", key)
				writeIn(t, dir, "schedules/presa.yaml", b.schedule)
				writeIn(t, dir, "deleghe/H501.yaml", b.delega+strings.Repeat(delega, 1-min(len(b.delega), 1)))
				writeIn(t, out, "ROSSI.xml", b.flow)
				play := func(args ...string) (code int, stdout, stderr string) {
					var o, e bytes.Buffer
					code = run(context.Background(), append(args, "--lang", name), strings.NewReader(""), &o, &e)
					return code, o.String(), e.String()
				}
				code, stdout, stderr := play("check")
				if want := []string{b.checkIt, b.checkEn}[lang]; code != b.check || !strings.Contains(stdout, want) {
					t.Errorf("%s: check: exit code %d, want %d; said\n%s%s\nwant\n%s", name, code, b.check, stdout, stderr, want)
				}
				code, stdout, stderr = play("run", "presa")
				if want := strings.TrimSpace([]string{b.runIt, b.runEn}[lang]); code != b.run || strings.TrimSpace(stderr) != want {
					t.Errorf("%s: run: exit code %d, want %d; said\n%s%s\nwant\n%s", name, code, b.run, stdout, stderr, want)
				}
				if !strings.Contains(stdout, b.says[lang]) {
					t.Errorf("%s: run says\n%s\nwant\n%s", name, stdout, b.says[lang])
				}
				if reports, err := filepath.Glob("stato/reports/*.html"); b.says[lang] != "" {
					page := ""
					for _, report := range reports {
						data, _ := os.ReadFile(report)
						page += string(data)
					}
					if err != nil || !strings.Contains(page, fmt.Sprintf("riga %d: un importo è oltre 100 milioni di euro", beyondLine(b.flow))) {
						t.Errorf("the report does not tell the line: %v\n%s", err, page)
					}
				}
				if err := wellSaid(stderr); stderr != "" && err != nil {
					t.Error(err)
				}
				noFiles(t, "dataset")
				noFiles(t, filepath.Join("stato", "reports", "lazio"))
				for _, e := range audited(t, "stato/ledger.db", b.run != 10) {
					if e.Event == ledger.DisclosureDone && e.Outcome == "published" {
						t.Errorf("%s: the audit log says %s is published", name, e.Object)
					}
				}
			}
		})
	}
}
