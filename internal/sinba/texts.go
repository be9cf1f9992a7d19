package sinba

import "flussi/internal/flusso"

var (
	textBadKey = flusso.Text{It: "la chiave dei codici SINBA non è scritta bene", En: "the key of the SINBA codes is not written right"}
	hintBadKey = flusso.Text{
		It: "copiarla dalla busta com'è: FLUSSI-SINBA-1, il codice dell'Ente e sei gruppi di cinque caratteri",
		En: "copy it from the envelope as it is: FLUSSI-SINBA-1, the code of the Ente and six groups of five characters",
	}
)
