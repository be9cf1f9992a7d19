package sftp

import (
	"context"
	"io"
	"sync"
	"sync/atomic"
)

// Progress is told how many of a transfer's bytes are moved, from the
// transfer's own goroutine and often: it must be quick.
type Progress func(done, total int64)

// Session is a Client that went through a Gate: it keeps one of the endpoint's
// places until it is closed, moves no faster than the endpoint's bandwidth,
// and tells how far it has come.
type Session struct {
	*Client
	gate  *Gate
	leave func()
	// writing: Deliver has begun to write. What it reads of its source before
	// that is to compare hashes, and moves nothing.
	writing atomic.Bool
}

// Close ends the connection, then gives the place back.
func (s *Session) Close() error {
	defer s.leave()
	return s.Client.Close()
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
	return s.Client.Fetch(ctx, r, &meteredLanding{landing, meter{ctx: ctx, gate: s.gate, tell: progress, total: r.Size}})
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
	meter meter
}

func (l *meteredLanding) Begin(r Remote) (Part, error) {
	part, err := l.Landing.Begin(r)
	if err != nil {
		return nil, err
	}
	return &meteredPart{part, &l.meter}, nil
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
func (p *meteredPart) Commit(last []byte, sum [32]byte, size int64) error {
	if err := p.Part.Commit(last, sum, size); err != nil {
		return err
	}
	if bandwidth := p.meter.gate.bandwidth; bandwidth != nil {
		bandwidth.take(p.meter.gate.now(), float64(len(last))) // the next one waits
	}
	p.meter.count(len(last))
	return nil
}

type meteredSource struct {
	io.ReaderAt
	writing *atomic.Bool
	meter   meter
}

func (s *meteredSource) ReadAt(b []byte, off int64) (int, error) {
	n, err := s.ReaderAt.ReadAt(b, off)
	if !s.writing.Load() {
		return n, err
	}
	if waited := s.meter.moved(n); waited != nil {
		return n, waited
	}
	return n, err
}
