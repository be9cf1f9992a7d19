package exchange_test

import (
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"flussi/internal/flusso"
	"flussi/internal/synth"
	"flussi/internal/testshared"
)

// unnamed gives what the files hold that a process has open below dir and that
// have no name any more.
func unnamed(t testing.TB, process, dir string) (all []byte) {
	t.Helper()
	fds := filepath.Join("/proc", process, "fd")
	open, err := os.ReadDir(fds)
	if err != nil {
		testshared.Skip(t, "/proc")
	}
	for _, fd := range open {
		path := filepath.Join(fds, fd.Name())
		if name, err := os.Readlink(path); err != nil || !strings.HasPrefix(name, dir) || !strings.HasSuffix(name, "(deleted)") {
			continue
		}
		f, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(f)
		if err := errors.Join(err, f.Close()); err != nil {
			t.Fatal(err)
		}
		all = append(all, data...)
	}
	return all
}

// TestSpillIsSealed: what goes to disk while rows are sorted has no name, so that
// kill -9 leaves nothing, and nothing of a person can be read there.
func TestSpillIsSealed(t *testing.T) {
	dir := t.TempDir()
	path := flowFile(t, dir, synth.Options{Tipo: flusso.PSPSASINA, Beneficiari: 3000, Seed: 9, Progressivo: 1, Year: 2025}, false)
	flow, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	l := threeRecipients(filepath.Join(dir, "out"))[0]
	l.RowMemory = 100 << 10
	var spilled []byte
	now := l.Now
	l.Now = func() time.Time { // asked when all is read, and nothing is written yet
		if data := unnamed(t, "self", dir); len(data) > len(spilled) {
			spilled = data
		}
		return now()
	}
	if _, results, err := l.Disclose(t.Context(), []string{path}); err != nil || results[0].Rows == 0 {
		t.Fatalf("%+v, %v", results, err)
	}
	if len(spilled) < 200<<10 {
		t.Fatalf("only %d bytes on disk", len(spilled))
	}
	persons := 0
	for _, of := range bytes.Split(flow, []byte(`CodiceFiscale="`))[1:] {
		if code := of[:bytes.IndexByte(of, '"')]; bytes.Contains(spilled, code) {
			t.Fatal("a CodiceFiscale stands on disk in the clear")
		}
		persons++
	}
	if persons < 3000 {
		t.Errorf("%d persons looked for", persons)
	}
	if left, err := filepath.Glob(filepath.Join(dir, "*.flussi-part")); err != nil || len(left) > 0 {
		t.Errorf("left %v, %v", left, err)
	}
}

// TestSpillDiskFull: where the disk ends while rows go to it, it is told, with a
// remedy, and nothing is published. It runs in a process of its own, whose files have
// a limit.
func TestSpillDiskFull(t *testing.T) {
	const ownProcess = "FLUSSI_TEST_SMALL_FILES"
	if os.Getenv(ownProcess) == "" {
		cmd := exec.Command(os.Args[0], "-test.run", "^TestSpillDiskFull$")
		cmd.Env = append(os.Environ(), ownProcess+"=1")
		if said, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, said)
		}
		return
	}
	dir := t.TempDir()
	path := flowFile(t, dir, synth.Options{Tipo: flusso.PSPSASINA, Beneficiari: 3000, Seed: 9, Progressivo: 1, Year: 2025}, false)
	l := threeRecipients(filepath.Join(dir, "out"))[0]
	l.RowMemory = 100 << 10
	var before syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &before); err != nil {
		t.Fatal(err)
	}
	small := before
	small.Cur = 150 << 10
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &small); err != nil {
		testshared.Skip(t, "a limit on the size of files")
	}
	_, results, err := l.Disclose(t.Context(), []string{path})
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &before); err != nil {
		t.Fatal(err)
	}
	var told *flusso.Error
	if !errors.As(err, &told) || told.Kind != flusso.Transient || told.Hint.It == "" || len(results) > 0 {
		t.Errorf("%+v, %v", results, err)
	}
	if left, err := filepath.Glob(filepath.Join(dir, "out", "*", "*", "*")); err != nil || len(left) > 0 {
		t.Errorf("left %v, %v", left, err)
	}
	if _, results, err := l.Disclose(t.Context(), []string{path}); err != nil || results[0].Rows == 0 {
		t.Errorf("with room: %+v, %v", results, err)
	}
}
