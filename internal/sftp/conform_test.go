package sftp_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
	"testing"

	"flussi/internal/flusso"
	"flussi/internal/sftp"
)

// Server is what the conformance suite is run against: a server started for
// one test, with the folders out, in, stage and presi.
type Server interface {
	// Endpoint says how to reach it.
	Endpoint() sftp.Endpoint
	// Files is what it serves, as it is without SFTP.
	Files() Files
	// Can says what may be asked of it.
	Can() Capabilities
}

// Files are the files of a server. Names are relative to Root, with slashes.
type Files struct {
	Root  string // as clients name it
	Put   func(name string, data []byte)
	Get   func(name string) (data []byte, found bool)
	Names func() []string // sorted
}

func (f Files) at(name string) string { return path.Join(f.Root, name) }

// Capabilities are what servers differ in.
type Capabilities struct {
	Rename     bool
	OneSession bool
}

// conform holds a server, and so the client that talks to it, to everything
// that an ordinary exchange needs. start makes a new server.
func conform(t *testing.T, start func(testing.TB) Server) {
	for _, c := range []struct {
		name string
		run  func(*testing.T, Server)
	}{
		{"list", conformList},
		{"list, large", conformLargeList},
		{"list, odd names", conformNames},
		{"fetch, every size", conformFetch},
		{"fetch, consume", conformConsume},
		{"fetch, not as listed", conformNotAsListed},
		{"fetch, 300 small files", conformMany},
		{"one file over three connections", conformConnections},
		{"cancel", conformCancel},
		{"deliver, every profile", conformDeliver},
		{"deliver, temporary file left over", conformLeftOver},
	} {
		t.Run(c.name, func(t *testing.T) { c.run(t, start(t)) })
	}
}

// sizes are where mistakes are made: blocks of 32 KiB and of 255 KiB, one less
// and one more, and more than a window of 2 MiB.
var (
	sizes    = []int{1, block - 1, block, block + 1, 255<<10 - 1, 255 << 10, 255<<10 + 1, 5<<20 + 3}
	outSizes = []int{0, 1, block + 1, 255<<10 + 1, 5<<20 + 3}
)

func conformList(t *testing.T, s Server) {
	f := s.Files()
	for _, name := range []string{"out/b.csv", "out/a.csv", "out/note.txt", "out/.c.csv.flussi-part"} {
		f.Put(name, content(len(name), 1))
	}
	c := dial(t, s.Endpoint(), sftp.Options{})
	files, err := c.List(context.Background(), f.at("out"), []string{"*.csv"})
	if err != nil || len(files) != 2 || files[0].Name != "a.csv" || files[1].Path != f.at("out/b.csv") || files[0].Size != 9 || files[0].ModTime.IsZero() {
		t.Fatalf("%d files, %v", len(files), err)
	}
	if again, err := c.List(context.Background(), f.at("out"), nil); err != nil || len(again) != 3 || len(sftp.Stable(files, again)) != 2 {
		t.Errorf("%d files, %v", len(again), err)
	}
	if none, err := c.List(context.Background(), f.at("in"), nil); err != nil || len(none) != 0 {
		t.Errorf("an empty folder: %d files, %v", len(none), err)
	}
	_, err = c.List(context.Background(), f.at("nessuna"), nil)
	wantKind(t, err, flusso.Invalid)
}

func conformLargeList(t *testing.T, s Server) {
	f := s.Files()
	for i := range 1500 {
		f.Put(fmt.Sprintf("out/f%04d.csv", i), []byte("x"))
	}
	c := dial(t, s.Endpoint(), sftp.Options{})
	files, err := c.List(context.Background(), f.at("out"), nil)
	if err != nil || len(files) != 1500 || files[1499].Name != "f1499.csv" {
		t.Fatalf("%d files, %v", len(files), err)
	}
	_, err = dial(t, s.Endpoint(), sftp.Options{MaxEntries: 1000}).List(context.Background(), f.at("out"), nil)
	wantKind(t, err, flusso.Invalid)
	if _, err := c.Fetch(context.Background(), files[7], &landing{clock: &ticks{}}); err != nil {
		t.Errorf("after the listing: %v", err)
	}
}

func conformNames(t *testing.T, s Server) {
	f := s.Files()
	odd := []string{"a b.csv", "-rf.csv", "città.csv", "'x'.csv", "*.csv", "100%.csv", "#1.csv", strings.Repeat("n", 200) + ".csv"}
	slices.Sort(odd)
	for _, name := range odd {
		f.Put("out/"+name, []byte(name))
	}
	ep := s.Endpoint()
	ep.Consume.Policy = sftp.Remove
	c := dial(t, ep, sftp.Options{})
	files, err := c.List(context.Background(), f.at("out"), nil)
	if err != nil || len(files) != len(odd) {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for i, file := range files {
		l := &landing{clock: &ticks{}}
		got, err := c.Fetch(context.Background(), file, l)
		if err != nil || file.Name != odd[i] || string(l.last().data) != odd[i] || got.Fate != sftp.Gone {
			t.Errorf("name %d: %+v, %v", i, got, err)
		}
	}
	if left := f.Names(); len(left) > 0 {
		t.Errorf("%d files left", len(left))
	}
}

func conformFetch(t *testing.T, s Server) {
	f := s.Files()
	ep := s.Endpoint()
	ep.Consume.Policy = sftp.Keep
	c := dial(t, ep, sftp.Options{})
	for _, size := range sizes {
		name := fmt.Sprintf("f%d.csv", size)
		data := content(size, uint64(size))
		f.Put("out/"+name, data)
		files, err := c.List(context.Background(), f.at("out"), []string{name})
		if err != nil || len(files) != 1 {
			t.Fatalf("%d files, %v", len(files), err)
		}
		l := &landing{clock: &ticks{}}
		got, err := c.Fetch(context.Background(), files[0], l)
		if err != nil || got.Fate != sftp.Kept || got.SHA256 != sha256.Sum256(data) || !bytes.Equal(l.last().data, data) {
			t.Fatalf("%d bytes: %+v, %v", size, got, err)
		}
		if there, _ := f.Get("out/" + name); !bytes.Equal(there, data) {
			t.Errorf("%d bytes: the file is not as it was", size)
		}
	}
	f.Put("out/vuoto.csv", nil)
	files, err := c.List(context.Background(), f.at("out"), []string{"vuoto.csv"})
	if err != nil || len(files) != 1 {
		t.Fatal(err)
	}
	_, err = c.Fetch(context.Background(), files[0], &landing{clock: &ticks{}})
	wantKind(t, err, flusso.Invalid)
}

func conformConsume(t *testing.T, s Server) {
	f := s.Files()
	data := content(100_000, 2)
	for _, consume := range []sftp.Consume{
		{Policy: sftp.Remove}, {Policy: sftp.Archive, Folder: f.at("presi")}, {Policy: sftp.Archive, Folder: f.at("presi")},
		{Policy: sftp.Keep}, {Policy: sftp.ServerRemoves, On: sftp.Unknown},
	} {
		f.Put("out/f.csv", data)
		ep := s.Endpoint()
		ep.Consume = consume
		c := dial(t, ep, sftp.Options{})
		remote := one(t, c, f.at("out"))
		l := &landing{clock: &ticks{}}
		got, err := c.Fetch(context.Background(), remote, l)
		if !got.Committed || !bytes.Equal(l.last().data, data) {
			t.Fatalf("policy %d: %+v, %v", consume.Policy, got, err)
		}
		_, still := f.Get("out/f.csv")
		if consume.Policy == sftp.Archive && !s.Can().Rename {
			wantKind(t, err, flusso.Config)
			if got.Fate != sftp.Undecided || !still {
				t.Errorf("no rename: fate %d, still there %v", got.Fate, still)
			}
			continue
		}
		want := map[sftp.ConsumePolicy]sftp.Fate{sftp.Remove: sftp.Gone, sftp.Archive: sftp.Archived, sftp.Keep: sftp.Kept, sftp.ServerRemoves: sftp.StillThere}[consume.Policy]
		if gone := want == sftp.Gone || want == sftp.Archived; err != nil || got.Fate != want || gone == still {
			t.Errorf("policy %d: fate %d, still there %v, %v", consume.Policy, got.Fate, still, err)
		}
		// What is settled stays so.
		fate, err := c.Settle(context.Background(), remote)
		if want == sftp.Archived {
			want = sftp.Gone
		}
		if err != nil || fate != want {
			t.Errorf("policy %d, once more: fate %d, %v", consume.Policy, fate, err)
		}
	}
	archived := 0
	for _, name := range f.Names() {
		if data, _ := f.Get(name); strings.HasPrefix(name, "presi/") && len(data) == 100_000 {
			archived++
		}
	}
	if s.Can().Rename && archived != 2 {
		t.Errorf("%d in the archive: %q", archived, f.Names())
	}
}

func conformNotAsListed(t *testing.T, s Server) {
	f := s.Files()
	ep := s.Endpoint()
	ep.Consume.Policy = sftp.Remove
	for _, by := range []int64{-1, 1, -70_000, 70_000} {
		f.Put("out/f.csv", content(100_000, 3))
		c := dial(t, ep, sftp.Options{})
		remote := one(t, c, f.at("out"))
		remote.Size += by
		got, err := c.Fetch(context.Background(), remote, &landing{clock: &ticks{}})
		wantKind(t, err, flusso.Invalid)
		if _, still := f.Get("out/f.csv"); !still || got.Committed {
			t.Errorf("listed %+d bytes: still there %v, committed %v", by, still, got.Committed)
		}
	}
	c := dial(t, ep, sftp.Options{})
	missing := sftp.Remote{Path: f.at("out/nessuno.csv"), Name: "nessuno.csv", Size: 3}
	_, err := c.Fetch(context.Background(), missing, &landing{clock: &ticks{}})
	wantKind(t, err, flusso.Invalid)
	// The connection serves on.
	remote := one(t, c, f.at("out"))
	if got, err := c.Fetch(context.Background(), remote, &landing{clock: &ticks{}}); err != nil || got.Fate != sftp.Gone {
		t.Errorf("after that: %+v, %v", got, err)
	}
}

func conformMany(t *testing.T, s Server) {
	f := s.Files()
	files := 300
	if s.Can().OneSession {
		files = 30 // each asks for its session anew
	}
	for i := range files {
		f.Put(fmt.Sprintf("out/f%03d.csv", i), content(1+i*13%5000, uint64(i)))
	}
	ep := s.Endpoint()
	ep.Consume.Policy = sftp.Remove
	c := dial(t, ep, sftp.Options{})
	listed, err := c.List(context.Background(), f.at("out"), nil)
	if err != nil || len(listed) != files {
		t.Fatalf("%d files, %v", len(listed), err)
	}
	l := &landing{clock: &ticks{}}
	for i, remote := range listed {
		got, err := c.Fetch(context.Background(), remote, l)
		if err != nil || got.Fate != sftp.Gone || !bytes.Equal(l.last().data, content(1+i*13%5000, uint64(i))) {
			t.Fatalf("file %d: %+v, %v", i, got, err)
		}
	}
	if left := f.Names(); len(left) > 0 {
		t.Errorf("%d files left", len(left))
	}
}

func conformCancel(t *testing.T, s Server) {
	f := s.Files()
	data := content(1<<20, 4)
	f.Put("out/f.csv", data)
	ep := s.Endpoint()
	ep.Consume.Policy = sftp.Remove
	stopped := func(at sftp.Step) (context.Context, sftp.Options) {
		ctx, cancel := context.WithCancel(context.Background())
		t.Cleanup(cancel)
		return ctx, sftp.Options{Step: func(step sftp.Step) error {
			if step == at {
				cancel()
			}
			return nil
		}}
	}
	for _, at := range []sftp.Step{sftp.StepOpen, sftp.StepRead, sftp.StepDurable} {
		ctx, opt := stopped(at)
		c := dial(t, ep, opt)
		got, err := c.Fetch(ctx, one(t, c, f.at("out")), &landing{clock: &ticks{}})
		if _, still := f.Get("out/f.csv"); !errors.Is(err, context.Canceled) || got.Committed || !still {
			t.Errorf("at %s: committed %v, still there %v, %v", at, got.Committed, still, err)
		}
	}
	for _, at := range []sftp.Step{sftp.StepCreate, sftp.StepWrite} {
		ctx, opt := stopped(at)
		ep.Publish.Policy = sftp.Marker
		ep.Publish.Suffix = ".ok"
		target := "in/" + string(at) + ".xml"
		out := outgoing(data, f.at(target))
		_, err := dial(t, ep, opt).Deliver(ctx, out)
		if _, marked := f.Get(target + ".ok"); !errors.Is(err, context.Canceled) || marked {
			t.Errorf("at %s: marked %v, %v", at, marked, err)
		}
		out.Existing = sftp.Replace
		if _, err := dial(t, ep, sftp.Options{}).Deliver(context.Background(), out); err != nil {
			t.Errorf("again: %v", err)
		}
		if there, _ := f.Get(target); !bytes.Equal(there, data) {
			t.Errorf("again: %d bytes", len(there))
		}
	}
	c := dial(t, ep, sftp.Options{})
	if got, err := c.Fetch(context.Background(), one(t, c, f.at("out")), &landing{clock: &ticks{}}); err != nil || got.Fate != sftp.Gone {
		t.Errorf("in the end: %+v, %v", got, err)
	}
}

func conformDeliver(t *testing.T, s Server) {
	f := s.Files()
	for name, p := range profiles {
		t.Run(name, func(t *testing.T) {
			ep := s.Endpoint()
			ep.Publish = p.publish
			if ep.Publish.Folder != "" {
				ep.Publish.Folder = f.at("stage")
			}
			c := dial(t, ep, sftp.Options{})
			renames := p.publish.Policy != sftp.InPlace && p.publish.Policy != sftp.Marker
			for _, size := range outSizes {
				target := fmt.Sprintf("in/%s%d.xml", strings.ReplaceAll(name, " ", "_"), size)
				data := content(size, uint64(size))
				deliver := func(data []byte, existing sftp.Existing) (sftp.Receipt, error) {
					out := outgoing(data, f.at(target))
					out.Existing = existing
					return c.Deliver(context.Background(), out)
				}
				got, err := deliver(data, sftp.Refuse)
				if renames && !s.Can().Rename {
					wantKind(t, err, flusso.Config)
					if _, there := f.Get(target); there {
						t.Error("something stands under the final name")
					}
					return
				}
				if there, found := f.Get(target); err != nil || !found || !bytes.Equal(there, data) || got.SHA256 != sha256.Sum256(data) {
					t.Fatalf("%d bytes: %d there, %+v, %v", size, len(there), got, err)
				}
				_, err = deliver(data, sftp.Refuse)
				wantKind(t, err, flusso.Exists)
				if got, err := deliver(data, sftp.AcceptSame); err != nil || !got.Already {
					t.Fatalf("%d bytes, the same again: %+v, %v", size, got, err)
				}
				other := append([]byte("altro"), data...)
				_, err = deliver(other, sftp.AcceptSame)
				wantKind(t, err, flusso.Exists)
				if there, _ := f.Get(target); !bytes.Equal(there, data) {
					t.Fatalf("%d bytes: a refused delivery changed it", size)
				}
				if _, err := deliver(other, sftp.Replace); err != nil {
					t.Fatalf("%d bytes, replaced: %v", size, err)
				}
				if there, _ := f.Get(target); !bytes.Equal(there, other) {
					t.Fatalf("%d bytes, replaced: %d there", size, len(there))
				}
			}
			for _, left := range f.Names() {
				if renames && (strings.HasSuffix(left, ".flussi-part") || strings.HasPrefix(left, "stage/")) {
					t.Errorf("left over: a file in %s", path.Dir(left))
				}
			}
		})
	}
}

// conformLeftOver: what an earlier delivery that broke off left under the
// temporary name is longer than the file; nothing of it remains.
func conformLeftOver(t *testing.T, s Server) {
	if !s.Can().Rename {
		return // no temporary name, nothing left over
	}
	f := s.Files()
	f.Put("in/.f.xml.flussi-part", content(400_000, 5))
	ep := s.Endpoint()
	ep.Publish.Policy = sftp.PosixRename
	data := content(300_000, 6)
	if _, err := dial(t, ep, sftp.Options{}).Deliver(context.Background(), outgoing(data, f.at("in/f.xml"))); err != nil {
		t.Fatal(err)
	}
	if there, _ := f.Get("in/f.xml"); !bytes.Equal(there, data) || len(f.Names()) != 1 {
		t.Errorf("%d bytes, %q", len(there), f.Names())
	}
}
