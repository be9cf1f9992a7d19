package dataset

import (
	"fmt"
	"strings"

	"flussi/internal/flusso"
)

var (
	textNoYear     = flusso.Text{It: "il rilascio non ha righe di quest'anno", En: "the release has no rows of this year"}
	textFlatFormat = flusso.Text{It: "non è un formato di file piatti", En: "not a format of flat files"}
	hintFlatFormat = flusso.Text{It: "usare parquet, csv o xlsx", En: "use parquet, csv or xlsx"}
	textXLSX       = flusso.Text{It: "un foglio di calcolo non può contenere queste righe", En: "a spreadsheet cannot hold these rows"}
)

func hintNoYear(years []flatYear) flusso.Text {
	var names []string
	for _, y := range years {
		names = append(names, y.name)
	}
	all := strings.Join(names, ", ")
	return flusso.Text{It: "indicare uno degli anni che ci sono: " + all, En: "give one of the years there are: " + all}
}

// hintXLSX names the CSV that takes the place of a workbook.
func hintXLSX(csv string) flusso.Text {
	return flusso.Text{
		It: fmt.Sprintf("un foglio tiene 1.048.575 righe e celle di 32.767 caratteri: usare il CSV (--format csv: %s), o un anno alla volta con --year", csv),
		En: fmt.Sprintf("a sheet holds 1,048,575 rows and cells of 32,767 characters: use the CSV (--format csv: %s), or one year at a time with --year", csv),
	}
}
