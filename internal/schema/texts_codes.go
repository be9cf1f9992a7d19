package schema

import (
	"fmt"

	"flussi/internal/flusso"
)

// Texts of the code tables that an operator brings.

func textTablesUnreadable(dir string) flusso.Text {
	return flusso.Text{It: dir + ": le tabelle dei codici non si possono leggere", En: dir + ": the code tables cannot be read"}
}

func textTablesNone(dir string) flusso.Text {
	return flusso.Text{It: dir + ": la cartella non contiene tabelle di codici", En: dir + ": the folder holds no code table"}
}

var (
	hintTablesNone = flusso.Text{
		It: "mettervi comuni.csv, province.csv, nazioni.csv o prestazioni.csv; per partire da quelle incorporate: flussi schema codes --out CARTELLA",
		En: "put comuni.csv, province.csv, nazioni.csv or prestazioni.csv there; to start from the built-in ones: flussi schema codes --out FOLDER",
	}
	hintTablesFaulty = flusso.Text{
		It: "correggere le righe indicate; nessuna tabella è stata sostituita",
		En: "mend the lines named; no table was replaced",
	}

	textTableBelfiore    = flusso.Text{It: "belfiore: una lettera maiuscola e tre cifre", En: "belfiore: a capital letter and three digits"}
	textTableZ           = flusso.Text{It: "belfiore: Z e tre cifre", En: "belfiore: Z and three digits"}
	textTablePrestazione = flusso.Text{It: "codice: A da 1 a 5, punto e due cifre, come A1.05", En: "codice: A and 1 to 5, dot and two digits, as A1.05"}
	textTableName        = flusso.Text{It: "nome: da 1 a 255 byte", En: "nome: 1 to 255 bytes"}
	textTableNUTS2       = flusso.Text{It: "nuts2: nessuna regione ha questo codice", En: "nuts2: no region has this code"}
	textTableNoCode      = flusso.Text{It: "iso o belfiore: almeno uno dei due", En: "iso or belfiore: at least one of them"}
	textTableDay         = flusso.Text{It: "dal, al: date AAAA-MM-GG fra il 1800 e il 2200, o niente", En: "dal, al: dates YYYY-MM-DD between 1800 and 2200, or nothing"}
	textTableDays        = flusso.Text{It: "al: non prima di dal", En: "al: not before dal"}
	textTableFlag        = flusso.Text{It: "sina, presa_in_carico: sì, o niente", En: "sina, presa_in_carico: sì, or nothing"}
	textTableQuotes      = flusso.Text{It: "virgolette che non si chiudono o fuori posto", En: "quotes that are not closed or out of place"}
	textTableEmpty       = flusso.Text{It: "la tabella non ha righe", En: "the table has no lines"}
	textTableTooLarge    = flusso.Text{It: "la tabella è troppo grande", En: "the table is too large"}
	textTableUnreadable  = flusso.Text{It: "il file non si può leggere", En: "the file cannot be read"}
)

func textTableHeader(columns string) flusso.Text {
	return flusso.Text{It: "la prima riga deve essere " + columns, En: "the first line must be " + columns}
}

func textTableColumns(n int) flusso.Text {
	return flusso.Text{It: fmt.Sprintf("la riga deve avere %d colonne", n), En: fmt.Sprintf("the line must have %d columns", n)}
}

func textTableDigits(column string, n int) flusso.Text {
	return flusso.Text{It: fmt.Sprintf("%s: %d cifre", column, n), En: fmt.Sprintf("%s: %d digits", column, n)}
}

func textTableTwice(column string) flusso.Text {
	return flusso.Text{It: column + ": codice già scritto in un'altra riga", En: column + ": the code stands in another line already"}
}
