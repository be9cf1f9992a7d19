package main

import "flussi/internal/flusso"

var (
	textEnteShort = flusso.Text{It: "gli Enti di cui si preparano i flussi su questo computer", En: "the Enti whose flows are prepared on this computer"}
	textEnteLong  = flusso.Text{
		It: "Un comune, un ambito o un'unione prepara flussi senza un server: flussi tiene per ciascun Ente,\nsu questo computer, quali flussi ha preparato, con quale numero, se sono stati inviati e con quale\nesito. Gli Enti non hanno nulla in comune. Vedi docs/invii.md.",
		En: "A comune, an ambito or an unione prepares flows without a server: for each Ente flussi keeps, on\nthis computer, which flows were prepared, under which number, whether they were sent and what came\nof it. Enti share nothing. See docs/invii.md.",
	}
	textEnteAddShort      = flusso.Text{It: "aggiunge un Ente", En: "add an Ente"}
	textEnteLsShort       = flusso.Text{It: "elenca gli Enti", En: "list the Enti"}
	textEnteNone          = flusso.Text{It: "nessun Ente: flussi ente add CODICE --denominazione NOME", En: "no Ente: flussi ente add CODICE --denominazione NAME"}
	textCodeArgument      = flusso.Text{It: "CODICE", En: "CODICE"}
	textFlowArgument      = flusso.Text{It: "FLUSSO", En: "FLOW"}
	textFlagOffice        = flusso.Text{It: "cartella degli Enti (se manca $FLUSSI_OFFICE, o quella dell'utente)", En: "folder of the Enti (default $FLUSSI_OFFICE, or the user's)"}
	textFlagOfficeEnte    = flusso.Text{It: "codice dell'Ente (se ce n'è uno solo non serve)", En: "code of the Ente (not needed where there is one)"}
	textFlagDenominazione = flusso.Text{It: "nome dell'Ente", En: "name of the Ente"}
	textFlagEnteOperator  = flusso.Text{It: "codice di chi risponde di ciò che si fa", En: "code of who answers for what is done"}

	textPrepareShort = flusso.Text{It: "prepara il file che il portale dell'INPS prende", En: "make the file that INPS's portal takes"}
	textPrepareLong  = flusso.Text{
		It: "Legge un flusso in ogni forma (XML, CSV, Excel), lo controlla e, se non ha errori, ne scrive il\nfile XML con il suo numero: CODICE.PS.AAAAMMGG.NNNNNNN.xml. Il numero non si ripete, qualunque cosa\naccada; lo stesso file non si prepara due volte per sbaglio. Poi dice come si invia dal portale.\nIl tracciato dell'Ente (tracciato.yaml) e la sua chiave dei codici SINBA si usano da soli.",
		En: "Reads a flow in any form (XML, CSV, Excel), checks it and, where it has no errors, writes its XML\nfile with a number of its own: CODICE.PS.YYYYMMDD.NNNNNNN.xml. The number never comes again, whatever\nhappens; the same file is not prepared twice by mistake. Then it tells how to send it by the portal.\nThe layout of the Ente (tracciato.yaml) and its key of SINBA codes are used by themselves.",
	}
	textPrepareExample    = flusso.Text{It: "  flussi sent prepare maggio.xlsx\n  flussi sent prepare maggio.xml --ente H501 --out inviare --dry-run", En: "  flussi sent prepare may.xlsx\n  flussi sent prepare may.xml --ente H501 --out send --dry-run"}
	textFlagPrepareOut    = flusso.Text{It: "cartella in cui scrivere il file", En: "folder to write the file into"}
	textFlagAgain         = flusso.Text{It: "prepara di nuovo un file già preparato, con un altro numero", En: "prepare once more a file that was prepared, under another number"}
	textFlagPrepareDryRun = flusso.Text{It: "dice che cosa farebbe, e non usa alcun numero", En: "tell what would be done, and use no number"}
	textPrepared          = flusso.Text{It: "%s: %d record di %s, %d avvisi; per inviarlo:", En: "%s: %d records of %s, %d warnings; to send it:"}
	textWouldPrepare      = flusso.Text{It: "%s: si preparerebbe: %d record di %s, %d avvisi", En: "%s: would be prepared: %d records of %s, %d warnings"}

	textUploadedShort = flusso.Text{It: "annota che un flusso è stato inviato dal portale", En: "note that a flow was sent by the portal"}
	textUploadedLong  = flusso.Text{
		It: "flussi non vede il portale: chi ha caricato il file lo annota qui, con il protocollo che il portale\nha dato, se lo ha dato. Un flusso preparato e non inviato si ricorda dopo tre giorni.",
		En: "flussi does not see the portal: who uploaded the file notes it here, with the protocol that the\nportal gave, if it did. A flow that was prepared and not sent is brought to mind after three days.",
	}
	textFlagUploadedAt = flusso.Text{It: "il giorno dell'invio, AAAA-MM-GG (se manca oggi)", En: "the day it was sent, YYYY-MM-DD (default today)"}
	textFlagProtocol   = flusso.Text{It: "ciò che il portale ha dato come ricevuta", En: "what the portal gave as a receipt"}
	usageOfAt          = flusso.Text{It: "per esempio --at 2026-02-01", En: "for example --at 2026-02-01"}
	textWithdrawnShort = flusso.Text{It: "annota che un flusso preparato non sarà inviato", En: "note that a flow that was prepared will not be sent"}
	textReserveShort   = flusso.Text{It: "riserva a questo computer un intervallo di numeri", En: "reserve a range of numbers for this computer"}
	textReserveLong    = flusso.Text{
		It: "Se due computer preparano flussi per lo stesso Ente, i numeri di ogni giorno si dividono: uno\nprende da 1 a 4999999, l'altro da 5000000. Senza --from e --to dice l'intervallo.",
		En: "Where two computers prepare flows for one Ente the numbers of each day are divided: one takes 1 to\n4999999, the other from 5000000 on. Without --from and --to it tells the range.",
	}
	textFlagReserveFrom = flusso.Text{It: "primo numero", En: "first number"}
	textFlagReserveTo   = flusso.Text{It: "ultimo numero", En: "last number"}
	textReserve         = flusso.Text{It: "%s %s: numeri da %d a %d", En: "%s %s: numbers from %d to %d"}
	textRejectedShort   = flusso.Text{It: "scrive i soli record rifiutati di un flusso inviato", En: "write the rejected records alone of a flow that was sent"}
	textRejectedLong    = flusso.Text{
		It: "FILE è il file che è stato inviato; OUT ha i record che l'INPS ha rifiutato, per correggerli, in XML,\nCSV o Excel. Gli esiti si registrano prima con flussi outcomes import.",
		En: "FILE is the file that was sent; OUT has the records that INPS rejected, to be mended, as XML, CSV or\nExcel. The outcomes are entered first, by flussi outcomes import.",
	}
	textRejected = flusso.Text{It: "%s: %d record rifiutati", En: "%s: %d rejected records"}

	textFlowsNone    = flusso.Text{It: "nessun flusso preparato: flussi sent prepare FILE", En: "no flow was prepared: flussi sent prepare FILE"}
	textFlowsDue     = flusso.Text{It: "flussi da guardare: %d", En: "flows to look at: %d"}
	textFlowAnswered = flusso.Text{It: "%s: %d accettati, %d rifiutati", En: "%s: %d accepted, %d rejected"}
	textFlowDue      = flusso.Text{It: "← da %d giorni", En: "← for %d days"}

	textOutcomesStrange = flusso.Text{It: "esiti di flussi non preparati qui: %d (il primo è il %d° del file)", En: "esiti of flows that were not prepared here: %d (the first is number %d of the file)"}

	textFlagListMap       = flusso.Text{It: "come si legge un elenco del portale, CSV o Excel: un file YAML con columns, accepted, rejected", En: "how a list of the portal is read, CSV or Excel: a YAML file with columns, accepted, rejected"}
	textFlagListSent      = flusso.Text{It: "il file inviato, dei cui record parla l'elenco", En: "the file that was sent, whose records the list is about"}
	textListEntered       = flusso.Text{It: "%s: %d record accolti, %d rifiutati, %d già noti", En: "%s: %d records accepted, %d rejected, %d known already"}
	textListElsewhere     = flusso.Text{It: "righe di altri flussi: %d", En: "rows of other flows: %d"}
	textListUnmatched     = flusso.Text{It: "righe che non parlano di un record di questo flusso: %d (%s)", En: "rows that are about no record of this flow: %d (%s)"}
	textListUnclear       = flusso.Text{It: "righe con un esito che la mappa non conosce: %d (%s)", En: "rows with an outcome that the map does not know: %d (%s)"}
	textListContradicting = flusso.Text{It: "righe che contraddicono un esito registrato, o un'altra riga: %d (%s); non sono entrate", En: "rows that contradict an outcome that is there, or another row: %d (%s); they were not entered"}

	textCorrectShort = flusso.Text{It: "annulla e reinserisce ciò che è cambiato in un flusso inviato", En: "take back and give anew what changed in a flow that was sent"}
	textCorrectLong  = flusso.Text{
		It: "SENT è il file inviato, NEW lo stesso flusso corretto, in ogni forma. L'INPS non conosce modifiche:\nOUT annulla (TipoOperazione C) ogni record che ora dice altro, e lo dà di nuovo (I); ciò che non è\ncambiato resta fuori. Un record è lo stesso per beneficiario, prestazione, protocollo e data: se è\nsbagliato uno di questi, il vecchio si annulla con --cancel-missing. OUT si invia come ogni flusso:\nflussi sent prepare OUT. I flussi SINBA non si possono annullare.",
		En: "SENT is the file that was sent, NEW the same flow corrected, in any form. INPS knows no change: OUT\ntakes back (TipoOperazione C) each record that says something else now, and gives it anew (I); what\nhas not changed is left out. A record is the same by beneficiary, benefit, protocol and date: where\none of these is wrong, the old one is taken back by --cancel-missing. OUT is sent as any flow:\nflussi sent prepare OUT. SINBA flows cannot be taken back.",
	}
	textCorrectExample    = flusso.Text{It: "  flussi correct H501.PS.20260201.0000001.xml corretto.xlsx correzione.xml", En: "  flussi correct H501.PS.20260201.0000001.xml corrected.xlsx correction.xml"}
	textFlagCancelMissing = flusso.Text{It: "annulla anche i record che NEW non ha", En: "take back the records that NEW lacks, too"}
	textCorrectForm       = flusso.Text{It: "una correzione si scrive in XML", En: "a correction is written as XML"}
	hintCorrectForm       = flusso.Text{It: "usare un nome che finisce in .xml", En: "use a name that ends in .xml"}
	textCorrected         = flusso.Text{It: "%s: %d annullati, %d inseriti, %d invariati", En: "%s: %d taken back, %d inserted, %d unchanged"}
	textCorrectMissing    = flusso.Text{It: "record del flusso inviato che mancano in quello corretto: %d; restano (--cancel-missing li annulla)", En: "records of the sent flow that the corrected one lacks: %d; they stay (--cancel-missing takes them back)"}
)
