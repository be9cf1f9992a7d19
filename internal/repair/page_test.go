package repair_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"flussi/internal/flusso"
	"flussi/internal/repair"
)

var update = flag.Bool("update", false, "write the pages anew")

// TestPages: docs/riparazioni.md and docs/repairs.md tell the repairs there are. With
// -update they are written anew.
func TestPages(t *testing.T) {
	for _, page := range []struct {
		path, intro, columns string
		lang                 flusso.Lang
	}{
		{"../../docs/riparazioni.md", "# Le riparazioni\n\nLa stessa pagina in inglese: [repairs.md](repairs.md). Scritta da `make golden`.\n\n" +
			"Con `--fix` `flussi convert` corregge in un flusso ciò che si può correggere senza indovinare: il resto del record, o una tabella ufficiale, lascia un solo valore giusto. " +
			"Ogni riparazione si chiede per nome (`--fix quote,regione`; `--fix all` per tutte), dice riga e campo di ciò che cambia, e mai il valore. Il file di partenza resta com'è: con `--dry-run` si guarda prima, e chi cambia idea tiene l'originale.\n\n" +
			"Ciò che esce si giudica come ogni flusso: dove lo schema resta violato, non si scrive nulla. Di un flusso con parti che il tracciato non prevede non si ripara nulla: andrebbero perse.\n",
			"| nome | che cosa fa | quando | regole | prima | dopo | fonte |", flusso.It},
		{"../../docs/repairs.md", "# The repairs\n\nThe same page in Italian: [riparazioni.md](riparazioni.md). Written by `make golden`.\n\n" +
			"With `--fix`, `flussi convert` mends in a flow what can be mended without guessing: the rest of the record, or an official table, leaves one right value. " +
			"Each repair is asked for by name (`--fix quote,regione`; `--fix all` for all), tells line and field of what it changes, and never the value. The file to start from stays as it is: `--dry-run` looks first, and who thinks again has the original.\n\n" +
			"What comes out is judged as any flow: where it still breaks the schema, nothing is written. Of a flow with parts that the layout does not have nothing is mended: they would be lost.\n",
			"| name | what it does | when | rules | before | after | source |", flusso.En},
	} {
		var b strings.Builder
		fmt.Fprintf(&b, "%s\n%s\n|---|---|---|---|---|---|---|\n", page.intro, page.columns)
		for _, r := range repair.All() {
			fmt.Fprintf(&b, "| `%s` | %s | %s | %s | `%s` | `%s` | %s |\n", r.Name, r.What.In(page.lang), r.When.In(page.lang), strings.Join(r.Rules, ", "), r.Before, r.After, r.Source)
		}
		if *update {
			if err := os.WriteFile(page.path, []byte(b.String()), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		got, err := os.ReadFile(page.path)
		if err != nil || string(got) != b.String() {
			t.Errorf("%s is not the repairs' (%v): make golden", page.path, err)
		}
	}
}
