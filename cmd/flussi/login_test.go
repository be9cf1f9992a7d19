package main

import (
	"os"
	"os/user"
	"path/filepath"
	"testing"
)

func TestLoginOf(t *testing.T) {
	me, err := user.Current()
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "loginuid")
	for _, c := range []struct{ name, loginuid, variable, want string }{
		{"flussi", "", "", "flussi"},
		{"flussi", "", "anna", "anna as flussi"},
		{"anna", "", "anna", "anna"},
		{"flussi", "4294967295\n", "", "flussi"},
		{"flussi", "4294967295", "anna", "anna as flussi"},
		{"flussi", me.Uid, "anna", me.Username + " as flussi"}, // a variable is no proof
		{me.Username, me.Uid, "anna", me.Username},
		{"flussi", "boh", "", "flussi"},
	} {
		if err := os.WriteFile(file, []byte(c.loginuid), 0o600); err != nil {
			t.Fatal(err)
		}
		got := loginOf(c.name, file, func(key string) string {
			if key == "SUDO_USER" {
				return c.variable
			}
			return ""
		})
		if got != c.want {
			t.Errorf("%+v: %s", c, got)
		}
		if who := personLogin("anna as flussi"); who != "anna" || personLogin("flussi") != "flussi" {
			t.Error(who)
		}
	}
}
