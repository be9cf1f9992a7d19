//go:build unix

package config

import (
	"io/fs"
	"os"
	"syscall"
)

// strangers tells whether a file is somebody's who could put another secret into it:
// neither root's nor ours. Root, who reads whatever a service's user keeps, asks not.
func strangers(info fs.FileInfo) bool {
	of, ok := info.Sys().(*syscall.Stat_t)
	return ok && foreign(of.Uid, uint32(os.Geteuid()))
}

func foreign(owner, we uint32) bool { return we != 0 && owner != 0 && owner != we }
