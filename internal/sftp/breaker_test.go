package sftp_test

import (
	"errors"
	"strings"
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
	if got := (sftp.Breaker{Refused: 2, OpenUntil: now}).After(&flusso.Error{Kind: flusso.Untrusted}, now, whole); got != (sftp.Breaker{Refused: 2, OpenUntil: now}) {
		t.Errorf("a changed host key makes the refused logins forgotten: %+v", got)
	}
	rest := sftp.Breaker{Failures: 4, Refused: 2, OpenUntil: now.Add(time.Hour)}
	if got := rest.After(transient, now, whole); !got.OpenUntil.Equal(rest.OpenUntil) || got.Refused != 2 {
		t.Errorf("no answer shortens the rest of a refused login: %+v", got)
	}
	half := sftp.Breaker{Failures: 4}.After(transient, now, func() float64 { return 0 })
	if want := now.Add(30 * time.Second); !half.OpenUntil.Equal(want) {
		t.Errorf("with the least jitter open until %v, want %v", half.OpenUntil, want)
	}
}

// TestRefusedLoginRests: a server that refuses the password is left alone for an
// hour, then for twice as long each time up to a day, and the refusal says why
// and what to do; being let in ends it.
func TestRefusedLoginRests(t *testing.T) {
	ep := startInvia(t, nil).endpoint
	good := ep.Password
	ep.Password = fixed("sbagliata")
	_, refused := sftp.Dial(t.Context(), ep, sftp.Options{})
	wantKind(t, refused, flusso.Untrusted)
	now := time.Date(2026, 3, 1, 6, 0, 0, 0, time.UTC)
	var b sftp.Breaker
	for _, hours := range []time.Duration{1, 2, 4, 8, 16, 24, 24} {
		b = b.After(refused, now, nil)
		until := now.Add(hours * time.Hour)
		err := b.Refusal("inps", until.Add(-time.Nanosecond))
		wantKind(t, err, flusso.Untrusted)
		var ours *flusso.Error
		if errors.As(err, &ours); !strings.Contains(ours.What.It, until.Local().Format("2006-01-02 15:04:05")) || !strings.Contains(ours.What.It, "rifiutato le credenziali") || !strings.Contains(ours.Hint.En, "flussi check --connect") {
			t.Errorf("%v: %v", ours.What, ours.Hint)
		}
		if err := b.Refusal("inps", until); err != nil {
			t.Fatalf("still at rest after %v: %v", hours*time.Hour, err)
		}
		now = until
	}
	ep.Password = good
	if b = b.After(dial(t, ep, sftp.Options{}).Close(), now, nil); b != (sftp.Breaker{}) {
		t.Errorf("after being let in: %+v", b)
	}
}
