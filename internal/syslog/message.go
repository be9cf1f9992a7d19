package syslog

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

// Facility is RFC 5424 table 1.
type Facility int

// The facilities that the house uses.
const (
	FacilityDaemon Facility = 3
	FacilityAudit  Facility = 13
)

// Severity is RFC 5424 table 2.
type Severity int

// The severities that the house uses.
const (
	Critical Severity = 2
	Error    Severity = 3
	Warning  Severity = 4
	Notice   Severity = 5
	Info     Severity = 6
	Debug    Severity = 7
)

// Message is one of RFC 5424.
type Message struct {
	Facility Facility
	Severity Severity
	At       time.Time
	Host     string // what it calls this host; "": nothing
	ID       string // MSGID: printable ASCII, at most 32 characters
	Data     []Pair // structured data; none: there is none
	Text     []byte // UTF-8
}

// Pair is a name and what it says.
type Pair struct{ Name, Value string }

// dataID names our structured data: 32473 is the number that RFC 5612 keeps for whoever
// has none of their own.
const dataID = "flussi@32473"

// Append adds the message to out (RFC 5424 section 6).
func (m Message) Append(out []byte) []byte {
	host := m.Host
	if host == "" {
		host = "-"
	}
	out = fmt.Appendf(out, "<%d>1 %s %s flussi - %s ", int(m.Facility)*8+int(m.Severity), m.At.UTC().Format("2006-01-02T15:04:05.000000Z"), host, m.ID)
	if len(m.Data) == 0 {
		out = append(out, '-')
	} else {
		out = append(append(out, '['), dataID...)
		for _, p := range m.Data {
			out = append(append(append(out, ' '), name(p.Name, 32)...), `="`...)
			out = append(append(out, dataEscapes.Replace(valid(p.Value))...), '"')
		}
		out = append(out, ']')
	}
	if len(m.Text) == 0 {
		return out
	}
	return append(append(out, ' '), m.Text...)
}

// dataEscapes are those of a value (RFC 5424 6.3.3). A line's end is allowed there, but
// many servers take it for a message's.
var dataEscapes = strings.NewReplacer(`\`, `\\`, `"`, `\"`, `]`, `\]`, "\n", " ", "\r", " ")

// name keeps letters, digits and _, of which names consist here.
func name(s string, most int) string {
	keep := func(r rune) rune {
		if r == '_' || '0' <= r && r <= '9' || 'A' <= r && r <= 'Z' || 'a' <= r && r <= 'z' {
			return r
		}
		return -1
	}
	s = strings.Map(keep, s)
	return s[:min(most, len(s))]
}

func valid(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	return strings.ToValidUTF8(s, "\ufffd")
}
