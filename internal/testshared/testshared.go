// Package testshared finds what the fuller tests need and the project does
// not carry: INPS's official files, reference data, and peers (xmllint, sshd,
// node). A test whose material is absent is skipped by name; with
// FLUSSI_NO_SKIP=1, as in CI, it fails instead.
package testshared

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// Dir gives the folder of shared material with this name ("official",
// "reference"): under $FLUSSI_SHARED or, when unset, in the folder "shared"
// beside the checkout.
func Dir(t testing.TB, name string) string {
	t.Helper()
	base := os.Getenv("FLUSSI_SHARED")
	if base == "" {
		base = filepath.Join(moduleRoot(t), "..", "shared")
	}
	dir := filepath.Join(base, name)
	if _, err := os.Stat(dir); err != nil {
		Skip(t, "shared folder "+name)
	}
	return dir
}

// Peer gives the path of a program that judges or answers us. Programs that
// live in sbin are found though a user's PATH may lack it.
func Peer(t testing.TB, name string) string {
	t.Helper()
	if path, err := exec.LookPath(name); err == nil {
		return path
	}
	for _, dir := range []string{"/usr/sbin", "/usr/local/sbin", "/sbin"} {
		path := filepath.Join(dir, name)
		if _, err := os.Stat(path); err == nil {
			return path
		}
	}
	Skip(t, "peer "+name)
	return ""
}

// Skip leaves a test out for want of what; it fails where skipping is
// forbidden.
func Skip(t testing.TB, what string) {
	t.Helper()
	if os.Getenv("FLUSSI_NO_SKIP") == "1" {
		t.Fatalf("%s is absent and skipping is forbidden", what)
	}
	t.Skipf("%s is absent", what)
}

func moduleRoot(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			t.Fatal("no go.mod above the test's folder")
		}
		dir = parent
	}
}
