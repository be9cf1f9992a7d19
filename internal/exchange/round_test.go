package exchange_test

import (
	"bytes"
	"strings"
	"testing"

	"flussi/internal/flusso"
	"flussi/internal/synth"
)

// TestRoundOfTwoKinds cuts a round short whose releases are made from
// different files: each is finished from its own, under the id it was begun
// with, and the key made for it is gone in the end.
func TestRoundOfTwoKinds(t *testing.T) {
	sinba := synth.Options{Tipo: flusso.SINBA, Beneficiari: 60, Seed: 7, Progressivo: 2, Ente: withDelega.Ente}
	stocked := func() *world {
		w := newWorld(t, terms{})
		text := strings.Replace(w.read("flussi.yaml"), "quadro: aggregato}}\n  ministero", "quadro: aggregato, sinba: individuale_anonimo}}\n  ministero", 1)
		w.write("flussi.yaml", text)
		for _, o := range []synth.Options{withDelega, sinba} {
			name, data := flow(t, o)
			w.must(w.hub.Publish(userComuni, name, bytes.NewReader(data)))
		}
		return w
	}
	w := stocked()
	var points []point
	seen := map[string]int{}
	opt := w.options()
	opt.Step = func(step string) error {
		if seen[step]++; strings.HasPrefix(step, "disclose.") {
			points = append(points, point{step, seen[step]})
		}
		return nil
	}
	if _, err := w.runWith("relay", opt); err != nil {
		t.Fatal(err)
	}
	want := w.standing()
	if seen["disclose.publish"] != 3 {
		t.Fatalf("%d releases, want 3", seen["disclose.publish"])
	}
	for _, p := range points {
		for _, crash := range []bool{false, true} {
			w := stocked()
			if crash {
				w.crash("relay", p)
			} else {
				opt := w.options()
				opt.Step = p.at(func() error { return errInjected })
				if _, err := w.runWith("relay", opt); err == nil {
					t.Errorf("%s: nobody was told", p)
				}
			}
			if _, err := w.run("relay"); err != nil {
				t.Fatal(err)
			}
			if diff := differences(w.standing(), want); len(diff) > 0 {
				t.Errorf("%s, crash %v:\n  %s", p, crash, strings.Join(diff, "\n  "))
			}
			w.checkOnce("relay")
			w.stop()
		}
	}
}

// TestRoundGivenUp takes a dataset out of the configuration while its release
// is begun and sealed: the others of the round are finished, of this one
// nothing stays, and the ledger says so.
func TestRoundGivenUp(t *testing.T) {
	w := newWorld(t, terms{})
	w.stock("ritorno")
	if !w.crash("ritorno", point{"disclose.publish", 1}) {
		t.Fatal("never came there")
	}
	w.write("flussi.yaml", strings.Replace(w.read("flussi.yaml"), ", quadro: aggregato}}\n  ministero", "}}\n  ministero", 1))
	if _, err := w.run("ritorno"); err != nil {
		t.Fatal(err)
	}
	states := map[string]int{}
	for name, value := range w.standing() {
		switch {
		case strings.HasPrefix(name, "release "):
			states[strings.Fields(value)[0]]++
		case strings.HasPrefix(name, "file dataset/regione-lazio/quadro/"), strings.HasPrefix(name, "left over"):
			t.Errorf("%s stays", name)
		}
	}
	if states["live"] != 2 || states["abandoned"] != 1 {
		t.Errorf("%v", states)
	}
	w.checkOnce("ritorno")
}
