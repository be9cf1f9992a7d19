// Package schedule reads the exchanges of the folder schedules/, one YAML
// each: when to run, what to take or give, what the flow is, to whom it is
// disclosed or relayed, and what is expected to arrive.
//
// What it promises: every fault of every file at once (see config/strict);
// times of day that hold through daylight saving: a skipped time runs right
// after the gap, a doubled one once; Check tells what does not fit the
// configuration before anything runs.
//
// What it does not: it runs nothing and keeps no clock. What was missed while
// the program was down is the ledger's knowledge.
package schedule
