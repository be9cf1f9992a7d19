package spooltest

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Watch has the kernel ask, before every operation of a process on a folder,
// what is to become of it (seccomp_unotify(2), Linux 5.19). So the whole real
// program is put to the test, SQLite and the Go runtime included, and what it
// does is in one order however many threads it has. The operations asked about
// are those that change what the folder holds or make it last; other calls run
// undisturbed.
//
// What it does not see: what is written through a mapping of a file (SQLite's
// -shm, which nobody relies on after a crash).
type Watch struct {
	// Root is the folder, absolute and without symbolic links.
	Root string
	// Decide is asked about each operation, one at a time, before it is done.
	Decide func(Operation) Verdict
	// Data: Operation.Data is filled.
	Data bool
}

// socketFD is where the program that Enter becomes hands over its listener.
const socketFD = 3

// Run runs a command under watch until it ends, as cmd.Run does; with it started
// is called once it is on its way. entry is a program whose main is Enter.
func (w *Watch) Run(cmd *exec.Cmd, entry string, started func(*os.Process)) (err error) {
	enter, err := exec.LookPath(entry)
	if err != nil {
		return err
	}
	ends, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return err
	}
	ours, theirs := os.NewFile(uintptr(ends[0]), "ours"), os.NewFile(uintptr(ends[1]), "theirs")
	defer func() { _ = ours.Close() }()
	cmd.Args = append([]string{enter, cmd.Path}, cmd.Args...)
	cmd.Path, cmd.ExtraFiles = enter, []*os.File{theirs}
	err = errors.Join(cmd.Start(), theirs.Close())
	if err != nil {
		return err
	}
	listener, err := receive(int(ours.Fd()))
	if err != nil {
		return errors.Join(err, cmd.Process.Kill(), cmd.Wait())
	}
	if started != nil {
		started(cmd.Process)
	}
	served := make(chan error, 1)
	go func() { served <- w.serve(listener, cmd.Process.Pid) }()
	err = cmd.Wait()
	return errors.Join(err, <-served, unix.Close(listener))
}

// receive gives the listener that Enter sends.
func receive(socket int) (int, error) {
	oob := make([]byte, unix.CmsgSpace(4))
	_, n, _, _, err := unix.Recvmsg(socket, make([]byte, 1), oob, unix.MSG_CMSG_CLOEXEC)
	if err != nil {
		return 0, err
	}
	messages, err := unix.ParseSocketControlMessage(oob[:n])
	if err != nil || len(messages) != 1 {
		return 0, errors.Join(errors.New("the watched program handed nothing over"), err)
	}
	fds, err := unix.ParseUnixRights(&messages[0])
	if err != nil {
		return 0, err
	}
	return fds[0], nil
}

// notification and answer are struct seccomp_notif and seccomp_notif_resp.
type notification struct {
	id    uint64
	pid   uint32 // the thread
	flags uint32
	nr    int32
	arch  uint32
	ip    uint64
	args  [6]uint64
}

type answer struct {
	id    uint64
	val   int64
	errno int32
	flags uint32
}

const (
	notifReceive  = 0xc0502100 // SECCOMP_IOCTL_NOTIF_RECV
	notifSend     = 0xc0182101 // SECCOMP_IOCTL_NOTIF_SEND
	notifContinue = 1          // SECCOMP_USER_NOTIF_FLAG_CONTINUE
)

func ioctl(fd int, request uintptr, p unsafe.Pointer) error {
	for {
		_, _, errno := unix.Syscall(unix.SYS_IOCTL, uintptr(fd), request, uintptr(p))
		if errno != unix.EINTR {
			if errno != 0 {
				return errno
			}
			return nil
		}
	}
}

// serve answers until the process is gone.
func (w *Watch) serve(listener, pid int) error {
	for {
		ready := []unix.PollFd{{Fd: int32(listener), Events: unix.POLLIN}}
		if _, err := unix.Poll(ready, -1); err != nil && !errors.Is(err, unix.EINTR) {
			return err
		}
		if ready[0].Revents&unix.POLLIN == 0 {
			if ready[0].Revents&(unix.POLLHUP|unix.POLLERR) != 0 {
				return nil
			}
			continue
		}
		var n notification
		if err := ioctl(listener, notifReceive, unsafe.Pointer(&n)); errors.Is(err, unix.ENOENT) {
			continue // it was killed meanwhile
		} else if err != nil {
			return err
		}
		t := task{w, int(n.pid)}
		v, err := t.judge(n)
		if err != nil && processGone(pid) {
			continue
		} else if err != nil {
			_ = unix.Kill(pid, unix.SIGKILL)
			return fmt.Errorf("system call %d: %w", n.nr, err)
		}
		if v.Kill {
			if err := unix.Kill(pid, unix.SIGKILL); err != nil {
				return err
			}
			continue // it is never answered
		}
		a := answer{id: n.id, flags: notifContinue}
		if v.Errno != 0 {
			a.errno, a.flags = -int32(v.Errno), 0
		}
		if err := ioctl(listener, notifSend, unsafe.Pointer(&a)); err != nil && !errors.Is(err, unix.ENOENT) {
			return err
		}
	}
}

// processGone tells whether a process has ended, though nobody has waited for it yet.
func processGone(pid int) bool {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return true
	}
	_, rest, _ := strings.Cut(string(status), ") ")
	return strings.HasPrefix(rest, "Z") || strings.HasPrefix(rest, "X")
}

// task is a thread that waits for an answer.
type task struct {
	w   *Watch
	pid int
}

// judge asks about a call that concerns the folder; others are done.
func (t task) judge(n notification) (Verdict, error) {
	ops, err := t.operation(n)
	if err != nil || ops == nil {
		return Verdict{}, err
	}
	return t.w.Decide(*ops), nil
}

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

// Enter becomes the program that os.Args[1] names, with the arguments behind it,
// under the watch of who started it.
func Enter() {
	err := enter()
	fmt.Fprintln(os.Stderr, "watched:", err)
	os.Exit(1)
}

func enter() error {
	// The filter is of this thread, which exec makes the process's only one.
	runtime.LockOSThread()
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return err
	}
	unix.CloseOnExec(socketFD)
	program := filter()
	fprog := unix.SockFprog{Len: uint16(len(program)), Filter: &program[0]}
	const setFilter, newListener, waitKillable = 1, 1 << 3, 1 << 5
	// A thread that waits for an answer is woken by what kills it alone: the
	// runtime's signals would have it ask again.
	listener, _, errno := unix.Syscall(unix.SYS_SECCOMP, setFilter, newListener|waitKillable, uintptr(unsafe.Pointer(&fprog)))
	if errno != 0 {
		return fmt.Errorf("seccomp: %w", errno)
	}
	if err := unix.Sendmsg(socketFD, []byte{0}, unix.UnixRights(int(listener)), nil, 0); err != nil {
		return err
	}
	return syscall.Exec(os.Args[1], os.Args[2:], os.Environ())
}

// The filter's language (seccomp(2), linux/filter.h).
const (
	load         = unix.BPF_LD | unix.BPF_W | unix.BPF_ABS
	ifEqual      = unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K
	ifAny        = unix.BPF_JMP | unix.BPF_JSET | unix.BPF_K
	ifMore       = unix.BPF_JMP | unix.BPF_JGT | unix.BPF_K
	give         = unix.BPF_RET | unix.BPF_K
	giveAllow    = 0x7fff0000
	giveAsk      = 0x7fc00000
	giveErrno    = 0x00050000
	archX86      = 0xc000003e
	dataNr       = 0
	dataArch     = 4
	dataArgs     = 16
	argWidth     = 8
	lastStandard = 2
)

// filter asks about the calls that operation understands.
func filter() []unix.SockFilter {
	arg := func(i uint32) unix.SockFilter { return unix.SockFilter{Code: load, K: dataArgs + argWidth*i} }
	ret := func(k uint32) unix.SockFilter { return unix.SockFilter{Code: give, K: k} }
	p := []unix.SockFilter{
		{Code: load, K: dataArch}, {Code: ifEqual, K: archX86, Jt: 1}, ret(giveAllow),
		{Code: load, K: dataNr},
	}
	for _, nr := range []uint32{
		unix.SYS_CREAT, unix.SYS_PWRITE64, unix.SYS_FTRUNCATE, unix.SYS_TRUNCATE, unix.SYS_FALLOCATE, unix.SYS_FSYNC, unix.SYS_FDATASYNC,
		unix.SYS_RENAME, unix.SYS_RENAMEAT, unix.SYS_RENAMEAT2, unix.SYS_LINK, unix.SYS_LINKAT, unix.SYS_MKDIR, unix.SYS_MKDIRAT,
		unix.SYS_UNLINK, unix.SYS_UNLINKAT, unix.SYS_RMDIR,
	} {
		p = append(p, unix.SockFilter{Code: ifEqual, K: nr, Jf: 1}, ret(giveAsk))
	}
	// Whoever copies within the kernel is told to copy by hand.
	p = append(p, unix.SockFilter{Code: ifEqual, K: unix.SYS_COPY_FILE_RANGE, Jf: 1}, ret(giveErrno|uint32(unix.ENOSYS)))
	for _, nr := range []uint32{unix.SYS_WRITE, unix.SYS_WRITEV} {
		p = append(p, unix.SockFilter{Code: ifEqual, K: nr, Jf: 4}, arg(0), unix.SockFilter{Code: ifMore, K: lastStandard, Jf: 1}, ret(giveAsk), ret(giveAllow))
	}
	for _, open := range []struct{ nr, flags uint32 }{{unix.SYS_OPEN, 1}, {unix.SYS_OPENAT, 2}} {
		p = append(p, unix.SockFilter{Code: ifEqual, K: open.nr, Jf: 4}, arg(open.flags),
			unix.SockFilter{Code: ifAny, K: unix.O_CREAT | unix.O_TRUNC | 0x400000, Jf: 1}, ret(giveAsk), ret(giveAllow))
	}
	return append(p, ret(giveAllow))
}
