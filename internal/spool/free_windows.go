package spool

import "golang.org/x/sys/windows"

// Free tells how many bytes the disk of a folder has left for us, and has in all.
func Free(dir string) (free, size uint64, err error) {
	path, err := windows.UTF16PtrFromString(dir)
	if err != nil {
		return 0, 0, err
	}
	err = windows.GetDiskFreeSpaceEx(path, &free, &size, nil)
	return free, size, err
}
