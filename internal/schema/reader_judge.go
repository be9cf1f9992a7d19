package schema

// judge runs the business rules over batches and tells a journal what they say.
type judge struct {
	journal *journal
	checks  *checkState
	ritorno *ritornoDecoder // of a return flow, which has places of its own
	batch   *Batch          // under judgement
}

// records judges b, of whose records it sets the Status, and counts the valid.
func (j *judge) records(b *Batch) (valid int64) {
	j.batch, j.checks.continued = b, b.continued
	checkBatch(b, j.checks)
	for _, s := range b.Status {
		if s != Rejected {
			valid++
		}
	}
	return valid
}

// broken takes a business rule's fault. A fault of the header that is an
// error refuses the file, at its end, so that all the rest is reported too.
func (j *judge) broken(rule *Rule, severity Severity, f Field, rec, i int) {
	fault := Fault{Rule: rule.Code, Severity: severity, Record: -1}
	fault.Line, fault.Column, fault.Path = j.place(f, rec, i)
	if rec >= 0 {
		fault.Record = j.batch.First + int64(rec)
		fault.Beneficiario, fault.BeneficiarioLine = j.batch.beneficiarioOf(rec)
	} else if severity == SeverityError && j.journal.late == nil {
		j.journal.late = &FileError{Fault: fault}
	}
	j.journal.report(fault)
}

// place tells where the i-th value of f stands: the value if there is one,
// else its element. rec -1 is the header.
func (j *judge) place(f Field, rec, i int) (line, column int, path string) {
	if j.ritorno != nil {
		return j.ritorno.place(f, rec)
	}
	at := j.batch.where(f, max(rec, 0), i)
	return int(at.line), int(at.column), Info(f).Path
}
