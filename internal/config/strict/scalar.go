package strict

import (
	"path/filepath"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/goccy/go-yaml/ast"

	"flussi/internal/flusso"
)

// Complaint is why a text is not what it should be; the zero Complaint is none.
type Complaint struct{ What, Hint flusso.Text }

// maxText bounds a text, in bytes; a host key or a command line fits.
const maxText = 4096

// Text is a line of text that is not blank.
func Text() Type[string] {
	return Type[string]{schema: &Schema{Type: "string", MinLength: 1}, read: func(v Value) (string, bool) {
		text, ok := v.text()
		if !ok {
			return "", false
		}
		switch {
		case strings.TrimSpace(text) == "":
			v.Fault(textBlank, hintNoValue)
		case len(text) > maxText:
			v.Fault(textTooLong, flusso.Text{})
		case strings.ContainsFunc(strings.TrimRight(text, "\n"), unicode.IsControl):
			v.Fault(textManyLines, flusso.Text{})
		default:
			return strings.TrimSpace(text), true
		}
		return "", false
	}}
}

// Parsed is a text with a form of its own. pattern, for editors, may be empty
// or looser than parse.
func Parsed[T any](pattern string, parse func(string) (T, Complaint)) Type[T] {
	t := Text()
	t.schema = &Schema{Type: "string", MinLength: 1, Pattern: pattern}
	return Type[T]{schema: t.schema, read: func(v Value) (T, bool) {
		var zero T
		text, ok := t.read(v)
		if !ok {
			return zero, false
		}
		got, no := parse(text)
		if no != (Complaint{}) {
			v.Fault(no.What, no.Hint)
			return zero, false
		}
		return got, true
	}}
}

// Guarded is a Parsed for what must not stand in the file itself: anything but
// one line of text, of any kind, is answered with the one complaint, too.
func Guarded[T any](pattern string, otherwise Complaint, parse func(v Value, text string) (T, Complaint)) Type[T] {
	return Type[T]{schema: &Schema{Type: "string", MinLength: 1, Pattern: pattern}, read: func(v Value) (T, bool) {
		var zero T
		if k := v.kind(); k == kindNothing || k == kindTrick {
			v.want(kindText)
			return zero, false
		}
		no, got := otherwise, zero
		if node, ok := v.node.(*ast.StringNode); ok && len(node.Value) <= maxText && !strings.ContainsFunc(node.Value, unicode.IsControl) {
			got, no = parse(v, strings.TrimSpace(node.Value))
		}
		if no != (Complaint{}) {
			v.Fault(no.What, no.Hint)
			return zero, false
		}
		return got, true
	}}
}

// Word is one of a few words.
func Word[T ~string](words ...T) Type[T] {
	known := make([]string, len(words))
	for i, w := range words {
		known[i] = string(w)
	}
	t := Parsed("", func(text string) (T, Complaint) {
		for _, w := range words {
			if text == string(w) {
				return w, Complaint{}
			}
		}
		return "", Complaint{textUnknownWord(Nearest(text, known)), hintKnownWords(known)}
	})
	t.schema = &Schema{Type: "string", Enum: known}
	return t
}

// Matching is a text that the anchored pattern matches; no explains the form.
func Matching(pattern string, no Complaint) Type[string] {
	form := flusso.NewPattern(pattern)
	return Parsed(pattern, func(text string) (string, Complaint) {
		if !form.MatchString(text) {
			return "", no
		}
		return text, Complaint{}
	})
}

// EntryName is the name of an entry of a Map.
func EntryName() Type[string] {
	return Matching(namePattern.String(), Complaint{textBadName, hintBadName})
}

// Path is a file or folder; relative ones start from the file's own folder.
// Forward slashes do on every system.
func Path() Type[string] {
	return Convert(Text(), func(v Value, text string) string {
		if strings.HasPrefix(text, "~") {
			v.Fault(textTilde, hintTilde)
		}
		return Resolve(v.dir, text)
	})
}

// Resolve makes path absolute, from dir when it is relative.
func Resolve(dir, path string) string {
	path = filepath.FromSlash(path)
	if filepath.IsAbs(path) || strings.HasPrefix(path, string(filepath.Separator)) {
		return filepath.Clean(path)
	}
	return filepath.Join(dir, path)
}

// Int is a whole number within bounds.
func Int(least, most int) Type[int] {
	return Type[int]{schema: &Schema{Type: "integer", Minimum: &least, Maximum: &most}, read: func(v Value) (int, bool) {
		if !v.want(kindNumber) {
			return 0, false
		}
		n, err := strconv.Atoi(v.node.GetToken().Value)
		if err != nil || n < least || n > most {
			v.Fault(textNotBetween(least, most), flusso.Text{})
			return 0, false
		}
		return n, true
	}}
}

// Bool is true or false.
func Bool() Type[bool] {
	return Type[bool]{schema: &Schema{Type: "boolean"}, read: func(v Value) (bool, bool) {
		if !v.want(kindBool) {
			return false, false
		}
		return v.node.(*ast.BoolNode).Value, true
	}}
}

// Date is a calendar day, yyyy-mm-dd. The zero Date is no day.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// DateOf is the day of t in t's own zone.
func DateOf(t time.Time) Date {
	y, m, d := t.Date()
	return Date{y, m, d}
}

// ParseDate reads yyyy-mm-dd.
func ParseDate(s string) (Date, bool) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil || t.Year() < 1900 {
		return Date{}, false
	}
	return DateOf(t), true
}

// IsZero tells whether there is no day.
func (d Date) IsZero() bool { return d == Date{} }

// Before tells whether d comes before e.
func (d Date) Before(e Date) bool {
	return d.Year < e.Year || d.Year == e.Year && (d.Month < e.Month || d.Month == e.Month && d.Day < e.Day)
}

// In gives the first instant of the day in a zone.
func (d Date) In(zone *time.Location) time.Time {
	return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, zone)
}

// AddDays gives the day n days later.
func (d Date) AddDays(n int) Date {
	return DateOf(time.Date(d.Year, d.Month, d.Day+n, 12, 0, 0, 0, time.UTC))
}

// String gives yyyy-mm-dd, and nothing for the zero Date.
func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	return time.Date(d.Year, d.Month, d.Day, 12, 0, 0, 0, time.UTC).Format(time.DateOnly)
}

// MarshalText writes what String gives.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// Within tells whether d is in [from, to], both included; a zero bound is none.
func (d Date) Within(from, to Date) bool {
	return (from.IsZero() || !d.Before(from)) && (to.IsZero() || !to.Before(d))
}

// Day is a Date in a file.
func Day() Type[Date] {
	return Parsed(`^[0-9]{4}-[0-9]{2}-[0-9]{2}$`, func(s string) (Date, Complaint) {
		d, ok := ParseDate(s)
		if !ok {
			return Date{}, Complaint{textNotADate, hintNotADate}
		}
		return d, Complaint{}
	})
}

// Clock is a time of day in minutes after midnight, from 00:00 to 24:00.
func Clock(s string) (int, bool) {
	if len(s) != 5 || s[2] != ':' {
		return 0, false
	}
	for _, i := range []int{0, 1, 3, 4} {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
	}
	h, m := int(s[0]-'0')*10+int(s[1]-'0'), int(s[3]-'0')*10+int(s[4]-'0')
	if m > 59 || h*60+m > 24*60 {
		return 0, false
	}
	return h*60 + m, true
}

// TimeOfDay is a Clock below 24:00 in a file.
func TimeOfDay() Type[int] {
	return Parsed(`^([01][0-9]|2[0-3]):[0-5][0-9]$`, func(s string) (int, Complaint) {
		m, ok := Clock(s)
		if !ok || m == 24*60 {
			return 0, Complaint{textNotAClock, hintNotAClock}
		}
		return m, Complaint{}
	})
}

// Days is a number of days, such as 14d.
func Days() Type[int] {
	return Parsed(`^[0-9]{1,3}d$`, func(s string) (int, Complaint) {
		n, err := strconv.Atoi(strings.TrimSuffix(s, "d"))
		if err != nil || !strings.HasSuffix(s, "d") || n < 0 || n > 999 {
			return 0, Complaint{textNotDays, hintNotDays}
		}
		return n, Complaint{}
	})
}

// Zone is a time zone of the IANA database.
func Zone() Type[*time.Location] {
	return Parsed("", func(s string) (*time.Location, Complaint) {
		loc, err := time.LoadLocation(s)
		if err != nil || s == "Local" {
			return nil, Complaint{textNotAZone, hintNotAZone}
		}
		return loc, Complaint{}
	})
}

func (v Value) text() (string, bool) {
	if !v.want(kindText) {
		return "", false
	}
	switch n := v.node.(type) {
	case *ast.StringNode:
		return n.Value, true
	case *ast.LiteralNode:
		if n.Value != nil {
			return n.Value.Value, true
		}
	}
	return "", true
}
