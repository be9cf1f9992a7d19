package receipts

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"

	"flussi/internal/flusso"
)

const (
	// imapWithin is all the time that a mailbox gets for one look.
	imapWithin = 2 * time.Minute
	// mostMails is how many one look reads; the next goes on.
	mostMails = 500
)

// IMAP is a folder of a mailbox, which is opened to be read only: no mail is marked as
// seen. Its mark is UIDVALIDITY and the last UID; where the first is another, the folder
// is another, and is read from its begin.
type IMAP struct {
	Address  string // host:port
	StartTLS bool
	TLS      *tls.Config
	User     string
	Password string // or Token, for XOAUTH2
	Token    string
	Folder   string
}

var _ Place = IMAP{}

// Each reads what is new there.
func (b IMAP) Each(ctx context.Context, mark string, do func([]byte) error) (next string, err error) {
	ctx, cancel := context.WithTimeoutCause(ctx, imapWithin, errors.New("no answer in time"))
	defer cancel()
	c, done, err := b.connect(ctx)
	if err != nil {
		return mark, b.said(ctx, err)
	}
	defer done()
	var ours error // of do: not the mailbox's doing
	next, err = b.read(c, mark, func(raw []byte) error {
		ours = do(raw)
		return ours
	})
	switch {
	case ours != nil:
		return mark, ours
	case err != nil:
		return mark, b.said(ctx, err)
	}
	return next, nil
}

// connect logs in; done hangs up.
func (b IMAP) connect(ctx context.Context) (c *imapclient.Client, done func(), err error) {
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", b.Address)
	if err != nil {
		return nil, nil, err
	}
	// Whatever goes on, it ends with the context.
	stop := context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })
	trusted := b.TLS.Clone()
	trusted.ServerName, _, _ = net.SplitHostPort(b.Address)
	if b.StartTLS {
		c, err = imapclient.NewStartTLS(conn, &imapclient.Options{TLSConfig: trusted})
	} else {
		secure := tls.Client(conn, trusted)
		if err = secure.HandshakeContext(ctx); err == nil {
			c = imapclient.New(secure, nil)
		}
	}
	if err != nil {
		stop()
		_ = conn.Close()
		return nil, nil, err
	}
	done = func() {
		stop()
		_ = c.Close() // it was only read
	}
	if err := b.login(c); err != nil {
		done()
		return nil, nil, err
	}
	return c, done, nil
}

func (b IMAP) login(c *imapclient.Client) error {
	if b.Token != "" {
		return c.Authenticate(xoauth2{b.User, b.Token})
	}
	return c.Login(b.User, b.Password).Wait()
}

// xoauth2 is the login with a token that Google and Microsoft know.
type xoauth2 struct{ user, token string }

func (x xoauth2) Start() (string, []byte, error) {
	return "XOAUTH2", []byte("user=" + x.user + "\x01auth=Bearer " + x.token + "\x01\x01"), nil
}

// Next answers a refusal, which comes as a challenge: nothing more is to be said.
func (xoauth2) Next([]byte) ([]byte, error) { return []byte{}, nil }

func (b IMAP) read(c *imapclient.Client, mark string, do func([]byte) error) (string, error) {
	at, err := c.Select(b.Folder, &imap.SelectOptions{ReadOnly: true}).Wait()
	if err != nil {
		return "", err
	}
	var validity, last uint32
	if _, err := fmt.Sscanf(mark, "%d:%d", &validity, &last); err != nil || validity != at.UIDValidity {
		last = 0
	}
	var behind imap.UIDSet
	behind.AddRange(imap.UID(last+1), 0)
	found, err := c.UIDSearch(&imap.SearchCriteria{UID: []imap.UIDSet{behind}}, nil).Wait()
	if err != nil {
		return "", err
	}
	uids := slices.DeleteFunc(found.AllUIDs(), func(uid imap.UID) bool { return uint32(uid) <= last }) // n:* has the last one always
	slices.Sort(uids)
	for _, uid := range uids[:min(len(uids), mostMails)] {
		if err := fetch(c, uid, do); err != nil {
			return "", err
		}
		last = uint32(uid)
	}
	return fmt.Sprintf("%d:%d", at.UIDValidity, last), nil
}

// fetch reads one mail, without marking it; one that is too large is passed over.
func fetch(c *imapclient.Client, uid imap.UID, do func([]byte) error) (err error) {
	sizes, err := c.Fetch(imap.UIDSetNum(uid), &imap.FetchOptions{RFC822Size: true, UID: true}).Collect()
	if err != nil || len(sizes) == 0 || sizes[0].RFC822Size > MaxMail {
		return err
	}
	command := c.Fetch(imap.UIDSetNum(uid), &imap.FetchOptions{BodySection: []*imap.FetchItemBodySection{{Peek: true}}})
	var raw []byte
	var large bool
	for m := command.Next(); m != nil; m = command.Next() {
		for item := m.Next(); item != nil; item = m.Next() {
			body, ok := item.(imapclient.FetchItemDataBodySection)
			if !ok || body.Literal == nil || raw != nil {
				continue
			}
			if raw, err = io.ReadAll(io.LimitReader(body.Literal, MaxMail+1)); err != nil {
				return errors.Join(err, command.Close())
			}
			large = len(raw) > MaxMail
		}
	}
	if err := command.Close(); err != nil || raw == nil || large {
		return err
	}
	return do(raw)
}

// said says what a mailbox said, without its words.
func (b IMAP) said(ctx context.Context, err error) error {
	var answer *imap.Error
	switch {
	case ctx.Err() != nil:
		err = context.Cause(ctx)
	case errors.As(err, &answer) && answer.Code == imap.ResponseCodeAuthenticationFailed:
		return &flusso.Error{Op: "read receipts", Kind: flusso.Untrusted, What: textIMAPLogin, Hint: hintIMAPLogin, Err: errors.New("login refused")}
	case answer != nil:
		err = fmt.Errorf("the server answers %s %s", answer.Type, answer.Code)
	}
	return &flusso.Error{Op: "read receipts", Kind: flusso.Transient, What: textIMAP, Hint: hintIMAP, Err: flusso.WithoutAddress(err)}
}
