package config

import (
	"net/mail"
	"slices"
	"time"

	"flussi/internal/config/strict"
	"flussi/internal/flusso"
)

// NoticeKind is what a notice is about.
type NoticeKind string

// The kinds of notices.
const (
	NoticeFailure    NoticeKind = "failure"       // a schedule's runs fail
	NoticeMissing    NoticeKind = "missing"       // what was expected did not come
	NoticeReceipt    NoticeKind = "receipt"       // a delivery without its receipt, or with another
	NoticeHostKey    NoticeKind = "host-key"      // a server shows a key that is not pinned
	NoticeExpiring   NoticeKind = "expiring"      // an agreement, a key or a certificate ends soon, or is over
	NoticeQuarantine NoticeKind = "quarantine"    // a file was set aside
	NoticeDoubt      NoticeKind = "doubt"         // nobody knows what became of it, or it is lost
	NoticeDisk       NoticeKind = "disk"          // of the state folder
	NoticeCopy       NoticeKind = "copy"          // a copy of the audit log is behind
	NoticeConfig     NoticeKind = "configuration" // a daemon was to read it anew, and refuses it
)

// NoticeKinds are all of them.
var NoticeKinds = []NoticeKind{NoticeFailure, NoticeMissing, NoticeReceipt, NoticeHostKey, NoticeExpiring, NoticeQuarantine, NoticeDoubt, NoticeDisk, NoticeCopy, NoticeConfig}

// Notices says who is told of what a person should look at.
type Notices struct {
	// Mail is the server that takes mails. Default: none are sent.
	Mail *Mail
	// Webhooks are services that are called, by name. Default: none.
	Webhooks map[string]NoticeHook
	// Deadman is told at intervals that we live. Default: nobody is.
	Deadman *Deadman
	Digest  Digest
	// Hourly is how many mails one address gets in an hour at most, 1 to 60. What
	// there is besides waits and goes in one mail. Default: 6.
	Hourly int
	// Disk is how many bytes the disk of the state folder must have left. Default: 1 GB.
	Disk int64
}

// Mail is a server for mails and whom they are for.
type Mail struct {
	// Host and Port are the server. Host is required; Port is 587 by default, 465 with
	// TLS tls, 25 with none.
	Host string
	Port int
	// TLS is starttls (default), tls from the first byte, or none: to this very
	// machine, or with PlainRelay.
	TLS string
	// PlainRelay: the relay has no TLS, and that was decided. Notices hold nothing
	// personal, but who reads them knows what is out of order here.
	PlainRelay bool
	// CA is a file of certificates (PEM) by which the server is known. Default: the
	// system's.
	CA string
	// User logs in with Password or OAuth2. Default: nobody logs in.
	User     string
	Password Secret
	OAuth2   *OAuth2
	// From is the sender's address. Required.
	From string
	// To are who is told, by name: names are logged, addresses are not. Required.
	To map[string]MailTo
}

// MailTo is one address.
type MailTo struct {
	Name    string // its name in the file
	Address string
	// Kinds are what it is told of. Default: all.
	Kinds []NoticeKind
	// Lang of the mails. Default: it.
	Lang flusso.Lang
}

// OAuth2 gives access tokens: Token alone, or those of client credentials (RFC 6749
// 4.4).
type OAuth2 struct {
	Token        Secret // such as command:…
	URL          string // of the token service: https, or http to this very machine
	ClientID     string
	ClientSecret Secret
	Scope        string // Default: none
}

// NoticeHook is a service that takes notices by POST.
type NoticeHook struct {
	Name string // its name in the file
	URL  Secret // its address: https, or http to this very machine. Required
	// Secret signs what it is sent (HMAC-SHA256). Required.
	Secret Secret
	CA     string       // as Mail's
	Kinds  []NoticeKind // as MailTo's
	Lang   flusso.Lang  // as MailTo's
}

// Deadman is a service that raises its own alarm when it hears nothing.
type Deadman struct {
	// URL is named as a secret is: whoever knows it can speak for us. Required.
	URL Secret
	CA  string // as Mail's
	// Every is how often it hears of us, 1m to 60m. Default: 5m.
	Every time.Duration
}

// Digest is when what can wait is told.
type Digest struct {
	At   int            // minutes after midnight. Default: 07:30
	Zone *time.Location // Default: Europe/Rome
	set  bool
}

// IsZero tells whether nobody is to be told of anything.
func (n Notices) IsZero() bool { return n.Mail == nil && len(n.Webhooks) == 0 }

// Secrets are those of notices with the keys that name them.
func (n Notices) Secrets() (all []NamedSecret) {
	if m := n.Mail; m != nil {
		all = append(all, NamedSecret{"mail.password", m.Password})
		if m.OAuth2 != nil {
			all = append(all, NamedSecret{"mail.oauth2.token", m.OAuth2.Token}, NamedSecret{"mail.oauth2.client_secret", m.OAuth2.ClientSecret})
		}
	}
	for _, name := range names(n.Webhooks) {
		all = append(all, NamedSecret{"webhooks." + name + ".url", n.Webhooks[name].URL}, NamedSecret{"webhooks." + name + ".secret", n.Webhooks[name].Secret})
	}
	if n.Deadman != nil {
		all = append(all, NamedSecret{"deadman.url", n.Deadman.URL})
	}
	return slices.DeleteFunc(all, func(s NamedSecret) bool { return s.IsZero() })
}

var noticesType = strict.Object(flusso.Text{},
	strict.Optional("mail", pointer(mailType), func(n *Notices) **Mail { return &n.Mail }, docMail),
	strict.Optional("webhooks", strict.Map(noticeHookType, func(h *NoticeHook, name string) { h.Name = name }), func(n *Notices) *map[string]NoticeHook { return &n.Webhooks }, docNoticeHooks),
	strict.Optional("deadman", pointer(deadmanType), func(n *Notices) **Deadman { return &n.Deadman }, docDeadman),
	strict.Optional("digest", digestType, func(n *Notices) *Digest { return &n.Digest }, docDigest),
	strict.Optional("hourly", strict.Int(1, 60), func(n *Notices) *int { return &n.Hourly }, docHourly),
	strict.Optional("disk", strict.Parsed(`^[0-9]+(KiB|MiB|GiB|kB|MB|GB)$`, parseBytes), func(n *Notices) *int64 { return &n.Disk }, docNoticeDisk),
)

var kindsType = strict.List(strict.Word(NoticeKinds...))

var langType = strict.Word(flusso.It, flusso.En)

var mailType = strict.Object(flusso.Text{},
	strict.Required("host", strict.Matching(`^[A-Za-z0-9]([A-Za-z0-9.:-]*[A-Za-z0-9])?$`, strict.Complaint{What: textBadHost, Hint: hintBadHost}), func(m *Mail) *string { return &m.Host }, docMailHost),
	strict.Optional("port", strict.Int(1, 65535), func(m *Mail) *int { return &m.Port }, docMailPort),
	strict.Optional("tls", strict.Word("starttls", "tls", "none"), func(m *Mail) *string { return &m.TLS }, docMailTLS),
	strict.Optional("plain_relay", strict.Bool(), func(m *Mail) *bool { return &m.PlainRelay }, docPlainRelay),
	strict.Optional("ca", strict.Path(), func(m *Mail) *string { return &m.CA }, docServerCA),
	strict.Optional("user", strict.Text(), func(m *Mail) *string { return &m.User }, docMailUser),
	strict.Optional("password", secretType, func(m *Mail) *Secret { return &m.Password }, docMailPassword),
	strict.Optional("oauth2", pointer(oauth2Type), func(m *Mail) **OAuth2 { return &m.OAuth2 }, docOAuth2),
	strict.Required("from", addressOfMail, func(m *Mail) *string { return &m.From }, docMailFrom),
	strict.Required("to", strict.Map(mailToType, func(t *MailTo, name string) { t.Name = name }), func(m *Mail) *map[string]MailTo { return &m.To }, docMailTo),
).Then(func(v strict.Value, m *Mail) {
	if m.TLS == "" {
		m.TLS = "starttls"
	}
	if m.Port == 0 {
		m.Port = map[string]int{"starttls": 587, "tls": 465, "none": 25}[m.TLS]
	}
	switch {
	case m.TLS == "none" && !m.PlainRelay && !loopback(m.Host):
		v.FaultAt("tls", textMailInClear, hintMailInClear)
	case m.TLS != "none" && m.PlainRelay:
		v.FaultAt("plain_relay", textIdlePlainRelay, hintIdlePlainRelay)
	}
	logsIn := !m.Password.IsZero() || m.OAuth2 != nil
	switch {
	case (m.User != "") != logsIn:
		v.Fault(textMailLogin, hintMailLogin)
	case !m.Password.IsZero() && m.OAuth2 != nil:
		v.FaultAt("oauth2", textMailLogin, hintMailLogin)
	case logsIn && m.TLS == "none" && !loopback(m.Host):
		v.FaultAt("tls", textLoginInClear, hintLoginInClear)
	}
	if len(m.To) == 0 {
		v.FaultAt("to", textNobodyTold, hintNobodyTold)
	}
	if m.CA != "" && m.TLS == "none" {
		v.FaultAt("ca", textIdleMailCA, hintIdlePlainRelay)
	}
})

var mailToType = strict.Object(flusso.Text{},
	strict.Required("address", addressOfMail, func(t *MailTo) *string { return &t.Address }, docMailAddress),
	strict.Optional("kinds", kindsType, func(t *MailTo) *[]NoticeKind { return &t.Kinds }, docNoticeKinds),
	strict.Optional("lang", langType, func(t *MailTo) *flusso.Lang { return &t.Lang }, docNoticeLang),
).Then(func(_ strict.Value, t *MailTo) { t.Kinds, t.Lang = kindsOrAll(t.Kinds), langOr(t.Lang) })

var noticeHookType = strict.Object(flusso.Text{},
	strict.Required("url", webAddressType, func(h *NoticeHook) *Secret { return &h.URL }, docNoticeURL),
	strict.Required("secret", secretType, func(h *NoticeHook) *Secret { return &h.Secret }, docNoticeSecret),
	strict.Optional("ca", strict.Path(), func(h *NoticeHook) *string { return &h.CA }, docServerCA),
	strict.Optional("kinds", kindsType, func(h *NoticeHook) *[]NoticeKind { return &h.Kinds }, docNoticeKinds),
	strict.Optional("lang", langType, func(h *NoticeHook) *flusso.Lang { return &h.Lang }, docNoticeLang),
).Then(func(_ strict.Value, h *NoticeHook) { h.Kinds, h.Lang = kindsOrAll(h.Kinds), langOr(h.Lang) })

var oauth2Type = strict.Object(flusso.Text{},
	strict.Optional("token", secretType, func(o *OAuth2) *Secret { return &o.Token }, docOAuthToken),
	strict.Optional("url", plainAddressType, func(o *OAuth2) *string { return &o.URL }, docOAuthURL),
	strict.Optional("client_id", strict.Text(), func(o *OAuth2) *string { return &o.ClientID }, docOAuthClient),
	strict.Optional("client_secret", secretType, func(o *OAuth2) *Secret { return &o.ClientSecret }, docOAuthSecret),
	strict.Optional("scope", strict.Text(), func(o *OAuth2) *string { return &o.Scope }, docOAuthScope),
).Then(func(v strict.Value, o *OAuth2) {
	credentials := o.URL != "" && o.ClientID != "" && !o.ClientSecret.IsZero()
	some := o.URL != "" || o.ClientID != "" || !o.ClientSecret.IsZero() || o.Scope != ""
	if !o.Token.IsZero() == credentials || some != credentials {
		v.Fault(textOAuthForms, hintOAuthForms)
	}
})

var deadmanType = strict.Object(flusso.Text{},
	strict.Required("url", hiddenAddressType, func(d *Deadman) *Secret { return &d.URL }, docDeadmanURL),
	strict.Optional("ca", strict.Path(), func(d *Deadman) *string { return &d.CA }, docServerCA),
	strict.Optional("every", waitType, func(d *Deadman) *time.Duration { return &d.Every }, docDeadmanEvery),
).Then(func(v strict.Value, d *Deadman) {
	if d.Every == 0 {
		d.Every = 5 * time.Minute
	}
	if d.Every < time.Minute {
		v.FaultAt("every", textDeadmanOften, hintDeadmanOften)
	}
})

var digestType = strict.Object(flusso.Text{},
	strict.Required("at", strict.TimeOfDay(), func(d *Digest) *int { return &d.At }, docDigestAt),
	strict.Optional("zone", strict.Zone(), func(d *Digest) **time.Location { return &d.Zone }, docDigestZone),
).Then(func(_ strict.Value, d *Digest) { d.set = true })

// addressOfMail is a bare address: nothing that could end a header.
var addressOfMail = strict.Parsed(`^[^@\s]+@[^@\s]+$`, func(s string) (string, strict.Complaint) {
	a, err := mail.ParseAddress(s)
	if err != nil || a.Name != "" || a.Address != s {
		return "", strict.Complaint{What: textBadMail, Hint: hintBadMail}
	}
	return s, strict.Complaint{}
})

func kindsOrAll(kinds []NoticeKind) []NoticeKind {
	if len(kinds) == 0 {
		return NoticeKinds
	}
	return kinds
}

func langOr(lang flusso.Lang) flusso.Lang {
	if lang == "" {
		return flusso.It
	}
	return lang
}

// completeNotices puts defaults in.
func completeNotices(n *Notices) {
	if n.Hourly == 0 {
		n.Hourly = 6
	}
	if n.Disk == 0 {
		n.Disk = 1e9
	}
	if !n.Digest.set {
		n.Digest.At = 7*60 + 30
	}
	if n.Digest.Zone == nil {
		n.Digest.Zone = rome
	}
}

// pointer makes a value that may be absent.
func pointer[T any](t strict.Type[T]) strict.Type[*T] {
	return strict.Convert(t, func(_ strict.Value, got T) *T { return &got })
}
