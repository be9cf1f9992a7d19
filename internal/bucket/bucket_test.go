package bucket

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"flussi/internal/bucket/buckettest"
	"flussi/internal/flusso"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const secretKey = "un-segreto-che-non-si-vede"

func open(t *testing.T, s *buckettest.Server) *Bucket {
	t.Helper()
	b, err := Open(Options{
		Name: "prova", Endpoint: s.URL, Bucket: s.Bucket, Prefix: "siuss", AccessKey: buckettest.AccessKey, SecretKey: secretKey,
		Silence: 2 * time.Second,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.Close)
	return b
}

type memory struct{ *bytes.Reader }

func (memory) Close() error { return nil }

func fileOf(path string, body []byte) File {
	sum := sha256.Sum256(body)
	return File{Path: path, Size: int64(len(body)), SHA256: hex.EncodeToString(sum[:]), Open: func() (Source, error) { return memory{bytes.NewReader(body)}, nil }}
}

// bytesOf makes n bytes that look like none other.
func bytesOf(seed uint64, n int) []byte {
	r := rand.New(rand.NewPCG(seed, 7))
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(r.Uint32())
	}
	return b
}

const home = "regione-lazio/prestazioni"

// releaseOf makes release id: the parts of those before it, one of its own, and
// what stands beside.
func releaseOf(id string, before ...string) Release {
	r := Release{Home: home, ID: id, Current: []byte(`{"format": "flussi-current/1", "release": "` + id + `"}` + "\n")}
	for i, one := range append(before, id) {
		r.Files = append(r.Files, fileOf("anno=2025/regione=R12/"+one+"-part-0000.parquet", bytesOf(uint64(i), 3000)))
	}
	r.Files = append(r.Files, fileOf("QUICKSTART.md", []byte("come si apre "+id)), fileOf("manifest.sig", []byte("firma "+id)), fileOf("manifest.json", []byte("manifesto "+id)))
	return r
}

// publish does what a run does.
func publish(ctx context.Context, b *Bucket, r Release) (Sent, error) {
	there, etag, err := b.Current(ctx, r.Home)
	if err != nil || bytes.Equal(there, r.Current) {
		return Sent{}, err
	}
	return b.Publish(ctx, r, there, etag)
}

// whole fails unless a reader who follows current.json finds all of a release, or
// none was published yet; it gives the release's id.
func whole(t *testing.T, s *buckettest.Server, of map[string]Release) string {
	t.Helper()
	body, ok := s.Object("siuss/" + home + "/current.json")
	if !ok {
		return ""
	}
	id := releaseIn(body)
	r, known := of[id]
	if !known || !bytes.Equal(body, r.Current) {
		t.Fatalf("current.json is none of ours: %s", body)
	}
	for _, f := range r.Files {
		got, ok := s.Object("siuss/" + home + "/releases/" + id + "/" + f.Path)
		if !ok || sumOf(got) != f.SHA256 {
			t.Fatalf("release %s is live and %s is not there whole", id, f.Path)
		}
	}
	return id
}

func TestPublish(t *testing.T) {
	s := buckettest.Start(t)
	b := open(t, s)
	first, second := releaseOf("r1"), releaseOf("r2", "r1")
	all := map[string]Release{"r1": first, "r2": second}
	sent, err := publish(t.Context(), b, first)
	if err != nil || sent != (Sent{Files: 4, Bytes: int64(3000 + len("come si apre r1") + len("firma r1") + len("manifesto r1"))}) {
		t.Fatalf("%+v, %v", sent, err)
	}
	if got := whole(t, s, all); got != "r1" {
		t.Fatalf("live is %q", got)
	}
	log := s.Log()
	var writes []string
	for _, q := range log {
		if q.Method == http.MethodPut {
			writes = append(writes, q.Key[strings.LastIndexByte(q.Key, '/')+1:])
		}
	}
	if n := len(writes); n != 5 || writes[n-2] != "manifest.json" || writes[n-1] != "current.json" {
		t.Errorf("written in this order: %v", writes)
	}
	// What the release before has is copied there, not sent.
	if sent, err = publish(t.Context(), b, second); err != nil || sent.Copied != 1 || sent.Files != 4 {
		t.Errorf("%+v, %v", sent, err)
	}
	if got := whole(t, s, all); got != "r2" {
		t.Errorf("live is %q", got)
	}
	// Going back sends nothing but current.json.
	if sent, err = publish(t.Context(), b, first); err != nil || sent != (Sent{}) {
		t.Errorf("going back sent %+v, %v", sent, err)
	}
	if got := whole(t, s, all); got != "r1" {
		t.Errorf("live is %q", got)
	}
	s.Log()
	if sent, err = publish(t.Context(), b, first); err != nil || sent != (Sent{}) || len(s.Log()) != 1 {
		t.Errorf("published again: %+v, %v", sent, err)
	}
}

// Whatever goes wrong, and whenever, a reader finds a whole release or the one
// before, what is told helps, and the next try makes it up.
func TestFaults(t *testing.T) {
	always := func(buckettest.Request) bool { return true }
	writesOf := func(name string) func(buckettest.Request) bool {
		return func(q buckettest.Request) bool { return q.Method == http.MethodPut && strings.HasSuffix(q.Key, name) }
	}
	for _, tt := range []struct {
		name  string
		fault buckettest.Fault
		when  func(buckettest.Request) bool
		times int // how often; 0: always
		kind  flusso.Kind
		what  flusso.Text // zero: it goes well in the end
	}{
		{"errors of its own", buckettest.Fault{Status: 500, Code: "InternalError"}, always, 0, flusso.Transient, textFaulty},
		{"one error of its own", buckettest.Fault{Status: 500, Code: "InternalError"}, writesOf(".parquet"), 1, 0, flusso.Text{}},
		{"slow down", buckettest.Fault{Status: 503, Code: "SlowDown"}, writesOf("manifest.json"), 0, flusso.Transient, textFaulty},
		{"a broken connection in the middle", buckettest.Fault{HangUpAfter: 1000}, writesOf(".parquet"), 0, flusso.Transient, textSilent},
		{"one broken connection in the middle", buckettest.Fault{HangUpAfter: 1000}, writesOf(".parquet"), 1, 0, flusso.Text{}},
		{"silence", buckettest.Fault{Wait: time.Minute}, writesOf("manifest.sig"), 0, flusso.Transient, textSilent},
		{"an answer lost", buckettest.Fault{Lose: true}, writesOf("current.json"), 1, 0, flusso.Text{}},
		{"every answer lost", buckettest.Fault{Lose: true}, writesOf("current.json"), 0, 0, flusso.Text{}},
		{"a wrong ETag", buckettest.Fault{ETag: `"0123456789abcdef0123456789abcdef"`}, func(q buckettest.Request) bool {
			return q.Method == http.MethodGet && strings.HasSuffix(q.Key, "current.json")
		}, 0, flusso.Exists, textOvertaken},
		{"expired credentials", buckettest.Fault{Status: 403, Code: "ExpiredToken"}, always, 0, flusso.Untrusted, textRefused},
		{"no right to write", buckettest.Fault{Status: 403, Code: "AccessDenied"}, writesOf(""), 0, flusso.Untrusted, textRefused},
		{"a full bucket", buckettest.Fault{Status: 507, Code: "XMinioStorageFull"}, writesOf(".parquet"), 0, flusso.Transient, textFull},
		{"a quota", buckettest.Fault{Status: 403, Code: "QuotaExceeded"}, writesOf(".parquet"), 0, flusso.Transient, textFull},
		{"another region", buckettest.Fault{Status: 400, Code: "AuthorizationHeaderMalformed"}, always, 0, flusso.Config, textOtherRegion},
		{"a condition not understood", buckettest.Fault{Status: 501, Code: "NotImplemented"}, writesOf("current.json"), 0, flusso.Config, textUnconditional},
		{"what is no code", buckettest.Fault{Status: 418, Code: "<b>teapot</b>"}, writesOf(""), 0, flusso.Invalid, textOtherAnswer},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := buckettest.Start(t)
			b := open(t, s)
			first, second := releaseOf("r1"), releaseOf("r2", "r1")
			all := map[string]Release{"r1": first, "r2": second}
			if _, err := publish(t.Context(), b, first); err != nil {
				t.Fatal(err)
			}
			left := tt.times
			s.Fault = func(q buckettest.Request) buckettest.Fault {
				if !tt.when(q) || tt.times > 0 && left == 0 {
					return buckettest.Fault{}
				}
				left--
				return tt.fault
			}
			_, err := publish(t.Context(), b, second)
			live := whole(t, s, all)
			if tt.what.IsZero() {
				if err != nil || live != "r2" {
					t.Fatalf("live %s, %v", live, err)
				}
				return
			}
			var e *flusso.Error
			if !errors.As(err, &e) || e.Kind != tt.kind || e.What != tt.what || e.Hint.IsZero() || live != "r1" {
				t.Errorf("live %s, kind %v: %v", live, flusso.KindOf(err), err)
			}
			if told := fmt.Sprint(err); strings.Contains(told, s.URL) || strings.Contains(told, secretKey) || strings.Contains(told, buckettest.AccessKey) || strings.Contains(told, "<b>") {
				t.Errorf("the error tells too much: %s", told)
			}
			s.Fault = nil
			if _, err := publish(t.Context(), b, second); err != nil || whole(t, s, all) != "r2" {
				t.Errorf("the next try: %v", err)
			}
		})
	}
}

// A fault at each request in turn, until none is left to fail.
func TestFaultAtEachRequest(t *testing.T) {
	first, second := releaseOf("r1"), releaseOf("r2", "r1")
	all := map[string]Release{"r1": first, "r2": second}
	for at := 0; ; at++ {
		s := buckettest.Start(t)
		b := open(t, s)
		if _, err := publish(t.Context(), b, first); err != nil {
			t.Fatal(err)
		}
		n := 0
		s.Fault = func(q buckettest.Request) buckettest.Fault {
			n++
			if n-1 == at {
				return buckettest.Fault{Status: 403, Code: "AccessDenied"}
			}
			return buckettest.Fault{}
		}
		_, err := publish(t.Context(), b, second)
		live := whole(t, s, all)
		if n <= at { // there was no such request
			if err != nil || live != "r2" || at < 10 {
				t.Errorf("after %d requests live %s, %v", at, live, err)
			}
			return
		}
		if err == nil {
			t.Errorf("request %d was refused and nobody says so", at)
		}
		s.Fault = nil
		if _, err := publish(t.Context(), b, second); err != nil || whole(t, s, all) != "r2" {
			t.Errorf("after a fault at request %d: %v", at, err)
		}
	}
}

// A reader who follows current.json through many publications, any request of which
// may fail in any way, never finds half a release.
func TestReaderMeanwhile(t *testing.T) {
	s := buckettest.Start(t)
	b, reader := open(t, s), open(t, s)
	b.piece = 5 << 20
	r := rand.New(rand.NewPCG(11, 7)) // used under the server's lock alone
	reading := make(chan struct{})
	s.Fault = func(q buckettest.Request) buckettest.Fault {
		if q.Method == http.MethodGet && !strings.HasSuffix(q.Key, "current.json") {
			return buckettest.Fault{} // the reader's
		}
		switch r.IntN(12) {
		case 0:
			return buckettest.Fault{Status: 403, Code: "AccessDenied"}
		case 1:
			return buckettest.Fault{Lose: true}
		case 2:
			return buckettest.Fault{HangUpAfter: 100}
		}
		return buckettest.Fault{}
	}
	all := map[string]Release{}
	var order []Release
	var before []string
	for i := range 25 {
		release := releaseOf(fmt.Sprintf("r%d", i), before...)
		before = append(before, release.ID)[max(0, len(before)-3):]
		order, all[release.ID] = append(order, release), release
	}
	found := map[string]bool{}
	go func() {
		defer close(reading)
		for len(found) == 0 || !found[order[len(order)-1].ID] {
			data, _, err := reader.Current(t.Context(), home)
			if t.Context().Err() != nil {
				return
			}
			if id := releaseIn(data); err == nil && id != "" {
				found[id] = true
				for _, f := range all[id].Files {
					body, ok := s.Object("siuss/" + home + "/releases/" + id + "/" + f.Path)
					if !ok || sumOf(body) != f.SHA256 {
						t.Errorf("%s is live and %s is not whole", id, f.Path)
					}
				}
			}
		}
	}()
	refused := 0
	for _, release := range order {
		for {
			if _, err := publish(t.Context(), b, release); err == nil {
				break
			}
			refused++
		}
	}
	<-reading
	if refused == 0 || len(found) < 3 {
		t.Errorf("%d publications failed, the reader saw %d releases", refused, len(found))
	}
}

// Of two who publish at once one is refused, and what is live is whole.
func TestTwoAtOnce(t *testing.T) {
	s := buckettest.Start(t)
	b, other := open(t, s), open(t, s)
	first, mine, theirs := releaseOf("r1"), releaseOf("r2", "r1"), releaseOf("r3", "r1")
	all := map[string]Release{"r1": first, "r2": mine, "r3": theirs}
	if _, err := publish(t.Context(), b, first); err != nil {
		t.Fatal(err)
	}
	there, etag, err := b.Current(t.Context(), home)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := publish(t.Context(), other, theirs); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Publish(t.Context(), mine, there, etag); flusso.KindOf(err) != flusso.Exists {
		t.Errorf("the second of two: %v", err)
	}
	if live := whole(t, s, all); live != "r3" {
		t.Errorf("live is %s", live)
	}
	// The first time, too.
	s = buckettest.Start(t)
	b = open(t, s)
	s.Put("siuss/"+home+"/current.json", theirs.Current)
	if _, err := b.Publish(t.Context(), mine, nil, ""); flusso.KindOf(err) != flusso.Exists {
		t.Errorf("a current.json where none was: %v", err)
	}
}

// A large file goes in pieces, and an interrupted one goes on where it was.
func TestPieces(t *testing.T) {
	s := buckettest.Start(t)
	b := open(t, s)
	b.piece = 5 << 20
	body := bytesOf(9, 27<<20)
	r := releaseOf("r1")
	r.Files = slices.Insert(r.Files, 0, fileOf("anno=2025/regione=R12/r1-part-0001.parquet", body))
	s.Fault = func(q buckettest.Request) buckettest.Fault {
		if q.Query == "partNumber=4" {
			return buckettest.Fault{Status: 403, Code: "AccessDenied"}
		}
		return buckettest.Fault{}
	}
	if _, err := publish(t.Context(), b, r); err == nil {
		t.Fatal("a piece was refused and nobody says so")
	}
	pieces := func() (n int) {
		for _, q := range s.Log() {
			if strings.HasPrefix(q.Query, "partNumber=") {
				n++
			}
		}
		return n
	}
	if n := pieces(); n < 4 {
		t.Errorf("%d pieces before the fault", n)
	}
	s.Fault = nil
	if _, err := publish(t.Context(), b, r); err != nil {
		t.Fatal(err)
	}
	if n := pieces(); n != 3 { // of six
		t.Errorf("%d pieces were sent again", n)
	}
	if live := whole(t, s, map[string]Release{"r1": r}); live != "r1" {
		t.Errorf("live is %q", live)
	}
}

// A file that is not what the manifest says does not appear under its name.
func TestNotTheFile(t *testing.T) {
	s := buckettest.Start(t)
	b := open(t, s)
	b.piece = 5 << 20
	for _, size := range []int{1000, 21 << 20} {
		r := releaseOf("r1")
		r.Files[0] = fileOf("a.parquet", bytesOf(1, size))
		other := bytesOf(2, size)
		r.Files[0].Open = func() (Source, error) { return memory{bytes.NewReader(other)}, nil }
		if _, err := publish(t.Context(), b, r); err == nil {
			t.Errorf("%d bytes that are others were taken", size)
		}
		if _, ok := s.Object("siuss/" + home + "/releases/r1/a.parquet"); ok || whole(t, s, nil) != "" {
			t.Errorf("%d bytes that are others are there", size)
		}
	}
}

func TestPrune(t *testing.T) {
	s := buckettest.Start(t)
	b := open(t, s)
	all := map[string]Release{}
	var before []string
	for i := range 5 {
		r := releaseOf(fmt.Sprintf("r%d", i), before...)
		all[r.ID], before = r, append(before, r.ID)
		if _, err := publish(t.Context(), b, r); err != nil {
			t.Fatal(err)
		}
	}
	s.Put("siuss/regione-lazio/quadro/releases/r1/manifest.json", nil)
	s.Log()
	removed, err := b.Prune(t.Context(), home, func(id string) bool { return id != "r3" })
	if err != nil || !slices.Equal(removed, []string{"r0", "r1", "r2"}) {
		t.Fatalf("removed %v, %v", removed, err)
	}
	first := ""
	for _, q := range s.Log() {
		if q.Method == http.MethodDelete && first == "" {
			first = q.Key
		}
	}
	if !strings.HasSuffix(first, "r0/manifest.json") {
		t.Errorf("removed first: %s", first)
	}
	if live := whole(t, s, all); live != "r4" {
		t.Errorf("live is %s", live)
	}
	for _, key := range s.Keys() {
		if strings.Contains(key, home+"/releases/r1/") {
			t.Errorf("%s is still there", key)
		}
	}
	if _, ok := s.Object("siuss/regione-lazio/quadro/releases/r1/manifest.json"); !ok {
		t.Error("another dataset's release was removed")
	}
}

func TestProbe(t *testing.T) {
	s := buckettest.Start(t)
	if err := open(t, s).Probe(t.Context()); err != nil || len(s.Keys()) != 0 {
		t.Errorf("a server in order: %v, %v", err, s.Keys())
	}
	s.Unconditional = true
	var e *flusso.Error
	if err := open(t, s).Probe(t.Context()); !errors.As(err, &e) || e.What != textUnconditional || len(s.Keys()) != 0 {
		t.Errorf("a server that ignores conditions: %v, %v", err, s.Keys())
	}
	s.Unconditional = false
	s.Now = func() time.Time { return time.Now().Add(time.Hour) }
	if err := open(t, s).Probe(t.Context()); !errors.As(err, &e) || e.What != textSkewed {
		t.Errorf("a clock far off: %v", err)
	}
	s.Now = time.Now
	b, err := Open(Options{Name: "altro", Endpoint: s.URL, Bucket: "altro", AccessKey: buckettest.AccessKey, SecretKey: secretKey})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	if err := b.Probe(t.Context()); !errors.As(err, &e) || e.What != textNoBucket {
		t.Errorf("no such bucket: %v", err)
	}
	s.CloseClientConnections()
	s.Close()
	if err := open(t, s).Probe(t.Context()); !errors.As(err, &e) || e.What != textSilent {
		t.Errorf("nobody there: %v", err)
	}
}

// A user who stops a publication stops it at once.
func TestStopped(t *testing.T) {
	s := buckettest.Start(t)
	b := open(t, s)
	ctx, cancel := context.WithCancel(t.Context())
	s.Fault = func(q buckettest.Request) buckettest.Fault {
		if q.Method == http.MethodPut {
			cancel()
			return buckettest.Fault{Wait: time.Minute}
		}
		return buckettest.Fault{}
	}
	if _, err := publish(ctx, b, releaseOf("r1")); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	if whole(t, s, nil) != "" {
		t.Error("published all the same")
	}
}
