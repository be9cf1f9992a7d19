package exchange

import (
	"context"
	"time"

	"flussi/internal/anonymize"
	"flussi/internal/config"
	"flussi/internal/flusso"
	"flussi/internal/sftp"
)

// What the configuration says, in the words of the rooms that act on it.

// Dial connects to an endpoint of the configuration.
func Dial(ctx context.Context, cfg *config.Config, name string, opt sftp.Options) (*sftp.Client, error) {
	e, ok := cfg.Endpoints[name]
	if !ok {
		return nil, &flusso.Error{Op: "connect", ID: name, Kind: flusso.Config, What: textNoEndpoint, Hint: hintNoEndpoint}
	}
	return sftp.Dial(ctx, endpointOf(cfg, e), opt)
}

func endpointOf(cfg *config.Config, e config.Endpoint) sftp.Endpoint {
	out := sftp.Endpoint{
		Name: e.Name, Address: e.Address, User: e.User,
		Password: secretOf(e.Password), Key: secretOf(e.Key),
		Consume: consumeOf[e.Consume.How], Publish: publishOf[e.Publish.How],
		MaxSessions: e.MaxSessions, Channels: e.Channels, Connections: e.Connections,
		Timeouts: sftp.Timeouts{Connect: e.Timeouts.Connect, Answer: e.Timeouts.Answer, Keepalive: e.Timeouts.Keepalive},
	}
	if !e.Windows.IsZero() {
		out.Hours = e.Windows.Open
	}
	for _, k := range e.HostKeys {
		out.HostKeys = append(out.HostKeys, sftp.HostKey{Key: k.Key, Until: k.Expires()})
	}
	if e.Bind.IsValid() {
		out.Bind = e.Bind.String()
	}
	if e.PublicAddress.IsValid() {
		out.PublicAddress = e.PublicAddress.String()
	}
	out.Consume.On, out.Consume.Folder = triggerOf[e.Consume.On], e.Consume.RenameTo
	out.Publish.Suffix, out.Publish.Folder = e.Publish.Marker, e.Publish.Staging
	out.Publish.Verify, out.Publish.Sidecar = verifyOf[e.Verify.How], e.Verify.Suffix
	trustOf(cfg, e, &out)
	return out
}

// trustOf fills in who we are for an endpoint, its algorithms and the way to
// it. The configuration has seen to it that ways end.
func trustOf(cfg *config.Config, e config.Endpoint, out *sftp.Endpoint) {
	out.Passphrase, out.Certificate = secretOf(e.Passphrase), secretOf(e.Certificate)
	if e.Agent != nil {
		out.Agent = &sftp.Agent{Socket: e.Agent.Socket, Fingerprint: e.Agent.Key}
	}
	for _, p := range e.Prompts {
		out.Prompts = append(out.Prompts, sftp.Prompt{Match: p.Match, Answer: secretOf(p.Answer)})
	}
	for _, c := range e.Require {
		out.Require = append(out.Require, sftp.Credential(c))
	}
	out.Algorithms = sftp.Algorithms(e.Algorithms)
	out.Via = sftp.Via{SOCKS5: e.Via.SOCKS5, User: e.Via.User, Password: secretOf(e.ViaPassword)}
	if e.Via.Jump != "" {
		hop := endpointOf(cfg, cfg.Endpoints[e.Via.Jump])
		out.Via.Jump = &hop
	}
}

func secretOf(s config.Secret) sftp.Secret {
	if s.IsZero() {
		return nil
	}
	return s.Resolve
}

var consumeOf = map[config.ConsumeHow]sftp.Consume{
	config.ConsumeServerRemoves: {Policy: sftp.ServerRemoves},
	config.ConsumeRemove:        {Policy: sftp.Remove},
	config.ConsumeRename:        {Policy: sftp.Archive},
	config.ConsumeKeep:          {Policy: sftp.Keep},
}

var triggerOf = map[config.TriggerOn]sftp.Trigger{
	config.OnClose:    sftp.OnClose,
	config.OnEOF:      sftp.OnEOF,
	config.OnLastByte: sftp.OnLastByte,
}

var publishOf = map[config.PublishHow]sftp.Publish{
	config.PublishInPlace:     {Policy: sftp.InPlace},
	config.PublishPosixRename: {Policy: sftp.PosixRename},
	config.PublishRename:      {Policy: sftp.Rename},
	config.PublishMarker:      {Policy: sftp.Marker},
	config.PublishStaging:     {Policy: sftp.Staging},
}

var verifyOf = map[config.VerifyHow]sftp.Verify{
	config.VerifyChecksum: sftp.Checksum,
	config.VerifyReadBack: sftp.ReadBack,
	config.VerifySidecar:  sftp.WithSidecar,
}

// RecipientOf gives a recipient of the configuration as disclosure knows it.
func RecipientOf(cfg *config.Config, name string) (anonymize.Recipient, error) {
	r, ok := cfg.Recipients[name]
	if !ok {
		return anonymize.Recipient{}, &flusso.Error{Op: "disclose", ID: name, Kind: flusso.Config, What: textNoRecipient, Hint: hintNoRecipient}
	}
	class, err := anonymize.ParseClass(string(r.Class))
	if err != nil {
		return anonymize.Recipient{}, err
	}
	out := anonymize.Recipient{
		Name: name, Class: class, Ente: r.Ente, Linkability: string(r.Linkability),
		Territory: territoryOf(r),
	}
	if a, ok := cfg.Agreements[r.Agreement]; ok {
		out.Agreement = &anonymize.Agreement{
			ID: a.ID, With: a.With, Act: a.Act, Purpose: a.Purpose,
			From: a.From.In(time.UTC), To: a.To.In(time.UTC),
		}
	}
	return out, nil
}

func territoryOf(r config.Recipient) anonymize.Territory {
	t := r.Territory
	return anonymize.Territory{Regione: t.Regione, Provincia: t.Provincia, Ambito: t.Ambito, Comune: t.Comune}
}
