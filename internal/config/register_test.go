package config_test

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"flussi/internal/config"
	"flussi/internal/config/strict"
	"flussi/internal/config/strict/stricttest"
	"flussi/internal/flusso"
)

const register = `
persons:
  - {person: op-17, name: Anna Prova, office: Piano sociale, role: responsabile, logins: [aprova], from: 2026-01-01, to: 2026-06-30}
  - {person: op-17, name: Anna Prova, logins: [aprova2], from: 2026-07-01}
  - {person: op-18, name: Ugo Prova, logins: [aprova], from: 2026-08-01, reviewed: 2026-09-01}
`

func TestRegister(t *testing.T) {
	path := filepath.Join(t.TempDir(), "operatori.yaml")
	if err := os.WriteFile(path, []byte(register), 0o600); err != nil {
		t.Fatal(err)
	}
	r, err := config.LoadRegister(path)
	if err != nil {
		t.Fatal(err)
	}
	day := func(s string) config.Date {
		d, ok := strict.ParseDate(s)
		if !ok {
			t.Fatal(s)
		}
		return d
	}
	for _, c := range []struct{ login, on, want string }{
		{"aprova", "2026-06-30", "op-17"}, {"aprova", "2026-07-01", ""}, {"aprova", "2026-08-01", "op-18"}, {"aprova2", "2030-01-01", "op-17"}, {"altro", "2026-02-01", ""},
	} {
		if p, found := r.ByLogin(c.login, day(c.on)); p.Code != c.want || found != (c.want != "") {
			t.Errorf("%s on %s: %q, want %q", c.login, c.on, p.Code, c.want)
		}
	}
	if p, found := r.ByCode("op-17", day("2026-03-01")); !found || p.Role != config.RoleResponsabile {
		t.Errorf("%v, %v", p, found)
	}
	if p, found := r.ByCode("op-18", day("2026-08-01")); !found || p.Role != config.RoleIncaricato {
		t.Errorf("%v, %v", p, found)
	}
	if _, found := r.ByCode("op-17", day("2025-12-31")); found {
		t.Error("before the term")
	}
	if runtime.GOOS != "windows" {
		if err := os.Chmod(path, 0o604); err != nil {
			t.Fatal(err)
		}
		if _, err := config.LoadRegister(path); flusso.KindOf(err) != flusso.Config || err == nil {
			t.Errorf("everybody reads it: %v", err)
		}
	}
	if _, err := config.LoadRegister(path + "x"); flusso.KindOf(err) != flusso.Config || err == nil {
		t.Errorf("none: %v", err)
	}
}

func TestBadRegister(t *testing.T) {
	for name, c := range map[string]struct{ old, with, says string }{
		"a login of two":   {"[aprova2], from: 2026-07-01", "[aprova], from: 2026-07-01", "is two persons'"},
		"a code of two":    {"person: op-18", "person: op-17", "is two persons'"},
		"an end before":    {"to: 2026-06-30", "to: 2025-06-30", "to"},
		"an unknown role":  {"role: responsabile", "role: capo", "role"},
		"an unknown key":   {"office:", "ufficio:", "unknown"},
		"nobody":           {"persons:", "persone:", "persone"},
		"a person no code": {"person: op-17, name: Anna Prova, office", "name: Anna Prova, office", "person"},
	} {
		_, err := config.ParseRegister("operatori.yaml", []byte(strings.Replace(register, c.old, c.with, 1)))
		if flusso.KindOf(err) != flusso.Config || err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestRegisterSchemaIsCurrent(t *testing.T) {
	s, err := config.RegisterSchema()
	if err != nil {
		t.Fatal(err)
	}
	stricttest.Golden(t, "../../schedules/schema/operatori.schema.json", s)
}
