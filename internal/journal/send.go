package journal

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"time"

	"flussi/internal/syslog"
)

// inside passes on what the rooms inside say.
type inside struct {
	journal *Journal
	attrs   []slog.Attr
	// with makes a handler of lines one that knows what this one does.
	with []func(slog.Handler) slog.Handler
}

var _ slog.Handler = (*inside)(nil)

// Enabled tells whether a level is told.
func (h *inside) Enabled(_ context.Context, l slog.Level) bool {
	return l >= h.journal.Options().Level
}

// Handle tells one record.
func (h *inside) Handle(ctx context.Context, r slog.Record) error {
	attrs := slices.Clone(h.attrs)
	r.Attrs(func(a slog.Attr) bool { attrs = append(attrs, a); return true })
	k := ofLevel(r.Level)
	j := h.journal
	j.mu.RLock()
	defer j.mu.RUnlock()
	j.o.send(r.Time, k, r.Message, attrs)
	options := &slog.HandlerOptions{Level: j.o.Level}
	var lines slog.Handler = slog.NewTextHandler(j.o.Lines, options)
	if j.o.JSON {
		lines = slog.NewJSONHandler(j.o.Lines, options)
		r = r.Clone()
		r.AddAttrs(slog.String("event", k.ID))
	}
	for _, more := range h.with {
		lines = more(lines)
	}
	return lines.Handle(ctx, r)
}

// WithAttrs is a handler that knows more.
func (h *inside) WithAttrs(attrs []slog.Attr) slog.Handler {
	return &inside{h.journal, append(slices.Clone(h.attrs), attrs...), append(slices.Clone(h.with), func(l slog.Handler) slog.Handler { return l.WithAttrs(attrs) })}
}

// WithGroup is a handler of a group; in messages groups are not told apart.
func (h *inside) WithGroup(name string) slog.Handler {
	return &inside{h.journal, h.attrs, append(slices.Clone(h.with), func(l slog.Handler) slog.Handler { return l.WithGroup(name) })}
}

// send sends an event to the syslog server.
func (o Options) send(at time.Time, k Kind, said string, attrs []slog.Attr) {
	if o.Syslog == nil {
		return
	}
	var pairs []syslog.Pair
	for _, a := range attrs {
		value := a.Value.Resolve()
		text := value.String()
		if list, ok := value.Any().([]any); ok {
			text = strings.Trim(fmt.Sprint(list), "[]")
		}
		pairs = append(pairs, syslog.Pair{Name: a.Key, Value: text})
	}
	m := syslog.Message{Facility: syslog.FacilityDaemon, Severity: k.syslogSeverity(), At: at, Host: o.Host, ID: k.ID}
	if o.CEF {
		m.Text = syslog.Event{Version: o.Version, ID: k.ID, Name: k.Name, Severity: k.Severity, Extension: extension(at, o.Host, said, pairs)}.Append(nil)
	} else {
		m.Data = append([]syslog.Pair{{Name: "event", Value: k.ID}}, pairs...)
		m.Text = []byte(strings.Join(strings.FieldsFunc(strings.TrimSuffix(k.Name+": "+said, ": "), func(r rune) bool { return r == '\n' || r == '\r' }), " "))
	}
	o.Syslog.Send(m.Append(nil))
}

// cefKeys are the names that CEF has for ours; a label says what a custom one means.
var cefKeys = map[string]struct{ key, label string }{
	"schedule":  {"cs1", "schedule"},
	"endpoint":  {"cs2", "endpoint"},
	"recipient": {"cs3", "recipient"},
	"dataset":   {"cs4", "dataset"},
	"release":   {"cs5", "release"},
	"period":    {"cs6", "period"},
	"records":   {"cn1", "records"},
	"rejected":  {"cn2", "rejected"},
	"rows":      {"cn3", "rows"},
	"name":      {"fname", ""},
	"bytes":     {"fsize", ""},
	"outcome":   {"outcome", ""},
	"reason":    {"reason", ""},
	"message":   {"msg", ""},
}

// extension is an event's: the time, who says so, and what it holds. What CEF has no name
// for is called flussi and its own name: flussiHint.
func extension(at time.Time, host, said string, pairs []syslog.Pair) []syslog.Pair {
	all := []syslog.Pair{{Name: "rt", Value: strconv.FormatInt(at.UnixMilli(), 10)}}
	if host != "" {
		all = append(all, syslog.Pair{Name: "dvchost", Value: host})
	}
	if said != "" {
		all = append(all, syslog.Pair{Name: "msg", Value: said})
	}
	for _, p := range pairs {
		of, known := cefKeys[p.Name]
		switch {
		case !known || said != "" && of.key == "msg":
			all = append(all, syslog.Pair{Name: "flussi" + title(p.Name), Value: p.Value})
			continue
		case of.label != "":
			all = append(all, syslog.Pair{Name: of.key + "Label", Value: of.label})
		}
		all = append(all, syslog.Pair{Name: of.key, Value: p.Value})
	}
	return all
}

// title is at_least as AtLeast.
func title(name string) string {
	var b strings.Builder
	for word := range strings.SplitSeq(name, "_") {
		if word != "" {
			b.WriteString(strings.ToUpper(word[:1]) + word[1:])
		}
	}
	return b.String()
}
