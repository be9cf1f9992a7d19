package main

import "runtime"

// oneCore readies the process to move bytes and nothing else, until the
// function it gives is called. The packets of an SSH connection go through
// three goroutines of its library, a few microseconds each: on several
// processors most of the time is spent waking the next one. And the library
// leaves a megabyte of garbage for each one that comes: with ballast, which
// never touches a page, the collector runs a fifth as often and the system is
// not asked again for what was just given back. A third less time together
// (docs/benchmarks-sftp.md).
func oneCore() (done func()) {
	ballast := make([]byte, 8<<20)
	runtime.GOMAXPROCS(1)
	return func() {
		runtime.SetDefaultGOMAXPROCS()
		runtime.KeepAlive(ballast)
	}
}
