package config

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"flussi/internal/config/strict"
	"flussi/internal/flusso"
)

// Secret is a password or a key that the file names and never holds. It
// prints, logs and marshals as a mask; what it names is kept in a function, so
// that not even reflection shows a command line. The zero Secret is none.
type Secret struct {
	source string // file, cred, env, command
	read   func(context.Context) ([]byte, error)
	path   string // of file: only
	public bool   // everybody may read it: a certificate
	// address: it is the address of a web service that may be called.
	address bool
}

const (
	maxSecret     = 64 << 10
	secretTimeout = 30 * time.Second
)

// IsZero tells whether no secret is configured.
func (s Secret) IsZero() bool { return s.read == nil }

// Resolve reads the secret. One line ending at its end is dropped. An absent,
// empty, oversized or too widely readable source is an error of Kind Config, and so is
// one that is to hold an address and does not.
func (s Secret) Resolve(ctx context.Context) ([]byte, error) {
	if s.IsZero() {
		return nil, secretError("", textNoSecret, flusso.Text{}, nil)
	}
	value, err := s.read(ctx)
	if err != nil {
		return nil, err
	}
	value = bytes.TrimSuffix(value, []byte("\n"))
	value = bytes.TrimSuffix(value, []byte("\r"))
	switch {
	case len(value) == 0:
		return nil, secretError(s.source, textSecretEmpty, flusso.Text{}, nil)
	case len(value) > maxSecret:
		return nil, secretError(s.source, textSecretTooLong, flusso.Text{}, nil)
	}
	if _, no := parseWebhook(string(value)); s.address && no != (strict.Complaint{}) {
		return nil, secretError(s.source, textNoAddress, hintNoAddress, nil)
	}
	return value, nil
}

func (s Secret) String() string {
	if s.IsZero() {
		return ""
	}
	return "[secret from " + s.source + "]"
}

// Format masks the secret under every verb.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, s.String()) }

// LogValue masks the secret in logs.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// MarshalText masks the secret in JSON and in YAML.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

var inlineSecret = strict.Complaint{What: textInlineSecret, Hint: hintInlineSecret}

var secretType = strict.Guarded(`^(file|cred|env|command):.+`, inlineSecret, func(v strict.Value, text string) (Secret, strict.Complaint) {
	return parseSecret(v.Dir(), text)
})

// publicType is named as a secret is, and everybody may read it.
var publicType = strict.Convert(secretType, func(_ strict.Value, s Secret) Secret {
	if s.path != "" {
		s.public, s.read = true, func(context.Context) ([]byte, error) { return readRegular(s.path, true) }
	}
	return s
})

var (
	credForm = flusso.NewPattern(`^[A-Za-z0-9_][A-Za-z0-9_.@:-]*$`)
	envForm  = flusso.NewPattern(`^[A-Za-z_][A-Za-z0-9_]*$`)
)

func parseSecret(dir, text string) (Secret, strict.Complaint) {
	source, arg, _ := strings.Cut(text, ":")
	switch {
	case source == "file" && arg != "":
		path := strict.Resolve(dir, arg)
		return Secret{source: source, path: path, read: func(context.Context) ([]byte, error) { return readSecretFile(path) }}, strict.Complaint{}
	case source == "cred" && credForm.MatchString(arg):
		return Secret{source: source, read: func(context.Context) ([]byte, error) { return readCredential(arg) }}, strict.Complaint{}
	case source == "env" && envForm.MatchString(arg):
		return Secret{source: source, read: func(context.Context) ([]byte, error) { return readVariable(arg) }}, strict.Complaint{}
	case source == "command":
		argv, ok := splitCommand(arg)
		if !ok {
			return Secret{}, strict.Complaint{What: textBadCommand, Hint: hintBadCommand}
		}
		return Secret{source: source, read: func(ctx context.Context) ([]byte, error) { return runSecret(ctx, dir, argv) }}, strict.Complaint{}
	}
	return Secret{}, inlineSecret
}

// readSecretFile refuses a file that everybody can read, or others than its owner change,
// and one that is neither ours nor root's: on Unix by its mode; on Windows the folder's access list has to see to it.
func readSecretFile(path string) ([]byte, error) { return readRegular(path, false) }

func readRegular(path string, public bool) (secret []byte, err error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, secretFileError(path, err)
	}
	// A named pipe would block the open, and it has no mode to trust.
	if !info.Mode().IsRegular() {
		return nil, secretError(path, textSecretNotFile, flusso.Text{}, nil)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, secretFileError(path, err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if info, err = f.Stat(); err != nil {
		return nil, secretFileError(path, err)
	}
	if !public && runtime.GOOS != "windows" {
		switch mode := info.Mode().Perm(); {
		case mode&0o007 != 0:
			return nil, secretError(path, textSecretOpenToAll, hintSecretOpenToAll, nil)
		case mode&0o020 != 0:
			return nil, secretError(path, textSecretOpenToGroup, hintSecretOpenToGroup, nil)
		case strangers(info):
			return nil, secretError(path, textSecretStrangers, hintSecretStrangers, nil)
		}
	}
	return io.ReadAll(io.LimitReader(f, maxSecret+2))
}

func readCredential(name string) ([]byte, error) {
	dir := os.Getenv("CREDENTIALS_DIRECTORY")
	if dir == "" {
		return nil, secretError("cred:"+name, textNoCredentials, hintNoCredentials, nil)
	}
	return readSecretFile(filepath.Join(dir, name))
}

func readVariable(name string) ([]byte, error) {
	value, ok := os.LookupEnv(name)
	if !ok {
		return nil, secretError("env:"+name, textNoVariable, hintNoVariable, nil)
	}
	return []byte(value), nil
}

// runSecret takes a program's standard output. Its standard error is thrown
// away and its arguments are not named: either may hold the secret.
func runSecret(ctx context.Context, dir string, argv []string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, secretTimeout)
	defer cancel()
	cmd := exec.CommandContext(ctx, argv[0], argv[1:]...)
	cmd.Dir = dir
	cmd.WaitDelay = time.Second
	var out limitedBuffer
	cmd.Stdout = &out
	if err := cmd.Run(); err != nil {
		var exit *exec.ExitError
		var missing *exec.Error
		switch {
		case ctx.Err() != nil:
			return nil, &flusso.Error{Op: "read secret", ID: "command", Kind: flusso.Transient, What: textCommandTimeout, Hint: hintCommand, Err: ctx.Err()}
		case errors.As(err, &exit):
			return nil, secretError("command", textCommandExit(exit.ExitCode()), hintCommand, nil)
		case errors.As(err, &missing), errors.Is(err, fs.ErrNotExist), errors.Is(err, fs.ErrPermission):
			return nil, secretError("command", textCommandMissing, hintCommand, nil)
		}
		return nil, secretError("command", textCommandBroken, hintCommand, nil)
	}
	return out.b.Bytes(), nil
}

// limitedBuffer keeps a little more than a secret may have and swallows the
// rest, so that a program that never ends its output costs no memory.
type limitedBuffer struct{ b bytes.Buffer }

func (l *limitedBuffer) Write(p []byte) (int, error) {
	if room := maxSecret + 2 - l.b.Len(); room > 0 {
		l.b.Write(p[:min(room, len(p))])
	}
	return len(p), nil
}

// splitCommand cuts a command line into words at blanks; single and double
// quotes keep blanks together, and nothing else is special, so that Windows
// paths stay whole. There is no shell.
func splitCommand(s string) (argv []string, ok bool) {
	var word strings.Builder
	inWord, quote := false, rune(0)
	for _, r := range s {
		switch {
		case quote != 0 && r == quote:
			quote = 0
		case quote != 0:
			word.WriteRune(r)
		case r == '"' || r == '\'':
			quote, inWord = r, true
		case r == ' ' || r == '\t':
			if inWord {
				argv = append(argv, word.String())
				word.Reset()
				inWord = false
			}
		default:
			word.WriteRune(r)
			inWord = true
		}
	}
	if inWord {
		argv = append(argv, word.String())
	}
	return argv, quote == 0 && len(argv) > 0 && argv[0] != ""
}

func secretFileError(path string, err error) error {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return secretError(path, textSecretAbsent, hintSecretAbsent, nil)
	case errors.Is(err, fs.ErrPermission):
		return secretError(path, textSecretDenied, hintSecretDenied, nil)
	}
	return secretError(path, flusso.Text{}, hintSecretAbsent, err)
}

func secretError(id string, what, hint flusso.Text, err error) error {
	return &flusso.Error{Op: "read secret", ID: id, Kind: flusso.Config, What: what, Hint: hint, Err: err}
}
