package config_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"flussi/internal/config"
	"flussi/internal/config/strict/stricttest"
	"flussi/internal/flusso"
)

func parse(name string, data []byte) error {
	_, err := config.Parse(name, data, filepath.FromSlash("/etc/flussi"))
	return err
}

func schema(t testing.TB) []byte {
	t.Helper()
	s, err := config.Schema()
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
	stricttest.Golden(t, "../../schedules/schema/flussi.schema.json", schema(t))
}

func load(t *testing.T, file string) *config.Config {
	t.Helper()
	c, err := config.Load(file)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestLoad(t *testing.T) {
	c := load(t, "testdata/good/full.yaml")
	here, err := filepath.Abs("testdata/good")
	if err != nil {
		t.Fatal(err)
	}
	e := c.Endpoints["inps"]
	for _, check := range []struct{ name, got, want string }{
		{"relative path", c.Schedules, filepath.Join(here, "scambi")},
		{"deleghe", c.Deleghe, filepath.Join(here, "deleghe")},
		{"register", c.Operators.Register, filepath.Join(here, "operatori.yaml")},
		{"name of an endpoint", e.Name, "inps"},
		{"address", c.Endpoints["hub"].Address, "[2001:db8::7]:2222"},
		{"until", e.HostKeys[0].Until.String(), "2027-12-31"},
		{"expires", e.HostKeys[0].Expires().Format("2006-01-02T15:04Z07:00"), "2028-01-01T00:00+01:00"},
		{"bind", e.Bind.String(), "10.2.0.7"},
		{"consume", string(e.Consume.How), "server-removes"},
		{"unknown trigger", string(e.Consume.On), ""},
		{"trigger", string(c.Endpoints["hub"].Consume.On), "last-byte"},
		{"rename", c.Endpoints["archivio"].Consume.RenameTo, "/archiviati"},
		{"staging", c.Endpoints["hub"].Publish.Staging, "/in/parziali"},
		{"marker", c.Endpoints["archivio"].Publish.Marker, ".ok"},
		{"agreement", c.Agreements["dgr-123"].ID, "dgr-123"},
		{"level", string(c.Recipients["regione-lazio"].Datasets["quadro"]), "aggregato"},
		{"linkability by default", string(c.Recipients["roma"].Linkability), "none"},
		{"proxy", c.Endpoints["passaggio"].Via.SOCKS5 + " " + c.Endpoints["passaggio"].Via.User, "proxy.example.it:1080 flussi"},
		{"jump", c.Endpoints["ministero"].Via.Jump, "passaggio"},
		{"prompt", c.Endpoints["ministero"].Prompts[1].Match.String(), "(?i)^password"},
		{"ipa", c.Ente.IPA, "r_lazio"},
		{"licence", c.Recipients["regione-lazio"].Catalogo["quadro"].Licenza, "http://creativecommons.org/licenses/by/4.0/"},
		{"address", c.Recipients["regione-lazio"].Catalogo["quadro"].URL, "https://dati.example.it/siuss/quadro"},
		{"bucket", c.Buckets["regione"].Endpoint + " " + c.Buckets["regione"].Prefix + " " + c.Recipients["regione-lazio"].Bucket, "https://s3.example.it:9000 siuss/regione regione"},
		{"bucket's secret", c.Buckets["qui"].SecretKey.String(), "[secret from file]"},
		{"agent by variable", c.Endpoints["passaggio"].Agent.Socket, ""},
		{"agent by path", c.Endpoints["agente"].Agent.Socket, filepath.FromSlash("/run/agente.sock")},
		{"required", fmt.Sprint(c.Endpoints["ministero"].Require), "[key password]"},
		{"key exchange", c.Endpoints["ministero"].Algorithms.KeyExchanges[1], "diffie-hellman-group14-sha256"},
		{"bind, IPv6", c.Endpoints["passaggio"].Bind.String(), "2001:db8::10"},
		{"listen", fmt.Sprint(c.Daemon.Listen, c.Daemon.Listen.Local(), c.Daemon.Token), "{tcp 0.0.0.0:9847} false [secret from cred]"},
		{"log", fmt.Sprint(c.Log.Format, c.Log.Level, c.Log.Syslog.Server, c.Log.Syslog.Format), "jsoninfo{tls siem.example.it:6514}rfc5424"},
		{"clean remote folder", c.Recipients["regione-lazio"].To, "/in"},
	} {
		if check.got != check.want {
			t.Errorf("%s: %q, want %q", check.name, check.got, check.want)
		}
	}
	if !e.HostKeys[1].Expires().IsZero() {
		t.Error("a pin without until expires")
	}
}

func TestDefaults(t *testing.T) {
	c := load(t, "testdata/good/smallest.yaml")
	here := filepath.Dir(c.File)
	e := c.Endpoints["inps"]
	if c.State != filepath.Join(here, "stato") || c.Datasets != filepath.Join(here, "datasets") || c.Schedules != filepath.Join(here, "schedules") || c.Deleghe != "" {
		t.Errorf("folders: %s %s %s %s", c.State, c.Datasets, c.Schedules, c.Deleghe)
	}
	if e.Consume.How != config.ConsumeKeep || e.Publish.How != config.PublishRename || e.MaxSessions != 1 || !e.Windows.IsZero() || !e.Key.IsZero() || e.Bind.IsValid() {
		t.Errorf("endpoint: %+v", e)
	}
}

func TestLoadUnreadable(t *testing.T) {
	_, err := config.Load(filepath.Join(t.TempDir(), "flussi.yaml"))
	if flusso.KindOf(err) != flusso.Config || !os.IsNotExist(unwrapAll(err)) {
		t.Errorf("absent file: %v", err)
	}
	if _, err := config.Load(t.TempDir()); flusso.KindOf(err) != flusso.Config {
		t.Errorf("a folder: %v", err)
	}
}

func unwrapAll(err error) error {
	for {
		u, ok := err.(interface{ Unwrap() error })
		if !ok || u.Unwrap() == nil {
			return err
		}
		if _, ok := err.(*os.PathError); ok {
			return err
		}
		err = u.Unwrap()
	}
}

func TestDates(t *testing.T) {
	c := load(t, "testdata/good/full.yaml")
	a := c.Agreements["dgr-123"]
	for day, want := range map[config.Date]bool{
		{Year: 2025, Month: 12, Day: 31}: false,
		{Year: 2026, Month: 1, Day: 1}:   true,
		{Year: 2030, Month: 12, Day: 31}: true,
		{Year: 2031, Month: 1, Day: 1}:   false,
		{}:                               false,
	} {
		if a.Covers(day) != want {
			t.Errorf("agreement on %v: %v", day, !want)
		}
	}
	for day, want := range map[config.Date]string{
		{Year: 2025, Month: 12, Day: 31}: "",
		{Year: 2026, Month: 6, Day: 30}:  "op-17",
		{Year: 2026, Month: 7, Day: 1}:   "op-21",
		{Year: 2040, Month: 1, Day: 1}:   "op-21",
	} {
		if got, ok := c.Operators.ResponsibleAt(day); got != want || ok != (want != "") {
			t.Errorf("responsible on %v: %q, want %q", day, got, want)
		}
	}
}
