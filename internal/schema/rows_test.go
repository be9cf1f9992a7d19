package schema

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"flussi/internal/flusso"
	"flussi/internal/testshared"
)

// asXML and asRows read a flow and write it; it must be valid by the XSD.
func asXML(t *testing.T, src io.Reader, tipo flusso.Tipo) string {
	t.Helper()
	var out bytes.Buffer
	w := NewXMLWriter(&out, tipo)
	got := read(t, src, Options{}, func(b *Batch) {
		if err := w.Append(b); err != nil {
			t.Fatal(err)
		}
	})
	if err := w.Close(); err != nil || got.err != nil || !got.summary.SchemaValid {
		t.Fatalf("%v, %v, schema valid %v: %v", err, got.err, got.summary.SchemaValid, got.faults)
	}
	return out.String()
}

func asRows(t *testing.T, src io.Reader, tipo flusso.Tipo) string {
	t.Helper()
	var out bytes.Buffer
	w := NewRowWriter(&out, tipo)
	got := read(t, src, Options{}, func(b *Batch) {
		if err := w.Append(b); err != nil {
			t.Fatal(err)
		}
	})
	if err := w.Close(); err != nil || got.err != nil {
		t.Fatalf("%v, %v", err, got.err)
	}
	return out.String()
}

func rowsOf(t *testing.T, text string) *RowReader {
	t.Helper()
	r, err := NewRowReader(strings.NewReader(text), 0, nil)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// oddities are flows with what a table could lose.
func oddities() map[string]string {
	return map[string]string{
		"plain":    flowXML(beneficiarioXML(prestazioneXML), beneficiarioXML(sinaXML, prestazioneXML)),
		"twins":    flowXML(beneficiarioXML(prestazioneXML), beneficiarioXML(prestazioneXML)),
		"empty":    flowXML(beneficiarioXML(strings.Replace(prestazioneXML, ` ProtocolloDomanda="P1"`, ` ProtocolloDomanda="P1" NumeroProtocolloDSU=""`, 1))),
		"quotes":   flowXML(beneficiarioXML(strings.Replace(prestazioneXML, `ProtocolloDomanda="P1"`, `ProtocolloDomanda="&quot;&quot;"`, 1))),
		"marks":    flowXML(beneficiarioXML(strings.Replace(prestazioneXML, `"Contributi economici"`, `"\;|&#10;&lt;&amp;&gt; &#9;à&#13; "`, 1))),
		"formula":  flowXML(beneficiarioXML(strings.Replace(sinaXML, `ProtocolloDomanda="P2"`, `ProtocolloDomanda="=1+1"`, 1), strings.Replace(prestazioneXML, `ProtocolloDomanda="P1"`, `ProtocolloDomanda="&#9;-"`, 1))),
		"backward": flowXML(beneficiarioXML(strings.Replace(prestazioneXML, `ProtocolloDomanda="P1"`, `ProtocolloDomanda="\\"`, 1))),
		"listed":   flowXML(beneficiarioXML(strings.Replace(sinaXML, `</NecessitaInterventiSociali>`, `<CodicePrestazione>\|;&amp;&#13;|</CodicePrestazione></NecessitaInterventiSociali>`, 1))),
		"abroad":   flowXML(strings.Replace(beneficiarioXML(prestazioneXML), anagraficaXML, anagraficaXML+`<Indirizzo CodiceNazione="250"/>`+indirizzoXML+`<Indirizzo CodiceNazione="008"/>`, 1)),
		"minors":   flowXML(minoreXML, minoreXML),
	}
}

// TestRowsAndBack: XML to rows to XML is the XML that is written at once, and
// rows to XML to rows are the rows; xmllint finds the XML valid.
func TestRowsAndBack(t *testing.T) {
	for name, flow := range oddities() {
		t.Run(name, func(t *testing.T) {
			tipo := flusso.PSPSASINA
			if strings.Contains(flow, "<SINBA") {
				tipo = flusso.SINBA
			}
			written := asXML(t, strings.NewReader(flow), tipo)
			rows := asRows(t, strings.NewReader(flow), tipo)
			if back := asXML(t, rowsOf(t, rows), tipo); back != written {
				t.Errorf("XML by way of rows\n%s\nand at once\n%s", back, written)
			}
			if again := asRows(t, strings.NewReader(written), tipo); again != rows {
				t.Errorf("rows by way of XML\n%s\nand at once\n%s", again, rows)
			}
			if again := asXML(t, strings.NewReader(written), tipo); again != written {
				t.Errorf("written again\n%s\nand before\n%s", again, written)
			}
			lint := testshared.Peer(t, "xmllint")
			xsd := map[flusso.Tipo]string{flusso.PSPSASINA: "PS_PSA_SINA201812.xsd", flusso.SINBA: "SINBA.xsd"}[tipo]
			check := exec.Command(lint, "--noout", "--nonet", "--schema", filepath.Join(testshared.Dir(t, "official"), xsd), "-")
			check.Stdin = strings.NewReader(written)
			if said, err := check.CombinedOutput(); err != nil {
				t.Errorf("xmllint: %s", said)
			}
		})
	}
}

const excelHead = "FlussoNome;EnteCodice;EnteIndirizzo;EnteCFOperatore;CodiceFiscale;Cognome;Nome;AnnoNascita;LuogoNascita;Genere;CodiceCittadinanza;" +
	"IndirizzoCodiceRegione;IndirizzoCodiceComune;IndirizzoCodiceNazione;PresenzaProvaMezzi;CaratterePrestazione;CodicePrestazione;DenominazionePrestazione;" +
	"ProtocolloDomanda;DataErogazionePrestazione;ImportoPrestazione;PresaCarico"

func excelRow(cognome, protocollo, date, amount string) string {
	return "H501.PS.20260131.0000001;H501;H501;AAABBB39M66A351C;AAABBB39M66A351C;" + cognome + ";NOME;1939;A351;2;380;08;058091;380;4;2;A1.04;Contributi economici;" +
		protocollo + ";" + date + ";" + amount + ";2"
}

// TestRowsFromASpreadsheet: what Italian Excel writes is read, and told.
func TestRowsFromASpreadsheet(t *testing.T) {
	text := "sep=;\r\n" + strings.ReplaceAll(excelHead, "Nome;Anno", "nome;Anno") + ";;\r\n" +
		excelRow("NICCOL\xd2", "P1", "1/12/2025", "100,50") + ";;\r\n" + excelRow("NICCOL\xd2", "P2", "31/12/2025", "7") + ";;\r\n;;;;;;;;;;;;;;;;;;;;;;;\r\n" +
		excelRow("ALTRA", "P3", "2025-12-31", "1.50") + ";;\r\n"
	text = strings.Replace(text, ";;\r\n", "\r\n", 1)
	r := rowsOf(t, text)
	written := asXML(t, r, flusso.PSPSASINA)
	for _, want := range []string{`Cognome="NICCOLÒ"`, `DataErogazionePrestazione="2025-12-01"`, `ImportoPrestazione="100.50"`, `DataErogazionePrestazione="2025-12-31"`, `ImportoPrestazione="1.50"`} {
		if !strings.Contains(written, want) {
			t.Errorf("no %s in\n%s", want, written)
		}
	}
	if n := strings.Count(written, "<Beneficiario"); n != 2 {
		t.Errorf("%d Beneficiari", n)
	}
	var said []string
	for _, note := range r.Notes() {
		said = append(said, note.It)
	}
	if got := strings.Join(said, "; "); got != "testo letto come Windows-1252; 1 importo con la virgola; 2 date GG/MM/AAAA" {
		t.Error(got)
	}
}

// TestRowsBesides: a column that no flow has is left out, and told.
func TestRowsBesides(t *testing.T) {
	row := excelRow("NOME", "P1", "2025-12-31", "1.50")
	r := rowsOf(t, "N.;"+excelHead+";Note\n1;"+row+";SEGRETO\n")
	if got, want := asXML(t, r, flusso.PSPSASINA), asXML(t, rowsOf(t, excelHead+"\n"+row+"\n"), flusso.PSPSASINA); got != want {
		t.Errorf("%s, want %s", got, want)
	}
	var said []string
	for _, note := range r.Notes() {
		said = append(said, note.It)
	}
	if got := strings.Join(said, "; "); got != "colonna 1 non letta: nessun flusso la ha; colonna 24 non letta: nessun flusso la ha" {
		t.Error(got)
	}
}

// TestRowsByLayout: a table with other columns is read through a layout.
func TestRowsByLayout(t *testing.T) {
	layout, err := ParseLayout([]byte(`version: 1
name: prova
flow: PS_PSA_SINA
delimiter: "#"
encoding: windows-1252
dates: yyyymmdd
list_separator: "+"
constants: {FlussoNome: H501.PS.20260131.0000001, EnteCodice: H501, EnteIndirizzo: H501, EnteCFOperatore: AAABBB39M66A351C, PresaCarico: "2", PresenzaProvaMezzi: "4", CaratterePrestazione: "2"}
columns: {CF: CodiceFiscale, Cognome: Cognome, Nome: Nome, Anno: AnnoNascita, Luogo: LuogoNascita, Sesso: Genere, Cittadinanza: CodiceCittadinanza,
  Regione: IndirizzoCodiceRegione, Comune: IndirizzoCodiceComune, Stato: IndirizzoCodiceNazione, "Attività": CodicePrestazione, Descrizione: DenominazionePrestazione,
  Pratica: ProtocolloDomanda, Pagato: DataErogazionePrestazione, Importo: ImportoPrestazione}
codes: {Sesso: {F: "2", M: "1"}, Cittadinanza: {Italiana: "380"}, Comune: {Roma: "058091"}}
ignore: [Note]
`))
	if err != nil {
		t.Fatal(err)
	}
	head := "Note#CF#Cognome#Nome#Anno#Luogo#Sesso#Cittadinanza#Regione#Comune#Stato#Attivit\xe0#Descrizione#Pratica#Pagato#Importo\n"
	row := "non si legge#AAABBB39M66A351C#NICCOL\xd2#BBB#1939#A351#F#Italiana#+08#+Roma#250+380#A1.04#Contributi economici#P1#20251201#12,50\n"
	r, err := NewRowReader(strings.NewReader(head+row), 0, layout)
	if err != nil {
		t.Fatal(err)
	}
	written := asXML(t, r, flusso.PSPSASINA)
	for _, want := range []string{
		`Nome="H501.PS.20260131.0000001"`, `Cognome="NICCOLÒ"`, `Genere="2"`, `CodiceCittadinanza="380"`, `<Indirizzo CodiceNazione="250"/>`,
		`<Indirizzo CodiceRegione="08" CodiceComune="058091" CodiceNazione="380"/>`, `DataErogazionePrestazione="2025-12-01"`, `ImportoPrestazione="12.50"`, `PresaCarico="2"`,
	} {
		if !strings.Contains(written, want) {
			t.Errorf("no %s in\n%s", want, written)
		}
	}
	// The same through a Reader, which tells the place in the table.
	got := read(t, strings.NewReader(head+strings.Replace(row, "20251201", "20251301", 1)), Options{Rows: true, Layout: layout}, nil)
	if len(got.formal()) != 1 || got.formal()[0].Line != 2 || got.formal()[0].Column != 15 {
		t.Errorf("%+v %v", got.formal(), got.err)
	}
	for name, text := range map[string]string{
		"a column more": strings.Replace(head, "Note", "Altro", 1), "a column less": strings.Replace(head, "#Importo", "", 1), "nothing": "",
	} {
		if _, err := NewRowReader(strings.NewReader(text), 0, layout); flusso.KindOf(err) != flusso.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := NewRowReader(strings.NewReader(head), flusso.SINBA, layout); flusso.KindOf(err) != flusso.Invalid {
		t.Errorf("another kind: %v", err)
	}
	if _, err := ParseLayout([]byte("version: 1\nname: x\nflow: SINBA\ncolumns: {a: CodiceFiscale}\nconstants: {Boh: x, Disabilita: \"7\"}\n")); err == nil {
		t.Error("a layout with fields that the flow has not passes")
	} else {
		var faults LayoutFaults
		if errors.As(err, &faults); len(faults) != 3 {
			t.Errorf("%v", faults)
		}
	}
}

// TestRowsOfFixedWidth: columns told by their widths, in characters of the
// file's encoding; a row that is too long is refused.
func TestRowsOfFixedWidth(t *testing.T) {
	const text = `version: 1
name: prova
flow: PS_PSA_SINA
header: false
encoding: %s
widths: [16, 8, 5, 4, 10, 9, 3]
columns: {"1": CodiceFiscale, "2": Cognome, "3": Nome, "4": AnnoNascita, "5": DataErogazionePrestazione, "6": ImportoPrestazione}
ignore: ["7"]
constants: {FlussoNome: H501.PS.20260131.0000001, EnteCodice: H501, EnteIndirizzo: H501, EnteCFOperatore: AAABBB39M66A351C, PresaCarico: "2", PresenzaProvaMezzi: "4", CaratterePrestazione: "2",
  LuogoNascita: A351, Genere: "2", CodiceCittadinanza: "380", IndirizzoCodiceRegione: "08", IndirizzoCodiceComune: "058091", IndirizzoCodiceNazione: "380", CodicePrestazione: A1.04, DenominazionePrestazione: Contributi economici, ProtocolloDomanda: P1}
`
	for encoding, row := range map[string]string{
		"utf-8":        "AAABBB39M66A351CNICCOLÒ DI   193901/12/2025    12,50\r\n",
		"windows-1252": "AAABBB39M66A351CNICCOL\xd2 DI   193901/12/2025    12,50xyz\n",
	} {
		t.Run(encoding, func(t *testing.T) {
			layout, err := ParseLayout(fmt.Appendf(nil, text, encoding))
			if err != nil {
				t.Fatal(err)
			}
			r, err := NewRowReader(strings.NewReader(row), 0, layout)
			if err != nil {
				t.Fatal(err)
			}
			written := asXML(t, r, flusso.PSPSASINA)
			for _, want := range []string{`Cognome="NICCOLÒ"`, `Nome="DI"`, `AnnoNascita="1939"`, `DataErogazionePrestazione="2025-12-01"`, `ImportoPrestazione="12.50"`} {
				if !strings.Contains(written, want) {
					t.Errorf("no %s in\n%s", want, written)
				}
			}
			long := strings.TrimRight(row, "\r\n") + "      altro\n"
			got := read(t, strings.NewReader(row+long), Options{Rows: true, Layout: layout}, nil)
			var told *flusso.Error
			if !errors.As(got.err, &told) || told.What.En != "line 2: 8 cells for 7 fields" {
				t.Errorf("%v", got.err)
			}
		})
	}
	for _, wrong := range []string{"widths: [1, 2]", "widths: [1, 2, 3, 4, 5, 6, 0]", "widths: 7", "widths: [16, 8, 5, 4, 10, 9, 3]\ndelimiter: \";\""} {
		layout := strings.Replace(fmt.Sprintf(text, "utf-8"), "widths: [16, 8, 5, 4, 10, 9, 3]", wrong, 1)
		if _, err := ParseLayout([]byte(layout)); flusso.KindOf(err) != flusso.Config {
			t.Errorf("%s: %v", wrong, err)
		}
	}
}

// TestRowsOfOneBeneficiario: rows with one number and different particulars are
// refused: which of them are right is not for flussi to say.
func TestRowsOfOneBeneficiario(t *testing.T) {
	row := excelRow("A", "P1", "2025-12-01", "1.00")
	text := "Beneficiario;" + excelHead + "\n1;" + row + "\n1;" + strings.Replace(row, "1939;", "1940;", 1) + "\n"
	got := read(t, strings.NewReader(text), Options{Rows: true}, nil)
	var told *flusso.Error
	if !errors.As(got.err, &told) || !strings.HasPrefix(told.What.En, "line 3: the Beneficiario number of the row before") {
		t.Errorf("%v", got.err)
	}
}

// TestRowsFaultsStandInTheTable: line and column are the table's.
func TestRowsFaultsStandInTheTable(t *testing.T) {
	text := excelHead + "\n" + excelRow("A", "\"P\n1\"", "2025-12-01", "1.00") + "\n\n" + excelRow("A", "P2", "2025-13-01", "1.00") + "\n"
	r := rowsOf(t, text)
	var faults []Fault
	got := read(t, r, Options{}, nil)
	for _, f := range got.formal() {
		faults = append(faults, r.Place(f))
	}
	if len(faults) != 1 || faults[0].Line != 5 || faults[0].Column != 20 || faults[0].Rule != xsdDate || got.summary.Records != 2 {
		t.Errorf("%+v, %d records", faults, got.summary.Records)
	}
}

func TestRowsRefused(t *testing.T) {
	secret := "ROSSI MARIO"
	for name, tt := range map[string]struct{ text, want string }{
		"nothing":          {"", "line 1: the first line has not"},
		"no names":         {excelRow(secret, "P", "", "") + "\n", "line 1: the first line has not"},
		"no rows":          {excelHead + "\n;;;\n", "line 1: the table has no rows"},
		"unknown":          {"altro;" + excelHead + "\n", "line 1: column 1 is no field"},
		"twice":            {excelHead + ";Cognome\n", "line 1: column 23 repeats Cognome"},
		"short row":        {excelHead + "\n" + secret + ";H501\n", "line 2: 2 cells for 22 fields"},
		"long row":         {excelHead + "\n" + excelRow(secret, "P", "2025-12-01", "1") + ";x\n", "line 2: 23 cells for 22 fields"},
		"open quote":       {excelHead + "\n\"" + secret + "\n", "line 2: quotes"},
		"two flows":        {excelHead + "\n" + excelRow("A", "P", "2025-12-01", "1") + "\n" + strings.Replace(excelRow("A", "P", "2025-12-01", "1"), "0000001", "0000002", 1) + "\n", "line 3: the data of flow"},
		"mixed encodings":  {excelHead + "\n" + excelRow("Ò", "P", "2025-12-01", "1") + "\n" + excelRow("\xd2", "P", "2025-12-01", "1") + "\n", "line 3: bytes that are not UTF-8"},
		"UTF-8 that is no": {"\ufeff" + excelHead + "\n" + excelRow("\xd2", "P", "2025-12-01", "1") + "\n", "line 2: bytes that are not UTF-8"},
		"a huge row":       {excelHead + "\n" + strings.Repeat("x", 2<<20) + "\n", "line 2: the row is longer"},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := NewRowReader(strings.NewReader(tt.text), 0, nil)
			if err == nil {
				_, err = io.Copy(io.Discard, r)
			}
			var told *flusso.Error
			if !errors.As(err, &told) || told.Kind != flusso.Invalid || !strings.HasPrefix(told.What.En, tt.want) || told.Hint.IsZero() {
				t.Errorf("%v, want %s", err, tt.want)
			}
			if err != nil && strings.Contains(err.Error(), secret) {
				t.Error("a value of the table is in the error")
			}
		})
	}
}

// TestRowsOfManyValues: a cell of a million values costs what it is long, not its
// square.
func TestRowsOfManyValues(t *testing.T) {
	for name, row := range map[string]string{
		"addresses": strings.Replace(excelRow("A", "P1", "2025-12-01", "1.00"), ";380;4;2;", ";380"+strings.Repeat("|", 1<<20-1000)+";4;2;", 1),
		"list":      excelRow("A", "P1", "2025-12-01", "1.00") + ";" + strings.Repeat("1|", 1<<19-1000) + "1",
	} {
		t.Run(name, func(t *testing.T) {
			head := excelHead
			if name == "list" {
				head += ";SINAInvCiv"
			}
			got := read(t, strings.NewReader(head+"\n"+row+"\n"), Options{Rows: true}, nil)
			if len(got.faults) == 0 {
				t.Errorf("nothing is said: %+v %v", got.summary, got.err)
			}
		})
	}
}

// TestRowsHostile: every prefix of a small table, and every byte of it changed,
// is read or refused, and the books balance.
func TestRowsHostile(t *testing.T) {
	table := []byte(excelHead + "\r\n" + excelRow("A", "P1", "1/12/2025", "1,50") + "\r\n" + excelRow("B", "\"P;2\"", "2025-12-01", "1.00") + "\r\n")
	check := func(what string, i int, text []byte) {
		got := read(t, bytes.NewReader(text), Options{Rows: true}, nil)
		if s := got.summary; s.Records != s.Valid+s.Rejected || got.err == nil && s.Records == 0 {
			t.Errorf("%s %d: %+v %v", what, i, s, got.err)
		}
	}
	for i := range table {
		check("prefix", i, table[:i])
		for _, c := range []byte{0, '"', ';', '\n', '\\', '|', 0xc3, 'x'} {
			changed := bytes.Clone(table)
			changed[i] = c
			check("changed", i, changed)
		}
	}
}

func FuzzRows(f *testing.F) {
	f.Add(excelHead + "\n" + excelRow("A", "P|\\", "1/2/2025", "1,5") + "\n")
	f.Add("sep=,\nIDBeneficiario,Disabilita\n\"\"\"\"\"\",\n")
	f.Fuzz(func(t *testing.T, text string) {
		r, err := NewRowReader(strings.NewReader(text), 0, nil)
		if err != nil {
			return
		}
		xml, err := io.ReadAll(r)
		if err != nil {
			return
		}
		// What it gives is judged as any flow is; it is never too much.
		if len(xml) > 100*len(text)+10_000 {
			t.Errorf("%d bytes of XML of %d", len(xml), len(text))
		}
		read(t, bytes.NewReader(xml), Options{}, nil)
	})
}
