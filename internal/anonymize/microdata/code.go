package microdata

import (
	"bytes"
	"context"
	"encoding/binary"
	"slices"

	"flussi/internal/anonymize/pseudonym"
	"flussi/internal/flusso"
	"flussi/internal/table"
)

// Coding says how the identifiers of a Code column leave. A code is the same
// wherever the key, the purpose and the kind of identifier are: it links tables,
// which is what it is for, and nothing here judges them together. Within one table
// it must link nothing, or k would count rows where it means persons: an
// identifier that comes twice is refused.
type Coding struct {
	Master  pseudonym.Master
	Purpose string          // what the codes are for: those of another purpose share nothing
	Space   pseudonym.Space // what the identifiers are
	// Basis is the legal basis for codes that the key turns back (Reveal). Empty:
	// they cannot be.
	Basis string
}

func (c *Coding) context() pseudonym.Context {
	return pseudonym.Context{Recipient: "flussi anonymize", Dataset: c.Purpose}
}

// CodesReport is what is told of the codes of a column.
type CodesReport struct {
	Column, Purpose string
	KeyID           string // names the key in this purpose, and tells nothing of it
	Basis           string // empty where codes cannot be turned back
}

// coder makes the codes of one column. It is for one goroutine.
type coder struct {
	of         *Coding
	stable     *pseudonym.Stable
	reversible *pseudonym.Reversible // nil where codes cannot be turned back
}

func newCoder(of *Coding) (c *coder, err error) {
	c = &coder{of: of}
	if c.stable, err = pseudonym.NewStable(of.Master, of.context()); err == nil && of.Basis != "" {
		c.reversible, err = pseudonym.NewReversible(of.Master, of.context())
	}
	if err != nil {
		return nil, invalid(textCodingKey, hintCodingKey, err)
	}
	return c, nil
}

// identifier reads a cell; not ok where it is none of its kind, or empty.
func (c *coder) identifier(cell []byte) (id pseudonym.ID, ok bool) {
	id = pseudonym.ID{Space: c.of.Space, Of: bytes.TrimSpace(cell)}
	if c.of.Space == pseudonym.CodiceFiscale {
		id = pseudonym.FromCodiceFiscale(cell)
	}
	return id, len(id.Of) > 0
}

func (c *coder) appendCode(dst []byte, id pseudonym.ID) []byte {
	if c.reversible != nil {
		return c.reversible.AppendCode(dst, id)
	}
	return c.stable.Person(id).AppendText(dst)
}

// seen tells an identifier that comes twice: 64 bits of its code, sorted at the
// end. That two different ones share them is one in a hundred thousand for ten
// million rows, and then the table is refused.
type seen struct {
	codes []uint64
	rows  int64 // looked at
}

// seeCodes notes the identifiers of some rows.
func (c *column) seeCodes(v *table.Values, rows int) (err error) {
	if c.coder == nil {
		if c.coder, err = newCoder(c.Coding); err != nil {
			return err
		}
	}
	var buf []byte
	for row := range rows {
		c.seen.rows++
		if buf = text(buf[:0], v, row); len(bytes.TrimSpace(buf)) == 0 {
			continue
		}
		id, ok := c.coder.identifier(buf)
		if !ok {
			return invalid(ofRow(c.Name, c.seen.rows, textNoIdentifier), hintNoIdentifier, nil)
		}
		code := c.coder.stable.Person(id)
		c.seen.codes = append(c.seen.codes, binary.BigEndian.Uint64(code[:]))
	}
	return nil
}

// settleCodes refuses a table in which codes would link rows.
func (c *column) settleCodes() error {
	slices.Sort(c.seen.codes)
	for i := 1; i < len(c.seen.codes); i++ {
		if c.seen.codes[i] == c.seen.codes[i-1] {
			return invalid(ofColumn(c.Name, textLinkedRows), hintLinkedRows, nil)
		}
	}
	c.seen.codes = nil
	return nil
}

// encode publishes some rows of a Code column: a row that is suppressed, and a
// cell that is empty, have none.
func (c *coder) encode(to, from *table.Values, lost []bool) {
	var cell, code []byte
	for row := range lost {
		cell = text(cell[:0], from, row)
		id, ok := c.identifier(cell)
		switch {
		case !ok:
			to.AppendNull()
		case lost[row]:
			to.AppendString(noCode)
		default:
			code = c.appendCode(code[:0], id)
			to.AppendText(code)
		}
	}
}

// noCode stands for the code of a row that is suppressed.
const noCode = "*"

// codesReport tells of the columns with codes.
func (p *Plan) codesReport() (all []CodesReport) {
	for _, i := range p.places(Code) {
		c := &p.columns[i]
		if c.coder != nil {
			all = append(all, CodesReport{c.Name, c.Coding.Purpose, c.coder.stable.KeyID(), c.Coding.Basis})
		}
	}
	return all
}

// Reveal turns the codes of a published table back into identifiers, where the
// spec says that they can be and under which legal basis. What it writes is
// personal data. Every other column passes as it is.
func Reveal(ctx context.Context, in Source, spec Spec, out Sink) error {
	coders := map[string]*coder{}
	for _, c := range spec.Columns {
		if c.Role != Code || c.Coding.Basis == "" {
			continue
		}
		coder, err := newCoder(c.Coding)
		if err != nil {
			return err
		}
		coders[c.Name] = coder
	}
	columns := RevealedColumns(in)
	names := make([]string, len(columns))
	found := false
	for i, c := range columns {
		names[i] = c.Name
		found = found || coders[c.Name] != nil
		if c.Kind == 0 || coders[c.Name] != nil && c.Kind != table.String {
			return invalid(ofColumn(c.Name, textNotRead), hintNotRead, nil)
		}
	}
	if !found {
		return &flusso.Error{Op: "reveal", Kind: flusso.Denied, What: textNotReversible, Hint: hintNotReversible}
	}
	row, chunk := int64(0), table.NewChunk(columns)
	for part := range in.Parts() {
		err := in.Read(part, names, func(from *table.Chunk) error {
			if ctx.Err() != nil {
				return context.Cause(ctx)
			}
			chunk.Reset()
			for i := range names {
				to, values := &chunk.Columns[i], &from.Columns[i]
				if c := coders[names[i]]; c == nil {
					if err := to.AppendRows(values, 0, from.Rows()); err != nil {
						return err
					}
				} else if err := c.decode(names[i], to, values, from.Rows(), row); err != nil {
					return err
				}
			}
			chunk.AddRows(from.Rows())
			row += int64(from.Rows())
			return out.Append(chunk, 0, chunk.Rows())
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// RevealedColumns are those that Reveal writes.
func RevealedColumns(in Source) []table.Column {
	columns := slices.Clone(in.Columns())
	for i := range columns {
		columns[i].Nullable = true
	}
	return columns
}

func (c *coder) decode(name string, to, from *table.Values, rows int, first int64) error {
	for row := range rows {
		code := from.Text(row)
		if from.Null[row] || len(code) == 0 {
			to.AppendNull()
			continue
		}
		if string(code) == noCode {
			to.AppendString(noCode)
			continue
		}
		id, err := c.reversible.Open(code)
		if err != nil || id.Space != c.of.Space && c.of.Space != pseudonym.CodiceFiscale {
			return invalid(ofRow(name, first+int64(row)+1, textNotACode), hintNotACode, nil)
		}
		to.AppendText(id.Of)
	}
	return nil
}

var (
	textCodingKey     = flusso.Text{It: "la chiave dei codici è più corta di 32 byte", En: "the key of the codes is shorter than 32 bytes"}
	hintCodingKey     = flusso.Text{It: "farne una con openssl rand -hex 32", En: "make one with openssl rand -hex 32"}
	textNoIdentifier  = flusso.Text{It: "non è un codice fiscale", En: "not a codice fiscale"}
	hintNoIdentifier  = flusso.Text{It: "correggere la tabella, o indicare in of che identificativo è", En: "mend the table, or say in of which identifier it is"}
	textLinkedRows    = flusso.Text{It: "un identificativo ha più righe: il codice le collegherebbe, e k conterebbe righe invece di persone", En: "an identifier has several rows: the code would link them, and k would count rows in place of persons"}
	hintLinkedRows    = flusso.Text{It: "ridurre la tabella a una riga per identificativo, o usare role: drop", En: "bring the table to one row for each identifier, or use role: drop"}
	textNotReversible = flusso.Text{It: "la tabella non ha codici che si possano riportare all'identificativo", En: "the table has no codes that can be turned back"}
	hintNotReversible = flusso.Text{It: "solo le colonne con role: code e reversible: {basis: …} lo permettono, con la loro chiave", En: "only columns with role: code and reversible: {basis: …} allow that, with their key"}
	textNotACode      = flusso.Text{It: "non è un codice fatto con questa chiave e per questa finalità", En: "not a code made with this key and for this purpose"}
	hintNotACode      = flusso.Text{It: "usare la specifica con cui la tabella fu scritta", En: "use the spec with which the table was written"}
)
