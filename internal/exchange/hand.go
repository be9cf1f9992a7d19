package exchange

import (
	"cmp"
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"path"
	"strings"
	"time"

	"flussi/internal/config"
	"flussi/internal/flusso"
	"flussi/internal/ledger"
	"flussi/internal/schedule"
	"flussi/internal/sftp"
	"flussi/internal/spool"
)

// Policy of this file: what a person moves by hand is a run like any other, in
// the ledger and the audit log under that person's login. Taking needs only the
// endpoint, and leaves the remote file where it is unless the person says to
// consume it. Where the server removes what is downloaded it cannot be left, so
// there the person must say so.

// The names of runs by hand; no schedule can be called so.
const (
	handGet = "hand:get"
	handPut = "hand:put"
)

// GetOptions say what to take by hand.
type GetOptions struct {
	Endpoint string
	// Path is a remote file, a folder when it ends in a slash, or has a pattern
	// (path.Match) in its last component.
	Path string
	// Local is where to: a folder, a file, or "-" for Stdout.
	Local     string
	Stdout    io.Writer
	Consume   bool   // give the remote file up as the endpoint's consume says
	Overwrite bool   // replace what stands at Local
	Operator  string // a code of the register; empty: the login answers

	Tell func(Got) // told of each file when it is over; compulsory
}

// Got is what became of one file.
type Got struct {
	Name    string `json:"name"`            // masked
	Local   string `json:"local,omitempty"` // where it stands, once got
	Bytes   int64  `json:"bytes"`
	SHA256  string `json:"sha256,omitempty"`
	Outcome string `json:"outcome"` // got, adopted, failed, in_doubt
	Remote  string `json:"remote"`  // kept, gone, archived, still_there, unknown
}

// Get takes files by hand. Of several files one that fails does not stop the
// others, and the first error is returned.
func (h *House) Get(ctx context.Context, o GetOptions) error {
	e, ok := h.cfg.Endpoints[o.Endpoint]
	if !ok {
		return &flusso.Error{Op: "get", ID: o.Endpoint, Kind: flusso.Config, What: textNoEndpoint, Hint: hintNoEndpoint}
	}
	removes := e.Consume.How == config.ConsumeServerRemoves
	switch {
	case removes && !o.Consume:
		return &flusso.Error{Op: "get", ID: o.Endpoint, Kind: flusso.Denied, What: textServerRemoves, Hint: hintServerRemoves}
	case o.Local == "-" && o.Consume && e.Consume.How != config.ConsumeKeep:
		return &flusso.Error{Op: "get", ID: o.Endpoint, Kind: flusso.Denied, What: textStdoutKeeps, Hint: hintStdoutKeeps}
	}
	g := &getting{o: o, line: &line{run: h.byHand(handGet, o.Operator), endpoint: o.Endpoint, how: calling{byHand: true, keep: !o.Consume}}}
	return g.recorded(ctx, g.get)
}

// byHand is a run that no schedule is for.
func (h *House) byHand(name, operator string) *run {
	s := &schedule.Schedule{Name: name}
	r := &run{House: h, schedule: s, operator: cmp.Or(operator, h.opt.Login), login: h.opt.Login, period: config.DateOf(h.opt.Now()).String()}
	r.result.Result = Result{Schedule: name, Files: []FileResult{}, Recipients: []RecipientResult{}, Deliveries: []DeliveryResult{}}
	return r
}

// getting is one Get under way.
type getting struct {
	*line
	o GetOptions
}

func (g *getting) get(ctx context.Context) (err error) {
	if err := g.connect(ctx); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, g.close()) }()
	dir, files, err := find(ctx, g.session.Client, g.o.Path)
	if err != nil {
		return err
	}
	if len(files) == 0 {
		if found, err := g.adopt(ctx, dir); found || err != nil {
			return err
		}
		return &flusso.Error{Op: "get", ID: g.o.Endpoint, Kind: flusso.Invalid, What: textNothingThere, Hint: hintNothingThere}
	}
	if len(files) > 1 && g.o.Local != "-" {
		return g.many(ctx, dir, files)
	}
	for _, r := range files { // onto stdout one after the other
		if err := g.one(ctx, dir, r); err != nil {
			return err
		}
	}
	return nil
}

// one takes one file, again where the network failed, and notes what became of
// it.
func (g *getting) one(ctx context.Context, dir string, r sftp.Remote) error {
	mine := Got{Name: g.keys.mask(r.Name), Bytes: r.Size, Outcome: "failed", Remote: "unknown"}
	fetch := &ledger.Fetch{Endpoint: place(g.o.Endpoint, dir)}
	var landing sftp.Landing
	if g.o.Local == "-" {
		out := &pipe{ctx: ctx, run: g.run, out: g.o.Stdout, fetch: *fetch}
		landing, fetch = out, &out.fetch
	} else {
		stands, err := g.openPlace(ctx, g.o.Local, r.Name, g.o.Overwrite)
		if err != nil {
			g.note(mine)
			return err
		}
		defer func() { _ = stands.root.Close() }()
		stands.fetch = *fetch
		landing, fetch = stands, &stands.fetch
		mine.Local = path.Join(stands.dir, stands.name)
	}
	var result sftp.Result
	var unsettled error // the file is ours, and the other side's was not given up
	err := sftp.Retry(ctx, sftp.Backoff{Attempts: 3, First: 500 * time.Millisecond, Jitter: rand.Float64}, func(ctx context.Context) (err error) {
		if err := g.connect(ctx); err != nil {
			return err
		}
		m := g.follow(ctx, g.id, g.o.Endpoint, In, mine.Name)
		result, err = g.session.Fetch(ctx, r, landing, m.progress)
		m.fetched(result, err)
		if err == nil || result.Committed {
			unsettled = err
			return nil
		}
		if g.o.Local == "-" && flusso.KindOf(err) == flusso.Transient { // half of it may be out
			err = &flusso.Error{Op: "get", ID: g.o.Endpoint, Kind: flusso.Invalid, What: textStdoutBroken, Hint: hintStdoutBroken, Err: err}
		}
		return errors.Join(g.failed(ctx, fetch, err), g.close())
	})
	switch {
	case result.Committed:
		mine.got(result)
	case flusso.KindOf(err) == flusso.InDoubt:
		mine.Outcome, mine.Local = "in_doubt", ""
	default:
		mine.Local = ""
	}
	g.note(mine)
	return cmp.Or(err, unsettled)
}

// got enters that the file is here.
func (g *Got) got(result sftp.Result) {
	g.Outcome, g.SHA256, g.Remote = "got", spool.Sum(result.SHA256).String(), fateWords[result.Fate]
}

// note tells what became of one file.
func (g *getting) note(mine Got) {
	g.o.Tell(mine)
	g.result.taken++
}

var fateWords = map[sftp.Fate]string{
	sftp.Undecided: "unknown", sftp.Gone: "gone", sftp.Archived: "archived", sftp.Kept: "kept", sftp.StillThere: "still_there",
}

// adopt looks whether an earlier get, broken off in the last moment, left the
// whole of a file that its server has given up since.
func (g *getting) adopt(ctx context.Context, dir string) (bool, error) {
	name := path.Base(g.o.Path)
	if g.o.Local == "-" || strings.HasSuffix(g.o.Path, "/") {
		return false, nil
	}
	stands, err := g.openPlace(ctx, g.o.Local, name, g.o.Overwrite)
	if err != nil {
		return false, err
	}
	defer func() { _ = stands.root.Close() }()
	f, err := stands.adopt(ctx, place(g.o.Endpoint, dir), flusso.NameHash(g.keys.names, name))
	if f == nil || err != nil {
		return false, err
	}
	g.note(Got{Name: f.MaskedName, Local: path.Join(stands.dir, stands.name), Bytes: f.Size, SHA256: f.SHA256.String(), Outcome: "adopted", Remote: "gone"})
	return true, nil
}

// fetchOf is a file to take by hand, as the ledger is told of it.
func (r *run) fetchOf(place string, remote sftp.Remote, local string) ledger.Fetch {
	endpoint, _, _ := strings.Cut(place, ":")
	return ledger.Fetch{
		State: ledger.Fetching, Endpoint: place, FetchKey: r.keys.fetchKey(endpoint, remote), LocalHash: local, Size: remote.Size, Run: r.id,
		MaskedName: r.keys.mask(remote.Name), NameHash: flusso.NameHash(r.keys.names, remote.Name),
	}
}

// beginFetch notes the intent to take a file by hand.
func (r *run) beginFetch(ctx context.Context, f *ledger.Fetch, remote sftp.Remote, local string) error {
	begun := r.fetchOf(f.Endpoint, remote, local)
	begun.Held, begun.HeldSHA256 = f.Held, f.HeldSHA256
	err := r.ledger.Update(ctx, func(tx *ledger.Tx) error { return r.enterFetch(ctx, tx, &begun) })
	if err == nil { // else its number is nobody's, or soon another's
		*f = begun
	}
	return err
}

func (r *run) enterFetch(ctx context.Context, tx *ledger.Tx, f *ledger.Fetch) (err error) {
	if f.ID, err = tx.BeginFetches(ctx, *f); err != nil {
		return err
	}
	e := r.entryOfFetch(*f, string(f.State))
	e.Event = ledger.TransferIntent
	return r.audit(ctx, tx, e)
}

// moveFetch notes how far it came.
func (r *run) moveFetch(ctx context.Context, f *ledger.Fetch, to ledger.FetchState, sum spool.Sum, reason string) error {
	return r.ledger.Update(ctx, func(tx *ledger.Tx) error { return r.enterMove(ctx, tx, f, to, sum, reason) })
}

// enterMove is moveFetch's: in the audit log where that is the end; in doubt,
// with an alarm.
func (r *run) enterMove(ctx context.Context, tx *ledger.Tx, f *ledger.Fetch, to ledger.FetchState, sum spool.Sum, reason string) error {
	if err := tx.MoveFetch(ctx, f.ID, to, sum, reason); err != nil {
		return err
	}
	f.State, f.SHA256, f.Reason = to, sum, reason
	if to == ledger.FetchTaking {
		return nil
	}
	e := r.entryOfFetch(*f, string(to))
	e.Event = ledger.TransferDone
	if err := r.audit(ctx, tx, e); err != nil || to != ledger.FetchInDoubt {
		return err
	}
	return r.alarm(ctx, tx, "fetch "+f.ID.String(), e)
}

// failed notes a fetch that came to nothing, and gives err.
func (r *run) failed(ctx context.Context, f *ledger.Fetch, err error) error {
	if noted := r.noteFailed(ctx, f, err); noted != nil {
		return errors.Join(err, noted)
	}
	return err
}

func (r *run) noteFailed(ctx context.Context, f *ledger.Fetch, why error) error {
	if f.State != ledger.Fetching && f.State != ledger.FetchTaking {
		return nil // never begun, or over
	}
	to := ledger.FetchFailed
	if flusso.KindOf(why) == flusso.InDoubt {
		to = ledger.FetchInDoubt
	}
	return r.moveFetch(context.WithoutCancel(ctx), f, to, spool.Sum{}, reasonOf(why))
}

// settleFetches ends the fetches by hand that a crash left under way. One whose
// last READ may have gone out to a server that removes files is in doubt: its
// part stands beside its place, and the next get stands it up if it is whole.
func (h *House) settleFetches(ctx context.Context) error {
	open, err := h.ledger.OpenFetches(ctx)
	if err != nil {
		return err
	}
	for _, f := range open {
		to := ledger.FetchFailed
		if f.State == ledger.FetchTaking && h.serverRemoves(ledger.Arrival{Endpoint: f.Endpoint}) {
			to = ledger.FetchInDoubt
		}
		err := h.ledger.Update(ctx, func(tx *ledger.Tx) error {
			if err := tx.MoveFetch(ctx, f.ID, to, spool.Sum{}, crashed); err != nil {
				return err
			}
			e := h.entryOfFetch(f, string(to))
			e.Event = ledger.TransferDone
			if err := h.enter(ctx, tx, e); err != nil || to != ledger.FetchInDoubt {
				return err
			}
			return h.alarm(ctx, tx, "fetch "+f.ID.String(), e)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// List lists by hand: a folder, one file, or the files of a folder that a
// pattern in the last component matches. It leaves no trace here.
func List(ctx context.Context, cfg *config.Config, endpoint, p string, opt sftp.Options) (files []sftp.Remote, err error) {
	client, err := Dial(ctx, cfg, endpoint, opt)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, client.Close()) }()
	if !strings.HasSuffix(p, "/") && !isPattern(p) {
		files, err := client.List(ctx, p, nil)
		if err == nil || p == "/" {
			return files, err
		}
		_, one, notOne := find(ctx, client, p)
		switch {
		case len(one) > 0:
			return one, nil
		case notOne != nil: // its folder is not there either, or cannot be listed
			return nil, notOne
		}
		return nil, err
	}
	_, files, err = find(ctx, client, p)
	return files, err
}

// find gives the files that a path means, and their folder.
func find(ctx context.Context, client *sftp.Client, p string) (dir string, files []sftp.Remote, err error) {
	if strings.HasSuffix(p, "/") {
		files, err = client.List(ctx, p, nil)
		return path.Clean(p), files, err
	}
	dir, last := path.Split(p)
	dir = path.Clean(dir)
	if isPattern(last) {
		files, err = client.List(ctx, dir, []string{last})
		return dir, files, err
	}
	files, err = client.Find(ctx, p)
	return dir, files, err
}

func isPattern(p string) bool { return strings.ContainsAny(path.Base(p), "*?[") }
