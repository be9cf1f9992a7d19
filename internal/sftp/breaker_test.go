package sftp_test

import (
	"errors"
	"testing"
	"time"

	"flussi/internal/flusso"
	"flussi/internal/sftp"
)

// TestBreaker walks an endpoint through trouble: calls go out until five in a
// row failed, then none for a time that doubles with each failed probe up to an
// hour; one answer forgets it all.
func TestBreaker(t *testing.T) {
	transient := &flusso.Error{Kind: flusso.Transient}
	now := time.Date(2026, 3, 1, 6, 0, 0, 0, time.UTC)
	whole := func() float64 { return 1 }
	var b sftp.Breaker
	for i, pause := range []time.Duration{0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60} {
		b = b.After(transient, now, whole)
		if b.Failures != i+1 {
			t.Fatalf("%d failures after %d", b.Failures, i+1)
		}
		if pause == 0 {
			if err := b.Refusal("inps", now); err != nil {
				t.Fatalf("refused after %d failures: %v", i+1, err)
			}
			continue
		}
		wantKind(t, b.Refusal("inps", now), flusso.Transient)
		until := now.Add(pause * time.Minute)
		wantKind(t, b.Refusal("inps", until.Add(-time.Nanosecond)), flusso.Transient)
		if err := b.Refusal("inps", until); err != nil {
			t.Fatalf("no probe after %d failures: %v", i+1, err)
		}
		now = until
	}
	if got := b.After(&flusso.Error{Kind: flusso.Config}, now, whole); got != b {
		t.Errorf("a fault of ours counts: %+v", got)
	}
	for _, answer := range []error{nil, &flusso.Error{Kind: flusso.Untrusted}} {
		if got := b.After(answer, now, whole); got != (sftp.Breaker{}) {
			t.Errorf("after %v it is still %+v", answer, got)
		}
	}
	if got := (sftp.Breaker{}).After(errors.New("a defect"), now, whole); got != (sftp.Breaker{}) {
		t.Errorf("a defect counts: %+v", got)
	}
	half := sftp.Breaker{Failures: 4}.After(transient, now, func() float64 { return 0 })
	if want := now.Add(30 * time.Second); !half.OpenUntil.Equal(want) {
		t.Errorf("with the least jitter open until %v, want %v", half.OpenUntil, want)
	}
}
