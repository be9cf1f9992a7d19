package schema

// elementOf tells which of a row's positions is of the element that holds a
// field: the first, unless the field is in a part of its own (Ente,
// Anagrafica, SINA).
var elementOf = func() (second [NumFields]uint8) {
	for f := EnteCodice; f <= EnteCFOperatore; f++ {
		second[f] = 1
	}
	for f := Cognome; f <= CodiceSecondaCittadinanza; f++ {
		second[f] = 1
	}
	for f := SINAMobilita; f <= SINAInvCiv; f++ {
		second[f] = 1
	}
	return second
}()

// where tells where the i-th value of f stands in the document; where there
// is no value, where its element starts; where there is no such element, the
// one above it.
func (b *Batch) where(f Field, rec, i int) place {
	element := b.elementAt(f, rec, i)
	s := b.spanOf(f, rec, i)
	switch {
	case s == nil || s.at == 0:
		return element
	case s.pos&topBit != 0:
		return b.wide[s.pos&^topBit]
	}
	element.column += int64(s.pos)
	return element
}

// beneficiarioOf tells which Beneficiario of the file a record is of, and the
// line that it starts on; 0 where the flow has none.
func (b *Batch) beneficiarioOf(rec int) (ordinal int64, line int) {
	if len(b.ordinal) == 0 {
		return 0, 0
	}
	row := b.parent[rec]
	return b.ordinal[row], int(b.peopleAt[int(row)*peopleElements].line)
}

func (b *Batch) elementAt(f Field, rec, i int) place {
	var row []place
	switch b.shape.level[f] {
	case LevelFlusso:
		row = b.headerAt
	case LevelBeneficiario:
		person := int(b.parent[rec]) * peopleElements
		row = b.peopleAt[person : person+peopleElements]
	case LevelIndirizzo:
		rows := b.address[b.parent[rec]]
		if int(rows[0])+i < int(rows[1]) {
			return b.addressAt[int(rows[0])+i]
		}
		return b.peopleAt[int(b.parent[rec])*peopleElements]
	default:
		row = b.recordAt[rec*recordElements : (rec+1)*recordElements]
	}
	if at := row[elementOf[f]]; at.line != 0 {
		return at
	}
	return row[0]
}
