package daemon

import (
	"strconv"

	"golang.org/x/sys/unix"
)

// monotonic is the clock that systemd compares a reload with, in microseconds.
func monotonic() string {
	var t unix.Timespec
	if unix.ClockGettime(unix.CLOCK_MONOTONIC, &t) != nil {
		return "0"
	}
	return strconv.FormatInt(t.Nano()/1000, 10)
}
