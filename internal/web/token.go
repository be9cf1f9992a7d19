package web

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"

	"flussi/internal/config"
	"flussi/internal/flusso"
)

// AccessToken gives a token for XOAUTH2: the one of the configuration, or of its service
// (RFC 6749 4.4), which is asked each time.
func AccessToken(ctx context.Context, o config.OAuth2) (string, error) {
	if !o.Token.IsZero() {
		token, err := o.Token.Resolve(ctx)
		return string(token), err
	}
	secret, err := o.ClientSecret.Resolve(ctx)
	if err != nil {
		return "", err
	}
	form := url.Values{"grant_type": {"client_credentials"}, "client_id": {o.ClientID}, "client_secret": {string(secret)}}
	if o.Scope != "" {
		form.Set("scope", o.Scope)
	}
	client, done, err := NewClient("")
	if err != nil {
		return "", err
	}
	defer done()
	status, answer, err := Do(ctx, client, Call{URL: o.URL, Body: []byte(form.Encode()), ContentType: "application/x-www-form-urlencoded", Tries: 1})
	var granted struct {
		AccessToken string `json:"access_token"`
	}
	if err == nil && status != 200 {
		err = fmt.Errorf("the service answers %d", status)
	}
	if err == nil && (json.Unmarshal(answer, &granted) != nil || granted.AccessToken == "") {
		err = errors.New("no access_token in its answer")
	}
	if err != nil {
		return "", &flusso.Error{Op: "ask for token", Kind: flusso.Transient, What: textNoToken, Hint: hintNoToken, Err: err}
	}
	return granted.AccessToken, nil
}
