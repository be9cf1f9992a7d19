package exchange_test

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"flussi/internal/exchange"
	"flussi/internal/invia"
	"flussi/internal/sftp/sftptest"
)

// brokenOften is a hub with six files, "a" to "f", behind a line that breaks in
// the middle of every second file: more often than mostRedials in all, never so
// often without a file having come.
func brokenOften(t *testing.T) (w *world, files map[string][]byte, step func(string) error, cuts *int) {
	t.Helper()
	w = newWorld(t, terms{RemoveOn: invia.RemoveNever})
	relay := w.slowly()
	files, cuts = map[string][]byte{}, new(int)
	for i := range 6 {
		size := 2<<20 + i
		name := named(int64(size))
		files[name] = junk(size)
		w.must(w.hub.Publish(userComuni, name, bytes.NewReader(files[name])))
	}
	fetches := 0
	return w, files, func(step string) error {
		if step == "sftp.read" {
			if fetches++; fetches%2 == 0 && *cuts < 5 {
				*cuts++
				relay.Arm(sftptest.Script{Direction: sftptest.ToClient, After: 400 << 10, Then: sftptest.Cut})
			}
		}
		return nil
	}, cuts
}

// named is which of brokenOften's files has so many bytes.
func named(size int64) string { return string(rune('a' + size - 2<<20)) }

// inTurn is the order in which the files of brokenOften come when the one that
// broke off goes last.
const inTurn = "a c e b f d"

// TestGetGoesOn: a get of many files over a line that breaks again and again
// gets them all as long as files come, the one that broke off last.
func TestGetGoesOn(t *testing.T) {
	w, files, step, cuts := brokenOften(t)
	w.must(os.Mkdir(w.path("qui"), 0o700))
	got, err := w.get(exchange.GetOptions{Endpoint: "hub", Path: "/out/", Local: w.path("qui")}, step)
	if err != nil || *cuts != 5 {
		t.Fatalf("%v after %d cuts", err, *cuts)
	}
	var order []string
	for _, g := range got {
		if g.Outcome != "got" {
			t.Errorf("%+v", g)
		}
		order = append(order, named(g.Bytes))
	}
	if strings.Join(order, " ") != inTurn {
		t.Errorf("in the order %v", order)
	}
	for name, data := range files {
		if w.read("qui/"+name) != string(data) {
			t.Errorf("%s: not the bytes that were sent", name)
		}
	}
}

// TestGetNoWayBack: where the server is not there any more, each file that did
// not come is told.
func TestGetNoWayBack(t *testing.T) {
	w, _, _, _ := brokenOften(t)
	w.must(os.Mkdir(w.path("qui"), 0o700))
	fetches := 0
	got, err := w.get(exchange.GetOptions{Endpoint: "hub", Path: "/out/", Local: w.path("qui")}, func(step string) error {
		if step == "sftp.read" {
			if fetches++; fetches == 3 {
				return w.hub.Close()
			}
		}
		return nil
	})
	outcomes := map[string]int{}
	for _, g := range got {
		outcomes[g.Outcome]++
	}
	if err == nil || outcomes["got"] != 2 || outcomes["failed"] != 4 {
		t.Errorf("%v, %v", outcomes, err)
	}
}

// TestTakeInTurn: so does a run.
func TestTakeInTurn(t *testing.T) {
	w, _, step, cuts := brokenOften(t)
	opt := w.options()
	opt.Step = step
	if _, err := w.runWith("relay", opt); err != nil || *cuts != 5 {
		t.Fatalf("%v after %d cuts", err, *cuts)
	}
	var order []string
	for _, e := range w.told {
		if e.MessageType == "fetched" {
			order = append(order, named(e.Bytes))
		}
	}
	if strings.Join(order, " ") != inTurn {
		t.Errorf("in the order %v", order)
	}
}
