package bucket

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"net/url"
	"path"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"

	"flussi/internal/flusso"
)

// Options say which bucket, and as whom.
type Options struct {
	// Name is what errors call it: never an address.
	Name string
	// Endpoint is the server's URL: https, or http on loopback. Required.
	Endpoint string
	// Region of the bucket; us-east-1 when empty, which most servers take.
	Region string
	// Bucket is its name there. Required.
	Bucket string
	// Prefix is a folder in it, without a slash at either end; empty: none.
	Prefix string
	// AccessKey and SecretKey are the credentials. Required.
	AccessKey, SecretKey string
	// Silence is how long the server may say nothing; a minute when 0.
	Silence time.Duration
}

// Bucket is a bucket that can be called.
type Bucket struct {
	name, bucket, prefix string
	core                 *minio.Core
	transport            *http.Transport
	piece                int64 // size of the pieces of a large file
}

// tries is how often a request is made that failed for no fault of ours.
const tries = 3

// Open prepares calls; it makes none.
func Open(o Options) (*Bucket, error) {
	u, err := url.Parse(o.Endpoint)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return nil, &flusso.Error{Op: "open bucket", ID: o.Name, Kind: flusso.Config, What: textBadEndpoint, Hint: hintBadEndpoint}
	}
	silence := o.Silence
	if silence == 0 {
		silence = time.Minute
	}
	b := &Bucket{name: o.Name, bucket: o.Bucket, prefix: o.Prefix, piece: pieceSize, transport: transport(silence)}
	region := o.Region
	if region == "" {
		region = "us-east-1"
	}
	b.core, err = minio.NewCore(u.Host, &minio.Options{
		Creds: credentials.NewStaticV4(o.AccessKey, o.SecretKey, ""), Secure: u.Scheme == "https", Region: region,
		Transport: b.transport, MaxRetries: tries, BucketLookup: minio.BucketLookupAuto,
	})
	if err != nil {
		return nil, &flusso.Error{Op: "open bucket", ID: o.Name, Kind: flusso.Config, What: textBadEndpoint, Hint: hintBadEndpoint}
	}
	return b, nil
}

// Close lets the connections go.
func (b *Bucket) Close() { b.transport.CloseIdleConnections() }

// key is an object's, below the prefix.
func (b *Bucket) key(parts ...string) string {
	return path.Join(append([]string{b.prefix}, parts...)...)
}

// transport gives up on a server that says nothing for this long, however long
// the whole takes.
func transport(silence time.Duration) *http.Transport {
	dial := &net.Dialer{Timeout: silence}
	return &http.Transport{
		Proxy: http.ProxyFromEnvironment,
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			conn, err := dial.DialContext(ctx, network, address)
			if err != nil {
				return nil, err
			}
			return &patient{conn, silence}, nil
		},
		TLSClientConfig:       &tls.Config{MinVersion: tls.VersionTLS12},
		TLSHandshakeTimeout:   silence,
		ResponseHeaderTimeout: silence,
		MaxIdleConnsPerHost:   lanes,
		IdleConnTimeout:       silence,
		DisableCompression:    true, // what is read is compared byte for byte
	}
}

// patient is a connection on which each write gets so long to move.
type patient struct {
	net.Conn
	silence time.Duration
}

func (p *patient) Write(b []byte) (int, error) {
	if err := p.SetWriteDeadline(time.Now().Add(p.silence)); err != nil {
		return 0, err
	}
	return p.Conn.Write(b)
}

func (p *patient) Read(b []byte) (int, error) {
	if err := p.SetReadDeadline(time.Now().Add(2 * p.silence)); err != nil {
		return 0, err
	}
	return p.Conn.Read(b)
}
