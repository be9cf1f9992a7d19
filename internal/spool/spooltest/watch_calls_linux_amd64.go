package spooltest

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// operation reads what a call is about; nil when it is none of the folder's.
func (t task) operation(n notification) (*Operation, error) {
	a := n.args
	switch n.nr {
	case unix.SYS_OPEN:
		return t.open(unix.AT_FDCWD, a[0], a[1])
	case unix.SYS_OPENAT:
		return t.open(int(int32(a[0])), a[1], a[2])
	case unix.SYS_CREAT:
		return t.open(unix.AT_FDCWD, a[0], unix.O_CREAT|unix.O_TRUNC)
	case unix.SYS_WRITE:
		return t.write(a[0], a[1], a[2], -1)
	case unix.SYS_PWRITE64:
		return t.write(a[0], a[1], a[2], int64(a[3]))
	case unix.SYS_WRITEV:
		if _, ok, err := t.file(a[0]); err != nil || ok {
			return nil, errors.Join(errors.New("writev to a file is not understood"), err)
		}
		return nil, nil
	case unix.SYS_FTRUNCATE:
		return t.onFile(CallTruncate, a[0], int64(a[1]))
	case unix.SYS_TRUNCATE:
		return t.named(CallTruncate, unix.AT_FDCWD, a[0], int64(a[1]))
	case unix.SYS_FALLOCATE:
		if a[1]&unix.FALLOC_FL_KEEP_SIZE == 0 {
			return nil, errors.New("fallocate that changes a file is not understood")
		}
		return t.onFile(CallReserve, a[0], 0)
	case unix.SYS_FSYNC, unix.SYS_FDATASYNC:
		return t.sync(a[0])
	case unix.SYS_RENAME:
		return t.pair(CallRename, unix.AT_FDCWD, a[0], unix.AT_FDCWD, a[1])
	case unix.SYS_RENAMEAT, unix.SYS_RENAMEAT2:
		return t.pair(CallRename, int(int32(a[0])), a[1], int(int32(a[2])), a[3])
	case unix.SYS_LINK:
		return t.pair(CallLink, unix.AT_FDCWD, a[0], unix.AT_FDCWD, a[1])
	case unix.SYS_LINKAT:
		return t.pair(CallLink, int(int32(a[0])), a[1], int(int32(a[2])), a[3])
	case unix.SYS_MKDIR:
		return t.named(CallMkdir, unix.AT_FDCWD, a[0], 0)
	case unix.SYS_MKDIRAT:
		return t.named(CallMkdir, int(int32(a[0])), a[1], 0)
	case unix.SYS_UNLINK, unix.SYS_RMDIR:
		return t.named(CallRemove, unix.AT_FDCWD, a[0], 0)
	case unix.SYS_UNLINKAT:
		return t.named(CallRemove, int(int32(a[0])), a[1], 0)
	}
	return nil, fmt.Errorf("not understood")
}

func (t task) open(dir int, name, flags uint64) (*Operation, error) {
	o, err := t.named(CallCreate, dir, name, 0)
	if o != nil {
		o.Empty = flags&unix.O_TRUNC != 0
		if flags&unix.O_TMPFILE == unix.O_TMPFILE {
			o.Path = ""
		}
	}
	return o, err
}

func (t task) write(fd, from, size uint64, at int64) (*Operation, error) {
	o, err := t.onFile(CallWrite, fd, int64(size))
	if o == nil || err != nil {
		return nil, err
	}
	if o.Offset = at; at < 0 {
		if o.Offset, err = t.position(fd); err != nil {
			return nil, err
		}
	}
	if t.w.Data && o.Path != "" {
		o.Data = make([]byte, size)
		if err := t.memory(o.Data, from); err != nil {
			return nil, err
		}
	}
	return o, nil
}

// position is where the next byte of a file goes.
func (t task) position(fd uint64) (int64, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/fdinfo/%d", t.pid, fd))
	if err != nil {
		return 0, err
	}
	var at int64
	var flags uint64
	for line := range strings.Lines(string(text)) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), ":\t")
		switch name {
		case "pos":
			at, err = strconv.ParseInt(value, 10, 64)
		case "flags":
			flags, err = strconv.ParseUint(value, 8, 64)
		}
		if err != nil {
			return 0, err
		}
	}
	if flags&unix.O_APPEND != 0 {
		info, err := os.Stat(fmt.Sprintf("/proc/%d/fd/%d", t.pid, fd))
		if err != nil {
			return 0, err
		}
		at = info.Size()
	}
	return at, nil
}

func (t task) sync(fd uint64) (*Operation, error) {
	o, err := t.onFile(CallSync, fd, 0)
	if o == nil || err != nil {
		return nil, err
	}
	info, err := os.Stat(fmt.Sprintf("/proc/%d/fd/%d", t.pid, fd))
	if err == nil && info.IsDir() {
		o.Call = CallSyncDir
	}
	return o, err
}

func (t task) onFile(call Call, fd uint64, size int64) (*Operation, error) {
	rel, ok, err := t.file(fd)
	if !ok || err != nil {
		return nil, err
	}
	return &Operation{Call: call, Path: rel, Size: size}, nil
}

// file gives the name of an open file of the folder.
func (t task) file(fd uint64) (rel string, ok bool, err error) {
	full, err := os.Readlink(fmt.Sprintf("/proc/%d/fd/%d", t.pid, int32(fd)))
	if errors.Is(err, os.ErrNotExist) && !processGone(t.pid) {
		return "", false, nil // no such descriptor: the call will say so
	}
	if err != nil {
		return "", false, err
	}
	rel, ok = t.below(full)
	if strings.HasSuffix(full, " (deleted)") {
		rel = ""
	}
	return rel, ok, nil
}

func (t task) below(full string) (rel string, ok bool) {
	if full == t.w.Root {
		return ".", true
	}
	rel, ok = strings.CutPrefix(full, t.w.Root+string(filepath.Separator))
	return filepath.ToSlash(rel), ok
}

// path reads a path of a call's argument.
func (t task) path(dir int, name uint64) (rel string, ok bool, err error) {
	text, err := t.text(name)
	if err != nil {
		return "", false, err
	}
	if !path.IsAbs(text) {
		from := fmt.Sprintf("/proc/%d/cwd", t.pid)
		if dir != unix.AT_FDCWD {
			from = fmt.Sprintf("/proc/%d/fd/%d", t.pid, dir)
		}
		if from, err = os.Readlink(from); err != nil {
			return "", false, err
		}
		text = path.Join(from, text)
	}
	rel, ok = t.below(path.Clean(text))
	return rel, ok, nil
}

// memory reads what the thread has at an address, all of b.
func (t task) memory(b []byte, at uint64) error {
	if len(b) == 0 {
		return nil
	}
	local := []unix.Iovec{{Base: &b[0]}}
	local[0].SetLen(len(b))
	n, err := unix.ProcessVMReadv(t.pid, local, []unix.RemoteIovec{{Base: uintptr(at), Len: len(b)}}, 0)
	if err == nil && n < len(b) {
		err = io.ErrUnexpectedEOF
	}
	return err
}

// text reads a string that ends with a zero, no longer than a path may be.
func (t task) text(at uint64) (string, error) {
	b := make([]byte, 0, unix.PathMax)
	for len(b) < cap(b) {
		// Never across the end of a page: the next may not be there.
		chunk := make([]byte, 4096-(int(at)+len(b))%4096)
		if err := t.memory(chunk, at+uint64(len(b))); err != nil {
			return "", err
		}
		for i, c := range chunk {
			if c == 0 {
				return string(append(b, chunk[:i]...)), nil
			}
		}
		b = append(b, chunk...)
	}
	return "", errors.New("a path without end")
}

func (t task) named(call Call, dir int, name uint64, size int64) (*Operation, error) {
	rel, ok, err := t.path(dir, name)
	if !ok || err != nil {
		return nil, err
	}
	return &Operation{Call: call, Path: rel, Size: size}, nil
}

func (t task) pair(call Call, fromDir int, from uint64, toDir int, to uint64) (*Operation, error) {
	o, err := t.named(call, fromDir, from, 0)
	if err != nil {
		return nil, err
	}
	rel, ok, err := t.path(toDir, to)
	if err != nil {
		return nil, err
	}
	if (o != nil) != ok {
		return nil, errors.New("a name that leaves the folder, or enters it, is not understood")
	}
	if o != nil {
		o.To = rel
	}
	return o, nil
}
