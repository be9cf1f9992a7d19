package schema

import "flussi/internal/flusso"

var (
	promptOrdinal = flusso.Text{
		It: "Un numero per persona, uguale per tutte le sue prestazioni. Può restare vuoto se le righe di una persona sono una dopo l'altra.",
		En: "A number for each person, the same for all benefits of hers. It may stay empty where the rows of a person follow each other.",
	}
	textRequired      = flusso.Text{It: "Obbligatorio", En: "Required"}
	textOptional      = flusso.Text{It: "Facoltativo, o secondo i casi", En: "Optional, or depending on the case"}
	textSeeCodes      = flusso.Text{It: "Vedi il foglio «%s», colonna «%s».", En: "See the sheet \"%s\", column \"%s\"."}
	textCharacters    = flusso.Text{It: "Da %d a %d caratteri.", En: "From %d to %d characters."}
	textDigits        = flusso.Text{It: "Esattamente %d cifre, con gli zeri davanti.", En: "Exactly %d digits, with leading zeros."}
	textACode         = flusso.Text{It: "Un codice dell'elenco.", En: "A code of the list."}
	textACF           = flusso.Text{It: "Codice fiscale di 16 caratteri, o di 11 cifre, senza spazi.", En: "A fiscal code of 16 characters, or 11 digits, without blanks."}
	textAMonth        = flusso.Text{It: "Mese e anno, come 03/2025.", En: "Month and year, such as 03/2025."}
	textADate         = flusso.Text{It: "Una data.", En: "A date."}
	textAnAmount      = flusso.Text{It: "Un importo in euro, non negativo.", En: "An amount in euro, not negative."}
	textHours         = flusso.Text{It: "Ore e minuti: 2.30 è 2 ore e 30 minuti.", En: "Hours and minutes: 2.30 is 2 hours 30 minutes."}
	textAWhole        = flusso.Text{It: "Un numero intero da %d a %d.", En: "A whole number from %d to %d."}
	textSeveralValues = flusso.Text{It: "Più valori si separano con | .", En: "Several values are kept apart by | ."}
	textCodesOf       = flusso.Text{It: "codici: %s", En: "codes: %s"}
	textMeans         = flusso.Text{It: "significato: %s", En: "meaning: %s"}
	textGuide         = flusso.Text{It: "Istruzioni", En: "How to"}
	textGuideField    = flusso.Text{It: "colonna", En: "column"}
	textGuideNeeded   = flusso.Text{It: "serve", En: "needed"}
	textGuideWhat     = flusso.Text{It: "che cosa scrivere", En: "what to write"}
	textGuidePath     = flusso.Text{It: "dove va nel flusso", En: "where it goes in the flow"}
	textHowTo         = flusso.Text{
		It: "Una riga per ogni prestazione, nel primo foglio. I nomi delle colonne non si cambiano; le colonne che non servono si possono togliere.\n" +
			"Scegliendo una cella si legge che cosa vuole; i codici si scelgono dall'elenco, e il foglio «Codici» dice che cosa vogliono dire.\n" +
			"Le colonne dell'Ente e del flusso si ripetono su ogni riga. Il numero del flusso lo dà flussi quando prepara l'invio.\n" +
			"Poi: flussi validate FILE, o trascinare il file nella pagina di flussi. Gli errori si leggono alla loro cella.",
		En: "A row for each benefit, in the first sheet. The names of the columns stay as they are; columns that are not needed may be removed.\n" +
			"Choosing a cell tells what it wants; codes are chosen from the list, and the sheet \"Codici\" tells what they mean.\n" +
			"The columns of the Ente and of the flow are repeated in each row. flussi gives the number of the flow when it prepares it to be sent.\n" +
			"Then: flussi validate FILE, or drop the file on the page of flussi. Faults are told at their cell.",
	}
)
