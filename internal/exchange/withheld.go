package exchange

import (
	"flussi/internal/anonymize"
	"flussi/internal/flusso"
)

// Why a recipient got nothing of a round: the codes of RecipientResult.Withheld.
const (
	withheldDelega    = "nessuna delega"
	withheldTerritory = "fuori territorio"
	withheldThreshold = "sotto soglia"
)

// withheldOf tells why a closed view releases nothing: its code, and what to do.
// Both are empty where it releases something, or where nothing new came.
func withheldOf(who string, r *anonymize.Report, b anonymize.Balance) (code string, why *flusso.Error) {
	e := &flusso.Error{Op: "disclose", ID: who, Kind: flusso.Withheld}
	switch {
	case b.Rows > 0 && r.Shows(), b.Outside+b.Disclosed+b.Suppressed == 0:
		return "", nil
	case b.Disclosed+b.Suppressed == 0:
		e.What, e.Hint = textNobodyThere, hintNobodyThere
		return withheldTerritory, e
	case r.Level == anonymize.Aggregato:
		e.What, e.Hint = textNoCell, hintNoCell
	default:
		e.What, e.Hint = textNoClass, hintNoClass
	}
	return withheldThreshold, e
}
