package exchange

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"flussi/internal/config"
	"flussi/internal/flusso"
	"flussi/internal/ledger"
	"flussi/internal/spool"
)

// vouched is the reason of an arrival that a person let out of quarantine: it
// is no copy of what came before under its name.
const vouched = "released by a person"

// SetAside is a file in quarantine: refused whole, what came of one that was
// lost in transit, or one of which the ledger knows nothing (its ID is 0).
type SetAside struct {
	ledger.Arrival
	Report string `json:"report"` // where the report on it stands, unless its schedule names a folder
}

// notInLedger is the reason of a file that is set aside and that nobody knows.
const notInLedger = "not in the ledger"

// Quarantined lists the files set aside, oldest first. It reads ledger and
// folder beside whoever runs.
func Quarantined(ctx context.Context, cfg *config.Config, fsys spool.FS, l *ledger.Ledger) ([]SetAside, error) {
	arrivals, err := l.Arrivals(ctx, ledger.Quarantined, ledger.LostInTransit)
	if err != nil {
		return nil, err
	}
	there, err := spool.QuarantinedIDs(fsys, filepath.Join(cfg.State, spoolName))
	if err != nil {
		return nil, err
	}
	files := []SetAside{}
	for _, a := range arrivals {
		one := SetAside{Arrival: a}
		switch {
		case a.State == ledger.Quarantined:
			one.Report = filepath.Join(cfg.State, "reports", a.SpoolID+".html")
		case !slices.Contains(there, a.SpoolID):
			continue // lost, and nothing of it came
		default:
			one.Reason = string(a.State)
		}
		files = append(files, one)
	}
	for _, id := range there {
		_, found, err := l.ArrivalBySpoolID(ctx, id)
		if err != nil {
			return nil, err
		}
		if !found {
			files = append(files, SetAside{Arrival: ledger.Arrival{SpoolID: id, Findings: ledger.Findings{Reason: notInLedger}}})
		}
	}
	return files, nil
}

// SetAsideAs finds a file set aside by its number or its id in the spool.
func SetAsideAs(files []SetAside, name string) (SetAside, error) {
	i := slices.IndexFunc(files, func(f SetAside) bool { return f.SpoolID == name || f.ID != 0 && f.ID.String() == name })
	if i < 0 {
		if len(name) > 64 || strings.Trim(name, "0123456789abcdef") != "" {
			name = "" // it may be anything
		}
		return SetAside{}, &flusso.Error{Op: "quarantine", ID: name, Kind: flusso.Invalid, What: textNotSetAside, Hint: hintNotSetAside}
	}
	return files[i], nil
}

func (h *House) setAsideAs(ctx context.Context, name string) (SetAside, error) {
	files, err := Quarantined(ctx, h.cfg, h.fs, h.ledger)
	if err != nil {
		return SetAside{}, err
	}
	return SetAsideAs(files, name)
}

func (f SetAside) object() string {
	if f.ID == 0 {
		return "spool/" + f.SpoolID
	}
	return ledger.ObjectOfArrival(f.ID)
}

// PurgeReason is why a person has a file removed that was set aside: a word,
// for the audit log takes no free text.
type PurgeReason string

// The reasons there are.
const (
	PurgeResent     PurgeReason = "resent"     // whoever sent it has sent it again, mended
	PurgeMistaken   PurgeReason = "mistaken"   // it should never have come
	PurgeExpired    PurgeReason = "expired"    // its term of retention is over
	PurgeUnreadable PurgeReason = "unreadable" // nobody can read it, and whoever sent it knows
)

// PurgeReasons lists them.
var PurgeReasons = []PurgeReason{PurgeResent, PurgeMistaken, PurgeExpired, PurgeUnreadable}

// Purge removes a file that was set aside, for good: nothing else ever does.
// It takes a person and a reason, and both are in the audit log before the
// bytes are gone.
func (h *House) Purge(ctx context.Context, name, operator string, why PurgeReason) error {
	if !slices.Contains(PurgeReasons, why) {
		return &flusso.Error{Op: "purge", Kind: flusso.Invalid, What: textNoPurgeReason, Hint: hintNoPurgeReason}
	}
	actor := h.answers(operator)
	if actor == "" {
		return &flusso.Error{Op: "purge", Kind: flusso.Invalid, What: textNobody, Hint: hintNobody}
	}
	f, err := h.setAsideAs(ctx, name)
	if err != nil {
		return err
	}
	entries, err := h.spool.QuarantineEntries()
	if err != nil {
		return err
	}
	var bytes int64
	for _, e := range entries {
		if e.ID == f.SpoolID {
			bytes += e.Size
		}
	}
	err = h.ledger.Update(ctx, func(tx *ledger.Tx) error {
		if f.State == ledger.Quarantined {
			if err := tx.MoveArrival(ctx, f.ID, ledger.Purged, string(why)); err != nil {
				return err
			}
		}
		_, err := tx.Append(ctx, ledger.Entry{
			Event: ledger.Removal, Actor: actor, Login: h.opt.Login, Object: f.object(),
			Outcome: string(ledger.Purged), Purpose: string(why), Counts: map[string]int64{"bytes": bytes},
		})
		return err
	})
	if err != nil {
		return err
	}
	return h.spool.Purge(f.SpoolID)
}

// settlePurges ends a purge that a crash broke off after the ledger had it.
func (h *House) settlePurges(ctx context.Context) error {
	ids, err := spool.QuarantinedIDs(h.fs, h.spoolDir())
	if err != nil {
		return err
	}
	for _, id := range ids {
		a, found, err := h.ledger.ArrivalBySpoolID(ctx, id)
		if err == nil && found && a.State == ledger.Purged {
			err = h.spool.Purge(id)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// CopyOut writes the bytes of a file that was set aside, for a person who is
// to look at it; that he does is in the audit log before. Only of a whole file.
func (h *House) CopyOut(ctx context.Context, name, operator string, w io.Writer) (err error) {
	f, err := h.setAsideAs(ctx, name)
	if err != nil {
		return err
	}
	content, err := h.spool.OpenQuarantined(f.SpoolID)
	if errors.Is(err, fs.ErrNotExist) {
		return &flusso.Error{Op: "quarantine", ID: name, Kind: flusso.Invalid, What: textOnlyPart, Hint: hintOnlyPart}
	}
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, content.Close()) }()
	err = h.ledger.Update(ctx, func(tx *ledger.Tx) error {
		_, err := tx.Append(ctx, ledger.Entry{
			Event: ledger.Access, Actor: h.answers(operator), Login: h.opt.Login, Object: f.object(), Outcome: "copied out",
		})
		return err
	})
	if err != nil {
		return err
	}
	_, err = io.Copy(w, content)
	return err
}

// LetOut takes a file out of quarantine: the next run of its schedule reads it
// again. What is wrong with the file itself sets it aside again; that it has
// the name of an earlier one does not, because a person vouches for it.
func (h *House) LetOut(ctx context.Context, id ledger.ArrivalID, operator string) error {
	a, found, err := h.ledger.Arrival(ctx, id)
	if err != nil {
		return err
	}
	if !found || a.State != ledger.Quarantined {
		return &flusso.Error{Op: "quarantine", ID: id.String(), Kind: flusso.Invalid, What: textNotSetAside, Hint: hintNotSetAside}
	}
	// The bytes first: after a crash between the two, settle puts them back.
	if err := h.spool.Restore(a.SpoolID); err != nil {
		return err
	}
	return h.ledger.Update(ctx, func(tx *ledger.Tx) error {
		if err := tx.MoveArrival(ctx, id, ledger.Received, vouched); err != nil {
			return err
		}
		_, err := tx.Append(ctx, ledger.Entry{
			Event: ledger.Quarantine, Actor: h.answers(operator), Login: h.opt.Login, Object: ledger.ObjectOfArrival(id), Outcome: vouched,
		})
		return err
	})
}
