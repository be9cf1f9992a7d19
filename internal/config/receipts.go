package config

import (
	"slices"

	"flussi/internal/config/strict"
	"flussi/internal/flusso"
)

// Mailbox is where receipts come in by mail; exactly one of EML, Maildir and IMAP is set.
type Mailbox struct {
	Name    string // its name in the file
	EML     string // a folder of .eml files
	Maildir string
	IMAP    *IMAP
	// CA is a file of certificates (PEM) that signatures of receipts must lead to, such
	// as those of the PEC providers. Required with Trust signed.
	CA string
	// Trust is signed (default): a receipt without a signature that leads to CA is a hint
	// and closes nothing; or unsigned, with the Reason why that is enough.
	Trust  Trust
	Reason string
	// Rules is the file that says what receipts look like. Required.
	Rules string
}

// Trust is what of a mailbox is believed.
type Trust string

// The kinds of trust.
const (
	TrustSigned   Trust = "signed"
	TrustUnsigned Trust = "unsigned"
)

// IMAP is a folder of a mailbox; it is only read.
type IMAP struct {
	Address  string // host:port. Required
	TLS      string // tls (default) or starttls
	CA       string // certificates (PEM) by which the server is known. Default: the system's
	User     string // required
	Password Secret // or OAuth2; one of them is required
	OAuth2   *OAuth2
	Folder   string // default: INBOX
}

// Awaited is the receipt that each file sent to an endpoint must get; the zero value: none.
type Awaited struct {
	By      int    // days after it was sent, at least 1. Required
	Mailbox string // of receipts. Required
}

// Secrets are the mailbox's, with the keys that name them.
func (m Mailbox) Secrets() []NamedSecret {
	if m.IMAP == nil {
		return nil
	}
	if o := m.IMAP.OAuth2; o != nil {
		return slices.DeleteFunc([]NamedSecret{{"imap.oauth2.token", o.Token}, {"imap.oauth2.client_secret", o.ClientSecret}}, func(s NamedSecret) bool { return s.IsZero() })
	}
	return []NamedSecret{{"imap.password", m.IMAP.Password}}
}

var mailboxType = strict.Object(flusso.Text{},
	strict.Optional("eml", strict.Path(), func(m *Mailbox) *string { return &m.EML }, docEML),
	strict.Optional("maildir", strict.Path(), func(m *Mailbox) *string { return &m.Maildir }, docMaildir),
	strict.Optional("imap", pointer(imapType), func(m *Mailbox) **IMAP { return &m.IMAP }, docIMAP),
	strict.Optional("ca", strict.Path(), func(m *Mailbox) *string { return &m.CA }, docReceiptCA),
	strict.Optional("trust", strict.Word(TrustSigned, TrustUnsigned), func(m *Mailbox) *Trust { return &m.Trust }, docTrust),
	strict.Optional("reason", strict.Text(), func(m *Mailbox) *string { return &m.Reason }, docTrustReason),
	strict.Required("rules", strict.Path(), func(m *Mailbox) *string { return &m.Rules }, docReceiptRules),
).Then(func(v strict.Value, m *Mailbox) {
	places := 0
	for _, there := range []bool{m.EML != "", m.Maildir != "", m.IMAP != nil} {
		if there {
			places++
		}
	}
	if places != 1 {
		v.Fault(textOneMailbox, hintOneMailbox)
	}
	if m.Trust == "" {
		m.Trust = TrustSigned
	}
	switch {
	case m.Trust == TrustSigned && m.CA == "":
		v.Fault(textNoReceiptCA, hintNoReceiptCA)
	case (m.Trust == TrustUnsigned) != (m.Reason != ""):
		v.Fault(textNoTrustReason, hintNoTrustReason)
	}
})

var imapType = strict.Object(flusso.Text{},
	strict.Required("address", addressType, func(i *IMAP) *string { return &i.Address }, docIMAPAddress),
	strict.Optional("tls", strict.Word("tls", "starttls"), func(i *IMAP) *string { return &i.TLS }, docIMAPTLS),
	strict.Optional("ca", strict.Path(), func(i *IMAP) *string { return &i.CA }, docServerCA),
	strict.Required("user", strict.Text(), func(i *IMAP) *string { return &i.User }, docIMAPUser),
	strict.Optional("password", secretType, func(i *IMAP) *Secret { return &i.Password }, docMailPassword),
	strict.Optional("oauth2", pointer(oauth2Type), func(i *IMAP) **OAuth2 { return &i.OAuth2 }, docOAuth2),
	strict.Optional("folder", strict.Text(), func(i *IMAP) *string { return &i.Folder }, docIMAPFolder),
).Then(func(v strict.Value, i *IMAP) {
	if i.Password.IsZero() == (i.OAuth2 == nil) {
		v.Fault(textIMAPLogin, hintIMAPLogin)
	}
	if i.TLS == "" {
		i.TLS = "tls"
	}
	if i.Folder == "" {
		i.Folder = "INBOX"
	}
})

var awaitedType = strict.Object(flusso.Text{},
	strict.Required("by", strict.Days(), func(a *Awaited) *int { return &a.By }, docAwaitedBy),
	strict.Required("mailbox", strict.EntryName(), func(a *Awaited) *string { return &a.Mailbox }, docAwaitedMailbox),
).Then(func(v strict.Value, a *Awaited) {
	if a.By == 0 {
		v.FaultAt("by", textAwaitedNow, hintAwaitedNow)
	}
})
