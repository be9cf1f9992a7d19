package flusso

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"path"
	"strings"
	"unicode"
)

// officialName is the structure INPS gives to flow names, with a Belfiore or
// numeric Ente: such a name tells an Ente and a date and nothing personal.
var officialName = NewPattern(`^([A-Z][0-9]{3}|[0-9]{2,6})\.(PS|PSA|SINA|SINBA|ritorno|RITORNO)(\.INPS)?\.[0-9]{8}\.[0-9]{6,8}(\.xml|\.csv)?(\.gz|\.zip)?$`)

// OfficialName tells whether a file name, with or without its extension,
// follows the structure that INPS gives to flow names.
func OfficialName(name string) bool { return officialName.MatchString(name) }

// MaskName gives the form of a foreign file name that may be stored or shown.
// Producers name files after people (ROSSI_MARIO.xml), so unless the name
// follows the official structure every letter and digit is masked, the
// extension stays, and a keyed hash tells equal names from different ones.
func MaskName(key []byte, name string) string {
	name = path.Base(strings.ReplaceAll(name, `\`, "/"))
	if officialName.MatchString(name) {
		return name
	}
	stem, ext := name, ""
	for _, known := range []string{".xml", ".csv", ".zip", ".gz", ".xlsx"} {
		if len(name) >= len(known) && strings.EqualFold(name[len(name)-len(known):], known) {
			stem, ext = name[:len(name)-len(known)], known
			break
		}
	}
	masked := strings.Map(func(r rune) rune {
		switch {
		case unicode.IsLetter(r):
			return 'x'
		case unicode.IsDigit(r):
			return '0'
		case r == '.' || r == '-' || r == '_':
			return r
		}
		return '_'
	}, stem)
	if len(masked) > 24 {
		masked = masked[:24]
	}
	return masked + "~" + NameHash(key, name) + ext
}

// NameHash is a keyed hash of a foreign name: 16 hexadecimal digits.
func NameHash(key []byte, name string) string {
	m := hmac.New(sha256.New, key)
	m.Write([]byte("flussi/name/v1\x00"))
	m.Write([]byte(name))
	return hex.EncodeToString(m.Sum(nil)[:8])
}
