package exchange

import (
	"context"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"flussi/internal/anonymize"
	"flussi/internal/config"
	"flussi/internal/ledger"
	"flussi/internal/spool"
)

// codeKeys is where it stands which key a holder has.
type codeKeys interface {
	CodeKey(ctx context.Context, holder string) (ledger.CodeKey, bool, error)
}

var (
	_ codeKeys = (*ledger.Ledger)(nil)
	_ codeKeys = noCodeKeys{}
)

// noCodeKeys is a house without a ledger yet.
type noCodeKeys struct{}

func (noCodeKeys) CodeKey(context.Context, string) (k ledger.CodeKey, found bool, err error) {
	return k, false, nil
}

// KeyMissing is the state of a holder that never had a key.
const KeyMissing ledger.CodeKeyState = "missing"

// CodeKeys lists every key there ever was and the holders that have none.
func CodeKeys(ctx context.Context, cfg *config.Config, l *ledger.Ledger) ([]ledger.CodeKey, error) {
	all, err := l.CodeKeys(ctx)
	for _, name := range sorted(cfg.KeyHolders) {
		if !slices.ContainsFunc(all, func(k ledger.CodeKey) bool { return k.Holder == name }) {
			all = append(all, ledger.CodeKey{Holder: name, State: KeyMissing})
		}
	}
	slices.SortStableFunc(all, func(a, b ledger.CodeKey) int { return strings.Compare(a.Holder, b.Holder) })
	return all, err
}

// codesOf gives what the gate must know to let a recipient have stable codes;
// nil where its policy has none. Without a key they are there too, for the gate
// to say all that stands against them; an error is of a key that is damaged.
func codesOf(ctx context.Context, fsys spool.FS, cfg *config.Config, keys codeKeys, name string) (*anonymize.Codes, error) {
	r := cfg.Recipients[name]
	if r.Linkability == config.LinkNone || r.Linkability == "" {
		return nil, nil
	}
	holder := cfg.KeyHolders[r.KeyHolder]
	codes := &anonymize.Codes{
		Holder: holder.Name,
		Keeper: anonymize.Body{Codice: holder.Codice, Denominazione: holder.Denominazione},
		House:  houseOf(cfg),
	}
	var err error
	if codes.Others, err = othersOf(cfg, name); err != nil {
		return nil, err
	}
	if r.Linkability != config.LinkWindow {
		return codes, nil
	}
	k, found, err := keys.CodeKey(ctx, holder.Name)
	if err != nil || !found {
		return codes, err
	}
	key, err := readCodeKey(fsys, cfg.State, k.Holder, k.Generation, k.KeyID)
	codes.Master, codes.Generation = key.master, k.Generation
	return codes, err
}

// othersOf are all recipients but one.
func othersOf(cfg *config.Config, name string) (others []anonymize.Recipient, err error) {
	for _, other := range sorted(cfg.Recipients) {
		if other == name {
			continue
		}
		o, err := RecipientOf(cfg, other)
		if err != nil {
			return nil, err
		}
		others = append(others, o)
	}
	return others, nil
}

func houseOf(cfg *config.Config) anonymize.Body {
	return anonymize.Body{Codice: cfg.Ente.Codice, Denominazione: cfg.Ente.Denominazione}
}

// PayersOf are the Enti that a recipient is, as the configuration tells; none
// without one.
func PayersOf(cfg *config.Config, who anonymize.Recipient) ([]string, error) {
	if cfg == nil {
		return nil, nil
	}
	others, err := othersOf(cfg, who.Name)
	return anonymize.PayersOf(who, houseOf(cfg), others), err
}

// checkCodes tells all that stands against a recipient's codes; where nothing
// does it gives them.
func checkCodes(ctx context.Context, cfg *config.Config, matrix *anonymize.Matrix, keys codeKeys, who anonymize.Recipient, tell func(Finding)) *anonymize.Codes {
	codes, err := codesOf(ctx, spool.OS, cfg, keys, who.Name)
	if codes == nil && err == nil {
		return nil
	}
	faults := matrix.CodeFaults(who, codes)
	if n := len(faults); err != nil && n > 0 {
		faults[n-1] = err // of a damaged key: the gate ends with a missing one
	}
	subject := "recipient " + who.Name + " linkability"
	for _, err := range faults {
		tell(Finding{Subject: subject, Err: err})
	}
	if len(faults) > 0 {
		return nil
	}
	tell(Finding{Subject: subject})
	return codes
}

// checkCodeKeys tells of each key in use whether its file is as it was made, and
// whether anybody still has a use for it. It gives what knows of keys.
func checkCodeKeys(ctx context.Context, cfg *config.Config, now func() time.Time, tell func(Finding)) (codeKeys, func()) {
	l, err := ledger.Open(ctx, filepath.Join(cfg.State, LedgerName), ledger.Options{Now: now, ReadOnly: true})
	if err != nil {
		return noCodeKeys{}, func() {} // none yet, or checkLedger has told
	}
	end := func() { _ = l.Close() } // read only: its error changes nothing
	all, err := l.CodeKeys(ctx)
	if err != nil {
		tell(Finding{Subject: "ledger", Err: err})
	}
	used := map[string]bool{}
	for _, r := range cfg.Recipients {
		used[r.KeyHolder] = true
	}
	for _, k := range all {
		if k.State != ledger.KeyLive {
			continue
		}
		_, err := readCodeKey(spool.OS, cfg.State, k.Holder, k.Generation, k.KeyID)
		f := Finding{Subject: "key holder " + k.Holder, Err: err}
		switch {
		case !used[k.Holder]:
			f.Notes = []Note{{textIdleCodeKey, hintIdleCodeKey(k.Holder)}}
		case k.Old(now()):
			f.Notes = []Note{{textOldCodeKey(k.MadeAt), hintOldCodeKey(k.Holder)}}
		}
		tell(f)
	}
	return l, end
}
