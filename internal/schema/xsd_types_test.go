package schema

import (
	"strings"
	"testing"
)

// The expected verdicts are xmllint's (libxml2 2.9.14); TestXmllint asks it
// again about the same values in their places.

func TestLexicalForms(t *testing.T) {
	nines := strings.Repeat("9", 24)
	tests := []struct {
		form      string
		accepts   func([]byte) bool
		good, bad []string
	}{
		{
			"date", isDate,
			[]string{
				"2020-01-01", "2020-02-29", "2000-02-29", "0001-01-01", "-2020-01-01", "-0004-02-29", "12020-01-01",
				"9223372036854775807-01-01", "2020-01-01Z", "2020-01-01+14:00", "2020-01-01-14:00", "2020-01-01-00:00", "2020-01-01+13:59",
			},
			[]string{
				"", "-", "2019-02-29", "1900-02-29", "-0005-02-29", "0000-01-01", "-0000-01-01", "012020-01-01",
				"9223372036854775808-01-01", "99999999999999999999-01-01", "20-01-01", "2020-1-1", "2020-13-01",
				"2020-00-10", "2020-01-00", "2020-04-31", "2020-01-32", "2020-01-01z", "2020-01-01 Z", "2020-01-01+14:01",
				"2020-01-01+24:00", "2020-01-01+1:00", "2020-01-01+01:60", "2020-01-01+01-00", "2020-01-01T00:00:00",
				"+2020-01-01", "--01-01", " 2020-01-01", "2020-01-01 ", "2020-01-01\n", "2020/01/01", "٢٠٢٠-01-01", "2020-01-0a",
			},
		},
		{
			"decimal", isDecimal,
			[]string{
				"0", "1", "+1", "-1", "1.", "1.0", ".5", "-.5", "+.5", "00", "0.", "-0", "00.00", " 1 ", "\t1", "0 ", nines,
				strings.Repeat("0", 40) + "1", "0." + strings.Repeat("0", 24), nines[:23] + ".", nines[:12] + "." + nines[:12], "." + nines,
			},
			[]string{
				"", " ", "+", "-", ".", "+.", "-.", "+-1", "1e5", "1,5", "1 2", "00 1", "INF", "NaN", "1.2.3", "1..", "..", "1.-", "1+",
				"0x10", "١", "1\u00a0", nines + "9", nines + ".", nines + ".0", "0." + nines + "9", "1." + nines, "1.000,00", "€ 1",
			},
		},
		{
			"int", func(v []byte) bool { _, ok := parseXSDInt(v); return ok },
			[]string{"0", "1", "+1", "-1", "-0", "01", strings.Repeat("0", 40) + "5", "2147483647", "-2147483648"},
			[]string{"", "+", "-", " 5", "5 ", "5\n", "1 1", "5.0", "5.", "2147483648", "-2147483649", "4294967297", nines + "9", "x"},
		},
		{
			"codice fiscale", isCodiceFiscale,
			[]string{
				"AAABBB39M66A351C", "aaabbb39m66a351c", "AAABBB39M66ALMNC", "12345678901", "12345678901     ", "12345678901 ",
				"AAABBB\u0663\u0669M66A351C", "\uff11\uff12345678901", "\U0001d7ce2345678901", "1234567890\u0966",
			},
			[]string{
				"", "AAABBB39M66A351", "AAABBB39M66A351CC", "AAABBBLPM66A351C", "AAABBB39M6SA351C", "AAABB139M66A351C", "1234567890",
				"123456789012", "12345678901      ", " 12345678901", "AAABBB39M66A351C ", "AAABBB39M66A35\u0661C", "ÀAABBB39M66A351C",
				"1234567890\u07c1", "12345678901\t", "AAABBB39M66-351C",
			},
		},
		{
			"month and year", isMonthYear,
			[]string{"01/1900", "12/2099", "09/2021"},
			[]string{"", "00/2020", "13/2020", "1/2020", "01/1899", "01/2100", "01-2020", "01/20200", "012020", " 01/2020", "01/202x", "0١/2020"},
		},
	}
	for _, test := range tests {
		for _, v := range test.good {
			if !test.accepts([]byte(v)) {
				t.Errorf("%s: %q is refused", test.form, v)
			}
		}
		for _, v := range test.bad {
			if test.accepts([]byte(v)) {
				t.Errorf("%s: %q is accepted", test.form, v)
			}
		}
	}
}

func TestCheckValue(t *testing.T) {
	tests := []struct {
		field Field
		value string
		want  string
	}{
		{Genere, "1", ""},
		{Genere, "3", xsdEnumeration},
		{Genere, "", xsdEnumeration},
		{Genere, "01", xsdEnumeration},
		{Genere, " 1", xsdEnumeration},
		{TipoOperazione, "C", ""},
		{TipoOperazione, "c", xsdEnumeration},
		{SINBAFonteSegnalazione, "14", ""},
		{SINBAFonteSegnalazione, "15", xsdEnumeration},
		{SINBAFonteSegnalazione, "1", ""},
		{SINBAFonteSegnalazione, "0", xsdEnumeration},
		{SINAInvCiv, "8", ""},
		{SINAInvCiv, "9", xsdEnumeration},
		{FlussoNome, "", ""},
		{FlussoNome, strings.Repeat("à", 50), ""},
		{FlussoNome, strings.Repeat("à", 51), xsdLength},
		{Cognome, "", xsdLength},
		{EnteIndirizzo, "H501", ""},
		{EnteIndirizzo, "àèìò", ""},
		{EnteIndirizzo, "àè", xsdLength},
		{EnteIndirizzo, "😀😀😀😀", ""},
		{EnteIndirizzo, "H5011", xsdLength},
		{DenominazionePrestazione, "nove car.", xsdLength},
		{DenominazionePrestazione, "dieci car.", ""},
		{CodicePrestazione, "A1.1", xsdLength},
		{AnnoNascita, "1939", ""},
		{AnnoNascita, "193", xsdPattern},
		{AnnoNascita, "١٩٣٩", xsdPattern},
		{IndirizzoCodiceComune, "068001", ""},
		{IndirizzoCodiceComune, "68001", xsdPattern},
		{PeriodoErogazione, "12", ""},
		{PeriodoErogazione, "+012", ""},
		{PeriodoErogazione, "13", xsdRange},
		{PeriodoErogazione, "-0", xsdRange},
		{PeriodoErogazione, "1.0", xsdInt},
		{SINBANumeroComponentiISEE, "-3", ""},
		{SINBANumeroComponentiISEE, "10", xsdRange},
		{SINBANumeroComponentiISEE, "-2147483648", ""},
		{SINBANumeroComponentiISEE, "-2147483649", xsdInt},
		{OreServizioMensile, "2.59", ""},
		{OreServizioMensile, "2:59", xsdDecimal},
		{DataEvento, "2020-02-30", xsdDate},
		{SINBADataSegnalazione, "06/2016", ""},
		{SINBADataSegnalazione, "2016-06", xsdPattern},
	}
	for _, test := range tests {
		if got := checkValue(test.field, []byte(test.value)); got != test.want {
			t.Errorf("%s %q: got %q, want %q", Info(test.field).Name, test.value, got, test.want)
		}
	}
}

// TestFacets: every field has the facet of its type, and the enumerated ones
// have labels.
func TestFacets(t *testing.T) {
	for f := Field(1); int(f) < NumFields; f++ {
		info := Info(f)
		facet := facetOf[f]
		enumerated := facet.kind == facetSmall || facet.kind == facetEnum
		if enumerated != (Labels(f) != nil) {
			t.Errorf("%s: labels and facet disagree", info.Name)
		}
		want := map[Type][]facetKind{
			Text: {facetText}, Code: {facetSmall, facetEnum, facetDigits}, Date: {facetDate}, MonthYear: {facetMonth},
			Decimal: {facetDecimal}, HoursMins: {facetDecimal}, Int: {facetInt}, Year: {facetDigits}, FiscalCode: {facetCF},
		}[info.Type]
		found := info.Name == "LuogoNascita" && facet.kind == facetText
		for _, kind := range want {
			found = found || facet.kind == kind
		}
		if !found {
			t.Errorf("%s: type %d has facet %d", info.Name, info.Type, facet.kind)
		}
		if facet.kind == facetText && facet.max == 0 || facet.kind == facetDigits && facet.max == 0 {
			t.Errorf("%s: no length", info.Name)
		}
		for _, l := range Labels(f) {
			if l.It == "" || strings.ContainsAny(l.It, "Ã\u00a0") || strings.Contains(l.It, "  ") {
				t.Errorf("%s=%s: label %q", info.Name, l.Code, l.It)
			}
		}
	}
}
