package invia

import "golang.org/x/sys/unix"

const hasStatVFS = true

// statVFS gives the eleven numbers of statvfs@openssh.com for the file system
// that holds path.
func statVFS(path string) (n [11]uint64, err error) {
	var st unix.Statfs_t
	if err := unix.Statfs(path, &st); err != nil {
		return n, err
	}
	return [11]uint64{
		uint64(st.Bsize), uint64(st.Frsize), st.Blocks, st.Bfree, st.Bavail,
		st.Files, st.Ffree, st.Ffree, 0, 0, uint64(st.Namelen),
	}, nil
}
