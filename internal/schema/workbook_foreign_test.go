package schema_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"flussi/internal/flusso"
	"flussi/internal/schema"
	"flussi/internal/synth"
	"flussi/internal/testshared"
)

// libreOffice has LibreOffice write files in its folder as workbooks, in one go.
func libreOffice(t *testing.T, dir string, files []string, more ...string) {
	t.Helper()
	args := append([]string{"-env:UserInstallation=file://" + filepath.Join(dir, "profilo"), "--headless"}, more...)
	args = append(args, "--convert-to", "xlsx", "--outdir", filepath.Join(dir, "xlsx"))
	cmd := exec.CommandContext(t.Context(), testshared.Peer(t, "soffice"), append(args, files...)...)
	cmd.Env = append(os.Environ(), "HOME="+dir, "TZ=UTC")
	if said, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("soffice: %v: %s", err, said)
	}
}

// TestSavedByLibreOffice: a workbook of ours that LibreOffice opened and saved is the
// same flow.
func TestSavedByLibreOffice(t *testing.T) {
	testshared.Peer(t, "soffice")
	dir := t.TempDir()
	var flow, book bytes.Buffer
	if _, err := synth.Write(&flow, synth.Options{Tipo: flusso.PSPSASINA, Beneficiari: 1500, Seed: 9}); err != nil {
		t.Fatal(err)
	}
	want := asXML(t, flow.Bytes())
	each(t, flow.Bytes(), func(b *schema.Batch) func(*schema.Batch) error {
		w := schema.NewSheetWriter(&book, b.Tipo)
		return func(b *schema.Batch) error {
			if b == nil {
				return w.Close()
			}
			return w.Append(b)
		}
	})
	path := filepath.Join(dir, "flusso.xlsx")
	if err := os.WriteFile(path, book.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	libreOffice(t, dir, []string{path})
	saved, err := os.ReadFile(filepath.Join(dir, "xlsx", "flusso.xlsx"))
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Equal(saved, book.Bytes()) {
		t.Fatal("LibreOffice wrote nothing of its own")
	}
	if asXML(t, saved) != want {
		t.Error("saved by LibreOffice it is another flow")
	}
}
