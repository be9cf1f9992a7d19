package anonymize

import (
	"strconv"

	"flussi/internal/anonymize/pseudonym"
	"flussi/internal/flusso"
)

// coder makes the codes of persons: of each data year other ones. They come from
// the holder's key where they reach over releases, else from the key of the
// release, which is destroyed at its close.
type coder struct {
	req    *Request
	master pseudonym.Master
	years  map[int]*pseudonym.Stable
	text   flusso.Text // what a code is, in words

	// The person of the record before: a Beneficiario has several in a row.
	batch        int64
	number, year int
	cached       bool
	who          pseudonym.Code
}

func newCoder(req *Request) *coder {
	c := &coder{req: req, years: map[int]*pseudonym.Stable{}}
	if req.Recipient.Linkability == LinkWindow && req.Codes != nil {
		c.master, c.text = req.Codes.Master, textCodeOfYear
	} else {
		c.master, c.text = pseudonym.ReleaseMaster(req.ReleaseKey), textCodeOfRelease
	}
	return c
}

// person gives the code of a record's person in its data year; false for who has
// no identifier.
func (c *coder) person(r *reading) (who pseudonym.Code, named bool, err error) {
	id := r.id()
	if len(id.Of) == 0 {
		return who, false, nil
	}
	if r.b.Tipo == flusso.PSPSASINA {
		n := r.b.Beneficiario(r.rec)
		if c.cached && c.batch == r.batch && c.number == n && c.year == r.year {
			return c.who, true, nil
		}
		c.batch, c.number, c.year, c.cached = r.batch, n, r.year, true
	}
	s, err := c.of(r.year)
	if err != nil {
		return who, false, err
	}
	c.who = s.Person(id)
	return c.who, true, nil
}

func (c *coder) of(year int) (*pseudonym.Stable, error) {
	if s := c.years[year]; s != nil {
		return s, nil
	}
	s, err := pseudonym.NewStable(c.master, pseudonym.Context{Recipient: c.req.Recipient.Name, Dataset: c.req.Dataset, Epoch: strconv.Itoa(year)})
	if err == nil {
		c.years[year] = s
	}
	return s, err
}

// holder is who keeps the master key of codes that outlive the release.
func (c *coder) holder() string {
	if c.req.Recipient.Linkability != LinkWindow || c.req.Codes == nil {
		return ""
	}
	return c.req.Codes.Keeper.Denominazione
}

// keyIDs names the keys used, by data year in order; none where they end with the
// release.
func (c *coder) keyIDs(years []int) (ids []string) {
	if c.req.Recipient.Linkability != LinkWindow {
		return nil
	}
	for _, y := range years {
		if s := c.years[y]; s != nil {
			ids = append(ids, s.KeyID())
		}
	}
	return ids
}

var (
	textCodeOfYear    = flusso.Text{It: "codice della persona, lo stesso in tutti i rilasci di un anno dei dati; in un altro anno è un altro", En: "the person's code, the same in all releases of a data year; another in another year"}
	textCodeOfRelease = flusso.Text{It: "codice della persona in questo rilascio e anno dei dati: non collega nulla", En: "the person's code in this release and data year: it links nothing"}
)
