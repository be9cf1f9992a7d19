package anonymize

import (
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base32"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"hash"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"flussi/internal/flusso"
	"flussi/internal/schema"
)

// guesses are the forms in which a careless program lets an identifier leave: as
// it is, written otherwise, hashed, or hashed with a key that is no secret.
func guesses(identifier string) (all []string) {
	reversed := []byte(identifier)
	slices.Reverse(reversed)
	all = append(all, identifier, strings.ToLower(identifier), string(reversed), hex.EncodeToString([]byte(identifier)),
		base64.StdEncoding.EncodeToString([]byte(identifier)), base32.StdEncoding.EncodeToString([]byte(identifier)))
	sums := [][]byte{}
	for _, text := range []string{identifier, strings.ToLower(identifier), "H501" + identifier, identifier + "\n"} {
		a, b, c := md5.Sum([]byte(text)), sha1.Sum([]byte(text)), sha256.Sum256([]byte(text))
		sums = append(sums, a[:], b[:], c[:])
	}
	for _, key := range []string{"", "regione-lazio", "prestazioni", "custode", "H501", "2025"} {
		for _, h := range []func() hash.Hash{sha1.New, sha256.New} {
			m := hmac.New(h, []byte(key))
			m.Write([]byte(identifier))
			sums = append(sums, m.Sum(nil))
		}
	}
	for _, sum := range sums {
		// A code has 26 characters: a longer form cut to it is the same leak.
		all = append(all, hex.EncodeToString(sum)[:26], base64.StdEncoding.EncodeToString(sum)[:20],
			strings.ToLower(base32.StdEncoding.EncodeToString(sum))[:26])
	}
	return all
}

// TestGuessesBite: a program that hashes is found out.
func TestGuessesBite(t *testing.T) {
	sum := sha256.Sum256([]byte("AAAAAA80A01H501X"))
	leak := "x;" + strings.ToLower(base32.StdEncoding.EncodeToString(sum[:16])) + ";y"
	if !slices.ContainsFunc(guesses("AAAAAA80A01H501X"), func(g string) bool { return strings.Contains(leak, g) }) {
		t.Error("a plain hash passes")
	}
}

// TestIdentifiersLeaveAsCodesOrNotAtAll: of two flows that differ in one
// identifier, whatever names a person, a household or a practice, anonymous rows
// and tables are the same in everything but codes, and no form of it is in them,
// whichever policy of linking the recipient has.
func TestIdentifiersLeaveAsCodesOrNotAtAll(t *testing.T) {
	isPerson := []schema.Field{schema.CodiceFiscale, schema.SINBAIDBeneficiario, schema.CodicePersona}
	seen := map[schema.Field]int{}
	for _, tipo := range flusso.Tipi {
		for f, flows := range identifierFlows(tipo) {
			for _, level := range []Level{IndividualeAnonimo, Aggregato} {
				for _, link := range []string{LinkNone, LinkPeriod, LinkWindow} {
					if level == Aggregato && link != LinkNone {
						continue // of tables the policy says nothing
					}
					name := fmt.Sprintf("%s %s, %s, %s", tipo, schema.Info(f).Name, level, link)
					req := request(lazio, tipo, level)
					if req.Recipient.Linkability = link; link != LinkNone {
						req.Codes = codesOfCustode(t)
						req.Scheme = fitted(t, req, 1, flows[0].text)
					}
					var rows [2][]string
					var codes [2][]string
					for i, flow := range flows {
						o := disclose(t, req, 100, flow.text)
						if o.balance.Disclosed == 0 {
							t.Fatalf("%s: nothing disclosed, nothing tried: %+v", name, o.balance)
						}
						rows[i], codes[i] = apart(o.rows)
						for _, value := range flow.values {
							for _, g := range guesses(value) {
								if strings.Contains(o.bytes.String(), g) {
									t.Errorf("%s: a form of the identifier leaves", name)
								}
							}
						}
					}
					if !slices.Equal(rows[0], rows[1]) {
						t.Errorf("%s: changes more than codes", name)
					}
					same := slices.Equal(codes[0], codes[1])
					if want := !(slices.Contains(isPerson, f) && link != LinkNone); same != want {
						t.Errorf("%s: codes are the same: %v", name, same)
					}
					seen[f]++
				}
			}
		}
	}
	for f := schema.Field(1); int(f) < schema.NumFields; f++ {
		if RoleOf(f).Role == DirectIdentifier && seen[f] == 0 {
			t.Errorf("%s: not tried", schema.Info(f).Name)
		}
	}
}

// identifierFlow is a flow and what it has in one identifier.
type identifierFlow struct {
	text   string
	values []string
}

// identifierFlows are, for each identifier of a kind of flow, two flows that
// differ in nothing else.
func identifierFlows(tipo flusso.Tipo) map[schema.Field][2]identifierFlow {
	all := map[schema.Field][2]identifierFlow{}
	if tipo == flusso.Ritorno {
		var flows [2]identifierFlow
		for i := range flows {
			for n := range 24 {
				flows[i].values = append(flows[i].values, fmt.Sprintf("PERSONA-%c-%03d", 'A'+i, n))
			}
			flows[i].text = ritornoFlow(flows[i].values...)
		}
		all[schema.CodicePersona] = flows
		return all
	}
	flow := full(tipo)
	for _, f := range schema.Fields(tipo) {
		if RoleOf(f.Field).Role != DirectIdentifier {
			continue
		}
		var flows [2]identifierFlow
		for i := range flows {
			value := func(n int) string {
				v := longIdentifier(f.Field, i, n)
				flows[i].values = append(flows[i].values, v)
				return v
			}
			flows[i].text = vary(flow, f, value)
		}
		all[f.Field] = flows
	}
	return all
}

// longIdentifier is a value that cannot stand in a row by chance: the n-th person's
// in the i-th flow.
func longIdentifier(f schema.Field, i, n int) string {
	switch f {
	case schema.CodiceFiscale:
		return fmt.Sprintf("ZZZZ%c%c80A01H%03dX", 'A'+i, 'A'+n/1000, n%1000)
	case schema.EnteCFOperatore:
		return fmt.Sprintf("OPRTRE8%dA01H501X", i)
	}
	return fmt.Sprintf("IDN%c%05d", 'A'+i, n)
}

var codeForm = regexp.MustCompile(`^[a-z2-7]{26}$`)

// apart gives the rows without their codes, and the codes, each sorted.
func apart(rows []map[string]string) (texts, codes []string) {
	for _, row := range rows {
		text := ""
		for _, c := range slices.Sorted(maps.Keys(row)) {
			if c == "riga" || c == "persona" {
				code := row[c]
				if !codeForm.MatchString(code) {
					code = "not a code"
				}
				codes = append(codes, code)
				continue
			}
			text += c + "=" + row[c] + ";"
		}
		texts = append(texts, text)
	}
	slices.Sort(texts)
	slices.Sort(codes)
	return texts, codes
}
