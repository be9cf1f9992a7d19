package table

import (
	"fmt"
	"html"
	"strings"
	"unicode/utf8"
)

// Asked is what a spreadsheet asks of the cells of a column below its name, while
// somebody fills it in: a data validation (ECMA-376, 18.3.1.32).
type Asked struct {
	Column int // 0-based
	Kind   AskedKind
	// From and To are formulas: bounds; of a list where its values are; of a Formula
	// what has to hold of the first row's cell. To may be empty: there is no upper bound.
	From, To string
	Title    string // of both texts; cut to what the format allows, as they are
	Prompt   string // shown when the cell is chosen
	Refusal  string // shown when what was typed does not fit
}

// AskedKind is what is asked.
type AskedKind uint8

const (
	AskNothing AskedKind = iota // a prompt alone
	AskList
	AskDecimal
	AskWhole
	AskDate
	AskLength // of a text
	AskFormula
)

var askedTypes = [...]string{AskNothing: "none", AskList: "list", AskDecimal: "decimal", AskWhole: "whole", AskDate: "date", AskLength: "textLength", AskFormula: "custom"}

// Most characters of a validation's texts.
const (
	maxAskedTitle = 32
	maxAskedText  = 255
)

// Ask says what the sheet at hand asks of the rows below its names, up to a row. It
// comes before the sheet's end.
func (x *XLSXWriter) Ask(last int, asked []Asked) {
	var b strings.Builder
	fmt.Fprintf(&b, `<dataValidations count="%d">`, len(asked))
	for _, a := range asked {
		fmt.Fprintf(&b, `<dataValidation type="%s"`, askedTypes[a.Kind])
		if a.Kind != AskNothing && a.Kind != AskList && a.Kind != AskFormula && a.To == "" {
			b.WriteString(` operator="greaterThanOrEqual"`)
		}
		b.WriteString(` allowBlank="1" showInputMessage="1" showErrorMessage="1"`)
		putAttribute(&b, "errorTitle", a.Title, maxAskedTitle)
		putAttribute(&b, "error", a.Refusal, maxAskedText)
		putAttribute(&b, "promptTitle", a.Title, maxAskedTitle)
		putAttribute(&b, "prompt", a.Prompt, maxAskedText)
		column := ColumnName(a.Column)
		fmt.Fprintf(&b, ` sqref="%s2:%s%d">`, column, column, last)
		if a.From != "" {
			b.WriteString("<formula1>" + html.EscapeString(a.From) + "</formula1>")
		}
		if a.To != "" {
			b.WriteString("<formula2>" + html.EscapeString(a.To) + "</formula2>")
		}
		b.WriteString("</dataValidation>")
	}
	b.WriteString("</dataValidations>")
	x.asked = b.String()
}

// putAttribute writes one, cut to so many characters; nothing of an empty one.
func putAttribute(b *strings.Builder, name, text string, most int) {
	if text == "" {
		return
	}
	if utf8.RuneCountInString(text) > most {
		text = string([]rune(text)[:most-1]) + "…"
	}
	fmt.Fprintf(b, ` %s="%s"`, name, html.EscapeString(text))
}
