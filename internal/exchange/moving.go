package exchange

import (
	"context"
	"time"

	"flussi/internal/ledger"
	"flussi/internal/sftp"
)

// Direction is which way bytes move.
type Direction string

const (
	In  Direction = "in"
	Out Direction = "out"
)

// Progress is how far a transfer has come. Name is masked.
type Progress struct {
	Endpoint  string
	Direction Direction
	Name      string
	Held      int64 // bytes of an earlier transfer that it goes on from
	Done      int64 // bytes, with those
	Total     int64
}

// progressEvery is how often the ledger and the metrics say how far a transfer
// has come: each time costs an fsync.
const progressEvery = 5 * time.Second

// longMove is how many bytes a process readies itself for (Options.Moving). With
// less the books of a file are as much work as its bytes.
const longMove = 16 << 20

// moving is a transfer under way, followed for people, the ledger and the
// metrics. What cannot be noted of it does not stop it.
type moving struct {
	h     *House
	ctx   context.Context
	p     Progress
	run   ledger.RunID
	begun time.Time
	noted time.Time
	told  bool            // with how much it begins
	over  func()          // Options.Moving's; nil: it is too short for that
	id    ledger.MovingID // once the ledger has it
}

func (h *House) follow(ctx context.Context, run ledger.RunID, endpoint string, d Direction, masked string) *moving {
	now := h.opt.Now()
	return &moving{h: h, ctx: ctx, run: run, p: Progress{Endpoint: endpoint, Direction: d, Name: masked}, begun: now, noted: now}
}

var _ sftp.Progress = (*moving)(nil).progress

func (m *moving) progress(done, total int64) {
	if !m.told {
		m.told, m.p.Held, m.p.Done = true, done, done
		if total-done >= longMove {
			m.over = m.h.opt.Moving()
		}
	}
	m.h.metrics.moved(m.p.Endpoint, m.p.Direction, max(0, done-m.p.Done))
	m.p.Done, m.p.Total = done, total
	m.h.opt.Progress(m.p)
	now := m.h.opt.Now()
	if now.Sub(m.noted) < progressEvery {
		return
	}
	m.noted = now
	m.h.writeMetrics()
	id := m.id
	err := m.h.ledger.Update(m.ctx, func(tx *ledger.Tx) (err error) {
		id, err = tx.SetMoving(m.ctx, ledger.Moving{
			ID: m.id, Run: m.run, Endpoint: m.p.Endpoint, Direction: string(m.p.Direction), MaskedName: m.p.Name, Held: m.p.Held, Done: done, Total: total, BegunAt: m.begun,
		})
		return err
	})
	if err != nil {
		m.h.opt.Log.Warn("progress not noted", "endpoint", m.p.Endpoint, "error", err)
		return
	}
	m.id = id
}

// end closes the transfer's books; err is what became of it.
func (m *moving) end(err error) {
	if m.over != nil {
		m.over()
	}
	m.h.metrics.ended(m.p.Endpoint, m.p.Direction, m.h.opt.Now().Sub(m.begun), err)
	if m.id == 0 {
		return
	}
	ctx := context.WithoutCancel(m.ctx)
	if err := m.h.ledger.Update(ctx, func(tx *ledger.Tx) error { return tx.EndMoving(ctx, m.id) }); err != nil {
		m.h.opt.Log.Warn("progress not noted", "endpoint", m.p.Endpoint, "error", err)
	}
}

// fetched is end of a fetch: what was committed is ours, whatever came after.
func (m *moving) fetched(result sftp.Result, err error) {
	if result.Committed {
		err = nil
	}
	m.end(err)
}

func (h *House) writeMetrics() {
	if err := h.metrics.write(h.fs, h.cfg.State); err != nil {
		h.opt.Log.Warn("metrics not written", "error", err)
	}
}
