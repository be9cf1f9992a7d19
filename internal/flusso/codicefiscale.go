package flusso

import (
	"fmt"
	"io"
	"log/slog"
)

// CodiceFiscale is a person's (or body's) tax code. It redacts itself
// everywhere: only Reveal gives the value, and only disclosure may call it.
type CodiceFiscale struct{ v string }

// NewCodiceFiscale keeps v as it is; checking it is the schema's business.
func NewCodiceFiscale(v string) CodiceFiscale { return CodiceFiscale{v} }

const redacted = "[CodiceFiscale]"

// Reveal gives the value itself.
func (c CodiceFiscale) Reveal() string { return c.v }

func (c CodiceFiscale) String() string               { return redacted }
func (c CodiceFiscale) GoString() string             { return redacted }
func (c CodiceFiscale) Format(f fmt.State, _ rune)   { _, _ = io.WriteString(f, redacted) }
func (c CodiceFiscale) LogValue() slog.Value         { return slog.StringValue(redacted) }
func (c CodiceFiscale) MarshalText() ([]byte, error) { return []byte(redacted), nil }
