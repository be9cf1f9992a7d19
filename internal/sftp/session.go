package sftp

import (
	"context"
	"io"
	"sync"
	"sync/atomic"
)

// Progress is told how many of a transfer's bytes are moved, first with how many
// it begins: those of an earlier, broken-off transfer. It is called from the
// transfer's own goroutine and often: it must be quick.
type Progress func(done, total int64)

// Session is a Client that went through a Gate: it keeps one of the endpoint's
// places until it is closed, moves no faster than the endpoint's bandwidth,
// and tells how far it has come.
type Session struct {
	*Client
	gate *Gate
	// writing: Deliver has begun to write. What it reads of its source before
	// that is to compare hashes, and moves nothing.
	writing atomic.Bool
}

func (s *Session) following(next func(Step) error) func(Step) error {
	return func(step Step) error {
		if step == StepWrite {
			s.writing.Store(true)
		}
		if next == nil {
			return nil
		}
		return next(step)
	}
}

// Fetch is Client.Fetch, metered. progress may be nil.
func (s *Session) Fetch(ctx context.Context, r Remote, landing Landing, progress Progress) (Result, error) {
	return s.Client.Fetch(ctx, r, &meteredLanding{landing, ctx, s.gate, func(Remote) Progress { return progress }})
}

// FetchAll is Client.FetchAll, metered. begin gives, for a file that is not
// taken in a group, whom to tell how far it has come; it may be nil.
func (s *Session) FetchAll(ctx context.Context, files []Remote, landing GroupLanding, begin func(Remote) Progress, done func(Fetched) error) error {
	if begin == nil {
		begin = func(Remote) Progress { return nil }
	}
	metered := &meteredGroup{meteredLanding{landing, ctx, s.gate, begin}, landing}
	return s.Client.FetchAll(ctx, files, metered, done)
}

// Deliver is Client.Deliver, metered. progress may be nil.
func (s *Session) Deliver(ctx context.Context, out Outgoing, progress Progress) (Receipt, error) {
	s.writing.Store(false)
	out.Source = &meteredSource{ReaderAt: out.Source, writing: &s.writing, meter: meter{ctx: ctx, gate: s.gate, tell: progress, total: out.Size}}
	return s.Client.Deliver(ctx, out)
}

// meter counts one transfer.
type meter struct {
	ctx         context.Context
	gate        *Gate
	tell        Progress
	mu          sync.Mutex
	done, total int64
}

// begin tells that the transfer goes on after the first held bytes.
func (m *meter) begin(held int64) {
	m.mu.Lock()
	m.done = held
	m.mu.Unlock()
	m.count(0)
}

// moved counts n bytes and waits where the endpoint's bandwidth asks for it.
func (m *meter) moved(n int) error {
	m.count(n)
	return m.gate.take(m.ctx, m.gate.bandwidth, float64(n))
}

func (m *meter) count(n int) {
	m.mu.Lock()
	m.done += int64(n)
	done := m.done
	m.mu.Unlock()
	if m.tell != nil {
		m.tell(done, m.total)
	}
}

type meteredLanding struct {
	Landing
	ctx   context.Context
	gate  *Gate
	begin func(Remote) Progress
}

func (l *meteredLanding) Begin(r Remote) (Part, error) {
	part, err := l.Landing.Begin(r)
	if err != nil {
		return nil, err
	}
	metered := &meteredPart{part, &meter{ctx: l.ctx, gate: l.gate, tell: l.begin(r), total: r.Size}}
	metered.meter.begin(part.Held())
	return metered, nil
}

type meteredGroup struct {
	meteredLanding
	group GroupLanding
}

// Intend waits where what came before used more than the bandwidth: before the
// last READs, after which nothing waits.
func (l *meteredGroup) Intend(files []Remote) error {
	if err := l.gate.take(l.ctx, l.gate.bandwidth, 0); err != nil {
		return err
	}
	return l.group.Intend(files)
}

func (l *meteredGroup) CommitAll(files []Whole) ([][32]byte, error) {
	if bandwidth := l.gate.bandwidth; bandwidth != nil {
		bytes := 0
		for _, f := range files {
			bytes += len(f.Data)
		}
		bandwidth.take(l.gate.now(), float64(bytes))
	}
	return l.group.CommitAll(files)
}

type meteredPart struct {
	Part
	meter *meter
}

var _ Part = (*meteredPart)(nil)

func (p *meteredPart) Write(b []byte) (int, error) {
	n, err := p.Part.Write(b)
	if err != nil {
		return n, err
	}
	return n, p.meter.moved(n)
}

// Commit counts the last block without a wait: what the server has handed out
// is made safe first.
func (p *meteredPart) Commit(last []byte, size int64) (sum [32]byte, err error) {
	if sum, err = p.Part.Commit(last, size); err != nil {
		return sum, err
	}
	if bandwidth := p.meter.gate.bandwidth; bandwidth != nil {
		bandwidth.take(p.meter.gate.now(), float64(len(last))) // the next one waits
	}
	p.meter.count(len(last))
	return sum, nil
}

type meteredSource struct {
	io.ReaderAt
	writing *atomic.Bool
	begun   bool // by the one goroutine that reads, once it is writing
	meter   meter
}

func (s *meteredSource) ReadAt(b []byte, off int64) (int, error) {
	n, err := s.ReaderAt.ReadAt(b, off)
	if !s.writing.Load() {
		return n, err
	}
	if !s.begun {
		s.begun = true
		s.meter.begin(off) // what comes before is on the server
	}
	if waited := s.meter.moved(n); waited != nil {
		return n, waited
	}
	return n, err
}
