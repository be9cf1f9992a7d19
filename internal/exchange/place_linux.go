package exchange

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// createPart opens a part to be written anew, in a folder that is open. Of many
// small files most of the time goes to system calls, and os.Root makes six more
// of each: it asks whether a disk can be waited for like a network.
func createPart(folder *os.File, _ *os.Root, name string, perm os.FileMode) (*os.File, error) {
	for {
		fd, err := unix.Openat(int(folder.Fd()), name, unix.O_CREAT|unix.O_TRUNC|unix.O_WRONLY|unix.O_NOFOLLOW|unix.O_CLOEXEC, uint32(perm.Perm()))
		if !errors.Is(err, unix.EINTR) {
			if err != nil {
				return nil, err
			}
			return os.NewFile(uintptr(fd), name), nil
		}
	}
}

// renameNew gives a file a name that must be free; errors.ErrUnsupported where
// the disk cannot do that at once.
func renameNew(folder *os.File, from, to string) error {
	fd := int(folder.Fd())
	err := unix.Renameat2(fd, from, fd, to, unix.RENAME_NOREPLACE)
	if errors.Is(err, unix.EINVAL) {
		return errors.ErrUnsupported
	}
	return err
}
