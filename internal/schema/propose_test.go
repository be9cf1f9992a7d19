package schema

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/encoding/charmap"

	"flussi/internal/flusso"
)

// What exports of social services look like. Every name is synthetic.
const (
	exportHead = "C.F.;Cognome;Nome;Data di nascita;Luogo di nascita;Sesso;Cittadinanza;Regione residenza;Comune residenza;Stato di residenza;Prova dei mezzi;Carattere prestazione;Cod. prestazione;Prestazione;Prot. domanda;Data erogazione;Importo erogato;Presa in carico"
	exportRow  = "AAABBB39M66A351C;SEGRETISSIMO;NOMESEGRETO;26/08/1939;Ariano Irpino;F;Italiana;Lazio;Roma;Italia;4;Una tantum;SAD;Assistenza domiciliare;4711;30/01/2026;150,50;No"
)

func withValue(at int, value string) string {
	cells := strings.Split(exportRow, ";")
	cells[at] = value
	return strings.Join(cells, ";")
}

func withName(at int, name string) string {
	names := strings.Split(exportHead, ";")
	names[at] = name
	return strings.Join(names, ";")
}

func sheetOf(rows ...string) string {
	sheet := ""
	for _, row := range rows {
		sheet += sheetRow(strings.Split(row, ";")...)
	}
	return sheet + "</sheetData>"
}

func onePage(t *testing.T, text []byte) []byte {
	t.Helper()
	page, err := charmap.Windows1252.NewEncoder().Bytes(text)
	if err != nil {
		t.Fatal(err)
	}
	return page
}

// proposals are messy inputs, with what is proposed for them in testdata/propose.
func proposals(t *testing.T) map[string][]byte {
	text := func(lines ...string) []byte { return []byte(strings.Join(lines, "\n") + "\n") }
	persons := "Cod. utente;Codice Fiscale;Cognome;Nome;Nato il;Luogo di nascita;Sesso;Cittadinanza;Regione residenza;Comune residenza;Stato di residenza;Telefono;Carattere prestazione"
	return map[string][]byte{
		"all-known": text(exportHead, exportRow, exportRow, withValue(5, "M"), withValue(6, "Rumena")),
		"open": text(withName(16, "Importo"), exportRow, withValue(6, "Congo"), withValue(6, "Apolide"), withValue(8, "Castro"), withValue(8, "Castro (LE)"), withValue(8, "Vattelapesca"),
			withValue(10, "Sì"), withValue(12, "RSA"), withValue(13, "Qualcosa che non si elenca"), withValue(5, strings.Repeat("lungo ", 20))),
		"windows-1252":    onePage(t, text("sep=,", strings.ReplaceAll(withName(6, "Nazionalità"), ";", ","), strings.ReplaceAll(strings.ReplaceAll(withValue(8, "Cantù"), "150,50", "150.50"), ";", ","))),
		"strange-columns": text(exportHead+";Note;Assistente;Cognome;Sesso;;Cod. servizio", exportRow+";x;y;z;F;;A1.04"),
		"numbered":        text("Beneficiario;"+exportHead, "1;"+withValue(15, "20260130"), "1;"+withValue(15, "20260131")),
		"minors": text("Codice minore;Anno nascita;Minore straniero non accompagnato;Condizione del minore;Luogo di vita;Scuola frequentata;CondizioneLavoro;Disabilità;DataPrimaSegnalazione;FonteSegnalazione;Prestazioni;ComposizioneFamiglia;Regione di residenza",
			"a1b2;2015;X;Non orfano;nella sua famiglia;scuola primaria;1;no;01/2025;scuola;SAD|ADI|A1.04;Madre|padre|zia;Friuli V.G."),
		"joined": messy(t, "Anagrafica", sheetOf(persons,
			"U1;AAABBB39M66A351C;SEGRETISSIMO;NOMESEGRETO;26/08/1939;Roma;F;Italiana;Lazio;Roma;Italia;06;x",
			"U2;AAABBB39M66A351C;SEGRETISSIMO;NOMESEGRETO;26/08/1939;Roma;Boh;Italiana;Lazio;Roma;Italia;06;x"),
			"Prestazioni", sheetOf("Cod. utente;Prova dei mezzi;Carattere prestazione;Cod. prestazione;Prestazione;Prot. domanda;Data erogazione;Importo erogato;Presa in carico",
				"U1;4;Una tantum;SAD;Assistenza domiciliare;4711;30/01/2026;150,50;No", "U2;4;Una tantum;ADI;Assistenza domiciliare;4711;30/01/2026;150,50;No")),
		"workbook": messy(t, "Foglio1", sheetRow("Elenco 2025")+sheetRow(messyHead...)+sheetRow(messyCells...)+strings.NewReplacer("<c><v>2</v></c><c><v>380</v></c>", `<c t="inlineStr"><is><t>Femmina</t></is></c><c t="inlineStr"><is><t>albanese</t></is></c>`,
			`<c><v>2</v></c></row>`, `<c t="b"><v>0</v></c></row>`, "<c><v>58091</v></c>", "<c><v>99999</v></c>").Replace(sheetRow(messyCells...))+"</sheetData>"),
	}
}

// TestProposals: what is proposed for messy files; ParseLayout takes it where nothing
// is open, and else says of each line what is to be decided.
func TestProposals(t *testing.T) {
	for name, file := range proposals(t) {
		t.Run(name, func(t *testing.T) {
			p, err := ProposeLayout(bytes.NewReader(file), ProposeOptions{Name: name, Lang: flusso.It})
			if err != nil {
				t.Fatal(err)
			}
			path := filepath.Join("testdata", "propose", name+".yaml")
			if *update {
				if err := os.WriteFile(path, p.Text, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if string(p.Text) != string(want) {
				t.Errorf("proposed\n%s\nwant\n%s", p.Text, want)
			}
			for _, secret := range []string{"SEGRET", "AAABBB39M66A351C", "4711", "Qualcosa", "lungo lungo", "06;"} {
				if bytes.Contains(p.Text, []byte(secret)) {
					t.Errorf("a value of a column without codes is there: %s", secret)
				}
			}
			_, err = ParseLayout(p.Text)
			var faults LayoutFaults
			if errors.As(err, &faults); len(faults) < p.Open || (len(faults) > 0) != (p.Open > 0) {
				t.Errorf("%d open, %v", p.Open, faults)
			}
			open := bytes.Count(p.Text, []byte(`"?"`)) - 1 // the first says what it is
			if open != p.Open {
				t.Errorf("%d open, %d said", open, p.Open)
			}
		})
	}
}

// TestProposalRefused: what no layout can be proposed for.
func TestProposalRefused(t *testing.T) {
	for name, c := range map[string]struct {
		file string
		opt  ProposeOptions
		want string
	}{
		"nothing":      {"", ProposeOptions{}, "the first line has not the names"},
		"no names":     {"a;b\n1;2\n", ProposeOptions{}, "the first line has not the names"},
		"XML":          {"<Flusso/>", ProposeOptions{}, "is a flow in XML"},
		"a page":       {"<html><table>", ProposeOptions{}, "a web page"},
		"a return":     {exportHead, ProposeOptions{Expect: flusso.Ritorno}, "is proposed for PS_PSA_SINA and SINBA"},
		"quotes":       {exportHead + "\n\"x", ProposeOptions{}, "line 2: quotes"},
		"faulty known": {exportHead, ProposeOptions{Known: []byte("version: 2\n")}, "has faults"},
		"another kind": {exportHead, ProposeOptions{Expect: flusso.SINBA, Known: []byte("version: 1\nname: x\nflow: PS_PSA_SINA\ncolumns: {A: Genere}\n")}, "of another kind"},
	} {
		t.Run(name, func(t *testing.T) {
			p, err := ProposeLayout(strings.NewReader(c.file), c.opt)
			if p != nil || err == nil || !strings.Contains(fmt.Sprint(err), c.want) {
				t.Errorf("%v, want %s", err, c.want)
			}
		})
	}
}

// golden is a layout of testdata/propose.
func golden(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "propose", name+".yaml"))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestProposalUpdates: what a person decided stays, byte for byte; what is new stands
// in its place, and nothing is proposed twice.
func TestProposalUpdates(t *testing.T) {
	file := strings.Join([]string{exportHead + ";Nuova", exportRow + ";x", withValue(5, "Altro") + ";x", withValue(6, "Congo") + ";x", withValue(6, "Rumena") + ";x", withValue(8, "Milano") + ";x"}, "\n") + "\n"
	const head = "version: 1\nname: mio # il mio\nflow: PS_PSA_SINA\n"
	columns := ""
	for _, name := range strings.Split(exportHead, ";") {
		if info := namesOf[flusso.PSPSASINA].fields[foldName(name)]; info != nil {
			columns += fmt.Sprintf("    %q: %s # scelta\n", name, info.Name)
		}
	}
	columns += "    Data di nascita: {field: AnnoNascita, year: true}\n"
	flow := strings.TrimSuffix(strings.ReplaceAll(strings.ReplaceAll(strings.TrimSpace(columns), " # scelta", ""), "\n", ", "), ", ")
	for name, c := range map[string]struct {
		known string
		kept  []string // lines of hers that stay
		new   []string
		not   string
	}{
		"in blocks": {head + "columns:\n" + columns + "# suo\ncodes:\n  Sesso: # F\n    F: \"1\" # suo\n  Cittadinanza:\n    Congo: \"178\"\nconstants: {EnteCodice: H501}\n",
			[]string{"name: mio # il mio", "# suo", `    F: "1" # suo`, `    Congo: "178"`, "constants: {EnteCodice: H501}"},
			[]string{`    "Nuova": "?"  # colonna 19 non è un campo`, `    "Altro": "?"  # 1 volta; forse: 1 Maschio; 2 Femmina`, `    "Rumena": "642"  # Romania, 1 volta`, `  "Comune residenza":`, `    "Milano": "015146"  # MILANO (MI), 1 volta`}, `"F": "2"`},
		"in lines": {head + "columns: {" + flow + "}\ncodes: {Sesso: {F: \"1\"}, Cittadinanza: {Congo: \"?\"}}\n",
			[]string{"name: mio # il mio"},
			[]string{`  "Nuova": "?"  # colonna 19 non è un campo`, `    "F": "1"`, `    "Altro": "?"  # 1 volta; forse: 1 Maschio; 2 Femmina`, `    "Congo": "?"`, `    "Rumena": "642"  # Romania, 1 volta`}, `"F": "2"`},
		"without codes": {head + "columns:\n" + columns + "ignore:\n  - Nuova", []string{"ignore:", "  - Nuova"}, []string{"codes:", `    "Congo": "?"  # 1 volta; forse: 178 Congo; 180 Repubblica Democratica del Congo`}, `"Nuova": `},
		"empty codes":   {head + "columns:\n" + columns + "    Nuova: \"?\"\ncodes: {}\n", []string{`    Nuova: "?"`}, []string{"codes:", `    "Rumena": "642"  # Romania, 1 volta`}, `"Nuova": `},
	} {
		t.Run(name, func(t *testing.T) {
			p, err := ProposeLayout(strings.NewReader(file), ProposeOptions{Name: "x", Known: []byte(c.known)})
			if err != nil {
				t.Fatal(err)
			}
			lines := strings.Split(string(p.Text), "\n")
			for _, want := range append(c.kept, c.new...) {
				if !slices.Contains(lines, want) {
					t.Errorf("no line %q in\n%s", want, p.Text)
				}
			}
			if strings.Contains(string(p.Text), c.not) {
				t.Errorf("%s is there:\n%s", c.not, p.Text)
			}
			if open := strings.Count(string(p.Text), `: "?"`); open != p.Open {
				t.Errorf("%d open, %d said", open, p.Open)
			}
			again, err := ProposeLayout(strings.NewReader(file), ProposeOptions{Name: "x", Known: p.Text})
			if err != nil || !bytes.Equal(again.Text, p.Text) {
				t.Errorf("the second time %v\n%s", err, again.Text)
			}
		})
	}
}

// TestProposalUpdatesJoins: the same of a joined sheet.
func TestProposalUpdatesJoins(t *testing.T) {
	book := proposals(t)["joined"]
	for name, known := range map[string]string{
		"in blocks": strings.NewReplacer("        \"Boh\": \"?\"  # 1 volta; forse: 1 Maschio; 2 Femmina\n", "", "      \"Telefono\": \"?\"  # colonna L non è un campo\n", "").Replace(golden(t, "joined")),
		"in lines":  "version: 1\nname: x\nflow: PS_PSA_SINA\nsheet: Prestazioni\ncolumns: {Cod. prestazione: CodicePrestazione}\njoin: [{sheet: Anagrafica, on: {Cod. utente: Cod. utente}, columns: {Sesso: Genere, Nato il: {field: AnnoNascita, year: true}}, codes: {Sesso: {F: \"2\"}}}]\n",
	} {
		t.Run(name, func(t *testing.T) {
			p, err := ProposeLayout(bytes.NewReader(book), ProposeOptions{Known: []byte(known), Lang: flusso.It})
			if err != nil {
				t.Fatal(err)
			}
			for _, want := range []string{`"Boh": "?"  # 1 volta; forse: 1 Maschio; 2 Femmina`, `"Telefono": "?"  # colonna L non è un campo`, `"SAD": "A2.07"`, `"Roma": "058091"`} {
				if strings.Count(string(p.Text), want) != 1 {
					t.Errorf("not once %s in\n%s", want, p.Text)
				}
			}
			again, err := ProposeLayout(bytes.NewReader(book), ProposeOptions{Known: p.Text, Lang: flusso.It})
			if err != nil || !bytes.Equal(again.Text, p.Text) {
				t.Errorf("the second time %v\n%s", err, again.Text)
			}
		})
	}
}
