package repair_test

import (
	"bytes"
	"io"
	"regexp"
	"strings"
	"testing"

	"flussi/internal/flusso"
	"flussi/internal/repair"
	"flussi/internal/schema"
	"flussi/internal/sinba"
	"flussi/internal/synth"
)

// TestCodes: fiscal codes in a SINBA flow become codes of the Ente, the same name the
// same one, and codes stay; the flow is valid then, and holds none of the names.
func TestCodes(t *testing.T) {
	var flow bytes.Buffer
	if _, err := synth.Write(&flow, synth.Options{Tipo: flusso.SINBA, Beneficiari: 50, Seed: 3}); err != nil {
		t.Fatal(err)
	}
	names := []string{"AAAAAA10A01H501X", "pratica 7"}
	n := 0
	id := regexp.MustCompile(`IDBeneficiario="[^"]*"`)
	named := id.ReplaceAllStringFunc(flow.String(), func(string) string { n++; return `IDBeneficiario="` + names[n%2] + `"` })
	if rules(t, named)["SINBA-010"] == 0 {
		t.Fatal("the names break no rule")
	}
	key, err := sinba.New(bytes.NewReader(bytes.Repeat([]byte{7}, 16)), "H501")
	if err != nil {
		t.Fatal(err)
	}
	coder, err := key.NewCoder()
	if err != nil {
		t.Fatal(err)
	}
	run := func(flow string) (string, int) {
		changes := 0
		out, err := io.ReadAll(repair.NewReader(strings.NewReader(flow), schema.Options{}, []repair.Repair{repair.Codes(coder)}, func(c repair.Change) {
			if changes++; c.Repair != "codice-anonimo" || !strings.HasSuffix(c.Path, "@IDBeneficiario") {
				t.Errorf("told: %+v", c)
			}
		}))
		if err != nil {
			t.Fatal(err)
		}
		return string(out), changes
	}
	out, changes := run(named)
	if changes != n {
		t.Errorf("%d of %d codes were made", changes, n)
	}
	seen := map[string]int{}
	for _, code := range id.FindAllString(out, -1) {
		seen[code]++
	}
	if len(seen) != 2 || seen[`IDBeneficiario="M0321214764262066192"`] != n/2 {
		t.Errorf("two names have the codes %v", seen)
	}
	if broken := rules(t, out); broken["SINBA-010"] > 0 || broken["SINBA-011"] > 0 || broken["SINBA-012"] > 0 {
		t.Errorf("with codes it breaks %v", broken)
	}
	if again, changes := run(out); again != out || changes != 0 {
		t.Error("codes are coded once more")
	}
}
