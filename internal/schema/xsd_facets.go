package schema

import "unicode/utf8"

// What the XSD asks of each field's value. Attributes and elements of the same
// name share nothing: the field decides.

type facetKind uint8

const (
	facetText   facetKind = iota // min..max characters
	facetDigits                  // exactly max ASCII digits
	facetSmall                   // an enumeration 1..max, one digit
	facetEnum                    // an enumeration of any codes
	facetCF                      // CodiceFiscale pattern
	facetMonth                   // MM/AAAA
	facetDate
	facetDecimal
	facetInt   // min..max
	facetOther // of another edition's: a type of its own
)

type facet struct {
	kind     facetKind
	min, max int32
	labels   []Label
	other    *otherType
}

// facetOf is by field; a field of a return flow has the facet of its namesake.
var facetOf = func() (of [NumFields]facet) {
	for f, labels := range labelsOf {
		switch {
		case labels == nil:
		case isSmall(labels):
			of[f] = facet{kind: facetSmall, max: int32(len(labels)), labels: labels}
		default:
			of[f] = facet{kind: facetEnum, labels: labels}
		}
	}
	set := func(facet facet, fields ...Field) {
		for _, f := range fields {
			of[f] = facet
		}
	}
	text := func(least, most int32) facet { return facet{kind: facetText, min: least, max: most} }
	set(text(0, 50), FlussoNome)
	set(text(1, 32), EnteCodice, ProtocolloDomanda)
	set(text(1, 100), EnteDenominazione)
	set(text(4, 4), EnteIndirizzo, LuogoNascita)
	set(text(1, 36), Cognome, Nome)
	set(text(0, 30), NumeroProtocolloDSU)
	set(text(5, 10), CodicePrestazione, SINACodicePrestazione, SINBACodicePrestazione)
	set(text(10, 200), DenominazionePrestazione)
	set(text(1, 20), SINBAIDBeneficiario)
	set(text(1, 128), CodicePersona) // no XSD has it; a bound of ours
	set(facet{kind: facetDigits, max: 4}, AnnoNascita, AnnoProtocolloDSU, SINBAAnnoNascita)
	set(facet{kind: facetDigits, max: 3}, CodiceCittadinanza, CodiceSecondaCittadinanza, IndirizzoCodiceNazione,
		SINBACodiceCittadinanzaPadre, SINBACodiceCittadinanzaMadre, SINBACodiceNazioneResidenza)
	set(facet{kind: facetDigits, max: 2}, IndirizzoCodiceRegione,
		SINBACodiceRegioneResidenzaPadre, SINBACodiceRegioneResidenzaMadre, SINBACodiceRegioneResidenza)
	set(facet{kind: facetDigits, max: 6}, IndirizzoCodiceComune)
	set(facet{kind: facetCF}, EnteCFOperatore, CodiceFiscale)
	set(facet{kind: facetDate}, DataDSU, DataEvento, DataInizioPrestazione, DataFinePrestazione, DataErogazionePrestazione)
	set(facet{kind: facetDecimal}, ImportoPrestazione, ImportoMensile, ImportoQuotaEnte, ImportoQuotaUtente,
		ImportoQuotaSSN, ImportoQuotaRichiesta, ImportoSogliaISEE, OreServizioMensile)
	set(facet{kind: facetInt, min: 1, max: 12}, PeriodoErogazione)
	set(facet{kind: facetInt, min: -1 << 31, max: 9}, SINBANumeroComponentiISEE)
	set(facet{kind: facetMonth}, SINBADataPrimaSegnalazione, SINBADataSegnalazione, SINBADataProvvedimentoGiudiziario)
	return of
}()

// isSmall tells whether the codes are 1, 2, 3 … in one digit.
func isSmall(labels []Label) bool {
	for i, l := range labels {
		if len(l.Code) != 1 || int(l.Code[0]-'0') != i+1 {
			return false
		}
	}
	return true
}

// checkValue gives the code of the rule that v breaks as a value of f, or "".
// v is attribute-value normalised and valid UTF-8.
func checkValue(f Field, v []byte) string { return facetOf[f].check(v) }

func (c *facet) check(v []byte) string {
	switch c.kind {
	case facetSmall:
		if len(v) != 1 || v[0] < '1' || int32(v[0]-'0') > c.max {
			return xsdEnumeration
		}
	case facetText:
		return c.checkLength(v)
	case facetDigits:
		if len(v) != int(c.max) || !allDigits(v) {
			return xsdPattern
		}
	case facetDecimal:
		if !isDecimal(v) {
			return xsdDecimal
		}
	case facetDate:
		if !isDate(v) {
			return xsdDate
		}
	case facetEnum:
		for _, l := range c.labels {
			if string(v) == l.Code {
				return ""
			}
		}
		return xsdEnumeration
	case facetCF:
		if !isCodiceFiscale(v) {
			return xsdPattern
		}
	case facetMonth:
		if !isMonthYear(v) {
			return xsdPattern
		}
	case facetInt:
		n, ok := parseXSDInt(v)
		if !ok {
			return xsdInt
		}
		if n < int64(c.min) || n > int64(c.max) {
			return xsdRange
		}
	case facetOther:
		return c.other.check(v)
	}
	return ""
}

// checkLength counts characters, which bytes bound from both sides.
func (c *facet) checkLength(v []byte) string {
	n := len(v)
	if n > int(c.max) || n >= int(c.min) && n < 4*int(c.min) {
		n = utf8.RuneCount(v)
	}
	if n < int(c.min) || n > int(c.max) {
		return xsdLength
	}
	return ""
}

func allDigits(v []byte) bool {
	for _, c := range v {
		if c < '0' || c > '9' {
			return false
		}
	}
	return true
}
