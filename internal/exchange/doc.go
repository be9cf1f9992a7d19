// Package exchange is one run of one schedule, from endpoint to release to
// delivery. Run (run.go) reads top to bottom as the life of a batch:
//
//	take      fetch what is new into the spool; each file durable and in the
//	          ledger before the other side may forget it
//	intake    decode and judge every file, once, while one View for each recipient
//	          and dataset takes its part; a broken file, or a relayed one with
//	          errors, goes whole into quarantine and waits for a person
//	disclose  what the views hold is decided, written and sealed, then published
//	forward   files allowed to pass unchanged go to their endpoint, and nothing
//	          of them stays here
//	deliver   releases go to the recipients that have an endpoint
//
// Besides schedules there is what a person moves by hand: Get and Put, runs
// like any other (hand.go, put.go, place.go), and List.
//
// It promises the invariants of ARCHITECTURE.md: nothing lost, nothing twice,
// books that balance or nothing published, one door out. A crash at any moment
// leaves a ledger from which Open settles what was under way (settle.go), and
// the next run goes on; where the world allows no certainty an arrival or a
// delivery is IN_DOUBT and says so until a person decides.
//
// No personal value leaves this package in an error, event or result.
package exchange
