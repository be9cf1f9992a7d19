package picture

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"html/template"
)

//go:embed charts.html.tmpl
var charts string

//go:embed style.css
var style string

// Templates parses the charts, and behind them a page that uses them, with functions
// of its own.
func Templates(name, page string, own template.FuncMap) *template.Template {
	return template.Must(template.Must(template.New(name).Funcs(own).Parse(charts)).Parse(page))
}

// Style is the one style sheet of a page; a map's needs nothing of it but colours.
func Style() template.CSS { return template.CSS(style) }

// CSP is the content security policy of a page whose only style element is Style:
// nothing is loaded, no script runs, and no other style holds.
func CSP() string {
	sum := sha256.Sum256([]byte(style))
	return "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'; base-uri 'none'; form-action 'none'"
}
