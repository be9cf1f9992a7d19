package spool_test

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"filippo.io/age"

	"flussi/internal/flusso"
	"flussi/internal/spool"
	"flussi/internal/spool/spooltest"
	"flussi/internal/testshared"
)

// identity and sealing are made for each run of the tests.
var (
	identity = mustIdentity()
	sealing  = mustKeys([]string{identity.Recipient().String()}, identity.String())
)

func mustIdentity() *age.X25519Identity {
	i, err := age.GenerateX25519Identity()
	if err != nil {
		panic(err)
	}
	return i
}

func mustKeys(recipients []string, identity string) spool.Keys {
	k, err := spool.ParseKeys(recipients, []byte(identity))
	if err != nil {
		panic(err)
	}
	return k
}

// segment is the most plain bytes that one holds (segmentSize).
const segment = 4 << 20

// sealed makes a spool with one sealed arrival, in several segments where
// pieces are synced, and gives the file's bytes.
func sealed(t testing.TB, pieces ...[]byte) (*spooltest.Mem, []byte) {
	t.Helper()
	m := spooltest.New()
	s := mustOpen(t, m, sealing)
	p, err := s.Begin(id)
	if err != nil {
		t.Fatal(err)
	}
	for i, b := range pieces {
		if _, err := p.Write(b); err != nil {
			t.Fatal(err)
		}
		if i < len(pieces)-1 {
			if err := p.Sync(); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := p.Commit(); err != nil {
		t.Fatal(err)
	}
	file, err := m.ReadFile("s/" + id + ".sealed")
	if err != nil {
		t.Fatal(err)
	}
	return m, file
}

func mustOpen(t testing.TB, fsys spool.FS, keys spool.Keys) *spool.Spool {
	t.Helper()
	s, err := spool.Open(fsys, "s", keys)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// noise is text that does not compress and repeats for the same seed.
func noise(seed uint64, n int) []byte {
	b := make([]byte, n)
	r := rand.NewChaCha8([32]byte{byte(seed)})
	_, _ = r.Read(b)
	return b
}

// read gives the bytes that an arrival in this file would have.
func read(t *testing.T, keys spool.Keys, id string, file []byte) ([]byte, error) {
	t.Helper()
	m := spooltest.New()
	s := mustOpen(t, m, keys)
	f, err := m.Create("s/"+id+".sealed", spool.FilePerm)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Write(file); err != nil {
		t.Fatal(err)
	}
	c, err := s.OpenEntry(id)
	if err != nil {
		return nil, err
	}
	return io.ReadAll(c)
}

func TestSealedSizes(t *testing.T) {
	for _, n := range []int{0, 1, 65535, 65536, segment - 1, segment, segment + 1, 2 * segment, 2*segment + 7} {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			want := noise(1, n)
			m, file := sealed(t, want)
			s := mustOpen(t, m, sealing)
			e, err := s.Stat(id)
			if err != nil || e.Size != int64(n) || !e.Sealed {
				t.Errorf("%+v, %v", e, err)
			}
			list, err := s.Entries()
			if err != nil || len(list) != 1 || list[0] != e {
				t.Errorf("%+v, %v", list, err)
			}
			got, err := read(t, sealing, id, file)
			if err != nil || !bytes.Equal(got, want) {
				t.Errorf("%d bytes, %v", len(got), err)
			}
			if segments := bytes.Count(file, []byte("flussi segment 1 plain")); segments != max(1, (n+segment-1)/segment) {
				t.Errorf("%d segments", segments)
			}
		})
	}
}

// Reads at any offset, by several at once, give what a file would.
func TestSealedReadAt(t *testing.T) {
	want := noise(2, 3*segment+1000)
	m, _ := sealed(t, want[:100], want[100:100], want[100:segment], want[segment:])
	c, err := mustOpen(t, m, sealing).OpenEntry(id)
	if err != nil {
		t.Fatal(err)
	}
	file := bytes.NewReader(want)
	done := make(chan error)
	for seed := range uint64(3) {
		go func() {
			r := rand.New(rand.NewPCG(seed, 0))
			for range 12 {
				off, n := r.Int64N(int64(len(want))+10), r.IntN(200000)
				got, expected := make([]byte, n), make([]byte, n)
				gn, gerr := c.ReadAt(got, off)
				en, eerr := file.ReadAt(expected, off)
				if gn != en || !bytes.Equal(got, expected) || gerr != eerr {
					done <- fmt.Errorf("%d at %d: %d, %v; want %d, %v", n, off, gn, gerr, en, eerr)
					return
				}
			}
			done <- nil
		}()
	}
	for range 3 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	if _, err := c.ReadAt(make([]byte, 1), -1); err == nil {
		t.Error("read before the start")
	}
}

const marker = "ROSSI MARIO RSSMRA80A01H501U"

// At no operation does the disk see a plain byte.
func TestNoPlainByteOnDisk(t *testing.T) {
	m := spooltest.New()
	s := mustOpen(t, m, sealing)
	look := func(when string) {
		for _, name := range m.Tree() {
			if b, err := m.ReadFile(name); err == nil && bytes.Contains(b, []byte("ROSSI")) {
				t.Errorf("%s: %d bytes of it hold the marker", when, len(b))
			}
		}
	}
	p, err := s.Begin(id)
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if _, err := p.Write([]byte(strings.Repeat(marker, 3000))); err != nil {
			t.Fatal(err)
		}
		look("written")
		if err := p.Sync(); err != nil {
			t.Fatal(err)
		}
		look("synced")
	}
	if _, err := p.Write([]byte(marker)); err != nil {
		t.Fatal(err)
	}
	if err := p.Keep(); err != nil {
		t.Fatal(err)
	}
	look("kept")
	if p, err = s.Resume(id); err != nil {
		t.Fatal(err)
	}
	if err := p.Commit(); err != nil {
		t.Fatal(err)
	}
	look("whole")
	if err := s.Quarantine(id); err != nil {
		t.Fatal(err)
	}
	look("set aside")
	if got := content(t, s.OpenQuarantined); got != strings.Repeat(marker, 9001) {
		t.Errorf("%d bytes came back", len(got))
	}
}

// A frame that lies about its length moves no byte of the segments behind it.
func TestReadAtIsTiedToItsPlace(t *testing.T) {
	m, file := sealed(t, []byte("first piece"), []byte("the second"))
	const name = "s/" + id + ".sealed"
	if err := m.Remove(name); err != nil {
		t.Fatal(err)
	}
	f, err := m.Create(name, spool.FilePerm)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Write(bytes.Replace(file, []byte("plain 0000000011"), []byte("plain 0000000010"), 1)); err != nil {
		t.Fatal(err)
	}
	c, err := mustOpen(t, m, sealing).OpenEntry(id)
	if err == nil {
		_, err = c.ReadAt(make([]byte, 4), 12)
	}
	if flusso.KindOf(err) != flusso.Corrupt {
		t.Errorf("read: %v", err)
	}
}

// Whatever is done to the file, reading it says that it is not what was
// written: never other bytes, never fewer.
func TestAlteredIsCorrupt(t *testing.T) {
	pieces := [][]byte{[]byte("first piece"), []byte("the second"), []byte("and the third")}
	_, file := sealed(t, pieces...)
	want := bytes.Join(pieces, nil)
	if got, err := read(t, sealing, id, file); err != nil || !bytes.Equal(got, want) {
		t.Fatalf("%q, %v", got, err)
	}
	refused := func(what, id string, altered []byte) {
		t.Helper()
		got, err := read(t, sealing, id, altered)
		if flusso.KindOf(err) != flusso.Corrupt {
			t.Errorf("%s: %d bytes, %v", what, len(got), err)
		}
		if err != nil && strings.Contains(err.Error(), "piece") {
			t.Errorf("%s: the error tells the content", what)
		}
	}
	for i := range file {
		altered := bytes.Clone(file)
		altered[i] ^= 1
		refused(fmt.Sprintf("byte %d flipped", i), id, altered)
	}
	for n := range file {
		refused(fmt.Sprintf("cut to %d", n), id, file[:n])
	}
	refused("a byte more", id, append(bytes.Clone(file), 0))
	refused("of another arrival", "5ca1ab1f", file)

	var parts [][]byte
	for rest := file; len(rest) > 0; {
		next := bytes.Index(rest[1:], []byte("flussi segment"))
		if next < 0 {
			next = len(rest) - 1
		}
		parts = append(parts, rest[:next+1])
		rest = rest[next+1:]
	}
	if len(parts) != 3 {
		t.Fatalf("%d segments", len(parts))
	}
	for _, order := range [][]int{{0, 1}, {0, 2}, {1, 2}, {2}, {0}, {1, 0, 2}, {0, 0, 1, 2}, {0, 1, 1, 2}, {0, 1, 2, 2}, {0, 2, 1}, {2, 1, 0}} {
		var altered []byte
		for _, i := range order {
			altered = append(altered, parts[i]...)
		}
		refused(fmt.Sprintf("segments %v", order), id, altered)
	}
	other := mustIdentity()
	if _, err := read(t, mustKeys(nil, other.String()), id, file); flusso.KindOf(err) != flusso.Corrupt {
		t.Errorf("another key: %v", err)
	}
	if _, err := read(t, spool.Keys{}, id, file); flusso.KindOf(err) != flusso.Config {
		t.Errorf("no key: %v", err)
	}
}

// What was durable and is damaged is told, and stays on the disk; what an
// interrupted write left behind it is cut off only when the arrival goes on.
func TestResumeSealed(t *testing.T) {
	unfinished := func(damage func(file []byte) []byte) (*spooltest.Mem, *spool.Spool) {
		m := spooltest.New()
		s := mustOpen(t, m, sealing)
		p, err := s.Begin(id)
		if err != nil {
			t.Fatal(err)
		}
		for range 3 {
			if _, err := p.Write([]byte(marker)); err != nil {
				t.Fatal(err)
			}
			if err := p.Sync(); err != nil {
				t.Fatal(err)
			}
		}
		if err := p.Keep(); err != nil {
			t.Fatal(err)
		}
		const name = "s/" + id + ".sealed.flussi-arrival"
		file, err := m.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if err := m.Remove(name); err != nil {
			t.Fatal(err)
		}
		f, err := m.Create(name, spool.FilePerm)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Write(damage(file)); err != nil {
			t.Fatal(err)
		}
		return m, s
	}
	for _, c := range []struct {
		name   string
		damage func([]byte) []byte
		size   int // of the plain bytes; -1: Corrupt
	}{
		{"nothing", func(b []byte) []byte { return b }, 3},
		{"a torn frame", func(b []byte) []byte { return append(b, "flussi seg"...) }, 3},
		{"a torn segment", func(b []byte) []byte { return append(b, b[:200]...) }, 3},
		{"zeros", func(b []byte) []byte { return append(b, make([]byte, 1000)...) }, 3},
		{"the last segment torn", func(b []byte) []byte { b[len(b)-1] ^= 1; return b }, 2},
		{"the last segment short", func(b []byte) []byte { return b[:len(b)-1] }, 2},
		{"the first segment altered", func(b []byte) []byte { b[300] ^= 1; return b }, -1},
		{"the second segment altered", func(b []byte) []byte { b[len(b)/2] ^= 1; return b }, -1},
		{"the second segment altered, a torn one behind", func(b []byte) []byte { b[len(b)/2] ^= 1; return append(b, 'f') }, -1},
	} {
		t.Run(c.name, func(t *testing.T) {
			m, s := unfinished(c.damage)
			before, _ := m.ReadFile("s/" + id + ".sealed.flussi-arrival")
			p, err := s.Resume(id)
			if c.size < 0 {
				if flusso.KindOf(err) != flusso.Corrupt {
					t.Fatalf("resumed: %v", err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			have := strings.Repeat(marker, c.size)
			if p.Size() != int64(len(have)) || p.Sum() != sha256.Sum256([]byte(have)) {
				t.Errorf("%d bytes of %d", p.Size(), len(have))
			}
			if err := p.Keep(); err != nil {
				t.Fatal(err)
			}
			if after, _ := m.ReadFile("s/" + id + ".sealed.flussi-arrival"); !bytes.Equal(before, after) {
				t.Error("looking at it changed it")
			}
			if p, err = s.Resume(id); err != nil {
				t.Fatal(err)
			}
			if _, err := p.Write([]byte("and on")); err != nil {
				t.Fatal(err)
			}
			if err := p.Commit(); err != nil {
				t.Fatal(err)
			}
			if got := content(t, mustOpen(t, m.Crash(), sealing).OpenEntry); got != have+"and on" {
				t.Errorf("%q", got)
			}
		})
	}
}

// An arrival whose last segment was written is whole but for its name.
func TestResumeWholeSealed(t *testing.T) {
	m, _ := sealed(t, []byte(marker))
	if err := m.Rename("s/"+id+".sealed", "s/"+id+".sealed.flussi-arrival"); err != nil {
		t.Fatal(err)
	}
	s := mustOpen(t, m, sealing)
	p, err := s.Resume(id)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Write([]byte("more")); err == nil {
		t.Error("wrote behind the end")
	}
	if err := p.Keep(); err != nil {
		t.Fatal(err)
	}
	if p, err = s.Resume(id); err != nil {
		t.Fatal(err)
	}
	if err := p.Commit(); err != nil {
		t.Fatal(err)
	}
	if got := content(t, s.OpenEntry); got != marker {
		t.Errorf("%q", got)
	}
}

// Encryption is switched on and off, and the key changed: what rests is read,
// and what was begun is ended, in its own form.
func TestSwitching(t *testing.T) {
	next := mustIdentity()
	changed := mustKeys([]string{next.Recipient().String()}, "# two keys\n"+next.String()+"\n"+identity.String()+"\n")
	off := mustKeys(nil, identity.String())
	for _, c := range []struct {
		name         string
		before, then spool.Keys
	}{{"on", spool.Keys{}, sealing}, {"off", sealing, off}, {"changed", sealing, changed}} {
		t.Run(c.name, func(t *testing.T) {
			m := spooltest.New()
			old := mustOpen(t, m, c.before)
			p, err := old.Begin(id)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := p.Write([]byte(marker)); err != nil {
				t.Fatal(err)
			}
			if err := p.Keep(); err != nil {
				t.Fatal(err)
			}
			s := mustOpen(t, m, c.then)
			if _, err := s.Begin(id); flusso.KindOf(err) != flusso.Exists {
				t.Errorf("begun twice: %v", err)
			}
			if p, err = s.Resume(id); err != nil {
				t.Fatal(err)
			}
			if err := p.Commit(); err != nil {
				t.Fatal(err)
			}
			if got := content(t, s.OpenEntry); got != marker {
				t.Errorf("%q", got)
			}
			if _, err := s.Begin(id); flusso.KindOf(err) != flusso.Exists {
				t.Errorf("begun twice: %v", err)
			}
			if err := s.Quarantine(id); err != nil {
				t.Fatal(err)
			}
			if err := s.Restore(id); err != nil {
				t.Fatal(err)
			}
			if e, err := s.Stat(id); err != nil || e.Size != int64(len(marker)) {
				t.Errorf("%+v, %v", e, err)
			}
			if err := s.Remove(id); err != nil {
				t.Fatal(err)
			}
			if tree := m.Tree(); len(tree) != 2 {
				t.Errorf("left: %v", tree)
			}
		})
	}
}

func TestKeys(t *testing.T) {
	own, other := identity.Recipient().String(), mustIdentity().Recipient().String()
	if _, err := spool.ParseKeys([]string{other, own}, []byte("# created: today\n"+identity.String())); err != nil {
		t.Errorf("with an escrow key: %v", err)
	}
	for _, c := range []struct {
		recipients []string
		identity   string
	}{{[]string{other}, identity.String()}, {[]string{own}, ""}, {nil, "AGE-SECRET-KEY-1NOTAKEY"}, {[]string{"age1x"}, identity.String()}, {nil, "# nothing"}} {
		_, err := spool.ParseKeys(c.recipients, []byte(c.identity))
		if flusso.KindOf(err) != flusso.Config || strings.Contains(err.Error(), "NOTAKEY") {
			t.Errorf("%d recipients: %v", len(c.recipients), err)
		}
	}
}

// The way back without flussi that the package doc shows: age alone.
func TestAgeAloneReads(t *testing.T) {
	tool := testshared.Peer(t, "age")
	testshared.Peer(t, "sh")
	want := noise(3, segment+100000)
	_, file := sealed(t, want[:10], want[10:])
	dir := t.TempDir()
	for name, b := range map[string][]byte{"arrival.sealed": file, "key.txt": []byte(identity.String() + "\n"), "recover.sh": []byte(recovery(t))} {
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command("sh", "recover.sh", "arrival.sealed", "key.txt")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "PATH="+filepath.Dir(tool)+string(filepath.ListSeparator)+os.Getenv("PATH"))
	var errs bytes.Buffer
	cmd.Stderr = &errs
	got, err := cmd.Output()
	if err != nil || !bytes.Equal(got, want) {
		t.Errorf("%d bytes of %d, %v\n%s", len(got), len(want), err, &errs)
	}
}

// recovery is the script in the package doc.
func recovery(t *testing.T) string {
	t.Helper()
	source, err := os.ReadFile("spool.go")
	if err != nil {
		t.Fatal(err)
	}
	var script []string
	for line := range strings.Lines(string(source)) {
		if text, ok := strings.CutPrefix(line, "//\t"); ok {
			script = append(script, text)
		}
	}
	if len(script) == 0 {
		t.Fatal("the package doc shows none")
	}
	return strings.Join(script, "")
}

// A failing disk is not taken for an altered file.
func TestDiskErrorIsNotCorrupt(t *testing.T) {
	m, _ := sealed(t, []byte("one"), []byte("two"))
	for i := 0; ; i++ {
		r := spooltest.Record(m).FailAt(i, spooltest.ErrInjected, true)
		err := func() error {
			s, err := spool.Open(r, "s", sealing)
			if err != nil {
				return err
			}
			c, err := s.OpenEntry(id)
			if err != nil {
				return err
			}
			_, err = io.Copy(io.Discard, c)
			return err
		}()
		if len(r.Log()) <= i {
			break
		}
		if !errors.Is(err, spooltest.ErrInjected) || flusso.KindOf(err) == flusso.Corrupt {
			t.Errorf("%s: %v", r.Log()[i], err)
		}
	}
}

// FuzzSealed: whatever is in the file, reading it gives the bytes that were
// written or says that it is not they.
func FuzzSealed(f *testing.F) {
	want := []byte("first piece and the second")
	_, file := sealed(f, want[:11], want[11:])
	f.Add(0, 0, []byte(nil))
	f.Add(24, 10, []byte("0000000000"))
	f.Add(len(file)-1, 1, []byte(nil))
	f.Add(0, len(file), file[:len(file)/2])
	f.Add(len(file), 0, file)
	f.Fuzz(func(t *testing.T, at, cut int, put []byte) {
		if at < 0 || cut < 0 || at > len(file) || cut > len(file)-at {
			return
		}
		altered := append(append(bytes.Clone(file[:at]), put...), file[at+cut:]...)
		got, err := read(t, sealing, id, altered)
		if err == nil && !bytes.Equal(got, want) || err != nil && flusso.KindOf(err) != flusso.Corrupt {
			t.Errorf("%d bytes, %v", len(got), err)
		}
		if !bytes.Equal(altered, file) && err == nil {
			t.Error("altered, and read")
		}
	})
}

func BenchmarkArrival(b *testing.B) {
	const size = 64 << 20
	data := noise(4, 256<<10)
	for _, m := range modes {
		b.Run(m.name+"/write", func(b *testing.B) {
			s, err := spool.Open(spool.OS, b.TempDir(), m.keys)
			if err != nil {
				b.Fatal(err)
			}
			b.SetBytes(size)
			b.ReportAllocs()
			for i := range b.N {
				id := fmt.Sprintf("%08x", i)
				p, err := s.Begin(id)
				if err != nil {
					b.Fatal(err)
				}
				for range size / len(data) {
					if _, err := p.Write(data); err != nil {
						b.Fatal(err)
					}
				}
				if err := p.Commit(); err != nil {
					b.Fatal(err)
				}
				b.StopTimer()
				if err := s.Remove(id); err != nil {
					b.Fatal(err)
				}
				b.StartTimer()
			}
		})
	}
	for _, m := range modes {
		b.Run(m.name+"/read", func(b *testing.B) {
			s, err := spool.Open(spool.OS, b.TempDir(), m.keys)
			if err != nil {
				b.Fatal(err)
			}
			p, err := s.Begin(id)
			if err != nil {
				b.Fatal(err)
			}
			for range size / len(data) {
				if _, err := p.Write(data); err != nil {
					b.Fatal(err)
				}
			}
			if err := p.Commit(); err != nil {
				b.Fatal(err)
			}
			b.SetBytes(size)
			b.ReportAllocs()
			for b.Loop() {
				c, err := s.OpenEntry(id)
				if err != nil {
					b.Fatal(err)
				}
				if n, err := io.CopyBuffer(struct{ io.Writer }{io.Discard}, struct{ io.Reader }{c}, make([]byte, 64<<10)); n != size || err != nil {
					b.Fatal(n, err)
				}
				if err := c.Close(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
