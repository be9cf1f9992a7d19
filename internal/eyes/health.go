package eyes

import (
	"context"
	"encoding/json"
	"net/http"
	"sync"
	"time"

	"flussi/internal/daemon"
	"flussi/internal/flusso"
	"flussi/internal/ledger"
	"flussi/internal/spool"
)

// Policy of this file: healthy is a process whose loop answers: where it is not, a new
// start helps. Ready is one that does its work; where it is not, a start may not help,
// and the reasons say what does.

// The reasons why it is not, with the words for people.
var reasons = map[string]flusso.Text{
	"loop":          textLoop,
	"stopping":      textStopping,
	"configuration": textConfiguration,
	"ledger":        textLedger,
	"disk":          textDisk,
}

// writableFor is for how long it is believed that the ledger can be written to, or not:
// whoever asks often costs no more than who asks seldom.
const writableFor = 2 * time.Second

// verdict is what was last found out, and when.
type verdict struct {
	mu     sync.Mutex
	at     time.Time
	reason string
}

func (s *Server) healthz(w http.ResponseWriter, r *http.Request) {
	var why []string
	if _, _, ok := s.ask(r.Context()); !ok {
		why = append(why, "loop")
	}
	s.answer(w, "healthy", why)
}

func (s *Server) readyz(w http.ResponseWriter, r *http.Request) {
	s.answer(w, "ready", s.unready(r.Context()))
}

// unready are the reasons why it is not ready; none: it is.
func (s *Server) unready(ctx context.Context) (why []string) {
	state, world, ok := s.ask(ctx)
	if !ok {
		return []string{"loop"}
	}
	return s.notReady(ctx, state, world)
}

// notReady is unready of a daemon whose loop answered.
func (s *Server) notReady(ctx context.Context, state daemon.State, world daemon.World) (why []string) {
	if state.Stopping {
		why = append(why, "stopping")
	}
	s.mu.Lock()
	if s.refused {
		why = append(why, "configuration")
	}
	s.mu.Unlock()
	if reason := s.unwritable(ctx, world); reason != "" {
		why = append(why, reason)
	}
	return why
}

// unwritable tells why the state folder takes no writes; "" when it does.
func (s *Server) unwritable(ctx context.Context, w daemon.World) string {
	v := &s.writable
	v.mu.Lock()
	defer v.mu.Unlock()
	if now := s.Now(); v.at.IsZero() || now.Sub(v.at) >= writableFor || now.Before(v.at) {
		v.at, v.reason = now, s.tryWrite(ctx, w)
	}
	return v.reason
}

func (s *Server) tryWrite(ctx context.Context, w daemon.World) string {
	if spool.FullOrReadOnly(s.Room(w.Config.State)) {
		return "disk"
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.patience)
	defer cancel()
	// A transaction that takes the write lock and changes nothing.
	if err := w.House.Ledger().Update(ctx, func(*ledger.Tx) error { return nil }); err != nil {
		return "ledger"
	}
	return ""
}

// reason is one of an answer's.
type reason struct {
	Reason  string `json:"reason"`
	Message string `json:"message"`
}

// answer says yes (200) or why not (503).
func (s *Server) answer(w http.ResponseWriter, word string, why []string) {
	body := struct {
		Status  string   `json:"status"`
		Reasons []reason `json:"reasons,omitempty"`
	}{Status: word}
	code := http.StatusOK
	for _, r := range why {
		code, body.Status = http.StatusServiceUnavailable, "not "+word
		body.Reasons = append(body.Reasons, reason{r, reasons[r].In(s.Lang)})
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	_ = json.NewEncoder(w).Encode(body) // whoever asked may be gone
}
