// Package syslog speaks to syslog servers: messages of RFC 5424, events in ArcSight's
// Common Event Format, over UDP, TCP (RFC 6587 3.4.1), TLS (RFC 5425) and the socket of
// this machine.
//
// It promises:
//   - what a message holds arrives as one message, whatever is in it: texts are escaped
//     as their formats want it;
//   - over TCP and TLS Finish tells whether the server read to the end; a Sender tells
//     how many messages were not taken.
//
// It does not promise that a datagram arrived: nobody knows.
//
// A crash loses what a Sender had not sent yet, which are messages of the last moments.
package syslog
