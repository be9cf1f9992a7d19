package main

import (
	"errors"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// seenWriter keeps what came through, write by write.
type seenWriter struct{ seen []string }

func (s *seenWriter) Write(p []byte) (int, error) {
	s.seen = append(s.seen, string(p))
	return len(p), nil
}

func TestTimelyWriter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var below seenWriter
		w := newTimelyWriter(&below)
		came := func(want ...string) {
			t.Helper()
			synctest.Wait()
			if got := strings.Join(below.seen, "|"); got != strings.Join(want, "|") {
				t.Errorf("came through: %s; want %q", got, want)
			}
		}
		write := func(text string) {
			t.Helper()
			if _, err := io.WriteString(w, text); err != nil {
				t.Error(err)
			}
		}
		write("1")
		came("1")
		write("2")
		write("3")
		came("1")
		time.Sleep(timelyDelay)
		came("1", "23")
		write("4")
		time.Sleep(timelyDelay)
		came("1", "23", "4")
		time.Sleep(10 * timelyDelay)
		write("5")
		came("1", "23", "4", "5")
		write("6")
		if err := w.Close(); err != nil {
			t.Error(err)
		}
		came("1", "23", "4", "5", "6")
	})
}

func TestTimelyWriterKeepsItsError(t *testing.T) {
	broken, pipe := io.Pipe()
	_ = broken.CloseWithError(errors.New("disk full"))
	w := newTimelyWriter(pipe)
	_, _ = io.WriteString(w, "lost")
	if err := w.Close(); err == nil || err.Error() != "disk full" {
		t.Errorf("Close says %v", err)
	}
}
