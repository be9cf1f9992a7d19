package pseudonym

import (
	"bytes"
	"encoding/binary"
)

// Space keeps identifiers of different kinds apart: equal characters in two
// spaces are two persons. Whatever names a person, a household or a practice is
// treated alike: it leaves an anonymous view as a code of its space, or not at all.
type Space byte

const (
	CodiceFiscale   Space = iota + 1 // of a natural person, omocodia variants included
	Numeric                          // eleven digits: a provisional or a body's code
	CodicePersona                    // INPS's person code of a return flow
	IDMinore                         // SINBA's IDBeneficiario, within its Ente
	STPENI                           // of foreigners without residence (STP, ENI): three letters, thirteen digits
	Domanda                          // ProtocolloDomanda, within its Ente
	ProtocolloDSU                    // NumeroProtocolloDSU, INPS's own
	NucleoFamiliare                  // a household, within whose register it is
)

// ID is one person as a flow names it: the space of the identifier, what it is
// unique in (the Ente of an IDBeneficiario; empty where it is unique by itself)
// and the identifier. Blanks around it and lower case make no difference; all
// else does: a code changed for omocodia is by definition another person's.
type ID struct {
	Space      Space
	Within, Of []byte
}

// FromCodiceFiscale reads what a flow has in CodiceFiscale. What is none of the forms of
// such an identifier becomes the one ID that nobody has, so that a class never
// seems to have more persons than it has and no text passes for a person.
func FromCodiceFiscale(text []byte) ID {
	text = bytes.TrimSpace(text)
	switch {
	case isCodiceFiscale(text):
		return ID{Space: CodiceFiscale, Of: text}
	case len(text) == 11 && digits(text):
		return ID{Space: Numeric, Of: text}
	case len(text) == 16 && (bytes.EqualFold(text[:3], stp) || bytes.EqualFold(text[:3], eni)) && digits(text[3:]):
		return ID{Space: STPENI, Of: text}
	}
	return ID{Space: CodiceFiscale}
}

var stp, eni = []byte("STP"), []byte("ENI")

// codiceFiscaleForm has L for a letter and D for a digit or the letter that
// stands for it where two persons would have one code (DM 23-12-1976, art. 6).
const codiceFiscaleForm = "LLLLLLDDLDDLDDDL"

func isCodiceFiscale(text []byte) bool {
	if len(text) != len(codiceFiscaleForm) {
		return false
	}
	for i, c := range text {
		c = upper(c)
		letter := 'A' <= c && c <= 'Z'
		if codiceFiscaleForm[i] == 'L' && !letter {
			return false
		}
		if codiceFiscaleForm[i] == 'D' && (c < '0' || c > '9') && bytes.IndexByte([]byte("LMNPQRSTUV"), c) < 0 {
			return false
		}
	}
	return true
}

func digits(text []byte) bool {
	for _, c := range text {
		if c < '0' || c > '9' {
			return false
		}
	}
	return true
}

// append appends the form that is hashed, the same for no two IDs.
func (id ID) append(dst []byte) []byte {
	within, of := bytes.TrimSpace(id.Within), bytes.TrimSpace(id.Of)
	dst = append(dst, byte(id.Space))
	dst = binary.BigEndian.AppendUint32(dst, uint32(len(within)))
	dst = appendUpper(dst, within)
	return appendUpper(dst, of)
}

func appendUpper(dst, s []byte) []byte {
	for _, c := range s {
		dst = append(dst, upper(c))
	}
	return dst
}

// upper folds ASCII only: identifiers have no other letters, and what has is
// not the same identifier.
func upper(c byte) byte {
	if 'a' <= c && c <= 'z' {
		return c - 'a' + 'A'
	}
	return c
}
