package main

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"flussi/internal/testshared"
)

// INPS's published samples pass the XSD, and break INPS's own rules where
// siuss.md section 1.6 says: these errors and no others.
var officialSamples = []struct {
	file                      string
	tipo                      string
	records, valid, rejected  int64
	errors, cooperationErrors []string // LINE RULE, in order
}{
	{"inps-sample-1.xml", "PS_PSA_SINA", 3, 2, 1,
		// ImportoQuotaSSN 0.0, and quotas of 74.25 for an amount of 101.23.
		[]string{"8 PS-044", "8 PS-045"},
		// Three benefits where the API's own note wants one.
		[]string{"8 PS-044", "8 PS-045", "20 PS-071"}},
	{"inps-sample-2.xml", "SINBA", 1, 0, 1,
		// CodiceNazioneResidenza 380 without the region.
		[]string{"5 SINBA-020"},
		[]string{"5 SINBA-020"}},
	{"inps-sample-3.xml", "PS_PSA_SINA", 1, 0, 1,
		// It ends in another year than it began; all quotas are 0.0.
		[]string{"8 PS-036", "8 PS-042", "8 PS-044", "8 PS-045"},
		[]string{"8 PS-036", "8 PS-042", "8 PS-044", "8 PS-045"}},
}

type message struct {
	MessageType string `json:"message_type"`
	Line        int
	Path        string
	Rule        string
	Severity    string
	Tipo        string
	SchemaValid *bool            `json:"schema_valid"`
	ByRule      map[string]int64 `json:"by_rule"`
	Records     int64
	Valid       int64
	Rejected    int64
	Faults      int64
}

func messagesOf(t *testing.T, stdout string) (all []message) {
	t.Helper()
	for line := range strings.Lines(stdout) {
		var m message
		if err := json.Unmarshal([]byte(line), &m); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		all = append(all, m)
	}
	return all
}

func TestOfficialSamplesValidate(t *testing.T) {
	samples := filepath.Join(testshared.Dir(t, "official"), "samples")
	for _, want := range officialSamples {
		for channel, errors := range map[string][]string{"upload": want.errors, "cooperazione": want.cooperationErrors} {
			t.Run(want.file+"/"+channel, func(t *testing.T) {
				o := flussiIn(t, samples, "validate", "--json", "--channel", channel, want.file)
				if o.code != exitPartial || o.stderr != "" {
					t.Fatalf("code %d, stderr %q", o.code, o.stderr)
				}
				all := messagesOf(t, o.stdout)
				faults, file := all[:len(all)-1], all[len(all)-1]
				if file.MessageType != "file" || file.Tipo != want.tipo || file.SchemaValid == nil || !*file.SchemaValid {
					t.Errorf("%+v", file)
				}
				if channel == "upload" && (file.Records != want.records || file.Valid != want.valid || file.Rejected != want.rejected) {
					t.Errorf("%d records = %d valid + %d rejected", file.Records, file.Valid, file.Rejected)
				}
				var got []string
				counted := map[string]int64{}
				for _, f := range faults {
					counted[f.Rule]++
					if f.Severity == "error" {
						got = append(got, fmt.Sprintf("%d %s", f.Line, f.Rule))
					}
				}
				slices.Sort(got)
				sorted := slices.Sorted(slices.Values(errors))
				if !slices.Equal(got, sorted) {
					t.Errorf("errors %v, want %v", got, sorted)
				}
				if int64(len(faults)) != file.Faults || fmt.Sprint(counted) != fmt.Sprint(file.ByRule) {
					t.Errorf("%d faults %v told, %d %v counted", len(faults), counted, file.Faults, file.ByRule)
				}
			})
		}
	}
}

// The official XSD stands for its kind of flow; another is not judged by.
func TestOfficialSchema(t *testing.T) {
	official := testshared.Dir(t, "official")
	for _, c := range []struct {
		args []string
		code int
	}{
		{[]string{"--schema", "PS_PSA_SINA201812.xsd", "samples/inps-sample-1.xml"}, exitPartial},
		{[]string{"--schema", "SINBA.xsd", "samples/inps-sample-1.xml"}, exitFailed}, // another kind
		{[]string{"--schema", "SINBA.xsd", "--tipo", "PS", "samples/inps-sample-1.xml"}, exitFailed},
		{[]string{"--schema", "api-comuni.yaml", "samples/inps-sample-1.xml"}, exitFailed},
		{[]string{"--schema", "none.xsd", "samples/inps-sample-1.xml"}, exitFailed},
	} {
		if o := flussiIn(t, official, append([]string{"validate"}, c.args...)...); o.code != c.code {
			t.Errorf("%v: code %d, want %d\n%s%s", c.args, o.code, c.code, o.stdout, o.stderr)
		}
	}
}

// A Region that relays the samples sets all three aside, each with a report of
// what is wrong, and sends and keeps nothing of them.
func TestOfficialSamplesDemo(t *testing.T) {
	samples := filepath.Join(testshared.Dir(t, "official"), "samples")
	dir := t.TempDir()
	stdout := mustIn(t, dir, "demo", "--dir", "d", "--flows", samples, "--json")
	got, err := demoOutcome(stdout)
	if err != nil {
		t.Fatal(err)
	}
	if err := got.balance(); err != nil {
		t.Error(err)
	}
	if *got.RecordsIn != 5 || *got.Rejected != 5 || len(got.Recipients) != 0 || len(got.Deliveries) != 0 || len(got.Files) != 3 {
		t.Errorf("%+v", got)
	}
	reports := ""
	for _, f := range got.Files {
		report, err := os.ReadFile(f.Report)
		if err != nil {
			t.Errorf("the report of a file set aside: %v", err)
		}
		if f.Outcome != "quarantined" || f.Rejected != 1 || strings.Contains(f.Name, "sample") {
			t.Errorf("%+v", f)
		}
		reports += string(report)
	}
	for _, want := range officialSamples {
		for _, fault := range want.errors {
			if _, rule, _ := strings.Cut(fault, " "); !strings.Contains(reports, rule) {
				t.Errorf("no report tells %s", rule)
			}
		}
	}
	for path, sum := range treeOf(filepath.Join(dir, "d", "inps", "received"), filepath.Join(dir, "d", "inps", "users")) {
		if len(sum) == 2*sha256.Size {
			t.Errorf("INPS received %s", path)
		}
	}
	if strings.Count(stdout, `"message_type":"quarantined"`) != 3 {
		t.Errorf("three files set aside were not told:\n%s", stdout)
	}
	for lang, words := range map[string]string{"it": "messo da parte", "en": "set aside"} {
		told := mustIn(t, dir, "demo", "--dir", "d-"+lang, "--flows", samples, "--lang", lang)
		if strings.Count(told, words) != 3 || strings.Contains(told, "DuckDB") {
			t.Errorf("for people:\n%s", told)
		}
	}
}
