package schema

import (
	"fmt"
	"testing"
)

// TestFindCodes: what a value means, where it means one thing; what it may mean
// where it does not.
func TestFindCodes(t *testing.T) {
	all := vocabularies{}
	for _, c := range []struct {
		field Field
		value string
		want  string
	}{
		{Genere, "F", "[2]"}, {Genere, "Femmina", "[2]"}, {Genere, "femminile", "[2]"}, {Genere, " m. ", "[1]"}, {Genere, "Donna", "[2]"}, {Genere, "2 - Femmina", "[2]"}, {Genere, "1 - Femmina", "[]"}, {Genere, "X", "[]"},
		{PresaCarico, "Sì", "[1]"}, {PresaCarico, "SI'", "[1]"}, {PresaCarico, "X", "[1]"}, {PresaCarico, "no", "[2]"}, {PresaCarico, "FALSO", "[2]"}, {PresaCarico, "0", "[2]"}, {PresaCarico, "forse", "[]"},
		{CaratterePrestazione, "Una tantum", "[2]"}, {CaratterePrestazione, "PERIODICA", "[1]"}, {TipoOperazione, "inserimento", "[I]"}, {AreaUtenza, "Famiglia e minori", "[1]"}, {AreaUtenza, "Anziani", "[]"},
		{CodiceCittadinanza, "Italiana", "[380]"}, {CodiceCittadinanza, "italiano", "[380]"}, {CodiceCittadinanza, "Italia", "[380]"}, {CodiceCittadinanza, "IT", "[380]"}, {CodiceCittadinanza, "ITA", "[380]"},
		{CodiceCittadinanza, "Rumena", "[642]"}, {CodiceCittadinanza, "ROMANIA", "[642]"}, {CodiceCittadinanza, "Z129", "[642]"}, {CodiceCittadinanza, "Costa d’Avorio", "[384]"}, {CodiceCittadinanza, "Perù", "[604]"}, {CodiceCittadinanza, "8", "[008]"},
		{CodiceCittadinanza, "Congo", "[178 180]"}, {CodiceCittadinanza, "Congolese", "[178 180]"}, {CodiceCittadinanza, "Kosovo", "[]"}, {CodiceCittadinanza, "apolide", "[]"}, {CodiceCittadinanza, "nigerina", "[562]"},
		{IndirizzoCodiceComune, "Roma", "[058091]"}, {IndirizzoCodiceComune, "ROMA (RM)", "[058091]"}, {IndirizzoCodiceComune, "L'Aquila", "[066049]"}, {IndirizzoCodiceComune, "FORLI'", "[040012]"}, {IndirizzoCodiceComune, "58091", "[058091]"},
		{IndirizzoCodiceComune, "H501", "[058091]"}, {IndirizzoCodiceComune, "Castro", "[016065 075096]"}, {IndirizzoCodiceComune, "Castro (LE)", "[075096]"}, {IndirizzoCodiceComune, "castro bg", "[016065]"}, {IndirizzoCodiceComune, "Castro - LE", "[075096]"},
		{IndirizzoCodiceComune, "Castro (RM)", "[]"}, {IndirizzoCodiceComune, "058091 Roma", "[058091]"}, {IndirizzoCodiceComune, "Roma (058091)", "[058091]"}, {IndirizzoCodiceComune, "Vattelapesca", "[]"},
		{LuogoNascita, "Roma", "[H501]"}, {LuogoNascita, "058091", "[H501]"}, {LuogoNascita, "Romania", "[Z129]"}, {LuogoNascita, "Bellagio", "[A744 M335]"}, {LuogoNascita, "Albania", "[Z100]"},
		{IndirizzoCodiceRegione, "Lazio", "[08]"}, {IndirizzoCodiceRegione, "EMILIA ROMAGNA", "[06]"}, {IndirizzoCodiceRegione, "8", "[08]"}, {IndirizzoCodiceRegione, "Trentino Alto Adige", "[03 18]"}, {IndirizzoCodiceRegione, "P.A. Trento", "[18]"},
		{CodicePrestazione, "SAD", "[A2.07]"}, {CodicePrestazione, "A2.07 - SAD", "[A2.07]"}, {CodicePrestazione, "A2.08 - SAD", "[]"}, {CodicePrestazione, "Asilo nido", "[A3.03]"}, {CodicePrestazione, "Borse di studio", "[A1.19]"}, {CodicePrestazione, "RSA", "[]"},
	} {
		if got := fmt.Sprint(all.of(c.field).find(c.value)); got != c.want {
			t.Errorf("%s %q means %s, want %s", Info(c.field).Name, c.value, got, c.want)
		}
	}
	for _, f := range []Field{Cognome, CodiceFiscale, ImportoPrestazione, DenominazionePrestazione, EnteCFOperatore, ProtocolloDomanda} {
		if all.of(f) != nil {
			t.Errorf("%s has codes", Info(f).Name)
		}
	}
	if got := fmt.Sprint(all.of(CodiceCittadinanza).near("Rumania")); got != "[642 646]" {
		t.Errorf("near Rumania: %s", got)
	}
	if got := all.of(AreaUtenza).near("Anziani"); len(got) != 3 {
		t.Errorf("of few all are shown: %v", got)
	}
}

// TestSayings: every word stands under a code or a label that there is.
func TestSayings(t *testing.T) {
	labels := map[string]bool{}
	for f := range NumFields {
		for _, l := range Labels(Field(f)) {
			labels[l.It] = true
		}
	}
	for label := range sayings {
		if !labels[label] {
			t.Errorf("no field has the label %q", label)
		}
	}
	for code := range sayingsOfNazione {
		if !isCountry([]byte(code)) {
			t.Errorf("%s is no country", code)
		}
	}
	for code := range sayingsOfRegion {
		if _, ok := RegionByDM1986(code); !ok {
			t.Errorf("%s is no region", code)
		}
	}
	for code := range sayingsOfPrestazione {
		if _, ok := Prestazione(code); !ok {
			t.Errorf("%s is no benefit", code)
		}
	}
	all := vocabularies{}
	for f := range NumFields {
		v := all.of(Field(f))
		if v == nil {
			continue
		}
		for name, codes := range v.names {
			for _, code := range codes {
				if !v.valid([]byte(code)) || checkValue(Field(f), []byte(code)) != "" {
					t.Errorf("%s: %q means %s, which is no code", Info(Field(f)).Name, name, code)
				}
			}
		}
	}
}
