package anonymize

import (
	"maps"
	"slices"
	"strings"
	"testing"
)

func TestNamedHierarchies(t *testing.T) {
	want := map[string][]string{ // value and what it becomes
		"siuss:comune":            {"058091", "058", "R12", "*"},
		"siuss:prestazione":       {"A2.07", "A2", "*"},
		"siuss:cittadinanza":      {"642", "UE", "straniera", "*"},
		"siuss:anno-nascita@2025": {"1950", "75-84", "65+", "*"},
		"siuss:fascia-eta@2025":   {"2013", "5", "*"},
		"siuss:data":              {"2025-08-31", "2025-08", "2025-T3", "2025", "*"},
	}
	for name, row := range want {
		h, rows, ok := HierarchyNamed(name)
		if !ok {
			t.Errorf("%s: none", name)
			continue
		}
		if !slices.ContainsFunc(rows, func(r []string) bool { return slices.Equal(r, row) }) {
			t.Errorf("%s: %v is not in it", name, row)
		}
		if h.Height() != len(row)-1 || len(h.Values(h.Height())) != 1 {
			t.Errorf("%s: %d levels, which end in %d values", name, h.Height()+1, len(h.Values(h.Height())))
		}
	}
	for _, n := range NamedHierarchies {
		base, _, _ := strings.Cut(n.Name, "@")
		if !slices.ContainsFunc(slices.Collect(maps.Keys(want)), func(name string) bool { return strings.HasPrefix(name, HierarchyPrefix+base) }) {
			t.Errorf("%s: not looked at", n.Name)
		}
	}
	for _, name := range []string{"siuss:altro", "comune", "siuss:anno-nascita", "siuss:anno-nascita@25", "siuss:comune@2025", "siuss:"} {
		if _, _, ok := HierarchyNamed(name); ok {
			t.Errorf("%s: there is one", name)
		}
	}
}
