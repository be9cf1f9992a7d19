package notice

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"flussi/internal/config"
	"flussi/internal/flusso"
	"flussi/internal/web"
)

// hookWithin is all the time that a service gets for one call.
const hookWithin = 30 * time.Second

// SignatureHeader is where a call's signature is: t=TIME,v1=HEX, the HMAC-SHA256 under the
// webhook's secret of the time (Unix seconds, in decimal), a full stop, and the body.
const SignatureHeader = "Flussi-Signature"

// post hands one message to a web service, signed for that moment; its body and its
// Idempotency-Key are the same however often it is tried.
func post(ctx context.Context, h config.NoticeHook, l letter, now time.Time) error {
	ctx, cancel := context.WithTimeoutCause(ctx, hookWithin, errors.New("no answer in time"))
	defer cancel()
	address, err := h.URL.Resolve(ctx)
	if err != nil {
		return err
	}
	secret, err := h.Secret.Resolve(ctx)
	if err != nil {
		return err
	}
	client, done, err := web.NewClient(h.CA)
	if err != nil {
		return err
	}
	defer done()
	status, _, err := web.Do(ctx, client, web.Call{
		URL: string(address), Body: l.call, ContentType: "application/json", Key: l.key, Tries: 2,
		Header: map[string]string{SignatureHeader: sign(secret, now, l.call)},
	})
	switch {
	case err != nil:
	case status >= 200 && status < 300:
		return nil
	case status == http.StatusUnauthorized, status == http.StatusForbidden:
		return &flusso.Error{Op: "call webhook", Kind: flusso.Config, What: textHookDenied, Hint: hintHookDenied, Err: fmt.Errorf("the service answers %d", status)}
	default:
		err = fmt.Errorf("the service answers %d", status)
	}
	return &flusso.Error{Op: "call webhook", Kind: flusso.Transient, What: textHookSilent, Hint: hintHookSilent, Err: err}
}

func sign(secret []byte, at time.Time, body []byte) string {
	when := strconv.FormatInt(at.Unix(), 10)
	m := hmac.New(sha256.New, secret)
	m.Write([]byte(when + "."))
	m.Write(body)
	return "t=" + when + ",v1=" + hex.EncodeToString(m.Sum(nil))
}
