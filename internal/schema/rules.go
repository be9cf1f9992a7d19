package schema

import "time"

// checkBatch applies every business rule to the records of b, sets Status
// Rejected where a rule of severity error is broken (a fault of a Beneficiario
// rejects all its records), and reports each fault once. Set st.continued when
// the batch's first Beneficiario is the one that ended the batch before: its
// own faults were reported then.
//
// A record that the XSD has rejected is checked too, but for the values that
// the XSD refused. Nothing is allocated.
func checkBatch(b *Batch, st *checkState) {
	if b.Len() == 0 {
		return
	}
	if !st.headed && b.Tipo != 0 && b.shape.level[FlussoNome] == LevelFlusso {
		st.headed = true
		checkHeader(b, st)
	}
	person, record := checkBeneficiario, checkPrestazione
	if b.shape.level[SINBAIDBeneficiario] != noLevel {
		person, record = nil, checkSINBA
	}
	last, lastFaulty := -1, false
	for rec := range b.Status {
		if p := b.Beneficiario(rec); person != nil && p != last {
			last, st.faulty, st.mute = p, false, st.continued && p == 0
			person(b, rec, st)
			lastFaulty, st.mute = st.faulty, false
		}
		st.faulty = lastFaulty
		record(b, rec, st)
		if st.faulty {
			b.Status[rec] = Rejected
		}
	}
	if st.cooperazione {
		checkCooperazione(b, st)
	}
}

// checkState is what the business rules keep from one batch to the next. The
// Reader makes one for a file. It is not safe for concurrent use.
type checkState struct {
	cooperazione bool
	today        dateValue
	severity     [numRules]Severity // after the profile; 0 is off
	profile      *Profile
	carried      *[NumFields]bool // fields that a return flow's layout maps; nil: the XSD's all
	continued    bool
	headed       bool // the header was checked
	report       func(rule *Rule, severity Severity, f Field, rec, i int)

	faulty  bool  // an error was found in what is being checked
	mute    bool  // what is being checked was reported before
	tooMany bool  // more than Cooperazione allows: reported
	flowDay int32 // the date in FlussoNome; 0 where it has none
	values  recordValues
}

// newCheckState prepares the rules for one file. report gets every fault:
// the rule, its severity under the profile, the field, the record within the
// batch (-1: the header) and, for a repeated field, which repeat.
func newCheckState(p *Profile, cooperazione bool, today time.Time, report func(rule *Rule, severity Severity, f Field, rec, i int)) *checkState {
	st := &checkState{profile: p, cooperazione: cooperazione, today: dateOf(today), report: report}
	for id := range businessRules {
		st.severity[id] = p.severityOf(&businessRules[id])
	}
	return st
}

// table makes errors of what only a table can lose, unless the profile has a word
// on it: whoever holds the table can mend it.
func (st *checkState) table() {
	for _, id := range []ruleID{psGuasto, sinbaGuasto} {
		rule := &businessRules[id]
		if st.profile != nil {
			if _, said := st.profile.Rules[rule.Code]; said {
				continue
			}
		}
		st.severity[id] = SeverityError
	}
}

// checkGuasto looks for what a spreadsheet has left of a text.
func checkGuasto(b *Batch, rec int, st *checkState, id ruleID, f Field) {
	if v, _ := b.sound(f, rec, 0); isSpoiled(v) {
		st.emit(id, f, rec, 0)
	}
}

func dateOf(t time.Time) dateValue {
	return dateValue{ymd: int32(t.Year()*10000 + int(t.Month())*100 + t.Day()), ok: true}
}

// emit reports a broken rule; i is the repeat of a repeated field.
func (st *checkState) emit(id ruleID, f Field, rec, i int) {
	severity := st.severity[id]
	if severity == 0 {
		return
	}
	if severity == SeverityError {
		st.faulty = true
	}
	if !st.mute {
		st.report(&businessRules[id], severity, f, rec, i)
	}
}

// carries tells whether the flow can have the field, so that its absence means
// something.
func (st *checkState) carries(f Field) bool { return st.carried == nil || st.carried[f] }

// sound gives the i-th value of f unless the XSD refuses it; present tells
// whether there is one at all. v is nil where there is nothing to check.
func (b *Batch) sound(f Field, rec, i int) (v []byte, present bool) {
	s := b.spanOf(f, rec, i)
	if s == nil {
		return nil, false
	}
	return b.soundAt(s)
}

func (b *Batch) soundAt(s *span) (v []byte, present bool) {
	if s.at == 0 || s.n&topBit != 0 {
		return nil, s.at != 0
	}
	return b.bytes(s), true
}

// bytes gives what a span that has a value holds.
func (b *Batch) bytes(s *span) []byte { return b.arena[s.at-1 : s.at-1+s.n&^topBit] }

// is tells whether a single-valued field holds this one-byte code.
func (b *Batch) is(f Field, rec int, code byte) bool {
	v, _ := b.sound(f, rec, 0)
	return len(v) == 1 && v[0] == code
}

// checkCooperazione: application cooperation takes one Beneficiario with one
// PrestazioniSociali (one SINBA element) a flow; more reject them all.
func checkCooperazione(b *Batch, st *checkState) {
	if !st.tooMany && b.First+int64(b.Len()) > 1 {
		st.tooMany = true
		second := 0
		if b.First == 0 {
			second = 1
		}
		switch {
		case b.Tipo == 0 || b.shape.level[SINBAIDBeneficiario] != noLevel:
			st.emit(sinbaOneOnly, SINBAIDBeneficiario, second, 0)
		case b.Beneficiario(second) == b.Beneficiario(0):
			st.emit(psOnePrestazione, CodicePrestazione, second, 0)
		}
		if b.shape.level[CodiceFiscale] != noLevel && b.Beneficiario(b.Len()-1) != b.Beneficiario(0) {
			for b.Beneficiario(second) == b.Beneficiario(0) {
				second++
			}
			st.emit(psOneBeneficiario, CodiceFiscale, second, 0)
		}
	}
	rule := psOnePrestazione
	if b.shape.level[SINBAIDBeneficiario] != noLevel {
		rule = sinbaOneOnly
	}
	if st.tooMany && st.severity[rule] == SeverityError {
		for rec := range b.Status {
			b.Status[rec] = Rejected
		}
	}
}
