package desk

import (
	"crypto/sha256"
	"fmt"
	"strings"
	"testing"
)

// TestStatic: what others wrote is as they published it.
func TestStatic(t *testing.T) {
	sums, err := static.ReadFile("static/SHA256SUMS")
	if err != nil {
		t.Fatal(err)
	}
	checked := 0
	for line := range strings.Lines(string(sums)) {
		sum, name, _ := strings.Cut(strings.TrimSpace(line), "  ")
		content, err := static.ReadFile("static/" + name)
		if err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprintf("%x", sha256.Sum256(content)); got != sum {
			t.Errorf("%s is %s", name, got)
		}
		checked++
	}
	entries, err := static.ReadDir("static")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if name := e.Name(); !strings.Contains(string(sums), name) && !strings.HasPrefix(name, "desk.") && name != "SHA256SUMS" && !strings.Contains(name, "LICENSE") && !strings.Contains(name, "OFL") {
			t.Errorf("%s is not in SHA256SUMS", name)
		}
	}
	if checked < 5 {
		t.Errorf("%d files checked", checked)
	}
}
