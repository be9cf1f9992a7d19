package schema

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"flussi/internal/flusso"
)

// The XSD is built in as tables. What a schema file is good for, then, is to
// show that it is the edition that the tables were made from.

// editions are the fingerprints of INPS's schemas (github.com/INPS-it,
// WaaS.Comuni), as fingerprint takes them.
var editions = map[string]flusso.Tipo{
	"b61a69db0363c3ed65bda4732134165c0a3e3bff436d4f0f761416c92e575965": flusso.PSPSASINA, // PS_PSA_SINA201812.xsd
	"fb87fb14543441e48a90c59c114297f6486f06fdfa872bd6724e0222a5e21456": flusso.SINBA,     // SINBA.xsd
}

const maxXSD = 4 << 20 // bytes of a schema file; INPS's have 60,000

// TipoOfXSD tells of which kind of flow an XSD is the schema. It is an error
// of Kind Invalid when the file asks for anything else than the built-in
// tables do: to judge by these in its name would be to judge wrongly.
func TipoOfXSD(src io.Reader) (flusso.Tipo, error) {
	print, err := fingerprint(io.LimitReader(src, maxXSD))
	if err != nil {
		return 0, &flusso.Error{Op: "read schema", Kind: flusso.Invalid, What: textNotXSD, Hint: hintNotXSD, Err: err}
	}
	tipo, known := editions[print]
	if !known {
		return 0, &flusso.Error{Op: "read schema", Kind: flusso.Invalid, What: textOtherXSD, Hint: hintOtherXSD}
	}
	return tipo, nil
}

// fingerprint is the SHA-256 of what a schema asks: its elements and
// attributes, in whatever order the attributes stand, without annotations,
// comments and the blanks between elements.
func fingerprint(src io.Reader) (string, error) {
	const schemaNamespace = "http://www.w3.org/2001/XMLSchema"
	in, sum, elements := xml.NewDecoder(src), sha256.New(), 0
	for {
		token, err := in.Token()
		switch {
		case errors.Is(err, io.EOF) && elements > 0:
			return hex.EncodeToString(sum.Sum(nil)), nil
		case err != nil:
			return "", fmt.Errorf("read schema: %w", err)
		}
		switch t := token.(type) {
		case xml.StartElement:
			if t.Name.Space != schemaNamespace {
				return "", errors.New("an element that is none of XML Schema's")
			}
			if t.Name.Local == "annotation" {
				if err := in.Skip(); err != nil {
					return "", fmt.Errorf("read schema: %w", err)
				}
				continue
			}
			attributes := make([]string, len(t.Attr))
			for i, a := range t.Attr {
				attributes[i] = fmt.Sprintf("%q %q %q", a.Name.Space, a.Name.Local, a.Value)
			}
			slices.Sort(attributes)
			elements++
			fmt.Fprintf(sum, "<%s %s>", t.Name.Local, strings.Join(attributes, " "))
		case xml.EndElement:
			fmt.Fprint(sum, "</>")
		}
	}
}

var (
	textNotXSD   = flusso.Text{It: "il file non è uno schema XSD", En: "the file is no XSD"}
	hintNotXSD   = flusso.Text{It: "indicare PS_PSA_SINA201812.xsd o SINBA.xsd dell'INPS, o togliere --schema: gli schemi sono già inclusi", En: "name INPS's PS_PSA_SINA201812.xsd or SINBA.xsd, or leave --schema out: the schemas are built in"}
	textOtherXSD = flusso.Text{It: "lo schema XSD non è una delle edizioni incluse in questa versione", En: "the XSD is none of the editions built into this version"}
	hintOtherXSD = flusso.Text{It: "senza --schema si controlla con PS_PSA_SINA201812 e SINBA; se l'INPS ne ha pubblicata una nuova, aggiornare flussi", En: "without --schema flows are checked by PS_PSA_SINA201812 and SINBA; if INPS has published a new edition, update flussi"}
)
