// Package backup takes the state of a house out into one archive, while it is at work,
// and puts it back: into an empty folder, or for a moment, to see that it can be done.
//
// An archive is a tar, packed with zstd and sealed with age (age-encryption.org/v1) for
// recipients whose secret keys are elsewhere. Its members:
//
//	state/…        ledger, keys, spool, states, reports
//	config/…       flussi.yaml and what it names, secrets that are files among it
//	datasets/…     releases, where they were asked for
//	manifest.json  what the others are, each with size and SHA-256; always the last
//
// Without this program age, zstd and tar give the files back:
//
//	age -d -i KEY ARCHIVE | zstd -dc | tar -x
//
// It promises:
//   - the ledger and the files of the state folder are of one moment: that in which
//     nobody could commit (ledger.Snapshot);
//   - nothing leaves in plain that a person could be known by, nor a key: without
//     recipients there are no keys in an archive, and no arrival that rests in plain;
//   - keys that are destroyed at a release's close are in no archive: a key that lives
//     for a round would live on in it;
//   - Restore writes nothing before every byte was verified, and then all of it or
//     nothing, to a folder that is not there or empty;
//   - an archive that is cut, altered or made to do harm (paths that lead out, links,
//     names twice, what grows without end) is refused, with Kind Corrupt.
//
// It does not promise that an archive is the newest: what was done since it was made is
// in no archive. A folder that was restored says so (Marker), and nothing is fetched or
// sent from it until a person has held it against a copy of the audit log.
//
// A crash of Create leaves links in the state folder (stage), which the next start of
// the house sweeps, and a temporary file beside the target, which nobody takes for an
// archive; one of Restore leaves a folder beside the target.
package backup
