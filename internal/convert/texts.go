package convert

import "flussi/internal/flusso"

var (
	textForm = flusso.Text{It: "il nome non dice in che cosa convertire", En: "the name does not say into what to convert"}
	hintForm = flusso.Text{It: "usare un nome che finisce in .xml, .csv o .xlsx, anche .gz; con --split una cartella", En: "use a name that ends in .xml, .csv or .xlsx, .gz too; with --split a folder"}
)
