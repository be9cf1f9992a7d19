package spooltest_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"flussi/internal/spool"
	"flussi/internal/spool/spooltest"
)

// TestMain makes this test binary the watched programs as well.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"enter": spooltest.Enter, "steps": steps, "crowd": crowd})
}

// steps does one of everything below the folder of its argument, and exits with
// 1 where something fails.
func steps() {
	dir := os.Args[1]
	at := func(name string) string { return filepath.Join(dir, name) }
	err := spool.MkdirAll(spool.OS, at("d/e"))
	write := func(name string) {
		err = errors.Join(err, spool.WriteFile(spool.OS, at(name), 0o600, func(w io.Writer) error {
			_, err := io.WriteString(w, "text of "+name)
			return err
		}))
	}
	write("d/a")
	write("b")
	err = errors.Join(err, os.Link(at("b"), at("d/e/c")), os.Remove(at("b")), os.Truncate(at("d/a"), 4))
	f, openErr := os.OpenFile(at("d/a"), os.O_RDWR, 0)
	if err = errors.Join(err, openErr); err == nil {
		_, at7 := f.WriteAt([]byte("far"), 7)
		_, atEnd := f.Seek(0, io.SeekEnd)
		_, more := f.WriteString("!")
		err = errors.Join(at7, atEnd, more, f.Truncate(10), spool.Reserve(f, 0, 1<<20), f.Close())
	}
	log, openErr := os.OpenFile(at("log"), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err = errors.Join(err, openErr); err == nil {
		_, one := log.WriteString("one ")
		_, two := log.WriteString("two")
		err = errors.Join(one, two, log.Sync(), log.Close())
	}
	from, openErr := os.Open(at("log"))
	to, createErr := os.Create(at("copy"))
	if err = errors.Join(err, openErr, createErr); err == nil {
		_, copyErr := io.Copy(to, from) // copies in the kernel where it can
		err = errors.Join(copyErr, from.Close(), to.Close())
	}
	err = errors.Join(err, os.Rename(at("copy"), at("d/copy")), os.RemoveAll(at("d/e")))
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
}

// crowd has many threads write, each a file of its own and all one.
func crowd() {
	var all sync.WaitGroup
	one, err := os.OpenFile(filepath.Join(os.Args[1], "one"), os.O_CREATE|os.O_WRONLY, 0o600)
	errs := []error{err}
	var mu sync.Mutex
	for i := range 8 {
		all.Go(func() {
			for j := range 50 {
				_, err := one.WriteAt([]byte{byte('a' + i)}, int64(50*i+j))
				err = errors.Join(err, spool.WriteFile(spool.OS, filepath.Join(os.Args[1], fmt.Sprint(i)), 0o600, func(w io.Writer) error {
					_, err := fmt.Fprint(w, i, j)
					return err
				}))
				mu.Lock()
				errs = append(errs, err)
				mu.Unlock()
			}
		})
	}
	all.Wait()
	if err := errors.Join(errs...); err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
}

// watched runs a program on an empty folder.
func watched(t *testing.T, program string, decide func(spooltest.Operation) spooltest.Verdict) (dir, said string, err error) {
	t.Helper()
	dir, err = filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	cmd := exec.Command(program, dir)
	cmd.Stdout, cmd.Stderr = &out, &out
	w := spooltest.Watch{Root: dir, Decide: decide, Data: true}
	err = w.Run(cmd, "enter", nil)
	return dir, out.String(), err
}

// content lists the files of a folder with what they hold.
func content(t *testing.T, fsys spool.FS, dir string) (list []string) {
	t.Helper()
	found, err := fsys.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range found {
		if e.IsDir() {
			list = append(list, e.Name()+"/")
			for _, below := range content(t, fsys, filepath.Join(dir, e.Name())) {
				list = append(list, e.Name()+"/"+below)
			}
			continue
		}
		f, err := fsys.Open(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(f)
		if err := errors.Join(err, f.Close()); err != nil {
			t.Fatal(err)
		}
		list = append(list, fmt.Sprintf("%s %q", e.Name(), data))
	}
	return list
}

// TestWatchSeesAll: what a program does is seen in order, and done again in memory
// it leaves what it left on the disk, by one thread and by many.
func TestWatchSeesAll(t *testing.T) {
	for program, least := range map[string]int{"steps": 30, "crowd": 400 * 6} {
		t.Run(program, func(t *testing.T) {
			m := spooltest.New()
			var log []string
			dir, said, err := watched(t, program, func(o spooltest.Operation) spooltest.Verdict {
				log = append(log, o.String())
				if err := m.Replay(o); err != nil {
					t.Errorf("%s: %v", o, err)
				}
				return spooltest.Verdict{}
			})
			if err != nil || len(log) < least {
				t.Fatalf("%d operations, %v: %s", len(log), err, said)
			}
			want, got := content(t, spool.OS, dir), content(t, m, ".")
			if !slices.Equal(want, got) {
				t.Errorf("the disk has\n%s\nmemory\n%s", strings.Join(want, "\n"), strings.Join(got, "\n"))
			}
			if program == "steps" {
				golden := filepath.Join("testdata", "steps.golden")
				want, err := os.ReadFile(golden)
				if got := strings.Join(log, "\n") + "\n"; err != nil || got != string(want) {
					t.Errorf("%s: %v; got\n%s", golden, err, got)
				}
			}
		})
	}
}

// TestWatchDecides: an operation fails with the error that is asked for, and of a
// process that is killed at one nothing happens from it on.
func TestWatchDecides(t *testing.T) {
	at := func(name string, v spooltest.Verdict) func(spooltest.Operation) spooltest.Verdict {
		return func(o spooltest.Operation) spooltest.Verdict {
			if strings.HasPrefix(o.String(), name) {
				return v
			}
			return spooltest.Verdict{}
		}
	}
	for _, errno := range []syscall.Errno{syscall.EIO, syscall.ENOSPC} {
		for _, call := range []string{"create d/a", "write d/a", "sync d/a", "rename d/a", "syncdir d", "link b", "remove b", "mkdir d", "truncate d/a 4", "reserve d/a"} {
			_, said, err := watched(t, "steps", at(call, spooltest.Verdict{Errno: errno}))
			var exit *exec.ExitError
			if !errors.As(err, &exit) || exit.ExitCode() != 1 || !strings.Contains(said, errno.Error()) {
				t.Errorf("%s fails with %v: %v, %q", call, errno, err, said)
			}
		}
	}
	dir, said, err := watched(t, "steps", at("rename b.flussi-part b", spooltest.Verdict{Kill: true}))
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.Exited() {
		t.Fatalf("it was not killed: %v, %q", err, said)
	}
	if _, err := os.Stat(filepath.Join(dir, "b")); !errors.Is(err, fs.ErrNotExist) {
		t.Error("what it was killed at happened")
	}
	if text, err := os.ReadFile(filepath.Join(dir, "b.flussi-part")); string(text) != "text of b" {
		t.Errorf("what came before did not: %q, %v", text, err)
	}
}
