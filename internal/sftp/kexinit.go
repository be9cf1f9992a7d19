package sftp

import (
	"bytes"
	"encoding/binary"
	"net"
	"slices"
	"sync/atomic"

	"golang.org/x/crypto/ssh"
)

// x/crypto does not tell what the server announced, only what was agreed. The
// announcement (KEXINIT) goes over the wire in the clear, so it is read there.

// kexInit is the server's announcement, RFC 4253 section 7.1.
type kexInit struct {
	Cookie               [16]byte `sshtype:"20"`
	KeyExchanges         []string
	HostKeys             []string
	CiphersThere         []string
	CiphersHere          []string
	MACsThere            []string
	MACsHere             []string
	CompressionsThere    []string
	CompressionsHere     []string
	LanguagesThere       []string
	LanguagesHere        []string
	FirstKeyExchangeSent bool
	Reserved             uint32
}

// strict tells whether the server keeps to strict key exchange, which closes
// the Terrapin attack (CVE-2023-48795). Our side always offers it.
func (k *kexInit) strict() bool {
	return k != nil && slices.Contains(k.KeyExchanges, "kex-strict-s-v00@openssh.com")
}

// overheard reads along until the server's KEXINIT is whole.
type overheard struct {
	net.Conn
	seen []byte // by the one goroutine that reads
	done bool
	init atomic.Pointer[kexInit]
	// foreign: what was heard so far is not SSH.
	foreign atomic.Bool
}

const maxOverheard = 64 << 10

func (o *overheard) Read(p []byte) (int, error) {
	n, err := o.Conn.Read(p)
	if !o.done {
		o.seen = append(o.seen, p[:n]...)
		o.foreign.Store(isForeign(o.seen))
		if init, whole := findKexInit(o.seen); whole || len(o.seen) > maxOverheard {
			o.init.Store(init)
			o.done, o.seen = true, nil
		}
	}
	return n, err
}

// isForeign tells whether something was said and no line of it is, or may yet
// become, the version of an SSH server. x/crypto reads on, as it may: other
// lines may come before, and a server that has said its piece and waits would be
// told as one that does not answer.
func isForeign(b []byte) bool {
	for line := range bytes.Lines(b) {
		version := []byte("SSH-")
		if n := min(len(line), len(version)); bytes.Equal(line[:n], version[:n]) {
			return false
		}
	}
	return len(b) > 0
}

// findKexInit looks for the announcement in what a server sent so far: lines up
// to its version, then packets. whole is false while more must come.
func findKexInit(b []byte) (init *kexInit, whole bool) {
	for {
		line, rest, ok := bytes.Cut(b, []byte("\n"))
		if !ok {
			return nil, false
		}
		b = rest
		if bytes.HasPrefix(line, []byte("SSH-")) {
			break
		}
	}
	for len(b) >= 5 {
		size, padding := binary.BigEndian.Uint32(b), int(b[4])
		if size > maxOverheard || int(size) < padding+2 {
			return nil, true
		}
		if len(b) < 4+int(size) {
			return nil, false
		}
		payload := b[5 : 4+int(size)-padding]
		b = b[4+int(size):]
		if payload[0] == 20 {
			init = &kexInit{}
			if ssh.Unmarshal(payload, init) != nil {
				return nil, true
			}
			return init, true
		}
	}
	return nil, false
}
