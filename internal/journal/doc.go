// Package journal turns what a daemon and its runs tell into events with stable names:
// JSON lines, and messages for a SIEM (CEF, or RFC 5424 with structured data).
//
// It promises:
//   - every kind of event has an ID, a name and a severity that stay as they are, and
//     stands in docs/events.md; no other does;
//   - an event holds what daemon.Event and exchange.Event hold: names of the
//     configuration, masked file names, counts, and the words of errors. Nothing personal,
//     no secret;
//   - whoever tells something waits for no server.
//
// It does not promise that a server got everything: what it did not is counted (Dropped)
// and stands in the lines.
//
// A crash loses what a server had not been sent yet.
package journal
