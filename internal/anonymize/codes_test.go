package anonymize

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"flussi/internal/anonymize/pseudonym"
	"flussi/internal/flusso"
)

// codesOfCustode is a key that the gate takes: neither who keeps it nor who runs
// flussi is the Region that receives.
func codesOfCustode(t testing.TB) *Codes {
	t.Helper()
	master, err := pseudonym.ParseMaster([]byte(strings.Repeat("0f", 32)))
	if err != nil {
		t.Fatal(err)
	}
	return &Codes{
		Holder: "custode", Generation: 1, Master: master,
		Keeper: Body{Codice: "NOTAIO1", Denominazione: "Collegio dei custodi"},
		House:  Body{Codice: "CENTRO", Denominazione: "Centro servizi"},
		Others: []Recipient{
			{Name: "ministero", Class: Ministero, Agreement: &Agreement{With: "Ministero del lavoro"}},
			{Name: "asl-rm1", Class: Ente, Ente: "ASL001", Agreement: &Agreement{With: "ASL Roma 1"}},
		},
	}
}

// TestCodesAreRefused: one change for each reason why stable codes would name
// somebody, and every reason at once.
func TestCodesAreRefused(t *testing.T) {
	other := func(r Recipient) func(*Request) {
		return func(q *Request) { q.Codes.Others = append(q.Codes.Others, r) }
	}
	type change = func(*Request)
	for name, c := range map[string]struct {
		want    []reason
		changes []change
	}{
		"as it is":            {nil, nil},
		"codes of a release":  {nil, []change{func(q *Request) { q.Recipient.Linkability, q.Codes = LinkPeriod, nil }}},
		"a release, a payer":  {[]reason{reasonCodesOther}, []change{other(Recipient{Name: "x", Class: Ente, Ente: "120"}), func(q *Request) { q.Recipient.Linkability, q.Codes.Master = LinkPeriod, pseudonym.Master{} }}},
		"a provincia":         {nil, []change{func(q *Request) { q.Recipient.Class, q.Recipient.Territory = Comune, Territory{Provincia: "058"} }}},
		"no policy, no key":   {nil, []change{func(q *Request) { q.Recipient.Linkability, q.Codes = "none", nil }}},
		"no policy given":     {nil, []change{func(q *Request) { q.Recipient.Linkability, q.Codes = "", nil }}},
		"unknown policy":      {[]reason{reasonLinkability}, []change{func(q *Request) { q.Recipient.Linkability = "ever" }}},
		"no codes":            {[]reason{reasonCodesKey}, []change{func(q *Request) { q.Codes = nil }}},
		"no key":              {[]reason{reasonCodesKey}, []change{func(q *Request) { q.Codes.Master = pseudonym.Master{} }}},
		"no generation":       {[]reason{reasonCodesKey}, []change{func(q *Request) { q.Codes.Generation = 0 }}},
		"unknown keeper":      {[]reason{reasonCodesBodies}, []change{func(q *Request) { q.Codes.Keeper = Body{} }}},
		"unknown house":       {[]reason{reasonCodesBodies}, []change{func(q *Request) { q.Codes.House = Body{Codice: " "} }}},
		"keeper by code":      {[]reason{reasonCodesKeeper}, []change{func(q *Request) { q.Codes.Keeper = Body{Codice: "120", Denominazione: "Ufficio chiavi"} }}},
		"keeper by name":      {[]reason{reasonCodesKeeper}, []change{func(q *Request) { q.Codes.Keeper.Denominazione = "REGIONE LAZIO" }}},
		"keeper by agreement": {[]reason{reasonCodesKeeper}, []change{func(q *Request) { q.Codes.Keeper.Denominazione = "Direzione programmazione" }}},
		"house by code":       {[]reason{reasonCodesHouse}, []change{func(q *Request) { q.Codes.House.Codice = "120" }}},
		"house by name":       {[]reason{reasonCodesHouse}, []change{func(q *Request) { q.Codes.House.Denominazione = "Lazio" }}},
		"keeper is the house": {nil, []change{func(q *Request) { q.Codes.Keeper = q.Codes.House }}},
		"payer by agreement":  {[]reason{reasonCodesOther}, []change{other(Recipient{Name: "x", Class: Ente, Ente: "X", Agreement: &Agreement{With: "direzione  programmazione"}})}},
		"payer by code":       {[]reason{reasonCodesOther}, []change{other(Recipient{Name: "x", Class: Ente, Ente: "120"})}},
		"planner beside":      {nil, []change{other(Recipient{Name: "x", Class: Regione, Territory: Territory{Regione: "12"}})}},
		"INPS by agreement":   {[]reason{reasonCodesOther}, []change{other(Recipient{Name: "x", Class: INPS, Agreement: &Agreement{With: "Direzione programmazione"}})}},
		"an ambito pays too": {[]reason{reasonCodesPayer}, []change{func(q *Request) {
			q.Recipient.Class, q.Recipient.Territory = Comune, Territory{Ambito: "RM3"}
			q.Ambiti = &Ambiti{list: []Ambito{{Codice: "RM3"}}}
		}}},
		"a comune pays itself": {[]reason{reasonCodesPayer}, []change{func(q *Request) { q.Recipient.Class, q.Recipient.Territory = Comune, Territory{Comune: "058091"} }}},
		"INPS itself":          {[]reason{reasonCodesIdentified}, []change{func(q *Request) { q.Recipient.Class, q.Recipient.Territory = INPS, Territory{} }}},
		"everything": {[]reason{reasonCodesKeeper, reasonCodesHouse, reasonCodesOther, reasonCodesKey}, []change{other(Recipient{Name: "x", Class: Ente, Ente: "120"}), func(q *Request) {
			q.Codes.Keeper.Codice, q.Codes.House.Codice, q.Codes.Master = "ITI4", "12", pseudonym.Master{}
		}}},
	} {
		req := request(lazio, flusso.PSPSASINA, IndividualeAnonimo)
		a := *agreement
		a.With = "Direzione programmazione"
		req.Recipient.Agreement, req.Recipient.Linkability, req.Codes = &a, LinkWindow, codesOfCustode(t)
		for _, change := range c.changes {
			change(&req)
		}
		var got []reason
		for _, err := range DefaultMatrix().CodeFaults(req.Recipient, req.Codes) {
			got = append(got, reasonOfError(t, err))
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
		_, err := DefaultMatrix().Open(req, nil)
		switch linkable := req.Recipient.Linkability == LinkPeriod || req.Recipient.Linkability == LinkWindow; {
		case len(c.want) == 0 && linkable: // the next question
			denied(t, name, err, reasonSchemeMissing)
			continue
		case len(c.want) == 0:
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		denied(t, name, err, c.want[0])
		// Where there are no rows without names the policy says nothing.
		if req.Level = Aggregato; req.Recipient.Class != INPS {
			req.Dataset = "quadro"
			if _, err := DefaultMatrix().Open(req, nil); err != nil {
				t.Errorf("%s, tables: %v", name, err)
			}
		}
	}
}

func reasonOfError(t *testing.T, err error) reason {
	t.Helper()
	for r := range numReasons {
		if e, ok := err.(*flusso.Error); ok && e.Kind == flusso.Denied && e.What == reasons[r].what && e.Hint != (flusso.Text{}) {
			return r
		}
	}
	t.Errorf("no reason: %v", err)
	return 0
}

// TestExplainCodes: explain tells the policy, and why a kind of recipient can have
// no codes.
func TestExplainCodes(t *testing.T) {
	for link, want := range map[string]string{"": "linkability: none", LinkNone: "no code links it", LinkPeriod: "ends with the release", LinkWindow: "lasts a data year", "ever": "unknown policy"} {
		r := lazio
		r.Linkability = link
		text := DefaultMatrix().Explain(r, flusso.En)
		if !strings.Contains(text, want) || strings.Contains(text, "stable codes: ") {
			t.Errorf("%q: %s", link, text)
		}
	}
	text := DefaultMatrix().Explain(Recipient{Class: Comune, Territory: Territory{Comune: "H501"}}, flusso.It)
	if !strings.Contains(text, reasons[reasonCodesPayer].what.It) {
		t.Errorf("a comune: %s", text)
	}
}

// TestEveryClassMayHaveCodesOrNot: which classes can have stable codes at all.
func TestEveryClassMayHaveCodesOrNot(t *testing.T) {
	got := []string{}
	for _, class := range Classes {
		r := scoped(class)
		r.Linkability, r.Agreement = LinkWindow, &Agreement{With: "un altro"}
		if class == Comune {
			r.Territory = Territory{Provincia: "058"}
		}
		got = append(got, fmt.Sprint(class, " ", len(DefaultMatrix().CodeFaults(r, codesOfCustode(t))) == 0))
	}
	want := "inps false, ade false, gdf false, comune true, ministero true, ente false, mef true, regione true"
	if strings.Join(got, ", ") != want {
		t.Errorf("%s, want %s", strings.Join(got, ", "), want)
	}
}
