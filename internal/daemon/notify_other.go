//go:build !linux

package daemon

// monotonic is of systemd, which is of Linux.
func monotonic() string { return "0" }
