package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"flussi/internal/config"
	"flussi/internal/flusso"
)

// TestNoticesDoc: the configuration that both pages show is read and is the same but for
// words for people, and the commands they show are there with their flags.
func TestNoticesDoc(t *testing.T) {
	fences := regexp.MustCompile("(?ms)^```([a-z]*)\n(.*?)^```$")
	comment := regexp.MustCompile(`(?m) *#.*$|reason: ".*"`)
	shown := map[string]bool{}
	for _, page := range []string{"notices.md", "avvisi.md"} {
		content, err := os.ReadFile(filepath.Join("../../docs", page))
		if err != nil {
			t.Fatal(err)
		}
		commands := 0
		for _, block := range fences.FindAllStringSubmatch(string(content), -1) {
			switch block[1] {
			case "yaml":
				shown[comment.ReplaceAllString(block[2], "")] = true
				cfg, err := config.Parse(page, []byte(block[2]), t.TempDir())
				if err != nil {
					t.Fatalf("%s: %v", page, err)
				}
				if cfg.Notices.Mail.To["dirigente"].Kinds[1] != config.NoticeReceipt || cfg.Endpoints["inps"].Receipt.By != 2 || cfg.Receipts["inps"].Trust != config.TrustSigned {
					t.Errorf("%s: %+v", page, cfg.Notices)
				}
			case "sh":
				for _, line := range strings.Split(strings.TrimSpace(block[2]), "\n") {
					line, _, _ = strings.Cut(line, "  #")
					if !strings.HasPrefix(line, "flussi ") {
						continue
					}
					commands++
					cmd, rest, err := (&app{lang: flusso.It}).root().Find(strings.Fields(line)[1:])
					if err != nil || cmd.RunE == nil {
						t.Fatalf("%s: %s: %v", page, line, err)
					}
					if err := cmd.ParseFlags(rest); err != nil {
						t.Errorf("%s: %s: %v", page, line, err)
					} else if err := cmd.ValidateArgs(cmd.Flags().Args()); err != nil {
						t.Errorf("%s: %s: %v", page, line, err)
					}
				}
			}
		}
		if commands != 7 {
			t.Errorf("%s shows %d commands", page, commands)
		}
	}
	if len(shown) != 1 {
		t.Error("the two pages show different configurations")
	}
}
