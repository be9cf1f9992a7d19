package repair_test

import (
	"bytes"
	"io"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"

	"flussi/internal/flusso"
	"flussi/internal/repair"
	"flussi/internal/schema"
	"flussi/internal/synth"
	"flussi/internal/testshared"
)

// attribute finds name="value".
var attribute = regexp.MustCompile(`(\w+)="([^"]*)"`)

// base is a flow of one valid periodic benefit and one occasional one.
const base = `<?xml version="1.0" encoding="UTF-8"?>
<Flusso xmlns="http://inps.it/Casellario">
<IdentificazioneFlusso Nome="H501.PS.20260131.0000001">
<Ente Codice="H501" Denominazione="Comune di prova" Indirizzo="H501" CFOperatore="RSSMRA80A01H501U"/>
</IdentificazioneFlusso>
<Beneficiario CodiceFiscale="RSSMRA80A01H501U">
<Anagrafica Cognome="Finti" Nome="Mario" AnnoNascita="1980" LuogoNascita="H501" Genere="1" CodiceCittadinanza="380"/>
<Indirizzo CodiceRegione="08" CodiceComune="058091" CodiceNazione="380"/>
<PrestazioniSociali TipoOperazione="I" PresenzaProvaMezzi="2" CaratterePrestazione="1" CodicePrestazione="A2.07" DenominazionePrestazione="Assistenza domiciliare" ProtocolloDomanda="1" DataInizioPrestazione="2025-01-01" DataFinePrestazione="2025-12-31" PeriodoErogazione="12" ImportoMensile="100.00" PresaCarico="2"/>
</Beneficiario>
</Flusso>
`

// with gives base with other attributes; those that the record lacks are added.
func with(t *testing.T, attributes string) string {
	t.Helper()
	text := base
	for _, a := range attribute.FindAllStringSubmatch(attributes, -1) {
		name, value := a[1], a[2]
		at := regexp.MustCompile(` ` + name + `="[^"]*"`)
		if name == "CodiceFiscale" || at.MatchString(text) {
			text = at.ReplaceAllString(text, ` `+name+`="`+value+`"`)
			continue
		}
		text = strings.Replace(text, "<PrestazioniSociali ", "<PrestazioniSociali "+name+`="`+value+`" `, 1)
	}
	return text
}

// mend repairs a flow, and gives what comes out and what was told.
func mend(t *testing.T, flow string, names ...string) (out string, told []repair.Change) {
	t.Helper()
	chosen, err := repair.ByName(names...)
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(repair.NewReader(strings.NewReader(flow), schema.Options{Rows: true}, chosen, func(c repair.Change) { told = append(told, c) }))
	if err != nil {
		t.Fatal(err)
	}
	return string(b), told
}

// rules gives those that a flow breaks.
func rules(t *testing.T, flow string) map[string]int64 {
	t.Helper()
	s, err := schema.Check(t.Context(), strings.NewReader(flow), schema.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return s.ByRule
}

// TestExamples: the example that each repair shows is what it does; what comes out
// breaks none of the rules that it answers to, and a second time changes nothing.
func TestExamples(t *testing.T) {
	for _, r := range repair.All() {
		t.Run(r.Name, func(t *testing.T) {
			flow := with(t, r.Before)
			broken := rules(t, flow)
			if !slices.ContainsFunc(r.Rules, func(rule string) bool { return broken[rule] > 0 }) {
				t.Fatalf("the example breaks %v, and none of %v", broken, r.Rules)
			}
			out, told := mend(t, flow, r.Name)
			if len(told) != 1 || told[0].Repair != r.Name || told[0].Line == 0 || told[0].Path == "" {
				t.Errorf("told: %+v", told)
			}
			for _, a := range attribute.FindAllString(r.After, -1) {
				if !strings.Contains(out, a) {
					t.Errorf("%s is not in %s", a, out)
				}
			}
			for stretch := range strings.SplitSeq(r.After, ", ") {
				if from, to, ok := strings.Cut(stretch, "/"); ok && r.Name == "anno-solare" && (!strings.Contains(out, `DataInizioPrestazione="`+from+`" DataFinePrestazione="`+to+`"`)) {
					t.Errorf("%s is not in %s", stretch, out)
				}
			}
			after := rules(t, out)
			for _, rule := range r.Rules {
				if after[rule] > 0 {
					t.Errorf("it still breaks %s", rule)
				}
			}
			again, told := mend(t, out, "all")
			if again != out || len(told) > 0 {
				t.Errorf("a second time changes more: %+v", told)
			}
		})
	}
}

// TestLeftAlone: where more than one value could be right, a person decides.
func TestLeftAlone(t *testing.T) {
	for name, attributes := range map[string]string{
		"valid":                                "",
		"a fiscal code that lacks a character": `CodiceFiscale="RSSMRA80A01H501"`,
		"a denomination of an unknown code":    `CodicePrestazione="A9.99" DenominazionePrestazione="SAD"`,
		"a comune of another region":           `CodiceRegione="03"`,
		"a foreign address":                    `CodiceNazione="212" CodiceRegione="12"`,
		"a DSU of two years":                   `NumeroProtocolloDSU="INPS-ISEE-2025-00000001A-00" DataDSU="2024-02-03"`,
		"a DSU without date":                   `NumeroProtocolloDSU="INPS-ISEE-2025-00000001A-00"`,
		"quotas that are far off":              `ImportoQuotaEnte="50.00" ImportoQuotaUtente="40.00"`,
		"quotas three cents off":               `ImportoQuotaEnte="50.00" ImportoQuotaUtente="50.03"`,
		"a cancellation over two years":        `TipoOperazione="C" DataInizioPrestazione="2024-11-01" DataFinePrestazione="2025-02-28"`,
		"an end before the start":              `DataInizioPrestazione="2025-11-01" DataFinePrestazione="2024-02-28"`,
		"a century":                            `DataInizioPrestazione="1925-11-01" DataFinePrestazione="2025-02-28"`,
		"an occasional benefit":                `CaratterePrestazione="2" DataErogazionePrestazione="2025-01-01" DataInizioPrestazione="2024-11-01" DataFinePrestazione="2025-02-28"`,
		"months that practice allows":          `DataInizioPrestazione="2025-01-10" DataFinePrestazione="2025-03-20" PeriodoErogazione="2"`,
	} {
		t.Run(name, func(t *testing.T) {
			flow := with(t, attributes)
			want, _ := mend(t, flow)
			if out, told := mend(t, flow, "all"); out != want || len(told) > 0 {
				t.Errorf("changed %+v:\n%s", told, out)
			}
		})
	}
}

// TestYears: each year has its stretch, none lacks a day or has it twice, and what is
// paid each month stays.
func TestYears(t *testing.T) {
	out, told := mend(t, with(t, `DataInizioPrestazione="2023-11-15" DataFinePrestazione="2026-02-28" PeriodoErogazione="12" ImportoMensile="250.00"`), "all")
	if len(told) != 1 || told[0].Into != 4 {
		t.Errorf("told: %+v", told)
	}
	for _, want := range []string{
		`DataInizioPrestazione="2023-11-15" DataFinePrestazione="2023-12-31" PeriodoErogazione="2" ImportoMensile="250.00"`,
		`DataInizioPrestazione="2024-01-01" DataFinePrestazione="2024-12-31" PeriodoErogazione="12" ImportoMensile="250.00"`,
		`DataInizioPrestazione="2025-01-01" DataFinePrestazione="2025-12-31" PeriodoErogazione="12" ImportoMensile="250.00"`,
		`DataInizioPrestazione="2026-01-01" DataFinePrestazione="2026-02-28" PeriodoErogazione="2" ImportoMensile="250.00"`,
	} {
		if strings.Count(out, want) != 1 {
			t.Errorf("%s is there %d times in\n%s", want, strings.Count(out, want), out)
		}
	}
	if n := strings.Count(out, "<Beneficiario "); n != 1 {
		t.Errorf("%d Beneficiari", n)
	}
}

// TestNothingLost: of a flow with what its schema does not have, nothing is written.
func TestNothingLost(t *testing.T) {
	for name, flow := range map[string]string{
		"attribute": strings.Replace(base, `ImportoMensile=`, `Note="x" ImportoMensile=`, 1),
		"element":   strings.Replace(base, `</Beneficiario>`, `<Altro/></Beneficiario>`, 1),
		"text":      strings.Replace(base, `</Beneficiario>`, `testo</Beneficiario>`, 1),
	} {
		chosen, err := repair.ByName("all")
		if err != nil {
			t.Fatal(err)
		}
		out, err := io.ReadAll(repair.NewReader(strings.NewReader(flow), schema.Options{}, chosen, nil))
		if flusso.KindOf(err) != flusso.Invalid || len(out) > 0 {
			t.Errorf("%s: %v, %d bytes", name, err, len(out))
		}
	}
	if _, err := repair.ByName("all", "magia"); flusso.KindOf(err) != flusso.Invalid {
		t.Errorf("an unknown repair: %v", err)
	}
}

// TestSynthetic: of a valid flow all repairs change nothing.
func TestSynthetic(t *testing.T) {
	for _, tipo := range []flusso.Tipo{flusso.PSPSASINA, flusso.SINBA} {
		var b bytes.Buffer
		if _, err := synth.Write(&b, synth.Options{Tipo: tipo, Beneficiari: 3000, Seed: 5}); err != nil {
			t.Fatal(err)
		}
		plain, told := mend(t, b.String())
		out, more := mend(t, b.String(), "all")
		if len(told)+len(more) > 0 || out != plain {
			t.Errorf("%v: a valid flow is changed: %+v", tipo, more)
		}
		if before, after := rules(t, b.String()), rules(t, out); len(after) > len(before) {
			t.Errorf("%v: %v became %v", tipo, before, after)
		}
	}
}

// TestTogether: whatever breaks together, the repairs break nothing else, answer to all
// they can, and a second time change nothing.
func TestTogether(t *testing.T) {
	all := repair.All()
	for chosen := range 1 << len(all) {
		var attributes string
		for i, r := range all {
			if chosen>>i&1 == 1 {
				attributes += " " + r.Before
			}
		}
		flow := with(t, attributes)
		out, _ := mend(t, flow, "all")
		before, after := rules(t, flow), rules(t, out)
		for rule, n := range after {
			if before[rule] == 0 {
				t.Errorf("%s: %s is broken %d times, and was not", attributes, rule, n)
			}
		}
		if again, told := mend(t, out, "all"); again != out || len(told) > 0 {
			t.Errorf("%s: a second time changes more: %+v", attributes, told)
		}
	}
}

// TestXmllint: the mended examples, all at once, keep the official schema.
func TestXmllint(t *testing.T) {
	xmllint := testshared.Peer(t, "xmllint")
	xsd := testshared.Dir(t, "official") + "/PS_PSA_SINA201812.xsd"
	for _, r := range repair.All() {
		out, _ := mend(t, with(t, r.Before), "all")
		cmd := exec.CommandContext(t.Context(), xmllint, "--noout", "--nonet", "--schema", xsd, "-")
		cmd.Stdin = strings.NewReader(out)
		if said, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%s: %v: %s", r.Name, err, said)
		}
	}
}
