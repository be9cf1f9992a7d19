package exchange

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"flussi/internal/flusso"
	"flussi/internal/spool"
)

// MetricsName is the file of the counters in the state folder, in the text
// format of Prometheus: what a collector of text files reads, and what the
// daemon serves. It tells endpoints and numbers and nothing personal.
const MetricsName = "metrics.prom"

// metrics count across processes: each begins with what the file says. A file
// that is gone or cannot be read begins them at zero, as a restart does
// elsewhere.
type metrics struct {
	mu     sync.Mutex
	values map[string]float64 // by series
}

// families are the metrics there are, in the file's order.
var families = []struct{ name, help string }{
	{"flussi_connect_total", "Calls to an endpoint by outcome: ok, a kind of failure, or refused by the breaker."},
	{"flussi_transfer_bytes_total", "Bytes of file content moved."},
	{"flussi_transfer_files_total", "Files moved whole."},
	{"flussi_transfer_seconds_total", "Time spent moving files."},
	{"flussi_transfer_failures_total", "Transfers that failed, by kind."},
}

// add is called several times for each file moved, so it keeps from fmt.
func (m *metrics) add(v float64, family string, labels ...string) {
	series, sign := append(make([]byte, 0, 128), family...), byte('{')
	for i := 0; i+1 < len(labels); i += 2 {
		series = append(append(append(series, sign), labels[i]...), '=')
		series, sign = strconv.AppendQuote(series, labels[i+1]), ','
	}
	series = append(series, '}')
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.values == nil {
		m.values = map[string]float64{}
	}
	m.values[string(series)] += v
}

func (m *metrics) called(endpoint string, err error) {
	m.add(1, "flussi_connect_total", "endpoint", endpoint, "outcome", outcomeOf(err))
}

func (m *metrics) refused(endpoint string) {
	m.add(1, "flussi_connect_total", "endpoint", endpoint, "outcome", "refused")
}

func (m *metrics) moved(endpoint string, d Direction, bytes int64) {
	m.add(float64(bytes), "flussi_transfer_bytes_total", "endpoint", endpoint, "direction", string(d))
}

func (m *metrics) ended(endpoint string, d Direction, took time.Duration, err error) {
	m.add(took.Seconds(), "flussi_transfer_seconds_total", "endpoint", endpoint, "direction", string(d))
	if err == nil {
		m.add(1, "flussi_transfer_files_total", "endpoint", endpoint, "direction", string(d))
		return
	}
	m.add(1, "flussi_transfer_failures_total", "endpoint", endpoint, "direction", string(d), "kind", outcomeOf(err))
}

func outcomeOf(err error) string {
	if err == nil {
		return "ok"
	}
	return strings.ReplaceAll(flusso.KindOf(err).String(), " ", "_")
}

// CounterOutcomes are the words for what became of a call or a transfer.
var CounterOutcomes = func() map[string]bool {
	all := map[string]bool{"ok": true, "refused": true}
	for k := flusso.Internal; k <= flusso.InDoubt; k++ {
		all[outcomeOf(&flusso.Error{Kind: k})] = true
	}
	return all
}()

// read begins the counters with what the file says.
func (m *metrics) read(fsys spool.FS, state string) {
	f, err := fsys.Open(filepath.Join(state, MetricsName))
	if err != nil {
		return
	}
	defer func() { _ = f.Close() }() // read only: its error changes nothing
	m.mu.Lock()
	defer m.mu.Unlock()
	m.values = map[string]float64{}
	lines := bufio.NewScanner(io.LimitReader(f, 1<<20))
	for lines.Scan() {
		at := strings.LastIndexByte(lines.Text(), ' ')
		if at < 0 || strings.HasPrefix(lines.Text(), "#") {
			continue
		}
		if v, err := strconv.ParseFloat(lines.Text()[at+1:], 64); err == nil && v >= 0 {
			m.values[lines.Text()[:at]] = v
		}
	}
}

// write puts the counters into the file, atomically.
func (m *metrics) write(fsys spool.FS, state string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	series := slices.Sorted(func(yield func(string) bool) {
		for s := range m.values {
			if !yield(s) {
				return
			}
		}
	})
	return spool.WriteFile(fsys, filepath.Join(state, MetricsName), spool.FilePerm, func(w io.Writer) error {
		var failed error
		for _, family := range families {
			_, err := fmt.Fprintf(w, "# HELP %[1]s %[2]s\n# TYPE %[1]s counter\n", family.name, family.help)
			failed = errors.Join(failed, err)
			for _, s := range series {
				if strings.HasPrefix(s, family.name+"{") {
					_, err := fmt.Fprintf(w, "%s %s\n", s, strconv.FormatFloat(m.values[s], 'f', -1, 64))
					failed = errors.Join(failed, err)
				}
			}
		}
		return failed
	})
}

// Counter is one series of a counter: its family's name, its labels by name.
type Counter struct {
	Family string
	Labels map[string]string
	Value  float64
}

// Counters are those of the house, as MetricsName has them, and as they are by now.
func (h *House) Counters() (all []Counter) {
	h.metrics.mu.Lock()
	defer h.metrics.mu.Unlock()
	for series, value := range h.metrics.values {
		if c, ok := parseSeries(series); ok { // what is not came with the file
			c.Value = value
			all = append(all, c)
		}
	}
	return all
}

// parseSeries reads what add made: family{name="value",…}.
func parseSeries(series string) (c Counter, ok bool) {
	family, rest, ok := strings.Cut(series, "{")
	if !ok || !strings.HasSuffix(rest, "}") {
		return c, false
	}
	c = Counter{Family: family, Labels: map[string]string{}}
	for rest = strings.TrimSuffix(rest, "}"); rest != ""; rest = strings.TrimPrefix(rest, ",") {
		name, quoted, _ := strings.Cut(rest, "=")
		value, err := strconv.QuotedPrefix(quoted)
		if err != nil {
			return c, false
		}
		if c.Labels[name], err = strconv.Unquote(value); err != nil {
			return c, false
		}
		rest = strings.TrimPrefix(quoted, value)
	}
	return c, true
}
