package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"flussi/internal/config"
)

// TestBackupDoc: both pages show the same commands (TestManual plays them) and the same
// configuration, which is read; the terms in the table are those that hold without one.
func TestBackupDoc(t *testing.T) {
	var shown [2][]string
	for i, page := range []string{"backup.md", "copie.md"} {
		content, err := os.ReadFile(filepath.Join("../../docs", page))
		if err != nil {
			t.Fatal(err)
		}
		var block string
		for line := range strings.Lines(string(content)) {
			line = strings.TrimSpace(line)
			switch {
			case strings.HasPrefix(line, "```"):
				block = strings.TrimPrefix(line, "```")
				continue
			case block != "":
				shown[i] = append(shown[i], line)
			}
		}
		_, yaml, _ := strings.Cut(string(content), "```yaml\n")
		yaml, _, _ = strings.Cut(yaml, "```")
		written, err := config.Parse(page, []byte(yaml), t.TempDir())
		if err != nil {
			t.Fatalf("%s: %v", page, err)
		}
		without, err := config.Parse(page, []byte("ente: {codice: H501, denominazione: Roma}\nstate: stato\n"), t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		if written.Retention != without.Retention {
			t.Errorf("%s shows %+v, without it holds %+v", page, written.Retention, without.Retention)
		}
		for _, setting := range []string{"spool.keep", "retention.quarantine_days", "retention.releases", "retention.state_months", "retention.ledger_months", "retention.report_months", "retention.audit_months", "retention.upgrade_days"} {
			if !strings.Contains(string(content), "| `"+setting+"` |") {
				t.Errorf("%s has no row for %s", page, setting)
			}
		}
	}
	if len(shown[0]) < 15 || !slices.Equal(shown[0], shown[1]) {
		t.Errorf("the pages show different things:\n%q\n%q", shown[0], shown[1])
	}
}
