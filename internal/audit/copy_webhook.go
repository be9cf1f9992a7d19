package audit

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/hashicorp/go-retryablehttp"

	"flussi/internal/flusso"
	"flussi/internal/ledger"
	"flussi/internal/syslog"
)

// Webhook posts batches as JSON: {"message_type":"audit","entries":[{"index":5,
// "entry":{…}}],"checkpoint":"…"}, the last key with the last batch. Idempotency-Key
// names the stretch. 2xx: taken. 409: the service has another log. Anything else:
// again later.
type Webhook struct {
	URL    string
	Token  []byte // bearer; nil: none
	Client *http.Client
}

var _ Place = Webhook{}

// Send posts one batch.
func (w Webhook) Send(ctx context.Context, b Batch) (err error) {
	client := retryablehttp.NewClient()
	client.HTTPClient, client.Logger = w.Client, nil // it would log the URL
	client.RetryMax, client.RetryWaitMin, client.RetryWaitMax = 2, 200*time.Millisecond, 2*time.Second
	request, err := retryablehttp.NewRequestWithContext(ctx, http.MethodPost, w.URL, webhookBody(b))
	if err != nil {
		return cannotCopy(errors.New("the request cannot be made"))
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Idempotency-Key", stretch(b))
	if len(w.Token) > 0 {
		request.Header.Set("Authorization", "Bearer "+string(w.Token))
	}
	response, err := client.Do(request)
	if err != nil {
		var whole *url.Error
		if errors.As(err, &whole) {
			err = whole.Err // without the URL
		}
		return cannotCopy(fmt.Errorf("no answer: %w", syslog.WithoutAddress(err)))
	}
	_, _ = io.Copy(io.Discard, io.LimitReader(response.Body, 64<<10)) // so that the connection is used again
	if err := response.Body.Close(); err != nil {
		return cannotCopy(err)
	}
	switch {
	case response.StatusCode >= 200 && response.StatusCode < 300:
		return nil
	case response.StatusCode == http.StatusConflict:
		return otherLog(errors.New("the service answers 409"))
	case response.StatusCode == http.StatusUnauthorized, response.StatusCode == http.StatusForbidden:
		return &flusso.Error{Op: "copy audit", Kind: flusso.Config, What: textCopyDenied, Hint: hintCopyDenied, Err: fmt.Errorf("the service answers %d", response.StatusCode)}
	}
	return cannotCopy(fmt.Errorf("the service answers %d", response.StatusCode))
}

// stretch names what a batch is about.
func stretch(b Batch) string {
	if n := len(b.Entries); n > 0 && b.Checkpoint.Note == nil {
		return fmt.Sprintf("%d-%d", b.Entries[0].Index, b.Entries[n-1].Index)
	}
	return fmt.Sprintf("checkpoint-%d-%s", b.Checkpoint.Size, b.Checkpoint.Hash)
}

func webhookBody(b Batch) []byte {
	var out bytes.Buffer
	out.WriteString(`{"message_type":"audit","entries":[`)
	for i, e := range b.Entries {
		if i > 0 {
			out.WriteByte(',')
		}
		out.Write(bytes.TrimSpace(appendEntry(nil, e)))
	}
	out.WriteByte(']')
	if b.Checkpoint.Note != nil {
		out.WriteByte(',')
		out.Write(bytes.TrimPrefix(checkpointLine(b.Checkpoint), []byte("{")))
		return out.Bytes()
	}
	out.WriteByte('}')
	return out.Bytes()
}

// checkpointLine is a checkpoint as copies have it.
func checkpointLine(c ledger.Checkpoint) []byte {
	text, err := json.Marshal(string(c.Note))
	if err != nil {
		panic(err) // a string always is
	}
	return append(append([]byte(`{"checkpoint":`), text...), '}')
}
