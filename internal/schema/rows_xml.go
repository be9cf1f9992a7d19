package schema

// A row as XML.

// field gives the raw cell of a field, nil where there is none.
func (r *RowReader) field(f Field) []byte {
	if f == 0 {
		return nil
	}
	if r.at[f] < 0 {
		if r.layout != nil {
			return []byte(r.layout.Constants[f])
		}
		return nil
	}
	return r.rows.Field(r.at[f])
}

// open writes the tag of e without its end; of several Indirizzo the i-th.
func (r *RowReader) open(e *element, i int) {
	r.xml = append(append(r.xml, '<'), e.name...)
	for k := range e.attributes {
		a := &e.attributes[k]
		v := r.field(a.field)
		if e.role == roleIndirizzo {
			if v = nil; i < len(r.parts[k]) {
				v = r.parts[k][i]
			}
		}
		if len(v) == 0 {
			continue
		}
		r.xml = append(append(append(r.xml, ' '), a.name...), '=', '"')
		r.value(a.field, r.meant(v, e.role == roleIndirizzo))
		r.xml = append(r.xml, '"')
	}
}

func (r *RowReader) element(e *element) {
	switch e.role {
	case roleIndirizzo:
		for i := range r.addresses(e) {
			r.open(e, i)
			r.xml = append(r.xml, "/>"...)
		}
		return
	case roleValue:
		r.parts[0] = r.split(r.parts[0][:0], r.field(e.text))
		for _, part := range r.parts[0] {
			r.xml = append(append(append(r.xml, '<'), e.name...), '>')
			r.value(e.text, r.meant(part, true))
			r.xml = append(append(append(r.xml, "</"...), e.name...), '>')
		}
		return
	case roleSINA, roleGroup:
		if !r.present(e) {
			return
		}
	}
	r.open(e, 0)
	r.xml = append(r.xml, '>')
	for _, child := range e.children {
		r.element(child)
	}
	r.xml = append(append(append(r.xml, "</"...), e.name...), '>')
}

// present tells whether the row has something of e.
func (r *RowReader) present(e *element) bool {
	if e.role == roleValue {
		return len(r.field(e.text)) > 0
	}
	for i := range e.attributes {
		if len(r.field(e.attributes[i].field)) > 0 {
			return true
		}
	}
	for _, child := range e.children {
		if r.present(child) {
			return true
		}
	}
	return false
}

// addresses finds the parts of the columns of Indirizzo, and tells how many
// Indirizzo the row has.
func (r *RowReader) addresses(e *element) (n int) {
	for k := range e.attributes {
		r.parts[k] = r.split(r.parts[k][:0], r.field(e.attributes[k].field))
		n = max(n, len(r.parts[k]))
	}
	return n
}
