// Package flusso holds the nouns of SIUSS that every other room speaks: the
// kinds of flow, identifiers, and the one error type. It does nothing else.
//
// Types that carry personal values redact themselves: printing, logging or
// marshalling a CodiceFiscale yields a fixed mask, never the value.
package flusso

import (
	"fmt"
	"strings"
)

// Tipo is the kind of a flow. The zero value is no kind at all.
type Tipo uint8

const (
	// PSPSASINA is the flow of benefits (prestazioni sociali, agevolate or
	// not) with the multidimensional assessment; schema PS_PSA_SINA201812.
	PSPSASINA Tipo = iota + 1
	// SINBA is the flow about children in care; schema SINBA.
	SINBA
	// Ritorno is INPS's return flow to a Region: individual, already
	// anonymous, in a layout that a layout file declares.
	Ritorno
)

// Tipi lists every kind of flow, in a fixed order.
var Tipi = [...]Tipo{PSPSASINA, SINBA, Ritorno}

// String gives the official name: PS_PSA_SINA, SINBA, ritorno.
func (t Tipo) String() string {
	switch t {
	case PSPSASINA:
		return "PS_PSA_SINA"
	case SINBA:
		return "SINBA"
	case Ritorno:
		return "ritorno"
	}
	return fmt.Sprintf("Tipo(%d)", uint8(t))
}

// MarshalText writes the official name.
func (t Tipo) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// ParseTipo reads an official name; PS is short for PS_PSA_SINA.
func ParseTipo(s string) (Tipo, error) {
	switch strings.ToUpper(s) {
	case "PS_PSA_SINA", "PS":
		return PSPSASINA, nil
	case "SINBA":
		return SINBA, nil
	case "RITORNO":
		return Ritorno, nil
	}
	return 0, &Error{
		Op: "tipo", Kind: Invalid,
		What: Text{It: "tipo di flusso sconosciuto", En: "unknown kind of flow"},
		Hint: Text{It: "i tipi sono PS_PSA_SINA (o PS), SINBA, ritorno", En: "the kinds are PS_PSA_SINA (or PS), SINBA, ritorno"},
	}
}
