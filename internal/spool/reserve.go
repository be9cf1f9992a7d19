package spool

import (
	"errors"
	"os"
)

// Policy of this file: what a server hands out last it may not have any more, so
// the disk must have room for it before it is asked for. Where the system can
// (Linux), the room is taken; elsewhere a full disk is found out only in
// writing, and a self-deleting server's last block may then be lost.

// sealedMore bounds what sealing adds to a block: the header and trailer of a
// segment, and sixteen bytes every 64 KiB.
const sealedMore = 8 << 10

// Reserve takes room on the disk for the n bytes that are to be written next.
func (p *Part) Reserve(n int64) error {
	at := p.size
	if p.seal != nil {
		at, n = p.seal.disk, n+n/1024+sealedMore
	}
	return fail("reserve arrival", p.id, reserve(p.f, at, n))
}

// Room tells, by an error, when the spool's disk has no room for n bytes more.
func (s *Spool) Room(n int64) error {
	if s.fs != OS {
		return nil
	}
	return fail("reserve", "", Room(s.dir, n))
}

// Room tells, by an error, when the disk of a folder has no room for n bytes
// more. A crash in it leaves an empty file that Sweep knows.
func Room(dir string, n int64) error {
	f, err := os.CreateTemp(dir, ".room-*"+PartSuffix)
	if err != nil {
		return err
	}
	return errors.Join(reserve(f, 0, n), f.Close(), os.Remove(f.Name()))
}

// FullOrReadOnly tells an error of a disk that has no room, or takes no writes.
func FullOrReadOnly(err error) bool { return diskFull(err) || readOnly(err) }

// ReadOnly tells an error of a disk that takes no writes.
func ReadOnly(err error) bool { return readOnly(err) }

// Reserve is Part.Reserve for a file that is no arrival, at bytes long.
func Reserve(f File, at, n int64) error { return reserve(f, at, n) }
