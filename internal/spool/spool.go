// Package spool keeps local files durable: what a call has acknowledged is
// there after a power cut, and what a call was interrupted in leaves either
// the old state or the new one.
//
// WriteFile and CreateIdempotent are for files that can be made again. Spool
// is for arrivals, which cannot: the server may have forgotten them.
//
// What a crash leaves behind:
//   - of WriteFile, at most a file ending in ".flussi-part" beside the target,
//     which Sweep removes at the next start;
//   - of an arrival, at most a file ending in ".flussi-arrival", which nothing
//     removes by itself: Parts lists it, Resume takes it up, and an orphan is
//     adopted or quarantined, never deleted. Of a sealed one the last segment
//     may be torn: it was never acknowledged, and is cut off by whoever goes on.
//
// What it does not promise: several processes in one folder (Lock keeps them
// out), and protection from disks that acknowledge a flush they did not do.
//
// Every path and id is ours. No foreign file name ever reaches a disk.
//
// # Sealed arrivals
//
// With recipients (Keys) an arrival rests in a file named ID.sealed, and no
// plain byte of it ever reaches the disk. The file is a sequence of segments of
// at most 4 MiB, each written in one piece and synced before the next: a line
// of 64 bytes that tells its lengths, then an age file (age-encryption.org/v1)
// of the plain bytes and a line of 128 bytes with the arrival's id, the
// segment's number, its plain length and whether it is the last. So a segment
// that was altered, cut, swapped, dropped, repeated or taken from another
// arrival is Corrupt, never silently less. What age does not do: it has no
// sender. Who can write here and knows the recipient can make an arrival; that
// it is not the one that came, its SHA-256 in the ledger tells.
//
// Without this program age alone gives the bytes back; FILE is what rests in
// the spool, KEY the identity file:
//
//	# sh recover.sh FILE KEY > BYTES
//	at=1
//	while frame=$(tail -c +$at "$1" | head -c 63) && [ -n "$frame" ]; do
//		set -- "$1" "$2" $frame # flussi segment 1 plain LENGTH age LENGTH
//		plain=$(expr $7 + 0) sealed=$(expr $9 + 0)
//		tail -c +$((at + 64)) "$1" | head -c $sealed | age -d -i "$2" | head -c $plain
//		at=$((at + 64 + sealed))
//	done
package spool

import (
	"io"
	"io/fs"
)

const (
	// PartSuffix ends temporary files that can be made again; Sweep removes them.
	PartSuffix = ".flussi-part"
	// ArrivalSuffix ends unfinished arrivals. It differs from PartSuffix so
	// that no sweep can ever take one for rubbish.
	ArrivalSuffix = ".flussi-arrival"
	// SealedSuffix ends the names of sealed arrivals: what a file holds never
	// decides how it is read.
	SealedSuffix = ".sealed"

	// FilePerm and DirPerm are the modes of what is made: the daemon's alone.
	FilePerm fs.FileMode = 0o600
	DirPerm  fs.FileMode = 0o700
)

// FS is what durable files ask of a file system. Paths are those of the host.
// Errors satisfy errors.Is with fs.ErrNotExist and fs.ErrExist. No method is
// durable by itself but File.Sync (a file's bytes) and SyncDir (a folder's
// names).
type FS interface {
	// Create makes a new file, open for writing and reading; fs.ErrExist when
	// the name is taken.
	Create(path string, perm fs.FileMode) (File, error)
	// Open opens an existing file for reading.
	Open(path string) (File, error)
	// Append opens an existing file for reading and for writing at its end.
	Append(path string) (File, error)
	// Truncate shortens a file; durable with the next Sync of it.
	Truncate(path string, size int64) error
	// Link gives a file a second name; fs.ErrExist when the name is taken.
	// Not every file system can.
	Link(from, to string) error
	// Rename replaces what stands at to, atomically.
	Rename(from, to string) error
	Remove(path string) error
	RemoveAll(path string) error
	// Mkdir makes one folder (see MkdirAll for a durable path).
	Mkdir(path string, perm fs.FileMode) error
	// ReadDir lists a folder, sorted by name.
	ReadDir(path string) ([]fs.DirEntry, error)
	Stat(path string) (fs.FileInfo, error)
	// SyncDir makes the names in a folder durable: creations, renames and
	// removals before it survive a power cut.
	SyncDir(path string) error
}

// File is an open file of an FS.
type File interface {
	io.Reader
	io.ReaderAt
	io.Writer
	io.Closer
	// Sync makes the bytes written so far durable.
	Sync() error
	Stat() (fs.FileInfo, error)
}
