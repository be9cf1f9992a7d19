package anonymize

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"hash"
	"slices"
	"strconv"

	"flussi/internal/anonymize/kanon"
	"flussi/internal/anonymize/pseudonym"
	"flussi/internal/schema"
	"flussi/internal/table"
)

// Rows of an anonymous dataset carry nothing that lasts, and the key of a release is
// destroyed. So that the row of a record which is cancelled later can be taken out
// all the same, a view tells the house, and nobody else, how far up the ladder, or
// the tree of a scheme, each record was published (Marks), and which classes there
// are, with their persons (Classes), under names that are hashes with the house's
// key. A cancellation repeats its record: from that and the mark Recall computes the
// class anew. Neither what is kept nor the key tells, without the record, whose a row
// is; and what is taken out is rows of a class, of which those alike are one.

// RowKey names the rows of a release that say the same: the class, then for each
// sensitive column a hash of its value, zero where it is hidden.
type RowKey string

// ClassName names a class.
type ClassName [16]byte

// Of is the key of the rows of a class with these sensitive values.
func (c ClassName) Of(values []uint64) RowKey {
	b := c[:]
	for _, v := range values {
		b = binary.BigEndian.AppendUint64(b, v)
	}
	return RowKey(b)
}

// ShownClass is a class of a release.
type ShownClass struct {
	Name  ClassName
	Alike []ShownRows // the rows with the same sensitive values
	kanon.Class
	values [][]uint64 // by sensitive column and code
}

// ShownRows are rows of a class with the same sensitive values.
type ShownRows struct {
	Values []uint64
	Rows   int64
}

// Having gives each value of a sensitive column with the persons who have it.
func (c *ShownClass) Having(column int, f func(value uint64, persons int64)) {
	for code, n := range c.Columns[column].Having {
		if n > 0 {
			f(c.values[column][code], n)
		}
	}
}

// Recalled is where the row of a record stands that was published earlier.
type Recalled struct {
	Class  ClassName
	Person uint64   // a keyed hash
	Known  bool     // the recipient has the row with its person's name
	Values []uint64 // of the sensitive columns, as they would be shown; 0 is hidden
}

// Marks says of each record that was added as accepted, in order, whether it is
// published: 0 where it is out of scope or, in rows of records, suppressed. In an
// anonymous view that was asked for a trace what is above 0 is for Recall. It comes
// after Close.
func (v *View) Marks() []uint8 {
	marks := slices.Repeat([]uint8{1}, int(v.records.taken))
	if a, ok := v.engine.(*anonymous); ok && a.trace != nil {
		copy(marks, a.set.Steps())
	}
	for i := range v.records.taken {
		if v.records.outside.has(i) || v.records.void.has(i) {
			marks[i] = 0
		}
	}
	return marks
}

// Classes gives the classes that were published. They are there after Close, in a view that was asked for a trace.
func (v *View) Classes() []ShownClass {
	if a, ok := v.engine.(*anonymous); ok && a.trace != nil {
		return a.trace.classes
	}
	return nil
}

// How stands for all that turns a record of data years up to one into its row, given
// its mark, but for what a delega opens; nothing where the view gives no trace.
func (v *View) How(year int) (how [16]byte) {
	a, ok := v.engine.(*anonymous)
	if !ok || a.trace == nil {
		return how
	}
	ambiti := v.req.Ambiti.digest(year)
	sum := sha256.Sum256(append(a.trace.how[:], ambiti[:]...))
	return [16]byte(sum[:])
}

// Distinct is, for each sensitive column of an anonymous view, how many different
// values a class must have at least where it shows any.
func (v *View) Distinct() (least []int) {
	if a, ok := v.engine.(*anonymous); ok {
		for _, d := range a.attributes.domains {
			if d.role == kanon.Sensitive {
				least = append(least, d.distinct)
			}
		}
	}
	return least
}

// Noted is what Recall must know of a record.
type Noted struct {
	codes   []uint16
	benefit string
	person  uint64
	known   bool
}

// Note takes note of a record for Recall; b may be a batch that is not added. Of one
// that no delega covers there is nothing to note.
func (v *View) Note(b *schema.Batch, rec int) (n Noted) {
	a, ok := v.engine.(*anonymous)
	if !ok || a.trace == nil || v.req.Relayed && v.checkDelegated(b) != nil {
		return n
	}
	r := reading{persons: a.trace.persons}
	r.next(b, rec, v.places.find(b, rec), recordRef{batch: -1})
	n.codes, n.benefit = a.read(&r, v.coveredOf(b, rec))
	who := r.who()
	n.person, n.known = binary.BigEndian.Uint64(who[:8]), a.payers.paid(&r)
	return n
}

// Recall finds where the row of a record stands that a release published with this
// mark, in the same way as this view (How); n is used up. It comes before Close. False
// where the mark is too far up to tell.
func (v *View) Recall(n Noted, release string, mark uint8) (found Recalled, ok bool) {
	a, isAnonymous := v.engine.(*anonymous)
	if !isAnonymous || a.trace == nil || n.codes == nil || mark == 0 || mark >= kanon.MostSteps {
		return found, false
	}
	codes := n.codes
	if a.frozen != nil {
		class := a.frozen.Locate(codes)
		for range mark - 1 {
			if class, ok = a.frozen.Parent(class); !ok {
				return found, false
			}
		}
		a.frozen.Publish(class, codes)
	}
	texts := make([]string, len(a.attributes.domains))
	for i, d := range a.attributes.domains {
		if texts[i] = n.benefit; d.dictionary == nil {
			texts[i] = d.value(codes[i])
		}
	}
	if a.frozen == nil {
		climb(a.attributes, texts, int(mark)-1)
	}
	said := a.trace.begin(release)
	var sensitive []string
	for i, d := range a.attributes.domains {
		if d.role == kanon.Sensitive {
			sensitive = append(sensitive, texts[i])
			continue
		}
		said = appendSaid(said, d.said(texts[0], texts[i]))
		if d.column.Name == "regione" {
			said = appendSaid(said, nuts2Of(codes[i]))
		}
	}
	found = Recalled{Class: a.trace.class(said), Person: n.person, Known: n.known}
	for i, text := range sensitive {
		found.Values = append(found.Values, a.trace.value(found.Class, i, text))
	}
	return found, true
}

// read gives the codes of a record as it came; of its benefit, where that has no code
// before all data are known, the text.
func (a *anonymous) read(r *reading, covered categorySet) (codes []uint16, benefit string) {
	codes = make([]uint16, len(a.codes))
	for i, d := range a.attributes.domains {
		switch {
		case !d.always && !covered.has(d.category):
			codes[i] = d.undelegated()
		case d.dictionary != nil:
			benefit = string(benefitOf(r.b, r.rec))
		default:
			codes[i] = d.read(r)
		}
	}
	return codes, benefit
}

// climb takes values so many steps up the ladder.
func climb(s *attributes, texts []string, steps int) {
	for _, rung := range s.rungs[:min(steps, len(s.rungs))] {
		for _, m := range rung.moves {
			if i := slices.Index(s.domains, m.domain); i >= 0 {
				texts[i] = m.coarser(texts[i])
			}
		}
	}
}

// tracing is what an anonymous view does where it is asked for a trace.
type tracing struct {
	*RowNamer
	how     [32]byte
	persons persons
	asked   *Trace
	classes []ShownClass
}

var errTraceRelease = errors.New("a trace needs the release's id")

func newTracing(a *anonymous) (*tracing, error) {
	req := &a.v.req
	persons, err := pseudonym.NewTeller(req.Trace.Key, req.codes())
	if err != nil {
		return nil, err
	}
	t := &tracing{RowNamer: newRowNamer(req.Trace.Key, a.emitter.tableColumns()), persons: persons, asked: req.Trace}
	sum := sha256.New()
	steps := ladder(a.attributes.domains, a.attributes.rungs)
	sum.Write([]byte("flussi/trace/v1" + a.attributes.hashBut(steps, func(d *domain) bool { return d.ambiti != nil })))
	if req.Scheme != nil {
		sum.Write([]byte(req.Scheme.Hash()))
	}
	t.how = [32]byte(sum.Sum(nil))
	return t, nil
}

// noting gives what takes note of the published rows, in their order.
func (a *anonymous) noting() func(codes []uint16, rows int64) {
	if a.trace == nil {
		return func([]uint16, int64) {}
	}
	classes := a.set.Classes()
	var quasi, sensitive []int
	for i, d := range a.attributes.domains {
		if d.role == kanon.Sensitive {
			sensitive = append(sensitive, i)
		} else {
			quasi = append(quasi, i)
		}
	}
	last := make([]uint16, len(a.codes))
	return func(codes []uint16, rows int64) {
		t := a.trace
		if len(t.classes) == 0 || slices.ContainsFunc(quasi, func(i int) bool { return codes[i] != last[i] }) {
			t.classes = append(t.classes, t.classOf(a, codes, classes[0], sensitive))
			classes = classes[1:]
			copy(last, codes)
		}
		t.classes[len(t.classes)-1].add(t.RowNamer, a, codes, sensitive, rows)
	}
}

// classOf names a class and the values that it shows.
func (t *tracing) classOf(a *anonymous, codes []uint16, class kanon.Class, sensitive []int) ShownClass {
	said := t.begin(t.asked.Release)
	for i := range a.emitter.columns {
		if c := &a.emitter.columns[i]; c.say != nil && c.column.Role == table.RoleQuasi {
			said = appendSaid(said, c.say(codes[0], codes[c.from]))
		}
	}
	shown := ShownClass{Name: t.class(said), Class: class, values: make([][]uint64, len(sensitive))}
	for column, i := range sensitive {
		shown.values[column] = make([]uint64, len(class.Columns[column].Having))
		for code, n := range class.Columns[column].Having {
			if n > 0 {
				shown.values[column][code] = t.value(shown.Name, column, a.attributes.domains[i].value(uint16(code)))
			}
		}
	}
	return shown
}

// add counts rows of the class.
func (c *ShownClass) add(namer *RowNamer, a *anonymous, codes []uint16, sensitive []int, rows int64) {
	values := make([]uint64, len(sensitive))
	for column, i := range sensitive {
		values[column] = namer.value(c.Name, column, a.attributes.domains[i].value(codes[i]))
	}
	i := slices.IndexFunc(c.Alike, func(r ShownRows) bool { return slices.Equal(r.Values, values) })
	if i < 0 {
		i, c.Alike = len(c.Alike), append(c.Alike, ShownRows{Values: values})
	}
	c.Alike[i].Rows += rows
}

// RowNamer names rows by what they say, with a key. It is for one goroutine.
type RowNamer struct {
	mac   hash.Hash
	buf   []byte
	sum   []byte
	quasi []string // columns
	shown []string // sensitive columns
	// The row before, and its name.
	last []byte
	name ClassName
}

// RowNamer names the rows of the dataset as the view does; nil where it does not.
func (v *View) RowNamer() *RowNamer {
	if a, ok := v.engine.(*anonymous); ok && a.trace != nil {
		return a.trace.RowNamer
	}
	return nil
}

func newRowNamer(key []byte, columns []table.Column) *RowNamer {
	n := &RowNamer{mac: hmac.New(sha256.New, key)}
	for _, c := range columns {
		switch c.Role {
		case table.RoleQuasi:
			n.quasi = append(n.quasi, c.Name)
		case table.RoleSensitive:
			n.shown = append(n.shown, c.Name)
		}
	}
	return n
}

// Columns are those that Name wants, in this order, after that of the release with
// which a row came.
func (n *RowNamer) Columns() []string { return slices.Concat(n.quasi, n.shown) }

// Name is the key of a row of a chunk with the column of the release and Columns.
func (n *RowNamer) Name(c *table.Chunk, row int) RowKey {
	said := n.begin(string(c.Columns[0].Text(row)))
	for i := range n.quasi {
		said = appendSaid(said, textOf(&c.Columns[1+i], row))
	}
	if n.last == nil || string(said) != string(n.last) { // rows come sorted, mostly
		n.name = n.class(said)
		n.last = append(n.last[:0], said...)
	}
	var values []uint64
	for i := range n.shown {
		values = append(values, n.value(n.name, i, textOf(&c.Columns[1+len(n.quasi)+i], row)))
	}
	return n.name.Of(values)
}

func textOf(v *table.Values, row int) string {
	switch {
	case v.Null[row]:
		return ""
	case v.Kind == table.String:
		return string(v.Text(row))
	}
	return strconv.FormatInt(v.Num[row], 10)
}

// begin begins what a class says: with its release.
func (n *RowNamer) begin(release string) []byte {
	return appendSaid(n.buf[:0], release)
}

// class hashes what a class says.
func (n *RowNamer) class(said []byte) ClassName {
	n.buf = said
	return ClassName(n.hash("class", said))
}

// value hashes a value of a sensitive column; 0 where it is hidden.
func (n *RowNamer) value(class ClassName, column int, text string) uint64 {
	if text == star {
		return 0
	}
	return binary.BigEndian.Uint64(n.hash("value", append(append(class[:], byte(column)), text...))) | 1
}

func (n *RowNamer) hash(what string, said []byte) []byte {
	n.mac.Reset()
	n.mac.Write([]byte(what))
	n.mac.Write(said)
	n.sum = n.mac.Sum(n.sum[:0])
	return n.sum[:16]
}

// appendSaid appends a text so that no two lists look alike.
func appendSaid(to []byte, text string) []byte {
	return append(binary.AppendUvarint(to, uint64(len(text))), text...)
}
