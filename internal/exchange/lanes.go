package exchange

import (
	"context"
	"crypto/sha256"
	"errors"
	"hash"
	"runtime"
	"sync"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"flussi/internal/anonymize"
	"flussi/internal/flusso"
	"flussi/internal/schema"
	"flussi/internal/scratch"
	"flussi/internal/spool"
	"flussi/internal/state"
)

// lanes carry the batches of files, each read once, to all who take of them: the
// state, which will say what repeats or is withdrawn, and the views. Every taker
// is a goroutine and gets the parcels of its kind of flow in the order of the
// files; between reading and taking, records are identified on all cores. So
// what a taker sees does not depend on GOMAXPROCS.
type lanes struct {
	ctx      context.Context
	group    *errgroup.Group
	key      []byte // by which the state knows records
	folder   string // of its scratch space
	open     func(flusso.Tipo) ([]*anonymize.View, error)
	kinds    map[flusso.Tipo]*lane
	free     chan *parcel
	identify chan *parcel
	file     int // the one being read, from 0
	// beyond is by file the line of its first record with an amount that cannot be
	// added up; 0 without any.
	beyond []int64
}

// lane is one kind of flow.
type lane struct {
	state   *state.Current
	scratch scratch.File
	views   []*anonymize.View // none: nobody wants it
	takers  []chan *parcel
	last    int // file that brought it parcels
	files   int // that count
	// identity hashes what the files say, but for those refused: the same for the
	// same records with the same verdicts, however they are wrapped.
	identity hash.Hash
}

// parcel is a batch on its way, or word that its file was refused whole.
type parcel struct {
	batch   schema.Batch
	ids     []anonymize.RecordID
	records []record // of the accepted ones
	beyond  int64    // line of the first one whose amount cannot be added up
	file    int
	first   bool // of its file in this lane
	done    bool // nothing but word that its file ends here
	void    bool // and that what it brought counts for nothing
	known   sync.WaitGroup
	left    atomic.Int32 // takers that have not let go of it
}

// newLanes makes lanes for so many files. open is asked for the views of a kind of
// flow when its first batch comes.
func newLanes(ctx context.Context, key []byte, folder string, files int, open func(flusso.Tipo) ([]*anonymize.View, error)) *lanes {
	l := &lanes{key: key, folder: folder, open: open, kinds: map[flusso.Tipo]*lane{}, beyond: make([]int64, files)}
	l.group, l.ctx = errgroup.WithContext(ctx)
	workers := runtime.GOMAXPROCS(0)
	parcels := 8*workers + 8 // a round of blocks, and some to work on while the next is read
	l.free, l.identify = make(chan *parcel, parcels), make(chan *parcel, parcels)
	for range parcels {
		l.free <- &parcel{}
	}
	for range workers {
		l.group.Go(func() error {
			id := newIdentifier(state.NewHasher(key))
			for p := range l.identify {
				p.identify(id)
				p.known.Done()
			}
			return nil
		})
	}
	return l
}

// identify finds out what the state and the views must know of each record.
func (p *parcel) identify(to *identifier) {
	p.ids, p.records, p.beyond = p.ids[:0], p.records[:0], 0
	b := &p.batch
	to.begin()
	for rec, status := range b.Status {
		var id anonymize.RecordID
		if status == schema.Accepted {
			if p.beyond == 0 && b.Tipo != flusso.SINBA && !anonymize.Countable(b, rec) {
				p.beyond = int64(b.Line(rec))
			}
			r := to.identify(b, rec)
			p.records = append(p.records, r)
			id = r.key.Record(r.content)
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
	if err != nil || len(to.views) == 0 {
		return err
	}
	p, err := l.parcel()
	if err != nil {
		return err
	}
	p.batch, *b = *b, p.batch
	p.first, p.void, p.done = to.last != l.file, false, false
	to.last = l.file
	p.known.Add(1)
	l.identify <- p // it has room for all that there are
	to.send(p)
	return nil
}

// end closes the file that was read; of one that is refused whole, nothing counts.
func (l *lanes) end(refused bool) error {
	for _, to := range l.kinds {
		switch {
		case to.last != l.file:
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
	l.file++
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

// forget removes what the state had in scratch space.
func (l *lanes) forget() (err error) {
	for _, to := range l.kinds {
		err = errors.Join(err, to.scratch.Close())
	}
	return err
}

// StateMemory bounds, in bytes, what the state of a kind of flow holds while files
// are disclosed here: a million records.
const StateMemory = 32 << 20

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
	to = &lane{last: -1, identity: sha256.New()}
	l.kinds[tipo] = to
	if to.state, err = state.Open(spool.OS, "", state.NewHasher(l.key)); err != nil {
		return nil, err
	}
	to.scratch.Folder = l.folder
	to.state.Within(scratch.Room{Memory: StateMemory, Space: &to.scratch})
	if to.views, err = l.open(tipo); err != nil || len(to.views) == 0 {
		return to, err
	}
	l.take(to, l.remember(to))
	for _, v := range to.views {
		l.take(to, look(v))
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
func (l *lanes) take(to *lane, take func(*parcel) error) {
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

// remember gives records to the state and to the identity of what is disclosed, and
// looks for amounts that cannot be added up.
func (l *lanes) remember(kind *lane) func(*parcel) error {
	from, to := 0, 0
	file, buf := sha256.New(), []byte(nil)
	return func(p *parcel) error {
		if p.first {
			from = to
			file.Reset()
		}
		switch {
		case p.void:
			kind.state.Void(from, to)
			return nil
		case p.done:
			kind.identity.Write(file.Sum(buf[:0]))
			return nil
		}
		buf = p.appendIdentity(buf[:0])
		file.Write(buf)
		for _, r := range p.records {
			to = kind.state.Add(r.op, r.key, r.content) + 1
		}
		if p.beyond > 0 && l.beyond[p.file] == 0 {
			l.beyond[p.file] = p.beyond
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
func look(v *anonymize.View) func(*parcel) error {
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
		return v.Add(&p.batch, p.ids)
	}
}

// fates are what became of the accepted records of a kind, in order.
func (to *lane) fates() ([]schema.Status, error) {
	result, err := to.state.Resolve()
	if err != nil {
		return nil, err
	}
	fates := make([]schema.Status, len(result.Outcomes))
	for i, outcome := range result.Outcomes {
		fates[i] = statusOf(outcome)
	}
	return fates, nil
}
