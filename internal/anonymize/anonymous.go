package anonymize

import (
	"context"
	"strconv"

	"flussi/internal/anonymize/kanon"
	"flussi/internal/anonymize/pseudonym"
	"flussi/internal/flusso"
	"flussi/internal/schema"
	"flussi/internal/table"
)

// anonymous holds individual rows as packed codes until Close, finds classes
// of at least k persons, and emits the rows in the order of their own values,
// with keys made from the release key and that order.
type anonymous struct {
	v      *View
	scheme *scheme
	set    *kanon.Set
	layout *kanon.Layout
	r      reading
	codes  []uint16
	bens   *dictionary
	// Columns of the packed row beyond the scheme's domains: the province and
	// benefit of a row as it came, for the loss report. -1 where there is none.
	fromProvince, fromBenefit int
	// A comune that plans also pays: it has the rows of its own benefits with
	// their persons' names. payer is its code, known the column that marks them;
	// -1 where the recipient pays nothing.
	payer string
	known int
}

func newAnonymous(v *View) (*anonymous, error) {
	a := &anonymous{v: v, scheme: newPrestazioni(), fromProvince: -1, fromBenefit: -1, known: -1}
	if v.req.Tipo == flusso.SINBA {
		a.scheme = newSINBA()
	}
	a.scheme.withAmbiti(v.req.Ambiti)
	a.scheme.protect(v.matrix, v.req.Tipo)
	a.scheme.mayMiss()
	a.scheme.open(v.visible)
	a.bens = a.scheme.benefit.dictionary
	release, err := newRelease(v)
	if err != nil {
		return nil, err
	}
	a.r.release = release
	var columns []kanon.Column
	for _, d := range a.scheme.domains {
		blank := uint16(0)
		if d.role == kanon.Sensitive {
			blank = uint16(d.base) // star, the first coarse value
		}
		columns = append(columns, kanon.Column{Name: d.column.Name, Role: d.role, Bits: d.bits, Codes: d.base, Blank: blank, Distinct: d.distinct})
	}
	carry := func(d *domain) int {
		if d == nil {
			return -1
		}
		columns = append(columns, kanon.Column{Name: "from " + d.column.Name, Role: kanon.Carried, Bits: d.bits, Codes: d.base})
		return len(columns) - 1
	}
	a.fromProvince, a.fromBenefit = carry(a.scheme.province), carry(a.scheme.benefit)
	if c, ok := comuneOf(v.req.Recipient.Territory.Comune); ok && v.req.Recipient.Class == Comune {
		a.payer, a.known = c.Belfiore, len(columns)
		columns = append(columns, kanon.Column{Name: "known", Role: kanon.Known, Bits: 1, Codes: 2})
	}
	if a.layout, err = kanon.NewLayout(columns...); err != nil {
		return nil, err
	}
	a.set = kanon.New(a.layout, v.req.MaxRows)
	a.codes = make([]uint16, len(columns))
	return a, nil
}

// newRelease keeps the codes of two kinds of flow apart, which may fill one
// dataset in one release.
func newRelease(v *View) (*pseudonym.Release, error) {
	return pseudonym.New(v.req.ReleaseKey, pseudonym.Context{Recipient: v.req.Recipient.Name, Dataset: v.req.Dataset, Epoch: v.req.Tipo.String()})
}

// columns are: the year and region, which datasets are divided by, the key of
// the row, then the attributes, each code with its label beside it.
func (a *anonymous) columns() (columns []table.Column) {
	for _, d := range a.scheme.domains {
		c := d.column
		c.Role, c.Any = table.RoleQuasi, star
		if d.role == kanon.Sensitive {
			c.Role = table.RoleSensitive
		}
		columns = append(columns, c)
		switch {
		case c.Name == "regione":
			nuts2 := nuts2Column()
			nuts2.Role = table.RoleQuasi
			columns = append(columns, nuts2, table.Column{
				Name: "riga", Kind: table.String, Role: table.RoleKey, Description: "chiave della riga in questo rilascio: non collega nulla",
				DescriptionEn: "key of the row in this release: it links nothing", Treatment: "dalla chiave del rilascio e dalla posizione",
			})
		case d.column.Labels != nil:
			columns = append(columns, labelColumn(d.column))
		}
	}
	return columns
}

// labelColumn is the decoded label beside a coded column.
func labelColumn(c table.Column) table.Column {
	return table.Column{
		Name: c.Name + "_descrizione", Kind: table.String, Nullable: true, Role: table.RoleLabel, Description: "descrizione di " + c.Name,
		DescriptionEn: "label of " + c.Name, Source: c.Source, Treatment: c.Treatment,
	}
}

func (a *anonymous) add(b *schema.Batch, rec int, p place) (err error) {
	a.r.next(b, rec, p)
	for i, d := range a.scheme.domains {
		if !d.always && !a.v.covered.has(d.category) {
			a.codes[i] = d.undelegated()
			continue
		}
		if d.dictionary == nil {
			a.codes[i] = d.read(&a.r)
			continue
		}
		if a.codes[i], err = d.dictionary.code(benefitOf(b, rec)); err != nil {
			return err
		}
		a.codes[a.fromBenefit] = a.codes[i]
	}
	if a.fromProvince >= 0 {
		if a.codes[a.fromProvince] = uint16(p.provincia); !a.v.covered.has(a.scheme.province.category) {
			a.codes[a.fromProvince] = 0
		}
	}
	if a.known >= 0 {
		a.codes[a.known] = 0
		if sameEnte(string(a.r.text(schema.EnteCodice)), a.payer) {
			a.codes[a.known] = 1
		}
	}
	return a.set.Add(a.codes, a.r.who())
}

// benefitOf is what an anonymous view calls a record's benefit.
func benefitOf(b *schema.Batch, rec int) []byte {
	f := schema.CodicePrestazione
	if b.Tipo == flusso.SINBA {
		if f = schema.SINBACodicePrestazione; b.Repeats(f, rec) > 1 {
			return []byte("piu")
		}
	}
	if code, _ := b.Text(f, rec); isBenefit(code) {
		return code
	}
	return []byte(otherBenefit)
}

func (a *anonymous) close(ctx context.Context) error {
	to := a.bens.rank()
	a.scheme.benefit.fine = a.bens.values
	for i, d := range a.scheme.domains {
		if d == a.scheme.benefit && a.set.Len() > 0 {
			a.set.Recode(i, to)
			a.set.Recode(a.fromBenefit, to)
		}
	}
	steps := ladder(a.scheme.domains, a.scheme.rungs)
	if err := a.layout.Check(steps); err != nil {
		return err
	}
	original := a.frequencies(false)
	res, err := a.set.Anonymize(ctx, steps, a.v.req.K)
	if err != nil {
		return err
	}
	a.v.balance.Disclosed += res.Published
	a.v.balance.Suppressed += res.Suppressed
	loss := newLossTable(len(steps) + 1)
	emitted := 0
	err = a.set.Each(func(codes []uint16, step int, published bool) error {
		loss.count(a.from(codes, a.fromProvince, a.scheme.province), a.from(codes, a.fromBenefit, a.scheme.benefit), step, published)
		if !published {
			return nil
		}
		if emitted++; emitted%chunkRows == 0 && ctx.Err() != nil {
			return context.Cause(ctx)
		}
		return a.emit(codes)
	})
	a.v.report = Report{
		K: a.v.req.K, Scheme: a.scheme.name, SchemeHash: a.scheme.hash(steps), Linkability: "none", Steps: stepNames(a.scheme.rungs), Rows: res.Steps,
		Suppressed: res.Suppressed, Classes: res.Classes, MinPersons: res.MinPersons, Blanked: res.Blanked, Loss: loss.sorted(),
		Before: res.Before, After: res.After, Utility: a.utility(original, steps, &res),
	}
	return err
}

func (a *anonymous) from(codes []uint16, column int, d *domain) string {
	if column < 0 {
		return ""
	}
	return d.value(codes[column])
}

// emit writes a row in the order of columns.
func (a *anonymous) emit(codes []uint16) error {
	col := 0
	next := func() *table.Values {
		col++
		return &a.v.chunk.Columns[col-1]
	}
	put := func(s string) {
		if v := next(); s == "" {
			v.AppendNull()
		} else {
			v.AppendString(s)
		}
	}
	year := a.scheme.domains[0].value(codes[0])
	for i, d := range a.scheme.domains {
		value := d.value(codes[i])
		switch {
		case i == 0:
			n, _ := strconv.Atoi(value)
			next().AppendNum(int64(n))
		case d.column.Name == "regione":
			put(value)
			nuts2 := ""
			if codes[i] > 0 {
				nuts2 = schema.Regions()[codes[i]-1].NUTS2
			}
			put(nuts2)
			var key [pseudonym.CodeLen]byte
			next().AppendText(a.r.release.AppendRow(key[:0], uint64(a.v.balance.Rows)))
		case d.dated && value != "" && value != star && value != otherYear:
			put(year + "-" + value)
		default:
			put(value)
			if d.column.Labels != nil {
				put(label(d.column.Labels, value))
			}
		}
	}
	return a.v.endRow()
}

// label decodes a value; a benefit of three levels has the label of the two
// above it where it has none of its own.
func label(labels map[string]string, value string) string {
	if l := labels[value]; l != "" || len(value) != 8 {
		return l
	}
	return labels[value[:5]]
}
