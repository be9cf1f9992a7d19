package anonymize

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"

	"github.com/goccy/go-yaml/ast"

	"flussi/internal/anonymize/microdata"
	"flussi/internal/anonymize/pseudonym"
	"flussi/internal/flusso"
)

// specSpaces are the identifiers that of may name.
var specSpaces = map[string]pseudonym.Space{
	"codice_fiscale": pseudonym.CodiceFiscale, "persona": pseudonym.CodicePersona, "minore": pseudonym.IDMinore,
	"domanda": pseudonym.Domanda, "dsu": pseudonym.ProtocolloDSU, "nucleo": pseudonym.NucleoFamiliare,
}

// coding reads a column of role code:
//
//	{name: cf, role: code, of: codice_fiscale, purpose: studio 2026, key: studio.key}
//
// and, where its codes may be turned back, reversible: {basis: "…"}.
func (r *specReader) coding(n ast.Node, parts []*ast.MappingValueNode) *microdata.Coding {
	c := &microdata.Coding{}
	missing := map[string]flusso.Text{"of": textSpecOf, "purpose": textSpecPurpose, "key": textSpecKey}
	for _, kv := range parts {
		key := r.text(kv.Key)
		what := missing[key]
		delete(missing, key)
		switch key {
		case "name", "role":
		case "of":
			if c.Space = specSpaces[r.text(kv.Value)]; c.Space == 0 {
				r.fault(kv.Value, what)
			}
		case "purpose":
			if c.Purpose = r.text(kv.Value); c.Purpose == "" {
				r.fault(kv.Value, what)
			}
		case "key":
			c.Master = r.master(kv.Value)
		case "reversible":
			c.Basis = r.basis(kv.Value)
		default:
			r.fault(kv.Key, textUnknownKey)
		}
	}
	for _, key := range []string{"of", "purpose", "key"} {
		if what, is := missing[key]; is {
			r.fault(n, what)
		}
	}
	return c
}

// basis is the legal basis without which no code may be turned back.
func (r *specReader) basis(n ast.Node) (basis string) {
	for _, kv := range r.mapping(n) {
		if r.text(kv.Key) != "basis" {
			r.fault(kv.Key, textUnknownKey)
			continue
		}
		basis = r.text(kv.Value)
	}
	if basis == "" {
		r.fault(n, textSpecBasis)
	}
	return basis
}

// master reads the file of a key, which must not be everybody's.
func (r *specReader) master(n ast.Node) (m pseudonym.Master) {
	name := r.text(n)
	if !filepath.IsAbs(name) {
		name = filepath.Join(r.folder, name)
	}
	info, err := os.Stat(name)
	if err == nil && runtime.GOOS != "windows" && info.Mode().Perm()&0o007 != 0 {
		r.fault(n, textSpecKeyOpen)
		return m
	}
	text, err := readSome(name)
	if err != nil {
		r.fault(n, textSpecNoFile)
		return m
	}
	switch m, err = pseudonym.ParseMaster(text); {
	case errors.Is(err, pseudonym.ErrShortKey):
		r.fault(n, textSpecKeySize)
	case err != nil:
		r.fault(n, textSpecKeyForm)
	}
	return m
}

var (
	textSpecOf      = flusso.Text{It: "manca of, o non è codice_fiscale, persona, minore, domanda, dsu o nucleo", En: "of is missing, or not codice_fiscale, persona, minore, domanda, dsu or nucleo"}
	textSpecPurpose = flusso.Text{It: "manca purpose: a che cosa servono i codici; con un'altra finalità sono altri", En: "purpose is missing: what the codes are for; for another purpose they are others"}
	textSpecKey     = flusso.Text{It: "manca key: il file della chiave, fatto con openssl rand -hex 32", En: "key is missing: the file of the key, made with openssl rand -hex 32"}
	textSpecBasis   = flusso.Text{It: "codici reversibili vogliono la base giuridica: reversible: {basis: …}", En: "reversible codes need their legal basis: reversible: {basis: …}"}
	textSpecKeyOpen = flusso.Text{It: "tutti possono leggere la chiave: chmod 600 sul file", En: "everybody can read the key: chmod 600 the file"}
	textSpecKeySize = flusso.Text{It: "la chiave è più corta di 32 byte: farne una con openssl rand -hex 32", En: "the key is shorter than 32 bytes: make one with openssl rand -hex 32"}
	textSpecKeyForm = flusso.Text{It: "la chiave non è in esadecimale: farne una con openssl rand -hex 32", En: "the key is not in hexadecimal: make one with openssl rand -hex 32"}
)
