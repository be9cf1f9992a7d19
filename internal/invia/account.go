package invia

import (
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"net"
	"net/netip"
	"path"
	"sync"

	"golang.org/x/crypto/ssh"
)

// account is a user as the server knows it.
type account struct {
	User
	keys []ssh.PublicKey

	mu       sync.Mutex
	sessions int
}

func (a *account) folder() string   { return path.Join("users", a.Folder) }
func (a *account) received() string { return path.Join("received", a.Folder) }

func accounts(users []User) (map[string]*account, error) {
	byName, folders := map[string]*account{}, map[string]bool{}
	for _, u := range users {
		a := &account{User: u}
		if a.Folder == "" {
			a.Folder = a.Name
		}
		for _, line := range u.Keys {
			key, _, _, _, err := ssh.ParseAuthorizedKey([]byte(line))
			if err != nil {
				return nil, badUser.on("invia", "", err)
			}
			a.keys = append(a.keys, key)
		}
		needs := a.Password != "" || len(a.keys) > 0
		if a.Both {
			needs = a.Password != "" && len(a.keys) > 0
		}
		if u.Name == "" || byName[u.Name] != nil || folders[a.Folder] || !folderName.MatchString(a.Folder) || !needs {
			return nil, badUser.on("invia", "", nil)
		}
		byName[u.Name], folders[a.Folder] = a, true
	}
	if len(byName) == 0 {
		return nil, badUser.on("invia", "", nil)
	}
	return byName, nil
}

// enter counts a connection of the user in, unless there are too many.
func (a *account) enter() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.MaxSessions > 0 && a.sessions >= a.MaxSessions {
		return false
	}
	a.sessions++
	return true
}

func (a *account) leave() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.sessions--
}

var (
	errSource     = errors.New("source address not allowed")
	errCredential = errors.New("wrong credentials")
)

// comesFrom checks the source address against the user's list.
func (a *account) comesFrom(remote net.Addr) bool {
	if len(a.Sources) == 0 {
		return true
	}
	at, err := netip.ParseAddrPort(remote.String())
	if err != nil {
		return false
	}
	for _, p := range a.Sources {
		if p.Contains(at.Addr().Unmap()) {
			return true
		}
	}
	return false
}

// login is one attempt to come in.
type login struct {
	s    *Server
	user string // of a known user only
	why  error  // of the last refusal
}

// modern is what the server accepts: nothing that ssh-audit finds weak.
var modern = ssh.Config{
	KeyExchanges: []string{ssh.KeyExchangeMLKEM768X25519, ssh.KeyExchangeCurve25519, ssh.KeyExchangeDH16SHA512},
	Ciphers: []string{
		ssh.CipherAES128GCM, ssh.CipherAES256GCM, ssh.CipherChaCha20Poly1305,
		ssh.CipherAES128CTR, ssh.CipherAES192CTR, ssh.CipherAES256CTR,
	},
	MACs: []string{ssh.HMACSHA256ETM, ssh.HMACSHA512ETM},
}

// config makes the handshake's rules. Where both are required, either may come
// first and the other must follow.
func (l *login) config() *ssh.ServerConfig {
	c := &ssh.ServerConfig{
		Config:                  modern,
		PublicKeyAuthAlgorithms: ssh.SupportedAlgorithms().PublicKeyAuths, // RSA without SHA-1
		ServerVersion:           "SSH-2.0-invia",
		PasswordCallback: func(meta ssh.ConnMetadata, given []byte) (*ssh.Permissions, error) {
			a, err := l.password(meta, given)
			if err == nil && a.Both {
				err = &ssh.PartialSuccessError{Next: ssh.ServerAuthCallbacks{PublicKeyCallback: func(meta ssh.ConnMetadata, key ssh.PublicKey) (*ssh.Permissions, error) {
					_, err := l.key(meta, key)
					return nil, err
				}}}
			}
			return nil, err
		},
		PublicKeyCallback: func(meta ssh.ConnMetadata, key ssh.PublicKey) (*ssh.Permissions, error) {
			a, err := l.key(meta, key)
			if err == nil && a.Both {
				err = &ssh.PartialSuccessError{Next: ssh.ServerAuthCallbacks{PasswordCallback: func(meta ssh.ConnMetadata, given []byte) (*ssh.Permissions, error) {
					_, err := l.password(meta, given)
					return nil, err
				}}}
			}
			return nil, err
		},
	}
	c.AddHostKey(l.s.hostKey)
	return c
}

func (l *login) account(meta ssh.ConnMetadata) (*account, error) {
	a := l.s.users[meta.User()]
	if a == nil {
		l.why = errCredential
		return nil, l.why
	}
	l.user = a.Name
	if !a.comesFrom(meta.RemoteAddr()) {
		l.why = errSource
		return nil, l.why
	}
	return a, nil
}

func (l *login) password(meta ssh.ConnMetadata, given []byte) (*account, error) {
	a, err := l.account(meta)
	if err != nil {
		return nil, err
	}
	want, got := sha256.Sum256([]byte(a.Password)), sha256.Sum256(given)
	if a.Password == "" || subtle.ConstantTimeCompare(want[:], got[:]) != 1 {
		l.why = errCredential
		return nil, l.why
	}
	return a, nil
}

func (l *login) key(meta ssh.ConnMetadata, key ssh.PublicKey) (*account, error) {
	a, err := l.account(meta)
	if err != nil {
		return nil, err
	}
	for _, k := range a.keys {
		if subtle.ConstantTimeCompare(k.Marshal(), key.Marshal()) == 1 {
			return a, nil
		}
	}
	l.why = errCredential
	return nil, l.why
}
