package config

import (
	"net/netip"
	"net/url"
	"path"
	"strings"

	"flussi/internal/config/strict"
	"flussi/internal/flusso"
)

// Bucket is a place in an S3-compatible store to which releases are published.
type Bucket struct {
	Name string // its name in the file
	// Endpoint is the server's URL, without a path: https, or http to this very
	// machine. Required.
	Endpoint string
	// Region of the bucket. Default: us-east-1, which most servers take.
	Region string
	// Bucket is its name there. Required.
	Bucket string
	// Prefix is a folder in it, without slashes around. Default: none.
	Prefix string
	// AccessKey and SecretKey are the credentials, of an account that may read,
	// write, list and delete below Prefix. Required.
	AccessKey, SecretKey Secret
}

// Secrets are the bucket's secrets with the keys that name them.
func (b Bucket) Secrets() []NamedSecret {
	return []NamedSecret{{"access_key", b.AccessKey}, {"secret_key", b.SecretKey}}
}

var bucketType = strict.Object(flusso.Text{},
	strict.Required("endpoint", strict.Parsed(`^https?://[^/]+/?$`, parseBucketEndpoint), func(b *Bucket) *string { return &b.Endpoint }, docBucketEndpoint),
	strict.Optional("region", strict.Matching(`^[a-zA-Z0-9-]{1,64}$`, strict.Complaint{What: textBadRegion, Hint: hintBadRegion}), func(b *Bucket) *string { return &b.Region }, docBucketRegion),
	strict.Required("bucket", strict.Matching(`^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$`, strict.Complaint{What: textBadBucket, Hint: hintBadBucket}), func(b *Bucket) *string { return &b.Bucket }, docBucketName),
	strict.Optional("prefix", strict.Parsed(prefixForm.String(), parsePrefix), func(b *Bucket) *string { return &b.Prefix }, docBucketPrefix),
	strict.Required("access_key", secretType, func(b *Bucket) *Secret { return &b.AccessKey }, docAccessKey),
	strict.Required("secret_key", secretType, func(b *Bucket) *Secret { return &b.SecretKey }, docSecretKey),
)

// parseBucketEndpoint takes http to this machine only: credentials are signed and
// not encrypted, but data would travel for all to read.
func parseBucketEndpoint(s string) (string, strict.Complaint) {
	u, err := url.Parse(s)
	if err != nil || u.Hostname() == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" || u.Path != "" && u.Path != "/" {
		return "", strict.Complaint{What: textBadBucketEndpoint, Hint: hintBadBucketEndpoint}
	}
	switch {
	case u.Scheme == "https", u.Scheme == "http" && loopback(u.Hostname()):
		return u.Scheme + "://" + u.Host, strict.Complaint{}
	case u.Scheme == "http":
		return "", strict.Complaint{What: textBucketInClear, Hint: hintBucketInClear}
	}
	return "", strict.Complaint{What: textBadBucketEndpoint, Hint: hintBadBucketEndpoint}
}

func loopback(host string) bool {
	address, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && address.IsLoopback()
}

var prefixForm = flusso.NewPattern(`^[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)*$`)

func parsePrefix(s string) (string, strict.Complaint) {
	if !prefixForm.MatchString(s) || path.Clean(s) != s || strings.HasPrefix(s, "..") {
		return "", strict.Complaint{What: textBadPrefix, Hint: hintBadPrefix}
	}
	return s, strict.Complaint{}
}
