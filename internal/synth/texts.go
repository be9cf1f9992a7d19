package synth

import "flussi/internal/flusso"

// problem is what is wrong with Options, and what to do about it.
type problem struct{ what, hint flusso.Text }

var (
	noTipo = problem{
		flusso.Text{It: "tipo di flusso mancante", En: "no kind of flow"},
		flusso.Text{It: "i tipi sono PS_PSA_SINA (o PS), SINBA, ritorno", En: "the kinds are PS_PSA_SINA (or PS), SINBA, ritorno"},
	}
	badBeneficiari = problem{
		flusso.Text{It: "numero di beneficiari fuori limite", En: "number of beneficiari out of bounds"},
		flusso.Text{It: "un flusso sintetico ha da 1 a 32 milioni di beneficiari", En: "a synthetic flow has 1 to 32 million beneficiari"},
	}
	badFaults = problem{
		flusso.Text{It: "quota di errori fuori limite", En: "share of faults out of bounds"},
		flusso.Text{It: "la quota di record errati va da 0 a 1: 0.05 è uno su venti", En: "the share of faulty records goes from 0 to 1: 0.05 is one in twenty"},
	}
	badProgressivo = problem{
		flusso.Text{It: "progressivo fuori limite", En: "daily number out of bounds"},
		flusso.Text{It: "il progressivo giornaliero ha sette cifre", En: "the daily number has seven digits"},
	}
	badYear = problem{
		flusso.Text{It: "anno delle prestazioni fuori limite", En: "year of the benefits out of bounds"},
		flusso.Text{It: "l'anno sta fra 2000 e 2099 e la data del flusso non lo precede", En: "the year is 2000 to 2099, and the date of the flow is not before it"},
	}
	badEnte = problem{
		flusso.Text{It: "ente incompleto", En: "incomplete Ente"},
		flusso.Text{It: "servono il codice (al più 27 caratteri, senza punti), la denominazione (al più 100) e il codice Belfiore della sede", En: "it needs a code (at most 27 characters, no dot), a name (at most 100) and the Belfiore code of its seat"},
	}
	badRegione = problem{
		flusso.Text{It: "regione sconosciuta", En: "unknown region"},
		flusso.Text{It: "si scrive con le due cifre ISTAT (12) o col codice NUTS 2 (ITI4)", En: "write its two ISTAT digits (12) or its NUTS 2 code (ITI4)"},
	}
)

func invalid(p problem) error {
	return &flusso.Error{Op: "synth", Kind: flusso.Invalid, What: p.what, Hint: p.hint}
}
