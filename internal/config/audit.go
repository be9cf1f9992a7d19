package config

import (
	"net"
	"strconv"
	"strings"

	"flussi/internal/config/strict"
	"flussi/internal/flusso"
)

// Audit says where copies of the audit log are kept that whoever rules this host
// does not rule.
type Audit struct {
	// Copies are by name. Default: none, and a log rewritten as a whole with the
	// key at hand is found only by a checkpoint that a person noted elsewhere.
	Copies map[string]Copy
}

// Copy is one place away from this host; exactly one of File, Syslog and Webhook
// is set.
type Copy struct {
	Name string // its name in the file
	// File is appended to, one JSON object a line: on another host's disk, or one
	// that only grows.
	File string
	// Syslog takes RFC 5424 messages.
	Syslog SyslogServer
	// CA is a file of certificates (PEM) by which Syslog over TLS or Webhook is known.
	// Default: the system's.
	CA string
	// Webhook is the address that is called with POST: https, or http to this very
	// machine.
	Webhook Secret
	// Token is sent to Webhook as a bearer token. Default: none.
	Token Secret
}

// SyslogServer is where syslog messages go. The zero value is none.
type SyslogServer struct {
	Network string // udp, tcp, tls or unix
	Address string // host:port; of unix a path
}

var auditType = strict.Object(flusso.Text{},
	strict.Optional("copies", strict.Map(copyType, func(c *Copy, name string) { c.Name = name }), func(a *Audit) *map[string]Copy { return &a.Copies }, docAuditCopies),
)

var copyType = strict.Object(flusso.Text{},
	strict.Optional("file", strict.Path(), func(c *Copy) *string { return &c.File }, docCopyFile),
	strict.Optional("syslog", syslogType, func(c *Copy) *SyslogServer { return &c.Syslog }, docCopySyslog),
	strict.Optional("webhook", webAddressType, func(c *Copy) *Secret { return &c.Webhook }, docCopyWebhook),
	strict.Optional("ca", strict.Path(), func(c *Copy) *string { return &c.CA }, docCopyCA),
	strict.Optional("token", secretType, func(c *Copy) *Secret { return &c.Token }, docCopyToken),
).Then(func(v strict.Value, c *Copy) {
	set := 0
	for _, there := range []bool{c.File != "", c.Syslog != SyslogServer{}, !c.Webhook.IsZero()} {
		if there {
			set++
		}
	}
	if set != 1 {
		v.Fault(textOneCopy, hintOneCopy)
	}
	if c.CA != "" && c.Webhook.IsZero() && c.Syslog.Network != "tls" {
		v.FaultAt("ca", textIdleCA, hintIdleCA)
	}
	if !c.Token.IsZero() && c.Webhook.IsZero() {
		v.FaultAt("token", textIdleToken, hintIdleToken)
	}
})

var syslogType = strict.Parsed(`^((udp|tcp|tls)://\S+:[0-9]{1,5}|unix:///.+)$`, parseSyslog)

func parseSyslog(s string) (SyslogServer, strict.Complaint) {
	no := strict.Complaint{What: textBadSyslog, Hint: hintBadSyslog}
	network, address, _ := strings.Cut(s, "://")
	if network == "unix" {
		if !strings.HasPrefix(address, "/") {
			return SyslogServer{}, no
		}
		return SyslogServer{network, address}, strict.Complaint{}
	}
	host, port, err := net.SplitHostPort(address)
	n, bad := strconv.ParseUint(port, 10, 16)
	if err != nil || bad != nil || n == 0 || host == "" || strings.ContainsAny(host, "/@ ") || network != "udp" && network != "tcp" && network != "tls" {
		return SyslogServer{}, no
	}
	return SyslogServer{network, address}, strict.Complaint{}
}
