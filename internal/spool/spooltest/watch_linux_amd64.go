package spooltest

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
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
