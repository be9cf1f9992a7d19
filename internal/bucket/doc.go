// Package bucket publishes releases to an S3-compatible bucket as package dataset
// does on a disk: every file of releases/<id>/, then the manifest, then
// current.json is replaced. It moves bytes and names, and knows no record.
//
// What it promises:
//   - a reader who follows current.json finds the old release or the new one,
//     whole: it is replaced last, by a conditional write (If-Match what was read,
//     If-None-Match the first time), so that of two who publish at once one is
//     refused;
//   - what is there already, by size and SHA-256, is not sent again; what the
//     release before it has is copied by the server; a large file goes in pieces
//     and an interrupted one goes on where it stopped;
//   - every body goes with its SHA-256, which the server holds against what came;
//   - memory does not grow with a file's size;
//   - no secret and no address with a signature is in an error.
//
// What it does not: it cannot make a server that ignores conditions honour them
// (Probe finds out), it does not read back what was sent, and it takes the word of
// the server for what is there.
//
// What a crash leaves: objects below releases/<id>/ that nobody is pointed to, and
// pieces of a large file, which the next Publish of that release goes on with.
package bucket
