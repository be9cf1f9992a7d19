package bucket

import (
	"net/http/httptest"
	"slices"
	"testing"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"

	"flussi/internal/bucket/buckettest"
	"flussi/internal/flusso"
)

// TestGofakes3 does the same with a server that was not written here: publishing,
// a large file, two at once, a probe, going back, removing.
func TestGofakes3(t *testing.T) {
	backend := s3mem.New()
	if err := backend.CreateBucket("dati"); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(gofakes3.New(backend).Server())
	defer server.Close()
	b, err := Open(Options{Name: "prova", Endpoint: server.URL, Bucket: "dati", Prefix: "siuss", AccessKey: buckettest.AccessKey, SecretKey: secretKey})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	b.piece = 5 << 20
	if err := b.Probe(t.Context()); err != nil {
		t.Fatalf("probe: %v", err)
	}
	first, second, third := releaseOf("r1"), releaseOf("r2", "r1"), releaseOf("r3", "r1", "r2")
	second.Files = slices.Insert(second.Files, 0, fileOf("anno=2025/regione=R12/r2-part-0001.parquet", bytesOf(9, 22<<20)))
	// there tells whether all of a release is there, and its current.json names it.
	there := func(r Release) {
		t.Helper()
		data, _, err := b.Current(t.Context(), home)
		if err != nil || string(data) != string(r.Current) {
			t.Fatalf("current.json: %s, %v", data, err)
		}
		for _, f := range r.Files {
			if ok, err := b.has(t.Context(), b.key(home, "releases", r.ID, f.Path), f); !ok || err != nil {
				t.Errorf("%s of %s: %v, %v", f.Path, r.ID, ok, err)
			}
		}
	}
	for _, r := range []Release{first, second, first} {
		if _, err := publish(t.Context(), b, r); err != nil {
			t.Fatal(err)
		}
		there(r)
	}
	old, etag, err := b.Current(t.Context(), home)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := publish(t.Context(), b, third); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Publish(t.Context(), second, old, etag); flusso.KindOf(err) != flusso.Exists {
		t.Errorf("the second of two: %v", err)
	}
	if _, err := b.Publish(t.Context(), second, nil, ""); flusso.KindOf(err) != flusso.Exists {
		t.Errorf("as if none was there: %v", err)
	}
	there(third)
	removed, err := b.Prune(t.Context(), home, func(id string) bool { return id == "r1" || id == "r3" })
	if err != nil || !slices.Equal(removed, []string{"r1"}) {
		t.Errorf("removed %v, %v", removed, err)
	}
	there(third)
	if keys, err := b.list(t.Context(), b.key(home, "releases", "r1")+"/", true); len(keys) > 0 || err != nil {
		t.Errorf("left of r1: %v, %v", keys, err)
	}
}
