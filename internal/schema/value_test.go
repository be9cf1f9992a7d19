package schema

import (
	"math/big"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestParseDate(t *testing.T) {
	cases := []struct {
		in   string
		days int32
		ok   bool
	}{
		{"1970-01-01", 0, true}, {"1970-01-02", 1, true}, {"1969-12-31", -1, true}, {"2000-02-29", 11016, true},
		{"2025-02-01Z", 20120, true}, {"2025-02-01+01:00", 20120, true}, {"2025-02-01-14:00", 20120, true},
		{"1900-02-29", 0, false}, {"2025-02-30", 0, false}, {"2025-13-01", 0, false}, {"2025-00-10", 0, false}, {"2025-01-00", 0, false},
		{"0000-01-01", 0, false}, {"-2025-01-01", 0, false}, {"12025-01-01", 0, false}, {"2025-1-1", 0, false}, {"2025-01-01+15:00", 0, false},
		{"2025-01-01T00:00:00", 0, false}, {"01/02/2025", 0, false}, {"", 0, false},
	}
	for _, c := range cases {
		if days, ok := ParseDate([]byte(c.in)); days != c.days || ok != c.ok {
			t.Errorf("ParseDate(%q) = %d, %v; want %d, %v", c.in, days, ok, c.days, c.ok)
		}
	}
}

// TestCivilDaysAgreesWithTime walks every day of 400 years and then some.
func TestCivilDaysAgreesWithTime(t *testing.T) {
	for day := time.Date(1799, 12, 31, 0, 0, 0, 0, time.UTC); day.Year() < 2201; day = day.AddDate(0, 0, 1) {
		days := civilDays(day.Year(), int(day.Month()), day.Day())
		if int64(days) != day.Unix()/86400 {
			t.Fatalf("%s is day %d, got %d", day.Format(time.DateOnly), day.Unix()/86400, days)
		}
		if y, m, d := civil(days); y != day.Year() || m != int(day.Month()) || d != day.Day() {
			t.Fatalf("day %d is %s, got %d-%d-%d", days, day.Format(time.DateOnly), y, m, d)
		}
	}
}

func TestParseCents(t *testing.T) {
	cases := []struct {
		in        string
		cents     int64
		exact, ok bool
	}{
		{"0", 0, true, true}, {"1", 100, true, true}, {"1.5", 150, true, true}, {"+1.50", 150, true, true}, {"-1.05", -105, true, true},
		{".5", 50, true, true}, {"5.", 500, true, true}, {"007.1000", 710, true, true}, {"1.005", 101, false, true}, {"1.0049", 100, false, true},
		{"-1.005", -101, false, true}, {"-0.0", 0, true, true}, {"99999999999999.99", 9999999999999999, true, true},
		{"100000000000000", 0, false, false}, {"", 0, false, false}, {".", 0, false, false}, {"1,5", 0, false, false}, {"1e3", 0, false, false},
		{"--1", 0, false, false}, {"1.2.3", 0, false, false}, {" 1", 0, false, false},
	}
	for _, c := range cases {
		cents, exact, ok := ParseCents([]byte(c.in))
		if cents != c.cents || exact != c.exact || ok != c.ok {
			t.Errorf("ParseCents(%q) = %d, %v, %v; want %d, %v, %v", c.in, cents, exact, ok, c.cents, c.exact, c.ok)
		}
	}
}

func TestSign(t *testing.T) {
	for in, want := range map[string]int{"0": 0, "-0.000": 0, "0.01": 1, "-.1": -1, "+3": 1, "100000000000000000000": 1} {
		if got, ok := Sign([]byte(in)); !ok || got != want {
			t.Errorf("Sign(%q) = %d, %v; want %d", in, got, ok, want)
		}
	}
	if _, ok := Sign([]byte("x")); ok {
		t.Error("a text has a sign")
	}
}

// TestSumEqualsIsExact compares with rational arithmetic, on sums that are
// right, and on sums off by one in the last place.
func TestSumEqualsIsExact(t *testing.T) {
	amount := rapid.Custom(func(t *rapid.T) string {
		sign := rapid.SampledFrom([]string{"", "", "-", "+"}).Draw(t, "sign")
		whole := rapid.StringMatching(`[0-9]{1,14}`).Draw(t, "whole")
		fraction := rapid.SampledFrom([]int{0, 0, 1, 2, 2, 2, 3, 9, 10}).Draw(t, "places")
		if fraction == 0 {
			return sign + whole
		}
		return sign + whole + "." + rapid.StringMatching(strings.Repeat("[0-9]", fraction)).Draw(t, "fraction")
	})
	rapid.Check(t, func(t *rapid.T) {
		parts := [][]byte{nil, nil, nil}
		sum := new(big.Rat)
		for i := range parts {
			if rapid.Bool().Draw(t, "filled") {
				s := amount.Draw(t, "part")
				parts[i] = []byte(s)
				r, ok := new(big.Rat).SetString(s)
				if !ok {
					t.Fatalf("%q is no rational", s)
				}
				sum.Add(sum, r)
			}
		}
		total := sum.FloatString(10)
		if rapid.Bool().Draw(t, "off") {
			total = new(big.Rat).Add(sum, big.NewRat(1, 10_000_000_000)).FloatString(10)
		}
		want, _ := new(big.Rat).SetString(total)
		equal, ok := SumEquals([]byte(total), parts...)
		if !ok || equal != (want.Cmp(sum) == 0) {
			t.Fatalf("SumEquals(%s, %q) = %v, %v", total, parts, equal, ok)
		}
	})
}

func TestSumEqualsAtTheEdge(t *testing.T) {
	nines := strings.Repeat("9", 24)
	cases := []struct {
		total     string
		parts     []string
		equal, ok bool
	}{
		{nines, []string{nines}, true, true},
		{"1." + strings.Repeat("0", 23) + "1", []string{"1", "0." + strings.Repeat("0", 23) + "1"}, true, true},
		{"1", []string{"1", "0." + strings.Repeat("0", 23) + "1"}, false, true},
		{"74.25", []string{"52.54", "21.71", "0.0"}, true, true},
		{"101.23", []string{"52.54", "21.71", "0.0"}, false, true},
		{"0.3", []string{"0.1", "0.2"}, true, true},
		{nines + "9", []string{nines + "9"}, false, false},
		{"1", []string{"uno"}, false, false},
	}
	for _, c := range cases {
		var parts [][]byte
		for _, p := range c.parts {
			parts = append(parts, []byte(p))
		}
		if equal, ok := SumEquals([]byte(c.total), parts...); equal != c.equal || ok != c.ok {
			t.Errorf("SumEquals(%s, %v) = %v, %v; want %v, %v", c.total, c.parts, equal, ok, c.equal, c.ok)
		}
	}
}

func TestParseMinutes(t *testing.T) {
	cases := []struct {
		in      string
		minutes int32
		form    HoursForm
		ok      bool
	}{
		{"2.59", 179, HoursExact, true}, {"2.3", 150, HoursShortened, true}, {"2", 120, HoursExact, true}, {"2.0", 120, HoursExact, true},
		{"2.", 120, HoursExact, true}, {"0.05", 5, HoursExact, true}, {"2.60", 0, HoursInvalid, true}, {"2.6", 0, HoursInvalid, true},
		{"2.99", 0, HoursInvalid, true}, {"2.300", 0, HoursInvalid, true}, {"-2.30", 0, HoursInvalid, true}, {"+2.30", 0, HoursInvalid, true},
		{".30", 0, HoursInvalid, true}, {"1000000", 0, HoursInvalid, true}, {"2:30", 0, HoursInvalid, false}, {"", 0, HoursInvalid, false},
	}
	for _, c := range cases {
		minutes, form, ok := ParseMinutes([]byte(c.in))
		if minutes != c.minutes || form != c.form || ok != c.ok {
			t.Errorf("ParseMinutes(%q) = %d, %d, %v; want %d, %d, %v", c.in, minutes, form, ok, c.minutes, c.form, c.ok)
		}
	}
}

func TestParseYearMonthInt(t *testing.T) {
	if y, ok := ParseYear([]byte("1939")); y != 1939 || !ok {
		t.Errorf("ParseYear: %d, %v", y, ok)
	}
	for _, in := range []string{"39", "19390", "193x", ""} {
		if _, ok := ParseYear([]byte(in)); ok {
			t.Errorf("ParseYear(%q) reads", in)
		}
	}
	if y, m, ok := ParseMonthYear([]byte("03/2012")); y != 2012 || m != 3 || !ok {
		t.Errorf("ParseMonthYear: %d, %d, %v", y, m, ok)
	}
	for _, in := range []string{"13/2012", "00/2012", "3/2012", "03-2012", "03/12"} {
		if _, _, ok := ParseMonthYear([]byte(in)); ok {
			t.Errorf("ParseMonthYear(%q) reads", in)
		}
	}
	for in, want := range map[string]int32{"12": 12, "-3": -3, "+007": 7, "2147483647": 2147483647, "-2147483648": -2147483648} {
		if n, ok := ParseInt([]byte(in)); n != want || !ok {
			t.Errorf("ParseInt(%q) = %d, %v", in, n, ok)
		}
	}
	for _, in := range []string{"", "-", "2147483648", "-2147483649", "1.0", "99999999999999999999"} {
		if _, ok := ParseInt([]byte(in)); ok {
			t.Errorf("ParseInt(%q) reads", in)
		}
	}
}

func TestParseFiscalCode(t *testing.T) {
	code := parseFiscalCode([]byte("RSSMRA80A41H501Y"))
	if !code.person || !code.born || !code.female || code.year != 80 || string(code.place[:]) != "H501" {
		t.Errorf("read as %+v", code)
	}
	restored := parseFiscalCode([]byte("rssmra80a01h50mm"))
	if !restored.control || restored.female || string(restored.place[:]) != "H501" {
		t.Errorf("omocodia read as %+v", restored)
	}
	for in, control := range map[string]bool{
		"RSSMRA80A01H501U": true, "RSSMRA80A01H501V": false,
		"12345678903": true, "12345678903     ": true, "12345678904": false,
	} {
		if got := parseFiscalCode([]byte(in)); got.control != control || !got.ascii {
			t.Errorf("control of a code: %v, want %v", got.control, control)
		}
	}
	if parseFiscalCode([]byte("RSSMRA٨٠A01H501U")).ascii {
		t.Error("Arabic digits pass for ASCII")
	}
}
