package microdata

import (
	"fmt"

	"flussi/internal/flusso"
)

// ofColumn says which column a fault is of.
func ofColumn(column string, what flusso.Text) flusso.Text {
	return flusso.Text{It: fmt.Sprintf("colonna %s: %s", column, what.It), En: fmt.Sprintf("column %s: %s", column, what.En)}
}

// ofRow says in which row of the table, from 1 without the header, a fault is.
func ofRow(column string, row int64, what flusso.Text) flusso.Text {
	return flusso.Text{It: fmt.Sprintf("colonna %s, riga %d: %s", column, row, what.It), En: fmt.Sprintf("column %s, row %d: %s", column, row, what.En)}
}

var (
	textNoColumn = flusso.Text{It: "la specifica nomina una colonna che la tabella non ha", En: "the spec names a column that the table has not"}
	hintNoColumn = flusso.Text{It: "confrontare i nomi con la prima riga della tabella, maiuscole comprese", En: "compare the names with the table's first row, capitals included"}
	textNoRole   = flusso.Text{It: "una colonna della tabella non ha un ruolo nella specifica", En: "a column of the table has no role in the spec"}
	hintNoRole   = flusso.Text{It: "aggiungerla a columns con role: quasi, sensitive, measure, code, keep, person o drop", En: "add it to columns with role: quasi, sensitive, measure, code, keep, person or drop"}
	textNotRead  = flusso.Text{It: "una colonna è di un tipo che non si legge", En: "a column is of a type that is not read"}
	hintNotRead  = flusso.Text{It: "convertirla in testo, intero a 32 bit, data o DECIMAL(18,2), o lasciarla fuori con role: drop", En: "make it text, 32-bit integer, date or DECIMAL(18,2), or leave it out with role: drop"}
	textNoQuasi  = flusso.Text{It: "nessuna colonna è un quasi-identificatore", En: "no column is a quasi-identifier"}
	hintNoQuasi  = flusso.Text{It: "dare role: quasi a ciò che qualcuno può sapere di una persona: età, genere, comune…", En: "give role: quasi to what somebody may know of a person: age, sex, comune…"}

	textTooFewRows    = flusso.Text{It: "la tabella ha meno righe di k", En: "the table has fewer rows than k"}
	hintTooFewRows    = flusso.Text{It: "una tabella così piccola non si pubblica per righe: usare una tabella di frequenze, o un k minore", En: "so small a table is not published row by row: use a table of counts, or a smaller k"}
	textTooWide       = flusso.Text{It: "i quasi-identificatori hanno troppi valori distinti", En: "the quasi-identifiers have too many distinct values"}
	hintTooWide       = flusso.Text{It: "generalizzare prima la colonna con più valori (fasce, una gerarchia), o lasciarla fuori", En: "generalise the column with the most values first (bands, a hierarchy), or leave it out"}
	textTooMany       = flusso.Text{It: "le combinazioni distinte di quasi-identificatori sono troppe", En: "there are too many distinct combinations of quasi-identifiers"}
	hintTooMany       = flusso.Text{It: "dividere la tabella, o generalizzare prima la colonna con più valori", En: "divide the table, or generalise the column with the most values first"}
	textTooManyValues = flusso.Text{It: "una colonna ha troppi valori distinti", En: "a column has too many distinct values"}
	hintTooManyValues = flusso.Text{It: "darle una gerarchia o fasce; se identifica le persone, role: drop", En: "give it a hierarchy or bands; if it identifies persons, role: drop"}
	textNotNumeric    = flusso.Text{It: "una colonna da trattare come numero ha valori che non lo sono", En: "a column to be treated as numbers has values that are none"}
	hintNotNumeric    = flusso.Text{It: "correggere la tabella, o usare una gerarchia al posto di bands, round, top, bottom e microaggregate", En: "mend the table, or use a hierarchy in place of bands, round, top, bottom and microaggregate"}
	textTooLarge      = flusso.Text{It: "un numero oltre 90.000 miliardi: non è un importo, e i centesimi non sarebbero esatti", En: "a number beyond 90,000 billion: it is no amount, and its hundredths would not be exact"}
	hintTooLarge      = flusso.Text{It: "correggere la tabella; se la colonna non è un importo, role: keep o drop", En: "mend the table; if the column is no amount, role: keep or drop"}
	textOneValue      = flusso.Text{It: "un quasi-identificatore con un solo valore non distingue nessuno", En: "a quasi-identifier with a single value tells nobody apart"}
	hintOneValue      = flusso.Text{It: "controllare che la tabella sia intera; se lo è, dare alla colonna role: keep", En: "check that the table is whole; if it is, give the column role: keep"}
	textHierarchy     = flusso.Text{It: "la gerarchia di una colonna non regge", En: "the hierarchy of a column does not hold"}
	hintHierarchy     = flusso.Text{It: "le righe devono avere gli stessi livelli e ogni valore una sola strada verso l'alto", En: "rows must have the same levels and each value one way up"}

	textUnknownValue = flusso.Text{It: "un valore della tabella manca nella gerarchia della colonna", En: "a value of the table is not in the column's hierarchy"}
	textMissingValue = flusso.Text{It: "una casella vuota, e la gerarchia della colonna non ha il valore vuoto", En: "an empty cell, and the column's hierarchy has no empty value"}
	hintUnknownValue = flusso.Text{It: "aggiungere alla gerarchia una riga per quel valore, o correggere la tabella", En: "add a row for that value to the hierarchy, or mend the table"}

	textNoPerson   = flusso.Text{It: "una riga non dice di quale persona è", En: "a row does not say whose it is"}
	hintNoPerson   = flusso.Text{It: "completare la colonna di role: person, o darle role: drop e contare le righe", En: "complete the column of role: person, or give it role: drop and count rows"}
	textTwoPersons = flusso.Text{It: "una sola colonna dice di quale persona è la riga", En: "one column alone says whose a row is"}
	hintTwoPersons = flusso.Text{It: "dare role: drop alle altre colonne che identificano la persona", En: "give role: drop to the other columns that identify the person"}

	textChanged = flusso.Text{It: "la tabella è cambiata mentre la si leggeva", En: "the table changed while it was read"}
	hintChanged = flusso.Text{It: "ripetere quando nessuno la scrive, o usarne una copia", En: "try again when nobody writes it, or use a copy"}

	textScratch = flusso.Text{It: "lo spazio di lavoro su disco non regge: nulla è stato pubblicato", En: "the scratch space on disk does not hold: nothing was published"}
	hintScratch = flusso.Text{It: "liberare spazio, indicare un'altra cartella con --scratch, o dare più memoria con --memory", En: "free space, name another folder with --scratch, or give more memory with --memory"}

	textNone   = flusso.Text{It: "nessuna generalizzazione soddisfa ciò che si chiede: non si pubblica nulla", En: "no generalisation meets what is asked: nothing is published"}
	hintNone   = flusso.Text{It: "alzare suppression, abbassare k, l o t, o aggiungere livelli alle gerarchie", En: "raise suppression, lower k, l or t, or add levels to the hierarchies"}
	textNoRoot = flusso.Text{It: "con method: local ogni gerarchia deve finire in un solo valore", En: "with method: local every hierarchy must end in one value"}
	hintNoRoot = flusso.Text{It: "aggiungere alla gerarchia un ultimo livello, per esempio *", En: "add a last level to the hierarchy, such as *"}
)
