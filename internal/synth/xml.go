package synth

import (
	"strings"
	"sync"

	"flussi/internal/flusso"
	"flussi/internal/schema"
)

// attribute is a field with the way it is written, up to its value.
type attribute struct {
	field schema.Field
	open  string // ` Name="`
}

// shapes are the orders that the attributes standing directly under path are
// written in: producers differ, and a reader may rely on none. Safe for
// concurrent use.
type shapes struct {
	tipo   flusso.Tipo
	path   string
	filled sync.Once
	orders [8][]attribute
}

func (all *shapes) order(shape int) []attribute {
	all.filled.Do(all.fill)
	return all.orders[shape]
}

func (all *shapes) fill() {
	var list []attribute
	for _, f := range schema.Fields(all.tipo) {
		if under, name, ok := strings.Cut(f.Path, "/@"); ok && under == all.path {
			list = append(list, attribute{f.Field, " " + name + `="`})
		}
	}
	s := newStream(1986, all.path).source(0)
	for i := range all.orders {
		order := append([]attribute(nil), list...)
		if i > 0 { // the first order is the schema's
			for j := len(order) - 1; j > 0; j-- {
				k := s.below(j + 1)
				order[j], order[k] = order[k], order[j]
			}
		}
		all.orders[i] = order
	}
}

// attributes writes those that d has, in the shape-th order.
func (m *maker) attributes(d *draft, all *shapes, shape int) {
	b := m.buf
	for _, a := range all.order(shape) {
		if v, ok := d.get(a.field); ok {
			b = append(b, a.open...)
			b = append(b, v...)
			b = append(b, '"')
		}
	}
	m.buf = b
}

// list writes an element that holds values as elements, or nothing.
func (m *maker) list(outer, inner string, values []string) {
	if len(values) == 0 {
		return
	}
	b := append(m.buf, '<')
	b = append(b, outer...)
	b = append(b, ">\n"...)
	for _, v := range values {
		b = append(b, '<')
		b = append(b, inner...)
		b = append(b, '>')
		b = append(b, v...)
		b = append(b, "</"...)
		b = append(b, inner...)
		b = append(b, ">\n"...)
	}
	b = append(b, "</"...)
	b = append(b, outer...)
	m.buf = append(b, ">\n"...)
}

// header opens the flow. The operator is as invented as everybody else.
func (m *maker) header() {
	escape := strings.NewReplacer("&", "&amp;", "<", "&lt;", `"`, "&quot;")
	identity(&m.person, m.seed, int64(people-1), 1, 1980, "H501")
	b := append(m.buf, `<?xml version="1.0" encoding="UTF-8"?>
<Flusso xmlns="http://inps.it/Casellario" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<IdentificazioneFlusso Nome="`...)
	b = append(b, escape.Replace(m.stats.FlussoNome)...)
	b = append(b, "\">\n<Ente Codice=\""...)
	b = append(b, escape.Replace(m.Ente.Codice)...)
	if m.Ente.Denominazione != "" {
		b = append(b, `" Denominazione="`...)
		b = append(b, escape.Replace(m.Ente.Denominazione)...)
	}
	b = append(b, `" Indirizzo="`...)
	b = append(b, escape.Replace(m.Ente.Indirizzo)...)
	b = append(b, `" CFOperatore="`...)
	b = append(b, m.person.code[:]...)
	m.buf = append(b, "\"/>\n</IdentificazioneFlusso>\n"...)
}
