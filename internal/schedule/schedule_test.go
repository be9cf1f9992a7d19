package schedule_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"flussi/internal/config"
	"flussi/internal/config/strict/stricttest"
	"flussi/internal/flusso"
	"flussi/internal/schedule"
	"flussi/schedules"
)

func parse(name string, data []byte) error {
	_, err := schedule.Parse(name, data, filepath.FromSlash("/etc/flussi/schedules"))
	return err
}

func schema(t testing.TB) []byte {
	t.Helper()
	s, err := schedule.Schema()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestGood(t *testing.T)   { stricttest.Good(t, schema(t), parse) }
func TestBad(t *testing.T)    { stricttest.Bad(t, parse) }
func TestSecret(t *testing.T) { stricttest.Secretive(t, parse) }

func FuzzParse(f *testing.F) {
	stricttest.Seeds(f)
	f.Fuzz(func(t *testing.T, data []byte) { stricttest.Fuzzed(t, data, parse) })
}

// The file editors use is what the decoder's table makes.
func TestSchemaIsCurrent(t *testing.T) {
	stricttest.Golden(t, "../../schedules/schema/schedule.schema.json", schema(t))
}

func one(t testing.TB, file string) *schedule.Schedule {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	dir, err := filepath.Abs(filepath.Dir(file))
	if err != nil {
		t.Fatal(err)
	}
	s, err := schedule.Parse(filepath.Base(file), data, dir)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestParse(t *testing.T) {
	here, err := filepath.Abs("testdata/good")
	if err != nil {
		t.Fatal(err)
	}
	full, relay, push, hand := one(t, "testdata/good/full.yaml"), one(t, "testdata/good/relay.yaml"), one(t, "testdata/good/push.yaml"), one(t, "testdata/good/by-hand.yaml")
	for _, c := range []struct{ name, got, want string }{
		{"from", full.Pull.From.String(), "inps:/out"},
		{"match", strings.Join(full.Pull.Match, " "), "*.csv *.csv.gz [A-Z]*.zip"},
		{"flow", full.Flow.String(), "ritorno"},
		{"layout", full.Layout, filepath.Join(here, "layouts", "ritorno-inps.yaml")},
		{"disclose", strings.Join(full.Disclose, " "), "regione-lazio roma"},
		{"due", full.Expect.Due.String(), "2026-12-31"},
		{"file", full.File, filepath.Join(here, "full.yaml")},
		{"relay", relay.Relay.To.String() + " as " + relay.Relay.As, "inps:/in as inps"},
		{"push", push.Push.From + " " + push.Push.To.String() + " as " + push.Push.As, filepath.Join(here, "in-uscita") + " inps:/in as inps"},
		{"flow of a push", push.Flow.String(), "SINBA"},
		{"local source", hand.Pull.From.Dir, filepath.Join(here, "in-arrivo")},
		{"local source in words", hand.Pull.From.String(), "dir:" + filepath.Join(here, "in-arrivo")},
		{"every name", strings.Join(hand.Pull.Match, " "), "*"},
		{"report", hand.Report, filepath.Join(here, "referti")},
	} {
		if c.got != c.want {
			t.Errorf("%s: %q, want %q", c.name, c.got, c.want)
		}
	}
	if full.Expect.Daily() || full.Expect.Remind != 14 || full.Expect.Year != 2025 {
		t.Errorf("expectation of a request: %+v", full.Expect)
	}
	if !relay.Expect.Daily() || relay.Expect.By != 0 || relay.Expect.AtLeast != 3 || relay.Flow != 0 {
		t.Errorf("daily expectation: %+v", relay.Expect)
	}
	if !hand.When.IsZero() || hand.Push != nil || hand.Relay != nil || hand.Expect != nil {
		t.Errorf("by hand: %+v", hand)
	}
}

func TestCheck(t *testing.T) {
	cfg, err := config.Load("testdata/check/flussi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	all, err := schedule.LoadDir(cfg.Schedules)
	if err != nil || len(all) != 4 {
		t.Fatalf("%d schedules, %v", len(all), err)
	}
	stricttest.Golden(t, "testdata/check/faults.txt", []byte(stricttest.Messages(schedule.Check(cfg, all))))
}

func TestLoadDir(t *testing.T) {
	_, err := schedule.LoadDir("testdata/twice")
	if got := stricttest.Messages(err); !strings.Contains(got, "e.yml:2:7: name: the name belongs to d.yaml") || strings.Count(got, "\n") != 2 {
		t.Errorf("a name twice: %s", got)
	}
	if _, err := schedule.LoadDir(filepath.Join(t.TempDir(), "absent")); flusso.KindOf(err) != flusso.Config {
		t.Errorf("absent folder: %v", err)
	}
	if all, err := schedule.LoadDir(t.TempDir()); err != nil || len(all) != 0 {
		t.Errorf("empty folder: %v, %v", all, err)
	}
	// Faults of several files come together.
	dir := t.TempDir()
	for _, name := range []string{"a.yaml", "b.yaml"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("name: x\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := schedule.LoadDir(dir); strings.Count(stricttest.Messages(err), "\n") != 4 {
		t.Errorf("two files: %v", err)
	}
}

// The examples that flussi ships are right, together and for editors.
func TestExamples(t *testing.T) {
	cfg, err := config.Load("../../schedules/flussi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	all, err := schedule.LoadDir(cfg.Schedules)
	if err != nil {
		t.Fatal(err)
	}
	if faults := schedule.Check(cfg, all); len(faults) > 0 {
		t.Error(faults)
	}
	var names []string
	for _, s := range all {
		names = append(names, s.Name)
		if filepath.Base(s.File) != s.Name+".yaml" {
			t.Errorf("%s stands in %s", s.Name, filepath.Base(s.File))
		}
		if s.Layout != "" {
			if _, err := os.Stat(s.Layout); err != nil {
				t.Errorf("%s: its layout: %v", s.Name, err)
			}
		}
	}
	if got := strings.Join(names, " "); got != "comune-invio comune-serale comune-sinba controllo flussi-propri relay-cartella relay-comuni relay-sinba ritorno-archivio ritorno-inps" {
		t.Errorf("examples: %s", got)
	}
	for _, page := range []string{"daemon.md", "demone.md"} {
		text, err := os.ReadFile("../../docs/" + page)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			if !strings.Contains(string(text), "| `"+name+".yaml` |") {
				t.Errorf("docs/%s does not tell of %s", page, name)
			}
		}
	}
	read := func(name string) []byte {
		data, err := schedules.FS.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	if err := stricttest.Valid(read("schema/flussi.schema.json"), read("flussi.yaml")); err != nil {
		t.Errorf("flussi.yaml: schema: %v", err)
	}
	for _, name := range names {
		if err := stricttest.Valid(read("schema/schedule.schema.json"), read(name+".yaml")); err != nil {
			t.Errorf("%s: schema: %v", name, err)
		}
	}
}
