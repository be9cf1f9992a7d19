package receipts

import (
	"bytes"
	"encoding/base64"
	"encoding/xml"
	"io"
	"strings"
	"time"

	"github.com/smallstep/pkcs7"
)

// Policy of this file: a signature is over exact bytes, so the signed part is cut out of
// the mail and not put together again. Whose it is counts as much as that it is right: the
// certificate must be of the address in From (RFC 8550 3). A PEC's envelope
// (postacert.eml, daticert.xml: DM 2/11/2005, allegato) speaks for its sender where its own
// data, which are signed, name him.

// signed opens a multipart/signed (RFC 1847, RFC 8551) and tells when it was
// signed, if its signature is right, trusted, and of that address; zero otherwise: then the
// mail is unverified, not unreadable.
func (r *reader) signed(body []byte, params map[string]string, from string) (content part, at time.Time, err error) {
	first, second, ok := cut(body, params["boundary"])
	if !ok {
		return content, at, errNoMail
	}
	header, inner, err := split(withHeader(first))
	if err != nil {
		return content, at, err
	}
	content = part{header: header, content: inner}
	if r.trusted == nil {
		return content, at, nil
	}
	_, encoded, err := split(withHeader(second))
	if err != nil {
		return content, at, nil
	}
	der, err := io.ReadAll(base64.NewDecoder(base64.StdEncoding, bytes.NewReader(encoded)))
	if err != nil {
		return content, at, nil
	}
	return content, r.signedBy(der, first, from), nil
}

// signedBy tells when an address signed content, detached; zero: it did not.
func (r *reader) signedBy(der, content []byte, address string) (at time.Time) {
	p7, err := pkcs7.Parse(der)
	if err != nil || len(p7.Signers) != 1 {
		return at
	}
	p7.Content = content
	if p7.VerifyWithChain(r.trusted) != nil {
		return at
	}
	signer := p7.GetOnlySigner()
	if signer == nil {
		return at
	}
	for _, of := range signer.EmailAddresses {
		if strings.EqualFold(of, address) {
			if p7.UnmarshalSignedAttribute(pkcs7.OIDAttributeSigningTime, &at) != nil {
				return time.Time{}
			}
			return at
		}
	}
	return at
}

// withHeader makes a part without headers one that can be split.
func withHeader(p []byte) []byte {
	if bytes.HasPrefix(p, []byte("\r\n")) {
		return append([]byte("\r\n"), p...)
	}
	return p
}

// cut gives the two parts of a multipart/signed as they stand there.
func cut(body []byte, boundary string) (first, second []byte, ok bool) {
	if boundary == "" {
		return nil, nil, false
	}
	delimiter := []byte("\r\n--" + boundary)
	rest := append([]byte("\r\n"), body...)
	if _, rest, ok = bytes.Cut(rest, append(delimiter, "\r\n"...)); !ok {
		return nil, nil, false
	}
	if first, rest, ok = bytes.Cut(rest, append(bytes.Clone(delimiter), "\r\n"...)); !ok {
		return nil, nil, false
	}
	second, _, ok = bytes.Cut(rest, delimiter)
	return first, second, ok
}

// daticert is what an envelope's data say.
type daticert struct {
	Tipo         string `xml:"tipo,attr"`
	Errore       string `xml:"errore,attr"`
	Intestazione struct {
		Mittente string `xml:"mittente"`
	} `xml:"intestazione"`
}

// certified gives the mail in a PEC's envelope. It is verified where the envelope is, and
// its data name the sender that the mail names.
func (r *reader) certified(envelope Mail, found []part) (m Mail, err error) {
	var data, inner []part
	for _, p := range found {
		switch p.name {
		case "daticert.xml":
			data = append(data, p)
		case "postacert.eml":
			inner = append(inner, p)
		}
	}
	if len(data) != 1 || len(inner) != 1 || len(data[0].content) > maxHeader {
		return m, errNoMail
	}
	var d daticert
	decoder := xml.NewDecoder(bytes.NewReader(data[0].content))
	decoder.CharsetReader = func(charset string, in io.Reader) (io.Reader, error) {
		content, err := io.ReadAll(in)
		if err != nil {
			return nil, err
		}
		decoded, err := decode(content, charset)
		return strings.NewReader(decoded), err
	}
	if err := decoder.Decode(&d); err != nil || d.Tipo != "posta-certificata" {
		return m, errNoMail
	}
	raw := bytes.ReplaceAll(bytes.ReplaceAll(inner[0].content, []byte("\r\n"), []byte("\n")), []byte("\n"), []byte("\r\n"))
	m, err = r.message(raw, 1)
	if err != nil {
		return m, err
	}
	m.Verified = envelope.Verified && d.Errore == "nessuno" && strings.EqualFold(strings.TrimSpace(d.Intestazione.Mittente), m.From)
	if envelope.Verified {
		m.Date = envelope.Date // the provider's clock, not the sender's
	}
	return m, nil
}
