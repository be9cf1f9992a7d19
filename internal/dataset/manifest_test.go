package dataset

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"
)

func TestNames(t *testing.T) {
	for name, want := range map[string]bool{
		"regione-lazio": true, "r": true, "20260301-1": true, "com10": true, "com": true,
		"": false, "..": false, "a/b": false, `a\b`: false, "A": false, "è": false, "a.b": false, "a b": false, "a_b": false,
		"con": false, "nul": false, "com1": false, "lpt9": false, strings.Repeat("a", 100): true, strings.Repeat("a", 101): false,
	} {
		if got := validName(name); got != want {
			t.Errorf("validName(%q) = %v", name, got)
		}
	}
}

func TestRoundUp(t *testing.T) {
	for _, tt := range []struct {
		n    int64
		k    int
		want int64
	}{{0, 5, 0}, {1, 5, 5}, {5, 5, 5}, {6, 5, 10}, {7, 3, 9}, {1 << 40, 5, 1<<40 + 4}} {
		if got := roundUp(tt.n, tt.k); got != tt.want {
			t.Errorf("roundUp(%d, %d) = %d, want %d", tt.n, tt.k, got, tt.want)
		}
	}
}

// FuzzManifest: whatever a manifest says, one that passes the check names no
// file outside its release.
func FuzzManifest(f *testing.F) {
	for _, path := range []string{"anno=2025/regione=R12/r1-part-0000.parquet", "../x", "/etc/x", `..\x`, "a//b", "a/../../b", "c:x", ".", "manifest.json"} {
		data, err := json.Marshal(Manifest{Format: manifestFormat, Recipient: "r", Dataset: "d", Release: "r1", Rows: 1,
			Increments: []Increment{{Release: "r1", Rows: 1}}, Files: []File{{Path: path, Rows: 1, Increments: []Share{{"r1", 1}}}}})
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var m Manifest
		if json.Unmarshal(data, &m) != nil || m.check("r1") != nil {
			return
		}
		for _, file := range m.Files {
			local := filepath.FromSlash(file.Path)
			if !filepath.IsLocal(local) || file.Path == manifestName {
				t.Errorf("path %q leaves the release", file.Path)
			}
		}
	})
}
