package spooltest

import (
	"fmt"
	"os"
	"runtime"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

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
