package main

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"flussi/internal/testshared"
)

// TestDiscloseDiskFull: the disk of the datasets is full in the middle of a release.
// That is said, the release before is what it was and live, nothing of the other is
// left, and with room the same command makes it. The disk is a tmpfs in a mount
// namespace of the commands' own.
func TestDiscloseDiskFull(t *testing.T) {
	unshare := testshared.Peer(t, "unshare")
	how := []string{unshare, "--map-root-user", "--mount"}
	if exec.Command(how[0], append(how[1:], "mount", "-t", "tmpfs", "none", t.TempDir())...).Run() != nil {
		testshared.Skip(t, "private mount namespace")
	}
	dir := t.TempDir()
	flussiFile(t, dir, "few.xml", "synth", "--tipo", "PS", "--beneficiari", "200", "--seed", "1")
	flussiFile(t, dir, "many.xml", "synth", "--tipo", "PS", "--beneficiari", "4000", "--seed", "2")
	const script = `set -e
mkdir out
mount -t tmpfs -o size=600k none out
live() { grep '"release"' out/inps/prestazioni/current.json; }
flussi disclose --recipient inps --out out few.xml >&2
before=$(live)
code=0; flussi disclose --lang en --recipient inps --out out many.xml 2>said || code=$?
echo "code $code"; cat said
test "$before" = "$(live)" && echo "live as before"
echo "releases $(ls out/inps/prestazioni/releases | wc -l)"
flussi dataset check out/inps/prestazioni >&2 && echo "whole"
mount -o remount,size=16m out
flussi disclose --recipient inps --out out many.xml >&2
test "$before" != "$(live)" && flussi dataset check out/inps/prestazioni >&2 && echo "made with room"
`
	cmd := exec.Command(how[0], append(how[1:], "sh", "-c", script)...)
	cmd.Dir = dir
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v\n%s%s", err, out, stderr.String())
	}
	for _, want := range []string{"code 1", "flussi: ", "the disk of the datasets' folder is full", "→ check space and permissions", "live as before", "releases 1", "whole", "made with room"} {
		if !strings.Contains(string(out), want) {
			t.Errorf("%q is not said:\n%s", want, out)
		}
	}
	if left, err := filepath.Glob(filepath.Join(dir, "out", "*")); err != nil || len(left) > 0 {
		t.Errorf("beside the disk: %q, %v", left, err)
	}
}
