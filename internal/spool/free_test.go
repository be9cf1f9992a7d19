package spool_test

import (
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"flussi/internal/spool"
)

// TestFree: what the disk has left is what df says, as near as others let it.
func TestFree(t *testing.T) {
	dir := t.TempDir()
	free, size, err := spool.Free(dir)
	if err != nil || free == 0 || size < free {
		t.Fatal(free, size, err)
	}
	if _, _, err := spool.Free(filepath.Join(dir, "none")); err == nil {
		t.Error("a folder that is not there has room")
	}
	out, err := exec.CommandContext(t.Context(), "df", "-kP", dir).Output()
	fields := strings.Fields(string(out))
	if err != nil || len(fields) < 11 {
		t.Skip("there is no df")
	}
	kib, err := strconv.ParseInt(fields[len(fields)-3], 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := int64(free), kib<<10; got < want-want/5-1<<28 || got > want+want/5+1<<28 {
		t.Errorf("%d bytes free, df says %d", got, want)
	}
}
