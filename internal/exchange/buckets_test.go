package exchange_test

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"flussi/internal/bucket/buckettest"
	"flussi/internal/config"
	"flussi/internal/dataset"
	"flussi/internal/exchange"
	"flussi/internal/flusso"
	"flussi/internal/ledger"
	"flussi/internal/spool"
)

const secretOfBucket = "un-segreto-che-non-si-vede"

// withBucket gives the Region of a world a bucket.
func withBucket(w *world) *buckettest.Server {
	w.Helper()
	s := buckettest.Start(w)
	w.write("segreti/s3-id", buckettest.AccessKey+"\n")
	w.write("segreti/s3-chiave", secretOfBucket+"\n")
	text := strings.Replace(w.read("flussi.yaml"), "regione-lazio: {class: regione,", "regione-lazio: {bucket: regione, class: regione,", 1)
	w.write("flussi.yaml", text+fmt.Sprintf(`
buckets:
  regione: {endpoint: %q, bucket: %s, prefix: siuss, access_key: "file:segreti/s3-id", secret_key: "file:segreti/s3-chiave"}
`, s.URL, s.Bucket))
	return s
}

// bringMore puts a second return flow where the first was.
func (w *world) bringMore() {
	w.Helper()
	more := returned
	more.Seed = 8
	_, data := flow(w, more)
	w.must(w.inps.Publish(userINPS, "12.ritorno.20260228.0000001.csv", bytes.NewReader(data)))
}

// sameInBucket fails unless the bucket holds the Region's datasets as the disk does.
func (w *world) sameInBucket(s *buckettest.Server) {
	w.Helper()
	root := w.path("dataset")
	want := map[string]bool{}
	w.must(filepath.WalkDir(filepath.Join(root, "regione-lazio"), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		rel, err := filepath.Rel(root, path)
		w.must(err)
		key := "siuss/" + filepath.ToSlash(rel)
		want[key] = true
		data, err := os.ReadFile(path)
		w.must(err)
		if there, ok := s.Object(key); !ok || !bytes.Equal(there, data) {
			w.Errorf("%s: in the bucket %v, %d bytes, on the disk %d", key, ok, len(there), len(data))
		}
		return nil
	}))
	if len(want) < 20 {
		w.Errorf("%d files on the disk", len(want))
	}
	for _, key := range s.Keys() {
		if !want[key] {
			w.Errorf("%s is in the bucket alone", key)
		}
	}
}

// stocked are the deliveries of a run to buckets: their outcomes, by dataset.
func stocked(r *exchange.Result) map[string]string {
	got := map[string]string{}
	for _, d := range r.Deliveries {
		if d.Endpoint == "bucket:regione" {
			name, _, _ := strings.Cut(d.Name, "/")
			got[name] = d.Outcome
		}
	}
	return got
}

// inAudit are the entries about buckets, of one event.
func (w *world) inAudit(event ledger.Event) (found []ledger.Entry) {
	w.Helper()
	for _, e := range w.entries(event) {
		if e.Endpoint == "bucket:regione" {
			found = append(found, e)
		}
	}
	return found
}

// A run puts into the bucket what it published, once, on record; the next takes
// away what is gone, and goes back where a person went back.
func TestBucket(t *testing.T) {
	w := newWorld(t, terms{})
	s := withBucket(w)
	w.stock("ritorno")
	first, err := w.run("ritorno")
	w.must(err)
	if got := stocked(first); got["prestazioni"] != "sent" || got["quadro"] != "sent" || len(got) != 2 {
		t.Fatalf("stocked %v", got)
	}
	w.sameInBucket(s)
	done := w.inAudit(ledger.TransferDone)
	if intents := w.inAudit(ledger.TransferIntent); len(done) != 2 || len(intents) != 2 {
		t.Fatalf("%d intents and %d outcomes in the audit log", len(intents), len(done))
	}
	for _, e := range done {
		if e.Outcome != "sent" || e.Agreement != "dgr-1" || e.Purpose == "" || e.Actor != "op-1" || e.Recipient != "regione-lazio" || e.Counts["bytes"] == 0 || e.NameHash == "" {
			t.Errorf("entry %+v", e)
		}
	}

	w.bringMore()
	s.Log()
	second, err := w.run("ritorno")
	w.must(err)
	if got := stocked(second); len(got) != 2 {
		t.Fatalf("stocked %v", got)
	}
	w.sameInBucket(s)
	copied := 0
	for _, q := range s.Log() {
		if q.Query == "copy" {
			copied++
		}
	}
	if copied == 0 {
		t.Error("what the release before has was sent again")
	}

	// Nothing new: the bucket is asked and given nothing.
	third, err := w.run("ritorno")
	w.must(err)
	log := s.Log()
	if slices.ContainsFunc(log, func(q buckettest.Request) bool { return q.Method == http.MethodPut || q.Method == http.MethodDelete }) || len(stocked(third)) != 0 {
		t.Errorf("a run without news: %v, %v", stocked(third), log)
	}

	// A person goes back to the first release of one dataset.
	cfg, err := config.Load(w.path("flussi.yaml"))
	w.must(err)
	live, err := dataset.Live(spool.OS, cfg.Datasets, "regione-lazio", "prestazioni")
	w.must(err)
	w.must(dataset.Publish(spool.OS, filepath.Join(filepath.Dir(live.Dir), live.Previous)))
	back, err := w.run("ritorno")
	w.must(err)
	if got := stocked(back); got["prestazioni"] != "sent" || len(got) != 1 {
		t.Errorf("going back stocked %v", got)
	}
	w.sameInBucket(s)

	// What is removed here is removed there, on record.
	w.must(os.RemoveAll(live.Dir))
	_, err = w.run("ritorno")
	w.must(err)
	w.sameInBucket(s)
	if gone := w.inAudit(ledger.ReleaseRemoval); len(gone) != 1 || !strings.HasSuffix(gone[0].Object, live.Release) {
		t.Errorf("removals in the audit log: %+v", gone)
	}
	for _, told := range []string{w.log.String(), fmt.Sprint(w.told), fmt.Sprintf("%+v", back)} {
		if strings.Contains(told, secretOfBucket) || strings.Contains(told, "X-Amz-Signature") {
			t.Error("the secret is told")
		}
	}
}

// What retention removes at a run's end is removed from the bucket by that run.
func TestBucketRetention(t *testing.T) {
	w := newWorld(t, terms{})
	s := withBucket(w)
	w.write("flussi.yaml", strings.Replace(w.read("flussi.yaml"), "{bucket: regione,", "{bucket: regione, flat: [csv],", 1)+"\nretention: {releases: 1}\n")
	w.stock("ritorno")
	_, err := w.run("ritorno")
	w.must(err)
	w.bringMore()
	_, err = w.run("ritorno")
	w.must(err)
	w.sameInBucket(s)
	if gone := w.inAudit(ledger.ReleaseRemoval); len(gone) != 2 {
		t.Errorf("removals from the bucket: %+v", gone)
	}
	flat := func() (n int) {
		for _, key := range s.Keys() {
			if strings.Contains(key, "/flat/") {
				n++
			}
		}
		return n
	}
	if flat() < 4 {
		t.Errorf("%d flat files in %v", flat(), s.Keys())
	}
	// A third run has nothing to do; without flat files there are none there either.
	s.Log()
	_, err = w.run("ritorno")
	w.must(err)
	if slices.ContainsFunc(s.Log(), func(q buckettest.Request) bool { return q.Method == http.MethodPut }) {
		t.Error("sent again what is there")
	}
	w.must(os.RemoveAll(w.path("dataset/regione-lazio/quadro/flat")))
	w.write("flussi.yaml", strings.Replace(w.read("flussi.yaml"), " flat: [csv],", "", 1))
	before := flat()
	_, err = w.run("ritorno")
	w.must(err)
	w.sameInBucket(s)
	if flat() >= before {
		t.Errorf("%d flat files, before %d", flat(), before)
	}
}

// A bucket that fails leaves the run partial and everybody else served; the next
// run makes it up.
func TestBucketFails(t *testing.T) {
	w := newWorld(t, terms{})
	s := withBucket(w)
	s.Fault = func(q buckettest.Request) buckettest.Fault {
		if q.Method == http.MethodPut && strings.HasSuffix(q.Key, "/current.json") {
			return buckettest.Fault{Status: http.StatusForbidden, Code: "QuotaExceeded"}
		}
		return buckettest.Fault{}
	}
	w.stock("ritorno")
	result, err := w.run("ritorno")
	w.must(err)
	if got := stocked(result); got["prestazioni"] != "failed" || got["quadro"] != "failed" || !result.Partial() {
		t.Fatalf("stocked %v", got)
	}
	if whys := result.Whys(); len(whys) != 2 || whys[0].Kind != flusso.Transient || whys[0].Hint.IsZero() {
		t.Errorf("why: %v", whys)
	}
	served := slices.ContainsFunc(result.Deliveries, func(d exchange.DeliveryResult) bool {
		return d.Endpoint == "ministero" && d.Outcome == "sent"
	})
	if _, there := s.Object("siuss/regione-lazio/quadro/current.json"); there || !served {
		t.Errorf("published in the bucket %v, the ministry served %v", there, served)
	}
	s.Fault = nil
	result, err = w.run("ritorno")
	w.must(err)
	if got := stocked(result); got["prestazioni"] != "sent" || got["quadro"] != "sent" || result.Partial() {
		t.Errorf("the next run stocked %v", got)
	}
	w.sameInBucket(s)
	// A secret that cannot be read is the bucket's fault alone, too.
	w.must(os.Remove(w.path("segreti/s3-chiave")))
	result, err = w.run("ritorno")
	w.must(err)
	if !result.Partial() || len(result.Whys()) != 1 || result.Whys()[0].Kind != flusso.Config {
		t.Errorf("without its secret: %v", result.Whys())
	}
}

// A run that dies in the middle of a publication leaves nothing in doubt: the next
// goes on.
func TestBucketCrash(t *testing.T) {
	w := newWorld(t, terms{})
	s := withBucket(w)
	w.stock("ritorno")
	if !w.crash("ritorno", point{"stock", 2}) {
		t.Fatal("no second publication to die in")
	}
	if _, there := s.Object("siuss/regione-lazio/quadro/current.json"); there {
		t.Fatal("it was published all the same")
	}
	result, err := w.run("ritorno")
	w.must(err)
	if got := stocked(result); got["quadro"] != "sent" || len(got) != 1 || result.Alarms > 0 {
		t.Errorf("after the crash stocked %v, %d alarms", got, result.Alarms)
	}
	w.sameInBucket(s)
}

// check --connect tells what is wrong with a bucket, and leaves nothing in it.
func TestBucketCheck(t *testing.T) {
	w := newWorld(t, terms{})
	s := withBucket(w)
	check := func() (found error) {
		cfg, err := config.Load(w.path("flussi.yaml"))
		w.must(err)
		exchange.Check(t.Context(), cfg, nil, w.clock.now, true, func(f exchange.Finding) {
			if strings.Contains(f.Subject, "bucket") {
				found = errors.Join(found, f.Err)
			}
		})
		return found
	}
	if err := check(); err != nil || len(s.Keys()) > 0 {
		t.Errorf("in order: %v, %v", err, s.Keys())
	}
	s.Unconditional = true
	if err := check(); flusso.KindOf(err) != flusso.Config || len(s.Keys()) > 0 {
		t.Errorf("conditions ignored: %v, %v", err, s.Keys())
	}
	w.must(os.Remove(w.path("segreti/s3-id")))
	if err := check(); flusso.KindOf(err) != flusso.Config {
		t.Errorf("without a key: %v", err)
	}
}
