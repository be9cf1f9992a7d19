//go:build unix

package spool

import "golang.org/x/sys/unix"

// Free tells how many bytes the disk of a folder has left for us, and has in all.
func Free(dir string) (free, size uint64, err error) {
	var s unix.Statfs_t
	if err := unix.Statfs(dir, &s); err != nil {
		return 0, 0, err
	}
	block := uint64(s.Bsize) // its type differs from system to system
	return s.Bavail * block, s.Blocks * block, nil
}
