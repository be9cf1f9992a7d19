package office

import (
	"fmt"
	"slices"
	"strings"

	"flussi/internal/flusso"
	"flussi/internal/ledger"
)

var (
	textNoRoot = flusso.Text{It: "il sistema non dice dove tenere la memoria degli invii", En: "the system does not say where the memory of what is sent belongs"}
	hintNoRoot = flusso.Text{It: "indicare una cartella con --office", En: "name a folder by --office"}
	hintNoOut  = flusso.Text{It: "indicare una cartella con --out", En: "name a folder by --out"}

	textEnteThere   = flusso.Text{It: "c'è già", En: "is there already"}
	hintEnteThere   = flusso.Text{It: "flussi ente ls dice quali Enti ci sono", En: "flussi ente ls tells which Enti there are"}
	textBadEnte     = flusso.Text{It: "un Ente ha un codice (lettere maiuscole e cifre, fino a 32) e una denominazione", En: "an Ente has a code (capitals and digits, up to 32) and a denominazione"}
	hintBadEnte     = flusso.Text{It: "per un comune il codice catastale: flussi ente add H501 --denominazione \"Comune di Roma\"", En: "for a comune the cadastral code: flussi ente add H501 --denominazione \"Comune di Roma\""}
	textNoEnte      = flusso.Text{It: "non c'è ancora alcun Ente", En: "there is no Ente yet"}
	hintNoEnte      = flusso.Text{It: "flussi ente add CODICE --denominazione NOME", En: "flussi ente add CODICE --denominazione NAME"}
	textWhichEnte   = flusso.Text{It: "gli Enti sono più d'uno", En: "there are several Enti"}
	textUnknownEnte = flusso.Text{It: "non è un Ente di questa installazione", En: "is no Ente of this installation"}
	textBadKey      = flusso.Text{It: "la chiave dell'Ente è rovinata", En: "the key of the Ente is damaged"}
	hintBadKey      = flusso.Text{It: "rimettere il file chiave da una copia della cartella dell'Ente", En: "put the file chiave back from a copy of the Ente's folder"}
	textBadDays     = flusso.Text{It: "non è un numero di giorni", En: "is no number of days"}
	hintBadDays     = flusso.Text{It: "da 1 a 3650", En: "from 1 to 3650"}

	textPreparedBefore = flusso.Text{It: "questo file è già stato preparato", En: "this file was prepared before"}
	hintPreparedBefore = flusso.Text{It: "flussi sent dice a che punto è; per prepararlo di nuovo con un altro numero, --again", En: "flussi sent tells how far it is; to prepare it anew under another number, --again"}
	textNotValid       = flusso.Text{It: "il flusso ha errori: non è stato preparato, e nessun numero è stato usato", En: "the flow has errors: it was not prepared, and no number was used"}
	hintNotValid       = flusso.Text{It: "correggere gli errori elencati, o flussi convert --fix", En: "mend the faults listed, or flussi convert --fix"}
	hintOtherEnte      = flusso.Text{It: "scegliere l'Ente con --ente, o correggere EnteCodice nel file", En: "choose the Ente by --ente, or mend EnteCodice in the file"}
	textSeveral        = flusso.Text{It: "il file contiene più flussi: se ne prepara uno per volta", En: "the file holds several flows: they are prepared one at a time"}
	hintSeveral        = flusso.Text{It: "estrarli dall'archivio", En: "take them out of the archive"}
	textNoFolder       = flusso.Text{It: "la cartella in cui scrivere non c'è", En: "the folder to write into is not there"}
	hintNoFolder       = flusso.Text{It: "crearla, o indicarne un'altra", En: "make it, or name another"}
	textFileThere      = flusso.Text{It: "c'è già un file con questo nome, che non è di questa installazione", En: "there is a file of this name already, which is not of this installation"}
	hintFileThere      = flusso.Text{It: "un altro computer prepara flussi per lo stesso Ente? Dividere i numeri con flussi sent reserve", En: "does another computer prepare flows for the same Ente? Divide the numbers by flussi sent reserve"}
	textOtherFlow      = flusso.Text{It: "il file non è quello di questo flusso", En: "the file is not that of this flow"}
	hintOtherFlow      = flusso.Text{It: "è il file .xml che porta il nome del flusso, com'è stato inviato", En: "it is the .xml file with the name of the flow, as it was sent"}

	textOtherSinbaKey = flusso.Text{It: "la chiave dei codici SINBA nella cartella dell'Ente è di un altro Ente", En: "the key of SINBA codes in the folder of the Ente is another Ente's"}
	hintOtherSinbaKey = flusso.Text{It: "rimettere quella giusta: flussi sinba restore", En: "put the right one there: flussi sinba restore"}
	textNoFlow        = flusso.Text{It: "non è un flusso preparato qui", En: "is no flow that was prepared here"}
	hintNoFlow        = flusso.Text{It: "flussi sent elenca i flussi con il loro nome", En: "flussi sent lists the flows by name"}
	textWrongTime     = flusso.Text{It: "un flusso non si invia prima di prepararlo, né nel futuro", En: "a flow is not sent before it is prepared, nor in the future"}
	hintWrongTime     = flusso.Text{It: "indicare il giorno dell'invio, per esempio --at 2026-02-01", En: "name the day it was sent, for example --at 2026-02-01"}
	hintNotThatWay    = flusso.Text{It: "flussi sent dice a che punto è ciascun flusso", En: "flussi sent tells how far each flow is"}
	textNoneRejected  = flusso.Text{It: "nessun record di questo flusso è stato rifiutato", En: "no record of this flow was rejected"}
	hintNoneRejected  = flusso.Text{It: "registrare prima gli esiti: flussi outcomes import FILE", En: "enter the outcomes first: flussi outcomes import FILE"}
	textBadRange      = flusso.Text{It: "non è un intervallo di numeri", En: "is no range of numbers"}
	hintBadRange      = flusso.Text{It: "da 1 a 9999999: per esempio --from 1 --to 4999999 su un computer, --from 5000000 --to 9999999 sull'altro", En: "from 1 to 9999999: for example --from 1 --to 4999999 on one computer, --from 5000000 --to 9999999 on the other"}

	textListNoKey  = flusso.Text{It: "la mappa non dice di quale record parla una riga", En: "the map does not say which record a row is about"}
	hintListNoKey  = flusso.Text{It: "indicare in columns almeno una fra id_flusso, CodiceFiscale, CodicePrestazione, ProtocolloDomanda, data", En: "name in columns one of id_flusso, CodiceFiscale, CodicePrestazione, ProtocolloDomanda, data at least"}
	textListBoth   = flusso.Text{It: "la stessa parola sta in accepted e in rejected", En: "one word is in accepted and in rejected"}
	hintListBoth   = flusso.Text{It: "lasciarla dove l'elenco del portale la intende", En: "leave it where the portal's list means it"}
	hintListNoHead = flusso.Text{It: "scrivere in columns le intestazioni come stanno nell'elenco", En: "write in columns the headings as they stand in the list"}
	hintListBroken = flusso.Text{It: "salvare di nuovo l'elenco come CSV o Excel", En: "save the list anew as CSV or Excel"}

	textNoSchema       = flusso.Text{It: "un flusso non rispetta lo schema dell'INPS: correggendolo se ne perderebbero parti", En: "a flow does not keep INPS's schema: correcting it would lose parts of it"}
	hintNoSchema       = flusso.Text{It: "flussi validate dice che cosa non va", En: "flussi validate tells what is wrong"}
	textNothingChanged = flusso.Text{It: "i due flussi dicono lo stesso: non c'è nulla da correggere", En: "both flows say the same: there is nothing to correct"}
	hintNothingChanged = flusso.Text{It: "con --cancel-missing si annullano i record che mancano nel flusso corretto", En: "with --cancel-missing the records that the corrected flow lacks are taken back"}
	textNoCancellation = flusso.Text{It: "un flusso SINBA non si può annullare né correggere: il tracciato non prevede TipoOperazione", En: "a SINBA flow cannot be taken back or corrected: its layout has no TipoOperazione"}
	hintNoCancellation = flusso.Text{It: "rivolgersi all'INPS per i record sbagliati", En: "ask INPS about the records that are wrong"}
	hintCancelsAlready = flusso.Text{It: "si corregge un flusso di inserimenti (TipoOperazione I)", En: "what is corrected is a flow of insertions (TipoOperazione I)"}
	hintTwice          = flusso.Text{It: "due record con lo stesso beneficiario, prestazione, protocollo e data non si distinguono: toglierne uno", En: "two records of one beneficiary, benefit, protocol and date cannot be told apart: remove one"}
)

func hintWhichEnte(all []Ente) flusso.Text {
	codes := make([]string, len(all))
	for i, e := range all {
		codes[i] = e.Codice
	}
	list := strings.Join(codes, ", ")
	return flusso.Text{It: "indicarlo con --ente: " + list, En: "name it by --ente: " + list}
}

func textOtherEnte(codice string) flusso.Text {
	return flusso.Text{It: "il flusso è di un altro Ente, non di " + codice, En: "the flow is of another Ente, not of " + codice}
}

func textCancelsAlready(line int) flusso.Text {
	return flusso.Text{It: fmt.Sprintf("riga %d: il record è già un annullamento", line), En: fmt.Sprintf("line %d: the record is a cancellation already", line)}
}

func textTwice(line int) flusso.Text {
	return flusso.Text{It: fmt.Sprintf("riga %d: la stessa prestazione c'è due volte", line), En: fmt.Sprintf("line %d: the same benefit is there twice", line)}
}

func textListNoHead(columns []string) flusso.Text {
	list := strings.Join(slices.DeleteFunc(slices.Clone(columns), func(name string) bool { return name == "" }), ", ")
	return flusso.Text{It: "nell'elenco non c'è una riga di intestazioni con: " + list, En: "the list has no row of headings with: " + list}
}

func textListBroken(line int) flusso.Text {
	return flusso.Text{It: fmt.Sprintf("riga %d: non è una riga di una tabella", line), En: fmt.Sprintf("line %d: is no row of a table", line)}
}

// StateText is how people call how far a flow has come.
func StateText(s ledger.PreparedState) flusso.Text { return stateTexts[s] }

var stateTexts = map[ledger.PreparedState]flusso.Text{
	ledger.NumberTaken: {It: "in preparazione", En: "being made"},
	ledger.Ready:       {It: "da inviare", En: "to be sent"},
	ledger.Uploaded:    {It: "inviato", En: "sent"},
	ledger.Answered:    {It: "con esito", En: "answered"},
	ledger.Dropped:     {It: "non inviato", En: "not sent"},
}

func textNotThatWay(s ledger.PreparedState) flusso.Text {
	t := StateText(s)
	return flusso.Text{It: "il flusso è «" + t.It + "»: non si può", En: "the flow is \"" + t.En + "\": this cannot be"}
}

var (
	docEnte          = flusso.Text{It: "L'Ente di cui si preparano i flussi", En: "The Ente whose flows are prepared"}
	docCodice        = flusso.Text{It: "come lo chiama l'INPS; dei comuni il codice catastale", En: "what INPS calls it; of comuni the cadastral code"}
	docDenominazione = flusso.Text{It: "il nome, per le persone", En: "the name, for people"}
	docOperatore     = flusso.Text{It: "codice di chi risponde di ciò che si fa, se nessun altro è indicato", En: "code of who answers for what is done, unless somebody else is named"}
	docReminders     = flusso.Text{It: "dopo quanti giorni si ricorda un flusso", En: "after how many days a flow is brought to mind"}
	docUnsent        = flusso.Text{It: "preparato e non inviato; 3 se manca", En: "prepared and not sent; default 3"}
	docUnanswered    = flusso.Text{It: "inviato e senza esito; 30 se manca", En: "sent and not answered; default 30"}

	docList         = flusso.Text{It: "Come si legge un elenco di esiti scaricato dal portale", En: "How a list of outcomes from the portal is read"}
	docListColumns  = flusso.Text{It: "le intestazioni dell'elenco, comunque scritte le maiuscole", En: "the headings of the list, however they write capitals"}
	docListAccepted = flusso.Text{It: "che cosa dice l'esito di un record accolto", En: "what the outcome says of a record that was taken"}
	docListRejected = flusso.Text{It: "che cosa dice l'esito di un record rifiutato", En: "what the outcome says of a record that was not taken"}
	docListEsito    = flusso.Text{It: "dove sta l'esito", En: "where the outcome is"}
	docListIDFlusso = flusso.Text{It: "dove sta il nome del flusso; righe di altri flussi si contano e basta", En: "where the name of the flow is; rows of other flows are counted, no more"}
	docListPart     = flusso.Text{It: "dove sta questo valore del record", En: "where this value of the record is"}
	docListData     = flusso.Text{It: "dove sta l'inizio, o il giorno dell'erogazione, della prestazione", En: "where the start, or the day of payment, of the benefit is"}
)

// PortalSteps are what a person does on INPS's portal with a prepared flow. What the
// pages look like no public source says (siuss.md 2 and 4.2); the names are those of INPS's
// guide of November 2021.
func PortalSteps(p ledger.Prepared) []flusso.Text {
	upload := flusso.Text{It: "scegliere «Trasmissione flussi», poi «Upload file PS-PSA-SINA»", En: "choose \"Trasmissione flussi\", then \"Upload file PS-PSA-SINA\""}
	if p.Tipo == flusso.SINBA {
		upload = flusso.Text{It: "scegliere «Trasmissione flussi», poi l'invio dei file SINBA", En: "choose \"Trasmissione flussi\", then the upload of SINBA files"}
	}
	return []flusso.Text{
		{It: "entrare nel servizio SIUSS sul sito dell'INPS, con le proprie credenziali e per il proprio Ente", En: "enter the service SIUSS on INPS's site, with one's own credentials and for one's own Ente"},
		upload,
		{It: "caricare il file, senza cambiarne il nome", En: "upload the file, without changing its name"},
		{It: "annotare la ricevuta: flussi sent uploaded " + p.IDFlusso + ", o «L'ho inviato» nella pagina «Invii»", En: "note the receipt: flussi sent uploaded " + p.IDFlusso + ", or \"I sent it\" on the page \"Sent flows\""},
		{It: "guardare l'esito in «Consultazione», e registrarlo: flussi outcomes import FILE, o la pagina «Invii»", En: "look at the outcome under \"Consultazione\", and enter it: flussi outcomes import FILE, or the page \"Sent flows\""},
	}
}
