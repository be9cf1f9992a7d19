package config_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"flussi/internal/config"
	"flussi/internal/flusso"
)

const hidden = "Marker-Secret-4711"

// password reads a configuration in dir whose password is what source says.
func password(t *testing.T, dir, source string) config.Secret {
	t.Helper()
	text, err := os.ReadFile("testdata/good/smallest.yaml")
	if err != nil {
		t.Fatal(err)
	}
	quoted := "'" + strings.ReplaceAll(source, "'", "''") + "'"
	c, err := config.Parse("flussi.yaml", bytes.Replace(text, []byte("env:INPS_PASSWORD"), []byte(quoted), 1), dir)
	if err != nil {
		t.Fatal(err)
	}
	return c.Endpoints["inps"].Password
}

// When the test binary is the secret's command, it plays that part.
func TestMain(m *testing.M) {
	switch os.Getenv("FLUSSI_TEST_COMMAND") {
	case "print":
		fmt.Println(hidden)
		fmt.Fprintln(os.Stderr, hidden)
		os.Exit(0)
	case "fail":
		fmt.Println(hidden)
		fmt.Fprintln(os.Stderr, hidden)
		os.Exit(7)
	case "flood":
		for chunk := bytes.Repeat([]byte("x"), 1<<20); ; {
			if _, err := os.Stdout.Write(chunk); err != nil {
				os.Exit(0)
			}
			if chunk = chunk[:len(chunk)-1<<14]; len(chunk) < 1<<15 {
				os.Exit(0)
			}
		}
	}
	os.Exit(m.Run())
}

func TestResolve(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string, mode os.FileMode) {
		t.Helper()
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
	}
	write("good", hidden+"\n", 0o600)
	write("windows", hidden+"\r\n", 0o640)
	write("open", hidden, 0o644)
	write("changeable", hidden, 0o602)
	write("group", hidden, 0o660)
	write("empty", "\n", 0o600)
	write("large", strings.Repeat("x", 70_000), 0o600)
	if err := os.Mkdir(filepath.Join(dir, "folder"), 0o700); err != nil {
		t.Fatal(err)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	unixOnly := runtime.GOOS != "windows"

	for _, c := range []struct {
		source string
		env    string // FLUSSI_TEST_COMMAND
		ok     bool
		what   string // in the error
	}{
		{source: "file:good", ok: true},
		{source: "file:" + filepath.Join(dir, "good"), ok: true},
		{source: "file:windows", ok: true},
		{source: "file:open", ok: !unixOnly, what: "everybody can read"},
		{source: "file:changeable", ok: !unixOnly, what: "everybody can read"},
		{source: "file:group", ok: !unixOnly, what: "others of the group can change"},
		{source: "file:empty", what: "empty"},
		{source: "file:large", what: "64 KiB"},
		{source: "file:folder", what: "not an ordinary file"},
		{source: "file:absent", what: "does not exist"},
		{source: "cred:good", ok: true},
		{source: "cred:absent", what: "does not exist"},
		{source: "env:FLUSSI_TEST_SECRET", ok: true},
		{source: "env:FLUSSI_TEST_ABSENT", what: "not set"},
		{source: `command:"` + self + `" 'an argument'`, env: "print", ok: true},
		{source: `command:"` + self + `"`, env: "fail", what: "ended with code 7"},
		{source: `command:"` + self + `"`, env: "flood", what: "64 KiB"},
		{source: "command:flussi-no-such-program " + hidden, what: "not found"},
		{source: "command:./flussi-no-such-program", what: "not found"},
	} {
		t.Run(c.source[:min(12, len(c.source))]+c.env, func(t *testing.T) {
			t.Setenv("FLUSSI_TEST_COMMAND", c.env)
			t.Setenv("FLUSSI_TEST_SECRET", hidden)
			t.Setenv("CREDENTIALS_DIRECTORY", dir)
			got, err := password(t, dir, c.source).Resolve(context.Background())
			if c.ok {
				if err != nil || string(got) != hidden {
					t.Fatalf("%q, %v", got, err)
				}
				return
			}
			if err == nil || !strings.Contains(err.Error(), c.what) || flusso.KindOf(err) != flusso.Config {
				t.Fatalf("error %v, want %q of Kind Config", err, c.what)
			}
			if strings.Contains(fmt.Sprintf("%v %+v", err, err), hidden) {
				t.Fatalf("the secret is shown: %v", err)
			}
		})
	}
}

func TestResolveWithoutSystemd(t *testing.T) {
	t.Setenv("CREDENTIALS_DIRECTORY", "")
	_, err := password(t, t.TempDir(), "cred:inps").Resolve(context.Background())
	var e *flusso.Error
	if !errors.As(err, &e) || !strings.Contains(e.Hint.En, "LoadCredential=") {
		t.Errorf("error %v", err)
	}
}

func TestResolveCancelled(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	t.Setenv("FLUSSI_TEST_COMMAND", "print")
	if _, err := password(t, t.TempDir(), `command:"`+self+`"`).Resolve(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}

func TestResolveNone(t *testing.T) {
	if _, err := (config.Secret{}).Resolve(context.Background()); flusso.KindOf(err) != flusso.Config {
		t.Errorf("error %v", err)
	}
}

// Nothing prints what a secret names: a command line may hold the secret.
func TestSecretIsMasked(t *testing.T) {
	s := password(t, t.TempDir(), "command:show "+hidden)
	type holder struct {
		Shown  config.Secret
		Behind *config.Secret
		inside config.Secret
	}
	h := holder{s, &s, s}
	js, err := json.Marshal(map[string]any{"s": s, "h": h})
	if err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "s", s, "h", h)
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "s", s, "h", h)
	all := []string{string(js), log.String(), s.String(), h.inside.String()}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		all = append(all, fmt.Sprintf(verb, s), fmt.Sprintf(verb, h), fmt.Sprintf(verb, []config.Secret{s}), fmt.Sprintf(verb, map[string]*config.Secret{"a": &s}))
	}
	for _, shown := range all {
		if strings.Contains(shown, hidden) || strings.Contains(shown, fmt.Sprintf("%x", hidden)) {
			t.Errorf("the secret is shown: %s", shown)
		}
	}
	if got := s.String(); got != "[secret from command]" {
		t.Errorf("mask %q", got)
	}
}
