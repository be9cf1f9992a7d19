package web

import "flussi/internal/flusso"

// What this room says to people, Italian first.
var (
	textNoCA = flusso.Text{It: "i certificati da cui si riconosce il server non si leggono", En: "the certificates that the server is known by cannot be read"}
	hintNoCA = flusso.Text{It: "ca indica un file PEM", En: "ca names a PEM file"}
)
