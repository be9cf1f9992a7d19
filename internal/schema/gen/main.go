// Command gen writes the table of comuni that package schema embeds.
//
//	go run ./internal/schema/gen -archive ANPR_archivio_comuni.csv
//
// The archive is "Archivio storico dei comuni" of ANPR, Ministero
// dell'Interno (github.com/italia/anpr, CC BY 4.0); what it does not have yet
// is in patch.go. The output is in the project's own form: one line for each
// period of a comune's life, sorted by Belfiore code and date, tab-separated
// (Belfiore, ISTAT, first day, last day, name); a field equal to the line
// before is left empty, and so are the first day of the Kingdom (1861-03-17)
// and the last day of what still exists. gzip around it.
package main

import (
	"bufio"
	"bytes"
	"cmp"
	"compress/gzip"
	"encoding/csv"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
)

func main() {
	archive := flag.String("archive", "", "the ANPR archive, CSV")
	out := flag.String("out", "internal/schema/comuni.tsv.gz", "where the table goes")
	flag.Parse()
	if err := run(*archive, *out); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

func run(archive, out string) error {
	f, err := os.Open(archive)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	periods, err := readArchive(f)
	if err != nil {
		return fmt.Errorf("read archive: %w", err)
	}
	if periods, err = applyPatch(periods); err != nil {
		return fmt.Errorf("apply patch: %w", err)
	}
	table, err := encode(periods)
	if err != nil {
		return fmt.Errorf("encode table: %w", err)
	}
	return os.WriteFile(out, table, 0o644)
}

// period is one line of the archive: a comune's codes and name from a day to
// a day, both included, AAAA-MM-GG.
type period struct{ belfiore, istat, from, to, name string }

const (
	forever      = "9999-12-31"
	kingdomBegin = "1861-03-17"
)

func readArchive(r io.Reader) ([]period, error) {
	unmarked := bufio.NewReader(r)
	if mark, err := unmarked.Peek(3); err == nil && string(mark) == "\ufeff" {
		_, _ = unmarked.Discard(3)
	}
	reader := csv.NewReader(unmarked)
	head, err := reader.Read()
	if err != nil {
		return nil, err
	}
	at := map[string]int{}
	for i, name := range head {
		at[name] = i
	}
	for _, name := range []string{"CODCATASTALE", "CODISTAT", "DATAISTITUZIONE", "DATACESSAZIONE", "DENOMINAZIONE_IT"} {
		if _, ok := at[name]; !ok {
			return nil, fmt.Errorf("the archive has no column %s", name)
		}
	}
	var periods []period
	for {
		row, err := reader.Read()
		if err == io.EOF {
			return periods, nil
		}
		if err != nil {
			return nil, err
		}
		p := period{row[at["CODCATASTALE"]], row[at["CODISTAT"]], row[at["DATAISTITUZIONE"]], row[at["DATACESSAZIONE"]], row[at["DENOMINAZIONE_IT"]]}
		// 28 comuni that died before 1900 never had a Belfiore code ("ND").
		if len(p.belfiore) == 4 && len(p.istat) == 6 {
			periods = append(periods, p)
		}
	}
}

// encode writes the compact form. The same periods give the same bytes.
func encode(periods []period) ([]byte, error) {
	slices.SortFunc(periods, func(a, b period) int {
		return cmp.Or(cmp.Compare(a.belfiore, b.belfiore), cmp.Compare(a.from, b.from), cmp.Compare(a.to, b.to), cmp.Compare(a.istat, b.istat))
	})
	var text bytes.Buffer
	text.WriteString("# Comuni: ANPR, Ministero dell'Interno, CC BY 4.0, github.com/italia/anpr; in another form; later changes added by hand\n")
	var last period
	for _, p := range periods {
		fields := [5]string{p.belfiore, p.istat, strings.ReplaceAll(p.from, "-", ""), strings.ReplaceAll(p.to, "-", ""), p.name}
		if p.belfiore == last.belfiore {
			fields[0] = ""
			if p.istat == last.istat {
				fields[1] = ""
			}
			if p.name == last.name {
				fields[4] = ""
			}
		}
		if p.from == kingdomBegin {
			fields[2] = ""
		}
		if p.to == forever {
			fields[3] = ""
		}
		text.WriteString(strings.Join(fields[:], "\t"))
		text.WriteByte('\n')
		last = p
	}
	var packed bytes.Buffer
	w, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(text.Bytes()); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return packed.Bytes(), nil
}
