//go:build !windows

package main

import "os"

// doubleClicked tells whether a desktop opened the program: nobody can type or read,
// and there is a screen. A macOS double click opens a terminal, where a person who
// types looks the same.
func (a *app) doubleClicked() bool {
	if os.Getenv("DISPLAY") == "" && os.Getenv("WAYLAND_DISPLAY") == "" {
		return false
	}
	stdin, ok := a.stdin.(*os.File)
	return ok && !isTerminal(stdin) && isNull(stdin) && !isTerminal(a.stdout) && !isTerminal(a.stderr)
}

// isNull tells whether nothing can ever be read: what a script pipes in is not that.
func isNull(f *os.File) bool {
	info, err := f.Stat()
	null, statErr := os.Stat(os.DevNull)
	return err == nil && statErr == nil && os.SameFile(info, null)
}
