package exchange

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"golang.org/x/crypto/ssh"

	"flussi/internal/config"
	"flussi/internal/flusso"
	"flussi/internal/ledger"
	"flussi/internal/sftp"
	"flussi/internal/spool"
)

// Pins of host keys. They stand in the operator's own file, where whoever reads
// it sees whom we trust, and not in one of ours: pinning adds to host_keys of
// flussi.yaml, in one atomic step, and leaves the file before it beside the new
// one (PreviousSuffix). The audit log says first who pins what.

// PreviousSuffix names the configuration as it was before the last pin.
const PreviousSuffix = ".prima"

// Provisional is the longest that a key nobody confirmed may be trusted, and
// PinWarning how long before its end check speaks of a pin; in days.
const (
	Provisional = 90
	PinWarning  = 30
)

// Pin is a key that an endpoint may show.
type Pin struct {
	Endpoint    string      `json:"endpoint"`
	Algorithm   string      `json:"algorithm,omitempty"` // of the key: ssh-ed25519
	Fingerprint string      `json:"fingerprint,omitempty"`
	Until       config.Date `json:"until,omitzero"`
	State       PinState    `json:"state"`
}

// PinState is how long a pin still holds.
type PinState string

const (
	PinValid    PinState = "valid"
	PinExpiring PinState = "expiring" // within PinWarning days
	PinExpired  PinState = "expired"
	PinMissing  PinState = "missing" // the endpoint has none
	PinShown    PinState = "shown"   // not pinned: what a server says of itself
)

// Pins gives an endpoint's, each key once with its latest end; one line of
// state PinMissing where there is none.
func Pins(e config.Endpoint, now time.Time) (pins []Pin) {
	today := config.DateOf(now)
	for _, k := range e.HostKeys {
		p := pinOf(e.Name, k)
		switch {
		case k.Until.IsZero() || today.AddDays(PinWarning).Before(k.Until):
			p.State = PinValid
		case k.Until.Before(today):
			p.State = PinExpired
		default:
			p.State = PinExpiring
		}
		i := slices.IndexFunc(pins, func(o Pin) bool { return o.Fingerprint == p.Fingerprint })
		switch {
		case i < 0:
			pins = append(pins, p)
		case p.Until.IsZero() || !pins[i].Until.IsZero() && pins[i].Until.Before(p.Until):
			pins[i] = p
		}
	}
	if len(pins) == 0 {
		pins = []Pin{{Endpoint: e.Name, State: PinMissing}}
	}
	return pins
}

func pinOf(endpoint string, k config.HostKey) Pin {
	return Pin{Endpoint: endpoint, Algorithm: k.Key.Type(), Fingerprint: ssh.FingerprintSHA256(k.Key), Until: k.Until, State: PinShown}
}

// checkPins tells what is wrong with an endpoint's pins: none, none that holds,
// none that will hold in a month.
func checkPins(e config.Endpoint, now time.Time) error {
	wrong := func(what, hint flusso.Text) error {
		return &flusso.Error{Op: "check", ID: e.Name, Kind: flusso.Config, What: what, Hint: hint}
	}
	var last config.Date
	expired := true
	for _, p := range Pins(e, now) {
		switch p.State {
		case PinMissing:
			return wrong(textNoPin, hintPin(e.Name))
		case PinValid:
			return nil
		case PinExpiring:
			expired = false
			if last.Before(p.Until) {
				last = p.Until
			}
		}
	}
	if expired {
		return wrong(textPinsOver, hintPin(e.Name))
	}
	return wrong(textPinsEnd(last), hintPin(e.Name))
}

// PinRequest says which key of an endpoint to trust.
type PinRequest struct {
	Endpoint string
	// Fingerprint was confirmed by another way than the network. Empty: nobody
	// confirmed anything, and the pin is provisional.
	Fingerprint string
	// Until is the last day. A provisional pin must have one, within
	// Provisional days.
	Until    config.Date
	Operator string // a code of the operators' register
}

// PinResult is what the server showed and what of it was pinned.
type PinResult struct {
	Shown  []Pin
	Pinned []Pin // empty: what is asked for was pinned already
}

// Pin asks a server for its host keys and pins the one whose fingerprint was
// confirmed; without a fingerprint all of them, for a while, and only where
// none is pinned yet: a key that took another one's place is what pins are for.
// The Result tells what the server showed even beside an error of Kind Invalid
// or Untrusted.
func (h *House) Pin(ctx context.Context, ask PinRequest) (result PinResult, err error) {
	e, ok := h.cfg.Endpoints[ask.Endpoint]
	if !ok {
		return result, &flusso.Error{Op: "pin", ID: ask.Endpoint, Kind: flusso.Config, What: textNoEndpoint, Hint: hintNoEndpoint}
	}
	today := config.DateOf(h.opt.Now())
	if !ask.Until.IsZero() && (ask.Until.Before(today) || ask.Fingerprint == "" && today.AddDays(Provisional).Before(ask.Until)) {
		return result, &flusso.Error{Op: "pin", ID: e.Name, Kind: flusso.Invalid, What: textBadUntil, Hint: hintBadUntil(today.AddDays(Provisional))}
	}
	shown, err := sftp.ServerKeys(ctx, endpointOf(h.cfg, e), sftp.Options{Now: h.opt.Now})
	if err != nil {
		return result, err
	}
	for _, k := range shown {
		result.Shown = append(result.Shown, pinOf(e.Name, config.HostKey{Key: k}))
	}
	chosen, err := choosePins(e, shown, ask, h.opt.Now())
	if err != nil || len(chosen) == 0 {
		return result, err
	}
	if err := h.writePins(ctx, e.Name, chosen, ask); err != nil {
		return result, err
	}
	for _, k := range chosen {
		result.Pinned = append(result.Pinned, pinOf(e.Name, k))
	}
	return result, nil
}

func choosePins(e config.Endpoint, shown []ssh.PublicKey, ask PinRequest, now time.Time) (chosen []config.HostKey, err error) {
	refuse := func(kind flusso.Kind, what, hint flusso.Text) ([]config.HostKey, error) {
		return nil, &flusso.Error{Op: "pin", ID: e.Name, Kind: kind, What: what, Hint: hint}
	}
	pinned := func(key ssh.PublicKey, until config.Date) bool { // and holds until then
		return slices.ContainsFunc(e.HostKeys, func(k config.HostKey) bool {
			return bytes.Equal(k.Key.Marshal(), key.Marshal()) && (k.Until.IsZero() || !until.IsZero() && !k.Until.Before(until))
		})
	}
	if ask.Fingerprint != "" {
		i := slices.IndexFunc(shown, func(k ssh.PublicKey) bool { return ssh.FingerprintSHA256(k) == ask.Fingerprint })
		if i < 0 {
			return refuse(flusso.Untrusted, textOtherKey(fingerprints(shown), ask.Fingerprint), hintOtherKey)
		}
		if !pinned(shown[i], ask.Until) {
			chosen = append(chosen, config.HostKey{Key: shown[i], Until: ask.Until})
		}
		return chosen, nil
	}
	today := config.DateOf(now)
	for _, k := range shown {
		if pinned(k, today) {
			return nil, nil
		}
		chosen = append(chosen, config.HostKey{Key: k, Until: ask.Until})
	}
	if slices.ContainsFunc(e.HostKeys, func(k config.HostKey) bool { return k.Until.IsZero() || !k.Until.Before(today) }) {
		return refuse(flusso.Untrusted, textChangedKey(fingerprints(shown)), hintChangedKey(e.Name))
	}
	if ask.Until.IsZero() {
		return refuse(flusso.Invalid, textUnconfirmed, hintUnconfirmed(e.Name, today.AddDays(PinWarning)))
	}
	return chosen, nil
}

func fingerprints(keys []ssh.PublicKey) string {
	out := make([]string, len(keys))
	for i, k := range keys {
		out[i] = ssh.FingerprintSHA256(k)
	}
	return strings.Join(out, ", ")
}

// writePins says in the audit log who pins what, then writes it. A crash in
// between leaves an entry for a pin that is not there, never the reverse.
func (h *House) writePins(ctx context.Context, endpoint string, keys []config.HostKey, ask PinRequest) error {
	note := func(outcome func(Pin) string) error {
		return h.ledger.Update(ctx, func(tx *ledger.Tx) error {
			for _, k := range keys {
				if _, err := tx.Append(ctx, ledger.Entry{
					Event: ledger.HostKey, Actor: h.answers(ask.Operator), Login: h.opt.Login,
					Object: "endpoint " + endpoint, Outcome: outcome(pinOf(endpoint, k)),
				}); err != nil {
					return err
				}
			}
			return nil
		})
	}
	file, text, err := h.pinnedFile(endpoint, keys)
	if err != nil {
		return err
	}
	if err := note(func(p Pin) string {
		how := "pin confirmed "
		if ask.Fingerprint == "" {
			how = "pin provisional "
		}
		if p.Until.IsZero() {
			return how + p.Fingerprint
		}
		return how + p.Fingerprint + " until " + p.Until.String()
	}); err != nil {
		return err
	}
	if err := h.opt.AsCaller(h.cfg.State, func() error { return h.replaceConfig(file, text, keys) }); err != nil {
		return errors.Join(err, note(func(p Pin) string { return "pin not written " + p.Fingerprint }))
	}
	return nil
}

// pinnedFile gives the configuration's file and what is to stand in it.
func (h *House) pinnedFile(endpoint string, keys []config.HostKey) (file string, text []byte, err error) {
	file, err = filepath.EvalSymlinks(h.cfg.File)
	if err == nil {
		text, err = config.ReadFile(file)
	}
	if err != nil {
		return "", nil, &flusso.Error{Op: "pin", ID: endpoint, Kind: flusso.Config, What: textConfigUnwritten, Hint: hintConfigUnwritten(keys), Err: err}
	}
	// The path as the configuration was read from: relative ones start there.
	text, err = config.WithHostKeys(h.cfg.File, text, endpoint, keys)
	return file, text, err
}

// replaceConfig puts the new text in the file's place, with its mode and owner,
// and keeps the old one beside it.
func (h *House) replaceConfig(file string, text []byte, keys []config.HostKey) error {
	info, err := os.Stat(file)
	if err != nil {
		return err
	}
	old, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	for _, f := range []struct {
		path string
		text []byte
	}{{file + PreviousSuffix, old}, {file, text}} {
		if err := spool.WriteFile(h.fs, f.path, info.Mode().Perm(), func(w io.Writer) error {
			_, err := w.Write(f.text)
			return err
		}); err != nil {
			return &flusso.Error{Op: "pin", Kind: flusso.Config, What: textConfigUnwritten, Hint: hintConfigUnwritten(keys), Err: err}
		}
		if err := keepOwner(f.path, info); err != nil {
			return &flusso.Error{Op: "pin", Kind: flusso.Config, What: textOwnerLost, Hint: hintOwnerLost, Err: err}
		}
	}
	return nil
}

// keepOwner gives a file the mode and the owner of the one it replaces: root
// may pin for a daemon that runs as somebody else.
func keepOwner(path string, like fs.FileInfo) error {
	if err := os.Chmod(path, like.Mode().Perm()); err != nil {
		return err
	}
	return chownLike(path, like)
}
