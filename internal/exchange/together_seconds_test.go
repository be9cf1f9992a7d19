package exchange_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"flussi/internal/exchange"
)

// TestSecondsOfSmallFiles: what files took that came together is counted as they took it
// by the clock, once, beside one that came by itself.
func TestSecondsOfSmallFiles(t *testing.T) {
	w := newWorld(t, terms{})
	for i := range 40 {
		w.must(w.hub.Publish(userComuni, fmt.Sprintf("a%02d.xml", i), strings.NewReader("<Flusso>"+strings.Repeat(" ", i))))
	}
	w.must(w.hub.Publish(userComuni, "b.xml", strings.NewReader("<Flusso>"+strings.Repeat(" ", 3<<20))))
	asked := 0
	opt := w.options()
	opt.Step = func(step string) error {
		if step == "sftp.last" { // the last READs of a group, or of a file
			asked++
			w.clock.set(w.clock.now().Add(7 * time.Second))
		}
		return nil
	}
	_, err := w.runWith("relay", opt)
	w.must(err)
	if asked < 2 || asked > 10 {
		t.Fatalf("%d groups", asked)
	}
	metrics := w.read("stato/" + exchange.MetricsName)
	for _, want := range []string{
		fmt.Sprintf("flussi_transfer_seconds_total{endpoint=\"hub\",direction=\"in\"} %d\n", 7*asked),
		"flussi_transfer_files_total{endpoint=\"hub\",direction=\"in\"} 41\n",
	} {
		if !strings.Contains(metrics, want) {
			t.Errorf("no %s in\n%s", want, metrics)
		}
	}
}
