package schema

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"flussi/internal/flusso"
)

// asSheet writes a flow as a workbook.
func asSheet(t *testing.T, src io.Reader, tipo flusso.Tipo) []byte {
	t.Helper()
	var out bytes.Buffer
	w := NewSheetWriter(&out, tipo)
	got := read(t, src, Options{}, func(b *Batch) {
		if err := w.Append(b); err != nil {
			t.Fatal(err)
		}
	})
	if err := w.Close(); err != nil || got.err != nil {
		t.Fatalf("%v, %v", err, got.err)
	}
	return out.Bytes()
}

// TestSheetAndBack: XML to a workbook to XML is the XML that is written at once.
func TestSheetAndBack(t *testing.T) {
	for name, flow := range oddities() {
		t.Run(name, func(t *testing.T) {
			tipo := flusso.PSPSASINA
			if strings.Contains(flow, "<SINBA") {
				tipo = flusso.SINBA
			}
			written := asXML(t, strings.NewReader(flow), tipo)
			sheet := asSheet(t, strings.NewReader(flow), tipo)
			for _, slow := range []bool{false, true} {
				got, back := readSheet(t, sheet, Options{Limits: Limits{slow: slow}}, tipo)
				if back != written {
					t.Errorf("slow %v: XML by way of a workbook\n%s\nand at once\n%s\n%v %v", slow, back, written, got.err, got.faults)
				}
			}
		})
	}
}

// readSheet reads a workbook, and writes its records as XML.
func readSheet(t *testing.T, sheet []byte, opt Options, tipo flusso.Tipo) (reading, string) {
	t.Helper()
	opt.Rows = true
	var out bytes.Buffer
	w := NewXMLWriter(&out, tipo)
	got := read(t, bytes.NewReader(sheet), opt, func(b *Batch) {
		if err := w.Append(b); err != nil {
			t.Fatal(err)
		}
	})
	if got.err == nil {
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return got, out.String()
}

// zipParts packs parts, name and content in turn.
func zipParts(t *testing.T, parts ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for part := range slices.Chunk(parts, 2) {
		f, err := w.Create(part[0])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(f, part[1]); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// messy makes a workbook of sheets, name and content of sheetData (and what is
// behind it) in turn. Styles: 1 a date, 2 six zeros, 3 [h]:mm.
func messy(t *testing.T, sheets ...string) []byte {
	t.Helper()
	const office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	parts := []string{
		"[Content_Types].xml", "<Types/>",
		"_rels/.rels", `<Relationships><Relationship Id="a" Type="` + office + `/officeDocument" Target="/xl/workbook.xml"/></Relationships>`,
		"xl/styles.xml", `<styleSheet><numFmts><numFmt numFmtId="170" formatCode="000000"/><numFmt numFmtId="171" formatCode="[h]:mm"/></numFmts>` +
			`<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="170"/><xf numFmtId="171"/></cellXfs></styleSheet>`,
	}
	book, links := "", `<Relationship Id="s" Type="`+office+`/styles" Target="styles.xml"/>`
	for i := 0; i < len(sheets); i += 2 {
		name, hidden := strings.CutPrefix(sheets[i], "hidden ")
		state := ""
		if hidden {
			state = ` state="hidden"`
		}
		id := string(rune('A' + i))
		book += `<x:sheet name="` + name + `" r:id="` + id + `"` + state + `/>`
		links += `<Relationship Id="` + id + `" Type="` + office + `/worksheet" Target="worksheets/` + id + `.xml"/>`
		parts = append(parts, "xl/worksheets/"+id+".xml", `<?xml version="1.0"?><worksheet><sheetData>`+sheets[i+1]+`</worksheet>`)
	}
	parts = append(parts, "xl/workbook.xml", `<x:workbook><x:sheets>`+book+`</x:sheets></x:workbook>`, "xl/_rels/workbook.xml.rels", `<Relationships>`+links+`</Relationships>`)
	return zipParts(t, parts...)
}

// sheetRow is a row of cells as they are written: a text, or raw XML that begins
// with <.
func sheetRow(cells ...string) string {
	row := "<row>"
	for _, c := range cells {
		switch {
		case c == "":
			row += "<c/>"
		case c[0] == '<':
			row += c
		default:
			row += `<c t="inlineStr"><is><t>` + c + `</t></is></c>`
		}
	}
	return row + "</row>"
}

var (
	messyHead = []string{"Nome flusso", "Cod. ente", "Sede ente", "CF operatore", "C.F.", "Cognome", "Nome", "Anno di nascita", "Luogo di nascita", "Sesso", "Cittadinanza",
		"Codice regione", "Codice ISTAT comune", "Codice nazione", "Prova dei mezzi", "Carattere della prestazione", "Cod. prestazione", "Prestazione",
		"Prot. domanda", "Data erogazione", "Importo erogato", "Presa in carico"}
	messyCells = []string{"H501.PS.20260131.0000001", "H501", "H501", "AAABBB39M66A351C", "AAABBB39M66A351C", "SEGRETISSIMO", "NOME", "<c><v>1939</v></c>", "A351", "<c><v>2</v></c>", "<c><v>380</v></c>",
		"<c><v>8</v></c>", "<c><v>58091</v></c>", "<c><v>380</v></c>", "<c><v>4</v></c>", "<c><v>2</v></c>", "A1.04", "Contributi economici",
		"<c><v>4711</v></c>", `<c s="1"><v>46052</v></c>`, "<c><v>150.5</v></c>", "<c><v>2</v></c>"}
)

func withCell(at int, cell string) string {
	cells := slices.Clone(messyCells)
	cells[at] = cell
	return sheetRow(cells...)
}

// TestMessyWorkbooks: what comuni's workbooks look like, and what becomes of them.
func TestMessyWorkbooks(t *testing.T) {
	head, row := sheetRow(messyHead...), sheetRow(messyCells...)
	const end = "</sheetData>"
	withHead := func(at int, name string) string {
		names := slices.Clone(messyHead)
		names[at] = name
		return sheetRow(names...)
	}
	plain := `ProtocolloDomanda="4711"`
	for name, c := range map[string]struct {
		sheets []string
		opt    Options
		want   string // in the XML
		faults []string
		fails  string // in the error's words
		notes  string
	}{
		"as it is":          {sheets: []string{"Foglio1", head + row + end}, want: plain, notes: "codici con gli zeri iniziali rimessi"},
		"called Nome":       {sheets: []string{"Foglio1", head + withCell(5, "Cognome") + end}, want: plain, notes: "riga 1"},
		"titles above":      {sheets: []string{"Foglio1", sheetRow("Comune di Prova") + "<row r=\"4\"/>" + sheetRow("Elenco 2025") + head + row + end}, want: plain, notes: "riga 6"},
		"two rows of names": {sheets: []string{"Foglio1", head + sheetRow("FlussoNome", "EnteCodice") + row + end}, want: plain, notes: "riga 2"},
		"groups above": {sheets: []string{"Foglio1", sheetRow("", "", "", "", "", "", "", "", "", "", "", "Residenza") +
			strings.NewReplacer("Codice regione", "Regione", "Codice ISTAT comune", "Comune", "Codice nazione", "Nazione").Replace(head) + row + end}, want: `CodiceComune="058091"`},
		"a date":              {sheets: []string{"F", head + row + end}, want: `DataErogazionePrestazione="2026-01-30"`, notes: "celle di data"},
		"a serial":            {sheets: []string{"F", head + withCell(19, "<c><v>46052</v></c>") + end}, want: `DataErogazionePrestazione="2026-01-30"`, notes: "numeri letti come date"},
		"day first":           {sheets: []string{"F", head + withCell(19, "30/1/2026") + end}, want: `DataErogazionePrestazione="2026-01-30"`, notes: "date scritte come testo"},
		"points":              {sheets: []string{"F", head + withCell(19, "30.01.2026") + end}, want: `DataErogazionePrestazione="2026-01-30"`},
		"strict":              {sheets: []string{"F", head + withCell(19, `<c t="d"><v>2026-01-30T00:00:00</v></c>`) + end}, want: `DataErogazionePrestazione="2026-01-30"`},
		"two digits":          {sheets: []string{"F", head + withCell(19, "30/01/26") + end}, faults: []string{"XSD-006 F!T2"}},
		"a comma":             {sheets: []string{"F", head + withCell(20, "1.150,5") + end}, want: `ImportoPrestazione="1150.5"`, notes: "numeri con la virgola"},
		"thousands or not":    {sheets: []string{"F", head + withCell(20, "1.234") + end}, faults: []string{"XSD-007 F!U2"}},
		"a part of one":       {sheets: []string{"F", head + withCell(20, "0.234") + end}, want: `ImportoPrestazione="0.234"`},
		"the euro":            {sheets: []string{"F", head + withCell(20, "€ 1.150,50") + end}, want: `ImportoPrestazione="1150.50"`, notes: "con il segno dell'euro"},
		"blanks around":       {sheets: []string{"F", head + withCell(12, "058091&#160; ") + end}, want: `CodiceComune="058091"`, notes: "F!M2, IndirizzoCodiceComune: 1 valori con spazi ai lati, tolti"},
		"a sum of halves":     {sheets: []string{"F", head + withCell(20, "<c><v>0.30000000000000004</v></c>") + end}, want: `ImportoPrestazione="0.30"`, notes: "15 cifre"},
		"zeros":               {sheets: []string{"F", head + row + end}, want: `CodiceRegione="08" CodiceComune="058091"`},
		"text without zeros":  {sheets: []string{"F", head + withCell(12, "58091") + end}, faults: []string{"XSD-003 F!M2"}},
		"format of zeros":     {sheets: []string{"F", head + withCell(18, `<c s="2"><v>4711</v></c>`) + end}, want: `ProtocolloDomanda="004711"`},
		"a lost protocol":     {sheets: []string{"F", head + withCell(18, "<c><v>1.2E+15</v></c>") + end}, faults: []string{"PS-053 F!S2"}},
		"a lost text":         {sheets: []string{"F", head + withCell(18, "1,2E+15") + end}, faults: []string{"PS-053 F!S2"}},
		"fifteen digits":      {sheets: []string{"F", head + withCell(18, "<c><v>123456789012345</v></c>") + end}, want: `ProtocolloDomanda="123456789012345"`},
		"sixteen exact":       {sheets: []string{"F", head + withCell(18, "<c><v>1234567890123456</v></c>") + end}, want: `ProtocolloDomanda="1234567890123456"`},
		"sixteen, cut":        {sheets: []string{"F", head + withCell(18, "<c><v>1234567890123450</v></c>") + end}, faults: []string{"PS-053 F!S2"}},
		"a protocol as date":  {sheets: []string{"F", head + withCell(18, `<c s="1"><v>46052</v></c>`) + end}, faults: []string{"PS-053 F!S2"}},
		"an error":            {sheets: []string{"F", head + withCell(18, `<c t="e"><v>#N/A</v></c>`) + end}, faults: []string{"PS-053 F!S2"}},
		"a formula":           {sheets: []string{"F", head + withCell(18, `<c t="str"><f>A1</f><v>P9</v></c>`) + end}, want: `ProtocolloDomanda="P9"`},
		"no kept value":       {sheets: []string{"F", head + withCell(18, `<c><f>A1</f></c>`) + end}, faults: []string{"PS-053 F!S2"}},
		"rich text":           {sheets: []string{"F", head + withCell(18, `<c t="inlineStr"><is><r><t>P</t></r><r><t>&#56;</t></r><rPh><t>x</t></rPh></is></c>`) + end}, want: `ProtocolloDomanda="P8"`},
		"a line end":          {sheets: []string{"F", head + withCell(17, "Contributi&#10;economici") + sheetRow(messyCells...) + end}, want: "Contributi&#10;economici"},
		"hidden row":          {sheets: []string{"F", head + strings.Replace(row, "<row>", `<row hidden="1">`, 1) + end}, want: plain, notes: "righe nascoste"},
		"blank rows":          {sheets: []string{"F", head + `<row r="10"><c r="A10" s="1"/></row>` + row + end}, want: plain},
		"hidden sheet":        {sheets: []string{"hidden Vecchio", head + row + end, "Nuovo", head + row + end}, want: plain, notes: "nascosto «Vecchio» non"},
		"only hidden":         {sheets: []string{"hidden A", head + row + end, "B", sheetRow("x") + end}, fails: "nascosto"},
		"two sheets":          {sheets: []string{"Gennaio", head + row + end, "Febbraio", head + row + end}, fails: "più fogli"},
		"two, one asked":      {sheets: []string{"Gennaio", head + row + end, "Febbraio", head + row + end}, opt: Options{Sheet: "febbraio"}, want: plain, notes: "«Febbraio»"},
		"one that is not":     {sheets: []string{"Gennaio", head + row + end}, opt: Options{Sheet: "Marzo"}, fails: "non c'è"},
		"a list of codes too": {sheets: []string{"Codici", sheetRow("Cod. prestazione", "Prestazione") + sheetRow("A1.04", "Contributi") + end, "Dati", head + row + end}, want: plain},
		"no names":            {sheets: []string{"F", sheetRow("a", "b") + row + end}, fails: "nessun foglio"},
		"unknown columns":     {sheets: []string{"F", withHead(20, "Importo") + row + end}, fails: "F!U1 può essere ImportoPrestazione o ImportoMensile"},
		"names together":      {sheets: []string{"F", withHead(5, "Cognome e nome") + row + end}, fails: "F!F1 può essere Cognome o Nome"},
		"a column of notes":   {sheets: []string{"F", strings.Replace(head, "</row>", `<c t="inlineStr"><is><t>Note</t></is></c></row>`, 1) + strings.Replace(row, "</row>", `<c t="inlineStr"><is><t>SEGRETO</t></is></c></row>`, 1) + end}, want: plain, notes: "colonna W non letta"},
		"a slip":              {sheets: []string{"F", withHead(20, "ImportoPrestazine") + row + end}, fails: "forse ImportoPrestazione"},
		"twice":               {sheets: []string{"F", withHead(18, "Cod. prest.") + row + end}, fails: "F!S1 ripete CodicePrestazione"},
		"beside the table":    {sheets: []string{"F", head + strings.Replace(row, "</row>", `<c r="AC2" t="inlineStr"><is><t>nota</t></is></c></row>`, 1) + end}, fails: "F!AC2: una cella in una colonna senza nome"},
		"merged":              {sheets: []string{"F", head + row + row + end + `<mergeCells><mergeCell ref="E2:E3"/></mergeCells>`}, fails: "F!E2: celle unite"},
		"a title merged":      {sheets: []string{"F", sheetRow("Titolo") + head + row + end + `<mergeCells><mergeCell ref="A1:V1"/></mergeCells>`}, want: plain},
		"cut off":             {sheets: []string{"F", head + row}, fails: "danneggiato"},
		"a total":             {sheets: []string{"F", head + row + sheetRow("", "Totale", "<c><v>1</v></c>") + end}, want: plain, notes: "righe di totali, non lette: 1 (3)"},
		"totals as formulas":  {sheets: []string{"F", head + row + "<row r=\"9\">" + `<c r="U9"><f>SUM(U2:U8)</f></c></row>` + end}, want: plain, notes: "1 (9)"},
		"called Totale":       {sheets: []string{"F", head + withCell(5, "TOTALE") + end}, want: `Cognome="TOTALE"`},
		"a total and a text":  {sheets: []string{"F", head + row + sheetRow("Totale", "x") + end}, fails: "F!A3: il flusso o l'ente non è quello delle righe sopra"},
		"a number alone":      {sheets: []string{"F", head + row + sheetRow("", "", "", "", "<c><v>7</v></c>") + end}, fails: "F!A3: il flusso"},
		"names again":         {sheets: []string{"F", head + row + head + row + end}, want: plain, notes: "nomi delle colonne ripetuti, non letti: 1 (3)"},
		"names alone":         {sheets: []string{"F", head + end}, fails: "il foglio «F» non ha righe sotto i nomi delle colonne"},
		"rows out of order":   {sheets: []string{"F", head + `<row r="1">` + end}, fails: "danneggiato"},
		"a DTD":               {sheets: []string{"F", "<!DOCTYPE x [<!ENTITY a 'b'>]>" + head + row + end}, fails: "DTD"},
		"an entity":           {sheets: []string{"F", head + withCell(5, "&x;") + end}, fails: "F!F2: il foglio di calcolo è danneggiato"},
	} {
		t.Run(name, func(t *testing.T) {
			got, xml := readSheet(t, messy(t, c.sheets...), c.opt, flusso.PSPSASINA)
			var errors []string
			for _, f := range got.faults {
				if f.Severity == SeverityError {
					errors = append(errors, f.Rule+" "+f.Cell())
				}
			}
			said := flussoText(got.err)
			switch {
			case c.fails != "":
				if got.err == nil || !strings.Contains(said, c.fails) || flusso.KindOf(got.err) != flusso.Invalid {
					t.Errorf("%v: %q, want %q", got.err, said, c.fails)
				}
				if strings.Contains(said+got.err.Error(), "SEGRET") {
					t.Error("an error has a value")
				}
			case len(c.faults) > 0:
				for i, want := range c.faults {
					if i >= len(errors) || errors[i] != want {
						t.Errorf("faults %v, want %v", errors, c.faults)
					}
				}
			case got.err != nil || len(errors) > 0 || !strings.Contains(xml, c.want):
				t.Errorf("%v %v: no %s in\n%s", said, errors, c.want, xml)
			}
			notes := ""
			for _, n := range got.summary.Notes {
				notes += n.It + "\n"
			}
			if !strings.Contains(notes, c.notes) {
				t.Errorf("notes %s, want %s", notes, c.notes)
			}
		})
	}
}

func flussoText(err error) string {
	var known *flusso.Error
	if errors.As(err, &known) {
		return known.What.It
	}
	return ""
}

// TestSynonyms: each name means one field of a flow, and none of them another's
// own name.
func TestSynonyms(t *testing.T) {
	for _, tipo := range []flusso.Tipo{flusso.PSPSASINA, flusso.SINBA} {
		seen := map[string]Field{}
		for _, info := range Fields(tipo) {
			for _, name := range append([]string{info.Name}, synonyms[info.Field]...) {
				folded := foldName(name)
				if other, ok := seen[folded]; ok && other != info.Field {
					t.Errorf("%s: %q means %s and %s", tipo, name, Info(other).Name, info.Name)
				}
				seen[folded] = info.Field
			}
		}
		for name := range ambiguous {
			if f, ok := seen[foldName(name)]; ok {
				t.Errorf("%s: %q means %s, and is ambiguous", tipo, name, Info(f).Name)
			}
		}
	}
}
