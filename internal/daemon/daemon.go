package daemon

import (
	"context"
	"errors"
	"fmt"
	"time"

	"golang.org/x/sync/errgroup"

	"flussi/internal/config"
	"flussi/internal/exchange"
	"flussi/internal/flusso"
	"flussi/internal/ledger"
	"flussi/internal/schedule"
)

// House runs schedules and keeps the ledger; *exchange.House is one.
type House interface {
	Run(context.Context, *schedule.Schedule, exchange.RunOptions) (*exchange.Result, error)
	Ledger() *ledger.Ledger
}

var _ House = (*exchange.House)(nil)

// World is what the daemon works with until it is read anew.
type World struct {
	House     House
	Config    *config.Config
	Schedules []*schedule.Schedule
	// Refused is what was last read anew and is not this: it has faults. nil: nothing.
	Refused *Refusal
}

// Options are what a daemon needs from its surroundings.
type Options struct {
	Now func() time.Time // the clock; compulsory
	// Tell is told what happens, by several goroutines; nil: nobody listens.
	Tell func(Event)
	// Load reads the world anew, over the premises of the house in use; nil: it
	// is never read anew.
	Load func(context.Context) (World, error)
	// Room tells, by an error, that the disk of the state folder has none, or
	// takes no writes. nil: spool.Room for DiskRoom.
	Room func(dir string) error
	// Jitter gives a number in [0,1) that shortens pauses. nil: they are whole.
	Jitter func() float64
	// Idle is called whenever nothing is under way any more; nil: nothing is.
	Idle func()
	// Notices tells people what there is to look at, and gives signs of life. It is called
	// by one goroutine, again and again while the daemon is at work, and may take its
	// time. nil: nobody is told.
	Notices func(context.Context, World) error
	// Notify is told how the daemon is: systemd, where it started it. nil: nobody.
	Notify *Notifier
	// Status says in a line for people what the daemon does; nil: English.
	Status func(State) string

	// Tick is how often the clock is looked at though nothing is due: clocks are
	// set, machines sleep. 0: a minute.
	Tick time.Duration
	// SideBySide is how many runs move bytes at once. 0: 4.
	SideBySide int
	// Patience is how long a stop waits for what is at hand. 0: 5 minutes;
	// negative: for ever.
	Patience time.Duration
}

// Orders are what a daemon is told while it runs; each may be nil.
type Orders struct {
	Reload <-chan struct{} // read the configuration anew
	Cut    <-chan struct{} // closed: break off what a stop would wait for
	// Look asks what the daemon does just now, and with which world: whoever is handed
	// over is called by the loop, which waits for it.
	Look <-chan func(State, World)
	Hand <-chan *Handed // runs that persons ask for
}

// Daemon runs the schedules of a World.
type Daemon struct {
	Options
	World
	entries []*entry // by name
	open    []ledger.Expectation
	under   map[string]*schedule.Schedule // the runs under way, as they were begun
	ended   chan ended
	handed  []*Handed     // that wait
	stop    chan struct{} // closed: runs take no further file
	broken  bool          // a stop broke off
	news    chan World    // for Notices: the newest alone
}

// errCut is the cause of runs that a stop does not wait for.
var errCut = &flusso.Error{Op: "daemon", Kind: flusso.Transient, What: textCut, Hint: hintCut}

// New makes a daemon; Serve runs it.
func New(w World, o Options) *Daemon {
	if o.Tell == nil {
		o.Tell = func(Event) {}
	}
	if o.Room == nil {
		o.Room = roomFor
	}
	if o.Jitter == nil {
		o.Jitter = func() float64 { return 1 }
	}
	if o.Idle == nil {
		o.Idle = func() {}
	}
	if o.Status == nil {
		o.Status = State.String
	}
	if o.Tick == 0 {
		o.Tick = time.Minute
	}
	if o.SideBySide == 0 {
		o.SideBySide = 4
	}
	if o.Patience == 0 {
		o.Patience = 5 * time.Minute
	}
	return &Daemon{Options: o, World: w, under: map[string]*schedule.Schedule{}, ended: make(chan ended), stop: make(chan struct{}), news: make(chan World, 1)}
}

// Serve runs the schedules until ctx ends, and then stops in order: nil. An error
// is one of the start, or a stop that had to break off.
func (d *Daemon) Serve(ctx context.Context, o Orders) error {
	work, cut := context.WithCancelCause(context.WithoutCancel(ctx))
	defer cut(nil)
	if err := d.adopt(work, d.World); err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	var notices errgroup.Group
	notices.Go(func() error { d.notices(ctx); return nil })
	defer func() { close(d.news); _ = notices.Wait() }()
	d.Idle()
	d.Notify.ready()
	d.Tell(Event{MessageType: "ready", Schedules: len(d.entries)})
	for ctx.Err() == nil {
		next := d.round(work)
		d.tellPeople()
		d.Notify.alive(d.Status, d.state())
		pause := time.NewTimer(d.pause(next))
		select {
		case <-ctx.Done():
		case <-pause.C:
		case r := <-d.ended:
			d.settle(work, r)
		case <-o.Reload:
			d.reload(work)
		case look := <-o.Look:
			look(d.state(), d.World)
		case h := <-o.Hand:
			d.take(work, h)
		}
		pause.Stop()
	}
	return d.finish(cut, o)
}

// pause is how long to wait until something may be due at an instant; zero:
// nothing is.
func (d *Daemon) pause(next time.Time) time.Duration {
	most := d.Tick
	if every := d.Notify.Watchdog(); every > 0 {
		most = min(most, every/2)
	}
	if next.IsZero() {
		return most
	}
	return min(max(next.Sub(d.Now()), 0), most)
}

// finish waits for the runs under way, which take no further file.
func (d *Daemon) finish(cut context.CancelCauseFunc, o Orders) error {
	order := o.Cut
	close(d.stop)
	d.refuseHanded()
	d.Notify.stopping()
	d.Tell(Event{MessageType: "stopping", Running: len(d.under)})
	var patience <-chan time.Time
	if d.Patience > 0 {
		timer := time.NewTimer(d.Patience)
		defer timer.Stop()
		patience = timer.C
	}
	// What a run that ends says is entered however the stop goes on.
	ctx := context.Background()
	for len(d.under) > 0 {
		d.Notify.alive(d.Status, d.state())
		alive := time.NewTimer(d.pause(time.Time{}))
		select {
		case r := <-d.ended:
			d.settle(ctx, r)
		case <-order:
			cut(errCut)
			d.broken, order = true, nil
		case <-patience:
			cut(errCut)
			d.broken, patience = true, nil
		case look := <-o.Look:
			s := d.state()
			s.Stopping = true
			look(s, d.World)
		case h := <-o.Hand:
			refuseStopping(h)
		case <-alive.C:
		}
		alive.Stop()
	}
	d.Tell(Event{MessageType: "stopped"})
	if d.broken {
		return errCut
	}
	return nil
}

// reload takes up a world that was read anew, or says what is wrong with it.
func (d *Daemon) reload(ctx context.Context) {
	if d.Load == nil {
		return
	}
	d.Notify.reloading()
	defer d.Notify.ready()
	w, err := d.Load(ctx)
	if err == nil {
		err = d.adopt(ctx, w)
	}
	if err != nil {
		d.refuse(ctx, err)
		return
	}
	d.Tell(Event{MessageType: "reloaded", Schedules: len(d.entries)})
}

// note writes to the ledger; what it cannot write the daemon knows all the same,
// until it ends.
func (d *Daemon) note(ctx context.Context, do func(*ledger.Tx) error) {
	if err := d.House.Ledger().Update(ctx, do); err != nil && !errors.Is(err, errCut) {
		d.Tell(Event{MessageType: "not_noted", Err: err})
	}
}

// tellPeople has Notices look at how things stand; where it still does, it looks again.
func (d *Daemon) tellPeople() {
	select {
	case <-d.news:
	default:
	}
	d.news <- d.World
}

// notices calls Notices with what tellPeople gives it, until a stop.
func (d *Daemon) notices(ctx context.Context) {
	for w := range d.news {
		if d.Notices == nil || ctx.Err() != nil {
			continue
		}
		if err := d.Notices(ctx, w); err != nil && ctx.Err() == nil {
			d.Tell(Event{MessageType: "not_noted", Err: err})
		}
	}
}
