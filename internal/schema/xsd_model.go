package schema

import (
	"encoding/binary"
	"strings"

	"flussi/internal/flusso"
)

// The content models of the two schemas. Attributes come from the tables of
// fields; what is here is what the tables do not say: which elements there
// are, in which order, how often.

// role is what an element means to the decoder.
type role uint8

const (
	roleGroup        role = iota // holds others and nothing else
	roleFlusso                   // the root
	roleHeader                   // IdentificazioneFlusso
	roleEnte                     // Ente
	roleBeneficiario             // Beneficiario
	roleAnagrafica               // Anagrafica
	roleIndirizzo                // Indirizzo
	roleRecord                   // PrestazioniSociali, SINBA
	roleSINA                     // SINA
	roleValue                    // text, one value of a list
)

const (
	unbounded    = 1 << 30
	maxIndirizzi = 5 // of a Beneficiario
)

// element is one element declaration of a schema.
type element struct {
	id       int // dense, from 0, over both schemas
	name     string
	typeName string // what xsi:type may say; empty where the type has no name
	path     string
	stranger string // the path of an attribute that it has not
	other    string // the path of a child that it has not
	role     role
	least    int32 // minOccurs
	most     int32 // maxOccurs
	children []*element

	attributes []attribute
	required   uint64 // bits of attributes
	index      nameIndex
	spellings  spellings
	keeps      Field // one of its attributes' fields; 0: none of them is kept
	text       Field // of roleValue; 0: it is not kept
	textFacet  facet
}

// attribute is one attribute declaration; it stores in a row of its level.
type attribute struct {
	name    string
	opening string // name, '=' and quote, as most producers write them
	path    string
	field   Field // 0: it is checked, and not kept
	slot    uint8
	facet   facet
}

// empty tells that the content type is empty: not even blanks are allowed.
func (e *element) empty() bool { return len(e.children) == 0 && e.role != roleValue }

// edition is a pair of schemas, or one of them: what a flow is checked by.
type edition struct {
	roots    map[flusso.Tipo]*element // the declarations of Flusso
	elements int                      // how many there are in all
	other    bool                     // not the built-in one: the short way does not know it
}

// builtIn is INPS's edition of 2018-12 (PS_PSA_SINA201812.xsd, SINBA.xsd).
var builtIn = newBuiltIn()

// any gives a declaration of Flusso, for what stands before the kind is known.
func (ed *edition) any() *element {
	if root := ed.roots[flusso.PSPSASINA]; root != nil {
		return root
	}
	return ed.roots[flusso.SINBA]
}

func newBuiltIn() *edition {
	one := func(r role, name, typeName string, children ...*element) *element {
		return &element{role: r, name: name, typeName: typeName, least: 1, most: 1, children: children}
	}
	many := func(e *element) *element { e.most = unbounded; return e }
	optional := func(e *element) *element { e.least = 0; return e }

	header := func() *element {
		return one(roleHeader, "IdentificazioneFlusso", "IdentificazioneFlussoType", one(roleEnte, "Ente", "EnteType"))
	}
	indirizzo := one(roleIndirizzo, "Indirizzo", "IndirizzoType")
	indirizzo.most = maxIndirizzi
	sina := optional(one(roleSINA, "SINA", "SINAType",
		optional(one(roleGroup, "NecessitaInterventiSociali", "", many(one(roleValue, "CodicePrestazione", "")))),
		optional(one(roleGroup, "InvaliditaCivile", "", many(one(roleValue, "InvCiv", "InvCivType"))))))
	tree := map[flusso.Tipo]*element{
		flusso.PSPSASINA: one(roleFlusso, "Flusso", "FlussoType", header(),
			many(one(roleBeneficiario, "Beneficiario", "BeneficiarioType",
				one(roleAnagrafica, "Anagrafica", "AnagraficaType"),
				indirizzo,
				many(one(roleRecord, "PrestazioniSociali", "PrestazioniSocialiType", sina))))),
		flusso.SINBA: one(roleFlusso, "Flusso", "FlussoType", header(),
			many(one(roleRecord, "SINBA", "SinbaType",
				one(roleGroup, "Prestazioni", "", many(one(roleValue, "CodicePrestazione", ""))),
				one(roleGroup, "Famiglia", "", many(one(roleValue, "ComposizioneFamiglia", "ComposizioneFamigliaType")))))),
	}
	count := 0
	for _, t := range [...]flusso.Tipo{flusso.PSPSASINA, flusso.SINBA} {
		tree[t].fill(t, "", &count)
	}
	return &edition{roots: tree, elements: count}
}

// fill takes the attributes of e and of what is below it from the tables.
func (e *element) fill(t flusso.Tipo, above string, count *int) {
	e.id = *count
	*count++
	e.path = above + e.name
	e.stranger, e.other = e.path+"/@*", e.path+"/*"
	for _, info := range fieldsOf[t] {
		switch {
		case info.Path == e.path:
			e.text, e.textFacet = info.Field, facetOf[info.Field]
		case strings.HasPrefix(info.Path, e.path+"/@"):
			a := attribute{
				name: info.Path[len(e.path)+2:], opening: info.Path[len(e.path)+2:] + `="`, path: info.Path,
				field: info.Field, slot: shapes[t].slot[info.Field], facet: facetOf[info.Field],
			}
			if info.Required {
				e.required |= 1 << len(e.attributes)
			}
			e.attributes = append(e.attributes, a)
			e.keeps = info.Field
		}
	}
	e.index.build(e.attributes)
	e.spellings = newSpellings(e.attributes)
	for _, child := range e.children {
		child.fill(t, e.path+"/", count)
	}
}

// nameIndex finds an attribute by its name in one probe: a hash without
// collisions, found by trial when the program starts.
type nameIndex struct {
	factor uint64
	slots  [256]uint8 // index of the attribute plus one
}

func (x *nameIndex) build(attributes []attribute) {
	x.factor = 0x9e3779b97f4a7c15
next:
	for {
		x.slots = [256]uint8{}
		for i := range attributes {
			slot := &x.slots[x.hash([]byte(attributes[i].name))]
			if *slot != 0 {
				x.factor = x.factor*0x5851f42d4c957f2d + 0x14057b7ef767814f | 1
				continue next
			}
			*slot = uint8(i + 1)
		}
		return
	}
}

// hash mixes length, first and last bytes: no two names of one element agree
// in all three.
func (x *nameIndex) hash(name []byte) uint8 {
	n := len(name)
	var a, b uint64
	switch {
	case n >= 8:
		a, b = binary.LittleEndian.Uint64(name), binary.LittleEndian.Uint64(name[n-8:])
	case n >= 4:
		a, b = uint64(binary.LittleEndian.Uint32(name)), uint64(binary.LittleEndian.Uint32(name[n-4:]))
	default:
		return 0
	}
	h := (a ^ b<<1 ^ uint64(n)) * x.factor
	h ^= h >> 29
	return uint8(h * x.factor >> 56)
}

// find gives the index of the attribute of this name, -1 if there is none.
func (e *element) find(name []byte) int {
	i := int(e.index.slots[e.index.hash(name)]) - 1
	if i >= 0 && e.attributes[i].name == string(name) {
		return i
	}
	return -1
}
