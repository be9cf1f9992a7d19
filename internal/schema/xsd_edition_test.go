package schema

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"flussi/internal/flusso"
	"flussi/internal/testshared"
)

// editions are what INPS might change in a schema: what stands there, what stands
// there instead, and what that makes of a flow (old and new in turn).
var editions = map[flusso.Tipo][][]string{
	flusso.PSPSASINA: {
		{`<xs:maxLength value="50"/>`, `<xs:minLength value="3"/><xs:maxLength value="24"/>`},
		{`name="CaratterePrestazione" type="CaratterePrestazioneType" use="optional"`, `name="CaratterePrestazione" type="CaratterePrestazioneType" use="required"`},
		{`<xs:attribute name="PresaCarico"`, `<xs:attribute name="CodiceUnico" use="required" type="TipoOperazioneType"/><xs:attribute name="PresaCarico"`, ` PresaCarico=`, ` CodiceUnico="C" PresaCarico=`},
		{`<xs:attribute name="PresaCarico" type="PresaCaricoType" use="required"/>`, ``, ` PresaCarico="1"`, ` `, ` PresaCarico="2"`, ` `},
		{`<xs:pattern value="([0-9]{6})"/>`, `<xs:pattern value="\d{3}[0-9]{0,3}|[^0-9 ]+"/>`},
		{`<xs:pattern value="([A-Za-z]{6}\d{2}[A-Za-z]\d{2}[A-Za-z][A-Za-z0-9]{3}[A-Za-z])|(\d{11} {0,5})"/>`, `<xs:pattern value="[A-Z]{6}.{10}"/><xs:pattern value="\d{11}\s*"/>`},
		{`type="SINAType" minOccurs="0"`, `type="SINAType" minOccurs="0" maxOccurs="1"`},
		{`<xs:element name="SINA" type="SINAType" minOccurs="0"/>`, `<xs:element name="Nota" type="xs:string" minOccurs="0"/><xs:element name="SINA" type="SINAType" minOccurs="0"/>`, `<SINA`, `<Nota>à</Nota><SINA`},
		{`name="Indirizzo" type="IndirizzoType" maxOccurs="5"`, `name="Indirizzo" type="IndirizzoType" minOccurs="0" maxOccurs="2"`},
		{`<xs:maxInclusive value="12"/>`, `<xs:maxInclusive value="24"/>`},
		{`<xs:restriction base="xs:date"/>`, `<xs:restriction base="xs:string"><xs:length value="10"/></xs:restriction>`},
		{`<xs:restriction base="xs:decimal"/>`, `<xs:restriction base="xs:decimal"><xs:pattern value="[0-9]+\.[0-9]{2}"/></xs:restriction>`},
		{`<xs:element name="NecessitaInterventiSociali" minOccurs="0">`, `<xs:element name="NecessitaInterventiSociali">`},
	},
	flusso.SINBA: {
		{`<xs:attribute name="Disabilita" type="DisabilitaType" use="required"/>`, `<xs:attribute name="Disabilita" use="optional" type="xs:string"/>`},
		{`<xs:element name="CodicePrestazione" maxOccurs="unbounded">`, `<xs:element name="CodicePrestazione" maxOccurs="2">`},
		{`<xs:pattern value="((0[1-9])|(1[0-2]))[/](19|20)[0-9]{2}"/>`, `<xs:pattern value="[0-9]{2}[/]20[0-9]{2}"/>`},
		{`<xs:maxLength value="20"/>`, `<xs:maxLength value="20"/><xs:pattern value="[A-Za-z0-9\-]*"/>`},
		{`<xs:enumeration value="2">`, `<xs:enumeration value="2a">`, `MinoreStranieroNoAcc="2"`, `MinoreStranieroNoAcc="2a"`},
		{`<xs:maxInclusive value="9"/>`, `<xs:minInclusive value="1"/><xs:maxInclusive value="9"/>`},
	},
}

// TestEditionsAgainstXmllint changes INPS's schemas and asks of each, and of
// flows, what xmllint says.
func TestEditionsAgainstXmllint(t *testing.T) {
	lint := testshared.Peer(t, "xmllint")
	official := testshared.Dir(t, "official")
	bases := map[flusso.Tipo]string{
		flusso.PSPSASINA: flowXML(beneficiarioXML(prestazioneXML, sinaXML), beneficiarioXML(prestazioneXML), beneficiarioXML(sinaXML)),
		flusso.SINBA:     flowXML(minoreXML, minoreXML, minoreXML),
	}
	for tipo, file := range map[flusso.Tipo]string{flusso.PSPSASINA: "PS_PSA_SINA201812.xsd", flusso.SINBA: "SINBA.xsd"} {
		text, err := os.ReadFile(filepath.Join(official, file))
		if err != nil {
			t.Fatal(err)
		}
		for i, change := range editions[tipo] {
			t.Run(fmt.Sprintf("%s %d", tipo, i), func(t *testing.T) {
				t.Parallel()
				changed := strings.Replace(string(text), change[0], change[1], 1)
				if changed == string(text) {
					t.Fatal("the schema has not what is to be changed")
				}
				path := filepath.Join(t.TempDir(), "new.xsd")
				if err := os.WriteFile(path, []byte(changed), 0o600); err != nil {
					t.Fatal(err)
				}
				edition, of, err := ReadEdition(strings.NewReader(changed))
				if err != nil || of != tipo {
					t.Fatalf("%v %v", of, err)
				}
				rng := rand.New(rand.NewPCG(uint64(i), uint64(tipo)))
				base := strings.NewReplacer(change[2:]...).Replace(bases[tipo])
				docs := []string{base, bases[tipo]}
				for _, doc := range nastyValues(tipo, base) {
					if rng.IntN(8) == 0 {
						docs = append(docs, doc)
					}
				}
				for range 300 {
					docs = append(docs, mutate(rng, docs[rng.IntN(2)]))
				}
				compareWithXmllint(t, lint, path, Options{Edition: edition}, docs)
			})
		}
	}
}

// TestReadEdition: INPS's own files are the built-in tables, however they were
// saved.
func TestReadEdition(t *testing.T) {
	official := testshared.Dir(t, "official")
	for name, want := range map[string]flusso.Tipo{"PS_PSA_SINA201812.xsd": flusso.PSPSASINA, "SINBA.xsd": flusso.SINBA} {
		text, err := os.ReadFile(filepath.Join(official, name))
		if err != nil {
			t.Fatal(err)
		}
		saved := bytes.ReplaceAll(bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n")), []byte("\n"), []byte("\r\n\t"))
		for _, same := range [][]byte{text, saved} {
			if edition, tipo, err := ReadEdition(bytes.NewReader(same)); edition != nil || tipo != want || err != nil {
				t.Errorf("%s: %v, %v, %v", name, edition, tipo, err)
			}
		}
	}
	for name, text := range map[string]string{
		"nothing": "", "no XML": "x", "no schema": "<a/>", "no element": "<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema' elementFormDefault='qualified'/>",
		"another family": `<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema' elementFormDefault='qualified' targetNamespace='http://inps.it/Casellario'>
			<xs:element name='Flusso'><xs:complexType><xs:sequence><xs:element name='SINBA' type='xs:string'/></xs:sequence></xs:complexType></xs:element></xs:schema>`,
	} {
		if edition, _, err := ReadEdition(strings.NewReader(text)); flusso.KindOf(err) != flusso.Invalid || edition != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestEditionBeyond: what would be judged wrongly is refused.
func TestEditionBeyond(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(testshared.Dir(t, "official"), "SINBA.xsd"))
	if err != nil {
		t.Fatal(err)
	}
	const pattern = `<xs:pattern value="((0[1-9])|(1[0-2]))[/](19|20)[0-9]{2}"/>`
	for _, change := range [][2]string{
		{pattern, `<xs:pattern value="\i\c*"/>`}, {pattern, `<xs:pattern value="[a-z-[aeiou]]"/>`}, {pattern, `<xs:pattern value="\p{Lu}"/>`},
		{pattern, `<xs:pattern value="(?:a)"/>`}, {pattern, `<xs:pattern value="a{2}{3}"/>`}, {pattern, `<xs:pattern value="a{"/>`}, {pattern, `<xs:pattern value="(a{1000}){1000}"/>`},
		{pattern, `<xs:whiteSpace value="collapse"/>`},
		{`base="xs:int"`, `base="xs:integer"`}, {`<xs:sequence>`, `<xs:sequence minOccurs="0">`}, {`use="required"`, `use="required" fixed="1"`},
		{`elementFormDefault="qualified"`, ``}, {`http://inps.it/Casellario" xmlns:xs`, `http://inps.it/Altro" xmlns:xs`},
	} {
		changed := strings.Replace(string(text), change[0], change[1], 1)
		if changed == string(text) {
			t.Fatalf("the schema has no %s", change[0])
		}
		if edition, _, err := ReadEdition(strings.NewReader(changed)); flusso.KindOf(err) != flusso.Invalid || edition != nil {
			t.Errorf("%s: %v", change[1], err)
		}
	}
}
