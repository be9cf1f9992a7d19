package anonymize

import (
	"cmp"
	"context"
	"encoding/binary"
	"errors"

	"flussi/internal/anonymize/rowsort"
	"flussi/internal/schema"
	"flussi/internal/table"
)

// identified gives records as they are, typed, for the levels totale and
// totale_proprio_ente, in the order of year, region, comune, benefit and riga.
// It holds them packed until Close, in scratch space where memory ends. Fields
// that leave under totale only (CFOperatore, DenominazionePrestazione) are not in
// the columns of the other.
//
// Where the time of flussi disclose goes that fills such a view, of all processors
// (1.4 million records, 1 GB, profiled): reading and rules a quarter; packing a sixth,
// most of it the copy of texts; what the state knows of records a sixth; Parquet
// pages a sixth; merging and unpacking an eighth; sorting and sealing a sixteenth; the
// rest is the system's.
type identified struct {
	v                 *View
	identifiedColumns // those of the key first
	r                 reading
	riga              *RigaMaker
	texts             *rowTexts
	// comuni: the recipient may know of each record where it belongs.
	comuni bool
	rows   *rowsort.Rows
	pack   packer

	// The cells of the header and of the person at hand, which records share: of the
	// header so many bytes, and the masks of both.
	shared     packer
	header     int
	headerMask uint64
	sharedMask uint64
	batch      int64
	person     int
}

// What a packed row begins with. The key orders the rows, and says what the
// columns of the key hold; the rest is cells.
const (
	keyYear    = 0  // a byte: 0 unknown, else from firstYear on
	keyRegion  = 1  // a byte: the region's two ISTAT digits; 0 unknown
	keyComune  = 2  // three bytes: the comune's six ISTAT digits; 0 unknown
	keyBenefit = 5  // ten characters of CodicePrestazione, all that it has, zeros behind it
	keyRiga    = 15 // sixteen bytes
	keyEnd     = 31
	rowOrdinal = keyEnd         // four bytes
	rowRegion  = rowOrdinal + 4 // a byte: the place's region, which tells Trento from Bolzano
	rowMask    = rowRegion + 1  // eight bytes: which cells have a value (cellGroup), all in their order
	rowCells   = rowMask + 8
)

var errNoRecordID = errors.New("identified rows need the ids of their records")

func newIdentified(v *View) (*identified, error) {
	i := &identified{v: v, riga: NewRigaMaker(v.req.Recipient.Name, v.req.Dataset), texts: newRowTexts(), rows: rowsort.New(rowRegion, v.req.Room)}
	see := func(fields ...schema.Field) bool {
		for _, f := range fields {
			if role := RoleOf(f); !v.visible.has(role.Category) || role.TotalOnly && v.req.Level != Totale {
				return false
			}
		}
		return true
	}
	i.comuni = see(schema.IndirizzoCodiceComune, schema.EnteIndirizzo, schema.EnteCodice)
	columns := identifiedColumns{all: i.texts.columns(i.comuni)}
	if err := columns.fieldsOf(v.req.Tipo, see); err != nil {
		return nil, err
	}
	i.identifiedColumns = columns
	i.pack.r, i.shared.r = &i.r, &i.r
	return i, nil
}

func (i *identified) columns() []table.Column { return i.all }

func (i *identified) add(b *schema.Batch, rec int, p place, r recordRef) error {
	if r.id == nil {
		return errNoRecordID
	}
	i.r.next(b, rec, p, r)
	i.share()
	row := append(i.pack.row[:0], make([]byte, rowCells)...)
	if i.r.year != 0 {
		row[keyYear] = byte(i.r.year - firstYear + 1)
	}
	row[keyRegion], row[rowRegion] = regionDigits[p.regione], p.regione
	if i.comuni {
		comune, err := i.texts.comune(p.comune)
		if err != nil {
			return err
		}
		copy(row[keyComune:], comune[:])
	}
	copy(row[keyBenefit:keyRiga], i.r.text(schema.CodicePrestazione))
	riga := i.riga.Riga(r.id)
	copy(row[keyRiga:], riga[:])
	binary.BigEndian.PutUint32(row[rowOrdinal:], r.ordinal)
	i.pack.row = append(row, i.shared.row...)
	mask := i.pack.group(&i.ofRecord, schema.LevelRecord)<<(len(i.ofHeader.cells)+len(i.ofPerson.cells)) | i.sharedMask
	binary.LittleEndian.PutUint64(i.pack.row[rowMask:], mask)
	if err := cmp.Or(i.pack.err, i.shared.err); err != nil {
		return err
	}
	return i.rows.Add(i.pack.row)
}

// share packs what the record at hand has in common with others. In every flow
// the fields of the header come first, then the person's.
func (i *identified) share() {
	person := i.r.b.Beneficiario(i.r.rec)
	if i.batch == i.r.batch && i.person == person {
		return
	}
	i.shared.row = i.shared.row[:i.header]
	if i.batch != i.r.batch {
		i.shared.row = i.shared.row[:0]
		i.headerMask = i.shared.group(&i.ofHeader, schema.LevelFlusso)
		i.header = len(i.shared.row)
	}
	i.sharedMask = i.headerMask | i.shared.group(&i.ofPerson, schema.LevelBeneficiario)<<len(i.ofHeader.cells)
	i.batch, i.person = i.r.batch, person
}

func (i *identified) close(ctx context.Context, live living) error {
	defer func() { i.rows = nil }()
	return i.emit(ctx, live)
}
