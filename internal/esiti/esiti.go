// Package esiti reads what INPS answers to the flows it took: the body of POST
// /esiti (WaaS-SIUSS, official OpenAPI 2.0.1, schema EsitoFlusso), saved to a
// file or received.
//
// It promises that what it gives is what the contract allows, that every fault
// of a file is told at once by the number of its esito, and that no error holds
// a value of it: descrizione_esito is free text and may name a person. Memory
// is bounded by the limits below. Nothing is written anywhere.
package esiti

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"flussi/internal/flusso"
)

// Codice is what came of a flow, the only part that a machine can read.
type Codice string

const (
	OK                Codice = "OK"                 // processed
	DatiNonTrovati    Codice = "DATI_NON_TROVATI"   // its data do not agree with each other
	RichiestaInvalida Codice = "RICHIESTA_INVALIDA" // not as the SIUSS specifications say
	ErroreGenerico    Codice = "ERRORE_GENERICO"    // any other error of processing
)

// Codici are all there are.
var Codici = [...]Codice{OK, DatiNonTrovati, RichiestaInvalida, ErroreGenerico}

// Esito is INPS's answer to one flow.
type Esito struct {
	IDFlusso string
	Tipo     flusso.Tipo // PSPSASINA or SINBA
	// FlussoAt is when the Ente published the flow, AcquisizioneAt when INPS
	// took it: together with IDFlusso it tells one answer from another.
	FlussoAt, AcquisizioneAt time.Time
	Codice                   Codice
	// Descrizione is free text, for the eyes of who reads the file: it may
	// hold personal data, and goes into no log and no ledger.
	Descrizione string
	// IDAcquisizione is SIUSS's own number of the flow; only with OK.
	IDAcquisizione string
}

// Limits of one file.
const (
	MaxBytes = 64 << 20
	MaxEsiti = 100_000

	maxIDFlusso     = 64
	maxDescrizione  = 4096
	maxAcquisizione = 128
	maxFaults       = 50
)

// What Noted answers.
const (
	NotedOneBenefit = "one_benefit" // more than one Beneficiario or benefit in a flow for cooperazione
	NotedOther      = "other"       // a text that is not known
)

// oneBenefit is the only message that INPS's documents give word for word.
const oneBenefit = "In cooperazione è possibile inviare solo un beneficiario e una prestazione sociale"

// Noted tells, of a Descrizione, what may be kept: the name of a message that
// is known, NotedOther for any other text, "" for none.
func (e *Esito) Noted() string {
	switch text := strings.TrimRight(strings.TrimSpace(e.Descrizione), "."); {
	case text == "":
		return ""
	case strings.EqualFold(text, oneBenefit):
		return NotedOneBenefit
	}
	return NotedOther
}

// Read reads a file of esiti: the body {"elenco_esiti": […]}, a list, one esito,
// or several of any of these one after the other. Keys that the contract does
// not name are passed over (INPS's own document has some). The error is of Kind
// Invalid, or several such joined, one for each fault; no esito is given then.
func Read(r io.Reader) ([]Esito, error) {
	text, err := io.ReadAll(io.LimitReader(r, MaxBytes+1))
	if err != nil {
		return nil, fmt.Errorf("read esiti: %w", err)
	}
	if len(text) > MaxBytes {
		return nil, invalid("", textTooLarge)
	}
	text = bytes.TrimPrefix(text, []byte("\ufeff"))
	if !utf8.Valid(text) {
		return nil, invalid("", textNotJSON)
	}
	var all []Esito
	var faults faults
	decoder := json.NewDecoder(bytes.NewReader(text))
	for {
		var value json.RawMessage
		if err := decoder.Decode(&value); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return nil, invalid("", textNotJSON)
		}
		items, ok := itemsOf(value)
		if !ok {
			return nil, invalid("", textNoEsiti)
		}
		for _, item := range items {
			if len(all) == MaxEsiti {
				return nil, invalid("", textTooLarge)
			}
			faults.item = len(all) + 1
			all = append(all, esitoOf(item, &faults))
		}
	}
	switch {
	case len(faults.list) > 0:
		return nil, errors.Join(faults.list...)
	case len(all) == 0:
		return nil, invalid("", textNoEsiti)
	}
	return all, nil
}

// itemsOf takes the esiti out of one JSON value.
func itemsOf(value json.RawMessage) ([]json.RawMessage, bool) {
	var items []json.RawMessage
	if json.Unmarshal(value, &items) == nil {
		return items, true
	}
	var body struct {
		Elenco *[]json.RawMessage `json:"elenco_esiti"`
	}
	if json.Unmarshal(value, &body) != nil {
		return nil, false
	}
	if body.Elenco != nil {
		return *body.Elenco, true
	}
	return []json.RawMessage{value}, true
}

// esitoOf reads one esito and adds what is wrong with it to faults.
func esitoOf(item json.RawMessage, faults *faults) (e Esito) {
	var got struct {
		IDFlusso       *string `json:"id_flusso"`
		Tipo           *string `json:"tipo"`
		FlussoAt       *string `json:"ts_flusso"`
		AcquisizioneAt *string `json:"ts_acquisizione"`
		Codice         *string `json:"codice_esito"`
		Descrizione    *string `json:"descrizione_esito"`
		IDAcquisizione *string `json:"id_acquisizione_siuss"`
		CodiceSIUSS    *string `json:"codice_siuss"` // its name in the specification's PDF
	}
	if err := json.Unmarshal(item, &got); err != nil {
		var wrong *json.UnmarshalTypeError
		if errors.As(err, &wrong) && wrong.Field != "" {
			faults.add(wrong.Field, textNotText)
		} else {
			faults.add("", textNotObject)
		}
		return e
	}
	text := func(key string, v *string, most int, required bool) string {
		switch {
		case v == nil && required:
			faults.add(key, textMissing)
		case v == nil:
		case required && *v == "":
			faults.add(key, textMissing)
		case utf8.RuneCountInString(*v) > most:
			faults.add(key, textTooLong)
		default:
			return *v
		}
		return ""
	}
	at := func(key string, v *string) time.Time {
		s := text(key, v, 64, true)
		t, err := time.Parse(time.RFC3339Nano, s)
		if s != "" && err != nil {
			faults.add(key, textNotATime)
		}
		return t
	}
	e.IDFlusso = text("id_flusso", got.IDFlusso, maxIDFlusso, true)
	e.FlussoAt = at("ts_flusso", got.FlussoAt)
	e.AcquisizioneAt = at("ts_acquisizione", got.AcquisizioneAt)
	e.Descrizione = text("descrizione_esito", got.Descrizione, maxDescrizione, false)
	if got.IDAcquisizione == nil {
		got.IDAcquisizione = got.CodiceSIUSS
	}
	e.IDAcquisizione = text("id_acquisizione_siuss", got.IDAcquisizione, maxAcquisizione, false)
	switch tipo := text("tipo", got.Tipo, 64, true); tipo {
	case "":
	case flusso.PSPSASINA.String():
		e.Tipo = flusso.PSPSASINA
	case flusso.SINBA.String():
		e.Tipo = flusso.SINBA
	default:
		faults.add("tipo", textNotATipo)
	}
	codice := Codice(text("codice_esito", got.Codice, 64, true))
	for _, known := range Codici {
		if codice == known {
			e.Codice = codice
		}
	}
	if codice != "" && e.Codice == "" {
		faults.add("codice_esito", textNotACodice)
	}
	return e
}

// faults gathers what is wrong with the esiti of a file.
type faults struct {
	item int
	list []error
}

func (f *faults) add(key string, what flusso.Text) {
	if len(f.list) == maxFaults {
		return
	}
	where := fmt.Sprintf("esito %d", f.item)
	if key != "" {
		where += ", " + key
	}
	f.list = append(f.list, invalid(where, what))
}

func invalid(where string, what flusso.Text) error {
	return &flusso.Error{Op: "read esiti", ID: where, Kind: flusso.Invalid, What: what, Hint: hintEsiti}
}
