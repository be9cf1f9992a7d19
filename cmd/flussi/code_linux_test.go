package main

import (
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
)

func TestUnchangedCode(t *testing.T) {
	const smaps = `00400000-01400000 r-xp 00000000 fd:01 1 /usr/bin/flussi
Rss: 100 kB
Private_Dirty:       100 kB
Anonymous:             0 kB
Swap:                  0 kB
VmFlags: rd ex mr mw me
01400000-02400000 r--p 01000000 fd:01 1 /usr/bin/flussi
Private_Dirty:         4 kB
Anonymous:             4 kB
Swap:                  0 kB
02400000-02500000 rw-p 02000000 fd:01 1 /usr/bin/flussi
Private_Dirty:         0 kB
Anonymous:             0 kB
Swap:                  0 kB
03000000-03001000 r--p 02000000 fd:01 1 /usr/bin/flussi
Private_Dirty:         0 kB
Anonymous:             0 kB
03001000-03002000 r--p 02000000 fd:01 1 /usr/bin/flussi
Private_Dirty:         0 kB
Anonymous:             0 kB
Swap:                  4 kB
03002000-03003000 r--s 02000000 fd:01 1 /var/lib/flussi/ledger.db-shm
Private_Dirty:         0 kB
Anonymous:             0 kB
Swap:                  0 kB
c000000000-c000400000 r--p 00000000 00:00 0
Private_Dirty:         0 kB
Anonymous:             0 kB
Swap:                  0 kB
7fff0000-7fff1000 r-xp 00000000 00:00 0 [vdso]
Private_Dirty:         0 kB
Anonymous:             0 kB
Swap:                  0 kB
`
	if got := unchangedCode(strings.NewReader(smaps)); !slices.Equal(got, []mapping{{0x400000, 0x1400000}}) {
		t.Errorf("%x", got)
	}
}

// Let go of, code is not in memory, and is there when it is needed again.
func TestLeaveCode(t *testing.T) {
	inMemory := func() int {
		status, err := os.ReadFile("/proc/self/status")
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(status)) {
			if fields := strings.Fields(line); fields[0] == "RssFile:" {
				kib, err := strconv.Atoi(fields[1])
				if err != nil {
					t.Fatal(err)
				}
				return kib
			}
		}
		t.Skip("this kernel does not tell")
		return 0
	}
	// All of the program is in memory: it was read.
	f, err := os.Open("/proc/self/smaps")
	if err != nil {
		t.Fatal(err)
	}
	mappings := unchangedCode(f)
	if err := f.Close(); err != nil || len(mappings) == 0 {
		t.Fatalf("no code: %v", err)
	}
	touched := touch(mappings)
	before := inMemory()
	leaveCode()
	after := inMemory()
	if before-after < 10<<10 {
		t.Errorf("%d KiB in memory before, %d after", before, after)
	}
	if again := touch(mappings); again != touched {
		t.Error("the program is another one now")
	}
}

// touch reads a byte of each page, through the system, and adds them up.
func touch(mappings []mapping) (sum uint64) {
	memory, err := os.Open("/proc/self/mem")
	if err != nil {
		panic(err)
	}
	defer func() { _ = memory.Close() }()
	b := make([]byte, 1)
	for _, m := range mappings {
		for at := m.begin; at < m.end; at += 4096 {
			if _, err := memory.ReadAt(b, int64(at)); err != nil {
				panic(err)
			}
			sum = sum*31 + uint64(b[0])
		}
	}
	return sum
}
