// Package synth writes synthetic flows: valid ones, and on demand some with a
// known share of faults, for the demo, training, tests and benchmarks.
//
// It promises: the same Options give the same bytes, on every machine; a flow
// without faults breaks no rule of internal/schema, warnings included; in one
// with faults exactly the records counted in Stats.Faulty are rejected, and
// the flow of the same Options with Faults 0 is its mended twin, record by
// record. It writes as a stream: memory does not grow with the flow.
//
// It does not promise that frequencies are those of any real territory, nor
// that the bytes stay the same from one version of flussi to the next. Nobody
// in it exists: see person.go. A Write that fails leaves what it had written.
package synth

import (
	"fmt"
	"io"
	"strings"
	"time"

	"flussi/internal/flusso"
)

// Options say which flow to write. The zero value of every field but Tipo has
// a meaning, and none depends on the day or the machine.
type Options struct {
	Tipo        flusso.Tipo
	Beneficiari int     // persons (SINBA: children); zero means 1000
	Seed        uint64  // changes everybody and everything
	Faults      float64 // share of records made faulty, 0 to 1
	// Ente is the sender of an XML flow; zero means Roma or, with Regione,
	// its largest comune. Other Enti with the same Seed have other people.
	Ente Ente
	// Date is the day in FlussoNome; zero means 31 January after Year.
	Date time.Time
	// Progressivo is the daily number in FlussoNome; zero means 1. Nothing
	// else changes with it.
	Progressivo int
	// Year is that of the benefits; zero means the year before Date or,
	// without one, 2025.
	Year int
	// Regione keeps every residence (of a return flow every Ente too) in
	// one region: the two digits of ISTAT, or the NUTS 2 code, which tells
	// Trento (ITH2) from Bolzano (ITH1). Empty means where the Ente is or,
	// for a return flow, all Italy.
	Regione string
}

// Ente is the body that sends a flow.
type Ente struct {
	Codice        string // of a comune its Belfiore code
	Denominazione string
	Indirizzo     string // Belfiore code of the comune where it has its seat
}

// Stats say what was written.
type Stats struct {
	FlussoNome  string
	Beneficiari int64
	Records     int64 // PrestazioniSociali, SINBA elements, rows
	Faulty      int64 // records that validation will reject
	// ByRule counts the faults put in, by the code of the rule they break.
	ByRule map[string]int64
	Bytes  int64
}

// Write writes one flow to w and tells what is in it. It fails with an
// *flusso.Error of Kind Invalid on Options that make no flow, before a byte is
// written, and with w's own error.
func Write(w io.Writer, o Options) (Stats, error) {
	m, err := newMaker(w, o)
	if err != nil {
		return Stats{}, err
	}
	switch o.Tipo {
	case flusso.PSPSASINA:
		m.writePS()
	case flusso.SINBA:
		m.writeSINBA()
	case flusso.Ritorno:
		m.writeRitorno()
	}
	m.flush()
	if m.err != nil {
		return m.stats, fmt.Errorf("write synthetic flow: %w", m.err)
	}
	return m.stats, nil
}

// maker is one Write under way.
type maker struct {
	Options
	seed        uint64 // of this Ente's flows of this kind
	beneficiari stream
	places      places
	stats       Stats
	faults      *faultTable

	out    io.Writer
	buf    []byte
	err    error
	who    draft // the Beneficiario
	record draft
	person person
	also   []byte // the element of a second Indirizzo, or nothing
}

func newMaker(w io.Writer, o Options) (*maker, error) {
	if o.Beneficiari == 0 {
		o.Beneficiari = 1000
	}
	if o.Progressivo == 0 {
		o.Progressivo = 1
	}
	switch {
	case o.Year == 0 && o.Date.IsZero():
		o.Year = 2025
	case o.Year == 0:
		o.Year = o.Date.Year() - 1
	}
	if o.Date.IsZero() {
		o.Date = time.Date(o.Year+1, time.January, 31, 0, 0, 0, 0, time.UTC)
	}
	where, err := findPlaces(&o)
	if err != nil {
		return nil, err
	}
	if err := o.check(); err != nil {
		return nil, err
	}
	m := &maker{Options: o, places: where, out: w, buf: make([]byte, 0, flushAt+64<<10)}
	m.seed = uint64(newStream(o.Seed, o.Tipo.String()+"/"+o.Ente.Codice))
	m.beneficiari = newStream(m.seed, "beneficiario")
	m.stats.ByRule = map[string]int64{}
	m.faults = newFaultTable(o.Tipo, o.Faults, m.seed, &m.stats)
	m.record.csv = o.Tipo == flusso.Ritorno
	m.who.csv = m.record.csv
	m.stats.FlussoNome = string(m.appendNome(nil))
	if len(m.stats.FlussoNome) > 50 { // the XSD's limit
		return nil, invalid(badEnte)
	}
	return m, nil
}

func (o *Options) check() error {
	switch {
	case o.Tipo < flusso.PSPSASINA || o.Tipo > flusso.Ritorno:
		return invalid(noTipo)
	case o.Beneficiari < 0 || o.Beneficiari >= people:
		return invalid(badBeneficiari)
	case !(o.Faults >= 0 && o.Faults <= 1):
		return invalid(badFaults)
	case o.Progressivo < 0 || o.Progressivo > 9_999_999:
		return invalid(badProgressivo)
	case o.Year < 2000 || o.Year > 2099 || o.Date.Year() < o.Year || o.Date.Year() > 9999:
		return invalid(badYear)
	case len(o.Ente.Codice) == 0 || strings.Contains(o.Ente.Codice, ".") || len([]rune(o.Ente.Denominazione)) > 100 || len(o.Ente.Indirizzo) != 4:
		return invalid(badEnte)
	}
	return nil
}

// appendNome gives {Codice Ente}.{TIPO}.{AAAAMMGG}.{NNNNNNN}: PDF table 2 and
// 13, API id_flusso.
func (m *maker) appendNome(b []byte) []byte {
	b = append(b, m.Ente.Codice...)
	switch m.Tipo {
	case flusso.PSPSASINA:
		b = append(b, ".PS."...)
	case flusso.SINBA:
		b = append(b, ".SINBA."...)
	case flusso.Ritorno:
		b = append(b, ".ritorno."...)
	}
	b = appendDigits(b, m.Date.Year(), 4)
	b = appendDigits(b, int(m.Date.Month()), 2)
	b = appendDigits(b, m.Date.Day(), 2)
	b = append(b, '.')
	return appendDigits(b, m.Progressivo, 7)
}

// flushAt is when the buffer goes out: one element is far below its slack.
const flushAt = 256 << 10

func (m *maker) flushIfFull() {
	if len(m.buf) >= flushAt {
		m.flush()
	}
}

func (m *maker) flush() {
	if m.err == nil && len(m.buf) > 0 {
		n, err := m.out.Write(m.buf)
		if err == nil && n < len(m.buf) {
			err = io.ErrShortWrite
		}
		m.stats.Bytes += int64(n)
		m.err = err
	}
	m.buf = m.buf[:0]
}
