package syslog

import (
	"strconv"
	"strings"
)

// Event is one of ArcSight's Common Event Format, version 0 (revision 26): what a SIEM
// reads without being taught.
type Event struct {
	Version   string // of flussi
	ID        string // the signature: what kind of event it is; stable
	Name      string // the same, for people
	Severity  int    // 0 to 10
	Extension []Pair // in this order; names of letters and digits
}

// Append adds the event to out: CEF:0|flussi|flussi|version|id|name|severity|extension.
func (e Event) Append(out []byte) []byte {
	out = append(out, "CEF:0|flussi|flussi|"...)
	for _, field := range []string{e.Version, e.ID, e.Name} {
		out = append(append(out, headerEscapes.Replace(valid(field))...), '|')
	}
	out = append(strconv.AppendInt(out, int64(min(max(e.Severity, 0), 10)), 10), '|')
	for i, p := range e.Extension {
		if i > 0 {
			out = append(out, ' ')
		}
		out = append(append(out, strings.ReplaceAll(name(p.Name, 1023), "_", "")...), '=')
		out = append(out, extensionEscapes.Replace(valid(p.Value))...)
	}
	return out
}

// In the header a pipe and a backslash are escaped, and there are no line ends; in an
// extension an equals sign and a backslash are, and line ends are written as \n and \r.
var (
	headerEscapes    = strings.NewReplacer(`\`, `\\`, `|`, `\|`, "\n", " ", "\r", " ")
	extensionEscapes = strings.NewReplacer(`\`, `\\`, `=`, `\=`, "\n", `\n`, "\r", `\r`)
)
