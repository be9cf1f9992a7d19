package receipts

import (
	"bytes"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"net/textproto"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// What of a mail is looked at, at most.
const (
	MaxMail    = 4 << 20   // bytes; a larger one is no receipt
	maxHeader  = 64 << 10  // bytes of one header
	maxText    = 256 << 10 // bytes of text, once decoded
	maxDepth   = 6         // parts in parts
	maxParts   = 40
	maxSubject = 1 << 10
)

// Mail is what counts of a mail.
type Mail struct {
	// ID is the Message-ID, "" where it has none; From the bare address, in lower case.
	ID, From, Subject, Text string
	// Date is the sender's; zero where it gives none.
	Date time.Time
	// Verified: a signature that the operator trusts covers all of the above.
	Verified bool
	// Notification: a PEC provider's own (acceptance, delivery, errors of mails), which
	// attests nothing of a file.
	Notification bool
}

// errNoMail is all that is said of a mail that is not read: its words may be anybody's.
var errNoMail = errors.New("no mail that is read")

// ReadMail reads a mail. trusted are the certificates that a signature must lead to; nil:
// none is trusted.
func ReadMail(raw []byte, trusted *x509.CertPool) (m Mail, err error) {
	if len(raw) > MaxMail {
		return m, errNoMail
	}
	r := &reader{trusted: trusted}
	// As it travelled, whatever the system wrote it with: signatures are over CRLF.
	raw = bytes.ReplaceAll(bytes.ReplaceAll(raw, []byte("\r\n"), []byte("\n")), []byte("\n"), []byte("\r\n"))
	return r.message(raw, 0)
}

// reader counts what it has looked at.
type reader struct {
	trusted *x509.CertPool
	parts   int
}

// part is one that was found, decoded.
type part struct {
	kind, name string
	header     textproto.MIMEHeader
	content    []byte
}

func (r *reader) message(raw []byte, depth int) (m Mail, err error) {
	header, body, err := split(raw)
	if err != nil {
		return m, err
	}
	from, err := one(header, "From")
	if err != nil {
		return m, err
	}
	address, err := mail.ParseAddress(from)
	if err != nil || strings.ContainsFunc(address.Address, func(r rune) bool { return r <= ' ' || r == 0x7f || strings.ContainsRune("\"<>,;\\", r) }) {
		return m, errNoMail
	}
	m.From = strings.ToLower(address.Address)
	if m.ID, err = one(header, "Message-Id"); err != nil {
		return m, err
	}
	if m.Subject, err = subject(header); err != nil {
		return m, err
	}
	if date, err := one(header, "Date"); err == nil && date != "" {
		m.Date, _ = mail.ParseDate(date) // zero: none that can be read
	}
	content := part{header: header, content: body}
	var signedAt time.Time
	kind, params, err := mediaType(header)
	if err != nil {
		return m, err
	}
	if kind == "multipart/signed" && depth == 0 {
		if content, signedAt, err = r.signed(body, params, m.From); err != nil {
			return m, err
		}
		if m.Verified = !signedAt.IsZero(); m.Verified {
			// Headers stand outside of what is signed: whoever has an old receipt writes
			// others over it.
			m.Subject, m.Date = "", signedAt
		}
	}
	var found []part
	if err := r.walk(content, depth+1, &found); err != nil {
		return m, err
	}
	if carried := strings.ToLower(header.Get("X-Trasporto")); carried == "posta-certificata" && depth == 0 {
		return r.certified(m, found)
	}
	m.Notification = header.Get("X-Ricevuta") != ""
	m.Text = textOf(found)
	return m, nil
}

// walk finds the parts that may count: texts, and what a certified mail is made of.
func (r *reader) walk(p part, depth int, found *[]part) error {
	if r.parts++; depth > maxDepth || r.parts > maxParts {
		return errNoMail
	}
	kind, params, err := mediaType(p.header)
	if err != nil {
		return err
	}
	if !strings.HasPrefix(kind, "multipart/") {
		return r.leaf(p, kind, params, found)
	}
	if params["boundary"] == "" {
		return errNoMail
	}
	parts := multipart.NewReader(bytes.NewReader(p.content), params["boundary"])
	for {
		next, err := parts.NextRawPart()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return errNoMail
		}
		content, err := io.ReadAll(io.LimitReader(next, MaxMail))
		if err != nil {
			return errNoMail
		}
		if err := r.walk(part{header: next.Header, content: content}, depth+1, found); err != nil {
			return err
		}
	}
}

// leaf keeps a part that may count, decoded.
func (r *reader) leaf(p part, kind string, params map[string]string, found *[]part) error {
	disposition, more, _ := mime.ParseMediaType(p.header.Get("Content-Disposition"))
	p.kind, p.name = kind, strings.ToLower(params["name"])
	if p.name == "" {
		p.name = strings.ToLower(more["filename"])
	}
	text := (kind == "text/plain" || kind == "text/html") && disposition != "attachment"
	if !text && p.name != "daticert.xml" && p.name != "postacert.eml" {
		return nil // whatever it is, it stays shut
	}
	switch strings.ToLower(strings.TrimSpace(p.header.Get("Content-Transfer-Encoding"))) {
	case "", "7bit", "8bit", "binary":
	case "quoted-printable":
		content, err := io.ReadAll(io.LimitReader(quotedprintable.NewReader(bytes.NewReader(p.content)), MaxMail))
		if err != nil {
			return errNoMail
		}
		p.content = content
	case "base64":
		content, err := io.ReadAll(io.LimitReader(base64.NewDecoder(base64.StdEncoding, bytes.NewReader(p.content)), MaxMail))
		if err != nil {
			return errNoMail
		}
		p.content = content
	default:
		return errNoMail
	}
	if text {
		decoded, err := decode(p.content, params["charset"])
		if err != nil {
			return err
		}
		p.content = []byte(decoded)
	}
	*found = append(*found, p)
	return nil
}

// tags are HTML's: what is left of it is searched, never shown.
var tags = regexp.MustCompile(`<[^>]*>`)

// textOf is the plain text, or without one what is left of the HTML.
func textOf(found []part) string {
	for _, p := range found {
		if p.kind == "text/plain" {
			return clean(p.content)
		}
	}
	for _, p := range found {
		if p.kind == "text/html" {
			return clean(tags.ReplaceAll(p.content, []byte(" ")))
		}
	}
	return ""
}

func clean(text []byte) string {
	if len(text) > maxText {
		text = text[:maxText]
	}
	return strings.ToValidUTF8(strings.ReplaceAll(string(text), "\r\n", "\n"), "")
}

// split cuts a mail into header and body.
func split(raw []byte) (header textproto.MIMEHeader, body []byte, err error) {
	end := bytes.Index(raw, []byte("\r\n\r\n"))
	if end < 0 || end > maxHeader {
		return nil, nil, errNoMail
	}
	m, err := mail.ReadMessage(bytes.NewReader(raw[:end+4]))
	if err != nil {
		return nil, nil, errNoMail
	}
	return textproto.MIMEHeader(m.Header), raw[end+4:], nil
}

// one gives a header that may stand there once: of two, who knows which another looked at.
func one(header textproto.MIMEHeader, name string) (string, error) {
	values := header.Values(name)
	switch {
	case len(values) == 0:
		return "", nil
	case len(values) > 1:
		return "", errNoMail
	}
	return strings.TrimSpace(values[0]), nil
}

func subject(header textproto.MIMEHeader) (string, error) {
	text, err := one(header, "Subject")
	if err != nil || len(text) > 4*maxSubject {
		return "", errNoMail
	}
	decoder := mime.WordDecoder{CharsetReader: func(charset string, in io.Reader) (io.Reader, error) {
		content, err := io.ReadAll(io.LimitReader(in, maxSubject))
		if err != nil {
			return nil, errNoMail
		}
		decoded, err := decode(content, charset)
		return strings.NewReader(decoded), err
	}}
	if text, err = decoder.DecodeHeader(text); err != nil || len(text) > maxSubject || !utf8.ValidString(text) {
		return "", errNoMail
	}
	return strings.Join(strings.Fields(text), " "), nil
}

func mediaType(header textproto.MIMEHeader) (kind string, params map[string]string, err error) {
	text, err := one(header, "Content-Type")
	if err != nil || text == "" {
		return "text/plain", nil, err
	}
	kind, params, err = mime.ParseMediaType(text)
	if err != nil {
		return "", nil, errNoMail
	}
	return kind, params, nil
}

// charsets are those that mails of public bodies come in: each makes of a byte at most
// three.
var charsets = map[string]*charmap.Charmap{
	"iso-8859-1": charmap.ISO8859_1, "latin1": charmap.ISO8859_1, "iso-8859-15": charmap.ISO8859_15, "windows-1252": charmap.Windows1252,
}

func decode(content []byte, charset string) (string, error) {
	if len(content) > maxText {
		content = content[:maxText]
	}
	switch charset = strings.ToLower(charset); charset {
	case "", "utf-8", "us-ascii":
		return string(content), nil
	}
	from, known := charsets[charset]
	if !known {
		return "", errNoMail
	}
	decoded, err := from.NewDecoder().Bytes(content)
	if err != nil {
		return "", errNoMail
	}
	return string(decoded), nil
}
