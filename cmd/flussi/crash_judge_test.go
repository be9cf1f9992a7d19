//go:build unix

package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"flussi/internal/dataset"
	"flussi/internal/invia"
	"flussi/internal/ledger"
	"flussi/internal/spool"
)

func (p *place) judge() {
	p.Helper()
	ctx := context.Background()
	cmd, out := p.command("audit", "verify")
	if err := cmd.Run(); err != nil {
		p.Errorf("audit verify: %v\n%s", err, out)
	}
	l, err := ledger.Open(ctx, p.ledgerPath(), ledger.Options{ReadOnly: true})
	p.must(err)
	defer func() { _ = l.Close() }()

	arrived := map[string]ledger.Arrival{}
	var lost, lostReturns int64
	arrivals, err := l.Arrivals(ctx)
	p.must(err)
	for _, a := range arrivals {
		switch a.State {
		case ledger.LostInTransit:
			lost++
			if strings.HasPrefix(a.MaskedName, "12.ritorno.") {
				lostReturns++
			}
		case ledger.Processed, ledger.Relayed:
			arrived[a.SHA256.String()] = a
		case ledger.Accepted:
			arrived[a.SHA256.String()] = a // its delivery is in doubt: see below
		default:
			p.Errorf("arrival %s ended %s", a.ID, a.State)
		}
	}
	all, err := l.Deliveries(ctx, 0)
	p.must(err)
	deliveries := slices.DeleteFunc(slices.Clone(all), func(d ledger.Delivery) bool { return d.Endpoint != "inps" })
	doubted := map[string]bool{}
	for _, d := range deliveries {
		switch d.State {
		case ledger.DeliveryInDoubt:
			doubted[d.SHA256.String()] = true
		case ledger.Sent:
		default:
			p.Errorf("delivery %s ended %s", d.ID, d.State)
		}
	}
	alarms := map[string]int64{}
	p.must(l.EachEntry(ctx, 0, func(e ledger.Logged) error {
		if e.Entry.Event == ledger.Alarm {
			alarms[e.Entry.Outcome]++
		}
		return nil
	}))
	if alarms[string(ledger.LostInTransit)] != lost || alarms[string(ledger.DeliveryInDoubt)] < int64(len(doubted)) {
		p.Errorf("%d lost, %d in doubt, alarms %v", lost, len(doubted), alarms)
	}

	received := p.received()
	var missing int64
	for _, sum := range p.sums {
		a, here := arrived[sum]
		n := received[sum]
		switch {
		case n > 1:
			p.Errorf("a file is there %d times", n)
		case !here:
			missing++
			if n > 0 {
				p.Error("a file was sent that is not in the ledger")
			}
		case n == 1 && doubted[sum], n == 0 && doubted[sum]:
			// A drop box does not say what it has; the ledger says it does not know.
		case n != 1 || a.State != ledger.Relayed:
			p.Errorf("arrival %s is %s and INPS has it %d times", a.ID, a.State, n)
		}
	}
	if missing+lostReturns != lost {
		p.Errorf("%d relayed files and %d return flows never came, %d said to be lost", missing, lostReturns, lost)
	}
	p.judgeReleases(ctx, l, lost)
	p.judgeLogs(arrivals, deliveries)
	p.judgeDelivered(slices.DeleteFunc(all, func(d ledger.Delivery) bool { return d.Endpoint != "hub" }))
	p.Logf("%d files relayed, %d deliveries in doubt, %d arrivals lost in transit", len(p.sums), len(doubted), lost)
	left, err := filepath.Glob(filepath.Join(p.dir, "disco", "stato", "*.key"))
	p.must(err)
	for _, path := range left {
		if filepath.Base(path) != "master.key" {
			p.Errorf("a release's key was left: %s", filepath.Base(path))
		}
	}
	p.leftovers()
	if p.services != nil {
		p.judgeServices(ctx, l)
	}
}

// judgeLogs compares the servers' own logs with the ledger: each download that
// a server counted is one arrival, of the same bytes or lost in transit, and
// each upload that it took is one delivery, sent or in doubt. Nothing counts
// twice.
func (p *place) judgeLogs(arrivals []ledger.Arrival, deliveries []ledger.Delivery) {
	p.Helper()
	byName, bySum := map[string][]ledger.Arrival{}, map[string][]ledger.Delivery{}
	for _, a := range arrivals {
		byName[a.MaskedName] = append(byName[a.MaskedName], a)
	}
	for _, d := range deliveries {
		bySum[d.SHA256.String()] = append(bySum[d.SHA256.String()], d)
	}
	published, counted, given := map[string]int{}, map[string]int{}, map[string]int{}
	for _, server := range []*invia.Server{p.inps, p.hub} {
		entries, err := invia.ReadLog(server.LogPath())
		p.must(err)
		for _, e := range entries {
			switch {
			case e.Op == invia.OpPublish:
				published[e.Name]++
			case e.Op == invia.OpRemove && e.Folder == invia.FolderOut:
				counted[e.Name]++
				of := byName[e.Name]
				if len(of) != 1 || of[0].State != ledger.LostInTransit && of[0].SHA256.String() != e.SHA256 {
					p.Errorf("a server counted a download of which the ledger has %d arrivals %v", len(of), of)
				}
			case e.Op == invia.OpUploadComplete && e.Folder == invia.FolderIn && server == p.inps:
				given[e.SHA256]++
				of := bySum[e.SHA256]
				if len(of) != 1 || of[0].State != ledger.Sent && of[0].State != ledger.DeliveryInDoubt {
					p.Errorf("a server took an upload of which the ledger has %d deliveries %v", len(of), of)
				}
			}
		}
	}
	for name, of := range byName {
		if len(of) != 1 || published[name] != 1 {
			p.Errorf("%d arrivals of a file published %d times", len(of), published[name])
		}
		if of[0].State == ledger.LostInTransit && counted[name] != 1 {
			p.Errorf("arrival %s is lost in transit and its server counted %d downloads", of[0].ID, counted[name])
		}
	}
	for sum, of := range bySum {
		if of[0].State == ledger.Sent && given[sum] != 1 {
			p.Errorf("delivery %s is sent and its server took it %d times", of[0].ID, given[sum])
		}
	}
	if len(counted) == 0 || len(given) == 0 {
		p.Errorf("%d downloads and %d uploads in the servers' logs", len(counted), len(given))
	}
	p.Logf("the servers' logs: %d files published, %d downloads counted, %d uploads taken", len(published), len(counted), len(given))
}

// received counts what INPS swallowed, by content.
func (p *place) received() map[string]int {
	p.Helper()
	counts := map[string]int{}
	files, err := os.ReadDir(p.inps.ReceivedDir("REGLAZ01"))
	p.must(err)
	for _, f := range files {
		data, err := os.ReadFile(filepath.Join(p.inps.ReceivedDir("REGLAZ01"), f.Name()))
		p.must(err)
		sum := sha256.Sum256(data)
		counts[hex.EncodeToString(sum[:])]++
	}
	return counts
}

// judgeReleases: the state of each live release holds every record of what
// was published for it, once, but for those of which nothing could be shown: the
// audit log tells of them.
func (p *place) judgeReleases(ctx context.Context, l *ledger.Ledger, lost int64) {
	p.Helper()
	for _, live := range []struct {
		recipient, dataset string
		want               int64
	}{{"regione-lazio", "prestazioni", p.records}, {"regione-ritorno", "prestazioni", p.returned}, {"regione-ritorno", "quadro", p.returned}} {
		r, found, err := l.LiveRelease(ctx, live.recipient, live.dataset)
		p.must(err)
		withheld := int64(0)
		p.must(l.EachEntry(ctx, 0, func(e ledger.Logged) error {
			if x := e.Entry; x.Event == ledger.DisclosureDone && x.Outcome == "sotto soglia" && strings.HasPrefix(x.Object, "release/"+live.recipient+"/"+live.dataset+"/") {
				withheld += x.Counts["outside"] + x.Counts["disclosed"] + x.Counts["suppressed"]
			}
			return nil
		}))
		held := r.StateAfter + withheld
		switch {
		case !found || !r.Balanced():
			p.Errorf("%s/%s: found %v, %+v", live.recipient, live.dataset, found, r.Books)
		case held > live.want || held < live.want && lost == 0:
			p.Errorf("%s/%s holds %d records of %d", live.recipient, live.dataset, held, live.want)
		}
		checked, err := dataset.Check(ctx, spool.OS, filepath.Join(p.dir, "disco", "dataset", live.recipient, live.dataset), "")
		p.must(err)
		if err := checked.Err(); err != nil {
			p.Errorf("%s/%s: %v", live.recipient, live.dataset, err)
		}
	}
	open, err := l.OpenReleases(ctx)
	p.must(err)
	if len(open) > 0 {
		p.Errorf("%d releases are still begun", len(open))
	}
}

// judgeDelivered: what the recipient's endpoint has is what the ledger says that it
// was sent, each file whole, and nothing more; of the live release all.
func (p *place) judgeDelivered(deliveries []ledger.Delivery) {
	p.Helper()
	live, err := dataset.Live(spool.OS, filepath.Join(p.dir, "disco", "dataset"), "regione-lazio", "prestazioni")
	p.must(err)
	there := map[string]string{}
	in := filepath.Join(p.hub.UserDir("REGLAZ01"), invia.FolderIn)
	files, err := os.ReadDir(in)
	p.must(err)
	for _, f := range files {
		data, err := os.ReadFile(filepath.Join(in, f.Name()))
		p.must(err)
		sum := sha256.Sum256(data)
		there[f.Name()] = hex.EncodeToString(sum[:])
	}
	manifest := false
	for _, d := range deliveries {
		of := live != nil && strings.Contains(d.Object, "/"+live.Release+"/")
		switch {
		case d.State == ledger.Sent && there[d.MaskedTarget] != d.SHA256.String():
			p.Errorf("delivery %s is sent and %s is not there as it was", d.ID, d.MaskedTarget)
		case d.State == ledger.DeliveryFailed && of, d.State != ledger.Sent && d.State != ledger.DeliveryFailed:
			p.Errorf("delivery %s of %s ended %s", d.ID, d.MaskedTarget, d.State)
		}
		manifest = manifest || of && strings.HasSuffix(d.Object, "/manifest.json")
		delete(there, d.MaskedTarget)
	}
	if !manifest {
		p.Error("the live release was not delivered")
	}
	for name := range there {
		p.Errorf("the recipient's endpoint has %s, of which the ledger knows nothing", name)
	}
}

// leftovers: after the last run no unfinished file is anywhere of ours, but
// what was set aside.
func (p *place) leftovers() {
	p.Helper()
	for _, folder := range []string{"stato", "dataset"} {
		p.must(filepath.WalkDir(filepath.Join(p.dir, "disco", folder), func(path string, d os.DirEntry, err error) error {
			part := strings.HasSuffix(path, ".flussi-part") || strings.HasSuffix(path, ".flussi-arrival")
			if part && filepath.Base(filepath.Dir(path)) != "quarantine" {
				p.Errorf("left over: %s", d.Name())
			}
			return err
		}))
	}
}

// count tells how many arrivals are in a state.
func (p *place) count(state ledger.ArrivalState) int {
	p.Helper()
	l, err := ledger.Open(context.Background(), p.ledgerPath(), ledger.Options{ReadOnly: true})
	p.must(err)
	found, err := l.Arrivals(context.Background(), state)
	p.must(errors.Join(err, l.Close()))
	return len(found)
}
