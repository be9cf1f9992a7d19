package schema

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"flussi/internal/flusso"
	"flussi/internal/testshared"
)

// convertedByOffice has LibreOffice write files in another format, as whoever opens
// and saves them does, all in one go; it gives the folder that they are in. importing
// is how it is to read them, as it names it; "": as their names say.
func convertedByOffice(t *testing.T, format, infilter string, files ...string) string {
	t.Helper()
	soffice := testshared.Peer(t, "soffice")
	out, profile := t.TempDir(), t.TempDir()
	args := []string{"-env:UserInstallation=file://" + profile, "--headless", "--convert-to", format, "--outdir", out}
	if infilter != "" {
		args = append(args, "--infilter="+infilter)
	}
	ctx, stop := context.WithTimeout(t.Context(), 5*time.Minute)
	defer stop()
	if said, err := exec.CommandContext(ctx, soffice, append(args, files...)...).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	return out
}

// corpusFile gives a file of the corpus of workbooks: its source, or what is
// expected of it.
func corpusFile(name string) string { return filepath.Join("testdata", "workbooks", name) }

// TestOfficeWorkbooks: workbooks that LibreOffice writes, of all the ways in which
// officers keep their lists. Beside each source (flat ODF, which LibreOffice opens)
// stands what is made of it: sheet, columns, conversions, faults, and the records
// as XML; or why it is refused. -update writes that anew.
func TestOfficeWorkbooks(t *testing.T) {
	sources, err := filepath.Glob(corpusFile("*.fods"))
	if err != nil || len(sources) < 45 {
		t.Fatalf("%d sources, %v", len(sources), err)
	}
	// What a program exports and an officer opens: LibreOffice guesses in Italian (1040)
	// what numbers and dates are, and loses what is lost so.
	export := corpusFile("opened-csv.csv")
	folder := convertedByOffice(t, "xlsx", "", sources...)
	opened := convertedByOffice(t, "xlsx", "CSV:59,34,76,1,,1040,false,true", export)
	if err := os.Rename(filepath.Join(opened, "opened-csv.xlsx"), filepath.Join(folder, "opened-csv.xlsx")); err != nil {
		t.Fatal(err)
	}
	for _, source := range append(sources, export) {
		name := strings.TrimSuffix(filepath.Base(source), filepath.Ext(source))
		t.Run(name, func(t *testing.T) {
			sheet, err := os.ReadFile(filepath.Join(folder, name+".xlsx"))
			if err != nil {
				t.Fatal(err)
			}
			got := asRead(t, sheet)
			golden := corpusFile(name + ".want")
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("read as\n%s\nwant\n%s", got, want)
			}
		})
	}
}

// asRead tells how a workbook is read, in the words that are shown.
func asRead(t *testing.T, sheet []byte) string {
	t.Helper()
	var said, xml bytes.Buffer
	var w *XMLWriter
	got := read(t, bytes.NewReader(sheet), Options{Rows: true}, func(b *Batch) {
		if w == nil {
			w = NewXMLWriter(&xml, b.Tipo)
		}
		if err := w.Append(b); err != nil {
			t.Fatal(err)
		}
	})
	for _, n := range got.summary.Notes {
		if !strings.Contains(n.It, " letta come ") {
			fmt.Fprintln(&said, n.It)
		}
	}
	if w := got.summary.Workbook; w != nil {
		said.WriteString("colonne:")
		for _, c := range w.Columns {
			fmt.Fprintf(&said, " %s=%s", c.Column, c.Field)
		}
		said.WriteByte('\n')
	}
	if got.err != nil {
		var known *flusso.Error
		if !errors.As(got.err, &known) {
			t.Fatal(got.err)
		}
		fmt.Fprintf(&said, "rifiutato: %s\n→ %s\n", known.What.It, known.Hint.It)
		return said.String()
	}
	fmt.Fprintf(&said, "%d record, %d respinti\n", got.summary.Records, got.summary.Rejected)
	for _, f := range got.faults {
		fmt.Fprintf(&said, "%s %s %s %s\n", f.Cell(), f.Severity, f.Rule, f.Path[strings.LastIndex(f.Path, "/")+1:])
	}
	if w != nil {
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		said.WriteString(xml.String())
	}
	return said.String()
}

// TestOfficeFormats: what LibreOffice writes otherwise, and what has a password, is
// refused with what to do.
func TestOfficeFormats(t *testing.T) {
	source := corpusFile("titles-above.fods")
	saved := func(format string) []byte {
		file, err := os.ReadFile(filepath.Join(convertedByOffice(t, format, "", source), "titles-above."+format))
		if err != nil {
			t.Fatal(err)
		}
		return file
	}
	locked, err := excelize.Encrypt(saved("xlsx"), &excelize.Options{Password: "segreta"})
	if err != nil {
		t.Fatal(err)
	}
	const saveAs = "\n→ apritelo e salvatelo con File, Salva con nome, tipo «Cartella di lavoro di Excel (.xlsx)»\n"
	for name, c := range map[string]struct {
		file []byte
		want string
	}{
		"ods":      {saved("ods"), "rifiutato: il file è un documento di LibreOffice (.ods), non un .xlsx" + saveAs},
		"xls":      {saved("xls"), "rifiutato: il file è di Excel 97-2003 (.xls) o di un altro programma di allora" + saveAs},
		"password": {locked, "rifiutato: il foglio di calcolo è protetto da password\n→ apritelo e salvatelo senza password: File, Informazioni, Proteggi cartella di lavoro\n"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := asRead(t, c.file); got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
		})
	}
}
