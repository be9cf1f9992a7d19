package main

import "flussi/internal/flusso"

// flussi desk.
var (
	textDeskShort = flusso.Text{It: "la pagina per controllare un flusso senza riga di comando", En: "the page to check a flow without a command line"}
	textDeskLong  = flusso.Text{
		It: "Apre nel browser una pagina di questo computer: vi si trascina un file XML, CSV, Excel o ZIP e si\nlegge che cosa ne direbbe l'INPS, regola per regola, con il rimedio e la riga. La pagina\nrisponde solo a questo browser, non manda nulla fuori e finisce quando si chiude.",
		En: "Opens a page of this computer in the browser: drop an XML, CSV, Excel or ZIP file on it and read\nwhat INPS would say of it, rule by rule, with the remedy and the row. The page answers to\nthis browser alone, sends nothing out, and ends when it is closed.",
	}
	textDeskExample = flusso.Text{
		It: "  flussi desk\n  flussi desk --no-browser     # dice l'indirizzo, che si apre una volta sola",
		En: "  flussi desk\n  flussi desk --no-browser     # tells the address, which opens once",
	}
	textFlagDeskOut   = flusso.Text{It: "cartella dei file da inviare (se manca flussi fra i documenti dell'utente)", En: "folder of the files to send (default flussi among the user's documents)"}
	textFlagNoBrowser = flusso.Text{It: "non apre il browser: dice l'indirizzo", En: "do not open the browser: tell the address"}
	textDeskOpen      = flusso.Text{It: "la pagina è aperta nel browser; si chiude con la scheda, o con Ctrl-C", En: "the page is open in the browser; it ends with its tab, or with Ctrl-C"}
)
