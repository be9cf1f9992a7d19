// Package audit takes the ledger's audit log where it is believed: it signs
// checkpoints of it, keeps copies away from this host, holds the log against
// them, and hands parts of it over with a proof.
//
// It promises:
//   - a checkpoint is a note of C2SP (tlog-checkpoint, signed-note) that others'
//     tools read, signed with Ed25519;
//   - what a copy was given it was given in order, each entry as its stored bytes,
//     and what it did not take is offered again;
//   - a log that lacks what a copy has, or has something else in its place, is
//     told from one that merely grew (Compare, Verify).
//
// It does not promise that a log rewritten as a whole, by somebody with its key,
// is found without a copy or a checkpoint that they could not change too. Of a
// syslog server nobody knows whether it kept what it was sent.
//
// A crash between a copy and the ledger's line about it sends entries again: a file
// is read first and has each once; syslog and webhooks may see some twice, under the
// same index.
package audit
