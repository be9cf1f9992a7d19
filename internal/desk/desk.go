// Package desk is the local page of the comune's officer: she drops a file and
// reads, in her language, what it is and what INPS would say of it. It has no
// rules of its own; container, schema and report judge, as `flussi validate` does.
//
// It promises:
//   - the page answers on the loopback address alone, on a port that the system
//     chooses, and only to the browser that was let in: a key for one use in the
//     address that is opened, then a cookie (door.go). Neither another user of the
//     same computer, who lacks the key, nor a web site, which a browser names in
//     Host or Origin, gets an answer; nothing is asked of any other computer;
//   - a dropped file is kept sealed with a key of the process, in a file without
//     a name where the system allows it (hold.go), as long as the page is open;
//     closing the page ends all (presence.go);
//   - memory is bounded whatever the file: of faults, maxPlaces are kept one by
//     one and all are counted.
//
// What a crash leaves behind is noise under a name that tells nothing, and what
// internal/office says of its own.
package desk

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"

	"flussi/internal/flusso"
	"flussi/internal/schema"
)

// Options of Listen.
type Options struct {
	Lang flusso.Lang
	// Folder is for what is dropped; the system's for temporary files when empty.
	Folder string
	// Options judge what is dropped; Faults is the desk's own.
	Options schema.Options
	// Root is the folder of the Enti whose flows are prepared and followed (internal/office);
	// empty: none are. Out is where the files go that the portal takes.
	Root, Out string
	Login     string           // user name of the process, for the Enti's logs
	Now       func() time.Time // the clock; time.Now when nil
	// Linger is how long the desk lives on without a page: a page that is loaded
	// anew is away for a moment. Arrival is how long it waits for the first one.
	// 10 seconds and 10 minutes when zero.
	Linger, Arrival time.Duration
	// Report is told what went wrong where no page can say it; may be nil.
	Report func(error)
}

// Desk is the page, listening. Serve ends it.
type Desk struct {
	o        Options
	door     *door
	presence *presence
	listener net.Listener
	http     *http.Server

	mu    sync.Mutex
	works []*work // what was dropped, by number; nil: taken away

	memory sync.Mutex // an Ente's memory is open for one request at a time
}

// Listen makes the page at a port that the system chooses.
func Listen(ctx context.Context, o Options) (*Desk, error) {
	if o.Linger == 0 {
		o.Linger = 10 * time.Second
	}
	if o.Arrival == 0 {
		o.Arrival = 10 * time.Minute
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Report == nil {
		o.Report = func(error) {}
	}
	var lc net.ListenConfig
	listener, err := lc.Listen(ctx, "tcp4", "127.0.0.1:0")
	if err != nil {
		return nil, &flusso.Error{Op: "open page", Kind: flusso.Transient, What: textNoPort, Hint: hintNoPort, Err: err}
	}
	d := &Desk{o: o, listener: listener, presence: newPresence(o.Linger, o.Arrival)}
	d.door = newDoor(listener.Addr().String(), o.Lang)
	d.http = &http.Server{
		Handler:           d.door.guard(d.pages()),
		ReadHeaderTimeout: 10 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
		ErrorLog:          quiet, // a browser that goes away is no news
	}
	return d, nil
}

// Address is what a browser opens, once.
func (d *Desk) Address() string { return d.door.address() }

// Serve answers until the page is closed, or ctx ends; nil for both.
func (d *Desk) Serve(ctx context.Context) error {
	ctx, stop := context.WithCancel(ctx)
	d.http.BaseContext = func(net.Listener) context.Context { return ctx }
	served := make(chan error, 1)
	go func() { served <- d.http.Serve(d.listener) }()
	var err error
	select {
	case err = <-served:
	case <-ctx.Done():
	case <-d.presence.gone():
	}
	stop() // ends what is being judged, and the pages' streams
	const patience = 2 * time.Second
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
	defer cancel()
	if d.http.Shutdown(last) != nil {
		_ = d.http.Close() // whoever is still there gets no more
	}
	err = errors.Join(err, d.forgetAll())
	if err != nil && !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve page: %w", err)
	}
	return nil
}

// add gives a dropped file its number, from 1.
func (d *Desk) add(w *work) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.works = append(d.works, w)
	w.Number = len(d.works)
}

// work gives what has a number; nil when there is none.
func (d *Desk) work(number int) *work {
	d.mu.Lock()
	defer d.mu.Unlock()
	if number < 1 || number > len(d.works) {
		return nil
	}
	return d.works[number-1]
}

// all gives what is there, the newest first.
func (d *Desk) all() (there []*work) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for i := len(d.works) - 1; i >= 0; i-- {
		if d.works[i] != nil {
			there = append(there, d.works[i])
		}
	}
	return there
}

// forget takes a file away, and what repairs made of it.
func (d *Desk) forget(number int) error {
	d.mu.Lock()
	var w *work
	if number >= 1 && number <= len(d.works) {
		w, d.works[number-1] = d.works[number-1], nil
	}
	var made []int
	for _, other := range d.works {
		if other != nil && other.Mended != nil && other.Mended.Of == w {
			made = append(made, other.Number)
		}
	}
	d.mu.Unlock()
	if w == nil {
		return nil
	}
	var errs []error
	for _, n := range made {
		errs = append(errs, d.forget(n))
	}
	return errors.Join(append(errs, w.close())...)
}

func (d *Desk) forgetAll() error {
	var errs []error
	for _, w := range d.all() {
		errs = append(errs, d.forget(w.Number))
	}
	return errors.Join(errs...)
}

// Close ends a desk that was never served.
func (d *Desk) Close() error { return d.listener.Close() }
