package exchange

import "flussi/internal/flusso"

var (
	textNoAuditKey = flusso.Text{It: "in questa cartella di stato non c'è ancora una chiave", En: "there is no key in this state folder yet"}
	hintNoAuditKey = flusso.Text{It: "nasce con la prima esecuzione; controllare anche che «state» indichi la cartella giusta", En: "the first run makes it; also check that \"state\" names the right folder"}
)
