// Package sftp moves files between an SFTP endpoint and this host. It moves
// bytes and names and knows no record.
//
// What it promises. No remote file is given up before the Landing said that
// its bytes and its ledger line are durable: the last READ is held back until
// everything before it is on disk, and CLOSE until everything is committed
// (see fetch.go for the order). A file is taken whole, exactly as long as it
// was listed, or not at all. A target that exists is not overwritten unless
// told. Host keys are pinned; there is no way to accept an unknown one.
//
// What it does not promise. Where the server deletes a file on its last byte,
// or swallows an upload on CLOSE, a failure in that very moment leaves no
// certainty: such errors have Kind InDoubt and a person decides.
//
// What a crash leaves. While fetching: the Part, as far as the Landing made it
// durable, and the remote file, unless the last READ had gone out. While
// delivering: a temporary file ".NAME.flussi-part" that the next delivery of
// the same target truncates and Abandon removes, or, where the endpoint asks to write in place, a
// target that is too short.
//
// Foreign file names and the server's own messages may hold personal values:
// neither is ever in an error or a log of this package.
package sftp

import (
	"context"
	"time"
)

// Endpoint is one SFTP server as the configuration describes it. Address,
// User, HostKeys and one of Password and Key are needed; the zero value of
// everything else has a sound meaning.
type Endpoint struct {
	Name    string // the configuration's name; the ID of every error
	Address string // host:port; port 22 when it has none
	User    string

	// Password and Key give the secrets when they are needed. With both, both
	// are offered, the key first, because INPS asks for both.
	Password   Secret
	Key        Secret // private key, PEM
	Passphrase Secret // of Key, when it has one
	// Certificate is Key's OpenSSH user certificate; with it, it is what is
	// shown in the place of the bare key.
	Certificate Secret
	Agent       *Agent // keys that an SSH agent holds; nil: none
	// Prompts answer keyboard-interactive questions. Without any, a single
	// question that asks for a password is given Password.
	Prompts []Prompt
	// Require are the credentials that the server must have accepted, all of
	// them: one that lets in with less is not talked to (Kind Untrusted).
	Require []Credential

	// HostKeys are the keys this server may show. None means that no server
	// will be talked to.
	HostKeys []HostKey

	// Bind is the local IP address to leave from; empty lets the system
	// choose. An address that is not on this host is refused (Kind Denied).
	Bind string
	// PublicAddress is the address the other side has on its allow-list. It is
	// declared: behind NAT it is not ours and is not checked here.
	PublicAddress string
	// Via is the way there: directly, through a SOCKS5 proxy or through another
	// endpoint. Bind is of the first hop.
	Via Via
	// Algorithms are those to use in the place of the modern ones.
	Algorithms Algorithms

	Consume Consume // how a fetched file leaves the server
	Publish Publish // how a delivered file appears there
	// Hours tells whether the endpoint may be used at an instant and, where it
	// may not, when it next may (zero: never). nil: always.
	Hours func(now time.Time) (open bool, next time.Time)

	// MaxSessions is how many connections at once the other side allows;
	// 0 means 1. A Gate keeps to it (see Limits); a bare Dial does not.
	MaxSessions int
	// Channels is how many channels of one connection may carry one file side
	// by side, 0 means 4 with OpenSSH and 1 with other servers; used where the
	// way is so long that the window of one (2 MiB) bounds the rate. Files that
	// their server removes, and uploads written in place, go over one.
	Channels int
	// Connections is over how many connections one large file goes side by
	// side, each with its channels, 0 means 1: for servers that open one channel
	// only or give each connection only so much. Of those, a Gate gives no more
	// than are free of MaxSessions. The same files as above go over one.
	Connections int
	Timeouts    Timeouts
}

// Secret gives a password or a key when it is needed; it may ask a command or
// a credential store.
type Secret func(context.Context) ([]byte, error)

// Timeouts bound how long the other side may keep us waiting.
type Timeouts struct {
	Connect   time.Duration // TCP, handshake and login; 0 means 30 s
	Answer    time.Duration // any one answer of the server; 0 means 60 s
	Keepalive time.Duration // between two keepalives; 0 means 15 s
}

func (t Timeouts) orDefault() Timeouts {
	if t.Connect == 0 {
		t.Connect = 30 * time.Second
	}
	if t.Answer == 0 {
		t.Answer = 60 * time.Second
	}
	if t.Keepalive == 0 {
		t.Keepalive = 15 * time.Second
	}
	return t
}

// Consume says how a file leaves the server once it is ours.
type Consume struct {
	Policy ConsumePolicy
	On     Trigger // with ServerRemoves: what the server counts as complete
	Folder string  // with Archive: the remote folder the file is renamed into
}

// ConsumePolicy is who gives a fetched file up.
type ConsumePolicy uint8

const (
	// ServerRemoves: the server deletes the file when it counts the download
	// as complete. The zero value, because it is handled most carefully.
	ServerRemoves ConsumePolicy = iota
	// Remove: we delete it after the commit.
	Remove
	// Archive: we rename it into Consume.Folder after the commit.
	Archive
	// Keep: it stays.
	Keep
)

// Trigger is what a deleting server takes for the end of a download.
type Trigger uint8

const (
	// Unknown: nobody documents it; every one of the others is allowed for.
	Unknown Trigger = iota
	OnClose
	OnEOF
	OnLastByte
)

// Publish says how a delivered file appears under its name.
type Publish struct {
	Policy PublishPolicy
	Suffix string // with Marker: ".ok"
	Folder string // with Staging: the remote folder to write in

	Verify  Verify // how the bytes on the server are checked
	Sidecar string // with Sidecar: the suffix of the file that holds the hash, ".sha256"
}

// Verify is how a delivery makes sure of the bytes on the server, beyond their
// number.
type Verify uint8

const (
	// SizeOnly: not at all. The zero value.
	SizeOnly Verify = iota
	// Checksum asks the server for its SHA-256 (the extension check-file);
	// a server without it is refused.
	Checksum
	// ReadBack reads the file back. Not for drop boxes.
	ReadBack
	// WithSidecar writes NAME+Sidecar, before the file gets its name, for the
	// other side to check.
	WithSidecar
)

// PublishPolicy is how a delivery becomes visible.
type PublishPolicy uint8

const (
	// InPlace writes under the final name; nothing follows CLOSE. For drop
	// boxes that take the file on CLOSE.
	InPlace PublishPolicy = iota
	// PosixRename writes under a temporary name and renames with
	// posix-rename@openssh.com, or plainly where it is not advertised.
	PosixRename
	// Rename writes under a temporary name and renames plainly.
	Rename
	// Marker writes under the final name, then an empty file NAME+Suffix.
	Marker
	// Staging writes into Publish.Folder, then renames into the target.
	Staging
)
