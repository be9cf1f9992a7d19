package table

import (
	"strconv"
	"strings"
)

// CellFormat is what a number is shown as, as far as that changes what it means.
type CellFormat struct {
	Kind  FormatKind
	Width int // digits of FormatZeros
}

// FormatKind tells numbers from days.
type FormatKind uint8

const (
	FormatNumber FormatKind = iota
	FormatDay               // a day, with or without a time
	FormatTime              // a time of day, or hours gone by
	FormatZeros             // an integer filled up with zeros, as 00000
)

// formatsOf reads the styles: what each cell style (s of a cell) shows numbers as.
func formatsOf(p *partReader) ([]CellFormat, error) {
	codes := map[int]string{}
	var formats []CellFormat
	within := false
	for {
		if err := p.next(); err != nil {
			return formats, eofIsEnd(err)
		}
		switch {
		case string(p.name) == "numFmt" && p.kind != tagClose:
			if id, err := strconv.Atoi(p.attr("numFmtId")); err == nil && len(codes) < 1<<16 {
				codes[id] = p.attr("formatCode")
			}
		case string(p.name) == "cellXfs":
			within = p.kind == tagOpen
		case within && string(p.name) == "xf" && p.kind != tagClose && len(formats) < 1<<16:
			id, _ := strconv.Atoi(p.attr("numFmtId")) // none is 0, the general format
			code, own := codes[id]
			if !own {
				formats = append(formats, CellFormat{Kind: builtInFormat(id)})
				continue
			}
			formats = append(formats, formatOf(code))
		}
	}
}

// builtInFormat are those that no file writes out (ECMA-376, 18.8.30).
func builtInFormat(id int) FormatKind {
	switch {
	case id >= 14 && id <= 17, id == 22, id >= 27 && id <= 31, id == 36, id >= 50 && id <= 58:
		return FormatDay
	case id >= 18 && id <= 21, id >= 32 && id <= 35, id >= 45 && id <= 47:
		return FormatTime
	}
	return FormatNumber
}

// formatOf reads a format's code. Some programs write Italian letters (gg/mm/aaaa).
func formatOf(code string) CellFormat {
	code, _, _ = strings.Cut(bareFormat(code), ";")
	if n := len(code); n > 1 && strings.Trim(code, "0") == "" {
		return CellFormat{Kind: FormatZeros, Width: n}
	}
	code = strings.NewReplacer("am/pm", "", "a/p", "", "general", "", "generale", "", "standard", "").Replace(strings.ToLower(code))
	switch {
	case strings.ContainsAny(code, "yd"), strings.Contains(code, "gg"), strings.Contains(code, "aa"), strings.Contains(code, "mmm"):
		return CellFormat{Kind: FormatDay}
	case strings.ContainsAny(code, "hs"):
		return CellFormat{Kind: FormatTime}
	}
	return CellFormat{}
}

// bareFormat takes texts, colours and conditions out, but for [h], [m] and [s].
func bareFormat(code string) string {
	var bare strings.Builder
	for i := 0; i < len(code); i++ {
		switch c := code[i]; c {
		case '"':
			n := strings.IndexByte(code[i+1:], '"')
			if n < 0 {
				return bare.String()
			}
			i += n + 1
		case '\\', '_', '*':
			i++
		case '[':
			n := strings.IndexByte(code[i:], ']')
			if n < 0 {
				return bare.String()
			}
			if inner := strings.ToLower(code[i+1 : i+n]); inner != "" && strings.Trim(inner, "hms") == "" && strings.Trim(inner, inner[:1]) == "" {
				bare.WriteString("h")
			}
			i += n
		default:
			bare.WriteByte(c)
		}
	}
	return bare.String()
}
