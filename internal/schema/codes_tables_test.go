package schema

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"flussi/internal/flusso"
)

// TestWriteCodes: what is written out is what is built in, byte for byte, so
// that an operator's copy differs in nothing but what he changed.
func TestWriteCodes(t *testing.T) {
	for _, file := range CodeTables() {
		var written bytes.Buffer
		if err := WriteCodes(&written, file); err != nil {
			t.Fatal(err)
		}
		kept, err := os.ReadFile(filepath.Join("codes", file))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(written.Bytes(), kept) {
			t.Errorf("%s is written otherwise than it is kept (make codes?)", file)
		}
	}
	if err := WriteCodes(&bytes.Buffer{}, "altro.csv"); err == nil {
		t.Error("a table that there is not is written")
	}
}

// restoreCodes puts the built-in tables back at the end of a test.
func restoreCodes(t *testing.T) {
	comuni, province, nazioni, prestazioni := comuniCodes.get(), provinceCodes.get(), nazioniCodes.get(), prestazioniCodes.get()
	t.Cleanup(func() {
		comuniCodes.inUse, provinceCodes.inUse, nazioniCodes.inUse, prestazioniCodes.inUse = comuni, province, nazioni, prestazioni
	})
}

func codesFolder(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestUseCodes(t *testing.T) {
	restoreCodes(t)
	dir := codesFolder(t, map[string]string{
		"comuni.csv":      "\ufeffbelfiore;istat;nome;dal;al\r\nB354;118006;CAGLIARI;2026-01-01;\r\nB354;092009;CAGLIARI;;2025-12-31\r\n",
		"prestazioni.csv": "codice;denominazione;sina;presa_in_carico\nA2.40;Una nuova;sì;\n",
		"nazioni.csv":     "iso;alpha2;belfiore;nome;dal;al\n;;Z160;Kosovo;;\n008;AL;Z100;Albania;;\n",
		"province.csv":    "istat;sigla;nome;nuts2\n118;CA;Cagliari;ITG2\n092;CA;Cagliari;ITG2\n",
	})
	if err := UseCodes(dir); err != nil {
		t.Fatal(err)
	}
	if c, ok := ComuneByISTAT("118006"); !ok || c.Nome != "CAGLIARI" {
		t.Errorf("118006 is %+v", c)
	}
	if then, ever := comuneHeld([]byte("118006"), civilDays(2025, 6, 1)); then || !ever {
		t.Error("118006 held in 2025")
	}
	if c, ok := ComuneByBelfiore("B354"); !ok || c.ISTAT != "118006" {
		t.Errorf("B354 is %+v", c)
	}
	if _, ok := ComuneByISTAT("058091"); ok {
		t.Error("the built-in comuni are still there")
	}
	if p, ok := Prestazione("A2.40"); !ok || !p.SINA || p.Sezione != "A2" {
		t.Errorf("A2.40 is %+v", p)
	}
	if !isCountry([]byte("008")) || isCountry([]byte("276")) {
		t.Error("the countries are not the folder's")
	}
	if r, ok := RegionOfComune("118006"); !ok || r.Nome != "Sardegna" || len(Provinces()) != 2 {
		t.Errorf("the region of 118006 is %+v", r)
	}
}

// TestUseCodesFaulty: every fault is told, and nothing is replaced.
func TestUseCodesFaulty(t *testing.T) {
	restoreCodes(t)
	dir := codesFolder(t, map[string]string{
		"comuni.csv":      "belfiore;istat;nome;dal;al\nB354;118006;CAGLIARI;2026-01-01;\nb35;11;;ieri;1990-01-01\nB354;118006\n",
		"nazioni.csv":     "iso;alpha2;belfiore;nome;dal;al\n008;AL;Z100;Albania;;\n008;AL;H501;Albania;2000-01-01;1999-01-01\n;;;Nessuna;;\n",
		"province.csv":    "istat;sigla;nome\n",
		"prestazioni.csv": "codice;denominazione;sina;presa_in_carico\nA1.01;\"aperta;;\n",
	})
	err := UseCodes(dir)
	several, ok := err.(interface{ Unwrap() []error })
	if !ok {
		t.Fatalf("%v", err)
	}
	var told []string
	for _, err := range several.Unwrap() {
		var one *flusso.Error
		if !errors.As(err, &one) || one.Kind != flusso.Config || one.Hint.IsZero() {
			t.Fatalf("%v", err)
		}
		told = append(told, one.ID+": "+one.What.En)
	}
	want := `comuni.csv:4: the line must have 5 columns
comuni.csv:3: belfiore: a capital letter and three digits
comuni.csv:3: istat: 6 digits
comuni.csv:3: nome: 1 to 255 bytes
comuni.csv:3: dal, al: dates YYYY-MM-DD between 1800 and 2200, or nothing
province.csv:1: the first line must be istat;sigla;nome;nuts2
nazioni.csv:3: al: not before dal
nazioni.csv:3: iso: the code stands in another line already
nazioni.csv:3: belfiore: Z and three digits
nazioni.csv:4: iso or belfiore: at least one of them
prestazioni.csv:2: quotes that are not closed or out of place`
	if got := strings.Join(told, "\n"); got != want {
		t.Errorf("told:\n%s\nwant:\n%s", got, want)
	}
	if _, ok := ComuneByISTAT("058091"); !ok {
		t.Error("a faulty table replaced the built-in one")
	}
	if err := UseCodes(t.TempDir()); flusso.KindOf(err) != flusso.Config {
		t.Errorf("an empty folder: %v", err)
	}
}

// BenchmarkOpenComuni is what the first look-up costs.
func BenchmarkOpenComuni(b *testing.B) {
	for b.Loop() {
		openComuni(comuniBin)
	}
}
