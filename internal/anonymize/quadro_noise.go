package anonymize

import (
	"context"

	"flussi/internal/anonymize/pseudonym"
	"flussi/internal/anonymize/tables"
	"flussi/internal/flusso"
)

// noisy tells whether the cubes have noise in place of suppression.
func (c *Cubes) noisy() bool { return c != nil && c.noise > 0 }

// checkNoise denies noise where it would not hold: beside rows of the same
// records, where exact counts are to be had, and without a key that stays, for
// noise drawn anew averages out.
func (req *Request) checkNoise() error {
	switch {
	case req.Level != Aggregato || !req.Cubes.noisy():
		return nil
	case req.Microdata:
		return deny("open view", req.Recipient.Name, reasonNoiseBeside)
	case len(req.NoiseKey) < tables.MinNoiseKey:
		return deny("open view", req.Recipient.Name, reasonNoiseKey)
	}
	return nil
}

// noisePersons tells persons apart where there is noise: by codes that are the same in
// every release and every recipient's tables, so that the same persons have the same
// noise everywhere. They never leave.
func (q *quadro) noisePersons() (persons, error) {
	return pseudonym.New(q.v.req.NoiseKey, pseudonym.Context{Recipient: "-", Dataset: "quadro", Epoch: q.v.req.Tipo.String()})
}

// count closes the cube by suppression or noise.
func (q *quadro) count(ctx context.Context) ([]tables.Cell, error) {
	if q.spec.noisy() {
		n, err := tables.NewNoise(q.v.req.NoiseKey, q.spec.noise)
		if err != nil {
			return nil, err
		}
		return q.cube.Noisy(ctx, n, q.v.req.Microdata)
	}
	rules := q.spec.rules
	rules.K = q.v.req.K
	return q.cube.Close(ctx, rules, q.known())
}

// Notes are what the readers of a view have to know of its values.
func (v *View) Notes() []flusso.Text {
	switch e := v.engine.(type) {
	case *quadro:
		if e.spec.noisy() {
			return []flusso.Text{textNoise(e.spec.noise)}
		}
	case *anonymous:
		if v.req.Silent {
			return []flusso.Text{textSilent}
		}
	}
	return nil
}
