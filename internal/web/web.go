package web

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"time"

	"github.com/hashicorp/go-retryablehttp"

	"flussi/internal/flusso"
)

// maxAnswer bounds what is read of an answer, in bytes.
const maxAnswer = 64 << 10

// Call is one request. Without a Body it is a GET, else a POST.
type Call struct {
	URL         string
	Body        []byte
	ContentType string
	// Key is the Idempotency-Key; "" sends none.
	Key    string
	Header map[string]string // further ones
	Tries  int               // beyond the first, where nobody answers or the answer is 5xx or 429
}

// Do makes a call and gives the status and the begin of the body. The error, which
// names no address, is that there was no answer.
func Do(ctx context.Context, client *http.Client, c Call) (status int, answer []byte, err error) {
	again := retryablehttp.NewClient()
	again.HTTPClient, again.Logger = client, nil // it would log the URL
	again.ErrorHandler = retryablehttp.PassthroughErrorHandler
	again.RetryMax, again.RetryWaitMin, again.RetryWaitMax = c.Tries, 200*time.Millisecond, 2*time.Second
	method, body := http.MethodGet, any(nil)
	if c.Body != nil {
		method, body = http.MethodPost, c.Body
	}
	request, err := retryablehttp.NewRequestWithContext(ctx, method, c.URL, body)
	if err != nil {
		return 0, nil, errors.New("the request cannot be made")
	}
	if c.ContentType != "" {
		request.Header.Set("Content-Type", c.ContentType)
	}
	if c.Key != "" {
		request.Header.Set("Idempotency-Key", c.Key)
	}
	for name, value := range c.Header {
		request.Header.Set(name, value)
	}
	response, err := again.Do(request)
	if err != nil {
		var whole *url.Error
		if errors.As(err, &whole) {
			err = whole.Err // without the URL
		}
		return 0, nil, fmt.Errorf("no answer: %w", flusso.WithoutAddress(err))
	}
	answer, err = io.ReadAll(io.LimitReader(response.Body, maxAnswer)) // so that the connection is used again, too
	if err := errors.Join(err, response.Body.Close()); err != nil {
		return 0, nil, fmt.Errorf("no answer: %w", flusso.WithoutAddress(err))
	}
	return response.StatusCode, answer, nil
}

// NewClient trusts the certificates of a file, or with an empty path the system's.
// done lets go of its connections.
func NewClient(ca string) (client *http.Client, done func(), err error) {
	trusted, err := TLSConfig(ca)
	if err != nil {
		return nil, nil, err
	}
	transport := &http.Transport{Proxy: http.ProxyFromEnvironment, TLSClientConfig: trusted}
	stay := func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse } // the token goes nowhere else
	return &http.Client{Transport: transport, CheckRedirect: stay}, transport.CloseIdleConnections, nil
}

// TLSConfig trusts the certificates of a file, or with an empty path the system's.
func TLSConfig(ca string) (*tls.Config, error) {
	c := &tls.Config{MinVersion: tls.VersionTLS12}
	if ca == "" {
		return c, nil
	}
	pool, err := Certificates(ca)
	if err != nil {
		return nil, err
	}
	c.RootCAs = pool
	return c, nil
}

// Certificates reads a file of certificates (PEM). Kind Config when it holds none.
func Certificates(path string) (*x509.CertPool, error) {
	pool := x509.NewCertPool()
	content, err := os.ReadFile(path)
	if err == nil && !pool.AppendCertsFromPEM(content) {
		err = errors.New("no certificate in it")
	}
	if err != nil {
		return nil, &flusso.Error{Op: "read certificates", Kind: flusso.Config, What: textNoCA, Hint: hintNoCA, Err: err}
	}
	return pool, nil
}
