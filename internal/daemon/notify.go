package daemon

import (
	"net"
	"strconv"
	"time"
)

// Notifier tells systemd how the daemon is (sd_notify(3)): a datagram to the
// socket that NOTIFY_SOCKET names. A nil Notifier tells nobody. What does not
// reach systemd it finds out by itself: that the daemon is not alive.
type Notifier struct {
	socket   string
	watchdog time.Duration
	told     string // the last STATUS
}

// NewNotifier is of the environment that systemd gives; nil where it gives none.
// pid is this process's.
func NewNotifier(getenv func(string) string, pid int) *Notifier {
	socket := getenv("NOTIFY_SOCKET")
	if socket == "" {
		return nil
	}
	n := &Notifier{socket: socket} // a leading @ is the abstract namespace, in package net too
	if of := getenv("WATCHDOG_PID"); of != "" && of != strconv.Itoa(pid) {
		return n
	}
	if microseconds, err := strconv.ParseInt(getenv("WATCHDOG_USEC"), 10, 64); err == nil && microseconds > 0 {
		n.watchdog = time.Duration(microseconds) * time.Microsecond
	}
	return n
}

// Watchdog is how often systemd wants to hear that the daemon is alive; 0: it
// does not.
func (n *Notifier) Watchdog() time.Duration {
	if n == nil {
		return 0
	}
	return n.watchdog
}

func (n *Notifier) ready()     { n.send("READY=1") }
func (n *Notifier) stopping()  { n.send("STOPPING=1") }
func (n *Notifier) reloading() { n.send("RELOADING=1\nMONOTONIC_USEC=" + monotonic()) }

// alive is for every turn of the loop; in words only when they are new.
func (n *Notifier) alive(words func(State) string, s State) {
	if n == nil {
		return
	}
	if n.watchdog > 0 {
		n.send("WATCHDOG=1")
	}
	if status := words(s); status != n.told {
		n.told = status
		n.send("STATUS=" + status)
	}
}

func (n *Notifier) send(state string) {
	if n == nil {
		return
	}
	to, err := net.DialUnix("unixgram", nil, &net.UnixAddr{Name: n.socket, Net: "unixgram"})
	if err != nil {
		return
	}
	_, _ = to.Write([]byte(state)) // see Notifier
	_ = to.Close()
}
