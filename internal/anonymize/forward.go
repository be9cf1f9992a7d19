package anonymize

import (
	"time"

	"flussi/internal/flusso"
)

// ForwardRequest asks to pass one file on, byte for byte: the relay of an
// Ente's own flow, or the Ente's own batch.
type ForwardRequest struct {
	Recipient Recipient
	Tipo      flusso.Tipo
	Ente      string // Ente/@Codice of the file
	SHA256    string // of the file's bytes, hexadecimal: the permission is for them alone
	At        time.Time
}

// Forward is the permission to pass one file on unchanged. Only Matrix.Forward
// makes one.
type Forward struct{ req ForwardRequest }

// Recipient is the name of who may receive the file.
func (f *Forward) Recipient() string { return f.req.Recipient.Name }

// Agreement is the id of the act it passes under.
func (f *Forward) Agreement() string { return f.req.Recipient.Agreement.ID }

// SHA256 is the file that may pass, and no other.
func (f *Forward) SHA256() string { return f.req.SHA256 }

// Ente is whose flow it is.
func (f *Forward) Ente() string { return f.req.Ente }

// Tipo is the kind of flow.
func (f *Forward) Tipo() flusso.Tipo { return f.req.Tipo }

// Forward allows a file to pass unchanged to INPS under an agreement valid at
// the date, if the matrix gives its class everything of every category that a
// flow carries; anything else is Denied with the reason in words. No delega is
// asked for: the Ente sends its own flow, we carry it and keep nothing.
func (m *Matrix) Forward(req ForwardRequest) (*Forward, error) {
	no := func(why reason) (*Forward, error) { return nil, deny("forward", req.Recipient.Name, why) }
	switch {
	case req.Recipient.Class != INPS:
		return no(reasonForwardClass)
	case req.Tipo != flusso.PSPSASINA && req.Tipo != flusso.SINBA:
		return no(reasonForwardTipo)
	case req.Ente == "" || len(req.SHA256) != 64:
		return no(reasonForwardFile)
	case req.At.IsZero():
		return no(reasonDate)
	}
	visible := m.visible(INPS, Totale)
	for _, c := range Categories {
		if c != ListeSelettive && !visible.has(c) {
			return no(reasonMatrix)
		}
	}
	if err := checkAgreement("forward", req.Recipient, req.At); err != nil {
		return nil, err
	}
	return &Forward{req}, nil
}
