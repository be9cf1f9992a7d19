package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"flussi/internal/flusso"
	"flussi/internal/ledger"
	"flussi/internal/testshared"
)

const codesConfig = `ente: {codice: CENTRO, denominazione: Centro servizi}
state: stato
datasets: dataset
schedules: schedules
agreements:
  conv-1: {with: Direzione programmazione, act: DGR 1/2026, purpose: programmazione, from: 2020-01-01, to: 2099-12-31}
key_holders:
  custode: {codice: CUSTODI, denominazione: Collegio dei custodi, act: DGR 9/2026, escrow: [age1pdmjk0gmtwr646hzdmqyw2pcqs53qwlxyuk6frnmns55yqam9epslqx6xm]}
recipients:
  regione-lazio: {class: regione, territory: {regione: ITI4}, agreement: conv-1, linkability: window, key_holder: custode, datasets: {prestazioni: individuale_anonimo}, schemes: {prestazioni: schema.json}}
`

// codesHouse is a house in the working folder that gives a Region persons with
// stable codes: a key, a scheme made on flow, and flow itself to take. It runs
// commands there.
func codesHouse(t *testing.T, flow string) (in func(lang string, args ...string) (code int, stdout, stderr string), fit func(out string, args ...string)) {
	t.Helper()
	base := t.TempDir()
	t.Chdir(base)
	in = func(lang string, args ...string) (code int, stdout, stderr string) {
		var o, e bytes.Buffer
		code = run(context.Background(), append(args, "--lang", lang), strings.NewReader(""), &o, &e)
		return code, o.String(), e.String()
	}
	must := func(args ...string) {
		t.Helper()
		if code, _, said := in("en", args...); code != 0 {
			t.Fatalf("%v: %d\n%s", args, code, said)
		}
	}
	fit = func(out string, args ...string) {
		t.Helper()
		must(append([]string{"scheme", "fit", "--recipient", "regione:12", "--out", out, "riferimento.xml"}, args...)...)
	}
	writeIn(t, base, "flussi.yaml", codesConfig)
	writeIn(t, base, "schedules/arrivi.yaml", "name: arrivi\npull: {from: \"dir:../arrivi\"}\ndisclose: [{to: regione-lazio}]\n")
	writeIn(t, base, "riferimento.xml", flow)
	writeIn(t, base, "arrivi/ROSSI_MARIO.xml", flow)
	fit("schema.json", "--linkability", "window", "--from", "2020-01-01", "--to", "2099-12-31")
	must("keys", "make", "custode", "--escrow", "copia.age", "--operator", "op-1")
	return in, fit
}

// TestMarkersWithCodes: what a house keeps and gives where persons have codes, class
// indexes, keys and schemes included, holds no personal value.
func TestMarkersWithCodes(t *testing.T) {
	flow := someFlow(t, 1500, "H501")
	m := testshared.Markers{"file name": "ROSSI_MARIO"}
	m.FromXML([]byte(flow), flusso.OfficialName)
	in, _ := codesHouse(t, flow)
	if code, _, said := in("it", "run", "arrivi", "--operator", "op-1", "--json"); code != 0 {
		t.Fatalf("%d: %s", code, said)
	}
	for _, kept := range []string{"stato/classes/regione-lazio/prestazioni/*/*.classes", "stato/codes/*.key", "dataset/regione-lazio/prestazioni/current.json", "schema.json"} {
		if files, err := filepath.Glob(kept); err != nil || len(files) == 0 {
			t.Errorf("no %s: %v", kept, err)
		}
	}
	found, files := m.Below(t, ".", func(rel string) bool {
		return strings.HasPrefix(rel, "stato/spool/") || strings.HasPrefix(rel, "arrivi/") || rel == "riferimento.xml"
	})
	found = slices.DeleteFunc(found, func(where string) bool { return strings.HasPrefix(where, "a name below arrivi") })
	if len(found) > 0 || files < 15 {
		t.Errorf("%d files: %q", files, found)
	}
}

// TestBadSchemesAndKeys: a scheme that does not hold, or is not for these rows, and
// a key that is none: each is told by check and by run, and nothing is released.
func TestBadSchemesAndKeys(t *testing.T) {
	in, fit := codesHouse(t, someFlow(t, 1500, "H501"))
	base, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	fit("scaduto.json", "--linkability", "window", "--from", "2020-01-01", "--to", "2020-12-31")
	fit("futuro.json", "--linkability", "window", "--from", "2090-01-01", "--to", "2099-12-31")
	fit("righe.json", "--from", "2020-01-01", "--to", "2099-12-31")
	keys, err := filepath.Glob("stato/codes/*.key")
	if err != nil || len(keys) == 0 {
		keys, _ = filepath.Glob("stato/*key*")
		t.Fatalf("no key below stato/keys: %v %v", keys, err)
	}
	replace := func(name string) func(*testing.T) {
		return func(t *testing.T) {
			data, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			writeIn(t, ".", "schema.json", string(data))
		}
	}
	for _, b := range []struct {
		name   string
		spoil  func(t *testing.T)
		code   int // of run; check says the same with 10
		it, en string
	}{
		{name: "nothing is wrong", spoil: func(*testing.T) {}}, // what follows is not for want of anything else
		{name: "a scheme past its validity", spoil: replace("scaduto.json"), code: 1,
			it: "flussi: regione-lazio: lo schema è scaduto\n  → farne uno nuovo con flussi scheme fit, su dati più recenti",
			en: "flussi: regione-lazio: the scheme has expired\n  → make a new one with flussi scheme fit, on more recent data"},
		{name: "a scheme before its validity", spoil: replace("futuro.json"), code: 1,
			it: "flussi: regione-lazio: lo schema non vale ancora\n  → attendere la sua data, o indicare quello precedente",
			en: "flussi: regione-lazio: the scheme is not valid yet\n  → wait for its date, or give the one before it"},
		{name: "a scheme of other rows", spoil: replace("righe.json"), code: 1,
			it: "flussi: regione-lazio: lo schema è di un altro flusso o di un altro tipo di righe\n  → indicare uno schema fatto per questo dataset e per questa linkability: flussi scheme show lo dice",
			en: "flussi: regione-lazio: the scheme is of another flow or another kind of rows\n  → give a scheme made for this dataset and this linkability: flussi scheme show tells"},
		{name: "a scheme changed by hand", spoil: func(t *testing.T) {
			data, _ := os.ReadFile("schema.json")
			writeIn(t, ".", "schema.json", strings.Replace(string(data), `"k":5`, `"k":3`, 1))
		}, code: 1,
			it: "flussi: schema.json: lo schema è stato modificato, o è rovinato: la sua impronta non torna\n  → riprendere la copia originale, o farne uno nuovo con flussi scheme fit",
			en: "flussi: schema.json: the scheme was changed, or is damaged: its hash is another\n  → take the original copy again, or make a new one with flussi scheme fit"},
		{name: "no scheme", spoil: func(t *testing.T) { _ = os.Remove("schema.json") }, code: 10,
			it: "flussi: schema.json: il file non si può leggere\n  → indicare un file scritto da flussi scheme fit",
			en: "flussi: schema.json: the file cannot be read\n  → give a file that flussi scheme fit wrote"},
		{name: "a key of wrong size", spoil: func(t *testing.T) { writeIn(t, ".", keys[0], "00112233445566778899aabbccddeeff\n") }, code: 1,
			it: "flussi: non è una chiave di codici, o è stata alterata\n  → rimettere quella del custode con flussi keys restore",
			en: "flussi: not a key of codes, or it was altered\n  → put the holder's back with flussi keys restore"},
		{name: "a key that is none", spoil: func(t *testing.T) { writeIn(t, ".", keys[0], "non una chiave\n") }, code: 1,
			it: "flussi: non è una chiave di codici, o è stata alterata\n  → rimettere quella del custode con flussi keys restore",
			en: "flussi: not a key of codes, or it was altered\n  → put the holder's back with flussi keys restore"},
		{name: "another key", spoil: func(t *testing.T) { writeIn(t, ".", keys[0], strings.Repeat("5a", 32)+"\n") }, code: 1,
			it: "flussi: non è una chiave di codici, o è stata alterata\n  → rimettere quella del custode con flussi keys restore",
			en: "flussi: not a key of codes, or it was altered\n  → put the holder's back with flussi keys restore"},
		{name: "no key", spoil: func(t *testing.T) { _ = os.Remove(keys[0]) }, code: 1,
			it: "flussi: custode: la chiave dei codici non è più nella cartella di stato\n  → rimetterla dalla copia del custode con flussi keys restore",
			en: "flussi: custode: the key of codes is no longer in the state folder\n  → put it back from the holder's copy with flussi keys restore"},
	} {
		t.Run(b.name, func(t *testing.T) {
			for _, lang := range []string{"it", "en"} {
				dir := t.TempDir()
				if err := os.CopyFS(dir, os.DirFS(base)); err != nil {
					t.Fatal(err)
				}
				t.Chdir(dir)
				b.spoil(t)
				want := map[string]string{"it": b.it, "en": b.en}[lang]
				_, hint, _ := strings.Cut(want, "\n  → ")
				code, stdout, stderr := in(lang, "check")
				if b.code == 0 && code != 0 || b.code != 0 && (code == 0 || !strings.Contains(stdout+stderr, hint)) {
					t.Errorf("%s: check: %d %s%s\nwant %s", lang, code, stdout, stderr, want)
				}
				code, _, stderr = in(lang, "run", "arrivi", "--operator", "op-1")
				if stderr = strings.TrimSpace(strings.ReplaceAll(stderr, dir+string(filepath.Separator), "")); stderr != want || code != b.code {
					t.Errorf("%s: run: %d\n%s\nwant\n%s", lang, code, stderr, want)
				}
				if b.code == 0 {
					if _, err := os.Stat("dataset/regione-lazio/prestazioni/current.json"); err != nil {
						t.Error(err)
					}
					continue
				}
				noFiles(t, "dataset")
				for _, e := range audited(t, "stato/ledger.db", true) {
					if e.Event == ledger.DisclosureDone && e.Outcome == "published" {
						t.Errorf("%s: published", lang)
					}
				}
			}
		})
	}
}
