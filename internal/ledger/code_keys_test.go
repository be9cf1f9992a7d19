package ledger

import (
	"testing"

	"flussi/internal/flusso"
)

// TestCodeKeys: a holder has one live key at a time, a generation is used once,
// and what was destroyed stays so.
func TestCodeKeys(t *testing.T) {
	l, ctx := fresh(t), t.Context()
	begin := func(holder string, generation int, id string) (n int64, err error) {
		err = l.Update(ctx, func(tx *Tx) error {
			n, err = tx.BeginCodeKey(ctx, CodeKey{Holder: holder, Generation: generation, KeyID: id, MadeBy: "op-1"})
			return err
		})
		return n, err
	}
	move := func(id int64, to CodeKeyState) error {
		return l.Update(ctx, func(tx *Tx) error {
			return tx.MoveCodeKey(ctx, id, to, map[CodeKeyState]string{KeyLeaving: "op-2"}[to])
		})
	}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	first, err := begin("custode", 1, "aa")
	must(err)
	if open, err := l.OpenCodeKeys(ctx); err != nil || len(open) != 1 || open[0].State != KeyMaking {
		t.Errorf("%+v, %v", open, err)
	}
	if _, found, err := l.CodeKey(ctx, "custode"); found || err != nil {
		t.Errorf("a key that is being made is in use: %v", err)
	}
	must(move(first, KeyLive))
	second, err := begin("custode", 2, "bb")
	must(err)
	for name, err := range map[string]error{
		"two live at once":          move(second, KeyLive),
		"destroyed without intent":  move(first, KeyDestroyed),
		"a number that is not":      move(77, KeyLive),
		"a generation used already": func() error { _, err := begin("custode", 1, "cc"); return err }(),
		"no key id":                 func() error { _, err := begin("custode", 3, ""); return err }(),
	} {
		if flusso.KindOf(err) != flusso.Internal {
			t.Errorf("%s: %v", name, err)
		}
	}
	must(move(first, KeyLeaving))
	must(move(second, KeyLive))
	must(move(first, KeyDestroyed))
	if err := move(first, KeyLive); err == nil {
		t.Error("a destroyed key comes back")
	}
	live, found, err := l.CodeKey(ctx, "custode")
	if err != nil || !found || live.Generation != 2 || live.KeyID != "bb" || live.MadeBy != "op-1" || live.MadeAt.IsZero() || !live.DestroyedAt.IsZero() {
		t.Errorf("live: %+v, %v, %v", live, found, err)
	}
	all, err := l.CodeKeys(ctx)
	if err != nil || len(all) != 2 || all[0].State != KeyDestroyed || all[0].DestroyedAt.IsZero() || all[0].DestroyedBy != "op-2" {
		t.Errorf("all: %+v, %v", all, err)
	}
}
