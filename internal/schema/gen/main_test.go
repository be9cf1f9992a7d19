package main

import (
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"testing"

	"flussi/internal/testshared"
)

// TestEmbeddedTable: the table in the repository is what the archive and the
// patch make.
func TestEmbeddedTable(t *testing.T) {
	archive := filepath.Join(testshared.Dir(t, "reference"), "ANPR_archivio_comuni.csv")
	made := filepath.Join(t.TempDir(), "comuni.tsv.gz")
	if err := run(archive, made); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(unpack(t, made), unpack(t, "../comuni.tsv.gz")) {
		t.Error("run the generator again: the embedded table is not what it makes")
	}
}

func unpack(t *testing.T, path string) []byte {
	t.Helper()
	packed, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	r, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestPatchRefusesANewerArchive(t *testing.T) {
	if _, err := applyPatch(nil); err == nil {
		t.Error("a patch for comuni that are not there passes")
	}
}
