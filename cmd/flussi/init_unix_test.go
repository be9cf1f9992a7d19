//go:build unix

package main

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"flussi/internal/testshared"
)

// TestInitForGroup: what root makes in the folder of a group, the group reads, and nobody
// else; in a folder of one's own nothing changes hands.
func TestInitForGroup(t *testing.T) {
	if os.Getuid() != 0 {
		testshared.Skip(t, "root")
	}
	const group = 54321
	for _, gid := range []int{os.Getegid(), group} {
		home := t.TempDir()
		if err := os.Chown(home, -1, gid); err != nil {
			t.Fatal(err)
		}
		var made []string
		for name, mode := range map[string]os.FileMode{"flussi.yaml": 0o644, "segreti/chiave": 0o600, "schedules/x.yaml": 0o644} {
			path := filepath.Join(home, name)
			if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, nil, mode); err != nil {
				t.Fatal(err)
			}
			made = append(made, path)
		}
		if err := forGroup(home, made); err != nil {
			t.Fatal(err)
		}
		want := map[string]os.FileMode{"flussi.yaml": 0o640, "segreti/chiave": 0o640, "segreti": 0o750, "schedules": 0o750}
		if gid != group {
			want = map[string]os.FileMode{"flussi.yaml": 0o644, "segreti/chiave": 0o600, "segreti": 0o700, "schedules": 0o700}
		}
		for name, mode := range want {
			info, err := os.Stat(filepath.Join(home, name))
			if err != nil || info.Mode().Perm() != mode || int(info.Sys().(*syscall.Stat_t).Gid) != gid {
				t.Errorf("group %d: %s has %v, want %o; %v", gid, name, info.Mode(), mode, err)
			}
		}
	}
}

func TestInitForService(t *testing.T) {
	a := &app{}
	for path, service := range map[string]bool{"/etc/flussi/flussi.yaml": true, "/home/anna/etc/flussi.yaml": false, "/srv/flussi.yaml": false} {
		if forService(path) != service {
			t.Errorf("%s: %v", path, !service)
		}
		is := answers{codice: "H501", denominazione: "Roma", state: serviceState, endpoint: "no", service: service}
		text, err := a.configurationText(is)
		if err != nil {
			t.Fatal(err)
		}
		if has := strings.Contains(string(text), "\ndatasets: "+serviceDatasets+"\n"); has != service {
			t.Errorf("%s:\n%s", path, text)
		}
	}
}
