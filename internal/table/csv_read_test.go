package table

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"
)

// readAll gives each row's fields, or the error in its place, and the final
// error.
func readAll(src io.Reader, opt CSVFormat) (rows [][]string, places []string, final error) {
	r := NewCSVReader(src, opt)
	for {
		err := r.Next()
		switch {
		case err == nil:
			row, where := []string{}, ""
			for i := range r.Len() {
				row = append(row, string(r.Field(i)))
				line, column := r.Place(i)
				where += fmt.Sprintf("%d:%d ", line, column)
			}
			rows, places = append(rows, row), append(places, strings.TrimSpace(where))
		case errors.Is(err, ErrQuote), errors.Is(err, ErrRowTooLong):
			rows, places = append(rows, []string{"!" + err.Error()}), append(places, fmt.Sprintf("%d", r.Line()))
		default:
			return rows, places, err
		}
	}
}

func TestCSVReader(t *testing.T) {
	cases := []struct {
		name, in string
		opt      CSVFormat
		rows     [][]string
		places   []string
		final    error
	}{
		{"plain", "a,b\nc,d\n", CSVFormat{}, [][]string{{"a", "b"}, {"c", "d"}}, []string{"1:1 1:3", "2:1 2:3"}, io.EOF},
		{"no last line end", "a,b\nc,", CSVFormat{}, [][]string{{"a", "b"}, {"c", ""}}, []string{"1:1 1:3", "2:1 2:3"}, io.EOF},
		{"crlf and empty lines", "a;b\r\n\r\nc;d\r\n\n", CSVFormat{Delimiter: ';'}, [][]string{{"a", "b"}, {"c", "d"}}, []string{"1:1 1:3", "3:1 3:3"}, io.EOF},
		{"quotes", `"a,1",b,"c""d"` + "\n", CSVFormat{}, [][]string{{"a,1", "b", `c"d`}}, []string{"1:1 1:7 1:9"}, io.EOF},
		{"quoted line ends", "x,\"a\r\nb\n\",y\nz,,\n", CSVFormat{}, [][]string{{"x", "a\r\nb\n", "y"}, {"z", "", ""}}, []string{"1:1 1:3 3:3", "4:1 4:3 4:4"}, io.EOF},
		{"only doubled quotes", `"""",""`, CSVFormat{}, [][]string{{`"`, ""}}, []string{"1:1 1:6"}, io.EOF},
		{"quoted then crlf", "\"a\"\r\nb\r\n", CSVFormat{}, [][]string{{"a"}, {"b"}}, []string{"1:1", "2:1"}, io.EOF},
		{"bare quote", "a,b\"c\nd,e\n", CSVFormat{}, [][]string{{"!misplaced quote"}, {"d", "e"}}, []string{"1", "2:1 2:3"}, io.EOF},
		{"text after closing quote", "\"a\"b,c\nd,e\n", CSVFormat{}, [][]string{{"!misplaced quote"}, {"d", "e"}}, []string{"1", "2:1 2:3"}, io.EOF},
		{"unclosed", "a,b\nc,\"d\ne,f\n", CSVFormat{}, [][]string{{"a", "b"}}, []string{"1:1 1:3"}, ErrUnclosedQuote},
		{"other quote", "'a;b';c\n", CSVFormat{Delimiter: ';', Quote: '\''}, [][]string{{"a;b", "c"}}, []string{"1:1 1:7"}, io.EOF},
		{"too long", "a,b\n" + strings.Repeat("x", 50) + ",y\nc,d\n", CSVFormat{MaxRow: 40}, [][]string{{"a", "b"}, {"!row too long"}, {"c", "d"}}, []string{"1:1 1:3", "2", "3:1 3:3"}, io.EOF},
		{"nul stays", "a,\x00\n", CSVFormat{}, [][]string{{"a", "\x00"}}, []string{"1:1 1:3"}, io.EOF},
		{"empty", "", CSVFormat{}, nil, nil, io.EOF},
		{"fixed", "ab c \"d\nx\n  y  zw\r\nabcdefg  \nabcdefg h\n", CSVFormat{Widths: []int{3, 2, 2}}, [][]string{{"ab", "c", `"d`}, {"x", "", ""}, {"y", "", "zw"}, {"abc", "de", "fg"}, {"abc", "de", "fg", "h"}}, []string{"1:1 1:4 1:6", "2:1 2:2 2:2", "3:1 3:4 3:6", "4:1 4:4 4:6", "5:1 5:4 5:6 5:8"}, io.EOF},
		{"fixed characters", "àèìxyz\nàbcz\n", CSVFormat{Widths: []int{3, 2}, Characters: true}, [][]string{{"àèì", "xy", "z"}, {"àbc", "z"}}, []string{"1:1 1:7 1:9", "2:1 2:5"}, io.EOF},
		{"lone carriage return is data", "a\rb,c\n", CSVFormat{}, [][]string{{"a\rb", "c"}}, []string{"1:1 1:5"}, io.EOF},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			for _, chunked := range []bool{false, true} {
				src := io.Reader(strings.NewReader(c.in))
				if chunked {
					src = iotest.OneByteReader(src)
				}
				rows, places, final := readAll(src, c.opt)
				if !reflect.DeepEqual(rows, c.rows) || !reflect.DeepEqual(places, c.places) || !errors.Is(final, c.final) {
					t.Errorf("chunked %v: got %q at %q, then %v; want %q at %q, then %v", chunked, rows, places, final, c.rows, c.places, c.final)
				}
			}
		})
	}
}

func TestCSVReaderPassesOnTheSourcesError(t *testing.T) {
	broken := errors.New("the line dropped")
	_, _, final := readAll(io.MultiReader(strings.NewReader("a,b\nc"), iotest.ErrReader(broken)), CSVFormat{})
	if !errors.Is(final, broken) {
		t.Errorf("final error %v, want the source's own", final)
	}
}

// TestCSVReaderBounded feeds a row that never ends, and one that is never
// closed.
func TestCSVReaderBounded(t *testing.T) {
	for _, seed := range []string{"x", `"x`, "\"x\n", ","} {
		t.Run(fmt.Sprintf("%q", seed), func(t *testing.T) {
			src := io.LimitReader(&endless{[]byte(seed), bytes.Repeat([]byte(seed[len(seed)-1:]), 4096)}, 64<<20)
			var before, after runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&before)
			r := NewCSVReader(src, CSVFormat{})
			for {
				if err := r.Next(); err != nil && !errors.Is(err, ErrRowTooLong) && !errors.Is(err, ErrQuote) {
					break
				}
			}
			runtime.ReadMemStats(&after)
			if grown := after.TotalAlloc - before.TotalAlloc; grown > 32<<20 {
				t.Errorf("allocated %d bytes in all for a hostile file", grown)
			}
		})
	}
}

// TestCSVReaderGoesOn: a row can be given back, what was not read passed on, and
// rows read where they are.
func TestCSVReaderGoesOn(t *testing.T) {
	r := NewCSVReader(iotest.HalfReader(strings.NewReader("a\n\nb\nc\nd\n")), CSVFormat{})
	next := func(want string, line int) {
		t.Helper()
		if err := r.Next(); err != nil || string(r.Field(0)) != want || r.Line() != line {
			t.Fatalf("%v, line %d, want %s on %d", err, r.Line(), want, line)
		}
	}
	next("a", 1)
	next("b", 3)
	r.Unread()
	next("b", 3)
	r.Unread()
	rest, line := r.Rest()
	if held := string(rest); !strings.HasPrefix(held, "b\nc\n") || line != 3 {
		t.Fatalf("%q on line %d", held, line)
	}
	r.Over([]byte("x\n\ny"), 7)
	next("x", 7)
	if pos, line := r.At(); pos != 2 || line != 8 {
		t.Errorf("at %d on line %d", pos, line)
	}
	next("y", 9)
	if err := r.Next(); err != io.EOF {
		t.Error(err)
	}
	r.Reset(strings.NewReader("z\n"), 20)
	next("z", 20)
}

type endless struct{ first, then []byte }

func (e *endless) Read(p []byte) (int, error) {
	if len(e.first) > 0 {
		n := copy(p, e.first)
		e.first = e.first[n:]
		return n, nil
	}
	return copy(p, e.then), nil
}

// FuzzCSVReader: where encoding/csv reads a file, this reader reads the same
// rows; and a file read byte by byte gives what it gives in one piece.
func FuzzCSVReader(f *testing.F) {
	for _, seed := range []string{"a,b\nc,d\n", "\"a\"\"b\",\"c\nd\"\n", "a\r\nb\r\n", "\"a\"b\n", "a,\"b", "\n\n\"\"\n", "a,b\r", "\"a\r\n\",b\r\n"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, in string) {
		rows, places, final := readAll(strings.NewReader(in), CSVFormat{})
		chunked, chunkedPlaces, chunkedFinal := readAll(iotest.OneByteReader(strings.NewReader(in)), CSVFormat{})
		if !reflect.DeepEqual(rows, chunked) || !reflect.DeepEqual(places, chunkedPlaces) || final != chunkedFinal {
			t.Fatalf("in one piece %q %v, byte by byte %q %v", rows, final, chunked, chunkedFinal)
		}
		// encoding/csv turns CRLF within quotes into LF, and reads \r at the
		// end of the file as a line end.
		if strings.Contains(in, "\r") {
			return
		}
		peer := csv.NewReader(strings.NewReader(in))
		peer.FieldsPerRecord = -1
		want, err := peer.ReadAll()
		if err != nil {
			return
		}
		if final != io.EOF || len(rows) != len(want) || len(rows) > 0 && !reflect.DeepEqual(rows, want) {
			t.Fatalf("read %q then %v, encoding/csv %q", rows, final, want)
		}
	})
}

func BenchmarkCSVReader(b *testing.B) {
	row := "P0000000000000001;1950;2;380;058091;120;A1.05;1;1;01/02/2025;31/12/2025;;250,00;;11;200,00;50,00;;1;2\n"
	data := []byte(strings.Repeat(row, 10_000))
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		r := NewCSVReader(bytes.NewReader(data), CSVFormat{Delimiter: ';'})
		for r.Next() == nil {
		}
	}
}

// TestCSVQuotesThatNeverClose: a line that opens a quote, whatever came before
// it, must not be read again for each line before it.
func TestCSVQuotesThatNeverClose(t *testing.T) {
	src := &counted{r: strings.NewReader(strings.Repeat("x\"a;\"b\n", 1<<20))}
	r := NewCSVReader(src, CSVFormat{Delimiter: ';'})
	void := 0
	err := r.Next()
	for ; errors.Is(err, ErrRowTooLong); err = r.Next() {
		void++
	}
	if !errors.Is(err, ErrUnclosedQuote) || void != csvMaxOpen || src.n > 4<<20 {
		t.Errorf("%v after %d rows and %d bytes", err, void, src.n)
	}
}

// counted counts what is read.
type counted struct {
	r io.Reader
	n int
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += n
	return n, err
}
