package audit

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"flussi/internal/flusso"
	"flussi/internal/ledger"
	"flussi/internal/web"
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
	call := web.Call{URL: w.URL, Body: webhookBody(b), ContentType: "application/json", Key: stretch(b), Tries: 2}
	if len(w.Token) > 0 {
		call.Header = map[string]string{"Authorization": "Bearer " + string(w.Token)}
	}
	status, _, err := web.Do(ctx, w.Client, call)
	switch {
	case err != nil:
		return cannotCopy(err)
	case status >= 200 && status < 300:
		return nil
	case status == http.StatusConflict:
		return otherLog(errors.New("the service answers 409"))
	case status == http.StatusUnauthorized, status == http.StatusForbidden:
		return &flusso.Error{Op: "copy audit", Kind: flusso.Config, What: textCopyDenied, Hint: hintCopyDenied, Err: fmt.Errorf("the service answers %d", status)}
	}
	return cannotCopy(fmt.Errorf("the service answers %d", status))
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
