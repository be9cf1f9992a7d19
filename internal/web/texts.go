package web

import "flussi/internal/flusso"

// What this room says to people, Italian first.
var (
	textNoCA = flusso.Text{It: "i certificati da cui si riconosce il server non si leggono", En: "the certificates that the server is known by cannot be read"}
	hintNoCA = flusso.Text{It: "ca indica un file PEM", En: "ca names a PEM file"}

	textNoToken = flusso.Text{It: "il servizio non dà un token", En: "the service gives no token"}
	hintNoToken = flusso.Text{It: "controllare url, client_id, client_secret e scope in oauth2", En: "check url, client_id, client_secret and scope in oauth2"}
)
