package syslog

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// parseCEF reads an event as a SIEM does, from the words of the specification alone: a
// header of seven fields between pipes that no backslash stands before; then keys, each a
// word before an equals sign that no backslash stands before.
func parseCEF(line string) (e Event, err error) {
	var fields []string
	var field strings.Builder
	rest := line
	for len(fields) < 7 {
		if rest == "" {
			return e, fmt.Errorf("the header ends early: %q", line)
		}
		switch c := rest[0]; {
		case c == '\\' && len(rest) > 1:
			field.WriteByte(rest[1])
			rest = rest[2:]
			continue
		case c == '|':
			fields = append(fields, field.String())
			field.Reset()
		case c == '\n' || c == '\r':
			return e, fmt.Errorf("a line end in the header: %q", line)
		default:
			field.WriteByte(c)
		}
		rest = rest[1:]
	}
	if !slices.Equal(fields[:3], []string{"CEF:0", "flussi", "flussi"}) {
		return e, fmt.Errorf("the header begins with %q", fields[:3])
	}
	e.Version, e.ID, e.Name = fields[3], fields[4], fields[5]
	if e.Severity, err = strconv.Atoi(fields[6]); err != nil {
		return e, err
	}
	if strings.ContainsAny(rest, "\n\r") {
		return e, fmt.Errorf("a line end in the extension: %q", rest)
	}
	// Where keys begin: after the last space before each equals sign.
	var begins, equals []int
	for i := 0; i < len(rest); i++ {
		switch rest[i] {
		case '\\':
			i++
		case '=':
			begins, equals = append(begins, strings.LastIndexByte(rest[:i], ' ')+1), append(equals, i)
		}
	}
	for n, begin := range begins {
		end := len(rest)
		if n+1 < len(begins) {
			end = begins[n+1] - 1
		}
		value := strings.NewReplacer(`\\`, `\`, `\=`, "=", `\n`, "\n", `\r`, "\r").Replace(rest[equals[n]+1 : end])
		e.Extension = append(e.Extension, Pair{rest[begin:equals[n]], value})
	}
	return e, nil
}

// The examples are those of the specification.
func TestCEF(t *testing.T) {
	for _, tt := range []struct {
		event Event
		want  string
	}{
		{Event{"1.0", "100", "worm successfully stopped", 10, []Pair{{"src", "10.0.0.1"}, {"dst", "2.1.2.2"}, {"spt", "1232"}}},
			"CEF:0|flussi|flussi|1.0|100|worm successfully stopped|10|src=10.0.0.1 dst=2.1.2.2 spt=1232"},
		{Event{"1.0", "100", "detected a | in message", 10, []Pair{{"act", "blocked a |"}}}, `CEF:0|flussi|flussi|1.0|100|detected a \| in message|10|act=blocked a |`},
		{Event{"1.0", "100", `detected a \ in packet`, 10, []Pair{{"act", `blocked a \`}}}, `CEF:0|flussi|flussi|1.0|100|detected a \\ in packet|10|act=blocked a \\`},
		{Event{"1.0", "100", "detected a = in message", 10, []Pair{{"act", "blocked a ="}}}, `CEF:0|flussi|flussi|1.0|100|detected a = in message|10|act=blocked a \=`},
		{Event{"1.0", "100", "x", 11, []Pair{{"msg", "Detected a threat.\nNo action needed."}}}, `CEF:0|flussi|flussi|1.0|100|x|10|msg=Detected a threat.\nNo action needed.`},
		{Event{"1.0", "100", "two\nlines", -1, nil}, "CEF:0|flussi|flussi|1.0|100|two lines|0|"},
		{Event{"1.0", "100", "x", 1, []Pair{{"a b=c|d_e", "v"}}}, "CEF:0|flussi|flussi|1.0|100|x|1|abcde=v"},
	} {
		if got := string(tt.event.Append(nil)); got != tt.want {
			t.Errorf("%q\nwant %q", got, tt.want)
		}
	}
}

// What was formatted reads back the same, whatever stands in it.
func FuzzCEF(f *testing.F) {
	for _, text := range []string{"", "plain", `a|b\c=d`, "x=y key=value", "\n\r\n", `\n`, `\\n`, `trailing\`, " spaces ", "perché è così", "\xff\xfe", "a\u2028b=c", "=", " = ", `k\=v`} {
		f.Add(text, "flussi.run", text, 5, "msg", text, text)
	}
	f.Fuzz(func(t *testing.T, version, id, title string, severity int, key, value, other string) {
		lines := strings.NewReplacer("\n", " ", "\r", " ")
		key = strings.ReplaceAll(name(key, 1023), "_", "")
		if key == "" {
			key = "msg"
		}
		want := Event{lines.Replace(valid(version)), lines.Replace(valid(id)), lines.Replace(valid(title)), min(max(severity, 0), 10), []Pair{{key, valid(value)}, {"cs1", valid(other)}, {"cs2", valid(value)}}}
		got, err := parseCEF(string(Event{version, id, title, severity, []Pair{{key, value}, {"cs1", other}, {"cs2", value}}}.Append(nil)))
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%v\n%+v\nwant %+v", err, got, want)
		}
	})
}

// parseMessage reads a message of RFC 5424: its structured data and its text.
func parseMessage(m string) (data []Pair, text string, err error) {
	parts := strings.SplitN(m, " ", 7)
	if len(parts) != 7 || !strings.HasSuffix(parts[0], ">1") {
		return nil, "", fmt.Errorf("a header of %d parts: %q", len(parts), m)
	}
	if _, err := time.Parse(time.RFC3339Nano, parts[1]); err != nil {
		return nil, "", err
	}
	rest := parts[6]
	if after, ok := strings.CutPrefix(rest, "-"); ok {
		return nil, strings.TrimPrefix(after, " "), nil
	}
	rest, ok := strings.CutPrefix(rest, "["+dataID)
	if !ok {
		return nil, "", fmt.Errorf("not our data: %q", rest)
	}
	for {
		if after, ok := strings.CutPrefix(rest, "]"); ok {
			return data, strings.TrimPrefix(after, " "), nil
		}
		key, after, ok := strings.Cut(strings.TrimPrefix(rest, " "), `="`)
		if !ok {
			return nil, "", fmt.Errorf("no value: %q", rest)
		}
		var value strings.Builder
		i := 0
		for ; i < len(after) && after[i] != '"'; i++ {
			if after[i] == '\\' {
				i++
			} else if after[i] == ']' {
				return nil, "", fmt.Errorf("a bare bracket: %q", after)
			}
			value.WriteByte(after[i])
		}
		if i == len(after) {
			return nil, "", fmt.Errorf("no end: %q", after)
		}
		data, rest = append(data, Pair{key, value.String()}), after[i+1:]
	}
}

func FuzzMessage(f *testing.F) {
	for _, text := range []string{"", "plain", `a"b\c]d`, "[x y=\"z\"]", "\n", `\`, `\"`, "perché", "\xff"} {
		f.Add("schedule", text, text)
	}
	f.Fuzz(func(t *testing.T, key, value, text string) {
		if key = name(key, 32); key == "" {
			key = "x"
		}
		m := Message{Facility: FacilityDaemon, Severity: Warning, At: time.Unix(1_700_000_000, 0), Host: "h", ID: "run", Data: []Pair{{key, value}, {"b", text}}, Text: []byte(text)}
		lines := strings.NewReplacer("\n", " ", "\r", " ")
		data, body, err := parseMessage(string(m.Append(nil)))
		want := []Pair{{key, lines.Replace(valid(value))}, {"b", lines.Replace(valid(text))}}
		if err != nil || !slices.Equal(data, want) || body != text {
			t.Errorf("%v %q %q, want %q %q", err, data, body, want, text)
		}
	})
}
