// Package daemon runs schedules at their times, for years.
//
// It promises:
//   - every time of a schedule is run for once: by a run of its own or, when it
//     passed while the daemon was down, blocked or failing, by the next run,
//     which stands for all that it makes up for (its ledger row says up to
//     which). What is settled is written in the transaction that ends the run;
//   - a run that fails is made again after a pause that doubles, up to an hour;
//     what is known to hold it up (disk, key, window, an endpoint that rests) is
//     told by that name, waited out, and gone on from by itself;
//   - a schedule never overlaps itself, nor one that it shares a place or a
//     recipient with (exchange.Shares);
//   - what is expected and does not come is an alarm at its time or, when the
//     daemon was down then, at its next start, once it has looked itself;
//   - told to stop, it takes no further file, brings what it has to the end, and
//     stops; told again, or when its patience ends, it breaks off, which is safe:
//     the next start goes on;
//   - a configuration that is read anew and has a fault changes nothing.
//
// What it does not promise: to be on time after the system's clock was wrong. A
// clock that was set back runs nothing twice; of one that was more than a day ahead
// nothing is believed any more, neither what ran nor what was missing nor what rests, and
// times begin anew from now.
//
// A crash leaves runs without an end, which the next start closes as
// interrupted; what they were for is due again at once.
//
// One goroutine (loop.go) decides everything; runs are goroutines that tell it
// when they end. Time is a parameter.
package daemon
