package desk

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"io"
	"log"
	"net"
	"net/http"
	"net/url"
	"sync"

	"flussi/internal/flusso"
)

// Policy of this file: who is let in, and what a browser is told about the page.
//
//   - Host is ours, letter by letter: a name that a hostile site has pointed at
//     127.0.0.1 (DNS rebinding) is not.
//   - Whoever has no cookie shows the key of the address; it opens once. The cookie
//     is a browser session's, HttpOnly and SameSite=Strict.
//   - What changes anything is asked by our own page: Origin or Sec-Fetch-Site say
//     so (http.CrossOriginProtection). What tells neither is refused.
//   - The page loads and sends nothing but from and to here, cannot be framed, and
//     is not kept by the browser.

var quiet = log.New(io.Discard, "", 0)

type door struct {
	host   string
	lang   flusso.Lang
	cookie string // its name: cookies do not tell ports apart
	origin *http.CrossOriginProtection

	mu      sync.Mutex
	key     string            // unused; "": used
	session [sha256.Size]byte // hash of the cookie's value
	let     bool              // somebody was let in
}

func newDoor(host string, lang flusso.Lang) *door {
	_, port, _ := net.SplitHostPort(host) // a listener's own address has one
	return &door{host: host, lang: lang, cookie: "flussi_" + port, origin: http.NewCrossOriginProtection(), key: secret()}
}

// secret is 256 random bits.
func secret() string {
	b := make([]byte, 32)
	_, _ = rand.Read(b) // it never fails
	return base64.RawURLEncoding.EncodeToString(b)
}

const (
	enterPath = "/entra"
	keyField  = "chiave"
)

func (d *door) address() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return (&url.URL{Scheme: "http", Host: d.host, Path: enterPath, RawQuery: url.Values{keyField: {d.key}}.Encode()}).String()
}

// policy is the page's content security policy.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

func (d *door) guard(inside http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cache-Control", "no-store")
		switch {
		case r.Host != d.host:
			d.refuse(w, http.StatusMisdirectedRequest)
		case r.URL.Path == enterPath:
			d.enter(w, r)
		case !d.inside(r):
			d.refuse(w, http.StatusForbidden)
		case !safe(r.Method) && (r.Header.Get("Origin") == "" && r.Header.Get("Sec-Fetch-Site") == "" || d.origin.Check(r) != nil):
			d.refuse(w, http.StatusForbidden)
		default:
			inside.ServeHTTP(w, r)
		}
	})
}

func safe(method string) bool { return method == http.MethodGet || method == http.MethodHead }

// enter takes the key and gives the cookie. The page that follows is asked for by
// a page of ours: a browser that comes from elsewhere would not send the cookie.
func (d *door) enter(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet {
		d.refuse(w, http.StatusMethodNotAllowed)
		return
	}
	shown := r.URL.Query().Get(keyField)
	d.mu.Lock()
	fits := d.key != "" && subtle.ConstantTimeCompare([]byte(shown), []byte(d.key)) == 1
	value := ""
	if fits {
		value = secret()
		d.key, d.session, d.let = "", sha256.Sum256([]byte(value)), true
	}
	d.mu.Unlock()
	if !fits {
		if d.inside(r) { // the same address once more: who is in stays in
			w.Header().Set("Refresh", "0; url=/")
			return
		}
		d.refuse(w, http.StatusForbidden)
		return
	}
	http.SetCookie(w, &http.Cookie{Name: d.cookie, Value: value, Path: "/", HttpOnly: true, SameSite: http.SameSiteStrictMode})
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Refresh", "0; url=/")
	_, _ = io.WriteString(w, "<!DOCTYPE html><title>flussi</title><a href=\"/\">flussi</a>")
}

// inside tells whether the request carries the cookie.
func (d *door) inside(r *http.Request) bool {
	c, err := r.Cookie(d.cookie)
	if err != nil {
		return false
	}
	sum := sha256.Sum256([]byte(c.Value))
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.let && subtle.ConstantTimeCompare(sum[:], d.session[:]) == 1
}

// refuse tells a person what to do, and a program nothing.
func (d *door) refuse(w http.ResponseWriter, status int) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, textRefused.In(d.lang)+"\n")
}
