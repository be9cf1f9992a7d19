package main

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"flussi/internal/config"
)

// TestNoticesDoc: the configuration that both pages show is read and is the same but for
// words for people. What commands they show TestManual plays.
func TestNoticesDoc(t *testing.T) {
	fences := regexp.MustCompile("(?ms)^```yaml\n(.*?)^```$")
	comment := regexp.MustCompile(`(?m) *#.*$|reason: ".*"`)
	shown := map[string]bool{}
	for _, page := range []string{"notices.md", "avvisi.md"} {
		content, err := os.ReadFile(filepath.Join("../../docs", page))
		if err != nil {
			t.Fatal(err)
		}
		for _, block := range fences.FindAllStringSubmatch(string(content), -1) {
			shown[comment.ReplaceAllString(block[1], "")] = true
			cfg, err := config.Parse(page, []byte(block[1]), t.TempDir())
			if err != nil {
				t.Fatalf("%s: %v", page, err)
			}
			if cfg.Notices.Mail.To["dirigente"].Kinds[1] != config.NoticeReceipt || cfg.Endpoints["inps"].Receipt.By != 2 || cfg.Receipts["inps"].Trust != config.TrustSigned {
				t.Errorf("%s: %+v", page, cfg.Notices)
			}
		}
	}
	if len(shown) != 1 {
		t.Error("the two pages show different configurations")
	}
}
