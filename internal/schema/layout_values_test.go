package schema

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"flussi/internal/flusso"
)

const valuesLayout = `version: 1
name: prova
flow: PS_PSA_SINA
constants: {FlussoNome: H501.PS.20260131.0000001, EnteCodice: H501, EnteIndirizzo: H501, EnteCFOperatore: AAABBB39M66A351C, PresaCarico: "2", PresenzaProvaMezzi: "4", CaratterePrestazione: "2"}
columns: {CF: CodiceFiscale, Cognome: Cognome, Nome: Nome, Nato il: {field: AnnoNascita, year: true}, Luogo: LuogoNascita, Sesso: Genere, Cittadinanza: CodiceCittadinanza,
  Regione: IndirizzoCodiceRegione, Comune: IndirizzoCodiceComune, Stato: IndirizzoCodiceNazione, Tipo: CodicePrestazione, Descrizione: DenominazionePrestazione,
  Pratica: ProtocolloDomanda, Pagato: DataErogazionePrestazione, Importo: ImportoPrestazione, Note: "-"}
codes: {Sesso: {F: "2", M: "1"}, Cittadinanza: {Italiana: "380"}, Comune: {Roma: "058091"}}
`

// TestLayoutConversionsAreListed: of codes and years it is told how many, and where
// the first and the last stand; the same by blocks and without.
func TestLayoutConversionsAreListed(t *testing.T) {
	layout, err := ParseLayout([]byte(valuesLayout))
	if err != nil {
		t.Fatal(err)
	}
	text := "Note;CF;Cognome;Nome;Nato il;Luogo;Sesso;Cittadinanza;Regione;Comune;Stato;Tipo;Descrizione;Pratica;Pagato;Importo\n"
	const people = 3000
	for i := range people {
		text += fmt.Sprintf("x;AAABBB39M66A351C;A%d;B;1/2/1939;A351;F;Italiana;|08;|Roma;250|380;A1.04;Contributi;P%d;2025-12-01;12,50\n", i, i)
	}
	text += "x;AAABBB39M66A351C;Z;B;1939;A351;1;380;|08;|Roma;250|380;A1.04;Contributi;P;2025-12-01;12,50\n"
	want := []Conversion{
		{ConvertedYear, "", "AnnoNascita", people, "2:5", "3001:5"}, {ConvertedCode, "", "Genere", people, "2:7", "3001:7"},
		{ConvertedCode, "", "CodiceCittadinanza", people, "2:8", "3001:8"}, {ConvertedCode, "", "IndirizzoCodiceComune", people + 1, "2:10", "3002:10"},
	}
	for _, slow := range []bool{false, true} {
		var out bytes.Buffer
		w := NewXMLWriter(&out, flusso.PSPSASINA)
		got := read(t, strings.NewReader(text), Options{Rows: true, Layout: layout, Limits: Limits{slow: slow}}, func(b *Batch) {
			if err := w.Append(b); err != nil {
				t.Fatal(err)
			}
		})
		if fmt.Sprint(got.summary.Table.Conversions) != fmt.Sprint(want) || len(got.formal()) > 0 || got.err != nil {
			t.Errorf("slow %v: %v, want %v; %v %v", slow, got.summary.Table.Conversions, want, got.formal(), got.err)
		}
		for _, part := range []string{`AnnoNascita="1939"`, `CodiceComune="058091" CodiceNazione="380"`, `Genere="2" CodiceCittadinanza="380"`} {
			if !strings.Contains(out.String(), part) {
				t.Errorf("slow %v: no %s", slow, part)
			}
		}
		if notes := fmt.Sprint(got.summary.Notes); !strings.Contains(notes, "2:7…3001:7, Genere: 3000 valori tradotti con i codici del tracciato") || !strings.Contains(notes, "3000 anni presi da date") {
			t.Error(notes)
		}
	}
}

// TestLayoutYears: what a birth date can look like, in a CSV and in a workbook.
func TestLayoutYears(t *testing.T) {
	for in, want := range map[string]string{
		"31/1/1950": "1950", "1950-01-31": "1950", "1950": "1950", "31/13/1950": "31/13/1950", "31/01/50": "31/01/50", "": "",
	} {
		l, err := ParseLayout([]byte(valuesLayout))
		if err != nil {
			t.Fatal(err)
		}
		r, err := NewRowReader(strings.NewReader("Note;CF;Cognome;Nome;Nato il;Luogo;Sesso;Cittadinanza;Regione;Comune;Stato;Tipo;Descrizione;Pratica;Pagato;Importo\n"+
			"x;AAABBB39M66A351C;Z;B;"+in+";A351;1;380;08;Roma;380;A1.04;Contributi;P;2025-12-01;12,50\n"), 0, l)
		if err != nil {
			t.Fatal(err)
		}
		var xml bytes.Buffer
		if _, err := xml.ReadFrom(r); err != nil {
			t.Fatal(err)
		}
		if has := strings.Contains(xml.String(), `AnnoNascita="`+want+`"`); has != (want != "") {
			t.Errorf("%q: no %q in %s", in, want, xml.String())
		}
	}
	head := strings.Replace(sheetRow(messyHead...), "Anno di nascita", "Nato il", 1)
	layout := "version: 1\nname: x\nflow: PS_PSA_SINA\ncolumns:\n"
	for i, name := range messyHead {
		info := namesOf[flusso.PSPSASINA].fields[foldName(name)]
		if i == 7 {
			layout += "  Nato il: {field: AnnoNascita, year: true}\n"
			continue
		}
		layout += fmt.Sprintf("  %q: %s\n", name, info.Name)
	}
	l, err := ParseLayout([]byte(layout + "codes: {Sesso: {Donna: \"2\"}, Codice ISTAT comune: {Roma: \"058091\"}}\n"))
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ cell, want string }{
		"a date":      {`<c s="1"><v>18294</v></c>`, `"1950"`},
		"a serial":    {`<c><v>18294</v></c>`, `"1950"`},
		"a year":      {`<c><v>1950</v></c>`, `"1950"`},
		"a text":      {"31.01.1950", `"1950"`},
		"strict":      {`<c t="d"><v>1950-01-31T00:00:00</v></c>`, `"1950"`},
		"a text year": {"1950", `"1950"`},
	} {
		cells := slices.Clone(messyCells)
		cells[7], cells[9], cells[12] = c.cell, "Donna", " Roma"
		got, xml := readSheet(t, messy(t, "F", head+sheetRow(cells...)+"</sheetData>"), Options{Layout: l}, flusso.PSPSASINA)
		if got.err != nil || !strings.Contains(xml, `AnnoNascita=`+c.want) || !strings.Contains(xml, `Genere="2"`) || !strings.Contains(xml, `CodiceComune="058091"`) {
			t.Errorf("%s: %v in\n%s", name, got.err, xml)
		}
		said := fmt.Sprint(got.summary.Workbook.Conversions)
		if !strings.Contains(said, "{code F Genere 1 F!J2 F!J2}") || !strings.Contains(said, "{code F IndirizzoCodiceComune 1 F!M2 F!M2}") ||
			strings.Contains(said, "{year F AnnoNascita 1 F!H2 F!H2}") == strings.Contains(name, "year") {
			t.Errorf("%s: %s", name, said)
		}
	}
}

// TestRowsKnowSynonyms: a CSV's columns are known by the names that a workbook's are.
func TestRowsKnowSynonyms(t *testing.T) {
	head := strings.Join(messyHead, ";")
	row := excelRow("A", "P1", "2025-12-01", "1.00")
	got := read(t, strings.NewReader(head+"\n"+row+"\n"), Options{Rows: true}, nil)
	if got.err != nil || len(got.formal()) > 0 || got.summary.Records != 1 {
		t.Errorf("%v %v", got.err, got.formal())
	}
	if notes := fmt.Sprint(got.summary.Notes); !strings.Contains(notes, "colonna 5 letta come CodiceFiscale") || strings.Contains(notes, "colonna 6 ") {
		t.Error(notes)
	}
	for name, want := range map[string]string{
		"Importo": "line 1: column 21 may be ImportoPrestazione or ImportoMensile", "Nazionalit\xe0": "line 1: column 21 repeats CodiceCittadinanza",
		"ImportoPrestazine": "line 1: column 21 is no field (perhaps ImportoPrestazione)",
	} {
		names := strings.Split(head, ";")
		names[20] = name
		if _, err := NewRowReader(strings.NewReader(strings.Join(names, ";")+"\n"+row+"\n"), 0, nil); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %s", name, err, want)
		}
	}
}
