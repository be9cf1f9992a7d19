package schema

import (
	"fmt"

	"flussi/internal/flusso"
)

// Texts of flows written as rows.

var (
	hintRows = flusso.Text{
		It: "la prima riga ha i nomi dei campi, come li scrive flussi convert flusso.xml flusso.csv; ogni riga una prestazione (docs/csv.md)",
		En: "the first line has the names of the fields, as flussi convert flow.xml flow.csv writes them; each row one benefit (docs/csv.md)",
	}
	textRowsHead     = flusso.Text{It: "la prima riga non ha i nomi dei campi di un flusso", En: "the first line has not the names of a flow's fields"}
	textRowsNone     = flusso.Text{It: "la tabella non ha righe", En: "the table has no rows"}
	textRowsQuote    = flusso.Text{It: "virgolette che non si chiudono o fuori posto", En: "quotes that are not closed or out of place"}
	textRowsLong     = flusso.Text{It: "la riga supera 1 MiB", En: "the row is longer than 1 MiB"}
	textRowsEncoding = flusso.Text{It: "byte che non sono UTF-8 in un file che lo è", En: "bytes that are not UTF-8 in a file that is"}
	textRowsFlows    = flusso.Text{It: "i dati del flusso o dell'ente non sono quelli delle altre righe: una tabella è un flusso solo, e una riga di totali non ci sta", En: "the data of flow or Ente are not those of the other rows: a table is one flow, without a row of totals"}
	textRowsPerson   = flusso.Text{It: "stesso numero di Beneficiario della riga precedente, altri dati anagrafici o altro indirizzo", En: "the Beneficiario number of the row before, with other particulars or another address"}

	textNoteDelimiter = flusso.Text{It: "celle separate da virgole o tabulazioni", En: "cells between commas or tabs"}
	textNotePage      = flusso.Text{It: "testo letto come Windows-1252", En: "text read as Windows-1252"}
)

var textRowsLayoutFlow = flusso.Text{It: "il tracciato è di un altro tipo di flusso", En: "the layout is of another kind of flow"}

var textRowsJoin = flusso.Text{It: "il tracciato unisce fogli: serve un foglio di calcolo", En: "the layout joins sheets: a workbook is wanted"}

func textRowsLacks(column string) flusso.Text {
	return flusso.Text{It: "manca la colonna " + column + " del tracciato", En: "the layout's column " + column + " is missing"}
}

func textRowsAt(n int) flusso.Text {
	return flusso.Text{It: fmt.Sprintf("la colonna %d", n), En: fmt.Sprintf("column %d", n)}
}

func textRowsColumn(n int) flusso.Text {
	return flusso.Text{It: fmt.Sprintf("la colonna %d non è un campo del flusso", n), En: fmt.Sprintf("column %d is no field of the flow", n)}
}

func textRowsTwice(n int) flusso.Text {
	return flusso.Text{It: fmt.Sprintf("la colonna %d ripete un campo", n), En: fmt.Sprintf("column %d repeats a field", n)}
}

func textRowsCells(have, want int) flusso.Text {
	return flusso.Text{It: fmt.Sprintf("%d celle, i campi sono %d", have, want), En: fmt.Sprintf("%d cells for %d fields", have, want)}
}

func textNoteCommas(n int64) flusso.Text {
	if n == 1 {
		return flusso.Text{It: "1 importo con la virgola", En: "1 amount with a comma"}
	}
	return flusso.Text{It: fmt.Sprintf("%d importi con la virgola", n), En: fmt.Sprintf("%d amounts with a comma", n)}
}

func textNoteDates(n int64) flusso.Text {
	if n == 1 {
		return flusso.Text{It: "1 data GG/MM/AAAA", En: "1 date DD/MM/YYYY"}
	}
	return flusso.Text{It: fmt.Sprintf("%d date GG/MM/AAAA", n), En: fmt.Sprintf("%d dates DD/MM/YYYY", n)}
}
