package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"flussi/internal/config"
	"flussi/internal/exchange"
	"flussi/internal/flusso"
)

// Why a file stopped is told in words where it is the kind of its error.
func TestReasonOfKinds(t *testing.T) {
	for _, k := range []flusso.Kind{
		flusso.Internal, flusso.Transient, flusso.Invalid, flusso.Config, flusso.Denied, flusso.Untrusted, flusso.Exists, flusso.Corrupt, flusso.InDoubt,
	} {
		if said := reasonText(k.String()); said.It == k.String() || said.En == k.String() {
			t.Errorf("%s is told as it is", k)
		}
	}
}

// The exit codes are a contract: each kind of error has its own, whatever it
// is wrapped in.
func TestExitCode(t *testing.T) {
	kind := func(k flusso.Kind) error { return &flusso.Error{Op: "try", Kind: k} }
	for _, c := range []struct {
		err  error
		want int
	}{
		{nil, 0},
		{errors.New("anything"), 1},
		{kind(flusso.Internal), 1},
		{kind(flusso.Transient), 1},
		{kind(flusso.Invalid), 1},
		{kind(flusso.Denied), 1},
		{kind(flusso.Exists), 1},
		{kind(flusso.Corrupt), 1},
		{kind(flusso.InDoubt), 1},
		{errPartial, 3},
		{errors.Join(errPartial, nil), 3},
		{kind(flusso.Config), 10},
		{fmt.Errorf("read: %w", kind(flusso.Config)), 10},
		{kind(flusso.Locked), 11},
		{kind(flusso.Untrusted), 12},
		{told{kind(flusso.Untrusted)}, 12},
		{errUnreadable, 1},
		{&interrupted{cause: kind(flusso.Config)}, 130},
		{&interrupted{cause: context.Canceled}, 130},
		{&interrupted{}, 130},
	} {
		if got := exitCode(c.err); got != c.want {
			t.Errorf("%v: %d, want %d", c.err, got, c.want)
		}
	}
}

// Even an error that nobody foresaw is said in the language asked for, on one
// line, with something to do about it; and each of several is.
func TestEveryErrorIsSaid(t *testing.T) {
	for _, c := range []struct {
		err          error
		want, wantIt string
	}{
		{errors.New("the sky fell\non us"), "unforeseen: the sky fell; on us", "imprevisto: the sky fell; on us"},
		{&flusso.Error{Op: "open", ID: "x", Err: &fs.PathError{Op: "open", Path: "x", Err: fs.ErrPermission}}, "check the name, the permissions", "controllare nome, permessi"},
		{&flusso.Error{Op: "open", ID: "x", What: flusso.Text{It: "non va", En: "will not do"}}, "flussi: x: will not do", "flussi: x: non va"},
		{errors.Join(errors.New("one"), errors.New("two")), "two", "one"},
		{&interrupted{cause: errors.New("x")}, "interrupted", "interrotto"},
	} {
		for lang, want := range map[flusso.Lang]string{flusso.En: c.want, flusso.It: c.wantIt} {
			var out, said strings.Builder
			a := &app{stdout: &out, stderr: &said, lang: lang}
			a.explainError(c.err)
			if err := wellSaid(said.String()); err != nil || !strings.Contains(said.String(), want) || out.Len() > 0 {
				t.Errorf("%v: %q, want %q, %v", c.err, said.String(), want, err)
			}
		}
	}
	for _, already := range []error{errPartial, errUnreadable, told{errors.New("x")}} {
		var said strings.Builder
		a := &app{stdout: &said, stderr: &said, json: true}
		if a.explainError(already); said.Len() > 0 {
			t.Errorf("%v is said twice: %q", already, said.String())
		}
	}
}

// The judge of wording judges.
func TestWellSaid(t *testing.T) {
	for _, bad := range []string{
		"", "flussi: no hint\n", "no name\n  → do this\n", "flussi: Capital\n  → do this\n", "flussi: a stop.\n  → do this\n",
		"flussi: a\n → too near\n", "flussi: a\n  → do\nflussi: b\n", "flussi: panic: x\n  → do this\n",
		"flussi: at main.go:12\n  → do this\n", "flussi: %!s(MISSING)\n  → do this\n", "flussi: <nil>\n  → do this\n",
	} {
		if wellSaid(bad) == nil {
			t.Errorf("%q passes", bad)
		}
	}
	if err := wellSaid("x.yaml:1:2: state: è sbagliato\n  → lo corregga\nflussi: un errore\n  → riprovi\n"); err != nil {
		t.Error(err)
	}
}

// A second flussi on the same state folder is refused with 11, and the first
// goes on undisturbed.
func TestLockedByAnother(t *testing.T) {
	dir := t.TempDir()
	mustIn(t, dir, "demo", "--dir", "d", "--beneficiari", "400")
	cfg, err := config.Load(filepath.Join(dir, "d", "flussi.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	house, err := exchange.Open(t.Context(), cfg, exchange.Options{
		Now: time.Now, Rand: rand.Reader, Log: slog.New(slog.DiscardHandler), Login: "prova", Tell: func(exchange.Event) {},
	})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := house.Close(); err != nil {
			t.Error(err)
		}
	}()
	before := treeOf(dir)
	for _, args := range [][]string{
		{"run", "--config", "d/flussi.yaml", "comune-invio"},
		{"run", "--config", "d/flussi.yaml", "comune-invio", "--json"},
		{"run", "--config", "d/flussi.yaml", "comune-invio", "--lang", "en"},
		{"quarantine", "release", "1", "--config", "d/flussi.yaml", "--operator", "op-demo"},
	} {
		o := flussiIn(t, dir, args...)
		if err := wellSaid(o.stderr); o.code != exitLocked || err != nil {
			t.Errorf("%v: code %d, %v", args, o.code, err)
		}
	}
	if changed := difference(before, treeOf(dir)); len(changed) > 0 {
		t.Errorf("changed %v", changed)
	}
	// To look is always allowed.
	for _, args := range [][]string{{"history"}, {"audit", "verify"}, {"check"}, {"quarantine", "ls"}} {
		o := flussiIn(t, dir, append(args, "--config", "d/flussi.yaml")...)
		if o.code != 0 {
			t.Errorf("%v: code %d %s", args, o.code, o.stderr)
		}
	}
}

// A result that the disk did not take is a failure, whatever the flow is.
func TestResultThatCannotBeWritten(t *testing.T) {
	flow := filepath.Join(t.TempDir(), "flow.xml")
	mustIn(t, t.TempDir(), "synth", "--tipo", "PS", "--beneficiari", "1", "--seed", "1", flow)
	full, stderr := fullDisk{}, strings.Builder{}
	if code := run(context.Background(), []string{"validate", "--json", flow}, nil, full, &stderr); code != exitFailed {
		t.Errorf("code %d, want %d", code, exitFailed)
	}
	if !strings.Contains(stderr.String(), "no space left") {
		t.Errorf("stderr: %q", stderr.String())
	}
}

type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, errors.New("no space left") }
