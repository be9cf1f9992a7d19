package sftp_test

import (
	"bytes"
	"encoding/binary"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"flussi/internal/flusso"
	"flussi/internal/sftp"
)

// packet frames a payload as RFC 4253 does before anything is agreed.
func packet(payload []byte) []byte {
	padding := 8 - (5+len(payload))%8 + 8
	b := binary.BigEndian.AppendUint32(nil, uint32(1+len(payload)+padding))
	return append(append(append(b, byte(padding)), payload...), make([]byte, padding)...)
}

// kexInitOf is an announcement with these key exchanges and empty other lists.
func kexInitOf(kex ...string) []byte {
	b := append([]byte{20}, make([]byte, 16)...)
	list := strings.Join(kex, ",")
	b = binary.BigEndian.AppendUint32(b, uint32(len(list)))
	b = append(b, list...)
	return append(b, make([]byte, 9*4+1+4)...)
}

// TestStrictHeard: whether a server keeps to strict key exchange is heard from
// its own announcement, whatever it says before and however it is cut.
func TestStrictHeard(t *testing.T) {
	const banner = "SSH-2.0-prova\r\n"
	strict := kexInitOf("curve25519-sha256", "kex-strict-s-v00@openssh.com")
	for name, tc := range map[string]struct {
		said string
		want bool
	}{
		"announced":            {banner + string(packet(strict)), true},
		"after other lines":    {"benvenuti\r\nin INPS\r\n" + banner + string(packet(strict)), true},
		"after an ignored one": {banner + string(packet([]byte{2, 0, 0, 0, 0})) + string(packet(strict)), true},
		"not announced":        {banner + string(packet(kexInitOf("curve25519-sha256"))), false},
		"the client's name":    {banner + string(packet(kexInitOf("kex-strict-c-v00@openssh.com"))), false},
	} {
		got, whole := sftp.StrictIn([]byte(tc.said))
		if got != tc.want || !whole {
			t.Errorf("%s: %v, whole %v", name, got, whole)
		}
		for i := range tc.said {
			if _, whole := sftp.StrictIn([]byte(tc.said[:i])); whole {
				t.Errorf("%s: whole after %d of %d bytes", name, i, len(tc.said))
				break
			}
		}
	}
}

// FuzzKexInit: nothing that a server sends in the clear ends the program.
func FuzzKexInit(f *testing.F) {
	f.Add([]byte("SSH-2.0-x\n"))
	f.Add(append([]byte("SSH-2.0-x\n"), packet(kexInitOf("a", "kex-strict-s-v00@openssh.com"))...))
	f.Add([]byte("SSH-2.0-x\n\x00\x00\x00\x00\x00"))
	f.Add([]byte("SSH-2.0-x\n\x00\x00\x00\x02\x00\x14"))
	f.Add([]byte("SSH-2.0-x\n\xff\xff\xff\xff\xff\x14"))
	f.Fuzz(func(t *testing.T, said []byte) {
		strict, _ := sftp.StrictIn(said)
		if strict && !bytes.Contains(said, []byte("kex-strict-s-v00@openssh.com")) {
			t.Error("heard what was not said")
		}
	})
}

// TestNoSSH: whoever answers with something else is told of, and nothing of
// what it said.
func TestNoSSH(t *testing.T) {
	for name, said := range map[string]string{
		"a web server":   "HTTP/1.1 400 ROSSI MARIO\r\n\r\n",
		"nothing":        "",
		"a packet apart": "SSH-2.0-ROSSI\r\n\xff\xff\xff\xff\xff\x14",
		"a farewell":     "SSH-2.0-ROSSI\r\n" + string(packet(append([]byte{1, 0, 0, 0, 2, 0, 0, 0, 5}, "ROSSI\x00\x00\x00\x00"...))),
	} {
		t.Run(name, func(t *testing.T) {
			address := serveTCP(t, func(conn net.Conn) {
				_, _ = io.WriteString(conn, said)
				_ = conn.(*net.TCPConn).CloseWrite()
				_, _ = io.Copy(io.Discard, conn)
			})
			_, err := sftp.Dial(t.Context(), sftp.Endpoint{
				Name: "uno", Address: address, User: "u", Password: fixed(secret), HostKeys: []sftp.HostKey{mustPin(t)},
				Timeouts: sftp.Timeouts{Connect: 10 * time.Second},
			}, sftp.Options{})
			wantKind(t, err, flusso.Transient)
			if strings.Contains(err.Error(), "ROSSI") {
				t.Errorf("the server's words are in %v", err)
			}
		})
	}
}
