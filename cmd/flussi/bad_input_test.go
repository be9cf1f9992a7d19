package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"flussi/internal/flusso"
	"flussi/internal/synth"
)

// Bad input at the doors through which data leaves: whatever is wrong, the person
// at the keyboard is told what and what to do, in both languages, and nothing is
// released. A case is one command and all that it says on stderr.
type badInput struct {
	name  string
	files map[string]string // beside those of every case
	args  string
	code  int
	it    string
	en    string
}

// play runs the case in both languages in a folder of its own.
func (b *badInput) play(t *testing.T, common map[string]string, released func(t *testing.T)) {
	t.Run(b.name, func(t *testing.T) {
		dir := t.TempDir()
		t.Chdir(dir)
		for _, files := range []map[string]string{common, b.files} {
			for name, text := range files {
				writeIn(t, dir, name, text)
			}
		}
		for lang, want := range map[string]string{"it": b.it, "en": b.en} {
			var stdout, stderr bytes.Buffer
			code := run(context.Background(), append(strings.Fields(b.args), "--lang", lang), strings.NewReader(""), &stdout, &stderr)
			if said := strings.TrimSpace(stderr.String()); code != b.code || said != strings.TrimSpace(want) {
				t.Errorf("%s: exit code %d, want %d; said\n%s\nwant\n%s", lang, code, b.code, said, strings.TrimSpace(want))
			}
			if err := wellSaid(stderr.String()); err != nil {
				t.Errorf("%s: %v", lang, err)
			}
			released(t)
		}
	})
}

func writeIn(t testing.TB, dir, name, text string) {
	t.Helper()
	path := filepath.Join(dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// noFiles: below a folder there is no file but the lock of whoever was there.
func noFiles(t *testing.T, dir string) {
	t.Helper()
	for path, what := range treeOf(dir) {
		if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() {
			t.Errorf("released: %s %s", path, what)
		}
	}
}

const (
	specHead  = "delimiter: \";\"\nk: 2\nsuppression: 0\ncolumns:\n"
	specPlace = specHead + "  - {name: a, role: quasi, hierarchy: h.csv}\n  - {name: b, role: quasi}\n"
	someTable = "a;b\nx;1\nx;2\ny;1\ny;2\n"
)

// TestBadTables: any table, by a spec.
func TestBadTables(t *testing.T) {
	common := map[string]string{"spec.yaml": specPlace, "t.csv": someTable}
	hierarchy := func(text string) map[string]string { return map[string]string{"h.csv": text} }
	faulty := func(at, it, en string) (string, string) {
		return "h.csv:" + at + ":1: " + it + "\n  → correggere questa riga\nflussi: il file ha degli errori\n  → correggere le righe indicate",
			"h.csv:" + at + ":1: " + en + "\n  → mend this line\nflussi: the file has faults\n  → mend the lines shown"
	}
	cases := []badInput{
		{name: "a hierarchy without values", files: hierarchy("")},
		{name: "a hierarchy with a gap", files: hierarchy("x;L;*\ny;*\n")},
		{name: "a hierarchy with an empty level", files: hierarchy("x;L;*\ny;;*\n")},
		{name: "a hierarchy that goes round", files: hierarchy("x;y;*\ny;x;*\n")},
		{name: "a hierarchy with a value twice", files: hierarchy("x;L;*\ny;L;*\nx;M;*\n")},
		{name: "a hierarchy that divides above", files: hierarchy("x;L;N\ny;L;S\n")},
	}
	for i, says := range [][3]string{
		{"1", "gerarchia senza valori: scrivere un valore per riga, poi i suoi livelli", "hierarchy without values: write one value a line, then its levels"},
		{"2", "riga con un altro numero di livelli: completarla come la prima", "row with another number of levels: complete it like the first"},
		{"2", "un livello è vuoto: scrivere a che cosa sale il valore", "a level is empty: write what the value goes up to"},
		{"2", "un valore risale a sé stesso attraverso un altro: dare ai livelli nomi diversi", "a value goes up to itself by way of another: give the levels different names"},
		{"3", "valore già descritto in un'altra riga: tenere una delle due", "value described in another row already: keep one of the two"},
		{"2", "un valore sale a due valori diversi: dargli lo stesso in ogni riga", "one value goes up to two different ones: give it the same in every row"},
	} {
		cases[i].code = 10
		cases[i].it, cases[i].en = faulty(says[0], says[1], says[2])
	}
	flat := specHead + "  - {name: a, role: quasi}\n  - {name: b, role: quasi}\n"
	measured := func(how string) string {
		return strings.Replace(specHead, "k: 2", "k: 1", 1) + "  - {name: a, role: quasi}\n  - {name: b, role: measure, " + how + "}\n"
	}
	cases = append(cases,
		badInput{
			name: "k larger than the data", files: map[string]string{"spec.yaml": strings.Replace(flat, "k: 2", "k: 5", 1)}, code: 1,
			it: "flussi: la tabella ha meno righe di k\n  → una tabella così piccola non si pubblica per righe: usare una tabella di frequenze, o un k minore",
			en: "flussi: the table has fewer rows than k\n  → so small a table is not published row by row: use a table of counts, or a smaller k",
		},
		badInput{
			name: "a quasi-identifier with one value", files: map[string]string{"spec.yaml": flat, "t.csv": "a;b\nx;1\nx;2\n"}, code: 1,
			it: "flussi: colonna a: un quasi-identificatore con un solo valore non distingue nessuno\n  → controllare che la tabella sia intera; se lo è, dare alla colonna role: keep",
			en: "flussi: column a: a quasi-identifier with a single value tells nobody apart\n  → check that the table is whole; if it is, give the column role: keep",
		},
		badInput{
			name: "a missing value that the hierarchy does not know", files: map[string]string{"h.csv": "x;*\ny;*\n", "t.csv": "a;b\nx;1\n;2\n"}, code: 1,
			it: "flussi: colonna a, riga 2: una casella vuota, e la gerarchia della colonna non ha il valore vuoto\n  → aggiungere alla gerarchia una riga per quel valore, o correggere la tabella",
			en: "flussi: column a, row 2: an empty cell, and the column's hierarchy has no empty value\n  → add a row for that value to the hierarchy, or mend the table",
		},
		badInput{
			name: "missing values too few to stand alone", code: 1,
			files: map[string]string{"spec.yaml": flat + "  - {name: c, role: sensitive, l: {distinct: 2}}\n", "t.csv": "a;b;c\n;1;u\n;2;u\nx;1;u\nx;2;u\n"},
			it:    "flussi: nessuna generalizzazione soddisfa ciò che si chiede: non si pubblica nulla\n  → alzare suppression, abbassare k, l o t, o aggiungere livelli alle gerarchie",
			en:    "flussi: no generalisation meets what is asked: nothing is published\n  → raise suppression, lower k, l or t, or add levels to the hierarchies",
		},
		badInput{
			name: "an amount that is no number", files: map[string]string{"spec.yaml": measured("round: 10"), "t.csv": "a;b\nx;1e300\ny;2\n"}, code: 1,
			it: "flussi: colonna b: una colonna da trattare come numero ha valori che non lo sono\n  → correggere la tabella, o usare una gerarchia al posto di bands, round, top, bottom e microaggregate",
			en: "flussi: column b: a column to be treated as numbers has values that are none\n  → mend the table, or use a hierarchy in place of bands, round, top, bottom and microaggregate",
		},
		badInput{
			name: "an amount beyond counting", files: map[string]string{"spec.yaml": measured("microaggregate: 2"), "t.csv": "a;b\nx;1" + strings.Repeat("0", 300) + "\ny;-2\n"}, code: 1,
			it: "flussi: colonna b: un numero oltre 90.000 miliardi: non è un importo, e i centesimi non sarebbero esatti\n  → correggere la tabella; se la colonna non è un importo, role: keep o drop",
			en: "flussi: column b: a number beyond 90,000 billion: it is no amount, and its hundredths would not be exact\n  → mend the table; if the column is no amount, role: keep or drop",
		},
	)
	for _, b := range cases {
		b.args = "anonymize --spec spec.yaml --report r.json t.csv out.csv"
		b.play(t, common, func(t *testing.T) {
			for _, name := range []string{"out.csv", "r.json"} {
				if _, err := os.Stat(name); err == nil {
					t.Errorf("released: %s", name)
				}
			}
		})
	}
}

// TestMissingValuesAreAClass: without a hierarchy a missing value is a value like
// any other, never a wild card: alone it is not published.
func TestMissingValuesAreAClass(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	writeIn(t, dir, "spec.yaml", "delimiter: \";\"\nk: 2\nsuppression: 0.5\ncolumns:\n  - {name: a, role: quasi}\n  - {name: b, role: quasi}\n")
	writeIn(t, dir, "t.csv", "a;b\nx;1\nx;1\n;1\nx;2\nx;2\n")
	var stdout, stderr bytes.Buffer
	if code := run(context.Background(), []string{"anonymize", "--spec", "spec.yaml", "t.csv", "out.csv"}, strings.NewReader(""), &stdout, &stderr); code != 0 {
		t.Fatal(stderr.String())
	}
	out, err := os.ReadFile("out.csv")
	if want := "a;b\nx;1\nx;1\n*;*\nx;2\nx;2\n"; err != nil || string(out) != want {
		t.Errorf("%q, want %q (%v)", out, want, err)
	}
}

// someFlow is a flow of a few persons, with replacements.
func someFlow(t testing.TB, beneficiari int, ente string, pairs ...string) string {
	t.Helper()
	var b bytes.Buffer
	if _, err := synth.Write(&b, synth.Options{Tipo: flusso.PSPSASINA, Beneficiari: beneficiari, Seed: 3, Ente: synth.Ente{Codice: ente, Indirizzo: ente}}); err != nil {
		t.Fatal(err)
	}
	text := b.String()
	for i := 0; i < len(pairs); i += 2 {
		if !strings.Contains(text, pairs[i]) {
			t.Fatalf("no %q in the flow", pairs[i])
		}
		text = strings.Replace(text, pairs[i], pairs[i+1], 1)
	}
	return text
}

const badConfig = `ente: {codice: "120", denominazione: Regione di prova}
state: stato
agreements:
  a-1: {with: INPS, act: DGR 1/2020, purpose: programmazione, from: 2020-01-01, to: 2099-12-31}
recipients:
  lazio: {class: regione, territory: {regione: ITI4}, agreement: a-1, datasets: {prestazioni: individuale_anonimo, quadro: aggregato}}
`

var (
	noClass = [2]string{
		"ogni classe ha meno persone della soglia k: nulla è rilasciato\n  → riunire più file o un periodo più lungo: di così poche persone non c'è un dato anonimo",
		"every class has fewer persons than the threshold k: nothing is released\n  → put more files or a longer period together: of so few persons there is no anonymous datum",
	}
	noCell = [2]string{
		"ogni cella e ogni totale è sotto soglia, o farebbe ricalcolare chi lo è: nulla è rilasciato\n  → riunire più file o un periodo più lungo, o dichiarare tavole con meno dimensioni",
		"every cell and total is below the threshold, or would let one that is be computed: nothing is released\n  → put more files or a longer period together, or declare tables of fewer dimensions",
	}
	nobody = [2]string{
		"nessun record è del territorio o dell'ente del destinatario: nulla è rilasciato\n  → controllare territory o ente del destinatario, e di chi sono i file",
		"no record is of the recipient's territory or Ente: nothing is released\n  → check the recipient's territory or ente, and whose the files are",
	}
)

// ofDatasets says the same of each dataset of a recipient, in a language (0 or 1).
func ofDatasets(lang int, datasets ...any) string {
	var said strings.Builder
	for i := 0; i < len(datasets); i += 2 {
		fmt.Fprintf(&said, "flussi: %s: %s\n", datasets[i], datasets[i+1].([2]string)[lang])
	}
	return said.String()
}

// beyondLine is the line of a flow's record with an amount beyond counting.
func beyondLine(flow string) int {
	before, _, _ := strings.Cut(flow, `ImportoPrestazione="999999999`)
	return 1 + strings.Count(before, "\n")
}

// TestBadDisclosures: local files, for a recipient or a class.
func TestBadDisclosures(t *testing.T) {
	both := func(b badInput, datasets ...any) badInput {
		b.it, b.en = ofDatasets(0, datasets...), ofDatasets(1, datasets...)
		return b
	}
	large := someFlow(t, 60, "H501", `ImportoPrestazione="`, `ImportoPrestazione="999999999`)
	line := beyondLine(large)
	for _, b := range []badInput{
		both(badInput{name: "k larger than the data", args: "disclose --recipient regione:12 --out d few.xml", code: 3},
			"regione-12/prestazioni", noClass, "regione-12/quadro", noCell),
		both(badInput{name: "an empty territory", args: "disclose --recipient regione:ITC1 --out d ps.xml", code: 3},
			"regione-itc1/prestazioni", nobody, "regione-itc1/quadro", nobody),
		both(badInput{name: "another Ente's benefits", args: "disclose --recipient ente:F205 --out d ps.xml", code: 3},
			"ente-f205/prestazioni", nobody),
		{
			name: "no territory", args: "disclose --recipient regione --out d ps.xml", code: 1,
			it: "flussi: manca l'ambito del destinatario\n  → per esempio regione:12, comune:H501, ente:H501, ministero, inps",
			en: "flussi: the recipient's scope is missing\n  → for example regione:12, comune:H501, ente:H501, ministero, inps",
		},
		{
			name: "an amount beyond counting", args: "disclose --recipient regione:12 --out d ps.xml large.xml", code: 1, files: map[string]string{"large.xml": large},
			it: fmt.Sprintf("flussi: large.xml:%d: un importo è oltre 100 milioni di euro: i totali sarebbero falsi, nulla è rilasciato\n  → correggere ImportoMensile o ImportoPrestazione alla riga indicata, o togliere il file", line),
			en: fmt.Sprintf("flussi: large.xml:%d: an amount is beyond 100 million euro: totals would be false, nothing is released\n  → mend ImportoMensile or ImportoPrestazione on the line shown, or leave the file out", line),
		},
		{
			name: "a key of wrong size", args: "disclose --recipient regione:12 --key key.txt --out d ps.xml", code: 10, files: map[string]string{"key.txt": "corta\n"},
			it: "flussi: la chiave è troppo corta\n  → un file con almeno 32 caratteri casuali, per esempio: openssl rand -hex 32",
			en: "flussi: the key is too short\n  → a file of at least 32 random characters, for example: openssl rand -hex 32",
		},
		{
			name: "without agreement", args: "disclose --config flussi.yaml --recipient lazio --out d ps.xml", code: 10,
			files: map[string]string{"flussi.yaml": strings.Replace(badConfig, "agreement: a-1, ", "", 1)},
			it:    "flussi.yaml:6:3: recipients.lazio.agreement: manca\n  → nome dell'accordo, tra quelli di agreements\nflussi: un errore nella configurazione\n  → correggere le righe indicate e riprovare",
			en:    "flussi.yaml:6:3: recipients.lazio.agreement: is missing\n  → name of the agreement, one of agreements\nflussi: one fault in the configuration\n  → mend the lines named and try again",
		},
	} {
		b.play(t, map[string]string{"ps.xml": someFlow(t, 60, "H501"), "few.xml": someFlow(t, 2, "H501"), "flussi.yaml": badConfig}, func(t *testing.T) { noFiles(t, "d") })
	}
}

// TestBadAmountsAreRejected: an amount that is none, or not above zero, rejects its
// record with a rule that says so; the rest goes on, without it.
func TestBadAmountsAreRejected(t *testing.T) {
	for amount, rule := range map[string]string{"1e300": "XSD-007", "-5.00": "PS-041", "NaN": "XSD-007", "0": "PS-041"} {
		dir := t.TempDir()
		t.Chdir(dir)
		writeIn(t, dir, "ps.xml", oneAmount(someFlow(t, 60, "H501"), amount))
		var stdout, stderr bytes.Buffer
		code := run(context.Background(), []string{"disclose", "--json", "--recipient", "inps", "--out", "d", "ps.xml"}, strings.NewReader(""), &stdout, &stderr)
		if said := stdout.String(); code != 3 || !strings.Contains(said, `"`+rule+`":1`) || !strings.Contains(said, `"rejected":1,"outside":0,"disclosed":97,`) {
			t.Errorf("%s: exit code %d, %s", amount, code, said)
		}
	}
}

// oneAmount puts another amount into the first ImportoPrestazione of a flow.
func oneAmount(flow, amount string) string {
	before, rest, _ := strings.Cut(flow, `ImportoPrestazione="`)
	_, after, _ := strings.Cut(rest, `"`)
	return before + `ImportoPrestazione="` + amount + `"` + after
}
