package exchange

import (
	"crypto/hmac"
	"crypto/sha256"
	"io"

	"flussi/internal/anonymize"
	"flussi/internal/flusso"
	"flussi/internal/schema"
	"flussi/internal/spool"
	"flussi/internal/territory"
)

// coverage counts which Ente sent what, of the files from which something may be
// disclosed and of no other: of what is only relayed nothing is kept. It is nil
// where no tables are made of it.
type coverage struct {
	r     *run
	tally *territory.Tally
}

func (r *run) openCoverage() (*coverage, error) {
	if !r.cfg.Tables.Reference() {
		return nil, nil
	}
	t, err := loadTally(r.fs, r.cfg)
	return &coverage{r, t}, err
}

// of counts the records of one arrival; each arrival once, however often its round
// is done again.
func (c *coverage) of(a arrival) func(*schema.Batch) {
	if c == nil || !c.tally.Begin(c.r.keys.mac(c.r.keys.records, "coverage", a.SHA256.String())) {
		return nil
	}
	return func(b *schema.Batch) {
		code, id := schema.CodicePrestazione, schema.CodiceFiscale
		switch b.Tipo {
		case flusso.SINBA:
			code, id = schema.SINBACodicePrestazione, schema.SINBAIDBeneficiario
		case flusso.Ritorno:
			id = schema.CodicePersona
		}
		for rec, status := range b.Status {
			ente, _ := b.Text(schema.EnteCodice, rec)
			if !enteCode.MatchString(string(ente)) {
				continue
			}
			area, _ := b.Text(code, rec)
			c.tally.Add(string(ente), anonymize.DataYear(b, rec), string(area[:min(len(area), 2)]), func() (person [16]byte) {
				who, _ := b.Text(id, rec)
				h := hmac.New(sha256.New, c.r.keys.records)
				_, _ = io.WriteString(h, "coverage\x00")
				_, _ = h.Write(who) // a hash takes everything
				copy(person[:], h.Sum(nil))
				return person
			}, status == schema.Accepted)
		}
	}
}

// keep makes the count durable, before anything made of the same files is shown.
func (c *coverage) keep() error {
	if c == nil {
		return nil
	}
	return spool.WriteFile(c.r.fs, tallyPath(c.r.cfg), spool.FilePerm, c.tally.Save)
}
