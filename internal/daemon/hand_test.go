package daemon

import (
	"context"
	"testing"
	"time"

	"flussi/internal/exchange"
	"flussi/internal/flusso"
)

// asked is a run that the test asked for, and what it was told.
type asked struct {
	waits  bool
	result *exchange.Result
	err    error
	over   chan struct{}
}

// serve has a daemon at work that persons can ask; stop ends it in order.
func (sc *scene) serve() (hand chan *Handed, stop func()) {
	sc.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	hand, over := make(chan *Handed), make(chan error)
	go func() { over <- New(sc.world, sc.opt).Serve(ctx, Orders{Hand: hand}) }()
	time.Sleep(time.Second)
	return hand, func() {
		cancel()
		if err := <-over; err != nil {
			sc.Error(err)
		}
	}
}

// ask asks for a run and does not wait for it.
func ask(hand chan *Handed, name string, stop <-chan struct{}) *asked {
	a := &asked{over: make(chan struct{})}
	hand <- &Handed{
		Schedule: name, Stop: stop, Waits: func() { a.waits = true },
		Done: func(r *exchange.Result, err error) { a.result, a.err = r, err; close(a.over) },
	}
	return a
}

var morning = time.Date(2026, 3, 2, 6, 0, 0, 0, rome)

// TestHanded: a run that a person asks for stands for none of its schedule's times:
// what was due before is due, and what is due later comes.
func TestHanded(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		sc := newScene(t, morning, "name: uno\nwhen: \"CRON_TZ=Europe/Rome 30 7 * * *\"")
		defer sc.end()
		hand, stop := sc.serve()
		a := ask(hand, "uno", nil)
		<-a.over
		if a.err != nil || a.result == nil || a.waits {
			t.Errorf("%+v", a)
		}
		time.Sleep(3 * time.Hour)
		stop()
		runs := sc.runs("uno")
		if len(runs) != 2 || !runs[0].Due.IsZero() || runs[1].Due.IsZero() {
			t.Errorf("runs: %+v", runs)
		}
		if told := sc.events("begun"); len(told) != 2 || !told[0].ByHand || told[1].ByHand {
			t.Errorf("told: %+v", told)
		}
	})
}

// TestHandedInTurn: of one schedule there is one run at a time; two that share what they
// take from wait for each other, and the person is told.
func TestHandedInTurn(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		sc := newScene(t, morning, "name: uno\npull: {from: \"inps:/out\"}\nreport: r", "name: due\npull: {from: \"inps:/out\"}\nreport: r2")
		defer sc.end()
		sc.house.takes = func(string) time.Duration { return time.Minute }
		hand, stop := sc.serve()
		first := ask(hand, "uno", nil)
		again := ask(hand, "uno", nil)
		<-again.over
		if flusso.KindOf(again.err) != flusso.Locked {
			t.Errorf("a second time: %v", again.err)
		}
		other := ask(hand, "due", nil)
		twice := ask(hand, "due", nil)
		<-twice.over
		if flusso.KindOf(twice.err) != flusso.Locked {
			t.Errorf("while it waits: %v", twice.err)
		}
		unknown := ask(hand, "tre", nil)
		<-unknown.over
		if flusso.KindOf(unknown.err) != flusso.Config {
			t.Errorf("unknown: %v", unknown.err)
		}
		<-first.over
		<-other.over
		if first.err != nil || other.err != nil || first.waits || !other.waits {
			t.Errorf("%+v %+v", first, other)
		}
		stop()
	})
}

// TestHandedStop: a stop of the daemon, or of the person who asked, has the run take no
// further file; who still waits is told at once.
func TestHandedStop(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		sc := newScene(t, morning, "name: uno\npull: {from: \"inps:/out\"}\nreport: r", "name: due\npull: {from: \"inps:/out\"}\nreport: r2")
		defer sc.end()
		sc.house.takes = func(string) time.Duration { return time.Hour }
		hand, stop := sc.serve()
		enough := make(chan struct{})
		mine := ask(hand, "uno", enough)
		never := ask(hand, "due", enough)
		time.Sleep(time.Minute)
		close(enough)
		<-mine.over
		<-never.over
		if never.result != nil || never.err == nil || len(sc.runs("due")) != 0 {
			t.Errorf("a run began that nobody wants: %+v", never)
		}
		if mine.err != nil || !mine.result.Stopped {
			t.Errorf("the person's word: %+v", mine)
		}
		under := ask(hand, "uno", nil)
		waiting := ask(hand, "due", nil)
		time.Sleep(time.Minute)
		stop()
		<-under.over
		<-waiting.over
		if under.err != nil || !under.result.Stopped {
			t.Errorf("under way: %+v", under)
		}
		if flusso.KindOf(waiting.err) != flusso.Locked {
			t.Errorf("waiting: %v", waiting.err)
		}
	})
}

// TestHandedHeals: a schedule that is held up is tried at once after a person's run that
// did its work; one that failed changes nothing.
func TestHandedHeals(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		sc := newScene(t, morning, "name: uno\nwhen: \"CRON_TZ=Europe/Rome 5 6 * * *\"")
		defer sc.end()
		fail := true
		sc.house.fails = func(string) error {
			if fail {
				return transient
			}
			return nil
		}
		hand, stop := sc.serve()
		time.Sleep(30 * time.Minute)
		blocked := len(sc.events("failed"))
		a := ask(hand, "uno", nil)
		<-a.over
		if flusso.KindOf(a.err) != flusso.Transient || blocked == 0 {
			t.Fatalf("%v after %d", a.err, blocked)
		}
		fail = false
		b := ask(hand, "uno", nil)
		<-b.over
		time.Sleep(5 * time.Second)
		if freed := sc.events("freed"); b.err != nil || len(freed) != 1 {
			t.Errorf("%v, freed %d", b.err, len(freed))
		}
		stop()
	})
}
