package spooltest_test

import (
	"strings"
	"testing"

	"flussi/internal/spool"
	"flussi/internal/spool/spooltest"
)

func write(t *testing.T, fsys spool.FS, path, text string, sync bool) {
	t.Helper()
	f, err := fsys.Create(path, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if sync {
		if err := f.Sync(); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}

// A crash takes what was not synced, and nothing else.
func TestCrash(t *testing.T) {
	bytes, names := true, true
	for _, c := range []struct {
		name       string
		file, dir  bool
		want       string
		wantAbsent bool
	}{
		{"nothing synced", false, false, "", true},
		{"bytes without a name", bytes, false, "", true},
		{"a name without bytes", false, names, "", false},
		{"both", bytes, names, "text", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := spooltest.New()
			write(t, m, "f", "text", c.file)
			if c.dir {
				if err := m.SyncDir("."); err != nil {
					t.Fatal(err)
				}
			}
			got, err := m.Crash().ReadFile("f")
			if (err != nil) != c.wantAbsent || string(got) != c.want {
				t.Errorf("%q, %v", got, err)
			}
		})
	}
}

// The loop of faults finds the mistakes that it is there for: each of these
// ways of replacing a file lacks one step.
func TestCareless(t *testing.T) {
	steps := func(sync, rename, syncDir bool) func(fsys spool.FS) error {
		return func(fsys spool.FS) error {
			to := "f"
			if rename {
				to = "f.part"
			} else if err := fsys.Remove("f"); err != nil {
				return err
			}
			f, err := fsys.Create(to, 0o600)
			if err != nil {
				return err
			}
			if _, err := f.Write([]byte("new")); err != nil {
				return err
			}
			if sync {
				if err := f.Sync(); err != nil {
					return err
				}
			}
			if err := f.Close(); err != nil {
				return err
			}
			if rename {
				if err := fsys.Rename(to, "f"); err != nil {
					return err
				}
			}
			if syncDir {
				return fsys.SyncDir(".")
			}
			return nil
		}
	}
	for _, c := range []struct {
		name   string
		action func(spool.FS) error
		caught bool
	}{
		{"careful", steps(true, true, true), false},
		{"no sync", steps(false, true, true), true},
		{"no rename", steps(true, false, true), true},
		{"no folder sync", steps(true, true, false), true},
	} {
		t.Run(c.name, func(t *testing.T) {
			setup := func(t *testing.T) *spooltest.Mem {
				m := spooltest.New()
				write(t, m, "f", "old", true)
				return m
			}
			bad := 0
			spooltest.EveryFault(t, setup, c.action, func(_ *testing.T, s spooltest.Survivor) {
				got, err := s.FS.ReadFile("f")
				if err != nil || string(got) != "new" && (string(got) != "old" || s.Err == nil) {
					bad++
				}
			})
			if caught := bad > 0; caught != c.caught {
				t.Errorf("%d survivors are wrong", bad)
			}
		})
	}
}

// A crash with a seed is the same each time, and not the same for all seeds.
func TestCrashKeepingIsSeeded(t *testing.T) {
	seen := map[string]bool{}
	for seed := range uint64(64) {
		m := spooltest.New()
		write(t, m, "a", "some text", false)
		write(t, m, "b", "some text", true)
		first, _ := m.CrashKeeping(seed).ReadFile("a")
		again, _ := m.CrashKeeping(seed).ReadFile("a")
		if string(first) != string(again) {
			t.Fatalf("seed %d: %q, then %q", seed, first, again)
		}
		seen[string(first)] = true
		if b, err := m.CrashKeeping(seed).ReadFile("b"); err == nil && string(b) != "some text" {
			t.Fatalf("seed %d: synced bytes are %q", seed, b)
		}
	}
	if len(seen) < 8 {
		t.Errorf("only %d different crashes", len(seen))
	}
}

// Mem answers like a disk where both can be asked the same.
func TestMemIsLikeTheDisk(t *testing.T) {
	m, dir := spooltest.New(), t.TempDir()
	do := func(fsys spool.FS, at string) []string {
		var log []string
		note := func(err error) {
			if err != nil {
				log = append(log, "error")
			} else {
				log = append(log, "ok")
			}
		}
		p := func(name string) string { return at + "/" + name }
		note(fsys.Mkdir(p("d"), 0o700))
		note(fsys.Mkdir(p("d"), 0o700))
		note(fsys.Mkdir(p("x/y"), 0o700))
		write(t, fsys, p("d/a"), "one", true)
		_, err := fsys.Create(p("d/a"), 0o600)
		note(err)
		note(fsys.Link(p("d/a"), p("d/b")))
		note(fsys.Link(p("d/a"), p("d/b")))
		note(fsys.Rename(p("d/a"), p("c")))
		note(fsys.Rename(p("d/a"), p("c")))
		note(fsys.Remove(p("d")))
		note(fsys.RemoveAll(p("d")))
		note(fsys.RemoveAll(p("d")))
		note(fsys.Remove(p("d")))
		f, err := fsys.Append(p("c"))
		note(err)
		_, err = f.Write([]byte(" two"))
		note(err)
		b := make([]byte, 20)
		n, err := f.ReadAt(b, 2)
		note(err)
		log = append(log, string(b[:n]))
		note(f.Close())
		note(f.Close())
		list, err := fsys.ReadDir(at)
		note(err)
		for _, e := range list {
			log = append(log, e.Name())
		}
		return log
	}
	if err := spool.MkdirAll(m, "at"); err != nil {
		t.Fatal(err)
	}
	memory, disk := do(m, "at"), do(spool.OS, dir)
	if len(memory) != len(disk) {
		t.Fatalf("memory %q\ndisk   %q", memory, disk)
	}
	for i := range disk {
		if memory[i] != disk[i] {
			t.Errorf("step %d: memory %q, disk %q", i, memory[i], disk[i])
		}
	}
}

// TestCrashWithinAFile: of bytes written over others, each sector keeps the old ones or
// has the new ones, or a prefix of what was written is there; where nothing was written
// nothing changes, and what was synced stays.
func TestCrashWithinAFile(t *testing.T) {
	const sector = 512
	old := strings.Repeat("o", 8*sector)
	seen := map[string]int{}
	for seed := range uint64(200) {
		m := spooltest.New()
		write(t, m, "f", old, true)
		if err := m.SyncDir("."); err != nil {
			t.Fatal(err)
		}
		for _, at := range []int64{1, 3} {
			if err := m.WriteAt("f", at*sector, []byte(strings.Repeat("n", 2*sector))); err != nil {
				t.Fatal(err)
			}
		}
		left, err := m.CrashKeeping(seed).ReadFile("f")
		if err != nil || len(left) != len(old) {
			t.Fatalf("%d bytes, %v", len(left), err)
		}
		shape := ""
		for at := 0; at < len(left); at += sector {
			switch s := string(left[at : at+sector]); {
			case s == old[:sector]:
				shape += "o"
			case strings.Trim(s, "n") == "":
				shape += "n"
			case strings.Trim(strings.TrimLeft(s, "n"), "o") == "":
				shape += "t"
			default:
				t.Fatalf("seed %d: sector %d is %q", seed, at/sector, s)
			}
		}
		if shape[0] != 'o' || shape[5:] != "ooo" || strings.Count(shape, "t") > 1 {
			t.Errorf("seed %d: %s", seed, shape)
		}
		seen[shape]++
		if all, err := m.Crash().ReadFile("f"); err != nil || string(all) != old {
			t.Errorf("without any luck: %d bytes, %v", len(all), err)
		}
	}
	for _, want := range []string{"oooooooo", "onnnnooo", "onnooooo", "ooonnooo", "onoonooo"} {
		if seen[want] == 0 {
			t.Errorf("%s never came: %v", want, seen)
		}
	}
}
