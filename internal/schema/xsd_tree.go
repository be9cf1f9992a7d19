package schema

import (
	"fmt"
	"strconv"

	"flussi/internal/flusso"
	"flussi/internal/schema/xsd"
)

// BuiltIn gives the built-in tables of a kind of flow in XML as the schema they
// were made from says it.
func BuiltIn(t flusso.Tipo) *xsd.Schema {
	return &xsd.Schema{Target: flussoNamespace, Root: builtIn.roots[t].tree("")}
}

// TipoOf tells of which kind of flow a schema is: what comes behind
// IdentificazioneFlusso says it. Kind Invalid where it is of none.
func TipoOf(s *xsd.Schema) (flusso.Tipo, error) {
	for _, child := range s.Root.Children {
		switch child.Name {
		case "Beneficiario":
			return flusso.PSPSASINA, nil
		case "SINBA":
			return flusso.SINBA, nil
		}
	}
	return 0, &flusso.Error{Op: "read schema", Kind: flusso.Invalid, What: textOtherXSD, Hint: hintNotXSD}
}

func (e *element) tree(above string) *xsd.Element {
	out := &xsd.Element{Name: e.name, Path: above + e.name, TypeName: e.typeName, Min: int(e.least), Max: int(e.most)}
	if e.most == unbounded {
		out.Max = xsd.Unbounded
	}
	if e.role == roleValue {
		out.Text = e.textFacet.asType(e.text)
	}
	for i, a := range e.attributes {
		out.Attributes = append(out.Attributes, &xsd.Attribute{
			Name: a.name, Path: a.path, Required: e.required>>i&1 == 1, Type: a.facet.asType(a.field),
		})
	}
	for _, child := range e.children {
		out.Children = append(out.Children, child.tree(out.Path+"/"))
	}
	return out
}

// The patterns of INPS's schemas.
const (
	patternCF    = `([A-Za-z]{6}\d{2}[A-Za-z]\d{2}[A-Za-z][A-Za-z0-9]{3}[A-Za-z])|(\d{11} {0,5})`
	patternMonth = `((0[1-9])|(1[0-2]))[/](19|20)[0-9]{2}`
)

// misprints are the labels that the built-in tables have in another form than
// INPS's schemas: broken characters and brackets, words in the wrong line.
var misprints = map[Field]map[string]string{
	PresenzaProvaMezzi: {
		"3": "Prestazione in generale soggetta a ISEE, ma sottratta alla prova dei mezzi per lo specifico beneficiario in virtu' di altri criteri di bisogno (es. asilo nido per bambino con disabilit\u00c3 o in famiglie numerose, ecc.)",
		"4": "Prestazione non soggetta a prova dei mezzi (assenza di criteri economici nella disciplina dell'erogazione",
	},
	SINBAValutazioneFamigliaMinore: {
		"1": "nessuna specifica",
		"2": "problematica fragilità/inadeguatezza genitoriale, problematiche socio-educative e relazionali",
	},
	SINBATipoProvvedimentoGiudiziario: {"8": `post-adozione "allontanamento del minore in via d'emergenza (art.403 c.c.)`},
}

func (c *facet) asType(f Field) *xsd.Type {
	t := &xsd.Type{Base: "string", MaxLength: xsd.Unbounded}
	switch c.kind {
	case facetText:
		t.MinLength, t.MaxLength = int(c.min), int(c.max)
	case facetDigits:
		t.Patterns = []string{fmt.Sprintf("([0-9]{%d})", c.max)}
	case facetSmall, facetEnum:
		for _, l := range c.labels {
			label := l.It
			if official, ok := misprints[f][l.Code]; ok {
				label = official
			}
			t.Codes = append(t.Codes, xsd.Code{Value: l.Code, Label: label})
		}
	case facetCF:
		t.Patterns = []string{patternCF}
	case facetMonth:
		t.Patterns = []string{patternMonth}
	case facetDate:
		t.Base = "date"
	case facetDecimal:
		t.Base = "decimal"
	case facetInt:
		t.Base = "int"
		if c.min > -1<<31 {
			t.MinInclusive = strconv.Itoa(int(c.min))
		}
		t.MaxInclusive = strconv.Itoa(int(c.max))
	}
	return t
}
