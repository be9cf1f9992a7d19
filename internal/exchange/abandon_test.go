package exchange_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"flussi/internal/ledger"
)

// TestPartsOfSupersededReleases: a delivery dies amid a file, and before it is tried again
// another release is live. What it left goes, and nothing that is not ours; where the
// endpoint does not let it, that is said once.
func TestPartsOfSupersededReleases(t *testing.T) {
	for _, forbidden := range []bool{false, true} {
		name := "removed"
		if forbidden {
			name = "not ours to remove"
		}
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, terms{})
			w.stock("ritorno")
			if !w.crash("ritorno", point{"sftp.publish", 2}) {
				t.Fatal("it never came there")
			}
			in := filepath.Join(w.hub.UserDir(userMinistero), "in")
			parts := func() (all []string) {
				for _, f := range dirNames(t, in) {
					if strings.HasSuffix(f, ".flussi-part") {
						all = append(all, f)
					}
				}
				return all
			}
			left := parts()
			if len(left) != 1 {
				t.Fatalf("left %q", left)
			}
			foreign := ".quadro.altri.flussi-part"
			w.must(os.WriteFile(filepath.Join(in, foreign), []byte("x"), 0o600))
			if forbidden { // a folder with something in it
				w.must(os.Remove(filepath.Join(in, left[0])))
				w.must(os.Mkdir(filepath.Join(in, left[0]), 0o700))
				w.must(os.WriteFile(filepath.Join(in, left[0], "x"), nil, 0o600))
			}
			// The release that was begun to be sent stays unsent: it is taken for gone back from.
			w.must(os.Rename(w.path("dataset/ministero-lavoro/quadro/current.json"), w.path("current.json")))
			if _, err := w.run("push"); err != nil { // a house that opens settles the delivery
				t.Fatal(err)
			}
			w.must(os.Rename(w.path("current.json"), w.path("dataset/ministero-lavoro/quadro/current.json")))
			w.comes(2)
			want, outcomes := 1, map[string]int{"part removed": 1}
			if forbidden {
				want, outcomes = 2, map[string]int{"part removed": 1, "part left there": 1}
			}
			if now := parts(); len(now) != want || now[len(now)-1] != foreign && now[0] != foreign {
				t.Errorf("left %q", now)
			}
			for range 2 {
				if _, err := w.run("ritorno"); err != nil {
					t.Error(err)
				}
			}
			for _, e := range w.entries(ledger.Removal) {
				if e.Endpoint == "ministero" {
					outcomes[e.Outcome]--
				}
			}
			for outcome, n := range outcomes {
				if n != 0 {
					t.Errorf("%s: %d entries too few", outcome, n)
				}
			}
		})
	}
}

// TestPartsElsewhere: the recipient's folder is another since a delivery died. What bears the
// part's name there was not begun by us, and stays.
func TestPartsElsewhere(t *testing.T) {
	w := newWorld(t, terms{})
	w.stock("ritorno")
	if !w.crash("ritorno", point{"sftp.publish", 2}) {
		t.Fatal("it never came there")
	}
	var left []string
	for _, f := range dirNames(t, filepath.Join(w.hub.UserDir(userMinistero), "in")) {
		if strings.HasSuffix(f, ".flussi-part") {
			left = append(left, f)
		}
	}
	if len(left) != 1 {
		t.Fatalf("left %q", left)
	}
	other := filepath.Join(w.hub.UserDir(userMinistero), "altra")
	w.must(os.Mkdir(other, 0o700))
	theirs := filepath.Join(other, left[0])
	w.must(os.WriteFile(theirs, []byte("x"), 0o600))
	text := w.read("flussi.yaml")
	moved := strings.Replace(text, "endpoint: ministero, to: /in,", "endpoint: ministero, to: /altra,", 1)
	if moved == text {
		t.Fatal("no folder to change")
	}
	w.must(os.Rename(w.path("dataset/ministero-lavoro/quadro/current.json"), w.path("current.json")))
	if _, err := w.run("push"); err != nil { // a house that opens settles the delivery
		t.Fatal(err)
	}
	w.must(os.Rename(w.path("current.json"), w.path("dataset/ministero-lavoro/quadro/current.json")))
	w.write("flussi.yaml", moved)
	w.comes(2)
	if len(dirNames(t, other)) < 2 {
		t.Errorf("nothing was delivered there: %q", dirNames(t, other))
	}
	if got, err := os.ReadFile(theirs); err != nil || string(got) != "x" {
		t.Errorf("theirs: %q, %v", got, err)
	}
}
