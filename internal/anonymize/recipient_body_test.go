package anonymize

import (
	"testing"

	"flussi/internal/flusso"
)

// TestSameBody: the two hats of a comune are one body, whatever code names it;
// strangers are not.
func TestSameBody(t *testing.T) {
	with := func(who string) *Agreement { return &Agreement{With: who} }
	planner := Recipient{Class: Comune, Territory: Territory{Comune: "058091"}}
	for name, c := range map[string]struct {
		a, b Recipient
		want bool
	}{
		"two hats":                     {planner, Recipient{Class: Ente, Ente: "h501"}, true},
		"two hats, by Belfiore":        {Recipient{Class: Comune, Territory: Territory{Comune: "H501"}}, Recipient{Class: Ente, Ente: "H501"}, true},
		"another comune":               {planner, Recipient{Class: Ente, Ente: "F205"}, false},
		"one region, two codes":        {Recipient{Class: Regione, Territory: Territory{Regione: "ITI4"}}, Recipient{Class: Regione, Territory: Territory{Regione: "12"}}, true},
		"two regions":                  {Recipient{Class: Regione, Territory: Territory{Regione: "ITI4"}}, Recipient{Class: Regione, Territory: Territory{Regione: "ITI3"}}, false},
		"one Ente":                     {Recipient{Class: Ente, Ente: "asl rm1"}, Recipient{Class: Ente, Ente: " ASL RM1"}, true},
		"two ministries":               {Recipient{Class: Ministero}, Recipient{Class: MEF}, false},
		"one ministry":                 {Recipient{Class: MEF}, Recipient{Class: MEF}, true},
		"one party to two agreements":  {Recipient{Class: Regione, Territory: Territory{Regione: "ITI4"}, Agreement: with("Regione Lazio")}, Recipient{Class: Ente, Ente: "120", Agreement: with("regione lazio ")}, true},
		"two parties":                  {Recipient{Class: Ente, Ente: "120", Agreement: with("Regione Lazio")}, Recipient{Class: Ente, Ente: "121", Agreement: with("ASL Roma 1")}, false},
		"nobody":                       {Recipient{}, Recipient{}, false},
		"two who are not known to be":  {Recipient{Class: Comune}, Recipient{Class: Ente}, false},
		"two with unnamed parties too": {Recipient{Class: Comune, Agreement: with("")}, Recipient{Class: Ente, Agreement: with("")}, false},
	} {
		if got := sameBody(c.a, c.b); got != c.want || sameBody(c.b, c.a) != got {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// TestTwoHats: one recipient is never planner and payer at once.
func TestTwoHats(t *testing.T) {
	both := Recipient{Name: "roma", Class: Comune, Territory: Territory{Comune: "H501"}, Ente: "H501", Agreement: agreement}
	_, err := DefaultMatrix().Open(request(both, flusso.PSPSASINA, IndividualeAnonimo), nil)
	denied(t, "a planner with an Ente", err, reasonTwoHats)
	both.Class = Ente
	_, err = DefaultMatrix().Open(request(both, flusso.PSPSASINA, TotaleProprioEnte), nil)
	denied(t, "a payer with a territory", err, reasonTwoHats)
}
