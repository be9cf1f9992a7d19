package kanon

// hugePile is the most rows that are looked at together. Piles have as many only
// where single classes do, for a hash divides the others.
var hugePile = 1 << 20

// walkHuge goes through a pile that is too large to be looked at together: its
// rows are divided by person, and a class is what its parts add up to.
func (w *worker) walkHuge(p *pile, s stage) error {
	var parts piles
	err := p.Take(w.depot, &w.buf, func(some []row) error {
		some = w.settle(some)
		for i := range some {
			if err := parts.add(w.depot, some[i].person*0x9e3779b97f4a7c15, some[i]); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	type held struct {
		tally
		verdict
		judged bool
	}
	m := s.classing(w.layout)
	classes := map[row]*held{}
	for i := range parts.of {
		if err := w.load(parts.of[i].Each, parts.of[i].Len()); err != nil {
			return err
		}
		err := w.classes(m, func(class []row) error {
			w.tally.reset(w.layout)
			w.tally.count(w.layout, class)
			w.tally.divide(w.layout, class)
			key := m.of(&class[0])
			c := classes[key]
			if c == nil {
				c = &held{}
				c.reset(w.layout)
				classes[key] = c
			}
			c.add(&w.tally)
			return nil
		})
		if err != nil {
			return err
		}
	}
	for i := range parts.of {
		if err := w.load(parts.of[i].Take, parts.of[i].Len()); err != nil {
			return err
		}
		err := w.classes(m, func(class []row) (err error) {
			c := classes[m.of(&class[0])]
			if !c.judged {
				if c.verdict, err = s.judge(w, &class[0], &c.tally); err != nil {
					return err
				}
				c.judged = true
			}
			return s.apply(w, c.verdict, class)
		})
		if err != nil {
			return err
		}
	}
	return nil
}
