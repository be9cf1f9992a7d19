package sftp_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"flussi/internal/flusso"
	"flussi/internal/invia"
	"flussi/internal/sftp"
)

func TestRetry(t *testing.T) {
	transient := &flusso.Error{Op: "x", Kind: flusso.Transient}
	denied := &flusso.Error{Op: "x", Kind: flusso.Denied}
	for _, tc := range []struct {
		name   string
		policy sftp.Backoff
		errs   []error // of each call; nil after them
		calls  int
		took   time.Duration
		ok     bool
	}{
		{"at once", sftp.Backoff{}, nil, 1, 0, true},
		{"third time", sftp.Backoff{}, []error{transient, transient}, 3, 3 * time.Second, true},
		{"wrapped", sftp.Backoff{}, []error{fmt.Errorf("run: %w", transient)}, 2, time.Second, true},
		{"denied is final", sftp.Backoff{}, []error{denied, nil}, 1, 0, false},
		{"doubt is final", sftp.Backoff{}, []error{&flusso.Error{Kind: flusso.InDoubt, Err: transient}}, 1, 0, false},
		{"gives up", sftp.Backoff{Attempts: 3}, []error{transient, transient, transient}, 3, 3 * time.Second, false},
		{"longest pause", sftp.Backoff{Attempts: 4, First: time.Minute, Most: 90 * time.Second}, []error{transient, transient, transient}, 4, 4 * time.Minute, true},
		{"jitter", sftp.Backoff{Jitter: func() float64 { return 0.5 }}, []error{transient}, 2, 750 * time.Millisecond, true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				start, calls := time.Now(), 0
				err := sftp.Retry(t.Context(), tc.policy, func(context.Context) error {
					calls++
					if calls <= len(tc.errs) {
						return tc.errs[calls-1]
					}
					return nil
				})
				if took := time.Since(start); calls != tc.calls || took != tc.took || (err == nil) != tc.ok {
					t.Errorf("%d calls in %v, %v", calls, took, err)
				}
			})
		})
	}
	t.Run("cancelled", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), 1500*time.Millisecond)
			defer cancel()
			calls := 0
			if err := sftp.Retry(ctx, sftp.Backoff{}, func(context.Context) error { calls++; return transient }); err == nil || calls != 2 {
				t.Errorf("%d calls, %v", calls, err)
			}
		})
	})
}

func TestStable(t *testing.T) {
	at := func(name string, size int64, sec int64) sftp.Remote {
		return sftp.Remote{Path: "/out/" + name, Name: name, Size: size, ModTime: time.Unix(sec, 0)}
	}
	before := []sftp.Remote{at("a", 1, 1), at("b", 1, 1), at("c", 1, 1), at("gone", 1, 1)}
	after := []sftp.Remote{at("a", 1, 1), at("b", 2, 1), at("c", 1, 2), at("new", 1, 1)}
	got := sftp.Stable(before, after)
	if len(got) != 1 || got[0].Name != "a" {
		t.Errorf("%d stable", len(got))
	}
}

// TestRemoteIsRedacted: a foreign name never gets out by printing a Remote.
func TestRemoteIsRedacted(t *testing.T) {
	r := sftp.Remote{Path: "/out/MARCATORE.xml", Name: "MARCATORE.xml", Size: 3}
	for _, s := range []string{fmt.Sprint(r), fmt.Sprintf("%v %+v %#v %s %q", r, r, r, r, r), r.LogValue().String()} {
		if strings.Contains(s, "MARCATORE") {
			t.Errorf("printed: %s", s)
		}
	}
}

// TestErrorsHoldNoName: no error about a file says its name.
func TestErrorsHoldNoName(t *testing.T) {
	s := startInvia(t, func(c *invia.Config) { c.RemoveOn = invia.RemoveNever })
	c := dial(t, s.endpoint, sftp.Options{})
	missing := sftp.Remote{Path: "/out/MARCATORE.xml", Name: "MARCATORE.xml", Size: 3}
	_, err := c.Fetch(context.Background(), missing, &landing{clock: s.clock})
	wantKind(t, err, flusso.Invalid)
	if strings.Contains(err.Error(), "MARCATORE") {
		t.Error(err)
	}
	_, err = c.Deliver(context.Background(), outgoing([]byte("x"), "/out/MARCATORE.xml"))
	if err == nil || strings.Contains(err.Error(), "MARCATORE") {
		t.Error(err)
	}
	if _, err := c.List(context.Background(), "/MARCATORE", nil); err == nil || strings.Contains(err.Error(), "MARCATORE") {
		t.Error(err)
	}
	if text, err := os.ReadFile(filepath.Clean(s.LogPath())); err != nil || strings.Contains(string(text), "MARCATORE") {
		t.Errorf("the access log: %v", err)
	}
}
