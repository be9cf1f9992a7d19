package spool

import (
	"io/fs"
	"os"
)

// OS is the host's file system.
var OS FS = osFS{}

type osFS struct{}

var _ File = (*os.File)(nil)

func (osFS) Create(path string, perm fs.FileMode) (File, error) {
	return file(os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, perm))
}

func (osFS) Open(path string) (File, error) { return file(os.Open(path)) }

func (osFS) Append(path string) (File, error) {
	return file(os.OpenFile(path, os.O_RDWR|os.O_APPEND, 0))
}

// file keeps a nil *os.File from becoming a File that is not nil.
func file(f *os.File, err error) (File, error) {
	if err != nil {
		return nil, err
	}
	return f, nil
}

func (osFS) Truncate(path string, size int64) error     { return os.Truncate(path, size) }
func (osFS) Link(from, to string) error                 { return os.Link(from, to) }
func (osFS) Rename(from, to string) error               { return rename(from, to) }
func (osFS) Remove(path string) error                   { return os.Remove(path) }
func (osFS) RemoveAll(path string) error                { return os.RemoveAll(path) }
func (osFS) Mkdir(path string, perm fs.FileMode) error  { return os.Mkdir(path, perm) }
func (osFS) ReadDir(path string) ([]fs.DirEntry, error) { return os.ReadDir(path) }
func (osFS) Stat(path string) (fs.FileInfo, error)      { return os.Stat(path) }
func (osFS) SyncDir(path string) error                  { return syncDir(path) }
