package xsd

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"flussi/internal/flusso"
)

// schemaOf puts a body into a schema whose element A is of the type T.
func schemaOf(body string) string {
	return `<xs:schema xmlns="u" xmlns:xs="` + Namespace + `" targetNamespace="u" elementFormDefault="qualified">
<xs:element name="A" type="T"/>
` + body + `
</xs:schema>`
}

const (
	plainType = `<xs:complexType name="T"><xs:sequence><xs:element name="B" minOccurs="0" maxOccurs="5" type="S"/></xs:sequence>` +
		`<xs:attribute name="x" use="required" type="S"/><xs:attribute name="y" type="xs:date"/></xs:complexType>`
	simpleType = `<xs:simpleType name="S"><xs:restriction base="xs:string"><xs:minLength value="1"/><xs:maxLength value="9"/></xs:restriction></xs:simpleType>`
)

func TestRead(t *testing.T) {
	s, err := Read(strings.NewReader(schemaOf(plainType+simpleType)), "A")
	if err != nil {
		t.Fatal(err)
	}
	var said []string
	s.Root.Walk(func(e *Element, a *Attribute) {
		if a != nil {
			said = append(said, fmt.Sprintf("%s %v %s", a.Path, a.Required, a.Type))
		} else {
			said = append(said, fmt.Sprintf("%s %d %d %v", e.Path, e.Min, e.Max, e.Text))
		}
	})
	want := "A 1 1 <nil>; A/@x true string (1..9); A/@y false date; A/B 0 5 string (1..9)"
	if got := strings.Join(said, "; "); got != want || s.Target != "u" {
		t.Errorf("%s\nwant %s", got, want)
	}
}

// A restriction of a restriction narrows it; patterns of both must match.
func TestNarrow(t *testing.T) {
	s, err := Read(strings.NewReader(schemaOf(`<xs:complexType name="T"><xs:attribute name="x" type="N"/></xs:complexType>
<xs:simpleType name="N"><xs:restriction base="M"><xs:maxLength value="3"/><xs:pattern value="a"/><xs:pattern value="b"/></xs:restriction></xs:simpleType>
<xs:simpleType name="M"><xs:restriction base="xs:string"><xs:length value="7"/><xs:pattern value="c"/></xs:restriction></xs:simpleType>`)), "A")
	if err != nil {
		t.Fatal(err)
	}
	if got := s.Root.Attributes[0].Type.String(); got != "string (7..3) /c/ /a|b/" {
		t.Error(got)
	}
}

func TestReadRefuses(t *testing.T) {
	for name, tt := range map[string]struct{ body, want string }{
		"choice":            {`<xs:complexType name="T"><xs:choice/></xs:complexType>`, "line 3 of the schema: choice is not known"},
		"extension":         {`<xs:complexType name="T"><xs:complexContent/></xs:complexType>`, "complexContent is not known"},
		"a group":           {`<xs:group name="g"/>`, "group is not known"},
		"include":           {`<xs:include schemaLocation="http://example.com/x.xsd"/>`, "include is not known"},
		"no such type":      {`<xs:complexType name="T"><xs:attribute name="x" type="Z"/></xs:complexType>`, `type="Z" is not known`},
		"another namespace": {`<xs:complexType name="T"><xs:attribute name="x" type="z:S"/></xs:complexType>` + simpleType, `type="z:S" is not known`},
		"a default":         {`<xs:complexType name="T"><xs:attribute name="x" type="xs:date" default="1"/></xs:complexType>`, "attribute/@default is not known"},
		"recursion":         {`<xs:complexType name="T"><xs:sequence><xs:element name="B" type="T"/></xs:sequence></xs:complexType>`, "an element within itself is not known"},
		"a type of itself":  {`<xs:complexType name="T"><xs:attribute name="x" type="S"/></xs:complexType><xs:simpleType name="S"><xs:restriction base="S"/></xs:simpleType>`, "simpleType is not known"},
		"a union":           {`<xs:complexType name="T"><xs:attribute name="x"><xs:simpleType><xs:union/></xs:simpleType></xs:attribute></xs:complexType>`, "simpleType is not known"},
		"a bad bound":       {`<xs:complexType name="T"><xs:sequence><xs:element name="B" maxOccurs="many" type="xs:date"/></xs:sequence></xs:complexType>`, `maxOccurs="many" is not known`},
		"text":              {`x`, "the file is no XSD"},
		"not closed":        {`<xs:complexType>`, "the file is no XSD"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Read(strings.NewReader(schemaOf(tt.body)), "A")
			var told *flusso.Error
			if !errors.As(err, &told) || told.Kind != flusso.Invalid || !strings.Contains(told.What.En, tt.want) || told.Hint.IsZero() {
				t.Errorf("%v, want %s", err, tt.want)
			}
		})
	}
	bomb := schemaOf(plainType + simpleType)
	for name, text := range map[string]string{
		"nothing": "", "a DOCTYPE": `<!DOCTYPE a [<!ENTITY a "b">]>` + bomb, "huge": bomb + strings.Repeat(" ", MaxBytes),
		"deep": strings.Repeat(`<xs:schema xmlns:xs="`+Namespace+`">`, 1000), "exponential": schemaOf(doubling(40)),
	} {
		if _, err := Read(strings.NewReader(text), "A"); flusso.KindOf(err) != flusso.Invalid || err == nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// doubling has two of T1 in T, two of T2 in each T1, and so on.
func doubling(n int) string {
	var b strings.Builder
	name := "T"
	for i := range n {
		below := fmt.Sprintf("T%d", i)
		fmt.Fprintf(&b, `<xs:complexType name="%s"><xs:sequence><xs:element name="a" type="%s"/><xs:element name="b" type="%s"/></xs:sequence></xs:complexType>`, name, below, below)
		name = below
	}
	return b.String() + `<xs:complexType name="` + name + `"/>`
}

func TestDiff(t *testing.T) {
	base := schemaOf(plainType + simpleType + `<xs:simpleType name="E"><xs:restriction base="xs:string"/></xs:simpleType>`)
	for name, tt := range map[string]struct {
		change [2]string
		want   string
	}{
		"nothing":            {[2]string{"", ""}, ""},
		"another order":      {[2]string{`<xs:attribute name="x" use="required" type="S"/><xs:attribute name="y" type="xs:date"/>`, `<xs:attribute name="y" type="xs:date"/><xs:attribute name="x" use="required" type="S"/>`}, ""},
		"optional now":       {[2]string{` use="required"`, ``}, "A/@x: optional now required optional loosens"},
		"required now":       {[2]string{`name="y"`, `name="y" use="required"`}, "A/@y: required now optional required breaks"},
		"attribute gone":     {[2]string{`<xs:attribute name="y" type="xs:date"/>`, ``}, "A/@y: attribute gone date  breaks"},
		"a required one":     {[2]string{`<xs:attribute name="y"`, `<xs:attribute name="z" use="required" type="xs:int"/><xs:attribute name="y"`}, "A/@z: new attribute, required  int both"},
		"longer":             {[2]string{`<xs:maxLength value="9"/>`, ``}, "A/@x: length in characters 1..9 1.. loosens; A/B: length in characters 1..9 1.. loosens"},
		"shorter":            {[2]string{`<xs:minLength value="1"/>`, `<xs:minLength value="2"/>`}, "A/@x: length in characters 1..9 2..9 breaks; A/B: length in characters 1..9 2..9 breaks"},
		"more often":         {[2]string{`maxOccurs="5"`, `maxOccurs="unbounded"`}, "A/B: how many times it may come 0..5 0..n loosens"},
		"element gone":       {[2]string{`<xs:element name="B" minOccurs="0" maxOccurs="5" type="S"/>`, ``}, "A/B: element gone 0..5  breaks"},
		"a type":             {[2]string{`type="xs:date"`, `type="xs:string"`}, "A/@y: type date string both"},
		"another namespace":  {[2]string{`xmlns="u"`, `xmlns="v"`}, "A: namespace u v both"},
		"element before":     {[2]string{`<xs:sequence>`, `<xs:sequence><xs:element name="C" type="xs:int"/>`}, "A/C: new element  1 both"},
		"an optional before": {[2]string{`<xs:sequence>`, `<xs:sequence><xs:element name="C" minOccurs="0" type="xs:int"/>`}, "A/C: new element  0..1 loosens"},
	} {
		t.Run(name, func(t *testing.T) {
			changed := strings.ReplaceAll(base, tt.change[0], tt.change[1])
			if tt.change[0] == "" {
				changed = base
			}
			changed = strings.Replace(changed, `targetNamespace="u" elementFormDefault="qualified">`, `targetNamespace="`+string(changed[strings.Index(changed, `xmlns="`)+7])+`" elementFormDefault="qualified">`, 1)
			if got := said(t, base, changed); got != tt.want {
				t.Errorf("%s\nwant %s", got, tt.want)
			}
		})
	}
}

func TestDiffOfCodes(t *testing.T) {
	codes := func(list string) string {
		return schemaOf(`<xs:complexType name="T"><xs:attribute name="x" type="S"/></xs:complexType><xs:simpleType name="S"><xs:restriction base="xs:string">` + list + `</xs:restriction></xs:simpleType>`)
	}
	one := `<xs:enumeration value="1"><xs:annotation><xs:documentation> uno
</xs:documentation></xs:annotation></xs:enumeration>`
	two := `<xs:enumeration value="2"/>`
	for name, tt := range map[string]struct{ was, is, want string }{
		"new":     {one, one + two, "A/@x: new code  2 loosens"},
		"gone":    {one + two, two, "A/@x: code gone 1 uno  breaks"},
		"renamed": {one, strings.Replace(one, "uno", "primo", 1), "A/@x: meaning of the code 1 uno primo neither"},
		"first":   {"", one, "A/@x: only these codes now  1 breaks"},
		"last":    {one, "", "A/@x: these codes alone no more 1  loosens"},
	} {
		if got := said(t, codes(tt.was), codes(tt.is)); got != tt.want {
			t.Errorf("%s: %s\nwant %s", name, got, tt.want)
		}
	}
}

// said is the difference of two schemas in one line.
func said(t *testing.T, was, is string) string {
	t.Helper()
	var read [2]*Schema
	for i, text := range []string{was, is} {
		var err error
		if read[i], err = Read(strings.NewReader(text), "A"); err != nil {
			t.Fatal(err)
		}
	}
	var all []string
	for _, c := range Diff(read[0], read[1]) {
		all = append(all, fmt.Sprintf("%s: %s %s %s %s", c.Path, c.What.En, c.Was, c.Is, c.Effect))
	}
	return strings.Join(all, "; ")
}

func FuzzRead(f *testing.F) {
	f.Add(schemaOf(plainType + simpleType))
	f.Add(schemaOf(doubling(3)))
	f.Fuzz(func(t *testing.T, text string) {
		s, err := Read(strings.NewReader(text), "A")
		if err != nil {
			if flusso.KindOf(err) != flusso.Invalid {
				t.Error(err)
			}
			return
		}
		if changes := Diff(s, s); len(changes) > 0 {
			t.Errorf("a schema differs from itself: %+v", changes)
		}
	})
}
