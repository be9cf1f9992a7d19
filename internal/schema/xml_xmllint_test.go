package schema

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"flussi/internal/flusso"
	"flussi/internal/testshared"
)

// TestXmllint holds SchemaValid against xmllint on a hundred thousand
// documents: every attribute with every value of a nasty corpus, then seeded
// mutations of valid flows, most of them in records that are read by blocks.
// Where they differ it must be for a reason that doc.go gives. FLUSSI_XMLLINT_DOCS
// and FLUSSI_XMLLINT_SEED ask for more mutations of each flow, and for others.
func TestXmllint(t *testing.T) {
	lint := testshared.Peer(t, "xmllint")
	official := testshared.Dir(t, "official")
	bases := map[flusso.Tipo][]string{
		flusso.PSPSASINA: {flowXML(beneficiarioXML(prestazioneXML, sinaXML), beneficiarioXML(prestazioneXML), beneficiarioXML(sinaXML))},
		flusso.SINBA:     {flowXML(minoreXML, minoreXML, minoreXML)},
	}
	for i, tipo := range []flusso.Tipo{flusso.PSPSASINA, flusso.SINBA, flusso.PSPSASINA} {
		sample, err := os.ReadFile(filepath.Join(official, "samples", fmt.Sprintf("inps-sample-%d.xml", i+1)))
		if err != nil {
			t.Fatal(err)
		}
		bases[tipo] = append(bases[tipo], string(sample))
	}
	seed, mutations := asked(t, "FLUSSI_XMLLINT_SEED", 20261122), asked(t, "FLUSSI_XMLLINT_DOCS", 45_000)
	t.Logf("seed %d", seed)
	for tipo, xsd := range map[flusso.Tipo]string{flusso.PSPSASINA: "PS_PSA_SINA201812.xsd", flusso.SINBA: "SINBA.xsd"} {
		t.Run(tipo.String(), func(t *testing.T) {
			t.Parallel()
			rng := rand.New(rand.NewPCG(uint64(seed), uint64(tipo)))
			docs := append([]string{}, bases[tipo]...)
			docs = append(docs, nastyValues(tipo, bases[tipo][0])...)
			for range mutations {
				if len(docs) == batchOfDocs {
					compareWithXmllint(t, lint, filepath.Join(official, xsd), Options{}, docs)
					docs = docs[:0]
				}
				doc := bases[tipo][rng.IntN(len(bases[tipo]))]
				for range 1 + rng.IntN(3) {
					doc = mutate(rng, doc)
				}
				docs = append(docs, doc)
			}
			compareWithXmllint(t, lint, filepath.Join(official, xsd), Options{}, docs)
		})
	}
}

const batchOfDocs = 10_000 // held at once

// asked reads a number from the environment.
func asked(t *testing.T, name string, otherwise int) int {
	text := os.Getenv(name)
	if text == "" {
		return otherwise
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return n
}

func compareWithXmllint(t *testing.T, lint, xsd string, opt Options, docs []string) {
	dir := t.TempDir()
	const perRun = 1000
	valid := 0
	for from := 0; from < len(docs); from += perRun {
		part := docs[from:min(from+perRun, len(docs))]
		args := []string{"--noout", "--nonet", "--schema", xsd}
		for i, doc := range part {
			name := filepath.Join(dir, fmt.Sprintf("%d.xml", i))
			if err := os.WriteFile(name, []byte(doc), 0o600); err != nil {
				t.Fatal(err)
			}
			args = append(args, name)
		}
		said, _ := exec.Command(lint, args...).CombinedOutput() // exits 3 or so when any document fails
		for i, doc := range part {
			want := bytes.Contains(said, []byte(args[4+i]+" validates\n"))
			if want {
				valid++
			}
			opt.Limits.window = 32 << (i % 3 * 4)
			got := read(t, strings.NewReader(doc), opt, nil)
			if got.summary.SchemaValid != want && !documented(doc, got) {
				t.Errorf("xmllint says %v, we say %v (%v):\n%s", want, !want, got.formal(), doc)
			}
		}
	}
	t.Logf("%d documents, %d of them valid", len(docs), valid)
	if valid < len(docs)/20 || valid > len(docs)*19/20 {
		t.Errorf("%d valid documents of %d tell little", valid, len(docs))
	}
}

// documented tells whether doc.go says why a document that xmllint accepts is
// refused here.
func documented(doc string, got reading) bool {
	if got.summary.Refused == nil {
		return false
	}
	switch got.summary.Refused.Rule {
	case fileDoctype, fileEncoding, fileLimits, fileTooLarge:
		return true
	case fileTwo:
		return strings.Contains(doc, "\x00")
	}
	return false
}

var nasty = []string{
	"", " ", "0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15", "01", "-1", "+1", "-0", "1.", ".5", "1.5", "1,5", "1e3",
	" 1", "1 ", "&#9;1", "1&#10;", "\n1", "A", "I", "C", "i", "x",
	"380", "38", "3800", "٣٨٠", "058091", "58091", "1939", "193", "19391", "-939",
	"2020-01-01", "2020-02-30", "2020-02-29", "2019-02-29", " 2020-01-01", "2020-01-01Z", "2020-01-01+14:01", "-0004-02-29", "0000-01-01", "12020-01-01", "2020-01-01T00:00:00",
	"01/2020", "13/2020", "1/2020", "12/1899", "12345678901", "12345678901     ", "12345678901      ", "1234567890١",
	"AAABBB39M66A351C", "aaabbb39m66a351c", "AAABBB39M66A351", "AAABBBLPM66A351C", "AAABBB٣٩M66A351C", "AAABBB39M66A351C ",
	"H501", "h501", "àèìò", "😀😀😀😀", "A1.04", "A1.0", "A1.05.01ab", "A1.05.01abc", "&lt;&amp;&gt;&quot;&apos;", "a&#x20;b c&#13;d", "dieci car.", "nove car.",
	"2147483647", "2147483648", "-2147483648", "-2147483649", "000000000000000000000000000000000000005",
	"123456789012345678901234", "1234567890123456789012345", "0.123456789012345678901234", "0.1234567890123456789012345",
	"aaaaaaaaaaaaaaaaaaaa", "aaaaaaaaaaaaaaaaaaaaa", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
	"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "àààààààààààààààààààààààààààààààààààà", "ààààààààààààààààààààààààààààààààààààà",
	strings.Repeat("n", 50), strings.Repeat("n", 51), strings.Repeat("à", 100), strings.Repeat("n", 101), strings.Repeat("à", 200), strings.Repeat("n", 201),
	"\x7f", "\u0085", "\ufeff", "\x01", "\xe0", "<", "&", "&x;", "&#0;", "&#xD800;", "\ufffe",
}

var (
	attributeXML = regexp.MustCompile(`\s([A-Za-z:]+)\s*=\s*"([^"<]*)"`)
	elementXML   = regexp.MustCompile(`<([A-Za-z:]+)[^<>]*?(/>|>[^<]*</[A-Za-z:]+>)`)
	tagXML       = regexp.MustCompile(`</?[A-Za-z:]+[^<>]*>`)
)

// nastyValues gives base with each attribute of each field, and each value of a
// list, replaced by each nasty value; an optional attribute that base lacks is
// added.
func nastyValues(tipo flusso.Tipo, base string) (docs []string) {
	for _, info := range Fields(tipo) {
		at := strings.LastIndexByte(info.Path, '/')
		name := info.Path[at+1:]
		above := info.Path[:at]
		parent := above[strings.LastIndexByte(above, '/')+1:]
		for _, v := range nasty {
			var changed string
			if attribute, ok := strings.CutPrefix(name, "@"); ok {
				tag := regexp.MustCompile(`<` + parent + `[\s>][^>]*>`).FindStringIndex(base)
				if tag == nil {
					continue
				}
				text := regexp.MustCompile(`\s`+attribute+`="[^"]*"`).ReplaceAllLiteralString(base[tag[0]:tag[1]], "")
				changed = base[:tag[0]] + "<" + parent + " " + attribute + `="` + v + `"` + text[1+len(parent):] + base[tag[1]:]
			} else {
				value := regexp.MustCompile(`<` + name + `>([^<]*)</`).FindStringSubmatchIndex(base)
				if value == nil {
					continue
				}
				changed = base[:value[2]] + v + base[value[3]:]
			}
			docs = append(docs, changed)
		}
	}
	return docs
}

var insertions = []string{
	" ", "\n", "\r\n", "\t", "<!-- c -->", "<!---->", "<!-- -- -->", "<?pi x?>", "<?xml version='1.0'?>", "<?XML?>", "<?a+?>", "<![CDATA[]]>", "<![CDATA[ ]]>",
	"<![CDATA[x]]>", "testo", "&#32;", "&#x41;", "&amp;", "&foo;", "]]>", "\u00a0", "<x/>", "<x></x>", "<x", "</x>", "<Indirizzo CodiceNazione='100'/>",
	"<InvCiv>1</InvCiv>", "<CodicePrestazione>A1.01</CodicePrestazione>", "<SINA/>", "<Famiglia/>", "<!DOCTYPE x>", "\x0b", "\xff", "<Beneficiario/>",
}

var additions = []string{
	` xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"`, ` xmlns:c="http://inps.it/Casellario"`, ` xmlns=""`, ` xmlns="urn:x"`, ` xmlns="http://inps.it/Casellario"`,
	` xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="a"`, ` xmlns:q="http://www.w3.org/2001/XMLSchema-instance" q:nil="false"`,
	` xmlns:q="http://www.w3.org/2001/XMLSchema-instance" q:noNamespaceSchemaLocation=""`, ` xmlns:q="http://www.w3.org/2001/XMLSchema-instance" q:x=""`,
	` xmlns:q="http://www.w3.org/2001/XMLSchema-instance" q:type="BeneficiarioType"`, ` xmlns:q="http://www.w3.org/2001/XMLSchema-instance" q:type="FlussoType"`,
	` xmlns:q="http://www.w3.org/2001/XMLSchema-instance" q:type="SinbaType"`, ` xmlns:q="http://www.w3.org/2001/XMLSchema-instance" q:type="AnagraficaType"`,
	` xmlns:p=""`, ` xmlns:xml="urn:x"`, ` xmlns:p="a b"`, ` xmlns:p="urn:x" p:a="1"`, ` q:a="1"`, ` xml:lang="it"`, ` a="1"`, ` a="1" a="2"`, `a="1"`, ` a='1'b='2'`, ` a=1`, ` a`,
	` PresaCarico="1"`, ` CodicePrestazione="A1.01"`, ` é="1"`, ` :a="1"`, ` a:="1"`, ` a:b:c="1"`, ` xmlns:1="x"`, ` xmlns:a:b="x"`, ` xmlns:a:="x"`, ` xmlns:a:1="x"`, ` xmlns::b="x"`, ` xmlns:a::b="x"`, ` /`, "\n", "  ", "\r",
}

// mutate changes one thing in a document.
func mutate(rng *rand.Rand, doc string) string {
	pick := func(re *regexp.Regexp) []int {
		all := re.FindAllStringSubmatchIndex(doc, -1)
		if len(all) == 0 {
			return nil
		}
		return all[rng.IntN(len(all))]
	}
	splice := func(from, to int, with string) string { return doc[:from] + with + doc[to:] }
	switch rng.IntN(18) {
	case 0, 1: // an attribute goes, or is doubled
		if m := pick(attributeXML); m != nil {
			return splice(m[0], m[1], strings.Repeat(doc[m[0]:m[1]], 2*rng.IntN(8)/7))
		}
	case 2: // is renamed
		if m := pick(attributeXML); m != nil {
			name := doc[m[2]:m[3]]
			return splice(m[2], m[3], []string{strings.ToLower(name), name + "x", "c:" + name, "xmlns:" + name, "Nome"}[rng.IntN(5)])
		}
	case 3, 4, 5: // has another value
		if m := pick(attributeXML); m != nil {
			return splice(m[4], m[5], nasty[rng.IntN(len(nasty))])
		}
	case 6: // other quotes, blanks around '='
		if m := pick(attributeXML); m != nil {
			return splice(m[3], m[1], []string{" = ", "\n=", "=\t"}[rng.IntN(3)]+"'"+doc[m[4]:m[5]]+"'")
		}
	case 7: // an element goes, or is doubled
		if m := pick(elementXML); m != nil {
			return splice(m[0], m[1], strings.Repeat(doc[m[0]:m[1]], 2*rng.IntN(2)))
		}
	case 8: // moves
		if m := pick(elementXML); m != nil {
			moved := doc[m[0]:m[1]]
			doc = splice(m[0], m[1], "")
			if to := pick(tagXML); to != nil {
				return splice(to[1], to[1], moved)
			}
		}
	case 9: // is renamed in both its tags
		if m := pick(elementXML); m != nil {
			text := doc[m[0]:m[1]]
			name := doc[m[2]:m[3]]
			return splice(m[0], m[1], strings.ReplaceAll(text, name, []string{strings.ToUpper(name), "c:" + name, "x"}[rng.IntN(3)]))
		}
	case 10, 11: // something comes between tags, or into a value
		if m := pick(tagXML); m != nil {
			return splice(m[1], m[1], insertions[rng.IntN(len(insertions))])
		}
	case 12: // a tag has one thing more
		if m := pick(regexp.MustCompile(`<[A-Za-z:]+`)); m != nil {
			return splice(m[1], m[1], additions[rng.IntN(len(additions))])
		}
	case 13: // all elements get a prefix
		doc = regexp.MustCompile(`<(/?)([A-Z])`).ReplaceAllString(doc, "<${1}n:$2")
		return strings.Replace(doc, ` xmlns="`, ` xmlns:n="`, 1)
	case 14: // an empty element is written long, or the other way
		if m := pick(regexp.MustCompile(`<([A-Za-z:]+)([^<>]*)/>`)); m != nil {
			between := []string{"", " ", "<!-- -->", "x"}[rng.IntN(4)]
			return splice(m[0], m[1], "<"+doc[m[2]:m[3]]+doc[m[4]:m[5]]+">"+between+"</"+doc[m[2]:m[3]]+" >")
		}
	case 15, 16: // a byte comes, goes, or becomes another
		const bytes = "<>&;'\"/=!?-[]:#x \t\n\r\x00\x01\xc3\xa9\xef\xbb\xbfA1"
		k, at := rng.IntN(len(bytes)), rng.IntN(len(doc)+1)
		return splice(at, min(len(doc), at+rng.IntN(2)), bytes[k:k+rng.IntN(2)])
	case 17: // the start or the end changes
		return []string{
			"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + doc, "<?xml version='1.1'?>" + doc, "\ufeff" + doc, " " + doc, "<!-- -->" + doc,
			doc + "<!-- -->", doc + "x", doc + doc, doc[:rng.IntN(len(doc)+1)], strings.ReplaceAll(doc, "\n", "\r\n"), strings.ReplaceAll(doc, "\n", ""),
			"<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>" + doc, "<?xml version=\"1.0\" encoding=\"US-ASCII\"?>" + doc, "<?xml version=\"1.0\" encoding=\"windows-1252\"?>" + doc,
		}[rng.IntN(14)]
	}
	return doc
}
