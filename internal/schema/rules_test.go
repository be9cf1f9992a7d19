package schema

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"flussi/internal/flusso"
	"flussi/internal/testshared"
)

// goodPS breaks no rule at all; each case of TestRules breaks one by editing it.
const goodPS = `<Flusso xmlns="http://inps.it/Casellario">
<IdentificazioneFlusso Nome="H501.PS.20250630.0000001">
<Ente Codice="H501" Denominazione="Comune di Roma" Indirizzo="H501" CFOperatore="RSSMRA80A01H501U"/>
</IdentificazioneFlusso>
<Beneficiario CodiceFiscale="RSSMRA80A01H501U">
<Anagrafica Cognome="ROSSI" Nome="MARIO" AnnoNascita="1980" LuogoNascita="H501" Genere="1" CodiceCittadinanza="380"/>
<Indirizzo CodiceRegione="08" CodiceComune="058091" CodiceNazione="380"/>
<PrestazioniSociali TipoOperazione="I" PresenzaProvaMezzi="1" CaratterePrestazione="1" NumeroProtocolloDSU="ISEE-1" AnnoProtocolloDSU="2025" DataDSU="2025-01-20" CodicePrestazione="A1.04" DenominazionePrestazione="Contributi economici" ProtocolloDomanda="P1" DataInizioPrestazione="2025-02-01" DataFinePrestazione="2025-04-30" PeriodoErogazione="3" ImportoMensile="300.00" ImportoQuotaEnte="200.00" ImportoQuotaUtente="100.00" ImportoQuotaRichiesta="400" OreServizioMensile="2.59" PresaCarico="1" AreaUtenza="3"/>
<PrestazioniSociali PresenzaProvaMezzi="4" CaratterePrestazione="2" CodicePrestazione="A2.01" DenominazionePrestazione="Mensa sociale" ProtocolloDomanda="P2" DataErogazionePrestazione="2025-03-15" ImportoPrestazione="150" ImportoQuotaSSN="150.0" PresaCarico="2"/>
</Beneficiario>
</Flusso>`

const goodSINBA = `<Flusso xmlns="http://inps.it/Casellario">
<IdentificazioneFlusso Nome="H501.SINBA.20250630.0000001">
<Ente Codice="H501" Denominazione="Comune di Roma" Indirizzo="H501" CFOperatore="RSSMRA80A01H501U"/>
</IdentificazioneFlusso>
<SINBA ValutazioneFamigliaMinore="1" AnnoNascita="2016" NumeroComponentiISEE="4" CodiceNazioneResidenza="380" CodiceRegioneResidenza="08" InvCivCertificazioni="1" ValutazioneMinore="1" MinoreStranieroNoAcc="2" LuogoVita="1" ProvvedimentoGiudiziario="1" DataProvvedimentoGiudiziario="03/2022" AutoritaProvvedimento="1" CondizioneLavoro="1" CondizioneMinore="1" Disabilita="1" TipoDisabilita="1" FonteSegnalazione="1" DataPrimaSegnalazione="01/2020" FasciaEtaBeneficiario="3" SegnalazioneAutoritaGiudiziaria="1" DataSegnalazione="06/2021" FasciaISEEBeneficiario="1" ScuolaFrequentata="1" IDBeneficiario="CASO-0001" CodiceCittadinanzaPadre="380">
<Prestazioni>
<CodicePrestazione>A1.02</CodicePrestazione>
</Prestazioni>
<Famiglia>
<ComposizioneFamiglia>1</ComposizioneFamiglia>
</Famiglia>
</SINBA>
</Flusso>`

// rulesDay is the clock of these tests.
func rulesDay() time.Time { return time.Date(2025, time.December, 31, 12, 0, 0, 0, time.UTC) }

// codesOf gives the codes of the faults of a document, sorted, each once, and
// the reader's summary.
func codesOf(t *testing.T, document string, opt Options) ([]string, Summary) {
	t.Helper()
	var codes []string
	opt.Today = rulesDay
	opt.Faults = func(f Fault) {
		codes = append(codes, f.Rule)
		if f.Line == 0 || f.Path == "" {
			t.Errorf("%s has no place: %+v", f.Rule, f)
		}
	}
	s, _ := Check(context.Background(), strings.NewReader(document), opt)
	slices.Sort(codes)
	return slices.Compact(codes), s
}

// ruleCase breaks a rule: edits are pairs of what stands and what comes in its
// place, each once; and lists rules that the same edit breaks too.
type ruleCase struct {
	rule  string
	edits []string
	and   []string
	opt   Options
}

var psCases = []ruleCase{
	{rule: "PS-001", edits: []string{"H501.PS.20250630.0000001", "flusso di giugno"}},
	{rule: "PS-001", edits: []string{"H501.PS.20250630.0000001", "H501.PS.20250630.00001"}},
	{rule: "PS-002", edits: []string{"H501.PS.20250630.0000001", "H501.PSA.INPS.20250630.0000001"}},
	{rule: "PS-002", edits: []string{"H501.PS.20250630.0000001", "H501.SINA.20250630.00000001"}},
	{rule: "PS-003", edits: []string{"H501.PS.20250630.0000001", "H501.SINBA.20250630.0000001"}},
	{rule: "PS-004", edits: []string{"H501.PS.20250630.0000001", "H501.PS.20250631.0000001"}},
	{rule: "PS-005", edits: []string{"H501.PS.20250630.0000001", "F205.PS.20250630.0000001"}},
	{rule: "PS-006", edits: []string{`Indirizzo="H501"`, `Indirizzo="V999"`}},
	{rule: "PS-007", edits: []string{`CFOperatore="RSSMRA80A01H501U"`, `CFOperatore="RSSMRA80A01H501X"`}},
	{rule: "PS-007", edits: []string{`CFOperatore="RSSMRA80A01H501U"`, `CFOperatore="12345678901"`}},
	{rule: "PS-008", edits: []string{`CFOperatore="RSSMRA80A01H501U"`, `CFOperatore="RSSMRA٨٠A01H501U"`}},
	{rule: "PS-009", edits: []string{"H501.PS.20250630.0000001", ""}},
	{rule: "PS-010", edits: []string{`<Beneficiario CodiceFiscale="RSSMRA80A01H501U"`, `<Beneficiario CodiceFiscale="RSSMRA٨٠A01H501U"`}},
	{rule: "PS-011", edits: []string{`<Beneficiario CodiceFiscale="RSSMRA80A01H501U"`, `<Beneficiario CodiceFiscale="rssmra80a01h501x"`}},
	{rule: "PS-012", edits: []string{`<Beneficiario CodiceFiscale="RSSMRA80A01H501U"`, `<Beneficiario CodiceFiscale="RSSMRA80B30H501X"`}},
	{rule: "PS-013", edits: []string{`AnnoNascita="1980"`, `AnnoNascita="1880"`}},
	{rule: "PS-013", edits: []string{`AnnoNascita="1980"`, `AnnoNascita="2080"`}},
	{rule: "PS-014", edits: []string{`AnnoNascita="1980"`, `AnnoNascita="1981"`}},
	{rule: "PS-015", edits: []string{`Genere="1"`, `Genere="2"`}},
	{rule: "PS-016", edits: []string{`LuogoNascita="H501"`, `LuogoNascita="ROMA"`}, and: []string{"PS-017"}},
	{rule: "PS-017", edits: []string{`LuogoNascita="H501"`, `LuogoNascita="Z100"`}},
	{rule: "PS-018", edits: []string{`CodiceCittadinanza="380"`, `CodiceCittadinanza="000"`}},
	{rule: "PS-018", edits: []string{`CodiceCittadinanza="380"`, `CodiceCittadinanza="380" CodiceSecondaCittadinanza="999"`}},
	{rule: "PS-018", edits: []string{`CodiceRegione="08" CodiceComune="058091" CodiceNazione="380"`, `CodiceNazione="990"`}},
	{rule: "PS-019", edits: []string{`CodiceCittadinanza="380"`, `CodiceCittadinanza="008" CodiceSecondaCittadinanza="008"`}},
	{rule: "PS-020", edits: []string{`CodiceRegione="08" `, ``}},
	{rule: "PS-020", edits: []string{`CodiceNazione="380"/>`, `CodiceNazione="380"/><Indirizzo CodiceNazione="380" CodiceComune="058091"/>`}},
	{rule: "PS-021", edits: []string{`CodiceComune="058091" `, ``}},
	{rule: "PS-022", edits: []string{`CodiceNazione="380"`, `CodiceNazione="250"`}},
	{rule: "PS-023", edits: []string{`CodiceRegione="08"`, `CodiceRegione="22"`}},
	{rule: "PS-024", edits: []string{`CodiceRegione="08"`, `CodiceRegione="12"`}},
	{rule: "PS-024", edits: []string{`CodiceRegione="08" CodiceComune="058091"`, `CodiceRegione="04" CodiceComune="022205"`}},
	{rule: "PS-025", edits: []string{`CodiceRegione="08"`, `CodiceRegione="10"`}},
	{rule: "PS-025", edits: []string{`CodiceRegione="08" CodiceComune="058091"`, `CodiceRegione="03" CodiceComune="022205"`}},
	{rule: "PS-026", edits: []string{`CodiceComune="058091"`, `CodiceComune="058999"`}},
	{rule: "PS-027", edits: []string{`CodiceRegione="08" CodiceComune="058091"`, `CodiceRegione="21" CodiceComune="024103"`}},
	{rule: "PS-030", edits: []string{`CaratterePrestazione="1" `, ``}},
	{rule: "PS-031", edits: []string{`DataInizioPrestazione="2025-02-01" `, ``}},
	{rule: "PS-032", edits: []string{`ImportoMensile="300.00" `, ``}},
	{rule: "PS-033", edits: []string{`DataErogazionePrestazione="2025-03-15" `, ``}},
	{rule: "PS-034", edits: []string{`ImportoPrestazione="150" `, ``}},
	{rule: "PS-035", edits: []string{` AreaUtenza="3"`, ``}},
	{rule: "PS-036", edits: []string{`DataFinePrestazione="2025-04-30" PeriodoErogazione="3"`, `DataFinePrestazione="2026-01-31" PeriodoErogazione="12"`}},
	{rule: "PS-037", edits: []string{`DataFinePrestazione="2025-04-30"`, `DataFinePrestazione="2025-01-31"`}},
	{rule: "PS-038", edits: []string{`PeriodoErogazione="3"`, `PeriodoErogazione="4"`}},
	{rule: "PS-038", edits: []string{`PeriodoErogazione="3"`, `PeriodoErogazione="2"`}},
	{rule: "PS-039", edits: []string{`DataErogazionePrestazione="2025-03-15"`, `DataErogazionePrestazione="2026-01-01"`}},
	{rule: "PS-039", edits: []string{`DataDSU="2025-01-20"`, `DataDSU="2026-01-20"`}, and: []string{"PS-056"}},
	{rule: "PS-040", edits: []string{`ImportoMensile="300.00" ImportoQuotaEnte="200.00" ImportoQuotaUtente="100.00"`, `ImportoMensile="0.00"`}},
	{rule: "PS-041", edits: []string{`ImportoPrestazione="150" ImportoQuotaSSN="150.0"`, `ImportoPrestazione="-.5"`}},
	{rule: "PS-042", edits: []string{`ImportoQuotaEnte="200.00" ImportoQuotaUtente="100.00"`, `ImportoQuotaEnte="0.0" ImportoQuotaUtente="300"`}},
	{rule: "PS-043", edits: []string{`ImportoQuotaEnte="200.00" ImportoQuotaUtente="100.00"`, `ImportoQuotaEnte="300.01" ImportoQuotaUtente="-0.01"`}},
	{rule: "PS-044", edits: []string{`ImportoQuotaSSN="150.0"`, `ImportoQuotaSSN="-0" ImportoQuotaEnte="150"`}},
	{rule: "PS-045", edits: []string{`ImportoQuotaEnte="200.00"`, `ImportoQuotaEnte="200.01"`}},
	{rule: "PS-045", edits: []string{`ImportoQuotaEnte="200.00"`, `ImportoQuotaEnte="200.000000000000000000001"`}, and: []string{"PS-048"}},
	{rule: "PS-046", edits: []string{`ImportoQuotaSSN="150.0"`, `ImportoQuotaSSN="149.99"`}},
	{rule: "PS-047", edits: []string{`ImportoQuotaRichiesta="400"`, `ImportoQuotaRichiesta="-400"`}},
	{rule: "PS-048", edits: []string{`ImportoQuotaRichiesta="400"`, `ImportoQuotaRichiesta="400.001"`}},
	{rule: "PS-050", edits: []string{`OreServizioMensile="2.59"`, `OreServizioMensile="2.60"`}},
	{rule: "PS-050", edits: []string{`OreServizioMensile="2.59"`, `OreServizioMensile="2.590"`}},
	{rule: "PS-050", edits: []string{`OreServizioMensile="2.59"`, `OreServizioMensile="-2.30"`}},
	{rule: "PS-051", edits: []string{`OreServizioMensile="2.59"`, `OreServizioMensile="2.3"`}},
	{rule: "PS-052", edits: []string{`OreServizioMensile="2.59"`, `OreServizioMensile="744.01"`}},
	{rule: "PS-055", edits: []string{`NumeroProtocolloDSU="ISEE-1" `, `NumeroProtocolloDSU="" `}},
	{rule: "PS-055", edits: []string{`DataDSU="2025-01-20" `, ``}},
	{rule: "PS-055", edits: []string{`AnnoProtocolloDSU="2025" `, ``}},
	{rule: "PS-056", edits: []string{`AnnoProtocolloDSU="2025"`, `AnnoProtocolloDSU="2024"`}},
	{rule: "PS-060", edits: []string{`CodicePrestazione="A1.04"`, `CodicePrestazione="A6.04"`}},
	{rule: "PS-060", edits: []string{`CodicePrestazione="A1.04"`, `CodicePrestazione="A1.04.1"`}},
	{rule: "PS-061", edits: []string{`CodicePrestazione="A1.04"`, `CodicePrestazione="A1.99"`}},
	{rule: "PS-061", edits: []string{`AreaUtenza="3"/>`, `AreaUtenza="3">` + sina("A3.99") + `</PrestazioniSociali>`}},
	{rule: "PS-062", edits: []string{`CodicePrestazione="A2.01"`, `CodicePrestazione="A2.16"`}},
	{rule: "PS-063", edits: []string{`CodicePrestazione="A1.04"`, `CodicePrestazione="A1.05"`, `AreaUtenza="3"/>`, `AreaUtenza="3">` + sina("A2.17") + `</PrestazioniSociali>`}},
	{rule: "PS-064", edits: []string{`CodicePrestazione="A1.04"`, `CodicePrestazione="A1.05.01"`}},
	{rule: "PS-071", opt: Options{Channel: Cooperazione}},
	{rule: "PS-070", opt: Options{Channel: Cooperazione}, edits: []string{"\n<PrestazioniSociali PresenzaProvaMezzi=\"4\"", "</Beneficiario>\n<Beneficiario CodiceFiscale=\"RSSMRA80A01H501U\">\n" +
		`<Anagrafica Cognome="ROSSI" Nome="MARIO" AnnoNascita="1980" LuogoNascita="H501" Genere="1" CodiceCittadinanza="380"/><Indirizzo CodiceNazione="250"/>` +
		"\n<PrestazioniSociali PresenzaProvaMezzi=\"4\""}},
}

func sina(code string) string {
	return `<SINA Mobilita="1" AttivitaVitaQuotidiana="1" DisturbiComportamentali="1" AreaReddituale="1" AreaSupporto="1" FonteDerivazioneValutazione="1" StrumentoValutazione="1">` +
		`<NecessitaInterventiSociali><CodicePrestazione>` + code + `</CodicePrestazione></NecessitaInterventiSociali></SINA>`
}

var sinbaCases = []ruleCase{
	{rule: "SINBA-001", edits: []string{"H501.SINBA.20250630.0000001", " "}},
	{rule: "SINBA-009", edits: []string{"H501.SINBA.20250630.0000001", ""}},
	{rule: "SINBA-002", edits: []string{"H501.SINBA.20250630.0000001", "H501.SINBA.20250630.115235"}},
	{rule: "SINBA-003", edits: []string{"H501.SINBA.20250630.0000001", "H501.PS.20250630.0000001"}},
	{rule: "SINBA-004", edits: []string{"H501.SINBA.20250630.0000001", "H501.SINBA.20250230.0000001"}},
	{rule: "SINBA-005", edits: []string{"H501.SINBA.20250630.0000001", "058091.SINBA.20250630.0000001"}},
	{rule: "SINBA-006", edits: []string{`Indirizzo="H501"`, `Indirizzo="1234"`}},
	{rule: "SINBA-007", edits: []string{`CFOperatore="RSSMRA80A01H501U"`, `CFOperatore="RSSMRA80A01H501A"`}},
	{rule: "SINBA-008", edits: []string{`CFOperatore="RSSMRA80A01H501U"`, `CFOperatore="٠٠٠٠٠٠٠٠٠٠٠"`}},
	{rule: "SINBA-010", edits: []string{"CASO-0001", "RSSMRA80A01H501U"}},
	{rule: "SINBA-010", edits: []string{"CASO-0001", "01-rssmra80a01h501x"}},
	{rule: "SINBA-010", edits: []string{"CASO-0001", "RSS MRA 80A01 H501U"}},
	{rule: "SINBA-010", edits: []string{"CASO-0001", "RSSMRAULALMH50MX"}},
	{rule: "SINBA-011", edits: []string{"CASO-0001", "12345678903"}},
	{rule: "SINBA-020", edits: []string{` CodiceRegioneResidenza="08"`, ``}},
	{rule: "SINBA-021", edits: []string{`CodiceNazioneResidenza="380"`, `CodiceNazioneResidenza="250"`}},
	{rule: "SINBA-022", edits: []string{`CodiceRegioneResidenza="08"`, `CodiceRegioneResidenza="00"`}},
	{rule: "SINBA-022", edits: []string{`CodiceCittadinanzaPadre="380"`, `CodiceRegioneResidenzaMadre="99"`}},
	{rule: "SINBA-023", edits: []string{`CodiceCittadinanzaPadre="380"`, `CodiceCittadinanzaPadre="001"`}},
	{rule: "SINBA-030", edits: []string{`NumeroComponentiISEE="4"`, `NumeroComponentiISEE="-3"`}},
	{rule: "SINBA-030", edits: []string{`NumeroComponentiISEE="4"`, `NumeroComponentiISEE="0"`}},
	{rule: "SINBA-031", edits: []string{`AnnoNascita="2016"`, `AnnoNascita="2026"`}, and: []string{"SINBA-043"}},
	{rule: "SINBA-032", edits: []string{`FasciaEtaBeneficiario="3"`, `FasciaEtaBeneficiario="2"`}},
	{rule: "SINBA-033", edits: []string{` TipoDisabilita="1"`, ``}},
	{rule: "SINBA-034", edits: []string{` InvCivCertificazioni="1"`, ``}},
	{rule: "SINBA-040", edits: []string{` DataSegnalazione="06/2021"`, ``}},
	{rule: "SINBA-041", edits: []string{` DataProvvedimentoGiudiziario="03/2022"`, ``}},
	{rule: "SINBA-042", edits: []string{`DataPrimaSegnalazione="01/2020"`, `DataPrimaSegnalazione="01/2026"`}},
	{rule: "SINBA-043", edits: []string{`DataPrimaSegnalazione="01/2020"`, `DataPrimaSegnalazione="12/2014"`}},
	{rule: "SINBA-060", edits: []string{`>A1.02<`, `>B1.02<`}},
	{rule: "SINBA-061", edits: []string{`>A1.02<`, `>A4.02<`}},
	{rule: "SINBA-070", opt: Options{Channel: Cooperazione}, edits: []string{"</SINBA>\n", "</SINBA>\n" + goodSINBA[strings.Index(goodSINBA, "<SINBA "):strings.Index(goodSINBA, "</Flusso>")]}},
	{rule: "SINBA-071", opt: Options{Channel: Cooperazione}, edits: []string{`</CodicePrestazione>`, `</CodicePrestazione><CodicePrestazione>A1.05</CodicePrestazione>`}},
}

func edited(t *testing.T, document string, edits []string) string {
	t.Helper()
	for i := 0; i < len(edits); i += 2 {
		if !strings.Contains(document, edits[i]) {
			t.Fatalf("the document has no %q to edit", edits[i])
		}
		document = strings.Replace(document, edits[i], edits[i+1], 1)
	}
	return document
}

// TestRules breaks every business rule, alone, and looks at what becomes of
// the records; the documents they are made from break none.
func TestRules(t *testing.T) {
	broken := map[string]bool{}
	for _, group := range []struct {
		good  string
		cases []ruleCase
	}{{goodPS, psCases}, {goodSINBA, sinbaCases}} {
		if codes, s := codesOf(t, group.good, Options{}); len(codes) > 0 || s.Rejected > 0 || !s.SchemaValid {
			t.Fatalf("the good document breaks %v: %+v", codes, s)
		}
		for _, c := range group.cases {
			t.Run(c.rule, func(t *testing.T) {
				codes, s := codesOf(t, edited(t, group.good, c.edits), c.opt)
				want := append([]string{c.rule}, c.and...)
				slices.Sort(want)
				if !slices.Equal(codes, want) {
					t.Errorf("breaks %v, want %v", codes, want)
				}
				rule, _ := RuleByCode(c.rule)
				header := strings.HasSuffix(c.rule, "-008") || strings.HasSuffix(c.rule, "-009")
				if wantBad := rule.Severity == SeverityError && !header; (s.Rejected > 0) != wantBad || (s.Refused != nil) != header || !s.SchemaValid {
					t.Errorf("severity %v, but the summary says %+v", rule.Severity, s)
				}
				broken[c.rule] = true
			})
		}
	}
	for _, r := range businessRules {
		if !broken[r.Code] {
			t.Errorf("no case breaks %s", r.Code)
		}
	}
}

// TestRulesLeaveGoodValues tries what looks odd and is right.
func TestRulesLeaveGoodValues(t *testing.T) {
	cases := []struct {
		name  string
		edits []string
	}{
		{"foreign address", []string{`CodiceRegione="08" CodiceComune="058091" CodiceNazione="380"`, `CodiceNazione="250"`}},
		{"omocodia", []string{`<Beneficiario CodiceFiscale="RSSMRA80A01H501U"`, `<Beneficiario CodiceFiscale="RSSMRA80A01H50MM"`}},
		{"lower case", []string{`<Beneficiario CodiceFiscale="RSSMRA80A01H501U"`, `<Beneficiario CodiceFiscale="rssmra80a01h501u"`}},
		{"eleven digits, padded", []string{`<Beneficiario CodiceFiscale="RSSMRA80A01H501U"`, `<Beneficiario CodiceFiscale="12345678903     "`}},
		{"no dsu", []string{`NumeroProtocolloDSU="ISEE-1" AnnoProtocolloDSU="2025" DataDSU="2025-01-20"`, `NumeroProtocolloDSU=""`}},
		{"no quotas", []string{`ImportoQuotaEnte="200.00" ImportoQuotaUtente="100.00"`, ``}},
		{"user pays nothing", []string{`ImportoQuotaEnte="200.00" ImportoQuotaUtente="100.00"`, `ImportoQuotaEnte="300" ImportoQuotaUtente="0"`}},
		{"quotas with other zeros", []string{`ImportoMensile="300.00"`, `ImportoMensile="+0300.0000"`}},
		{"whole months", []string{`DataInizioPrestazione="2025-02-01" DataFinePrestazione="2025-04-30"`, `DataInizioPrestazione="2025-01-15" DataFinePrestazione="2025-04-14"`}},
		{"touched months", []string{`DataInizioPrestazione="2025-02-01" DataFinePrestazione="2025-04-30"`, `DataInizioPrestazione="2025-02-20" DataFinePrestazione="2025-04-03"`}},
		{"date with a zone", []string{`DataInizioPrestazione="2025-02-01"`, `DataInizioPrestazione="2025-02-01+01:00"`}},
		{"a sardinian code of 2026, in 2026", []string{`CodiceRegione="08" CodiceComune="058091"`, `CodiceRegione="15" CodiceComune="113017"`, `DataErogazionePrestazione="2025-03-15"`, ``, `CaratterePrestazione="2"`, `CaratterePrestazione="1"`, `ImportoPrestazione="150" ImportoQuotaSSN="150.0"`, `ImportoMensile="150" DataInizioPrestazione="2026-01-01"`, `DataInizioPrestazione="2025-02-01" DataFinePrestazione="2025-04-30"`, `DataInizioPrestazione="2026-02-01" DataFinePrestazione="2026-04-30"`}},
		{"hours without minutes", []string{`OreServizioMensile="2.59"`, `OreServizioMensile="12"`}},
		{"a three-level code", []string{`CodicePrestazione="A1.04"`, `CodicePrestazione="A1.04.01"`}},
		{"sina where practice has it", []string{`AreaUtenza="3"/>`, `AreaUtenza="3">` + sina("A2.17") + `</PrestazioniSociali>`}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			codes, _ := codesOf(t, edited(t, goodPS, c.edits), Options{})
			codes = slices.DeleteFunc(codes, func(code string) bool {
				// These cases are about persons or places, not about the
				// agreement of the fiscal code with the rest, nor the clock.
				return c.name == "a sardinian code of 2026, in 2026" && code == "PS-039"
			})
			if len(codes) > 0 {
				t.Errorf("breaks %v", codes)
			}
		})
	}
}

// TestRulesSkipWhatTheXSDRefuses: a value with an XSD fault is no second fault,
// and is not missing either.
func TestRulesSkipWhatTheXSDRefuses(t *testing.T) {
	for _, edits := range [][]string{
		{`CaratterePrestazione="1"`, `CaratterePrestazione="7"`},
		{`DataInizioPrestazione="2025-02-01"`, `DataInizioPrestazione="01/02/2025"`},
		{`ImportoMensile="300.00"`, `ImportoMensile="300,00"`},
		{`ImportoQuotaEnte="200.00"`, `ImportoQuotaEnte="duecento"`},
		{`CodiceRegione="08"`, `CodiceRegione=""`},
		{`AreaUtenza="3"`, `AreaUtenza="9"`},
		{`DataDSU="2025-01-20"`, `DataDSU=""`},
		{`OreServizioMensile="2.59"`, `OreServizioMensile="2:59"`},
	} {
		codes, _ := codesOf(t, edited(t, goodPS, edits), Options{})
		if len(codes) != 1 || !strings.HasPrefix(codes[0], "XSD-") {
			t.Errorf("%s breaks %v, want one XSD rule", edits[1], codes)
		}
	}
}

// TestBeneficiarioFaultRejectsAllItsRecords, and is reported once.
func TestBeneficiarioFaultRejectsAllItsRecords(t *testing.T) {
	document := edited(t, goodPS, []string{`CodiceRegione="08" `, ``})
	for _, batch := range []int{0, 1} {
		faults := 0
		opt := Options{Today: rulesDay, Limits: Limits{BatchRecords: batch}, Faults: func(Fault) { faults++ }}
		s, err := Check(context.Background(), strings.NewReader(document), opt)
		if err != nil || s.Rejected != 2 || faults != 1 {
			t.Errorf("batches of %d: %d rejected, %d faults, %v; want 2, 1", batch, s.Rejected, faults, err)
		}
	}
}

func TestCooperazioneRejectsTheWholeFlow(t *testing.T) {
	_, s := codesOf(t, goodPS, Options{Channel: Cooperazione})
	if s.Records != 2 || s.Rejected != 2 || s.ByRule["PS-071"] != 1 {
		t.Errorf("summary %+v, want both records rejected by one fault", s)
	}
}

func TestProfiles(t *testing.T) {
	document := edited(t, goodPS, []string{`ImportoQuotaEnte="200.00"`, `ImportoQuotaEnte="0.0"`})
	for name, rejected := range map[string]int64{"": 1, "inps": 1, "praticato": 0} {
		p, err := ProfileByName(name)
		if err != nil {
			t.Fatal(err)
		}
		codes, s := codesOf(t, document, Options{Profile: p})
		if s.Rejected != rejected || !slices.Equal(codes, []string{"PS-042", "PS-045"}) {
			t.Errorf("profile %q: %d rejected by %v, want %d", name, s.Rejected, codes, rejected)
		}
	}
	off := &Profile{Rules: map[string]Severity{"PS-042": 0, "PS-045": 0}}
	if codes, _ := codesOf(t, document, Options{Profile: off}); len(codes) > 0 {
		t.Errorf("rules switched off still speak: %v", codes)
	}
	for _, p := range Profiles() {
		for code := range p.Rules {
			if r, ok := RuleByCode(code); !ok || r.XSD || strings.HasPrefix(code, "RIT-") {
				t.Errorf("profile %s names %s, which is no business rule", p.Name, code)
			}
		}
	}
	if _, err := ProfileByName("comodo"); flusso.KindOf(err) != flusso.Config {
		t.Errorf("an unknown profile gives %v", err)
	}
}

// TestOfficialSamples: what INPS's own samples break, by code and line
// (siuss.md 1.6, items 3 to 7).
func TestOfficialSamples(t *testing.T) {
	dir := filepath.Join(testshared.Dir(t, "official"), "samples")
	type fault struct {
		rule     string
		severity Severity
		line     int
		record   int64
	}
	cases := []struct {
		file     string
		channel  Channel
		records  int64
		rejected int64
		faults   []fault
	}{
		{"inps-sample-1.xml", Upload, 3, 1, []fault{
			{"PS-007", SeverityWarning, 3, -1}, {"PS-011", SeverityWarning, 5, 0},
			{"PS-044", SeverityError, 8, 0}, {"PS-045", SeverityError, 8, 0},
			{"PS-063", SeverityWarning, 20, 1},
		}},
		{"inps-sample-1.xml", Cooperazione, 3, 3, []fault{
			{"PS-007", SeverityWarning, 3, -1}, {"PS-011", SeverityWarning, 5, 0},
			{"PS-044", SeverityError, 8, 0}, {"PS-045", SeverityError, 8, 0},
			{"PS-063", SeverityWarning, 20, 1}, {"PS-071", SeverityError, 20, 1},
		}},
		{"inps-sample-2.xml", Upload, 1, 1, []fault{
			{"SINBA-002", SeverityWarning, 2, -1}, {"SINBA-020", SeverityError, 5, 0}, {"SINBA-032", SeverityWarning, 5, 0},
		}},
		{"inps-sample-2.xml", Cooperazione, 1, 1, []fault{
			{"SINBA-002", SeverityWarning, 2, -1}, {"SINBA-020", SeverityError, 5, 0}, {"SINBA-032", SeverityWarning, 5, 0},
			{"SINBA-071", SeverityWarning, 8, 0},
		}},
		{"inps-sample-3.xml", Upload, 1, 1, []fault{
			{"PS-002", SeverityWarning, 2, -1}, {"PS-019", SeverityWarning, 6, 0},
			{"PS-036", SeverityError, 8, 0}, {"PS-038", SeverityWarning, 8, 0},
			{"PS-042", SeverityError, 8, 0}, {"PS-044", SeverityError, 8, 0}, {"PS-045", SeverityError, 8, 0},
			{"PS-063", SeverityWarning, 8, 0},
		}},
	}
	for _, c := range cases {
		t.Run(c.file, func(t *testing.T) {
			src, err := os.Open(filepath.Join(dir, c.file))
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = src.Close() }()
			var got []fault
			s, err := Check(context.Background(), src, Options{Channel: c.channel, Today: rulesDay, Faults: func(f Fault) {
				got = append(got, fault{f.Rule, f.Severity, f.Line, f.Record})
			}})
			if err != nil || !s.SchemaValid || s.Records != c.records || s.Rejected != c.rejected {
				t.Errorf("summary %+v, %v", s, err)
			}
			if !slices.Equal(got, c.faults) {
				t.Errorf("faults %v\nwant   %v", got, c.faults)
			}
		})
	}
}

// TestRulesAllocateNothing: rules will run at a million records a second.
func TestRulesAllocateNothing(t *testing.T) {
	b, st := benchmarkBatch(t)
	if n := testing.AllocsPerRun(100, func() { checkBatch(b, st) }); n != 0 {
		t.Errorf("%v allocations a batch", n)
	}
}

// benchmarkBatch holds 1,000 Beneficiari with two records each.
func benchmarkBatch(t testing.TB) (*Batch, *checkState) {
	from, to := strings.Index(goodPS, "<Beneficiario"), strings.Index(goodPS, "</Flusso>")
	document := goodPS[:from] + strings.Repeat(goodPS[from:to], 1000) + goodPS[to:]
	b := &Batch{}
	if err := NewReader(strings.NewReader(document), Options{Today: rulesDay, Limits: Limits{BatchRecords: 2000, slow: true}}).Next(b); err != nil {
		t.Fatal(err)
	}
	if b.Len() != 2000 {
		t.Fatalf("%d records", b.Len())
	}
	return b, newCheckState(nil, false, rulesDay(), func(*Rule, Severity, Field, int, int) {})
}

func BenchmarkRules(b *testing.B) {
	batch, st := benchmarkBatch(b)
	b.ReportAllocs()
	for b.Loop() {
		checkBatch(batch, st)
	}
	b.ReportMetric(float64(b.N)*float64(batch.Len())/b.Elapsed().Seconds(), "records/s")
}
