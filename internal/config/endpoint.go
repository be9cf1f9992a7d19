package config

import (
	"net"
	"net/netip"
	"path"
	"strconv"
	"strings"

	"golang.org/x/crypto/ssh"

	"flussi/internal/config/strict"
	"flussi/internal/flusso"
)

var endpointType = strict.Object(flusso.Text{},
	strict.Required("address", addressType, func(e *Endpoint) *string { return &e.Address }, docAddress),
	strict.Required("user", strict.Text(), func(e *Endpoint) *string { return &e.User }, docUser),
	strict.Optional("password", secretType, func(e *Endpoint) *Secret { return &e.Password }, docPassword),
	strict.Optional("key", secretType, func(e *Endpoint) *Secret { return &e.Key }, docKey),
	strict.Required("host_keys", strict.ListOrNone(hostKeyType), func(e *Endpoint) *[]HostKey { return &e.HostKeys }, docHostKeys),
	strict.Optional("bind", addrType, func(e *Endpoint) *netip.Addr { return &e.Bind }, docBind),
	strict.Optional("public_address", addrType, func(e *Endpoint) *netip.Addr { return &e.PublicAddress }, docPublicAddress),
	strict.Optional("consume", consumeType, func(e *Endpoint) *Consume { return &e.Consume }, docConsume),
	strict.Optional("publish", strict.Parsed(`^(rename|posix-rename|in-place|marker:\..+|staging:/.*)$`, parsePublish), func(e *Endpoint) *Publish { return &e.Publish }, docPublish),
	strict.Optional("windows", windowsType, func(e *Endpoint) *Windows { return &e.Windows }, docWindows),
	strict.Optional("max_sessions", strict.Int(1, 64), func(e *Endpoint) *int { return &e.MaxSessions }, docMaxSessions),
	strict.Optional("passphrase", secretType, func(e *Endpoint) *Secret { return &e.Passphrase }, docPassphrase),
	strict.Optional("certificate", publicType, func(e *Endpoint) *Secret { return &e.Certificate }, docCertificate),
	strict.Optional("agent", agentType, func(e *Endpoint) **Agent { return &e.Agent }, docAgent),
	strict.Optional("prompts", strict.List(promptType), func(e *Endpoint) *[]Prompt { return &e.Prompts }, docPrompts),
	strict.Optional("require", requireType, func(e *Endpoint) *[]Credential { return &e.Require }, docRequire),
	strict.Optional("algorithms", algorithmsType, func(e *Endpoint) *Algorithms { return &e.Algorithms }, docAlgorithms),
	strict.Optional("via", viaType, func(e *Endpoint) *Via { return &e.Via }, docVia),
	strict.Optional("via_password", secretType, func(e *Endpoint) *Secret { return &e.ViaPassword }, docViaPassword),
	strict.Optional("public_address_service", serviceType, func(e *Endpoint) *string { return &e.PublicAddressService }, docPublicAddressService),
	strict.Optional("channels", strict.Int(1, 16), func(e *Endpoint) *int { return &e.Channels }, docChannels),
	strict.Optional("verify", strict.Parsed(`^(checksum|read-back|sidecar:\..+)$`, parseVerify), func(e *Endpoint) *Verify { return &e.Verify }, docVerify),
	strict.Optional("limits", limitsType, func(e *Endpoint) *Limits { return &e.Limits }, docLimits),
	strict.Optional("timeouts", timeoutsType, func(e *Endpoint) *Timeouts { return &e.Timeouts }, docTimeouts),
	strict.Optional("agreement", strict.EntryName(), func(e *Endpoint) *string { return &e.Agreement }, docEndpointAgreement),
	strict.Optional("receipt", awaitedType, func(e *Endpoint) *Awaited { return &e.Receipt }, docAwaited),
	strict.Optional("connections", strict.Int(1, 16), func(e *Endpoint) *int { return &e.Connections }, docConnections),
)

// completeEndpoint puts the defaults in and looks between the fields.
func completeEndpoint(e *Endpoint, fault func(key string, what, hint flusso.Text)) {
	if e.Consume.How == "" {
		e.Consume.How = ConsumeKeep
	}
	if e.Publish.How == "" {
		e.Publish.How = PublishRename
	}
	if e.MaxSessions == 0 {
		e.MaxSessions = 1
	}
	if e.Connections > e.MaxSessions {
		fault("connections", textManyConnections, hintManyConnections)
	}
	completeTrust(e, fault)
	if e.Name == reservedDir {
		fault("", textReservedName, hintReservedName)
	}
}

// reservedDir begins the sources of schedules that are local folders, so no
// endpoint may be called so.
const reservedDir = "dir"

func parseAddress(s string) (string, strict.Complaint) {
	host, port, err := net.SplitHostPort(s)
	n, bad := strconv.ParseUint(port, 10, 16)
	if err != nil || bad != nil || n == 0 || host == "" || strings.ContainsAny(host, " /@") {
		return "", strict.Complaint{What: textBadAddress, Hint: hintBadAddress}
	}
	return net.JoinHostPort(host, port), strict.Complaint{}
}

var addrType = strict.Parsed("", func(s string) (netip.Addr, strict.Complaint) {
	a, err := netip.ParseAddr(s)
	if err != nil || a.IsUnspecified() || a.IsMulticast() {
		return netip.Addr{}, strict.Complaint{What: textBadIP, Hint: hintBadIP}
	}
	return a.Unmap(), strict.Complaint{}
})

var hostKeyType = strict.Either(
	strict.Convert(hostKeyLine, func(_ strict.Value, k ssh.PublicKey) HostKey { return HostKey{Key: k} }),
	strict.Object(flusso.Text{},
		strict.Required("key", hostKeyLine, func(h *HostKey) *ssh.PublicKey { return &h.Key }, docHostKey),
		strict.Optional("until", strict.Day(), func(h *HostKey) *Date { return &h.Until }, docHostKeyUntil),
	),
)

var hostKeyLine = strict.Parsed(`^(ssh|ecdsa|sk)-\S+ \S+`, func(s string) (ssh.PublicKey, strict.Complaint) {
	if strings.HasPrefix(s, "SHA256:") || strings.HasPrefix(s, "MD5:") {
		return nil, strict.Complaint{What: textFingerprint, Hint: hintFingerprint}
	}
	key, _, options, rest, err := ssh.ParseAuthorizedKey([]byte(s))
	if err != nil || len(options) > 0 || len(rest) > 0 {
		return nil, strict.Complaint{What: textBadHostKey, Hint: hintBadHostKey}
	}
	return key, strict.Complaint{}
})

var consumeType = strict.Either(
	strict.Parsed(`^(keep|remove|server-removes|rename:/.*)$`, func(s string) (Consume, strict.Complaint) {
		how, arg, _ := strings.Cut(s, ":")
		switch {
		case how == string(ConsumeRename) && goodRemote(arg):
			return Consume{How: ConsumeRename, RenameTo: path.Clean(arg)}, strict.Complaint{}
		case s == string(ConsumeServerRemoves):
			return Consume{How: ConsumeServerRemoves}, strict.Complaint{}
		case s == string(ConsumeKeep), s == string(ConsumeRemove):
			return Consume{How: ConsumeHow(s)}, strict.Complaint{}
		}
		return Consume{}, strict.Complaint{What: textBadConsume, Hint: hintBadConsume}
	}),
	strict.Object(flusso.Text{},
		strict.Required("how", strict.Word(ConsumeServerRemoves), func(c *Consume) *ConsumeHow { return &c.How }, docConsumeHow),
		strict.Optional("on", strict.Word(OnClose, OnEOF, OnLastByte), func(c *Consume) *TriggerOn { return &c.On }, docConsumeOn),
		strict.Optional("extractions", strict.Int(1, 1000), func(c *Consume) *int { return &c.Extractions }, docExtractions),
		strict.Optional("resume", strict.Bool(), func(c *Consume) *bool { return &c.Resume }, docConsumeResume),
	),
)

var markerForm = flusso.NewPattern(`^\.[A-Za-z0-9._-]{1,16}$`)

func parsePublish(s string) (Publish, strict.Complaint) {
	how, arg, _ := strings.Cut(s, ":")
	switch {
	case how == string(PublishMarker) && markerForm.MatchString(arg):
		return Publish{How: PublishMarker, Marker: arg}, strict.Complaint{}
	case how == string(PublishStaging) && goodRemote(arg):
		return Publish{How: PublishStaging, Staging: path.Clean(arg)}, strict.Complaint{}
	case s == string(PublishRename), s == string(PublishPosixRename), s == string(PublishInPlace):
		return Publish{How: PublishHow(s)}, strict.Complaint{}
	}
	return Publish{}, strict.Complaint{What: textBadPublish, Hint: hintBadPublish}
}

func parseVerify(s string) (Verify, strict.Complaint) {
	how, arg, _ := strings.Cut(s, ":")
	switch {
	case how == string(VerifySidecar) && markerForm.MatchString(arg):
		return Verify{How: VerifySidecar, Suffix: arg}, strict.Complaint{}
	case s == string(VerifyChecksum), s == string(VerifyReadBack):
		return Verify{How: VerifyHow(s)}, strict.Complaint{}
	}
	return Verify{}, strict.Complaint{What: textBadVerify, Hint: hintBadVerify}
}

// goodRemote tells whether p is an absolute remote path that climbs nowhere.
func goodRemote(p string) bool {
	if !strings.HasPrefix(p, "/") || strings.Contains(p, `\`) {
		return false
	}
	for _, part := range strings.Split(p, "/") {
		if part == ".." {
			return false
		}
	}
	return true
}

var remotePathType = strict.Parsed(`^/`, func(s string) (string, strict.Complaint) {
	if !goodRemote(s) {
		return "", strict.Complaint{What: textBadRemote, Hint: hintBadRemote}
	}
	return path.Clean(s), strict.Complaint{}
})

// Remote is a folder of an endpoint.
type Remote struct {
	Endpoint string // its name in the configuration
	Path     string // absolute, clean
}

// String gives endpoint:/path.
func (r Remote) String() string { return r.Endpoint + ":" + r.Path }

// ParseRemote reads endpoint:/path.
func ParseRemote(s string) (Remote, bool) {
	name, p, ok := strings.Cut(s, ":")
	if !ok || name == reservedDir || !strict.ValidName(name) || !goodRemote(p) {
		return Remote{}, false
	}
	return Remote{Endpoint: name, Path: path.Clean(p)}, true
}

var addressType = strict.Parsed(`^\S+:[0-9]{1,5}$`, parseAddress)
