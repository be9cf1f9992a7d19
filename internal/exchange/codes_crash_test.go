package exchange_test

import (
	"context"
	"errors"
	"maps"
	"testing"

	"flussi/internal/config"
	"flussi/internal/exchange"
)

// TestCodesAfterACrash: the process dies at each step of the second of three
// releases with codes; the next run goes on, and in the end every release and every
// class index is as without it, to the byte: what was shown before the crash is
// not made otherwise after it, and the third is checked against both.
func TestCodesAfterACrash(t *testing.T) {
	play := func(t *testing.T, died *point) map[string]string {
		w := codesWorld(t)
		defer w.stop()
		cfg, err := config.Load(w.path("flussi.yaml"))
		w.must(err)
		house, err := exchange.Open(context.Background(), cfg, w.options()) // keys alike, so that worlds compare
		w.must(err)
		_, err = house.MakeCodeKey(context.Background(), exchange.CodeKeyRequest{Holder: "custode", Escrow: w.path("1.age"), Operator: "op-1"})
		w.must(errors.Join(err, house.Close()))
		for month := range 3 {
			w.arrives("arrivi", 1+month, 1200)
			if died != nil && month == 1 && !w.crash("arrivi", *died) {
				t.Fatal("never came there")
			}
			_, err := w.run("arrivi")
			w.must(err)
		}
		s := map[string]string{}
		w.files(s, "dataset", nil)
		w.files(s, "stato/classes", nil)
		return s
	}
	want := play(t, nil)
	if len(want) < 50 {
		t.Fatalf("%d files", len(want))
	}
	for _, step := range []string{"disclose.open", "disclose.seal", "disclose.publish", "disclose.ledger"} {
		for n := 1; n <= 2; n++ {
			if n > 1 && (testing.Short() || step == "disclose.open") {
				continue // one for the round
			}
			t.Run(point{step, n}.String(), func(t *testing.T) {
				if got := play(t, &point{step, n}); !maps.Equal(got, want) {
					t.Errorf("differs: %q", differences(got, want))
				}
			})
		}
	}
}
