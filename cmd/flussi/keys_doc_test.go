package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"flussi/internal/config"
)

// TestKeysDocConfiguration: both pages show the same commands (TestManual plays them) and
// the same configuration, which is read.
func TestKeysDocConfiguration(t *testing.T) {
	block := func(text, fence string) string {
		_, rest, _ := strings.Cut(text, "```"+fence+"\n")
		inside, _, found := strings.Cut(rest, "```")
		if !found {
			t.Fatalf("no block of %s", fence)
		}
		return inside
	}
	shown := map[string]bool{}
	for _, page := range []string{"keys.md", "chiavi.md"} {
		content, err := os.ReadFile(filepath.Join("../../docs", page))
		if err != nil {
			t.Fatal(err)
		}
		yaml, commands := block(string(content), "yaml"), block(string(content), "sh")
		shown[yaml+commands] = true
		cfg, err := config.Parse(page, []byte(yaml), t.TempDir())
		if err != nil {
			t.Fatalf("%s: %v", page, err)
		}
		if r := cfg.Recipients["regione-lazio"]; r.Linkability != config.LinkWindow || len(cfg.KeyHolders[r.KeyHolder].Escrow) != 1 {
			t.Errorf("%s: %+v", page, r)
		}
	}
	if len(shown) != 1 {
		t.Error("the two pages show different things")
	}
}
