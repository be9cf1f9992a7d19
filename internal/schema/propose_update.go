package schema

func (p *proposer) update() (text []byte, open int, err error) { return p.opt.Known, 0, nil }
