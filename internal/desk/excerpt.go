package desk

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// What an excerpt shows: so many lines before and behind, so many bytes of each.
const (
	excerptAround = 2
	excerptWidth  = 400
)

// line is one line of a file as the page shows it.
type line struct {
	Number       int
	Before, Text string // what stands before the place of the fault, and from there on
	Cut, More    bool   // there is more of it, on the left or on the right
	Marked       bool
}

// excerpt gives the lines around a place in a flow of the file. They are hers: she
// sees what she sent. Nothing of it goes anywhere but to her page.
func (w *work) excerpt(ordinal, number, column int) (lines []line, err error) {
	err = w.read(ordinal, false, func(source io.Reader) (err error) {
		lines, err = linesAround(bufio.NewReaderSize(source, blockSize), number, column)
		return err
	})
	if err == nil && len(lines) == 0 {
		err = errNoPlace
	}
	return lines, err
}

func linesAround(r *bufio.Reader, number, column int) (lines []line, err error) {
	for n := 1; n <= number+excerptAround; n++ {
		wanted := n >= number-excerptAround
		from := 0
		if n == number {
			from = max(column-1-excerptWidth/2, 0)
		}
		text, length, err := readLine(r, wanted, from)
		if wanted && (err == nil || length > 0) {
			l := line{Number: n, Cut: from > 0, More: length > from+len(text), Marked: n == number}
			text = readable(text)
			if at := column - 1 - from; l.Marked && at > 0 && at <= len(text) {
				l.Before, text = string(text[:at]), text[at:]
			}
			l.Text = string(text)
			lines = append(lines, l)
		}
		if errors.Is(err, io.EOF) {
			return lines, nil
		}
		if err != nil {
			return nil, err
		}
	}
	return lines, nil
}

// readLine reads one line and gives, where it is wanted, what stands in it from a
// byte on, and how long it is.
func readLine(r *bufio.Reader, wanted bool, from int) (text []byte, length int, err error) {
	for {
		part, err := r.ReadSlice('\n')
		if wanted {
			skip := min(max(from-length, 0), len(part))
			text = append(text, part[skip:min(len(part), skip+max(excerptWidth-len(text), 0))]...)
		}
		length += len(part)
		if !errors.Is(err, bufio.ErrBufferFull) {
			length -= len(part) - len(bytes.TrimRight(part, "\r\n"))
			return bytes.TrimRight(text, "\r\n"), length, err
		}
	}
}

// readable gives text that is not UTF-8 as Windows shows it. A character that the
// excerpt cuts through is no sign of that.
func readable(text []byte) []byte {
	whole := text
	for range utf8.UTFMax - 1 {
		if len(whole) > 0 && !utf8.RuneStart(whole[0]) {
			whole = whole[1:]
		}
	}
	for cut := 1; cut < utf8.UTFMax && cut <= len(whole); cut++ {
		if tail := whole[len(whole)-cut:]; utf8.RuneStart(tail[0]) {
			if !utf8.FullRune(tail) {
				whole = whole[:len(whole)-cut]
			}
			break
		}
	}
	if utf8.Valid(whole) {
		return text
	}
	decoded, err := charmap.Windows1252.NewDecoder().Bytes(text)
	if err != nil {
		return text
	}
	return decoded
}
