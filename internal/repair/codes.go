package repair

import (
	"flussi/internal/flusso"
	"flussi/internal/schema"
	"flussi/internal/sinba"
)

// codesName is the name of the repair that makes codes.
const codesName = "codice-anonimo"

// codeForm is how the codes of internal/sinba look.
var codeForm = flusso.NewPattern(`^M[0-9]{19}$`)

// Codes is the repair that names the minors of a SINBA flow by their Ente's codes,
// which the Ente's key makes of what stands in IDBeneficiario: a fiscal code, a number
// of its own files. What is a code already stays. It is not among All: it takes a key.
func Codes(c *sinba.Coder) Repair {
	var code []byte
	return Repair{
		Name: codesName, What: whatCodes, When: whenCodes, Rules: []string{"SINBA-010", "SINBA-011"},
		Source: "XSD SINBA, IDBeneficiario, codice anonimo beneficiario; D.I. 206/2014 art. 5",
		Before: `IDBeneficiario="AAAAAA10A01H501X"`, After: `IDBeneficiario="M0321214764262066192"`,
		tipi: []flusso.Tipo{flusso.SINBA},
		apply: func(e *edit) {
			v, _ := e.batch.Text(schema.SINBAIDBeneficiario, e.rec)
			if codeForm.MatchString(string(v)) {
				return
			}
			if code = c.AppendCode(code[:0], v); len(code) > 0 {
				e.put(schema.SINBAIDBeneficiario, string(code))
			}
		},
	}
}
