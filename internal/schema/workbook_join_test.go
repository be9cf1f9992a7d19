package schema

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"flussi/internal/flusso"
	"flussi/internal/table"
)

const joinLayout = `version: 1
name: prova
flow: PS_PSA_SINA
sheet: Prestazioni
constants: {FlussoNome: H501.PS.20260131.0000001, EnteCodice: H501, EnteIndirizzo: H501, EnteCFOperatore: AAABBB39M66A351C, PresaCarico: "2", PresenzaProvaMezzi: "4", CaratterePrestazione: "2"}
columns: {Tipo: CodicePrestazione, Descrizione: DenominazionePrestazione, Pratica: ProtocolloDomanda, Pagato: DataErogazionePrestazione, Importo: ImportoPrestazione}
join:
  - sheet: Anagrafica
    on: {Utente: Codice}
    columns: {CF: CodiceFiscale, Cognome: Cognome, Nome: Nome, Nato il: {field: AnnoNascita, year: true}, Luogo: LuogoNascita, Sesso: Genere, Cittadinanza: CodiceCittadinanza}
    codes: {Sesso: {F: "2", M: "1"}, Cittadinanza: {Italiana: "380"}}
    ignore: [Telefono]
  - sheet: Residenze
    on: {Utente: Persona}
    columns: {Regione: IndirizzoCodiceRegione, Comune: IndirizzoCodiceComune, Stato: IndirizzoCodiceNazione}
    codes: {Comune: {Roma: "058091"}}
`

const (
	joinBenefits = "Utente;Tipo;Descrizione;Pratica;Pagato;Importo"
	joinPersons  = "Codice;CF;Cognome;Nome;Nato il;Luogo;Sesso;Cittadinanza;Telefono"
	joinPlaces   = "Persona;Regione;Comune;Stato"
)

func joinPerson(key, surname string) string {
	return key + ";AAABBB39M66A351C;" + surname + ";SEGRETISSIMO;26/8/1939;A351;F;Italiana;06"
}

// TestJoins: records whose persons stand on other sheets, and what is said where they
// cannot be found.
func TestJoins(t *testing.T) {
	layout, err := ParseLayout([]byte(joinLayout))
	if err != nil {
		t.Fatal(err)
	}
	benefit := func(key, n string) string { return key + ";A1.04;Contributi economici;" + n + ";30/01/2026;150,50" }
	for name, c := range map[string]struct {
		benefits, persons, places []string
		want                      []string // in the XML
		faults                    []string
		fails                     string
		notes                     string
	}{
		"two persons": {
			benefits: []string{benefit("7", "P1"), benefit("8", "P2"), benefit("7", "P3")}, persons: []string{joinPerson("8", "OTTO"), joinPerson("7", "SETTE"), joinPerson("9", "NOVE")}, places: []string{"7;08;Roma;380", "8;08;Roma;380"},
			want:  []string{`Cognome="SETTE"`, `Cognome="OTTO"`, `AnnoNascita="1939"`, `Genere="2" CodiceCittadinanza="380"`, `CodiceRegione="08" CodiceComune="058091" CodiceNazione="380"`, `ProtocolloDomanda="P3"`},
			notes: "foglio unito «Anagrafica»: 3 righe, di cui 1 di nessun record"},
		"a number as key":     {benefits: []string{benefit("<c><v>7</v></c>", "P1")}, persons: []string{joinPerson("7", "A")}, places: []string{" 7 ;08;Roma;380"}, want: []string{`Cognome="A"`}, notes: "Anagrafica!G2, Genere: 1 valori tradotti"},
		"the same twice":      {benefits: []string{benefit("7", "P1")}, persons: []string{joinPerson("7", "A"), joinPerson("7", "A")}, places: []string{"7;08;Roma;380"}, want: []string{`Cognome="A"`}},
		"another twice":       {benefits: []string{benefit("7", "P1")}, persons: []string{joinPerson("7", "A"), joinPerson("8", "B"), joinPerson("7", "C")}, places: []string{"7;08;Roma;380"}, fails: "Anagrafica!A2 e Anagrafica!A4: stesso valore, dati diversi"},
		"nobody":              {benefits: []string{benefit("7", "P1"), benefit("5", "P2"), benefit("6", "P3")}, persons: []string{joinPerson("7", "A")}, places: []string{"7;08;Roma;380", "6;08;Roma;380"}, fails: "Prestazioni!A3: nessuna riga di «Anagrafica» ha questo valore; Prestazioni!A3: nessuna riga di «Residenze» ha questo valore; Prestazioni!A4: nessuna riga di «Anagrafica»"},
		"no key":              {benefits: []string{benefit("7", "P1"), benefit("", "P2")}, persons: []string{joinPerson("7", "A")}, places: []string{"7;08;Roma;380"}, fails: "Prestazioni!A3: manca il valore che unisce i fogli"},
		"no key of a person":  {benefits: []string{benefit("7", "P1")}, persons: []string{joinPerson("7", "A"), joinPerson("", "B")}, places: []string{"7;08;Roma;380"}, fails: "Anagrafica!A3: manca il valore che unisce i fogli"},
		"only a key":          {benefits: []string{benefit("7", "P1"), "7"}, persons: []string{joinPerson("7", "A")}, places: []string{"7;08;Roma;380"}, faults: []string{"XSD-001 Prestazioni!B3"}},
		"a fault of a person": {benefits: []string{benefit("8", "P1"), benefit("7", "P2")}, persons: []string{joinPerson("7", "A"), strings.Replace(joinPerson("8", "B"), ";F;", ";Boh;", 1)}, places: []string{"7;08;Roma;380", "8;08;Ostia;380"}, faults: []string{"XSD-005 Anagrafica!G3", "XSD-003 Residenze!C3"}},
		"a line end, a quote": {benefits: []string{benefit("7", "P1")}, persons: []string{joinPerson("7", "A\n\"B\"")}, places: []string{"7;08;Roma;380"}, want: []string{`Cognome="A&#10;&quot;B&quot;"`}},
		"a column more":       {benefits: []string{benefit("7", "P1")}, persons: []string{joinPerson("7", "A") + ";x"}, places: []string{"7;08;Roma;380"}, fails: "Anagrafica!J2: una cella in una colonna senza nome"},
	} {
		t.Run(name, func(t *testing.T) {
			book := messy(t, "Anagrafica", sheetOf(append([]string{joinPersons}, c.persons...)...), "Prestazioni", sheetOf(append([]string{joinBenefits}, c.benefits...)...), "Residenze", sheetOf(append([]string{joinPlaces}, c.places...)...))
			got, xml := readSheet(t, book, Options{Layout: layout}, flusso.PSPSASINA)
			var faults []string
			for _, f := range got.faults {
				if f.Severity == SeverityError && strings.HasPrefix(f.Rule, "XSD") {
					faults = append(faults, f.Rule+" "+f.Cell())
				}
			}
			said := flussoText(got.err)
			switch {
			case c.fails != "":
				if !strings.HasPrefix(said, c.fails) || flusso.KindOf(got.err) != flusso.Invalid || strings.Contains(got.err.Error(), "SEGRET") {
					t.Errorf("%q, want %q", said, c.fails)
				}
			case len(c.faults) > 0:
				for _, want := range c.faults {
					if !strings.Contains(fmt.Sprint(faults), want) {
						t.Errorf("faults %v, want %v", faults, c.faults)
					}
				}
			case got.err != nil || len(faults) > 0:
				t.Errorf("%v %v", got.err, faults)
			}
			for _, want := range c.want {
				if !strings.Contains(xml, want) {
					t.Errorf("no %s in\n%s", want, xml)
				}
			}
			if notes := fmt.Sprint(got.summary.Notes); !strings.Contains(notes, c.notes) {
				t.Errorf("notes %s, want %s", notes, c.notes)
			}
		})
	}
}

// TestJoinRefused: sheets that a layout names and the workbook has not.
func TestJoinRefused(t *testing.T) {
	layout, err := ParseLayout([]byte(joinLayout))
	if err != nil {
		t.Fatal(err)
	}
	benefits := sheetOf(joinBenefits, "7;A1.04;Contributi;P;30/01/2026;150,50")
	for want, book := range map[string][]byte{
		"il foglio «Anagrafica» del tracciato non c'è":                          messy(t, "Prestazioni", benefits),
		"il foglio «anagrafica» non ha una riga con le colonne che join nomina": messy(t, "anagrafica", sheetOf("Codice;CF"), "Prestazioni", benefits),
		"Residenze!E1 non è un campo":                                           messy(t, "Anagrafica", sheetOf(joinPersons), "Prestazioni", benefits, "Residenze", sheetOf(joinPlaces+";Via")),
		"il foglio chiesto con --sheet non c'è":                                 messy(t, "Anagrafica", sheetOf(joinPersons), "Altro", benefits),
	} {
		if got, _ := readSheet(t, book, Options{Layout: layout}, flusso.PSPSASINA); !strings.HasPrefix(flussoText(got.err), want) {
			t.Errorf("%v, want %s", got.err, want)
		}
	}
	if got := read(t, strings.NewReader(joinBenefits+"\n"), Options{Rows: true, Layout: layout}, nil); !strings.Contains(flussoText(got.err), "il tracciato unisce fogli") {
		t.Errorf("a CSV: %v", got.err)
	}
}

// TestJoinIsProposedAndRead: what is proposed for two sheets reads them, once a person
// has decided.
func TestJoinIsProposedAndRead(t *testing.T) {
	book := proposals(t)["joined"]
	layout, err := ParseLayout([]byte(strings.NewReplacer(`FlussoNome: "?"`, "FlussoNome: H501.PS.20260131.0000001", `EnteCFOperatore: "?"`, "EnteCFOperatore: AAABBB39M66A351C",
		`"Telefono": "?"`, `"Telefono": "-"`, `"Boh": "?"`, `"Boh": "1"`, `: "?"`, ": H501").Replace(golden(t, "joined"))))
	if err != nil {
		t.Fatal(err)
	}
	got, xml := readSheet(t, book, Options{Layout: layout}, flusso.PSPSASINA)
	if got.err != nil || len(got.formal()) > 0 || got.summary.Records != 2 || strings.Count(xml, `CodiceComune="058091"`) != 2 || !strings.Contains(xml, `CodicePrestazione="A2.08"`) {
		t.Errorf("%v %v in\n%s", got.err, got.formal(), xml)
	}
}

// TestJoinIsBounded: a sheet that takes more than its room is refused with words.
func TestJoinIsBounded(t *testing.T) {
	layout, err := ParseLayout([]byte(joinLayout))
	if err != nil {
		t.Fatal(err)
	}
	persons := []string{joinPersons}
	for i := range 100 {
		persons = append(persons, joinPerson(fmt.Sprint(i), "COGNOME"))
	}
	file := bytes.NewReader(messy(t, "Anagrafica", sheetOf(persons...)))
	book, err := table.OpenWorkbook(file, file.Size())
	if err != nil {
		t.Fatal(err)
	}
	for limit, want := range map[int]string{1 << 20: "", 4096: "il foglio unito non sta in 128 MiB"} {
		j, err := (&sheetReader{book: book}).openJoin(0, layout, layout.Join[0])
		if err != nil {
			t.Fatal(err)
		}
		j.limit, j.own = limit, []int{0}
		if said := flussoText(j.readAll()); said != want || want == "" && len(j.numbers) != 100 {
			t.Errorf("%d bytes: %q, %d rows", limit, said, len(j.numbers))
		}
	}
}
