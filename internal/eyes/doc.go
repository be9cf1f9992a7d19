// Package eyes lets others look at a daemon at work, by HTTP: whether it lives
// (/healthz), whether it is ready (/readyz), and how everything stands (/metrics, in
// Prometheus' format).
//
// It promises:
//   - the daemon's own loop answers, or the answer is no: a process that hangs is not
//     called healthy;
//   - every metric there is stands in docs/metrics.md, and no other; its labels are words
//     of the configuration or of the house, so that their number is bounded: what the
//     configuration does not know is called "other";
//   - nothing personal, no file name, no secret, and nothing that changes anything: there
//     is no request but GET and HEAD;
//   - where other machines can connect there is TLS and a token, or no listener; at an
//     address of this machine, pages of a browser are not answered under another name;
//   - whoever connects takes little: connections, headers, times and answers at once are
//     bounded.
//
// It does not promise figures of one instant: they are read one after the other.
//
// A crash leaves at most a socket file, which the next start removes.
package eyes
