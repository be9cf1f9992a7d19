package notice

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/wneessen/go-mail"

	"flussi/internal/config"
	"flussi/internal/flusso"
	"flussi/internal/web"
)

// mailWithin is all the time that a server gets for one mail.
const mailWithin = 30 * time.Second

// sendMail hands one mail to the server. Kind Invalid where the server answered and
// refuses it, Untrusted for the login, Transient otherwise.
func sendMail(ctx context.Context, m config.Mail, to string, l letter) error {
	ctx, cancel := context.WithTimeoutCause(ctx, mailWithin, errors.New("no answer in time"))
	defer cancel()
	message := mail.NewMsg(mail.WithEncoding(mail.EncodingQP), mail.WithNoDefaultUserAgent())
	if err := errors.Join(message.From(m.From), message.To(to)); err != nil {
		return &flusso.Error{Op: "send mail", Kind: flusso.Config, What: textMailRefused, Hint: hintMailRefused}
	}
	_, domain, _ := strings.Cut(m.From, "@")
	message.SetMessageIDWithValue(l.key + "@" + domain)
	message.SetDateWithValue(l.made)
	message.Subject(l.subject)
	// No machine answers a machine (RFC 3834).
	message.SetGenHeader("Auto-Submitted", "auto-generated")
	message.SetBodyString(mail.TypeTextPlain, l.body)
	client, err := mailClient(ctx, m)
	if err != nil {
		return err
	}
	if err := client.DialWithContext(ctx); err != nil {
		return sayMail(err)
	}
	err = client.Send(message)
	_ = client.Close() // what it said of the mail is said
	return sayMail(err)
}

func mailClient(ctx context.Context, m config.Mail) (*mail.Client, error) {
	options := []mail.Option{mail.WithPort(m.Port), mail.WithTimeout(mailWithin), mail.WithoutNoop()}
	if m.TLS == "none" {
		options = append(options, mail.WithTLSPolicy(mail.NoTLS))
	} else {
		trusted, err := web.TLSConfig(m.CA)
		if err != nil {
			return nil, err
		}
		trusted.ServerName = m.Host
		options = append(options, mail.WithTLSConfig(trusted), mail.WithTLSPolicy(mail.TLSMandatory))
		if m.TLS == "tls" {
			options = append(options, mail.WithSSL())
		}
	}
	switch {
	case m.OAuth2 != nil:
		token, err := web.AccessToken(ctx, *m.OAuth2)
		if err != nil {
			return nil, err
		}
		options = append(options, mail.WithSMTPAuth(mail.SMTPAuthXOAUTH2), mail.WithUsername(m.User), mail.WithPassword(token))
	case m.User != "":
		password, err := m.Password.Resolve(ctx)
		if err != nil {
			return nil, err
		}
		how := mail.SMTPAuthAutoDiscover
		if m.TLS == "none" {
			how = mail.SMTPAuthPlainNoEnc // to this very machine: config allows no other
		}
		options = append(options, mail.WithSMTPAuth(how), mail.WithUsername(m.User), mail.WithPassword(string(password)))
	}
	client, err := mail.NewClient(m.Host, options...)
	if err != nil {
		return nil, &flusso.Error{Op: "send mail", Kind: flusso.Config, What: textMailSilent, Hint: hintMailSilent}
	}
	return client, nil
}

// sayMail says what a server said, without what it said in words: those may repeat an
// address.
func sayMail(err error) error {
	if err == nil {
		return nil
	}
	var refused *mail.SendError
	if errors.As(err, &refused) && refused.ErrorCode() > 0 {
		return &flusso.Error{Op: "send mail", Kind: flusso.Invalid, What: textMailRefused, Hint: hintMailRefused,
			Err: fmt.Errorf("the server answers %d %s", refused.ErrorCode(), refused.EnhancedStatusCode())}
	}
	text := err.Error()
	if strings.Contains(text, "AUTH") || strings.Contains(strings.ToLower(text), "authentication") {
		return &flusso.Error{Op: "send mail", Kind: flusso.Untrusted, What: textMailLogin, Hint: hintMailLogin, Err: errors.New("login refused")}
	}
	return &flusso.Error{Op: "send mail", Kind: flusso.Transient, What: textMailSilent, Hint: hintMailSilent, Err: flusso.WithoutAddress(err)}
}

// answered tells whether it was the server that refused this one mail.
func answered(err error) bool { return flusso.KindOf(err) == flusso.Invalid }
