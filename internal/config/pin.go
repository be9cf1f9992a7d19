package config

import (
	"bytes"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/ssh"

	"flussi/internal/flusso"
)

// WithHostKeys gives the text of a configuration with more pins, the first of
// the endpoint's host_keys. The file is the operator's: what stands in it stays
// as it is, byte for byte, and the result is given only where it reads back as
// meant. Kind Config where it does not: whoever wrote the file in another way
// than was foreseen adds Line by hand.
func WithHostKeys(file string, data []byte, endpoint string, keys []HostKey) ([]byte, error) {
	name, dir := filepath.Base(file), filepath.Dir(file)
	cannot := &flusso.Error{Op: "pin", ID: endpoint, Kind: flusso.Config, What: textCannotPin, Hint: hintCannotPin(endpoint, keys)}
	before, err := Parse(name, data, dir)
	if err != nil {
		return nil, err
	}
	old := before.Endpoints[endpoint].HostKeys
	line, column := before.doc.Place("endpoints." + endpoint + ".host_keys")
	at, ok := offsetOf(data, line, column)
	if !ok {
		return nil, cannot
	}
	var insert string
	switch data[at] {
	case '[':
		items := make([]string, len(keys))
		for i, k := range keys {
			items[i] = k.Line()
		}
		insert = strings.Join(items, ", ")
		if len(old) > 0 {
			insert += ", "
		}
		at++
	case '-':
		begin := bytes.LastIndexAny(data[:at], "\r\n") + 1
		indent := string(data[begin:at])
		if strings.TrimLeft(indent, " ") != "" {
			return nil, cannot
		}
		for _, k := range keys {
			insert += indent + "- " + k.Line() + lineEnd(data)
		}
		at = begin
	default:
		return nil, cannot
	}
	text := slices.Concat(data[:at], []byte(insert), data[at:])
	after, err := Parse(name, text, dir)
	if err != nil || len(after.Endpoints) != len(before.Endpoints) || !slices.EqualFunc(after.Endpoints[endpoint].HostKeys, slices.Concat(keys, old), sameKey) {
		return nil, cannot
	}
	return text, nil
}

// Line is the pin as it stands in host_keys.
func (h HostKey) Line() string {
	key := `"` + strings.TrimSpace(string(ssh.MarshalAuthorizedKey(h.Key))) + `"`
	if h.Until.IsZero() {
		return key
	}
	return "{key: " + key + ", until: " + h.Until.String() + "}"
}

func sameKey(a, b HostKey) bool {
	return a.Until == b.Until && bytes.Equal(a.Key.Marshal(), b.Key.Marshal())
}

// offsetOf finds a place of the decoder, which counts lines and characters from
// 1 and knows every kind of line end, in the bytes.
func offsetOf(data []byte, line, column int) (int, bool) {
	at := 0
	if bytes.HasPrefix(data, []byte("\xef\xbb\xbf")) {
		at = 3
	}
	for ; line > 1; line-- {
		n := bytes.IndexAny(data[at:], "\r\n")
		if n < 0 {
			return 0, false
		}
		at += n + 1
		if data[at-1] == '\r' && at < len(data) && data[at] == '\n' {
			at++
		}
	}
	for ; column > 1 && at < len(data); column-- {
		_, size := utf8.DecodeRune(data[at:])
		at += size
	}
	return at, line == 1 && column == 1 && at < len(data)
}

func lineEnd(data []byte) string {
	switch i := bytes.IndexAny(data, "\r\n"); {
	case i < 0 || data[i] == '\n':
		return "\n"
	case bytes.HasPrefix(data[i:], []byte("\r\n")):
		return "\r\n"
	}
	return "\r"
}
