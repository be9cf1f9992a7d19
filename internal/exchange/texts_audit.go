package exchange

import (
	"strconv"

	"flussi/internal/flusso"
)

var (
	textNoAuditKey = flusso.Text{It: "in questa cartella di stato non c'è ancora una chiave", En: "there is no key in this state folder yet"}
	hintNoAuditKey = flusso.Text{It: "nasce con la prima esecuzione; controllare anche che «state» indichi la cartella giusta", En: "the first run makes it; also check that \"state\" names the right folder"}
)

var (
	textNoReadableCopy = flusso.Text{It: "non è una copia che si possa leggere", En: "not a copy that can be read"}
	hintNoReadableCopy = flusso.Text{It: "è il nome di una delle audit.copies con file", En: "it is the name of one of audit.copies with file"}
	textNoCopies       = flusso.Text{It: "del registro di audit non c'è copia fuori da questa macchina", En: "there is no copy of the audit log away from this host"}
	hintNoCopies       = flusso.Text{It: "aggiungere audit.copies: senza, chi amministra la macchina può riscriverlo per intero (docs/registro.md)", En: "add audit.copies: without any, whoever administers the host can rewrite it as a whole (docs/audit.md)"}
	hintCopyBehind     = flusso.Text{It: "controllare rete, disco, permessi e server della copia; poi flussi audit checkpoint", En: "check the network, the disk, permissions and the copy's server; then flussi audit checkpoint"}
)

func textCopyBehind(entries, failures int64) flusso.Text {
	n, times := strconv.FormatInt(entries, 10), strconv.FormatInt(failures, 10)
	return flusso.Text{
		It: "alla copia del registro di audit mancano " + n + " voci; tentativi falliti di seguito: " + times,
		En: "the copy of the audit log lacks " + n + " entries; tries that failed in a row: " + times,
	}
}
