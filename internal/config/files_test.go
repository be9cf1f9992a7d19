package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestFiles: every file that a configuration names is among its files, and every secret that
// is a file is called one; what is not its own is not.
func TestFiles(t *testing.T) {
	text, err := os.ReadFile("testdata/good/full.yaml")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	cfg, err := Parse("flussi.yaml", text, dir)
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]bool{}
	for _, f := range cfg.Files() {
		files[f.Path] = f.Secret
	}
	secrets := 0
	for _, word := range strings.FieldsFunc(string(text), func(r rune) bool { return strings.ContainsRune(" ,{}[]\n\"'", r) }) {
		path, ours := strings.CutPrefix(word, "file:")
		if !ours || path == "" {
			continue
		}
		if !filepath.IsAbs(path) {
			path = filepath.Join(dir, path)
		}
		secret, there := files[path]
		if !there {
			t.Errorf("%s is not among the files", word)
		}
		if secret {
			secrets++
		}
	}
	if secrets == 0 {
		t.Error("the configuration names no secret: nothing was tried")
	}
	shown := []string{cfg.File, cfg.Schedules, filepath.Join(dir, "siem-ca.pem"), filepath.Join(dir, "gestori-pec.pem"), filepath.Join(dir, "ricevute-inps.yaml")}
	for _, path := range shown {
		if secret, there := files[path]; !there || secret {
			t.Errorf("%s: %v, %v", path, there, secret)
		}
	}
	for _, path := range []string{cfg.State, cfg.Datasets, ""} {
		if _, there := files[path]; there {
			t.Errorf("%q is among the files", path)
		}
	}
}
