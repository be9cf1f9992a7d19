package schema

import (
	"fmt"
	"strings"

	"flussi/internal/flusso"
)

// Texts of workbooks.

var (
	textSheetNone      = flusso.Text{It: "il foglio chiesto con --sheet non c'è", En: "the sheet asked for with --sheet is not there"}
	textSheetSeveral   = flusso.Text{It: "più fogli hanno righe di un flusso", En: "several sheets have rows of a flow"}
	textSheetParts     = flusso.Text{It: "più fogli hanno righe di un flusso, e solo una parte delle colonne", En: "several sheets have rows of a flow, and only a part of the columns"}
	textSheetHidden    = flusso.Text{It: "solo un foglio nascosto ha i nomi dei campi di un flusso", En: "only a hidden sheet has the names of a flow's fields"}
	textSheetsHead     = flusso.Text{It: "nessun foglio ha una riga con i nomi dei campi di un flusso", En: "no sheet has a row with the names of a flow's fields"}
	hintSheetHead      = flusso.Text{It: "una riga con i nomi delle colonne, come li scrive flussi convert flusso.xml flusso.xlsx, o un tracciato (docs/excel.md)", En: "a row with the columns' names, as flussi convert flow.xml flow.xlsx writes them, or a layout (docs/excel.md)"}
	hintSheetColumns   = flusso.Text{It: "correggete i nomi, togliete le colonne che non servono, o dite con un tracciato che cosa sono (docs/excel.md)", En: "correct the names, take out the columns that are not needed, or say in a layout what they are (docs/excel.md)"}
	hintSheetNameless  = flusso.Text{It: "date un nome alla colonna o svuotate le sue celle; le note vanno in un altro foglio", En: "name the column or empty its cells; notes belong in another sheet"}
	hintSheetMerged    = flusso.Text{It: "togliete l'unione delle celle e ripetete il valore in ogni riga", En: "take the cells apart and repeat the value in each row"}
	hintSheetFlows     = flusso.Text{It: "togliete ciò che sta sotto la tabella (firme, date, note); se sono più flussi, un foglio per ciascuno", En: "take away what stands below the table (signatures, dates, notes); if these are several flows, a sheet for each"}
	hintSheetRows      = flusso.Text{It: "sotto i nomi delle colonne ogni riga è una prestazione (docs/excel.md)", En: "below the names of the columns each row is one benefit (docs/excel.md)"}
	textWorkbookLarge  = flusso.Text{It: "un foglio di calcolo dentro un archivio supera 64 MiB", En: "a workbook within an archive is larger than 64 MiB"}
	hintWorkbookLarge  = flusso.Text{It: "toglietelo dall'archivio", En: "take it out of the archive"}
	textWorkbookPage   = flusso.Text{It: "il file è una pagina web con un nome da foglio di calcolo", En: "the file is a web page with a workbook's name"}
	textWorkbook2003   = flusso.Text{It: "il file è un foglio di calcolo XML del 2003", En: "the file is an XML spreadsheet of 2003"}
	hintWorkbookSaveAs = flusso.Text{It: "apritelo con Excel o LibreOffice e salvatelo come .xlsx", En: "open it with Excel or LibreOffice and save it as .xlsx"}
	textNoteMacros     = flusso.Text{It: "contiene macro: non sono state eseguite", En: "it has macros: they were not run"}
)

// hintSheets names the sheets to choose from.
func hintSheets(looks []sheetLook) flusso.Text {
	list := sheetNames(looks)
	return flusso.Text{It: "ditelo con --sheet NOME; i fogli sono " + list, En: "say which with --sheet NAME; the sheets are " + list}
}

// hintSheetParts says how to read sheets that are each a part of the records.
func hintSheetParts(looks []sheetLook) flusso.Text {
	list := sheetNames(looks)
	return flusso.Text{
		It: "un tracciato unisce i fogli " + list + ", e flussi lo propone: flussi convert --propose-map (docs/tracciato.md); se ne basta uno, --sheet NOME",
		En: "a layout joins the sheets " + list + ", and flussi proposes it: flussi convert --propose-map (docs/tracciato.md); if one is enough, --sheet NAME",
	}
}

func sheetNames(looks []sheetLook) string {
	var names []string
	for _, l := range looks {
		names = append(names, "«"+l.Name+"»")
		if len(names) == 20 {
			break
		}
	}
	return strings.Join(names, ", ")
}

func textSheetHead(name string) flusso.Text {
	return flusso.Text{It: "il foglio «" + name + "» non ha una riga con i nomi dei campi di un flusso", En: "the sheet «" + name + "» has no row with the names of a flow's fields"}
}

// textSheetColumn says what is open about a column; not its name, which may be
// no name but somebody's.
func textSheetColumn(at flusso.Text, c headColumn) flusso.Text {
	switch {
	case len(c.may) > 1:
		var names []string
		for _, f := range c.may {
			names = append(names, infoOf[f].Name)
		}
		return flusso.Text{It: at.It + " può essere " + strings.Join(names, " o "), En: at.En + " may be " + strings.Join(names, " or ")}
	case len(c.may) == 1:
		return flusso.Text{It: at.It + " è forse " + infoOf[c.may[0]].Name, En: at.En + " is perhaps " + infoOf[c.may[0]].Name}
	case c.near != "":
		return flusso.Text{It: at.It + " non è un campo (forse " + c.near + ")", En: at.En + " is no field (perhaps " + c.near + ")"}
	}
	return flusso.Text{It: at.It + " non è un campo", En: at.En + " is no field"}
}

func textSheetTwice(at flusso.Text, field string) flusso.Text {
	return flusso.Text{It: at.It + " ripete " + field, En: at.En + " repeats " + field}
}

func textSheetNameless(at string) flusso.Text {
	return flusso.Text{It: at + ": una cella in una colonna senza nome", En: at + ": a cell in a column without a name"}
}

func textSheetMerged(at string) flusso.Text {
	return flusso.Text{It: at + ": celle unite su più righe di dati", En: at + ": cells merged over several rows of data"}
}

func textSheetFlows(at string) flusso.Text {
	return flusso.Text{It: at + ": il flusso o l'ente non è quello delle righe sopra", En: at + ": flow or Ente is not that of the rows above"}
}

func textSheetRows(name string) flusso.Text {
	return flusso.Text{It: "il foglio «" + name + "» non ha righe sotto i nomi delle colonne", En: "the sheet «" + name + "» has no rows below the names of its columns"}
}

func joinTexts(texts []flusso.Text) flusso.Text {
	var all flusso.Text
	for i, t := range texts {
		if i > 0 {
			all.It, all.En = all.It+"; ", all.En+"; "
		}
		all.It, all.En = all.It+t.It, all.En+t.En
	}
	return all
}

var conversionTexts = [numConversions]flusso.Text{
	ConvertedDay:     {It: "celle di data", En: "cells of dates"},
	ConvertedSerial:  {It: "numeri letti come date", En: "numbers read as dates"},
	ConvertedDayText: {It: "date scritte come testo", En: "dates written as text"},
	ConvertedClock:   {It: "date con un'ora, tolta", En: "dates with a time, left out"},
	ConvertedComma:   {It: "numeri con la virgola", En: "numbers with a comma"},
	ConvertedZeros:   {It: "codici con gli zeri iniziali rimessi", En: "codes with their leading zeros put back"},
	ConvertedTime:    {It: "ore da celle di orario o da H:MM", En: "hours from cells of times or H:MM"},
	ConvertedRounded: {It: "numeri alle 15 cifre che il foglio mostra", En: "numbers to the 15 digits that a sheet shows"},
	ConvertedCode:    {It: "valori tradotti con i codici del tracciato", En: "values translated by the layout's codes"},
	ConvertedYear:    {It: "anni presi da date", En: "years taken from dates"},
	ConvertedBlanks:  {It: "valori con spazi ai lati, tolti", En: "values with blanks around, taken off"},
	ConvertedEuro:    {It: "importi con il segno dell'euro, tolto", En: "amounts with the sign of the euro, taken off"},
}

// textConversion says what was done to a column's cells, and where.
func textConversion(c Conversion) flusso.Text {
	from := c.First
	if c.Count > 1 {
		last := c.Last
		if _, cell, ok := strings.Cut(c.Last, "!"); ok {
			last = cell
		}
		from += "…" + last
	}
	say := func(what string) string { return fmt.Sprintf("%s, %s: %d %s", from, c.Field, c.Count, what) }
	return flusso.Text{It: say(conversionTexts[c.Kind].It), En: say(conversionTexts[c.Kind].En)}
}

// notes say how a workbook was read.
func (w *WorkbookFound) notes() (notes []flusso.Text) {
	notes = append(notes, flusso.Text{It: fmt.Sprintf("foglio «%s», nomi delle colonne alla riga %d", w.Sheet, w.Heading), En: fmt.Sprintf("sheet «%s», names of the columns in row %d", w.Sheet, w.Heading)})
	if w.Macros {
		notes = append(notes, textNoteMacros)
	}
	for _, s := range w.Sheets {
		if s.Hidden && s.Name != w.Sheet && s.Heading > 0 {
			notes = append(notes, flusso.Text{It: "il foglio nascosto «" + s.Name + "» non è stato letto", En: "the hidden sheet «" + s.Name + "» was not read"})
		}
	}
	if w.HiddenRows > 0 {
		notes = append(notes, flusso.Text{It: fmt.Sprintf("righe nascoste, lette come le altre: %d", w.HiddenRows), En: fmt.Sprintf("hidden rows, read like the others: %d", w.HiddenRows)})
	}
	if r := w.Totals; r.Count > 0 {
		notes = append(notes, flusso.Text{It: "righe di totali, non lette: " + r.where("righe"), En: "rows of totals, not read: " + r.where("rows")})
	}
	if r := w.NamesAgain; r.Count > 0 {
		notes = append(notes, flusso.Text{It: "nomi delle colonne ripetuti, non letti: " + r.where("righe"), En: "names of the columns again, not read: " + r.where("rows")})
	}
	for _, j := range w.Joins {
		notes = append(notes, flusso.Text{
			It: fmt.Sprintf("foglio unito «%s»: %d righe, di cui %d di nessun record", j.Sheet, j.Rows, j.Unused),
			En: fmt.Sprintf("joined sheet «%s»: %d rows, %d of them of no record", j.Sheet, j.Rows, j.Unused),
		})
	}
	notes = append(notes, w.synonyms()...)
	for _, c := range w.Conversions {
		notes = append(notes, textConversion(c))
	}
	return notes
}

// where tells how many rows, and which: 3 (righe 5…19).
func (r RowsLeftOut) where(rows string) string {
	if r.Count == 1 {
		return fmt.Sprintf("1 (%d)", r.First)
	}
	return fmt.Sprintf("%d (%s %d…%d)", r.Count, rows, r.First, r.Last)
}

// synonyms say which columns were known by a name that is not their field's own,
// and which are no flow's.
func (t *TableFound) synonyms() (notes []flusso.Text) {
	for _, c := range t.Columns {
		switch {
		case c.Synonym && c.Field == "":
			notes = append(notes, flusso.Text{It: fmt.Sprintf("colonna %s non letta: nessun flusso la ha", c.Column), En: fmt.Sprintf("column %s not read: no flow has it", c.Column)})
		case c.Synonym:
			notes = append(notes, flusso.Text{It: fmt.Sprintf("colonna %s letta come %s", c.Column, c.Field), En: fmt.Sprintf("column %s read as %s", c.Column, c.Field)})
		}
	}
	return notes
}

var (
	hintJoin      = flusso.Text{It: "ogni riga deve trovarne una sola nel foglio unito: correggete i fogli, o join nel tracciato", En: "each row must find just one in the joined sheet: correct the sheets, or join in the layout"}
	textJoinLarge = flusso.Text{It: "il foglio unito non sta in 128 MiB", En: "the joined sheet does not fit in 128 MiB"}
	hintJoinLarge = flusso.Text{It: "lasciate fuori le colonne che non servono, o dividete il foglio", En: "leave out the columns that are not needed, or divide the sheet"}
)

func textJoinHead(name string) flusso.Text {
	return flusso.Text{It: "il foglio «" + name + "» non ha una riga con le colonne che join nomina", En: "the sheet «" + name + "» has no row with the columns that join names"}
}

func textJoinKey(at string) flusso.Text {
	return flusso.Text{It: at + ": manca il valore che unisce i fogli", En: at + ": the value that joins the sheets is missing"}
}

func textJoinTwice(at, before string) flusso.Text {
	return flusso.Text{It: before + " e " + at + ": stesso valore, dati diversi", En: before + " and " + at + ": the same value, other data"}
}

func textJoinNone(at, sheet string) flusso.Text {
	return flusso.Text{It: at + ": nessuna riga di «" + sheet + "» ha questo valore", En: at + ": no row of «" + sheet + "» has this value"}
}

func textJoinMore(n int) flusso.Text {
	return flusso.Text{It: fmt.Sprintf("e altre %d", n), En: fmt.Sprintf("and %d more", n)}
}
