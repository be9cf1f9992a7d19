//go:build unix

package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// forGroup lets the group of the configuration's folder read what was made there, where
// that is not the group of whoever made it: root writes for the service, which is nobody
// else's group.
func forGroup(home string, made []string) error {
	info, err := os.Stat(home)
	if err != nil {
		return err
	}
	of, ok := info.Sys().(*syscall.Stat_t)
	if !ok || os.Geteuid() != 0 || int(of.Gid) == os.Getegid() {
		return nil
	}
	give := func(path string, mode fs.FileMode) error {
		if err := os.Chown(path, -1, int(of.Gid)); err != nil {
			return err
		}
		return os.Chmod(path, mode)
	}
	for _, file := range made {
		if dir := filepath.Dir(file); dir != home {
			if err := give(dir, 0o750); err != nil {
				return err
			}
		}
		if err := give(file, 0o640); err != nil {
			return err
		}
	}
	return nil
}
