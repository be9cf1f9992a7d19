package exchange_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"flussi/internal/exchange"
	"flussi/internal/invia"
	"flussi/internal/ledger"
)

// putBack has the world's ledger as it was, whatever became of the folder since.
func (w *world) putBack(snapshot string) {
	w.Helper()
	for _, end := range []string{"-wal", "-shm"} {
		_ = os.Remove(w.path("stato/ledger.db" + end))
	}
	w.write("stato/ledger.db", snapshot)
}

// comes has another return flow come and taken, on the same day.
func (w *world) comes(n int) *exchange.Result {
	w.Helper()
	more := returned
	more.Seed, more.Progressivo = uint64(20+n), n
	_, rows := flow(w, more)
	w.must(w.inps.Publish(userINPS, fmt.Sprintf("12.ritorno.20260228.%07d.csv", n), bytes.NewReader(rows)))
	result, err := w.run("ritorno")
	w.must(err)
	return result
}

func (w *world) resume() (done *exchange.Resumed) {
	w.Helper()
	opt := w.options()
	opt.Resume = true
	w.must(w.inHouseWith(opt, func(h *exchange.House) (err error) {
		done, err = h.ResumeAudit(w.Context(), "altrove", "op-9")
		return err
	}))
	return done
}

// known are the releases that the ledger has, without what is its own affair.
func (w *world) known() map[ledger.ReleaseKey]ledger.Release {
	w.Helper()
	all, err := w.ledger().Releases(w.Context(), 0)
	w.must(err)
	by := map[ledger.ReleaseKey]ledger.Release{}
	for _, r := range all {
		r.Reason, r.BegunAt, r.PublishedAt = "", r.BegunAt.Truncate(1e9), r.PublishedAt.Truncate(1e9)
		by[r.ReleaseKey] = r
	}
	return by
}

// olderLedger is a world whose ledger is of before n releases of each dataset; what that
// knew is given too.
func olderLedger(t *testing.T, n int, bucket bool) (w *world, snapshot string, before map[ledger.ReleaseKey]ledger.Release) {
	w = newWorld(t, terms{RemoveOn: invia.RemoveOnClose})
	w.write("flussi.yaml", w.read("flussi.yaml")+"\naudit: {copies: {altrove: {file: altrove.jsonl}}}\n")
	if bucket {
		withBucket(w)
	}
	w.comes(1)
	snapshot = w.read("stato/ledger.db")
	for i := range n {
		w.comes(2 + i)
	}
	return w, snapshot, w.known()
}

// TestResumeReleases: an older ledger is put back after N releases, published on the disk, in
// a bucket and at an endpoint. Taken up from the copy it knows every one with its books, and
// the next run goes on from the last, with nothing published or sent twice.
func TestResumeReleases(t *testing.T) {
	for _, n := range []int{1, 3} {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			w, snapshot, before := olderLedger(t, n, true)
			shown, sent := live(w), w.received(w.hub, userMinistero)
			w.putBack(snapshot)
			done := w.resume()
			if len(done.Releases) != 3*n || done.Lost != 0 {
				t.Errorf("%d files lost, releases %+v", done.Lost, done.Releases)
			}
			for _, r := range done.Releases {
				if r.Why != nil || r.Live != (shown[r.Recipient+"/"+r.Dataset] == r.ID) {
					t.Errorf("%+v", r)
				}
			}
			after := w.known()
			for key, r := range before {
				if fmt.Sprintf("%+v", after[key]) != fmt.Sprintf("%+v", r) {
					t.Errorf("%s\n was %+v\n now %+v", key, r, after[key])
				}
			}
			if again := w.resume(); len(again.Entries)+len(again.Releases) != 0 {
				t.Errorf("once more: %+v", again)
			}
			result, err := w.run("ritorno")
			w.must(err)
			if len(result.Recipients) != 0 || len(result.Deliveries) != 0 || !sameLive(live(w), shown) || !slices.Equal(w.received(w.hub, userMinistero), sent) {
				t.Errorf("a run without news did something: %+v", result)
			}
			// The same bytes once more are known; what is new grows from the last.
			before = w.known()
			if r := w.comes(2); len(r.Files) != 1 || r.Files[0].Outcome != "duplicate" {
				t.Errorf("the same bytes: %+v", r.Files)
			}
			w.comes(90)
			grown := 0
			for key, r := range w.known() {
				old, knew := before[key]
				switch {
				case knew && old.State != ledger.Live:
				case knew && r.State != ledger.Replaced:
					t.Errorf("%s is %s", key, r.State)
				case !knew:
					grown++
					of := key.Recipient + "/" + key.Dataset
					prior := before[ledger.ReleaseKey{Recipient: key.Recipient, Dataset: key.Dataset, ID: shown[of]}]
					if r.State != ledger.Live || r.StateBefore != prior.StateAfter || r.Rows <= prior.Rows {
						t.Errorf("%s: %+v after %+v", of, r, prior)
					}
				}
			}
			if grown != 3 {
				t.Errorf("%d datasets grew", grown)
			}
			if _, err := w.ledger().Verify(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestResumeUntrueReleases: what does not verify is not gone on from; it is said why, once
// mended the same command goes on, and the ledger's own stays live until then.
func TestResumeUntrueReleases(t *testing.T) {
	const of = "regione-lazio/prestazioni"
	for name, c := range map[string]struct {
		spoil func(w *world, release string) (mend func())
		why   string
	}{
		"manifest": {func(w *world, release string) func() {
			file := "dataset/" + of + "/releases/" + release + "/manifest.json"
			text := w.read(file)
			w.write(file, strings.Replace(text, "{", "{ ", 1))
			return func() { w.write(file, text) }
		}, "il manifesto non è"},
		"folder": {func(w *world, release string) func() {
			dir := w.path("dataset/" + of + "/releases/" + release)
			w.must(os.Rename(dir, w.path("altrove")))
			return func() { w.must(os.Rename(w.path("altrove"), dir)) }
		}, "la cartella del rilascio non c'è più"},
		"part": {func(w *world, release string) func() {
			parts, err := filepath.Glob(w.path("dataset/" + of + "/releases/" + release + "/anno=*/regione=*/" + release + "-*.parquet"))
			w.must(err)
			whole, err := os.ReadFile(parts[0])
			w.must(err)
			spoilt := bytes.Clone(whole)
			spoilt[len(spoilt)/2] ^= 1
			w.must(os.WriteFile(parts[0], spoilt, 0o600))
			return func() { w.must(os.WriteFile(parts[0], whole, 0o600)) }
		}, "i file del rilascio non sono"},
		"state": {func(w *world, release string) func() {
			file := "stato/current/" + of + "/" + release + ".keys"
			text := w.read(file)
			w.must(os.Remove(w.path(file)))
			return func() { w.write(file, text) }
		}, "lo stato dopo quel rilascio"},
		"current": {func(w *world, _ string) func() {
			file := "dataset/" + of + "/current.json"
			text := w.read(file)
			w.must(os.Remove(w.path(file)))
			return func() { w.write(file, text) }
		}, "la cartella del dataset non mostra"},
	} {
		t.Run(name, func(t *testing.T) {
			w, snapshot, before := olderLedger(t, 2, false)
			shown := live(w)
			mend := c.spoil(w, shown[of])
			w.putBack(snapshot)
			done := w.resume()
			refused := 0
			for _, r := range done.Releases {
				if r.Why == nil {
					continue
				}
				refused++
				if r.Recipient+"/"+r.Dataset != of || r.ID != shown[of] || r.Live || !strings.HasPrefix(r.Why.What.It, c.why) {
					t.Errorf("%+v: %v", r, r.Why)
				}
			}
			if refused != 1 || len(done.Releases) != 6 || done.Lost != 2 {
				t.Errorf("%d refused of %d, %d files lost", refused, len(done.Releases), done.Lost)
			}
			// The others go on; to this one nothing is added, and no id is given again.
			more := returned
			more.Seed, more.Progressivo = 22, 2
			_, rows := flow(t, more)
			w.must(w.inps.Publish(userINPS, "12.ritorno.20260228.0000002.csv", bytes.NewReader(rows)))
			if r, err := w.run("ritorno"); err == nil {
				t.Errorf("it was added to: %+v", r)
			}
			mend()
			if done = w.resume(); len(done.Releases) != 1 || !done.Releases[0].Live || done.Lost != 0 {
				t.Errorf("mended: %+v, %+v", done, done.Releases[0].Why)
			}
			result, err := w.run("ritorno")
			w.must(err)
			if !sameLive(live(w), shown) {
				t.Errorf("what came before is published again: %+v", result)
			}
			after := w.known()
			for key, r := range before {
				if now := after[key]; now.State != r.State || now.Books != r.Books || now.Manifest != r.Manifest {
					t.Errorf("%s\n was %+v\n now %+v", key, r, now)
				}
			}
		})
	}
}

// TestResumeReleasesWithCodes: where codes follow persons the chain of classes and the key are
// looked at too: with both the next run goes on. A key renewed since is no key of the release,
// also where the one of before is put back beside the ledger of before.
func TestResumeReleasesWithCodes(t *testing.T) {
	const of = "regione-lazio"
	for name, c := range map[string]struct {
		renewed, back, gone bool
		why                 string // "" where all of them are live again
	}{
		"whole":                  {},
		"renewed":                {renewed: true, why: "la chiave dei codici"},
		"renewed, file put back": {renewed: true, back: true, why: "la chiave dei codici"},
		"an index is gone":       {gone: true, why: "lo stato dopo quel rilascio"},
	} {
		t.Run(name, func(t *testing.T) {
			w := codesWorld(t)
			w.write("flussi.yaml", w.read("flussi.yaml")+"\naudit: {copies: {altrove: {file: altrove.jsonl}}}\n")
			key := func(do func(*exchange.House, context.Context, exchange.CodeKeyRequest) (ledger.CodeKey, error), to string) {
				w.key(func(ctx context.Context, h *exchange.House) (ledger.CodeKey, error) {
					return do(h, ctx, exchange.CodeKeyRequest{Holder: "custode", Operator: "op-1", Escrow: w.path(to)})
				})
			}
			key((*exchange.House).MakeCodeKey, "custode-1.age")
			arrive := func(n int) error {
				w.arrives("arrivi", n, 1200)
				w.clock.set(w.clock.now().AddDate(0, 1, 0))
				_, err := w.run("arrivi")
				return err
			}
			w.must(arrive(1))
			snapshot, first := w.read("stato/ledger.db"), w.codeKeyFiles()
			if c.renewed {
				key((*exchange.House).RenewCodeKey, "custode-2.age")
			}
			w.must(arrive(2))
			if c.gone {
				years, err := filepath.Glob(w.path("stato/classes/" + of + "/prestazioni/*/*.classes"))
				w.must(err)
				w.must(os.Remove(years[0]))
			}
			w.putBack(snapshot)
			if c.back {
				for file, text := range first {
					w.write(file, text)
				}
			}
			done := w.resume()
			if len(done.Releases) != 2 {
				t.Fatalf("%+v", done.Releases)
			}
			for _, r := range done.Releases {
				want := c.why
				if c.gone && r.Recipient != of {
					want = ""
				}
				if r.Live != (want == "") || want != "" && !strings.HasPrefix(r.Why.What.It, want) {
					t.Errorf("%+v: %v", r, r.Why)
				}
			}
			if err := arrive(3); (err != nil) != (c.why != "") {
				t.Errorf("the next run: %v", err)
			}
		})
	}
}

// codeKeyFiles are the files of the keys of codes, by their paths in the world.
func (w *world) codeKeyFiles() map[string]string {
	w.Helper()
	found, err := filepath.Glob(w.path("stato/codes/*.key"))
	w.must(err)
	files := map[string]string{}
	for _, f := range found {
		rel, err := filepath.Rel(w.path("."), f)
		w.must(err)
		files[rel] = w.read(rel)
	}
	if len(files) == 0 {
		w.Fatal("no key of codes")
	}
	return files
}
