package schedule

import (
	"path"
	"slices"
	"strings"

	"flussi/internal/config"
	"flussi/internal/config/strict"
	"flussi/internal/flusso"
)

// Schema is the JSON Schema of a schedule, for editors; made from the table
// that decodes it.
func Schema() ([]byte, error) { return scheduleType.Schema().Document("flussi schedule") }

var scheduleType = strict.Object(docSchedule,
	strict.Required("name", strict.EntryName(), func(s *Schedule) *string { return &s.Name }, docName),
	strict.Optional("when", strict.Parsed("", parseWhen), func(s *Schedule) *When { return &s.When }, docWhen),
	strict.Optional("pull", pullType, func(s *Schedule) **Pull { return &s.Pull }, docPull),
	strict.Optional("push", pushType, func(s *Schedule) **Push { return &s.Push }, docPush),
	strict.Optional("flow", strict.Convert(strict.Word(flowWords...), func(_ strict.Value, word string) flusso.Tipo {
		tipo, _ := flusso.ParseTipo(word) // auto, the only other word, is the zero Tipo
		return tipo
	}), func(s *Schedule) *flusso.Tipo { return &s.Flow }, docFlow),
	strict.Optional("layout", strict.Path(), func(s *Schedule) *string { return &s.Layout }, docLayout),
	strict.Optional("disclose", strict.List(discloseType), func(s *Schedule) *[]string { return &s.Disclose }, docDisclose),
	strict.Optional("relay", relayType, func(s *Schedule) **Relay { return &s.Relay }, docRelay),
	strict.Optional("report", strict.Path(), func(s *Schedule) *string { return &s.Report }, docReport),
	strict.Optional("expect", expectType, func(s *Schedule) **Expect { return &s.Expect }, docExpect),
)

var flowWords = []string{flusso.PSPSASINA.String(), flusso.SINBA.String(), flusso.Ritorno.String(), "auto"}

// between looks across the keys of one schedule; a key that is at fault by
// itself counts as there.
func between(s *Schedule, doc *strict.Doc) {
	fault := doc.Across()
	pull, push, passedOn := doc.Has("pull"), doc.Has("push"), doc.Has("relay") || doc.Has("disclose")
	switch {
	case !pull && !push:
		fault("", textNoDirection, hintNoDirection)
	case pull && push:
		fault("push", textTwoDirections, hintTwoDirections)
	case pull && !passedOn && !doc.Has("report"):
		fault("pull", textNoPurpose, hintNoPurpose)
	case push && passedOn:
		fault("push", textPushOnly, hintPushOnly)
	}
	switch {
	case s.Flow == flusso.Ritorno && !doc.Has("layout"):
		fault("flow", textNoLayout, hintNoLayout)
	case s.Flow != flusso.Ritorno && doc.Has("layout") && !doc.Faulty("flow"):
		fault("layout", textOddLayout, hintOddLayout)
	}
	if s.Flow == flusso.Ritorno && (doc.Has("relay") || push) {
		fault("flow", textRitornoLeaves, hintRitornoLeaves)
	}
	for i, to := range s.Disclose {
		if to != "" && slices.Contains(s.Disclose[:i], to) {
			fault(index("disclose", i), textTwiceDisclosed, hintTwiceDisclosed)
		}
	}
	if doc.Has("expect") && push {
		fault("expect", textExpectPush, hintExpectPush)
	}
	if s.Expect != nil && s.Expect.Daily() && !doc.Has("when") {
		fault("expect", textExpectNoTime, hintExpectNoTime)
	}
}

var remoteType = strict.Parsed(`^[a-z0-9-]+:/`, func(text string) (config.Remote, strict.Complaint) {
	r, ok := config.ParseRemote(text)
	if !ok {
		return config.Remote{}, strict.Complaint{What: textBadRemote, Hint: hintBadRemote}
	}
	return r, strict.Complaint{}
})

// sourceType: endpoint:/path, or dir:PATH for a local folder.
var sourceType = strict.Convert(strict.Matching(`^[a-z0-9-]+:.+`, strict.Complaint{What: textBadSource, Hint: hintBadSource}), func(v strict.Value, text string) Source {
	if dir, ok := strings.CutPrefix(text, "dir:"); ok {
		return Source{Dir: strict.Resolve(v.Dir(), dir)}
	}
	r, ok := config.ParseRemote(text)
	if !ok {
		v.Fault(textBadSource, hintBadSource)
	}
	return Source{Remote: r}
})

var matchType = strict.List(strict.Parsed(`^[^/]+$`, func(text string) (string, strict.Complaint) {
	if _, err := path.Match(text, "x"); err != nil || strings.ContainsAny(text, "/") {
		return "", strict.Complaint{What: textBadMatch, Hint: hintBadMatch}
	}
	return text, strict.Complaint{}
}))

// everyName is what match means when it is absent.
var everyName = []string{"*"}

var pullType = pointer(strict.Object(flusso.Text{},
	strict.Required("from", sourceType, func(p *Pull) *Source { return &p.From }, docPullFrom),
	strict.Optional("match", matchType, func(p *Pull) *[]string { return &p.Match }, docMatch),
).Then(func(_ strict.Value, p *Pull) {
	if p.Match == nil {
		p.Match = everyName
	}
}))

var pushType = pointer(strict.Object(flusso.Text{},
	strict.Required("from", strict.Path(), func(p *Push) *string { return &p.From }, docPushFrom),
	strict.Required("to", remoteType, func(p *Push) *config.Remote { return &p.To }, docRemoteTo),
	strict.Required("as", strict.EntryName(), func(p *Push) *string { return &p.As }, docAs),
	strict.Optional("match", matchType, func(p *Push) *[]string { return &p.Match }, docMatch),
).Then(func(_ strict.Value, p *Push) {
	if p.Match == nil {
		p.Match = everyName
	}
}))

var relayType = pointer(strict.Object(flusso.Text{},
	strict.Required("to", remoteType, func(r *Relay) *config.Remote { return &r.To }, docRemoteTo),
	strict.Required("as", strict.EntryName(), func(r *Relay) *string { return &r.As }, docAs),
))

type disclosure struct{ to string }

var discloseType = strict.Convert(strict.Object(flusso.Text{},
	strict.Required("to", strict.EntryName(), func(d *disclosure) *string { return &d.to }, docDiscloseTo),
), func(_ strict.Value, d disclosure) string { return d.to })

// expectation keeps By apart from midnight, which is a time too.
type expectation struct {
	Expect
	by *int
}

var expectType = strict.Convert(strict.Object(flusso.Text{},
	strict.Optional("request", strict.Text(), func(e *expectation) *string { return &e.Request }, docRequest),
	strict.Optional("year", strict.Int(2000, 2100), func(e *expectation) *int { return &e.Year }, docYear),
	strict.Optional("due", strict.Day(), func(e *expectation) *config.Date { return &e.Due }, docDue),
	strict.Optional("remind", strict.Days(), func(e *expectation) *int { return &e.Remind }, docRemind),
	strict.Optional("by", pointer(strict.TimeOfDay()), func(e *expectation) **int { return &e.by }, docBy),
	strict.Optional("at_least", strict.Int(1, 1_000_000), func(e *expectation) *int { return &e.AtLeast }, docAtLeast),
), func(v strict.Value, e expectation) *Expect {
	request := e.Request != "" || e.Year != 0 || !e.Due.IsZero() || e.Remind != 0
	daily := e.by != nil || e.AtLeast != 0
	switch {
	case request == daily:
		v.Fault(textExpectForms, hintExpectForms)
	case request && (e.Due.IsZero() || e.Request == ""):
		v.Fault(textExpectRequest, hintExpectForms)
	case daily && e.by == nil:
		v.Fault(textExpectBy, hintExpectForms)
	}
	if e.by != nil {
		e.By = *e.by
	}
	if daily && e.AtLeast == 0 {
		e.AtLeast = 1
	}
	return &e.Expect
})

// pointer makes a value that may be absent.
func pointer[T any](t strict.Type[T]) strict.Type[*T] {
	return strict.Convert(t, func(_ strict.Value, got T) *T { return &got })
}
