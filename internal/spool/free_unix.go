//go:build unix

package spool

import "golang.org/x/sys/unix"

// Free is how many bytes the disk of a folder has left for us.
func Free(dir string) (int64, error) {
	var s unix.Statfs_t
	if err := unix.Statfs(dir, &s); err != nil {
		return 0, err
	}
	return int64(min(uint64(s.Bavail)*uint64(s.Bsize), 1<<62)), nil
}
