package desk

import (
	"net/http"
	"sync"
	"time"
)

// presence knows whether a page is open: each keeps a stream of events that never
// says anything. The desk is gone when the last one ended Linger ago, or when
// nobody came.
type presence struct {
	linger time.Duration

	mu    sync.Mutex
	pages int
	timer *time.Timer
	over  chan struct{}
	once  sync.Once
}

func newPresence(linger, arrival time.Duration) *presence {
	p := &presence{linger: linger, over: make(chan struct{})}
	p.timer = time.AfterFunc(arrival, p.leave)
	return p
}

func (p *presence) gone() <-chan struct{} { return p.over }

func (p *presence) leave() { p.once.Do(func() { close(p.over) }) }

func (p *presence) come() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.pages++
	p.timer.Stop()
}

func (p *presence) part() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.pages--; p.pages == 0 {
		p.timer.Reset(p.linger)
	}
}

// stream is the page's.
func (p *presence) stream(w http.ResponseWriter, r *http.Request) {
	p.come()
	defer p.part()
	w.Header().Set("Content-Type", "text/event-stream")
	w.WriteHeader(http.StatusOK)
	out := http.NewResponseController(w)
	beat := time.NewTicker(20 * time.Second) // finds out that a browser has gone
	defer beat.Stop()
	for {
		if _, err := w.Write([]byte(":\n\n")); err != nil || out.Flush() != nil {
			return
		}
		select {
		case <-r.Context().Done():
			return
		case <-beat.C:
		}
	}
}
