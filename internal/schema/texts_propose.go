package schema

import (
	"fmt"
	"strings"

	"flussi/internal/flusso"
)

// Texts of proposed layouts: what stands in them as comments.

var (
	textProposeKnown  = flusso.Text{It: "un tracciato si propone per PS_PSA_SINA e SINBA, con una riga di nomi", En: "a layout is proposed for PS_PSA_SINA and SINBA, with a row of names"}
	hintProposeKnown  = flusso.Text{It: "per un flusso di ritorno partire da schedules/layouts/ritorno-inps.yaml; per un altro tipo scegliere un altro nome di file", En: "for a return flow start from schedules/layouts/ritorno-inps.yaml; for another kind choose another file name"}
	textProposeBroken = flusso.Text{It: "ciò che è nuovo non si lascia aggiungere al tracciato", En: "what is new cannot be added to the layout"}
	hintProposeBroken = flusso.Text{It: "riscriverlo in blocchi, una colonna e un valore per riga, come lo scrive --propose-map", En: "write it anew in blocks, one column and one value a line, as --propose-map writes it"}
	textProposeXML    = flusso.Text{It: "il file è un flusso in XML: non ha bisogno di un tracciato", En: "the file is a flow in XML: it needs no layout"}
	hintProposeXML    = flusso.Text{It: "dare il CSV o il foglio di calcolo da cui si parte", En: "give the CSV or the workbook to start from"}

	textProposedHead = flusso.Text{
		It: "Tracciato proposto da flussi (docs/tracciato.md). Dove c'è \"?\" decide una persona:\nfinché ce n'è uno il tracciato non si usa. Per lasciare fuori una colonna scrivere \"-\".\nContiene valori presi dal file: va tenuto come il file.",
		En: "Layout proposed by flussi (docs/tracciato.md). Where there is \"?\" a person decides: while\nthere is one the layout is not used. To leave a column out write \"-\".\nIt holds values taken from the file: keep it as the file is kept.",
	}
	textProposedColumns   = flusso.Text{It: "nome della colonna: campo", En: "name of the column: field"}
	textProposedCodes     = flusso.Text{It: "valore: codice", En: "value: code"}
	textProposedConstants = flusso.Text{It: "campi che nessuna colonna ha: il valore, lo stesso per tutte le righe", En: "fields that no column has: the value, the same for all rows"}
	textProposedJoin      = flusso.Text{It: "uniti perché è la sola colonna con lo stesso nome nei due fogli e un valore diverso in ogni riga", En: "joined because it is the only column with the same name in both sheets and another value in each row"}
	textProposedNumber    = flusso.Text{It: "non serve: righe consecutive con gli stessi dati sono una persona", En: "not needed: rows that follow each other with the same data are one person"}
	textProposedTwice     = flusso.Text{It: "un'altra colonna ha lo stesso nome: cambiarlo nel file", En: "another column has the same name: change it in the file"}
	textProposedLacks     = flusso.Text{It: "nessuna colonna: i record saranno rifiutati", En: "no column: the records will be rejected"}
	textProposedNome      = flusso.Text{It: "per esempio H501.PS.20260131.0000001", En: "for example H501.PS.20260131.0000001"}
	textProposedSame      = flusso.Text{It: "Belfiore o codice assegnato dall'INPS, per esempio H501", En: "Belfiore or the code that INPS gave, for example H501"}
	textProposedOperatore = flusso.Text{It: "codice fiscale di chi trasmette", En: "fiscal code of who transmits"}
)

func textProposedAt(label string) flusso.Text {
	return flusso.Text{It: "colonna " + label, En: "column " + label}
}

func textProposedColumn(at flusso.Text, c *proposedColumn, other string) flusso.Text {
	if other == "" {
		return textSheetColumn(at, c.headColumn)
	}
	return flusso.Text{It: at.It + ": un'altra colonna è già " + other, En: at.En + ": another column is " + other + " already"}
}

func textProposedYear(at flusso.Text) flusso.Text {
	return flusso.Text{It: at.It + ": l'anno della data", En: at.En + ": the year of the date"}
}

func textProposedNameless(at flusso.Text) flusso.Text {
	return flusso.Text{It: at.It + ": non ha un nome, darglielo nel file", En: at.En + ": it has no name, give it one in the file"}
}

// textProposedValue says how often a value was seen, and what it means or may mean.
func textProposedValue(count int64, labels []string, known bool) flusso.Text {
	said := flusso.Text{It: "1 volta", En: "once"}
	if count != 1 {
		said = flusso.Text{It: fmt.Sprintf("%d volte", count), En: fmt.Sprintf("%d times", count)}
	}
	list := strings.Join(labels, "; ")
	switch {
	case known:
		return flusso.Text{It: list + ", " + said.It, En: list + ", " + said.En}
	case list == "":
		return said
	}
	return flusso.Text{It: said.It + "; forse: " + list, En: said.En + "; perhaps: " + list}
}

func textProposedHidden(n int64) flusso.Text {
	return flusso.Text{
		It: fmt.Sprintf("%d celle con valori troppi o troppo lunghi per elencarli: senza codice saranno errori", n),
		En: fmt.Sprintf("%d cells with values too many or too long to list: without a code they will be faults", n),
	}
}

func textJoinSheet(name string) flusso.Text {
	return flusso.Text{It: "il foglio «" + name + "» del tracciato non c'è, o non ha una riga di nomi", En: "the layout's sheet «" + name + "» is not there, or has no row of names"}
}
