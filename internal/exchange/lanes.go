package exchange

import (
	"context"
	"crypto/sha256"
	"hash"
	"runtime"
	"sync"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"flussi/internal/anonymize"
	"flussi/internal/flusso"
	"flussi/internal/identity"
	"flussi/internal/schema"
	"flussi/internal/state"
)

// lanes carry the batches of files, each read once, to all who take of them: the
// states, which will say what repeats or is withdrawn, and the views. Every taker
// is a goroutine and gets the parcels of its kind of flow in the order of the
// files; between reading and taking, records are identified on all cores. So
// what a taker sees does not depend on GOMAXPROCS.
type lanes struct {
	ctx      context.Context
	group    *errgroup.Group
	open     func(flusso.Tipo) ([]taker, []*anonymize.View, error)
	kinds    map[flusso.Tipo]*lane
	free     chan *parcel
	identify chan *parcel
	file     int // the one being read, by a number of its own; noFile between two
}

const noFile = -1

// taker takes the parcels of one kind of flow.
type taker func(*parcel) error

// lane is one kind of flow.
type lane struct {
	takers  []chan *parcel         // none: nobody wants it
	readers chan *anonymize.Reader // for what the views ask
	last    int                    // file that brought it parcels
	files   int                    // that count
}

// parcel is a batch on its way, or word that its file ends.
type parcel struct {
	batch   schema.Batch
	ids     []anonymize.RecordID
	readers chan *anonymize.Reader // of its lane
	read    anonymize.Readings
	records []identity.Record // of the accepted ones
	file    int
	first   bool // of its file in this lane
	done    bool // nothing but word that its file ends here
	void    bool // and that what it brought counts for nothing
	known   sync.WaitGroup
	left    atomic.Int32 // takers that have not let go of it
}

// newLanes makes lanes; key is that by which states know records. open is asked for
// the takers of a kind of flow, and the views among them, when its first batch comes;
// without any, nobody wants that kind.
func newLanes(ctx context.Context, key []byte, open func(flusso.Tipo) ([]taker, []*anonymize.View, error)) *lanes {
	l := &lanes{open: open, kinds: map[flusso.Tipo]*lane{}, file: noFile}
	l.group, l.ctx = errgroup.WithContext(ctx)
	workers := runtime.GOMAXPROCS(0)
	parcels := 8*workers + 8 // a round of blocks, and some to work on while the next is read
	l.free, l.identify = make(chan *parcel, parcels), make(chan *parcel, parcels)
	for range parcels {
		l.free <- &parcel{}
	}
	for range workers {
		l.group.Go(func() error {
			id := identity.New(state.NewHasher(key))
			for p := range l.identify {
				p.identify(id)
				reader := <-p.readers
				reader.Read(&p.batch, &p.read)
				p.readers <- reader
				p.known.Done()
			}
			return nil
		})
	}
	return l
}

// identify finds out what the state and the views must know of each record.
func (p *parcel) identify(to *identity.Identifier) {
	p.ids, p.records = p.ids[:0], p.records[:0]
	b := &p.batch
	to.Begin()
	for rec, status := range b.Status {
		var id anonymize.RecordID
		if status == schema.Accepted {
			r := to.Identify(b, rec)
			p.records = append(p.records, r)
			id = r.Key.Record(r.Content)
		}
		p.ids = append(p.ids, id)
	}
}

// send takes the batch's values and gives it the memory of another.
func (l *lanes) send(b *schema.Batch) error {
	if b.Len() == 0 {
		return nil
	}
	to, err := l.lane(b.Tipo)
	if err != nil || len(to.takers) == 0 {
		return err
	}
	p, err := l.parcel()
	if err != nil {
		return err
	}
	p.batch, *b = *b, p.batch
	p.first, p.void, p.done, p.readers = to.last != l.file, false, false, to.readers
	to.last = l.file
	p.known.Add(1)
	l.identify <- p // it has room for all that there are
	to.send(p)
	return nil
}

// wanted tells whether anybody takes of the file being read.
func (l *lanes) wanted() bool {
	for _, to := range l.kinds {
		if to.last == l.file {
			return true
		}
	}
	return false
}

// end closes the file that was read; of one that is refused whole, nothing counts.
// Without one it does nothing.
func (l *lanes) end(refused bool) error {
	for _, to := range l.kinds {
		switch {
		case l.file == noFile || to.last != l.file:
			continue
		case !refused:
			to.files++
		}
		p, err := l.parcel()
		if err != nil {
			return err
		}
		p.first, p.void, p.done = false, refused, true
		to.send(p)
	}
	l.file = noFile
	return nil
}

// close waits until all that was sent is taken.
func (l *lanes) close() error {
	close(l.identify)
	for _, to := range l.kinds {
		for _, queue := range to.takers {
			close(queue)
		}
	}
	return l.group.Wait()
}

func (l *lanes) parcel() (*parcel, error) {
	if l.ctx.Err() != nil {
		return nil, context.Cause(l.ctx)
	}
	select {
	case p := <-l.free:
		p.file = l.file
		return p, nil
	case <-l.ctx.Done():
		return nil, context.Cause(l.ctx)
	}
}

// lane is that of a kind; its first batch opens it.
func (l *lanes) lane(tipo flusso.Tipo) (to *lane, err error) {
	if to = l.kinds[tipo]; to != nil {
		return to, nil
	}
	to = &lane{last: noFile}
	l.kinds[tipo] = to
	takers, views, err := l.open(tipo)
	if err != nil {
		return to, err
	}
	asked, workers := anonymize.Ask(views...), runtime.GOMAXPROCS(0)
	to.readers = make(chan *anonymize.Reader, workers)
	for range workers {
		r, err := asked.Reader()
		if err != nil {
			return to, err
		}
		to.readers <- r
	}
	for _, t := range takers {
		l.take(to, t)
	}
	return to, nil
}

func (to *lane) send(p *parcel) {
	p.left.Store(int32(len(to.takers)))
	for _, queue := range to.takers {
		queue <- p // it has room for all that there are
	}
}

// take makes one more taker.
func (l *lanes) take(to *lane, take taker) {
	queue := make(chan *parcel, cap(l.free))
	to.takers = append(to.takers, queue)
	l.group.Go(func() error {
		for p := range queue {
			p.known.Wait()
			err := take(p)
			if p.left.Add(-1) == 0 {
				l.free <- p
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// StateMemory bounds, in bytes, what the states of a kind of flow hold while files
// are disclosed: a million records.
const StateMemory = 32 << 20

// remember gives records to a state.
func remember(s *state.Current) taker {
	from, to := 0, 0
	return func(p *parcel) error {
		if p.first {
			from = to
		}
		if p.void {
			s.Void(from, to)
		}
		if p.done {
			return nil
		}
		for _, r := range p.records {
			to = s.Add(r.Op, r.Key, r.Content) + 1
		}
		return nil
	}
}

// spell writes what the files say, but for those refused: the same for the same
// records with the same verdicts, however they are wrapped.
func spell(to hash.Hash) taker {
	file, buf := sha256.New(), []byte(nil)
	return func(p *parcel) error {
		if p.first {
			file.Reset()
		}
		switch {
		case p.done && !p.void:
			to.Write(file.Sum(buf[:0]))
		case !p.done:
			buf = p.appendIdentity(buf[:0])
			file.Write(buf)
		}
		return nil
	}
}

// appendIdentity appends what the batch says and nothing else: the verdicts, the
// ids, and what is not in those.
func (p *parcel) appendIdentity(to []byte) []byte {
	b, all := &p.batch, everyField[p.batch.Tipo]
	to = b.AppendShared(to, all, 0)
	for rec, status := range b.Status {
		to = append(append(to, byte(status)), p.ids[rec][:]...)
		op, _ := b.Text(schema.TipoOperazione, rec)
		to = append(append(to, byte(len(op))), op...)
		if b.Tipo == flusso.Ritorno { // its header is in each record
			to = b.AppendOwn(to, all, rec)
		}
	}
	return to
}

// look gives records to a view.
func look(v *anonymize.View) taker {
	var from anonymize.Mark
	return func(p *parcel) error {
		if p.first {
			from = v.Mark()
		}
		switch {
		case p.void:
			v.Void(from)
			return nil
		case p.done:
			return nil
		}
		return v.AddRead(&p.batch, p.ids, &p.read)
	}
}

// fatesOf are what became of the accepted records, in order.
func fatesOf(outcomes []state.Outcome) []schema.Status {
	fates := make([]schema.Status, len(outcomes))
	for i, outcome := range outcomes {
		fates[i] = statusOf(outcome)
	}
	return fates
}

// statusOf is what an outcome makes of an accepted record.
func statusOf(o state.Outcome) schema.Status {
	switch {
	case o == state.Duplicate, o == state.Reinstated: // its row is there
		return schema.Duplicate
	case !o.Current():
		return schema.Withdrawn
	}
	return schema.Accepted
}
