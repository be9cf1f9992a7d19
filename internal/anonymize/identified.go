package anonymize

import (
	"context"
	"time"

	"flussi/internal/schema"
	"flussi/internal/table"
)

// identified streams records as they are, typed, for the levels totale and
// totale_proprio_ente. It holds nothing. Fields that leave under totale only
// (CFOperatore, DenominazionePrestazione) are not in the columns of the other.
type identified struct {
	v      *View
	fields []schema.FieldInfo
	cols   []table.Column
	r      reading
	date   []byte
}

func newIdentified(v *View) *identified {
	i := &identified{v: v}
	year, region := yearDomain(), regionDomain()
	i.cols = []table.Column{year.column, region.column, nuts2Column()}
	for _, f := range schema.Fields(v.req.Tipo) {
		role := RoleOf(f.Field)
		if !v.visible.has(role.Category) || role.TotalOnly && v.req.Level != Totale {
			continue
		}
		i.fields = append(i.fields, f)
		i.cols = append(i.cols, identifiedColumn(f))
		if c := &i.cols[len(i.cols)-1]; c.Labels != nil && c.Kind == table.String {
			i.cols = append(i.cols, labelColumn(*c))
		}
	}
	return i
}

func (i *identified) columns() []table.Column { return i.cols }

// identifiedColumn gives a field its type: dates are dates, amounts decimals,
// hours minutes; codes stay strings with their zeros; what repeats is a list.
func identifiedColumn(f schema.FieldInfo) table.Column {
	c := table.Column{Name: f.Name, Kind: table.String, Nullable: true, Description: f.Name, DescriptionEn: f.Name, Source: f.Path, Treatment: "com'è"}
	switch f.Type {
	case schema.Date:
		c.Kind = table.Date
	case schema.Decimal:
		c.Kind, c.Unit = table.Decimal, "EUR"
	case schema.Int, schema.Year:
		c.Kind = table.Int
	case schema.HoursMins:
		c.Kind, c.Unit, c.Treatment = table.Int, "minuti", "ore e minuti in minuti"
	case schema.MonthYear:
		c.Treatment = "MM/AAAA in AAAA-MM"
	}
	if f.Level == schema.LevelList || f.Level == schema.LevelIndirizzo {
		c.Kind = table.Strings
	}
	if labels := schema.Labels(f.Field); labels != nil {
		c.Labels = map[string]string{}
		for _, l := range labels {
			c.Labels[l.Code] = l.It
		}
	}
	if f.Field == schema.CodicePrestazione {
		c.Labels = benefitNames()
	}
	return c
}

func (i *identified) add(b *schema.Batch, rec int, p place) error {
	i.r.next(b, rec, p, i.v.batches)
	col := 0
	next := func() *table.Values {
		col++
		return &i.v.chunk.Columns[col-1]
	}
	next().AppendNum(int64(i.r.year))
	if p.regione == 0 {
		next().AppendString("R00")
		next().AppendNull()
	} else {
		region := schema.Regions()[p.regione-1]
		next().AppendString("R" + region.ISTAT)
		next().AppendString(region.NUTS2)
	}
	for _, f := range i.fields {
		column := &i.cols[col]
		i.put(next(), b, rec, f, column.Kind)
		if column.Labels != nil && column.Kind == table.String {
			v, _ := b.Text(f.Field, rec)
			if l := label(column.Labels, string(v)); l == "" {
				next().AppendNull()
			} else {
				next().AppendString(l)
			}
		}
	}
	i.v.balance.Disclosed++
	return i.v.endRow()
}

// put writes one field; a value that is none of its type is missing.
func (i *identified) put(to *table.Values, b *schema.Batch, rec int, f schema.FieldInfo, kind table.Kind) {
	if kind == table.Strings {
		to.AppendList(b.Repeats(f.Field, rec), func(n int) []byte {
			v, _ := b.At(f.Field, rec, n)
			return v
		})
		return
	}
	v, ok := b.Text(f.Field, rec)
	if !ok {
		to.AppendNull()
		return
	}
	var n int64
	switch f.Type {
	case schema.Date:
		var day int32
		day, ok = schema.ParseDate(v)
		n = int64(day)
	case schema.Decimal:
		n, _, ok = schema.ParseCents(v)
	case schema.Int:
		var small int32
		small, ok = schema.ParseInt(v)
		n = int64(small)
	case schema.Year:
		var year int
		year, ok = schema.ParseYear(v)
		n = int64(year)
	case schema.HoursMins:
		n, ok = minutes(v)
	case schema.MonthYear:
		year, month, fine := schema.ParseMonthYear(v)
		if !fine {
			to.AppendNull()
			return
		}
		i.date = time.Date(year, time.Month(month), 1, 0, 0, 0, 0, time.UTC).AppendFormat(i.date[:0], "2006-01")
		to.AppendText(i.date)
		return
	default:
		to.AppendText(v)
		return
	}
	if !ok {
		to.AppendNull()
		return
	}
	to.AppendNum(n)
}

func (i *identified) close(context.Context) error { return nil }
