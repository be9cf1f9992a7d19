package config

import (
	"flussi/internal/config/strict"
	"flussi/internal/flusso"
)

// KeyHolder is a body that keeps the key of stable codes for recipients that are
// not it. The key itself is made by flussi keys, never written here.
type KeyHolder struct {
	Name string // its name in the file
	// Codice and Denominazione are the body's, as SIUSS names it. Required: by
	// them it is seen that it is not the recipient.
	Codice, Denominazione string
	// Act is what appoints it. Required.
	Act string
	// Escrow are the age recipients that the copy of each key is sealed for,
	// whose identities the holder keeps elsewhere. Required.
	Escrow []string
}

var keyHolderType = strict.Object(flusso.Text{},
	strict.Required("codice", enteCodiceType, func(k *KeyHolder) *string { return &k.Codice }, docKeyHolderCodice),
	strict.Required("denominazione", strict.Text(), func(k *KeyHolder) *string { return &k.Denominazione }, docKeyHolderDenominazione),
	strict.Required("act", strict.Text(), func(k *KeyHolder) *string { return &k.Act }, docKeyHolderAct),
	strict.Required("escrow", strict.List(ageType), func(k *KeyHolder) *[]string { return &k.Escrow }, docEscrow),
)
