package tables

import "context"

// Noisy is Close with noise in place of suppression: every figure that is
// listed has its records and persons changed by the noise of its persons, and
// no amount or minutes, which noise of counts does not protect. Persons must be
// added to the cube under codes that stay the same from release to release,
// else the noise is drawn anew each time and averages out. microdata tells
// whether the recipient has microdata of the same persons: then it is refused.
func (c *Cube) Noisy(ctx context.Context, n *Noise, microdata bool) ([]Cell, error) {
	if microdata {
		return nil, ErrNoiseBeside
	}
	g, err := c.count(func(person [16]byte) uint64 { return n.RecordKey(person[:]) })
	if err != nil {
		return nil, err
	}
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	cells := g.cells[:g.shown]
	for i := range cells {
		x := &cells[i]
		x.Records, x.Persons = n.Perturb(x.Records, g.keys[i]), n.Perturb(x.Persons, g.keys[i])
		x.Cents, x.Minutes = 0, 0
	}
	return cells, nil
}
