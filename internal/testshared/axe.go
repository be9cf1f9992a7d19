package testshared

import (
	"os"
	"path/filepath"
	"testing"
)

// Axe gives the source of axe-core, which judges the accessibility of a page in
// the browser that shows it; found as DuckDB's package is.
func Axe(t testing.TB) string {
	t.Helper()
	for _, modules := range append(filepath.SplitList(os.Getenv("FLUSSI_NODE_MODULES")), filepath.Join(moduleRoot(t), "node_modules")) {
		if source, err := os.ReadFile(filepath.Join(modules, "axe-core", "axe.min.js")); err == nil {
			return string(source)
		}
	}
	Skip(t, "peer axe-core")
	return ""
}
