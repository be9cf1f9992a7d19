package main

import (
	"bufio"
	"errors"
	"io"
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// leaveCode lets go of the program's own pages that are in memory, code and constants: a
// run needs much of them, and a daemon that waits little. They are the file's and unchanged,
// so that what is needed again is there again; the system may use the rest for others.
// What cannot be let go of stays.
func leaveCode() {
	f, err := os.Open("/proc/self/smaps")
	if err != nil {
		return
	}
	unchanged := unchangedCode(f)
	if f.Close() != nil {
		return
	}
	for _, m := range unchanged {
		_, _, _ = unix.Syscall(unix.SYS_MADVISE, m.begin, m.end-m.begin, unix.MADV_DONTNEED)
	}
}

// mapping is a stretch of the process' memory.
type mapping struct{ begin, end uintptr }

// unchangedCode reads, in the form of smaps (proc(5)), which mappings of a file are for
// reading alone and have no page of their own: one that was changed after it was read, as
// a loader does, would be lost. (What they call dirty is the file in memory that is not on
// the disk yet: that stays.)
func unchangedCode(smaps io.Reader) (all []mapping) {
	var m mapping
	whole := map[string]bool{} // what must be said to be none
	end := func() {
		if m.end > m.begin && whole["Anonymous:"] && whole["Swap:"] {
			all = append(all, m)
		}
		m, whole = mapping{}, map[string]bool{}
	}
	lines := bufio.NewScanner(smaps)
	for lines.Scan() {
		fields := strings.Fields(lines.Text())
		if len(fields) < 2 {
			continue
		}
		if !strings.HasSuffix(fields[0], ":") { // begins a mapping
			end()
			if r, err := mappingOf(fields); err == nil {
				m = r
			}
			continue
		}
		whole[fields[0]] = fields[1] == "0"
	}
	end()
	return all
}

var errOther = errors.New("not a file's that is read alone")

func mappingOf(fields []string) (m mapping, err error) {
	if len(fields) < 6 || fields[1] != "r-xp" && fields[1] != "r--p" || !strings.HasPrefix(fields[5], "/") {
		return m, errOther
	}
	from, to, _ := strings.Cut(fields[0], "-")
	begin, err := strconv.ParseUint(from, 16, 64)
	if err != nil {
		return m, err
	}
	end, err := strconv.ParseUint(to, 16, 64)
	return mapping{uintptr(begin), uintptr(end)}, err
}
