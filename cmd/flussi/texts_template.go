package main

import "flussi/internal/flusso"

var (
	textTemplateShort = flusso.Text{It: "scrive un foglio Excel da compilare", En: "write a workbook to be filled in"}
	textTemplateLong  = flusso.Text{
		It: "Scrive un foglio Excel con i nomi dei campi, i codici da scegliere in ogni cella, ciò che una cella\nvuole e le istruzioni. Compilato, flussi lo legge com'è. Che cosa è ammesso viene dallo schema e\ndalle tabelle dei codici di questo flussi.",
		En: "Writes a workbook with the names of the fields, the codes to choose in each cell, what a cell wants\nand how to fill it in. Filled in, flussi reads it as it is. What is allowed comes from the schema\nand the code tables of this flussi.",
	}
	textFlagTemplateEnte = flusso.Text{It: "codice dell'Ente, scritto nella prima riga", En: "code of the Ente, written into the first row"}
	textTemplateTipo     = flusso.Text{It: "si compilano flussi PS_PSA_SINA e SINBA", En: "flows PS_PSA_SINA and SINBA are filled in"}
	hintTemplateTipo     = flusso.Text{It: "usare --tipo PS o --tipo SINBA", En: "use --tipo PS or --tipo SINBA"}
	textTemplateForm     = flusso.Text{It: "il modello è un foglio Excel", En: "the template is a workbook"}
	hintTemplateForm     = flusso.Text{It: "usare un nome che finisce in .xlsx", En: "use a name that ends in .xlsx"}
	textTemplateWritten  = flusso.Text{It: "%s: modello di %s da compilare", En: "%s: template of %s to be filled in"}
)
