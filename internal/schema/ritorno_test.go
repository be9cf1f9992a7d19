package schema

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"flussi/internal/flusso"
)

const ritornoHeader = "CodicePersona;AnnoNascita;Genere;CodiceCittadinanza;CodiceComune;CodiceEnte;CodicePrestazione;PresenzaProvaMezzi;CaratterePrestazione;DataInizio;DataFine;DataErogazione;ImportoMensile;ImportoPrestazione;PeriodoErogazione;QuotaEnte;QuotaUtente;QuotaSSN;PresaCarico;AreaUtenza\n"

const (
	periodicRow   = "X0000000000001;1950;F;380;058091;H501;A1.04;1;1;01/02/2025;30/04/2025;;300,00;;3;200,00;100,00;;1;2\n"
	occasionalRow = "X0000000000002;1981;1;008;022205;L378;A2.01;4;2;;;15/03/2025;;150,5;;;;;2;\n"
	goodRitorno   = ritornoHeader + periodicRow + occasionalRow
)

func TestRitorno(t *testing.T) {
	r := NewReader(strings.NewReader(goodRitorno), Options{Layout: exampleLayout(t), Today: rulesDay, Faults: func(f Fault) { t.Errorf("fault %+v", f) }})
	b := &Batch{}
	if err := r.Next(b); err != nil {
		t.Fatal(err)
	}
	if b.Len() != 2 || b.Tipo != flusso.Ritorno || b.Line(1) != 3 || b.Beneficiario(1) == b.Beneficiario(0) {
		t.Fatalf("%d records of %v", b.Len(), b.Tipo)
	}
	for f, want := range map[Field]string{
		CodicePersona: "X0000000000001", AnnoNascita: "1950", Genere: "2", IndirizzoCodiceComune: "058091", EnteCodice: "H501",
		DataInizioPrestazione: "2025-02-01", ImportoMensile: "300.00", ImportoQuotaUtente: "100.00", PeriodoErogazione: "3",
	} {
		if v, ok := b.Text(f, 0); !ok || string(v) != want {
			t.Errorf("%s is %q, want %q", Info(f).Name, v, want)
		}
	}
	for _, f := range []Field{DataErogazionePrestazione, ImportoPrestazione, DenominazionePrestazione, CodiceFiscale, SINAMobilita, IndirizzoCodiceNazione} {
		if v, ok := b.Text(f, 0); ok {
			t.Errorf("%s is %q, want none", Info(f).Name, v)
		}
	}
	if b.Repeats(SINAInvCiv, 0) != 0 {
		t.Error("a list out of nowhere")
	}
	if err := r.Next(b); !errors.Is(err, io.EOF) {
		t.Errorf("then %v", err)
	}
	if s := r.Summary(); s.Records != 2 || s.Valid != 2 || s.Tipo != flusso.Ritorno || !s.Clean() {
		t.Errorf("summary %+v", s)
	}
}

// TestRitornoFaults breaks one thing in a good file: the rule, where, and
// whether the row or the file goes.
func TestRitornoFaults(t *testing.T) {
	const refused = -1
	cases := []struct {
		name     string
		edits    []string
		rule     string
		line     int
		column   int
		rejected int64 // or refused
		path     string
	}{
		{"empty", []string{goodRitorno, ""}, "RIT-001", 1, 1, refused, ""},
		{"empty header", []string{goodRitorno, "\n\n"}, "RIT-001", 1, 1, refused, ""},
		{"unknown column", []string{"AreaUtenza\n", "AreaUtenza;Note\n"}, "RIT-002", 1, len(ritornoHeader) + 1, refused, ""},
		{"missing column", []string{";AreaUtenza\n", "\n"}, "RIT-003", 1, 1, refused, ""},
		{"column twice", []string{"AreaUtenza\n", "PresaCarico\n"}, "RIT-004", 1, len(ritornoHeader) - len("AreaUtenza"), refused, ""},
		{"fiscal code as person", []string{"X0000000000002", "RSSMRA80A01H501U"}, "RIT-005", 3, 1, refused, ""},
		{"fiscal code, control wrong", []string{"X0000000000001", "AAABBB39M66A351C"}, "RIT-005", 2, 1, refused, ""},
		{"only the form of one", []string{"X0000000000001", "aaaaaa00a00a000a"}, "RIT-005", 2, 1, refused, ""},
		{"fiscal code within a text", []string{";L378;", ";com/RSSMRA80A01H501U/x;"}, "RIT-005", 3, 34, refused, ""},
		{"not utf-8", []string{";L378;", ";\xe8;"}, "RIT-006", 3, 1, refused, ""},
		{"utf-16", []string{goodRitorno, "\xff\xfeC\x00o\x00"}, "RIT-006", 1, 1, refused, ""},
		{"unclosed quote", []string{"X0000000000002", `"X0000000000002`}, "RIT-007", 3, 1, refused, ""},
		{"a field too many", []string{"150,5;", "150,5;;"}, "RIT-010", 3, 1, 1, "ritorno"},
		{"a field too few", []string{"150,5;", "150,5"}, "RIT-010", 3, 1, 1, "ritorno"},
		{"misplaced quote", []string{"X0000000000001", `X"1`}, "RIT-011", 2, 1, 1, "ritorno"},
		{"nul", []string{"X0000000000001", "X\x001"}, "RIT-012", 2, 1, 1, "ritorno"},
		{"row too long", []string{"X0000000000001", strings.Repeat("X", 1<<20+1)}, "RIT-013", 2, 1, 1, "ritorno"},
		{"no benefit", []string{"A2.01", " "}, "RIT-020", 3, 39, 1, "ritorno/CodicePrestazione"},
		{"no person", []string{"X0000000000001", ""}, "RIT-020", 2, 1, 1, "ritorno/CodicePersona"},
		{"date of another form", []string{"01/02/2025", "2025-02-01"}, "RIT-021", 2, 49, 1, "ritorno/DataInizioPrestazione"},
		{"no such day", []string{"01/02/2025", "30/02/2025"}, "RIT-021", 2, 49, 1, "ritorno/DataInizioPrestazione"},
		{"no year", []string{";1950;", ";50;"}, "RIT-021", 2, 16, 1, "ritorno/AnnoNascita"},
		{"decimal point", []string{"300,00", "300.00"}, "RIT-022", 2, 72, 1, "ritorno/ImportoMensile"},
		{"thousands", []string{"300,00", "1.300,00"}, "RIT-022", 2, 72, 1, "ritorno/ImportoMensile"},
		{"two marks", []string{"300,00", "3,00,00"}, "RIT-022", 2, 72, 1, "ritorno/ImportoMensile"},
		{"month thirteen", []string{";;3;", ";;13;"}, "RIT-023", 2, 80, 1, "ritorno/PeriodoErogazione"},
		{"no integer", []string{";;3;", ";;tre;"}, "RIT-023", 2, 80, 1, "ritorno/PeriodoErogazione"},
		{"code not in the map", []string{";F;", ";X;"}, "RIT-024", 2, 21, 1, "ritorno/Genere"},
		{"code not in the schema", []string{";1;1;01", ";5;1;01"}, "RIT-024", 2, 45, 1, "ritorno/PresenzaProvaMezzi"},
		{"comune without its zero", []string{";058091;", ";58091;"}, "RIT-024", 2, 27, 1, "ritorno/IndirizzoCodiceComune"},
		{"text too long", []string{"X0000000000001", strings.Repeat("X", 129)}, "RIT-025", 2, 1, 1, "ritorno/CodicePersona"},
		{"quota sum", []string{"200,00", "201,00"}, "PS-045", 2, 72, 1, "ritorno/ImportoMensile"},
		{"no amount", []string{"150,5", ""}, "PS-034", 3, 1, 1, "ritorno/ImportoPrestazione"},
		{"unknown comune", []string{";058091;", ";058999;"}, "PS-026", 2, 27, 0, "ritorno/IndirizzoCodiceComune"},
		{"two years", []string{"30/04/2025;;300,00;;3", "31/01/2026;;300,00;;12"}, "PS-036", 2, 60, 1, "ritorno/DataFinePrestazione"},
	}
	l := exampleLayout(t)
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var faults []Fault
			opt := Options{Layout: l, Today: rulesDay, Faults: func(f Fault) { faults = append(faults, f) }}
			s, err := Check(context.Background(), strings.NewReader(edited(t, goodRitorno, c.edits)), opt)
			if len(faults) != 1 {
				t.Fatalf("faults %+v, want one %s", faults, c.rule)
			}
			f := faults[0]
			if f.Rule != c.rule || f.Line != c.line || f.Column != c.column || c.path != "" && f.Path != c.path {
				t.Errorf("fault %+v, want %s at %d:%d %s", f, c.rule, c.line, c.column, c.path)
			}
			if c.rejected == refused {
				var file *FileError
				if flusso.KindOf(err) != flusso.Invalid || !errors.As(err, &file) || file.Rule != c.rule || f.Record != -1 || s.Records != 0 || s.Refused == nil {
					t.Errorf("error %v, summary %+v", err, s)
				}
				var e *flusso.Error
				if !errors.As(err, &e) || e.What.IsZero() || e.Hint.IsZero() {
					t.Errorf("the refusal has no words: %v", err)
				}
			} else if err != nil || s.Rejected != c.rejected || s.Records != 2 || s.Records != s.Valid+s.Rejected || f.Record != int64(c.line-2) {
				t.Errorf("error %v, record %d, summary %+v, want %d rejected", err, f.Record, s, c.rejected)
			}
		})
	}
}

func TestRitornoForms(t *testing.T) {
	parse := func(src string) *Layout {
		l, err := ParseLayout([]byte("version: 1\nname: prova\n" + src))
		if err != nil {
			t.Fatal(err)
		}
		return l
	}
	cases := []struct {
		name, layout, file string
		want               string // records as field=value, one a line
	}{
		{"byte order mark, crlf, quotes", "columns: {P: CodicePersona, Codice: CodicePrestazione, Nota: DenominazionePrestazione}",
			"\ufeffCodice;Nota;P\r\nA1.04;\"Contributi \"\"vari\"\"; e altri\";1\r\n",
			`CodicePersona=1 CodicePrestazione=A1.04 DenominazionePrestazione=Contributi "vari"; e altri`},
		{"line end within a text", "columns: {P: CodicePersona, Codice: CodicePrestazione, Nota: DenominazionePrestazione}",
			"Nota;Codice;P\n\"Contributi\neconomici\";A1.04;1\nContributi economici;A1.05;2\n",
			"CodicePersona=1 CodicePrestazione=A1.04 DenominazionePrestazione=Contributi\neconomici\nCodicePersona=2 CodicePrestazione=A1.05 DenominazionePrestazione=Contributi economici"},
		{"windows-1252", "encoding: windows-1252\ncolumns: {P: CodicePersona, Codice: CodicePrestazione, Nota: DenominazionePrestazione}",
			"P;Codice;Nota\n1;A1.16;Mobilit\xe0 \x80 e altro\n", "CodicePersona=1 CodicePrestazione=A1.16 DenominazionePrestazione=Mobilità € e altro"},
		{"iso-8859-1", "encoding: iso-8859-1\ncolumns: {P: CodicePersona, Codice\u00e0: CodicePrestazione}", "P;Codice\xe0\n1;A1.16\n", "CodicePersona=1 CodicePrestazione=A1.16"},
		{"no header, compact dates, point", "header: false\ndelimiter: \",\"\ndates: yyyymmdd\ndecimal: \".\"\ncolumns: {\"1\": CodicePrestazione, \"3\": DataEvento, \"4\": OreServizioMensile, \"5\": CodicePersona}\nignore: [\"2\"]",
			"A1.16,x,20250131,2.30,1\n", "CodicePersona=1 CodicePrestazione=A1.16 DataEvento=2025-01-31 OreServizioMensile=2.30"},
		{"iso dates", "dates: yyyy-mm-dd\ncolumns: {P: CodicePersona, C: CodicePrestazione, D: DataEvento}", "P;C;D\n1;A1.16; 2025-01-31 \n", "CodicePersona=1 CodicePrestazione=A1.16 DataEvento=2025-01-31"},
		{"lists", "columns: {P: CodicePersona, C: CodicePrestazione, I: SINAInvCiv, S: SINACodicePrestazione}\ncodes: {I: {parz: \"1\", tot: \"3\"}}",
			"P;C;I;S\n1;A1.16;parz|tot;A2.17 | A2.18\n2;A1.16;;\n",
			"CodicePersona=1 CodicePrestazione=A1.16 SINACodicePrestazione=A2.17 SINACodicePrestazione=A2.18 SINAInvCiv=1 SINAInvCiv=3\nCodicePersona=2 CodicePrestazione=A1.16"},
		{"no rows", "columns: {P: CodicePersona, C: CodicePrestazione}", "C;P\n", ""},
	}
	for _, c := range cases {
		for _, chunked := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s chunked %v", c.name, chunked), func(t *testing.T) {
				src := io.Reader(strings.NewReader(c.file))
				if chunked {
					src = iotest.OneByteReader(src)
				}
				got := strings.Join(readFlat(t, src, parse(c.layout)), "\n")
				if got != c.want {
					t.Errorf("got\n%s\nwant\n%s", got, c.want)
				}
			})
		}
	}
}

// readFlat reads a return flow as one line a record, fields in their order.
func readFlat(t *testing.T, src io.Reader, l *Layout) (lines []string) {
	t.Helper()
	r := NewReader(src, Options{Layout: l, Today: rulesDay, Limits: Limits{BatchRecords: 1}})
	b := &Batch{}
	for {
		err := r.Next(b)
		if errors.Is(err, io.EOF) {
			return lines
		}
		if err != nil {
			t.Fatal(err)
		}
		for rec := range b.Len() {
			var fields []string
			for _, info := range Fields(flusso.Ritorno) {
				for i := range b.Repeats(info.Field, rec) {
					if v, ok := b.At(info.Field, rec, i); ok {
						fields = append(fields, info.Name+"="+string(v))
					}
				}
			}
			lines = append(lines, strings.Join(fields, " "))
		}
	}
}

// TestRitornoPlaceAfterALineEnd: lines and columns count through quoted line
// ends.
func TestRitornoPlaceAfterALineEnd(t *testing.T) {
	l, err := ParseLayout([]byte("version: 1\nname: x\ncolumns: {P: CodicePersona, C: CodicePrestazione, N: DenominazionePrestazione, G: Genere}"))
	if err != nil {
		t.Fatal(err)
	}
	var faults []Fault
	_, _ = Check(context.Background(), strings.NewReader("C;N;G;P\nA1.04;\"uno due tre\nquattro\";9;1\nA9.99;Contributi vari;1;2\n"), Options{Layout: l, Today: rulesDay, Faults: func(f Fault) { faults = append(faults, f) }})
	want := []Fault{
		{Rule: "RIT-024", Severity: SeverityError, Line: 3, Column: 10, Path: "ritorno/Genere", Record: 0},
		{Rule: "PS-060", Severity: SeverityWarning, Line: 4, Column: 1, Path: "ritorno/CodicePrestazione", Record: 1},
	}
	if !slices.Equal(faults, want) {
		t.Errorf("faults %+v\nwant %+v", faults, want)
	}
}

// TestIdentityScreenLetsRandomCodesPass: an anonymous person code of sixteen
// random letters and digits is no fiscal code.
func TestIdentityScreenLetsRandomCodesPass(t *testing.T) {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
	for _, letters := range []string{alphabet, alphabet[26:] + "ABCDEF", alphabet[:26]} {
		var s identityScreen
		state := uint64(1)
		code := make([]byte, 16)
		for n := range 200_000 {
			for i := range code {
				state = state*6364136223846793005 + 1442695040888963407
				code[i] = letters[(state>>33)%uint64(len(letters))]
			}
			if s.identifies(code) {
				t.Fatalf("a random code of %d symbols refuses the file at value %d", len(letters), n)
			}
		}
	}
}

// TestIdentityScreenFindsACodeLate: one true fiscal code among anonymous ones.
func TestIdentityScreenFindsACodeLate(t *testing.T) {
	var s identityScreen
	for range 10_000 {
		if s.identifies([]byte("X0000000000001")) {
			t.Fatal("an anonymous code is taken for a fiscal code")
		}
	}
	if !s.identifies([]byte("rssmra80a01h501u")) {
		t.Error("a fiscal code passes")
	}
}

// TestRitornoAllocatesLittle: per row, nothing.
func TestRitornoAllocatesLittle(t *testing.T) {
	l := exampleLayout(t)
	const rows = 20_000
	data := []byte(ritornoHeader + strings.Repeat(periodicRow+occasionalRow, rows/2))
	b := &Batch{}
	read := func() {
		r := NewReader(bytes.NewReader(data), Options{Layout: l, Today: rulesDay})
		for r.Next(b) == nil {
		}
		if s := r.Summary(); s.Valid != rows {
			t.Fatalf("summary %+v", s)
		}
	}
	read()
	if n := testing.AllocsPerRun(3, read); n > rows/100 {
		t.Errorf("%v allocations for %d rows", n, rows)
	}
}

// FuzzRitorno: no file panics; records = valid + rejected; a file read byte by
// byte gives the same faults.
func FuzzRitorno(f *testing.F) {
	f.Add(goodRitorno)
	f.Add(ritornoHeader + "\"\n;;;\n" + periodicRow)
	f.Add(ritornoHeader + strings.Replace(periodicRow, "X", "\"a\nb\";", 1))
	f.Add(strings.Replace(goodRitorno, "058091", "\x00", 1))
	l := exampleLayout(f)
	f.Fuzz(func(t *testing.T, in string) {
		run := func(src io.Reader) (faults []Fault, s Summary, err error) {
			s, err = Check(context.Background(), src, Options{Layout: l, Today: rulesDay, Faults: func(f Fault) { faults = append(faults, f) }})
			return faults, s, err
		}
		faults, s, err := run(strings.NewReader(in))
		if s.Records != s.Valid+s.Rejected || (err != nil) != (s.Refused != nil) {
			t.Fatalf("summary %+v, error %v", s, err)
		}
		if chunked, again, _ := run(iotest.OneByteReader(strings.NewReader(in))); !slices.Equal(faults, chunked) || again.Records != s.Records {
			t.Fatalf("byte by byte: %+v\nin one piece: %+v", chunked, faults)
		}
	})
}

func BenchmarkRitorno(b *testing.B) {
	l := exampleLayout(b)
	data := []byte(ritornoHeader + strings.Repeat(periodicRow+occasionalRow, 10_000))
	batch := &Batch{}
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		r := NewReader(bytes.NewReader(data), Options{Layout: l, Today: rulesDay})
		for r.Next(batch) == nil {
		}
	}
	b.ReportMetric(float64(b.N)*20_000/b.Elapsed().Seconds(), "records/s")
}

// TestRitornoOfFixedWidth: a return flow whose columns have widths instead of a
// delimiter, a short last row included.
func TestRitornoOfFixedWidth(t *testing.T) {
	layout, err := ParseLayout([]byte(`version: 1
name: prova
header: false
widths: [14, 4, 8, 10, 9]
columns: {"1": CodicePersona, "2": AnnoNascita, "3": CodicePrestazione, "4": DataErogazionePrestazione, "5": ImportoPrestazione}
`))
	if err != nil {
		t.Fatal(err)
	}
	var b Batch
	r := NewReader(strings.NewReader("X00000000000011950A2.01   15/03/2025   150,5\r\nX00000000000021981A1.04"), Options{Layout: layout})
	if err := r.Next(&b); err != nil || b.Len() != 2 {
		t.Fatalf("%d records, %v", b.Len(), err)
	}
	for f, want := range map[Field][2]string{
		CodicePersona: {"X0000000000001", "X0000000000002"}, CodicePrestazione: {"A2.01", "A1.04"},
		DataErogazionePrestazione: {"2025-03-15", ""}, ImportoPrestazione: {"150.5", ""},
	} {
		for rec := range want {
			if v, _ := b.Text(f, rec); string(v) != want[rec] {
				t.Errorf("record %d: %s is %q, want %q", rec, Info(f).Name, v, want[rec])
			}
		}
	}
}
