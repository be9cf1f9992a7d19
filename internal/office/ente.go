package office

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"strconv"

	"flussi/internal/config/strict"
	"flussi/internal/flusso"
	"flussi/internal/spool"
)

// Ente is whose flows are prepared, as ente.yaml says.
type Ente struct {
	// Codice is what INPS calls it; of a comune the cadastral code.
	Codice string `json:"codice"`
	// Denominazione is for people.
	Denominazione string `json:"denominazione"`
	// Operatore is who answers for what nobody else is named for, by a code.
	Operatore string `json:"operatore,omitempty"`
	// Unsent is after how many days a flow that nobody sent is brought to mind,
	// Unanswered after how many one without an answer. Defaults: 3 and 30.
	Unsent     int `json:"-"`
	Unanswered int `json:"-"`
}

// Defaults of the reminders, in days.
const (
	defaultUnsent     = 3
	defaultUnanswered = 30
	mostDays          = 3650
)

// codiceForm is what stands in an id_flusso and names a folder.
var codiceForm = flusso.NewPattern(`^[A-Z0-9]{1,32}$`)

func (e Ente) check() error {
	if !codiceForm.MatchString(e.Codice) || e.Denominazione == "" {
		return &flusso.Error{Op: "add ente", Kind: flusso.Invalid, What: textBadEnte, Hint: hintBadEnte}
	}
	return nil
}

var enteType = strict.Object(docEnte,
	strict.Required("codice", strict.Parsed(`^[A-Z0-9]{1,32}$`, parseCodice), func(e *Ente) *string { return &e.Codice }, docCodice),
	strict.Required("denominazione", strict.Text(), func(e *Ente) *string { return &e.Denominazione }, docDenominazione),
	strict.Optional("operatore", strict.Text(), func(e *Ente) *string { return &e.Operatore }, docOperatore),
	strict.Optional("reminders", remindersType, func(e *Ente) *Ente { return e }, docReminders),
)

var remindersType = strict.Object(docReminders,
	strict.Optional("unsent", daysType, func(e *Ente) *int { return &e.Unsent }, docUnsent),
	strict.Optional("unanswered", daysType, func(e *Ente) *int { return &e.Unanswered }, docUnanswered),
)

var daysType = strict.Parsed(`^[0-9]{1,4}$`, func(s string) (int, strict.Complaint) {
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 || n > mostDays {
		return 0, strict.Complaint{What: textBadDays, Hint: hintBadDays}
	}
	return n, strict.Complaint{}
})

func parseCodice(s string) (string, strict.Complaint) {
	if !codiceForm.MatchString(s) {
		return "", strict.Complaint{What: textBadEnte, Hint: hintBadEnte}
	}
	return s, strict.Complaint{}
}

// EnteSchema is the JSON Schema of ente.yaml, for editors.
func EnteSchema() ([]byte, error) { return enteType.Schema().Document(enteFile) }

// readEnte reads ente.yaml; fs.ErrNotExist is in the chain when there is none.
func readEnte(path string) (Ente, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return Ente{}, fmt.Errorf("read ente: %w", err)
	}
	e, doc := strict.Decode(enteFile, "", data, enteType)
	if e.Unsent == 0 {
		e.Unsent = defaultUnsent
	}
	if e.Unanswered == 0 {
		e.Unanswered = defaultUnanswered
	}
	return e, doc.Faults().Err()
}

func (e Ente) write(path string) error {
	var b bytes.Buffer
	fmt.Fprintf(&b, "codice: %q\ndenominazione: %q\n", e.Codice, e.Denominazione)
	if e.Operatore != "" {
		fmt.Fprintf(&b, "operatore: %q\n", e.Operatore)
	}
	return spool.WriteFile(spool.OS, path, 0o600, func(w io.Writer) error {
		_, err := w.Write(b.Bytes())
		return err
	})
}
