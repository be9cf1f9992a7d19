package anonymize

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"flussi/internal/flusso"
	"flussi/internal/schema"
)

// full is a flow in which every record has every block.
func full(tipo flusso.Tipo) string {
	if tipo == flusso.SINBA {
		var minors []string
		for i := range 24 {
			minors = append(minors, minor(fmt.Sprint("M", i), 2010+i%2, ""))
		}
		return sinbaFlow(minors...)
	}
	var people []person
	for i := range 24 {
		people = append(people, person{cf: fiscal(i), benefits: []benefit{{
			start: "2025-02-01", end: "2025-06-30", month: "120.00",
			extra: `PresaCarico="1" AreaUtenza="2" NumeroProtocolloDSU="D1" AnnoProtocolloDSU="2024" DataDSU="2024-02-03"`,
			sina:  strings.Replace(strings.Replace(sinaBlock, "%s", fmt.Sprint(1+i%3), 1), "/>", "><NecessitaInterventiSociali><CodicePrestazione>A1.04</CodicePrestazione></NecessitaInterventiSociali><InvaliditaCivile><InvCiv>1</InvCiv></InvaliditaCivile></SINA>", 1),
		}}})
	}
	return psFlow("H501", people...)
}

// alternatives are two values that the schema takes for a field, of the i-th
// element that has it.
func alternatives(f schema.FieldInfo) [2]func(i int) string {
	fixed := func(a, b string) [2]func(int) string {
		return [2]func(int) string{func(int) string { return a }, func(int) string { return b }}
	}
	switch f.Field {
	case schema.FlussoNome:
		return fixed("H501.PS.20260220.0000001", "H501.PS.20260221.0000077")
	case schema.EnteCodice:
		return fixed("H501", "h501") // one Ente, or its records would be of another
	case schema.LuogoNascita, schema.EnteIndirizzo:
		return fixed("H501", "F205")
	case schema.IndirizzoCodiceComune:
		return fixed("058091", "058120")
	case schema.IndirizzoCodiceRegione, schema.SINBACodiceRegioneResidenza:
		return fixed("08", "12")
	case schema.IndirizzoCodiceNazione, schema.SINBACodiceNazioneResidenza:
		return fixed("380", "250")
	case schema.CodiceCittadinanza, schema.CodiceSecondaCittadinanza, schema.SINBACodiceCittadinanzaPadre, schema.SINBACodiceCittadinanzaMadre:
		return fixed("250", "276")
	case schema.SINBACodiceRegioneResidenzaPadre, schema.SINBACodiceRegioneResidenzaMadre:
		return fixed("01", "02")
	case schema.CodicePrestazione, schema.SINBACodicePrestazione, schema.SINACodicePrestazione:
		return fixed("A1.04", "A2.02")
	case schema.EnteCFOperatore:
		return fixed("MRKPRT80A01H501X", "MRKPRT80A01H501Y")
	case schema.CodiceFiscale:
		return [2]func(int) string{fiscal, func(i int) string { return strings.Replace(fiscal(i), "AAAAA", "ZZZZZ", 1) }}
	case schema.SINBAIDBeneficiario, schema.ProtocolloDomanda:
		return [2]func(int) string{func(i int) string { return fmt.Sprint("M", i) }, func(i int) string { return fmt.Sprint("Z", 99-i) }}
	}
	if labels := schema.Labels(f.Field); len(labels) > 1 {
		return fixed(labels[0].Code, labels[len(labels)-1].Code)
	}
	switch f.Type {
	case schema.Text:
		return fixed("VALORE NUMERO UNO", "ALTRO VALORE, DUE")
	case schema.Date:
		return fixed("2025-03-01", "2025-04-02")
	case schema.MonthYear:
		return fixed("03/2018", "04/2019")
	case schema.Decimal:
		return fixed("10.00", "3000.00")
	case schema.Year:
		return fixed("2024", "2023")
	}
	return fixed("1", "2")
}

// vary gives every element that has the field a value.
func vary(flow string, f schema.FieldInfo, value func(i int) string) string {
	i := -1
	parent, attribute, isAttribute := strings.Cut(f.Path, "/@")
	element := parent[strings.LastIndex(parent, "/")+1:]
	if !isAttribute {
		return regexp.MustCompile(`<`+element+`>[^<]*</`+element+`>`).ReplaceAllStringFunc(flow, func(string) string {
			i++
			return "<" + element + ">" + value(i) + "</" + element + ">"
		})
	}
	already := regexp.MustCompile(` ` + attribute + `="[^"]*"`)
	return regexp.MustCompile(`<`+element+` [^>]*>`).ReplaceAllStringFunc(flow, func(tag string) string {
		i++
		tag = already.ReplaceAllString(tag, "")
		return strings.Replace(tag, "<"+element, fmt.Sprintf("<%s %s=\"%s\"", element, attribute, value(i)), 1)
	})
}

// TestEveryFieldStaysWhereItIsHidden is non-interference, field by field: for
// every class at every level it may have, two flows that differ in nothing but
// one field that does not leave give the same bytes; where it leaves as it is,
// they do not, so that the variation is seen to arrive.
func TestEveryFieldStaysWhereItIsHidden(t *testing.T) {
	hidden, shown := 0, 0
	for _, tipo := range []flusso.Tipo{flusso.PSPSASINA, flusso.SINBA} {
		flow := full(tipo)
		for _, f := range schema.Fields(tipo) {
			switch f.Field {
			case schema.TipoOperazione, schema.CaratterePrestazione, schema.ImportoQuotaEnte, schema.ImportoQuotaUtente, schema.ImportoQuotaSSN:
				continue // the rules leave one value where the other fields stay
			}
			values := alternatives(f)
			flows := [2]string{vary(flow, f, values[0]), vary(flow, f, values[1])}
			if flows[0] == flows[1] {
				t.Errorf("%s: nothing varied", f.Path)
			}
			for _, class := range Classes {
				for _, level := range DefaultMatrix().Levels(class) {
					fate := DefaultMatrix().Fate(class, level, f)
					if fate.Leaves && level < TotaleProprioEnte {
						continue // in which form is for other tests
					}
					var bytes [2]string
					for i := range flows {
						o := disclose(t, request(scoped(class), tipo, level), 100, flows[i])
						if o.balance.Disclosed == 0 {
							t.Errorf("%s, %s: %s: nothing disclosed, nothing tried: %+v", class, level, f.Path, o.balance)
						}
						bytes[i] = o.bytes.String()
					}
					if fate.Leaves {
						shown++
					} else {
						hidden++
					}
					if (bytes[0] != bytes[1]) != fate.Leaves {
						t.Errorf("%s, %s: %s leaves: %v, changes what leaves: %v", class, level, f.Path, fate.Leaves, !fate.Leaves)
					}
				}
			}
		}
	}
	if hidden < 500 || shown < 500 {
		t.Errorf("%d hidden, %d shown", hidden, shown)
	}
}
