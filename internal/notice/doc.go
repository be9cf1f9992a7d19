// Package notice tells people what they should look at: by mail, by calls of web
// services, and by a sign of life to a service that raises its own alarm without it.
//
// It promises:
//   - what is told is looked up in the ledger, where whoever did it entered it: a
//     trouble that began while nobody was there to tell is told by the next round,
//     whatever crashed between;
//   - a trouble is told once to each target, and once more when it is over. It is
//     told anew when its reason changes;
//   - a message is entered before it is sent. Its name (Message-ID, Idempotency-Key)
//     and its bytes stay the same however often it is tried;
//   - an address gets so many mails an hour and no more: what comes beside waits and
//     goes in one (round.go has the whole policy);
//   - nothing personal is in a message, nor any secret or address in a log or error;
//   - nothing waits for a server: a round that nobody answers ends, and goes on later.
//
// It does not promise that a mail arrives once: a server that took it and was not
// heard is sent it again, under the same Message-ID. That one who is told reads it
// nobody knows.
//
// A crash leaves troubles, notices and messages as the last commit has them; the next
// round goes on from there.
package notice
