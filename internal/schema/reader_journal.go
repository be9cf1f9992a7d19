package schema

import (
	"flussi/internal/flusso"
)

// journal enters every fault in the books of one file and passes it on.
type journal struct {
	tell   func(Fault)
	byRule map[string]int64
	faults int64
	errors int64
	xsd    bool       // the XSD's verdict has turned to no
	late   *FileError // the file will be refused when its end is reached
}

func (j *journal) report(f Fault) {
	j.faults++
	if f.Severity == SeverityError {
		j.errors++
	}
	j.byRule[f.Rule]++
	if j.tell != nil {
		j.tell(f)
	}
}

// absorb enters what was found in a block, before which came records and
// beneficiari of the file.
func (j *journal) absorb(b *block, records, beneficiari int64) {
	j.faults += b.journal.faults
	j.errors += b.journal.errors
	j.xsd = j.xsd || b.journal.xsd
	for rule, n := range b.journal.byRule {
		j.byRule[rule] += n
	}
	for _, f := range b.faults {
		if f.Record >= 0 {
			f.Record += records
		}
		if f.Beneficiario > 0 {
			f.Beneficiario += beneficiari
		}
		j.tell(f)
	}
}

// asError makes the refusal that Next returns: Kind Invalid, with the rule's
// own words.
func (e *FileError) asError() error {
	err := &flusso.Error{Op: "read flow", Kind: flusso.Invalid, Err: e}
	if rule, ok := RuleByCode(e.Rule); ok {
		err.What, err.Hint = rule.Message, rule.Remedy
	}
	return err
}

// refuse reports why a file is refused whole and gives the error for it.
func (j *journal) refuse(f Fault, detail string) error {
	f.Severity, f.Record = SeverityError, -1
	j.report(f)
	return (&FileError{Fault: f, Detail: detail}).asError()
}
