package exchange

import (
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"flussi/internal/anonymize"
	"flussi/internal/flusso"
	"flussi/internal/ledger"
	"flussi/internal/schedule"
	"flussi/internal/schema"
	"flussi/internal/spool"
)

// PutOptions say what to send by hand, and to whom.
type PutOptions struct {
	Local    string
	Endpoint string
	Path     string // the remote file, or a folder
	// Agreement and As narrow down whose file it is to be: a recipient of the
	// configuration that the endpoint belongs to.
	Agreement, As string
	Operator      string
	DryRun        bool
}

// Put sends one flow by hand through the gate that every forwarded file goes
// through: whole, without a fault that INPS would reject, to the recipient that
// the endpoint belongs to, under an agreement valid today. The same file to the
// same place goes once.
func (h *House) Put(ctx context.Context, o PutOptions, schedules []*schedule.Schedule) (*Result, error) {
	r := h.byHand(handPut, o.Operator)
	r.dryRun, r.result.DryRun = o.DryRun, o.DryRun
	if _, ok := h.cfg.Endpoints[o.Endpoint]; !ok {
		return &r.result.Result, &flusso.Error{Op: "put", ID: o.Endpoint, Kind: flusso.Config, What: textNoEndpoint, Hint: hintNoEndpoint}
	}
	err := r.recorded(ctx, func(ctx context.Context) error { return r.put(ctx, o, schedules) })
	return &r.result.Result, err
}

func (r *run) put(ctx context.Context, o PutOptions, schedules []*schedule.Schedule) (err error) {
	as, err := r.counterpart(o, schedules)
	if err != nil {
		return err
	}
	recipient, err := RecipientOf(r.cfg, as)
	if err != nil {
		return err
	}
	f, err := os.Open(o.Local)
	if err != nil {
		return unreadableHere()
	}
	defer func() { _ = f.Close() }() // read only: its error changes nothing
	a, err := r.judgeLocal(ctx, f)
	if err != nil {
		return err
	}
	a.MaskedName = r.keys.mask(filepath.Base(o.Local))
	p := &passage{as: as}
	p.to.Endpoint, p.to.Path = o.Endpoint, o.Path
	allowed, err := r.allow(p, recipient, a)
	if err != nil {
		return err
	}
	if o.DryRun {
		r.result.Deliveries = append(r.result.Deliveries, DeliveryResult{
			Endpoint: o.Endpoint, Recipient: as, Name: a.MaskedName, Bytes: a.Size, SHA256: a.SHA256.String(), Outcome: "listed",
		})
		return nil
	}
	client, err := r.dial(ctx, o.Endpoint, calling{byHand: true})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, client.Close()) }()
	target := o.Path
	if strings.HasSuffix(target, "/") {
		target = path.Join(target, remoteName(a))
	} else if _, err := client.List(ctx, target, nil); err == nil {
		target = path.Join(target, remoteName(a)) // it is a folder
	}
	_, err = r.give(ctx, client, gift{
		object: ledger.ObjectOfPut(a.SHA256), endpoint: o.Endpoint, target: target, masked: r.keys.mask(path.Base(target)),
		source: f, size: a.Size, sum: a.SHA256,
		recipient: as, agreement: allowed.Agreement(), purpose: recipient.Agreement.Purpose,
	})
	return err
}

// counterpart is the recipient that the endpoint belongs to: the one that the
// configuration delivers to there, that a schedule sends to there, or whose
// agreement the endpoint names. More than one, or none, is no.
func (r *run) counterpart(o PutOptions, schedules []*schedule.Schedule) (string, error) {
	no := func(what, hint flusso.Text) (string, error) {
		return "", &flusso.Error{Op: "put", ID: o.Endpoint, Kind: flusso.Denied, What: what, Hint: hint}
	}
	var fit []string
	for _, name := range sorted(r.cfg.Recipients) {
		c := r.cfg.Recipients[name]
		bound := c.Endpoint == o.Endpoint ||
			c.Agreement != "" && c.Agreement == r.cfg.Endpoints[o.Endpoint].Agreement ||
			slices.ContainsFunc(schedules, func(s *schedule.Schedule) bool { return sendsTo(s, o.Endpoint, name) })
		if bound && (o.As == "" || o.As == name) && (o.Agreement == "" || o.Agreement == c.Agreement) {
			fit = append(fit, name)
		}
	}
	// An agreement may have several parties; a flow goes to INPS alone.
	if inps := slices.DeleteFunc(slices.Clone(fit), func(name string) bool {
		who, err := RecipientOf(r.cfg, name)
		return err != nil || who.Class != anonymize.INPS
	}); len(inps) > 0 {
		fit = inps
	}
	switch {
	case len(fit) == 0:
		return no(textNoCounterpart, hintNoCounterpart)
	case len(fit) > 1:
		return no(textManyCounterparts, flusso.Text{It: "indicare con --as uno di: " + strings.Join(fit, ", "), En: "name with --as one of: " + strings.Join(fit, ", ")})
	}
	return fit[0], nil
}

func sendsTo(s *schedule.Schedule, endpoint, recipient string) bool {
	return s.Relay != nil && s.Relay.To.Endpoint == endpoint && s.Relay.As == recipient ||
		s.Push != nil && s.Push.To.Endpoint == endpoint && s.Push.As == recipient
}

// judgeLocal reads a file as an arrival is read that is to be forwarded, and
// refuses what would be set aside there.
func (r *run) judgeLocal(ctx context.Context, f *os.File) (a ledger.Arrival, err error) {
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() {
		return a, unreadableHere()
	}
	if info.Size() == 0 {
		return a, &flusso.Error{Op: "put", Kind: flusso.Invalid, What: textEmptyFile, Hint: hintEmptyHere}
	}
	sum := sha256.New()
	if a.Size, err = io.Copy(sum, f); err != nil {
		return a, unreadableHere()
	}
	a.SHA256 = spool.Sum(sum.Sum(nil))
	a.SpoolID = a.SHA256.String()[:32] // a name of ours, should the file have none
	found, err := readFile(ctx, f, a.Size, schema.Options{Today: r.opt.Now}, func(*reading, *schema.Batch) error { return nil })
	if err != nil {
		return a, err
	}
	one := arrival{Arrival: a, reading: found}
	a.Findings = r.findings(&one)
	switch {
	case found.refused != nil || found.report.Errors > 0:
		return a, &flusso.Error{Op: "put", Kind: flusso.Invalid, What: textPutFaulty, Hint: hintPutFaulty}
	case len(found.flows) != 1 || a.Ente == "":
		return a, &flusso.Error{Op: "put", Kind: flusso.Invalid, What: textPutNoFlow, Hint: hintPutNoFlow}
	}
	return a, nil
}

func unreadableHere() error {
	return &flusso.Error{Op: "put", Kind: flusso.Invalid, What: textUnreadableHere, Hint: hintUnreadableHere}
}
