package exchange_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"flussi/internal/dataset"
	"flussi/internal/ledger"
	"flussi/internal/spool"
)

// standing is everything that counts of a world after its runs, by a name of
// the thing. Two worlds that did the same work stand the same.
func (w *world) standing() map[string]string {
	w.Helper()
	ctx := context.Background()
	s := map[string]string{}
	l := w.ledger()
	_, err := l.Verify(ctx)
	w.must(err)
	arrivals, err := l.Arrivals(ctx)
	w.must(err)
	for _, a := range arrivals {
		if a.Records != a.Accepted+a.Rejected+a.Duplicates {
			w.Errorf("arrival %s: %+v does not add up", a.ID, a.Findings)
		}
		s["arrival "+a.MaskedName] = fmt.Sprintf("%s %d records %d accepted %d rejected", a.State, a.Records, a.Accepted, a.Rejected)
	}
	releases, err := l.Releases(ctx, 0)
	w.must(err)
	for _, r := range releases {
		w.checkBooks(r)
		s["release "+r.String()] = fmt.Sprintf("%s %+v", r.State, r.Books)
	}
	deliveries, err := l.Deliveries(ctx, 0)
	w.must(err)
	for _, d := range deliveries {
		s["delivery "+strings.SplitN(d.Object, "/", 2)[0]+" "+d.MaskedTarget] = string(d.State)
	}
	runs, err := l.OpenRuns(ctx)
	w.must(err)
	s["open runs"] = fmt.Sprint(len(runs))
	w.files(s, "dataset", nil)
	w.files(s, "hub/users/"+userMinistero+"/in", nil)
	w.files(s, "inps/users/"+userINPS+"/in", nil)
	w.files(s, "inps/users/"+userINPS+"/out", nil)
	w.files(s, "hub/users/"+userComuni+"/out", nil)
	// A drop box names what it took by its receipt: count by content.
	w.files(s, "inps/received", func(_, sum string) string { return "swallowed " + sum })
	w.files(s, "stato/suppressed", nil)
	w.files(s, "stato/spool", func(rel, sum string) string {
		return filepath.ToSlash(filepath.Dir(rel)) + " " + filepath.Ext(rel) + " " + sum
	})
	for _, pattern := range []string{"*.flussi-part", "*.flussi-arrival", "release-*.key"} {
		w.must(filepath.WalkDir(w.dir, func(path string, d fs.DirEntry, err error) error {
			if ok, _ := filepath.Match(pattern, d.Name()); ok && filepath.Base(filepath.Dir(path)) != "quarantine" {
				s["left over: "+pattern] += filepath.Base(path) + " "
			}
			return err
		}))
	}
	return s
}

// files adds the hash of every file below a folder. Files that name gives the
// same name are counted.
func (w *world) files(s map[string]string, folder string, name func(rel, sum string) string) {
	w.Helper()
	err := filepath.WalkDir(w.path(folder), func(path string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(w.dir, path)
		if err != nil {
			return err
		}
		sum := sha256.Sum256(data)
		text := hex.EncodeToString(sum[:6])
		if name == nil {
			s["file "+filepath.ToSlash(rel)] = text
			return nil
		}
		key := name(rel, text)
		var n int
		_, _ = fmt.Sscan(s[key], &n) // none yet: 0
		s[key] = fmt.Sprint(n + 1)
		return nil
	})
	w.must(err)
}

// checkBooks: the three equations of ARCHITECTURE.md, invariant 3.
func (w *world) checkBooks(r ledger.Release) {
	w.Helper()
	if !r.Balanced() {
		w.Errorf("release %s: %+v does not balance", r.ReleaseKey, r.Books)
	}
	if r.State != ledger.Live && r.State != ledger.Replaced {
		return
	}
	m, err := dataset.Verify(spool.OS, w.path("dataset/"+r.Recipient+"/"+r.Dataset+"/releases/"+r.ID))
	w.must(err)
	// What rows with names lose of earlier releases the state loses too.
	lost := int64(0)
	if m.Level == "totale" || m.Level == "totale_proprio_ente" {
		before := int64(0)
		if m.Previous != "" {
			previous, err := dataset.Verify(spool.OS, filepath.Join(filepath.Dir(m.Dir), m.Previous))
			w.must(err)
			before = previous.Rows
		}
		lost = before + r.Disclosed - m.Rows
	}
	// Of others it loses what waits from now on to be taken out.
	w.must(w.ledger().EachEntry(context.Background(), 0, func(e ledger.Logged) error {
		if e.Entry.Event == ledger.DisclosureDone && e.Entry.Object == "release/"+r.String() {
			lost += e.Entry.Counts["pending"] - e.Entry.Counts["reinstated"]
		}
		return nil
	}))
	if gained := r.StateAfter - r.StateBefore; gained != r.Disclosed+r.Suppressed+r.Outside-lost {
		w.Errorf("release %s: the state gained %d, the release tells of %d and loses %d", r.ReleaseKey, gained, r.Disclosed+r.Suppressed+r.Outside, lost)
	}
	if m.Rows != r.Rows {
		w.Errorf("release %s: %d rows, the ledger says %d", r.ReleaseKey, m.Rows, r.Rows)
	}
}

// alarms are the outcomes of the alarms in the audit log.
func (w *world) alarms() (outcomes []string) {
	w.Helper()
	l := w.ledger()
	w.must(l.EachEntry(context.Background(), 0, func(e ledger.Logged) error {
		if e.Entry.Event == ledger.Alarm {
			outcomes = append(outcomes, e.Entry.Outcome)
		}
		return nil
	}))
	return outcomes
}

// alarmsTold counts the alarms that whoever ran the schedules saw.
func (w *world) alarmsTold() (n int) {
	for _, e := range w.told {
		if e.MessageType == "alarm" {
			n++
		}
	}
	return n
}

// differences tells what of want is not so in got, and what got has beyond.
func differences(got, want map[string]string) (all []string) {
	for _, name := range slices.Sorted(maps.Keys(want)) {
		if got[name] != want[name] {
			all = append(all, fmt.Sprintf("%s: %q, want %q", name, got[name], want[name]))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(got)) {
		if _, ok := want[name]; !ok {
			all = append(all, fmt.Sprintf("%s: %q, want nothing", name, got[name]))
		}
	}
	return all
}
