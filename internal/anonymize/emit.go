package anonymize

import (
	"strconv"

	"flussi/internal/anonymize/kanon"
	"flussi/internal/anonymize/pseudonym"
	"flussi/internal/schema"
	"flussi/internal/table"
)

// emitter writes rows of codes. Its columns are coded: what a code says is looked
// up when a row first shows it. Before that it is in no vocabulary, for what no row
// shows is nobody's to know.
type emitter struct {
	v       *View
	columns []emitted
}

// emitted is one column of the rows.
type emitted struct {
	column table.Column
	// from is the place in a row of the code that the column tells of, and bits
	// the code's; of a dated one it tells with the year, whose code is at 0.
	from  int
	bits  uint
	dated bool
	say   func(year, code uint16) string // "" is missing; nil: the key of the row
	said  []saidText                     // by code, of what is dated by year and code
}

// saidText is a text's code in the column's vocabulary and 2; 0 is not looked up
// yet.
type saidText uint32

const missingText saidText = 1

// newEmitter has as columns: the year and region, which datasets are divided by,
// the key of the row or the code of its person, then the attributes, each code with
// its label beside it.
func newEmitter(v *View, s *attributes, key table.Column) *emitter {
	e := &emitter{v: v}
	year := s.domains[0]
	for i, d := range s.domains {
		c := d.column
		c.Role, c.Any = table.RoleQuasi, star
		if d.role == kanon.Sensitive {
			c.Role = table.RoleSensitive
		}
		e.add(emitted{column: c, from: i, bits: d.bits, dated: d.dated, say: func(y, code uint16) string {
			return d.said(year.value(y), d.value(code))
		}})
		switch {
		case c.Name == "regione":
			nuts2 := nuts2Column()
			nuts2.Role = table.RoleQuasi
			e.add(emitted{column: nuts2, from: i, bits: d.bits, say: func(_, code uint16) string {
				return nuts2Of(code)
			}})
			e.columns = append(e.columns, emitted{column: key})
		case d.column.Labels != nil:
			e.add(emitted{column: labelColumn(d.column), from: i, bits: d.bits, say: func(_, code uint16) string {
				return label(d.column.Labels, d.value(code))
			}})
		}
	}
	return e
}

// said is how a value is published.
func (d *domain) said(year, value string) string {
	if d.dated && value != "" && value != star && value != otherYear {
		return year + "-" + value
	}
	return value
}

// nuts2Of tells Trento from Bolzano, by the code of a region.
func nuts2Of(code uint16) string {
	if code == 0 {
		return ""
	}
	return schema.Regions()[code-1].NUTS2
}

func (e *emitter) add(c emitted) {
	size := 1 << c.bits
	if c.dated {
		size <<= e.columns[0].bits
	}
	if c.column.Kind == table.String {
		c.column.Vocabulary = table.NewVocabulary()
	}
	c.said = make([]saidText, size)
	e.columns = append(e.columns, c)
}

// tableColumns describes the columns.
func (e *emitter) tableColumns() (columns []table.Column) {
	for _, c := range e.columns {
		columns = append(columns, c.column)
	}
	return columns
}

// rows writes n rows of these codes, as many of them at once as a chunk has room for.
// appendKey appends the key of the next.
func (e *emitter) rows(codes []uint16, n int, appendKey func(to []byte) []byte) error {
	for n > 0 {
		some := min(n, chunkRows-e.v.chunk.Rows())
		for i := range e.columns {
			e.append(i, codes, some, appendKey)
		}
		if err := e.v.endRows(some); err != nil {
			return err
		}
		n -= some
	}
	return nil
}

// append fills one column of n rows.
func (e *emitter) append(column int, codes []uint16, n int, appendKey func(to []byte) []byte) {
	c, to := &e.columns[column], &e.v.chunk.Columns[column]
	if c.say == nil {
		var key [pseudonym.CodeLen]byte
		for range n {
			to.AppendText(appendKey(key[:0]))
		}
		return
	}
	at := uint(codes[c.from])
	if c.dated {
		at |= uint(codes[0]) << c.bits
	}
	text := c.said[at]
	if text == 0 {
		e.v.words.Lock()
		text = c.learn(codes[0], codes[c.from])
		e.v.words.Unlock()
		c.said[at] = text
	}
	switch {
	case c.column.Vocabulary == nil:
		to.AppendNumTimes(int64(text-2), n)
	case text == missingText:
		to.AppendNulls(n)
	default:
		to.AppendCodeTimes(uint32(text-2), n)
	}
}

// learn looks up what a code says; of a number, the number and 2.
func (c *emitted) learn(year, code uint16) saidText {
	text := c.say(year, code)
	switch {
	case c.column.Vocabulary == nil:
		n, _ := strconv.ParseUint(text, 10, 31)
		return saidText(n) + 2
	case text == "":
		return missingText
	}
	return saidText(c.column.Vocabulary.Add([]byte(text))) + 2
}

// labelColumn is the decoded label beside a coded column.
func labelColumn(c table.Column) table.Column {
	return table.Column{
		Name: c.Name + "_descrizione", Kind: table.String, Nullable: true, Role: table.RoleLabel, Description: "descrizione di " + c.Name,
		DescriptionEn: "label of " + c.Name, Source: c.Source, Treatment: c.Treatment,
	}
}

// label decodes a value; a benefit of three levels has the label of the two
// above it where it has none of its own.
func label(labels map[string]string, value string) string {
	if l := labels[value]; l != "" || len(value) != 8 {
		return l
	}
	return labels[value[:5]]
}
