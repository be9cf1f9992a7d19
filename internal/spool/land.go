package spool

import (
	"crypto/sha256"
	"errors"
)

// Whole is an arrival of which every byte is in memory: a small file.
type Whole struct {
	ID   string // fresh
	Data []byte
}

// Land makes arrivals whole and durable together, as Begin, Write and Commit
// do for one: every file is synced, then each gets its name, then the folder
// is synced, once. After an error each of them is whole (an entry), unfinished
// or not there; Stat tells which.
func (s *Spool) Land(files []Whole) (sums []Sum, err error) {
	form, _ := s.forms()
	var open []*Part
	defer func() {
		for _, p := range open {
			err = errors.Join(err, p.Keep())
		}
	}()
	for _, w := range files {
		if err := checkID("land arrival", w.ID); err != nil {
			return nil, err
		}
		p := &Part{spool: s, id: w.ID, form: form, hash: sha256.New()}
		if form == SealedSuffix {
			p.seal = &sealer{recipients: s.keys.closers(), id: w.ID}
		}
		if p.f, err = s.fs.Create(p.path(), FilePerm); err != nil {
			return nil, fail("land arrival", w.ID, err)
		}
		open = append(open, p)
		if _, err := p.Write(w.Data); err != nil {
			return nil, err
		}
		sums = append(sums, p.Sum())
	}
	for len(open) > 0 { // by then the system has begun to write what the first of them hold
		if err := open[0].finish(); err != nil {
			return nil, err
		}
		open = open[1:]
	}
	for _, w := range files {
		if err := s.fs.Rename(s.path(w.ID, form)+ArrivalSuffix, s.path(w.ID, form)); err != nil {
			return nil, fail("land arrival", w.ID, err)
		}
	}
	return sums, fail("land arrival", "", s.fs.SyncDir(s.dir))
}
