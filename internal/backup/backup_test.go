package backup_test

import (
	"archive/tar"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"filippo.io/age"
	"github.com/klauspost/compress/zstd"
	"go.uber.org/goleak"

	"flussi/internal/backup"
	"flussi/internal/flusso"
	"flussi/internal/ledger"
	"flussi/internal/spool"
	"flussi/internal/testshared"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var day = time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)

func now() time.Time { return day }

// house is a state folder with a ledger, and what goes beside it.
type house struct {
	*testing.T
	dir      string
	identity *age.X25519Identity
	stay     atomic.Int64 // arrivals that busy leaves where they are
}

func newHouse(t *testing.T) *house {
	identity, err := age.GenerateX25519Identity()
	h := &house{T: t, dir: t.TempDir(), identity: identity}
	h.must(err)
	h.must(os.Mkdir(h.path("stato"), 0o700))
	l, err := ledger.Open(t.Context(), h.path("stato/ledger.db"), ledger.Options{Now: now})
	h.must(err)
	for range 10 {
		_, err := l.Append(t.Context(), ledger.Entry{Event: ledger.Access})
		h.must(err)
	}
	run, err := l.BeginRun(t.Context(), ledger.Run{Schedule: "ritorno"})
	h.must(err)
	id, err := l.Take(t.Context(), ledger.Arrival{FetchKey: "k", SpoolID: "0011223344556677", Run: run, Size: 3})
	h.must(err)
	h.must(l.Receive(t.Context(), id, 3, spool.Sum{1}))
	h.must(l.Close())
	h.write("stato/master.key", "secret")
	h.write("stato/codes/custode-1.key", "secret too")
	h.write("stato/lock", "1")
	h.write("stato/release-x.key", "to die")
	h.write("stato/spool/0011223344556677", "ROSSI_MARIO")
	h.write("stato/spool/quarantine/8899aabbccddeeff", "bad")
	h.write("stato/current/r/d/1.keys", strings.Repeat("keys", 10_000))
	h.write("stato/current/r/d/2.keys.flussi-part", "half")
	h.write("dataset/r/d/current.json", `{"release":"1"}`)
	h.write("dataset/r/d/releases/1/part-0.parquet", "PAR1")
	h.write("flussi.yaml", "ente: x\n")
	h.write("segreti/password", "hunter2")
	return h
}

func (h *house) must(err error) {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
}

func (h *house) path(rel string) string { return filepath.Join(h.dir, filepath.FromSlash(rel)) }

func (h *house) write(rel, text string) {
	h.Helper()
	h.must(os.MkdirAll(filepath.Dir(h.path(rel)), 0o700))
	h.must(os.WriteFile(h.path(rel), []byte(text), 0o600))
}

func class(rel string) backup.Class {
	switch {
	case strings.HasSuffix(rel, "lock"), strings.HasPrefix(rel, "ledger.db"), strings.HasPrefix(rel, "release-"), strings.HasSuffix(rel, spool.PartSuffix):
		return backup.Left
	case rel == "master.key", strings.HasPrefix(rel, "codes/"):
		return backup.Key
	case strings.HasPrefix(rel, "spool/") && !strings.Contains(rel, spool.SealedSuffix):
		return backup.Clear
	}
	return backup.Kept
}

func (h *house) source() *backup.Source {
	return &backup.Source{
		State: h.path("stato"), Ledger: "ledger.db", Spool: "spool", Class: class, Datasets: h.path("dataset"),
		Config:     []backup.File{{Name: "flussi.yaml", Path: h.path("flussi.yaml")}, {Name: "segreti/password", Path: h.path("segreti/password"), Secret: true}},
		Recipients: []age.Recipient{h.identity.Recipient()}, Ente: "H501", Version: "1.0.0", Now: now,
	}
}

func (h *house) options() backup.Options {
	return backup.Options{Identities: []age.Identity{h.identity}}
}

// archive makes one and puts it into a file.
func (h *house) archive(s *backup.Source) (path string, m *backup.Manifest) {
	h.Helper()
	var b bytes.Buffer
	m, err := s.Create(h.Context(), &b)
	h.must(err)
	path = h.path("copia.tar.zst.age")
	h.must(os.WriteFile(path, b.Bytes(), 0o600))
	if _, err := os.Stat(h.path("stato/backup.stage")); !errors.Is(err, fs.ErrNotExist) {
		h.Errorf("left in the state folder: %v", err)
	}
	return path, m
}

var wanted = []string{
	"config/flussi.yaml", "config/segreti/password", "datasets/r/d/current.json", "datasets/r/d/releases/1/part-0.parquet",
	"state/codes/custode-1.key", "state/current/r/d/1.keys", "state/ledger.db", "state/master.key",
	"state/spool/0011223344556677", "state/spool/quarantine/8899aabbccddeeff",
}

func members(m *backup.Manifest) (list []string) {
	for _, f := range m.Files {
		list = append(list, f.Name)
	}
	slices.Sort(list)
	return list
}

func TestThereAndBack(t *testing.T) {
	h := newHouse(t)
	path, m := h.archive(h.source())
	if got := members(m); !slices.Equal(got, wanted) {
		t.Errorf("holds %q", got)
	}
	if m.Entries != 10 || m.LedgerVersion != ledger.Version() || !m.Keys || m.Missing != 0 || m.Config != "config/flussi.yaml" {
		t.Errorf("%+v", m)
	}
	if packed, err := os.ReadFile(path); err != nil || bytes.Contains(packed, []byte("ROSSI")) || bytes.Contains(packed, []byte("manifest")) {
		t.Error("what is sealed can be read")
	}
	read, err := backup.Verify(t.Context(), path, h.options())
	if err != nil || read.Root != m.Root || !slices.Equal(read.Files, m.Files) {
		t.Fatalf("%+v, %v", read, err)
	}
	checked := false
	into := backup.Into{State: h.path("di nuovo/stato"), Config: h.path("etc"), Datasets: h.path("dati"), Now: now, Check: func(_ context.Context, state string, m *backup.Manifest) error {
		_, there := os.Stat(h.path("di nuovo/stato"))
		checked = state != h.path("di nuovo/stato") && errors.Is(there, fs.ErrNotExist)
		return nil
	}}
	h.must(os.MkdirAll(h.path("di nuovo"), 0o700))
	h.must(os.MkdirAll(into.Config, 0o700)) // empty ones are taken
	if _, err := backup.Restore(t.Context(), path, h.options(), into); err != nil {
		t.Fatal(err)
	}
	if !checked {
		t.Error("put in its place before it was looked at")
	}
	for part, dir := range map[string]string{"state": into.State, "config": into.Config, "datasets": into.Datasets} {
		for _, f := range m.Files {
			rel, ours := strings.CutPrefix(f.Name, part+"/")
			if !ours {
				continue
			}
			text, err := os.ReadFile(filepath.Join(dir, rel))
			if err != nil || sha256.Sum256(text) != f.SHA256 {
				t.Errorf("%s: %v", f.Name, err)
			}
			if info, _ := os.Stat(filepath.Join(dir, rel)); runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
				t.Errorf("%s has mode %v", f.Name, info.Mode())
			}
		}
	}
	mark, restored, err := backup.Restored(spool.OS, into.State)
	if err != nil || !restored || !mark.MadeAt.Equal(day) || mark.Entries != 10 {
		t.Errorf("%+v, %v, %v", mark, restored, err)
	}
	h.must(backup.Settle(spool.OS, into.State))
	if _, restored, err := backup.Restored(spool.OS, into.State); err != nil || restored {
		t.Errorf("%v, %v", restored, err)
	}
	// Nothing is written over.
	before, err := os.ReadFile(filepath.Join(into.State, "ledger.db"))
	h.must(err)
	if _, err := backup.Restore(t.Context(), path, h.options(), backup.Into{State: into.State, Now: now}); flusso.KindOf(err) != flusso.Exists {
		t.Errorf("over what is there: %v", err)
	}
	if after, err := os.ReadFile(filepath.Join(into.State, "ledger.db")); err != nil || !bytes.Equal(before, after) {
		t.Error("changed what was there")
	}
}

// TestByHand opens an archive with the tools that the package names.
func TestByHand(t *testing.T) {
	for _, tool := range []string{"age", "zstd", "tar", "sh"} {
		if _, err := exec.LookPath(tool); err != nil {
			testshared.Skip(t, tool)
		}
	}
	h := newHouse(t)
	path, m := h.archive(h.source())
	h.write("chiave", h.identity.String()+"\n")
	h.must(os.Mkdir(h.path("a mano"), 0o700))
	cmd := exec.Command("sh", "-c", `age -d -i "$1" "$2" | zstd -dc | tar -x`, "sh", h.path("chiave"), path)
	cmd.Dir = h.path("a mano")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	for _, f := range m.Files {
		text, err := os.ReadFile(filepath.Join(cmd.Dir, filepath.FromSlash(f.Name)))
		if err != nil || sha256.Sum256(text) != f.SHA256 {
			t.Errorf("%s: %v", f.Name, err)
		}
	}
}

func TestWithoutSeal(t *testing.T) {
	h := newHouse(t)
	s := h.source()
	s.Recipients = nil
	if _, err := s.Create(t.Context(), io.Discard); flusso.KindOf(err) != flusso.Invalid {
		t.Errorf("in plain: %v", err)
	}
	h.must(os.Rename(h.path("stato/spool/0011223344556677"), h.path("stato/spool/0011223344556677.sealed")))
	h.must(os.RemoveAll(h.path("stato/spool/quarantine")))
	path, m := h.archive(s)
	for _, name := range members(m) {
		if strings.Contains(name, "key") && !strings.HasSuffix(name, ".keys") || strings.Contains(name, "password") {
			t.Errorf("a key: %s", name)
		}
	}
	if m.Keys || m.Missing != 0 {
		t.Errorf("%+v", m)
	}
	if _, err := backup.Verify(t.Context(), path, backup.Options{}); err != nil {
		t.Error(err)
	}
}

func TestMissingIsTold(t *testing.T) {
	h := newHouse(t)
	h.must(os.Remove(h.path("stato/spool/0011223344556677")))
	if _, m := h.archive(h.source()); m.Missing != 1 {
		t.Errorf("missing %d", m.Missing)
	}
}

// TestEveryCutAndFlip: an archive that is cut anywhere, or in which a byte is another, is
// refused, and nothing is written.
func TestEveryCutAndFlip(t *testing.T) {
	h := newHouse(t)
	s := h.source()
	s.Datasets = ""
	path, _ := h.archive(s)
	whole, err := os.ReadFile(path)
	h.must(err)
	broken := h.path("guasta")
	try := func(what string, text []byte) {
		t.Helper()
		h.must(os.WriteFile(broken, text, 0o600))
		_, err := backup.Restore(t.Context(), broken, h.options(), backup.Into{State: h.path("no"), Now: now})
		if err == nil || flusso.KindOf(err) != flusso.Corrupt && flusso.KindOf(err) != flusso.Invalid && flusso.KindOf(err) != flusso.Config {
			t.Fatalf("%s: %v", what, err)
		}
		for _, left := range []string{"no", "no.flussi-restore"} {
			if _, err := os.Stat(h.path(left)); !errors.Is(err, fs.ErrNotExist) {
				t.Fatalf("%s: left %s", what, left)
			}
		}
	}
	step := max(1, len(whole)/40)
	for at := 0; at < len(whole); at += step {
		try(fmt.Sprintf("cut at %d", at), whole[:at])
		flipped := bytes.Clone(whole)
		flipped[at] ^= 1
		try(fmt.Sprintf("another byte at %d", at), flipped)
	}
	try("cut by one", whole[:len(whole)-1])
	try("one more", append(bytes.Clone(whole), 0))
	if _, err := backup.Verify(t.Context(), path, backup.Options{}); flusso.KindOf(err) != flusso.Config {
		t.Errorf("without a key: %v", err)
	}
	other, err := age.GenerateX25519Identity()
	h.must(err)
	if _, err := backup.Verify(t.Context(), path, backup.Options{Identities: []age.Identity{other}}); flusso.KindOf(err) != flusso.Config {
		t.Errorf("with another key: %v", err)
	}
	h.write("testo", strings.Repeat("not an archive", 100))
	if _, err := backup.Verify(t.Context(), h.path("testo"), h.options()); flusso.KindOf(err) != flusso.Invalid {
		t.Errorf("a text: %v", err)
	}
}

// forged makes an archive of what one likes, in plain.
func forged(t *testing.T, files func(*tar.Writer, func(name string, text []byte)), change func(map[string]any)) []byte {
	t.Helper()
	var b bytes.Buffer
	z, err := zstd.NewWriter(&b)
	if err != nil {
		t.Fatal(err)
	}
	w := tar.NewWriter(z)
	list := []map[string]any{}
	files(w, func(name string, text []byte) {
		if err := w.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: name, Size: int64(len(text)), Mode: 0o600}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(text); err != nil {
			t.Fatal(err)
		}
		list = append(list, map[string]any{"name": name, "size": len(text), "sha256": fmt.Sprintf("%x", sha256.Sum256(text))})
	})
	m := map[string]any{"format": backup.Format, "made_at": day, "files": list}
	if change != nil {
		change(m)
	}
	text, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: "manifest.json", Size: int64(len(text))}); err != nil {
		t.Fatal(err)
	}
	_, _ = w.Write(text)
	if m["more"] == true {
		_ = w.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: "state/late", Size: 0})
	}
	if err := errors.Join(w.Close(), z.Close()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestHostileArchives: none of them writes anything, and none takes more memory than ours.
func TestHostileArchives(t *testing.T) {
	h := newHouse(t)
	zeros := func(n int64) func(*tar.Writer, func(string, []byte)) {
		return func(w *tar.Writer, _ func(string, []byte)) {
			_ = w.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: "state/zeros", Size: n})
			_, _ = io.CopyN(w, zero{}, n)
		}
	}
	named := func(names ...string) func(*tar.Writer, func(string, []byte)) {
		return func(_ *tar.Writer, add func(string, []byte)) {
			for _, name := range names {
				add(name, []byte("x"))
			}
		}
	}
	of := func(header *tar.Header) func(*tar.Writer, func(string, []byte)) {
		return func(w *tar.Writer, add func(string, []byte)) {
			if err := w.WriteHeader(header); err != nil {
				t.Fatal(err)
			}
			add("state/link/x", []byte("x"))
		}
	}
	for what, archive := range map[string][]byte{
		"a path up":            forged(t, named("state/../../x"), nil),
		"a path up at once":    forged(t, named("../x"), nil),
		"an absolute path":     forged(t, named("/etc/x"), nil),
		"a drive":              forged(t, named(`state/c:x`), nil),
		"a backslash":          forged(t, named(`state\..\x`), nil),
		"another part":         forged(t, named("etc/passwd"), nil),
		"a part alone":         forged(t, named("state"), nil),
		"a control character":  forged(t, named("state/a\nb"), nil),
		"a name twice":         forged(t, named("state/a", "state/a"), nil),
		"a name in two cases":  forged(t, named("state/a", "state/A"), nil),
		"a dot at the end":     forged(t, named("state/a."), nil),
		"a file and a folder":  forged(t, named("state/a", "state/a/b"), nil),
		"a symbolic link":      forged(t, of(&tar.Header{Typeflag: tar.TypeSymlink, Name: "state/link", Linkname: "/etc"}), nil),
		"a hard link":          forged(t, of(&tar.Header{Typeflag: tar.TypeLink, Name: "state/link", Linkname: "/etc/passwd"}), nil),
		"a folder":             forged(t, of(&tar.Header{Typeflag: tar.TypeDir, Name: "state/link", Mode: 0o777}), nil),
		"a device":             forged(t, of(&tar.Header{Typeflag: tar.TypeChar, Name: "state/null", Devmajor: 1, Devminor: 3}), nil),
		"a record of its own":  forged(t, of(&tar.Header{Typeflag: tar.TypeReg, Name: "state/x", Format: tar.FormatPAX, PAXRecords: map[string]string{"SCHILY.xattr.user.x": "y"}}), nil),
		"zeros without end":    forged(t, zeros(1<<30), nil),
		"another format":       forged(t, named("state/a"), func(m map[string]any) { m["format"] = "flussi backup 2" }),
		"a hash of another":    forged(t, named("state/a"), func(m map[string]any) { m["files"].([]map[string]any)[0]["sha256"] = strings.Repeat("00", 32) }),
		"one that is not told": forged(t, named("state/a", "state/b"), func(m map[string]any) { m["files"] = m["files"].([]map[string]any)[:1] }),
		"one that is not there": forged(t, named("state/a"), func(m map[string]any) {
			m["files"] = append(m["files"].([]map[string]any), map[string]any{"name": "state/b", "size": 0})
		}),
		"one after the manifest": forged(t, named("state/a"), func(m map[string]any) { m["more"] = true }),
		"two archives":           append(forged(t, named("state/a"), nil), forged(t, named("state/b"), nil)...),
	} {
		t.Run(what, func(t *testing.T) {
			path := h.path("ostile")
			h.must(os.WriteFile(path, archive, 0o600))
			before := tree(t, h.dir)
			into := backup.Into{State: h.path("no"), Config: h.path("no config"), Now: now}
			_, err := backup.Restore(t.Context(), path, h.options(), into)
			if err == nil {
				t.Error("taken")
			}
			if kind := flusso.KindOf(err); kind != flusso.Corrupt && kind != flusso.Invalid && what != "a file and a folder" {
				t.Errorf("kind %v: %v", kind, err)
			}
			if after := tree(t, h.dir); !maps.Equal(before, after) {
				t.Errorf("wrote something: %v", after)
			}
		})
	}
	h.must(os.WriteFile(h.path("buona"), forged(t, named("state/a"), nil), 0o600))
	if _, err := backup.Restore(t.Context(), h.path("buona"), h.options(), backup.Into{State: h.path("sì"), Now: now}); err != nil {
		t.Errorf("what is forged well is taken by none of these for bad: %v", err)
	}
}

type zero struct{}

func (zero) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func tree(t *testing.T, dir string) map[string]int64 {
	t.Helper()
	all := map[string]int64{}
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := e.Info()
		if err == nil && !e.IsDir() {
			all[path] = info.Size()
		} else {
			all[path] = -1
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// TestCheckRefuses: what does not stand the look is not put in its place.
func TestCheckRefuses(t *testing.T) {
	h := newHouse(t)
	path, _ := h.archive(h.source())
	before := tree(t, h.dir)
	no := errors.New("no")
	into := backup.Into{State: h.path("no"), Config: h.path("no config"), Datasets: h.path("no dati"), Now: now,
		Check: func(context.Context, string, *backup.Manifest) error { return no }}
	if _, err := backup.Restore(t.Context(), path, h.options(), into); !errors.Is(err, no) {
		t.Errorf("%v", err)
	}
	if after := tree(t, h.dir); !maps.Equal(before, after) {
		t.Errorf("left %v", after)
	}
	ctx, stop := context.WithCancelCause(t.Context())
	stop(no)
	if _, err := backup.Restore(ctx, path, h.options(), into); err == nil {
		t.Error("restored though it was told to stop")
	}
	if after := tree(t, h.dir); !maps.Equal(before, after) {
		t.Errorf("left %v", after)
	}
}

// TestWhileItMoves makes archives while files come, move and go with the ledger's word:
// every one holds what its own ledger counts on.
func TestWhileItMoves(t *testing.T) {
	h := newHouse(t)
	l, err := ledger.Open(t.Context(), h.path("stato/ledger.db"), ledger.Options{Now: now})
	h.must(err)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	done := make(chan error, 1)
	go func() { done <- h.busy(ctx, l) }()
	h.write("stato/zz", "the last of the folder")
	for range 10 {
		s, looks := h.source(), 0
		s.Class = func(rel string) backup.Class {
			// Before the moment, several come between the look at the spool and the ledger.
			if rel == "zz" && looks < 2 {
				looks++
				for from := h.stay.Load(); h.stay.Load() < from+2 && len(done) == 0; {
					runtime.Gosched()
				}
			}
			return class(rel)
		}
		if _, m := h.archive(s); m.Missing != 0 {
			t.Errorf("an archive lacks %d arrivals", m.Missing)
		}
	}
	stop()
	h.must(errors.Join(<-done, l.Close()))
}

// busy takes files, sets some aside and passes on the rest, as a house does: the bytes
// are there before the ledger says so, and go after.
func (h *house) busy(ctx context.Context, l *ledger.Ledger) error {
	background := context.WithoutCancel(ctx)
	run, err := l.BeginRun(background, ledger.Run{Schedule: "relay"})
	if err != nil {
		return err
	}
	for n := 1; ctx.Err() == nil; n++ {
		id := fmt.Sprintf("%016x", n)
		part, whole, aside := h.path("stato/spool/"+id+spool.ArrivalSuffix), h.path("stato/spool/"+id), h.path("stato/spool/quarantine/"+id)
		err := os.WriteFile(part, []byte("abc"), 0o600)
		var arrival ledger.ArrivalID
		step := func(do func() error) {
			if err == nil {
				err = do()
			}
		}
		step(func() error {
			arrival, err = l.Take(background, ledger.Arrival{FetchKey: id, SpoolID: id, Run: run, Size: 3})
			return err
		})
		step(func() error { return os.Rename(part, whole) })
		step(func() error { return l.Receive(background, arrival, 3, spool.Sum{byte(n), byte(n >> 8), 1}) })
		if n%3 == 0 {
			h.stay.Add(1)
		} else if n%2 == 0 {
			step(func() error { return l.Judge(background, arrival, ledger.Quarantined, ledger.Findings{}) })
			step(func() error { return os.Rename(whole, aside) })
			step(func() error { return l.MoveArrival(background, arrival, ledger.Purged, "resent") })
			step(func() error { return os.Remove(aside) })
		} else {
			step(func() error { return l.Judge(background, arrival, ledger.Accepted, ledger.Findings{}) })
			step(func() error { return l.MoveArrival(background, arrival, ledger.Relayed, "") })
			step(func() error { return os.Remove(whole) })
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// TestOneAtATime: two backups of a house do not share a stage.
func TestOneAtATime(t *testing.T) {
	h := newHouse(t)
	unlock, err := spool.Lock(h.path("stato/backup.lock"))
	h.must(err)
	if _, err := h.source().Create(t.Context(), io.Discard); flusso.KindOf(err) != flusso.Locked {
		t.Errorf("%v", err)
	}
	h.must(unlock())
	s := h.source()
	s.State = h.path("altrove")
	if _, err := s.Create(t.Context(), io.Discard); flusso.KindOf(err) != flusso.Config {
		t.Errorf("of nothing: %v", err)
	}
	h.must(os.Symlink("/etc", h.path("stato/current/link")))
	if _, err := h.source().Create(t.Context(), io.Discard); flusso.KindOf(err) != flusso.Invalid {
		t.Errorf("with a link: %v", err)
	}
}

// TestStageIsSwept: what a crash leaves of a backup goes when the house starts.
func TestStageIsSwept(t *testing.T) {
	h := newHouse(t)
	boom := errors.New("boom")
	func() {
		defer func() { _ = recover() }() // the process that dies leaves what it had
		_, _ = h.source().Create(t.Context(), writerFunc(func([]byte) (int, error) { panic(boom) }))
	}()
	// Deferred calls have run; a power cut runs none.
	h.write("stato/backup.stage/1.flussi-part", "ROSSI_MARIO")
	if n, err := spool.Sweep(spool.OS, h.path("stato")); err != nil || n < 1 {
		t.Errorf("%d, %v", n, err)
	}
	if text, err := os.ReadFile(h.path("stato/spool/0011223344556677")); err != nil || string(text) != "ROSSI_MARIO" {
		t.Errorf("%q, %v", text, err)
	}
	h.archive(h.source())
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }
