package journal

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"

	"flussi/internal/daemon"
	"flussi/internal/exchange"
	"flussi/internal/syslog"
)

// Options say where events go.
type Options struct {
	Now     func() time.Time // the clock; compulsory
	Version string
	// Lines takes a line for each event or, without JSON, for what the rooms inside say
	// alone: the rest is said to people by others.
	Lines io.Writer
	JSON  bool
	Level slog.Level // of the rooms inside
	// Words gives what an error says to people, and what to do; compulsory.
	Words func(error) (what, hint string)
	// Syslog takes events too; nil: none does.
	Syslog *syslog.Sender
	CEF    bool // else structured data
	Host   string
}

// Journal tells events.
type Journal struct {
	mu      sync.RWMutex // held, for reading, as long as something is told
	o       Options
	dropped uint64 // by servers of before
}

// New makes one.
func New(o Options) *Journal { return &Journal{o: o} }

// Renew has it tell elsewhere, or otherwise, from now on; loggers that it gave follow.
// Nothing is told any more where it was before when this returns.
func (j *Journal) Renew(o Options) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.o.Syslog != nil && j.o.Syslog != o.Syslog {
		j.dropped += j.o.Syslog.Dropped()
	}
	j.o = o
}

// Options are those of now.
func (j *Journal) Options() Options {
	j.mu.RLock()
	defer j.mu.RUnlock()
	return j.o
}

// Daemon tells what a daemon tells.
func (j *Journal) Daemon(e daemon.Event) {
	attrs := fields(e)
	if e.Result != nil {
		attrs = append(attrs, fields(counts{e.Result.RecordsIn, e.Result.Accepted, e.Result.Rejected, e.Result.Duplicates, len(e.Result.Files), len(e.Result.Deliveries), e.Result.Alarms})...)
		if e.Result.Partial() {
			attrs = append(attrs, slog.String("outcome", "partial"))
		} else {
			attrs = append(attrs, slog.String("outcome", "done"))
		}
	}
	if e.Err != nil {
		what, hint := j.Options().Words(e.Err)
		attrs = append(attrs, slog.String("message", what), slog.String("hint", hint))
	}
	j.tell(kindOf("daemon."+e.MessageType), attrs)
}

type counts struct {
	RecordsIn  int64 `json:"records"`
	Accepted   int64 `json:"accepted"`
	Rejected   int64 `json:"rejected"`
	Duplicates int64 `json:"duplicates"`
	Files      int   `json:"files"`
	Deliveries int   `json:"deliveries"`
	Alarms     int   `json:"alarms"`
}

// Run tells what a run tells.
func (j *Journal) Run(e exchange.Event) { j.tell(kindOf("run."+e.MessageType), fields(e)) }

// Line tells a line that is for people, where there are events alone.
func (j *Journal) Line(text string) {
	j.tell(kinds["line"], []slog.Attr{slog.String("message", text)})
}

// fields are those of an event, as it is told in JSON, in that order.
func fields(e any) (all []slog.Attr) {
	text, err := json.Marshal(e)
	if err != nil {
		panic(err) // every event is a plain struct: this is a defect, not a state
	}
	var of map[string]any
	if err := json.Unmarshal(text, &of); err != nil {
		panic(err)
	}
	delete(of, "message_type")
	for _, key := range slices.Sorted(maps.Keys(of)) {
		value := of[key]
		if number, ok := value.(float64); ok {
			value = int64(number) // all of them are
		}
		all = append(all, slog.Any(key, value))
	}
	return all
}

func (j *Journal) tell(k Kind, attrs []slog.Attr) {
	j.mu.RLock()
	defer j.mu.RUnlock()
	now := j.o.Now()
	if j.o.JSON {
		r := slog.NewRecord(now, k.level(), k.Name, 0)
		r.AddAttrs(slog.String("event", k.ID))
		r.AddAttrs(attrs...)
		// Where a line does not arrive, nobody is left to tell.
		_ = slog.NewJSONHandler(j.o.Lines, &slog.HandlerOptions{Level: slog.LevelDebug}).Handle(context.Background(), r)
	}
	j.o.send(now, k, "", attrs)
}

// Logger is for the rooms inside.
func (j *Journal) Logger() *slog.Logger { return slog.New(&inside{journal: j}) }

// Dropped is how many events did not reach a syslog server; false: there is none, and
// never was.
func (j *Journal) Dropped() (n uint64, known bool) {
	j.mu.RLock()
	defer j.mu.RUnlock()
	if n = j.dropped; j.o.Syslog != nil {
		n += j.o.Syslog.Dropped()
	}
	return n, n > 0 || j.o.Syslog != nil
}
