// Package web calls services of others over HTTP: copies of the audit log,
// notices, signs of life, tokens.
//
// It promises:
//   - who is called is known by its certificate (TLS 1.2 at least), by a file of
//     certificates where one is given; a redirection is not followed, so that a
//     token goes nowhere else;
//   - no error holds an address, a header or a body: each may hold a secret;
//   - a call ends when its context does, and what is read of an answer is bounded.
//
// It does not promise that a call is made once: a lost answer is asked for again
// under the same Idempotency-Key, by which the service knows it.
package web
