package sftp

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"github.com/hashicorp/go-retryablehttp"
)

// Seen is what a web service tells of whoever calls it.
type Seen struct {
	Address netip.Addr
	// Ahead is how far our clock is ahead of the service's, to a second or two;
	// meaningless unless HasClock.
	Ahead    time.Duration
	HasClock bool
}

// seenWithin is all the time that a service gets, tries together.
const seenWithin = 10 * time.Second

// AskAddress calls a web service on the way that leads to the endpoint, from
// the same local address and through the same proxy or hop, and gives the
// address that it sees: a text, or JSON with the key "ip". An error says only
// that nothing could be told.
func AskAddress(ctx context.Context, ep Endpoint, url string, opt Options) (seen Seen, err error) {
	if opt.Now == nil {
		opt.Now = time.Now
	}
	ctx, cancel := context.WithTimeout(ctx, seenWithin)
	defer cancel()
	dial, over, err := openWay(ctx, ep, opt.Now())
	if err != nil {
		return seen, err
	}
	if over != nil {
		defer func() { _ = over.close() }()
	}
	client := retryablehttp.NewClient()
	client.Logger, client.RetryMax = nil, 2
	client.RetryWaitMin, client.RetryWaitMax = 200*time.Millisecond, time.Second
	// No proxy of the environment: it would be its address that is seen.
	client.HTTPClient = &http.Client{Transport: &http.Transport{DialContext: dial, DisableKeepAlives: true}}
	request, err := retryablehttp.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return seen, err
	}
	request.Header.Set("Accept", "application/json, text/plain")
	response, err := client.Do(request)
	if err != nil {
		return seen, err
	}
	defer func() { err = errors.Join(err, response.Body.Close()) }()
	if response.StatusCode != http.StatusOK {
		return seen, fmt.Errorf("the service answers %d", response.StatusCode)
	}
	if date, err := http.ParseTime(response.Header.Get("Date")); err == nil {
		seen.Ahead, seen.HasClock = opt.Now().Sub(date), true
	}
	body, err := io.ReadAll(io.LimitReader(response.Body, 4096))
	if err != nil {
		return seen, err
	}
	text := strings.TrimSpace(string(body))
	var object struct{ IP string }
	if json.Unmarshal(body, &object) == nil {
		text = object.IP
	}
	if seen.Address, err = netip.ParseAddr(text); err != nil {
		return seen, errors.New("the service answers with no address")
	}
	seen.Address = seen.Address.Unmap()
	return seen, nil
}
