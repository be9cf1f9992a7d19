package testshared

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// Markers are values that must be found nowhere, by the name of what they
// stand for: a test that finds one tells the name, never the value.
type Markers map[string]string

// personalAttributes are the attributes of a flow that name a person.
var personalAttributes = regexp.MustCompile(`\b(CodiceFiscale|Cognome|Nome|ProtocolloDomanda|IDBeneficiario|CFOperatore)="([^"]*)"`)

// FromXML adds every personal value of a flow that is long enough not to occur
// by chance. official tells which names of flows may be shown.
func (m Markers) FromXML(flow []byte, official func(string) bool) {
	for i, found := range personalAttributes.FindAllSubmatch(flow, -1) {
		if value := string(found[2]); len(value) >= 8 && !official(value) {
			m[fmt.Sprintf("%s %d", found[1], i)] = value
		}
	}
}

// In tells which markers stand in data.
func (m Markers) In(data []byte) (names []string) {
	for name, value := range m {
		if bytes.Contains(data, []byte(value)) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// Below searches every file below dir: its name, and its content unless
// allowed says that this content may hold what it likes. It gives "where:
// which marker", and the number of files searched.
func (m Markers) Below(t testing.TB, dir string, allowed func(rel string) bool) (found []string, files int) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || path == dir {
			return err
		}
		rel, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		rel = filepath.ToSlash(rel)
		if names := m.In([]byte(d.Name())); len(names) > 0 {
			found = append(found, fmt.Sprintf("a name below %s: %v", filepath.ToSlash(filepath.Dir(rel)), names))
		}
		if d.IsDir() || allowed(rel) {
			return nil
		}
		files++
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if names := m.In(data); len(names) > 0 {
			found = append(found, fmt.Sprintf("in %s: %v", rel, names))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found, files
}

// Encoded adds what the markers look like where somebody wrote them down in another way:
// as base64 at each of its three offsets, in hexadecimal, escaped for an address, for
// JSON, or for a string of Go.
func (m Markers) Encoded() Markers {
	all := maps.Clone(m)
	for name, value := range m {
		for offset := range 3 {
			padded := append(bytes.Repeat([]byte{'x'}, offset), value...)
			for kind, encoding := range map[string]*base64.Encoding{"base64": base64.RawStdEncoding, "base64url": base64.RawURLEncoding} {
				// What neighbours have a part in is left out: (offset*8+5)/6 characters at the
				// begin, and the last one.
				text := encoding.EncodeToString(padded)
				all[fmt.Sprintf("%s, %s at %d", name, kind, offset)] = text[(offset*8+5)/6 : len(text)-1]
			}
		}
		all[name+", hex"] = hex.EncodeToString([]byte(value))
		all[name+", HEX"] = strings.ToUpper(hex.EncodeToString([]byte(value)))
		all[name+", escaped"] = url.QueryEscape(value)
		all[name+", path"] = url.PathEscape(value)
		inJSON, err := json.Marshal(value)
		if err != nil {
			panic(err) // a string always is
		}
		all[name+", JSON"] = strings.Trim(string(inJSON), `"`)
		all[name+", quoted"] = strings.Trim(strconv.Quote(value), `"`)
	}
	return all
}
