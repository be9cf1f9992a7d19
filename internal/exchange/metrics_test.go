package exchange

import (
	"errors"
	"io"
	"maps"
	"os"
	"path/filepath"
	"testing"
	"time"

	"flussi/internal/spool"
)

// What is counted comes back whole, also after the process ended, and whatever else the
// file says does not.
func TestCounters(t *testing.T) {
	dir := t.TempDir()
	first := &House{premises: &premises{}}
	first.metrics.called("inps", nil)
	first.metrics.called("a\"b\\c{d},e=\"f", errors.New("x"))
	first.metrics.moved("inps", In, 4711)
	first.metrics.ended("inps", Out, time.Second, io.EOF)
	if err := first.metrics.write(spool.OS, dir); err != nil {
		t.Fatal(err)
	}
	file, err := os.OpenFile(filepath.Join(dir, MetricsName), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := file.WriteString("x{ 1\nx{a} 1\nx{a=b} 1\nx{a=\"b} 1\nx 1\n{} 1\n"); errors.Join(err, file.Close()) != nil {
		t.Fatal(err)
	}
	second := &House{premises: &premises{}}
	second.metrics.read(spool.OS, dir)
	for name, h := range map[string]*House{"the process that counted": first, "the next one": second} {
		got := map[string]float64{}
		for _, c := range h.Counters() {
			got[c.Family+" "+c.Labels["endpoint"]+" "+c.Labels["outcome"]+c.Labels["direction"]+" "+c.Labels["kind"]] = c.Value
		}
		delete(got, "   ") // {}: a family without a name is nobody's
		want := map[string]float64{
			"flussi_connect_total inps ok ": 1, "flussi_connect_total a\"b\\c{d},e=\"f internal ": 1,
			"flussi_transfer_bytes_total inps in ": 4711, "flussi_transfer_seconds_total inps out ": 1, "flussi_transfer_failures_total inps out internal": 1,
		}
		if !maps.Equal(got, want) {
			t.Errorf("%s: %v", name, got)
		}
	}
}
