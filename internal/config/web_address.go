package config

import (
	"context"
	"net/url"
	"regexp"
	"strings"

	"flussi/internal/config/strict"
)

// Policy of this file: the address of a web service may itself be what lets one in: a
// token in it, a number that nobody guesses. So it is named as a secret is, and stands in
// the file itself only where it looks like one that anybody may know. However it is
// named, it is never shown.

// webAddressType is an address, or where it is.
var webAddressType = strict.Guarded(`^(https?://|(file|cred|env|command):).+`, strict.Complaint{What: textBadWebhook, Hint: hintBadWebhook}, func(v strict.Value, text string) (Secret, strict.Complaint) {
	if s, no := parseSecret(v.Dir(), text); no != inlineSecret {
		s.address = true
		return s, no
	}
	u, no := parseWebhook(text)
	switch {
	case no != (strict.Complaint{}):
		return Secret{}, no
	case opensBy(u):
		return Secret{}, strict.Complaint{What: textSecretInAddress, Hint: hintSecretInAddress}
	}
	return Secret{source: "address", read: func(context.Context) ([]byte, error) { return []byte(u.String()), nil }}, strict.Complaint{}
})

// hiddenAddressType is an address that never stands in the file.
var hiddenAddressType = strict.Convert(secretType, func(_ strict.Value, s Secret) Secret {
	s.address = true
	return s
})

// parseWebhook takes http to this machine only: entries name operators.
func parseWebhook(s string) (*url.URL, strict.Complaint) {
	u, err := url.Parse(s)
	switch {
	case err != nil || u.Hostname() == "" || u.User != nil || u.Fragment != "":
		return nil, strict.Complaint{What: textBadWebhook, Hint: hintBadWebhook}
	case u.Scheme == "https", u.Scheme == "http" && loopback(u.Hostname()):
		return u, strict.Complaint{}
	case u.Scheme == "http":
		return nil, strict.Complaint{What: textBucketInClear, Hint: hintBucketInClear}
	}
	return nil, strict.Complaint{What: textBadWebhook, Hint: hintBadWebhook}
}

// opensBy tells whether an address looks like one that lets in whoever knows it: a
// parameter that is called so, or a part of the path that nobody would choose as a name.
func opensBy(u *url.URL) bool {
	for word := range strings.FieldsFuncSeq(u.Path, func(r rune) bool { return strings.ContainsRune("/-_.~@:", r) }) {
		digits := strings.ContainsAny(word, "0123456789")
		letters := strings.ToLower(word) != strings.ToUpper(word)
		if len(word) >= 16 && digits && letters {
			return true
		}
	}
	return guid.MatchString(u.Path) || tokenIn(u)
}

// tokenIn tells whether one of an address's parameters is a token by its name.
func tokenIn(u *url.URL) bool {
	parameters, err := url.ParseQuery(u.RawQuery)
	for name := range parameters {
		if tokenName.MatchString(name) {
			return true
		}
	}
	return err != nil // nobody can tell
}

var (
	tokenName = regexp.MustCompile(`(?i)(token|secret|segreto|password|passwd|pwd|signature|key|chiave)$|^(auth|authorization|code|pass|sas|sig)$`)
	guid      = regexp.MustCompile(`(?i)[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`)
)

// plainAddressType is the address of a service to which one proves who one is by other
// means.
var plainAddressType = strict.Parsed(`^https?://`, func(s string) (string, strict.Complaint) {
	u, no := parseWebhook(s)
	if no != (strict.Complaint{}) {
		return "", no
	}
	return u.String(), withoutToken(u)
})

// withoutToken complains of an address with a token among its parameters.
func withoutToken(u *url.URL) strict.Complaint {
	if tokenIn(u) {
		return strict.Complaint{What: textTokenInAddress, Hint: hintTokenInAddress}
	}
	return strict.Complaint{}
}
