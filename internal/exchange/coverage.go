package exchange

import (
	"crypto/hmac"
	"crypto/sha256"
	"io"
	"slices"
	"sync"

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
	mu    sync.Mutex
	parts map[partOf]*territory.Tally // of the files that were read and count
}

type partOf struct {
	file int
	tipo flusso.Tipo
}

func (r *run) openCoverage() (*coverage, error) {
	if !r.cfg.Tables.Reference() {
		return nil, nil
	}
	t, err := loadTally(r.fs, r.cfg)
	return &coverage{r: r, tally: t, parts: map[partOf]*territory.Tally{}}, err
}

// taker counts one kind of flow.
func (c *coverage) taker(tipo flusso.Tipo) taker {
	var part *territory.Tally // of the file at hand
	return func(p *parcel) error {
		if p.first {
			part = territory.NewTally(anonymize.DefaultK)
		}
		switch {
		case p.void:
		case p.done:
			c.mu.Lock()
			c.parts[partOf{p.file, tipo}] = part
			c.mu.Unlock()
		default:
			c.count(part, &p.batch)
		}
		return nil
	}
}

// count counts the records of a batch.
func (c *coverage) count(to *territory.Tally, b *schema.Batch) {
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
		to.Add(string(ente), anonymize.DataYear(b, rec), string(area[:min(len(area), 2)]), func() (person [16]byte) {
			who, _ := b.Text(id, rec)
			h := hmac.New(sha256.New, c.r.keys.records)
			_, _ = io.WriteString(h, "coverage\x00")
			_, _ = h.Write(who) // a hash takes everything
			copy(person[:], h.Sum(nil))
			return person
		}, status == schema.Accepted)
	}
}

// keep makes the count durable, before anything made of the same files is shown; each
// file counts once, however often its round is done again.
func (c *coverage) keep(d *disclosure) error {
	if c == nil {
		return nil
	}
	for i, a := range d.read {
		allowed := slices.ContainsFunc(d.targets, func(t *target) bool {
			return slices.ContainsFunc(t.allowed, func(of arrival) bool { return of.ID == a.ID })
		})
		if !allowed || !c.tally.Begin(c.r.keys.mac(c.r.keys.records, "coverage", a.SHA256.String())) {
			continue
		}
		for _, tipo := range flusso.Tipi {
			if part := c.parts[partOf{i, tipo}]; part != nil {
				c.tally.Join(part)
			}
		}
	}
	return spool.WriteFile(c.r.fs, tallyPath(c.r.cfg), spool.FilePerm, c.tally.Save)
}
