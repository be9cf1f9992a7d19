package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"text/template"

	"filippo.io/age"
	"golang.org/x/crypto/ssh"

	"flussi/internal/config"
	"flussi/internal/flusso"
	"flussi/internal/spool"
	"flussi/schedules"
)

// makeConfiguration writes the files of a first configuration and names those
// that are new. What the answers make is read as flussi would before anything
// is written.
func (a *app) makeConfiguration(path string, is *answers) (made []string, err error) {
	dir := filepath.Dir(path)
	trial := *is
	trial.keyFile, trial.recipient = is.key, "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p"
	text, err := a.configurationText(trial)
	if err != nil {
		return nil, err
	}
	if _, err := config.Parse(filepath.Base(path), text, dir); err != nil {
		return nil, err
	}
	put := func(file string, perm fs.FileMode, content []byte) error {
		if err := writeNew(file, perm, content); err != nil {
			return err
		}
		made = append(made, file)
		return nil
	}
	secret := func(name string) string { return filepath.Join(dir, secretsDir, name) }
	if is.hasEndpoint() {
		switch {
		case isNew(is.key):
			is.keyFile = secretsDir + "/" + is.endpoint + "-key"
			if is.publicKey, err = sshKey(secret(is.endpoint+"-key"), put); err != nil {
				return made, err
			}
		case !isNo(is.key):
			is.keyFile = is.key
		}
	}
	if is.encrypt {
		is.identityFile = secret("spool-identity")
		if is.recipient, err = ageIdentity(is.identityFile, put); err != nil {
			return made, err
		}
	}
	example, err := schedules.FS.ReadFile("comune-invio.yaml")
	if err != nil {
		return made, err
	}
	// It takes effect when its name ends in .yaml: it names a recipient that
	// is yet to be written.
	if err := put(filepath.Join(dir, "schedules", "comune-invio.yaml."+a.text(textExampleSuffix)), 0o644, example); err != nil && !errors.Is(err, fs.ErrExist) {
		return made, err
	}
	if text, err = a.configurationText(*is); err != nil {
		return made, err
	}
	return made, put(path, 0o644, text)
}

// sshKey makes a key pair and gives the public line; of a key that is there
// from an interrupted try, its own.
func sshKey(file string, put func(string, fs.FileMode, []byte) error) (public string, err error) {
	if old, err := os.ReadFile(file); err == nil {
		signer, err := ssh.ParsePrivateKey(old)
		if err != nil {
			return "", &flusso.Error{Op: "init", ID: shown(file), Kind: flusso.Config, What: textNotAKey, Hint: hintNotAKey}
		}
		return publicLine(signer.PublicKey()), nil
	}
	pub, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return "", fmt.Errorf("make key: %w", err)
	}
	block, err := ssh.MarshalPrivateKey(private, "flussi")
	if err != nil {
		return "", fmt.Errorf("write key: %w", err)
	}
	key, err := ssh.NewPublicKey(pub)
	if err != nil {
		return "", fmt.Errorf("write key: %w", err)
	}
	public = publicLine(key)
	if err := put(file, spool.FilePerm, pem.EncodeToMemory(block)); err != nil {
		return "", err
	}
	return public, put(file+".pub", 0o644, []byte(public+"\n"))
}

func publicLine(key ssh.PublicKey) string {
	return strings.TrimSpace(string(ssh.MarshalAuthorizedKey(key))) + " flussi"
}

// ageIdentity makes what the spool is read with, in the form of age-keygen,
// and gives its recipient; of one that is there already, its own.
func ageIdentity(file string, put func(string, fs.FileMode, []byte) error) (recipient string, err error) {
	if old, err := os.ReadFile(file); err == nil {
		found, err := age.ParseIdentities(bytes.NewReader(old))
		if err == nil {
			if own, ok := found[0].(*age.X25519Identity); ok {
				return own.Recipient().String(), nil
			}
		}
		return "", &flusso.Error{Op: "init", ID: shown(file), Kind: flusso.Config, What: textNotAKey, Hint: hintNotAKey}
	}
	identity, err := age.GenerateX25519Identity()
	if err != nil {
		return "", fmt.Errorf("make identity: %w", err)
	}
	recipient = identity.Recipient().String()
	return recipient, put(file, spool.FilePerm, []byte("# public key: "+recipient+"\n"+identity.String()+"\n"))
}

// writeNew makes a file, durably, and the folders above it; one that is there
// is never written over.
func writeNew(file string, perm fs.FileMode, content []byte) error {
	if _, err := os.Lstat(file); err == nil {
		return &flusso.Error{Op: "init", ID: shown(file), Kind: flusso.Exists, What: textOutExists, Hint: hintConfigThere, Err: fs.ErrExist}
	}
	if err := spool.MkdirAll(spool.OS, filepath.Dir(file)); err != nil {
		return err
	}
	return spool.WriteFile(spool.OS, file, perm, func(w io.Writer) error {
		_, err := w.Write(content)
		return err
	})
}

// configurationText is the file that the answers make.
func (a *app) configurationText(is answers) ([]byte, error) {
	var b bytes.Buffer
	err := configurationTemplate.Execute(&b, map[string]any{
		"Say":      func(it, en string) string { return a.text(flusso.Text{It: it, En: en}) },
		"Is":       map[string]string{"codice": is.codice, "denominazione": is.denominazione, "state": is.state, "endpoint": is.endpoint, "address": is.address, "user": is.user, "key": is.keyFile, "password": is.password, "recipient": is.recipient},
		"Service":  is.service && strings.HasPrefix(is.state, "/var/lib/flussi/"),
		"Endpoint": is.hasEndpoint(), "Password": !isNo(is.password), "Encrypt": is.encrypt,
		"Key": is.keyFile != "" && !isNo(is.key), "INPS": strings.HasPrefix(is.address, "invia.inps.it:"),
	})
	return b.Bytes(), err
}

// quoted is text as YAML takes it whatever is in it: a JSON string is one.
func quoted(text string) (string, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	err := enc.Encode(text)
	return strings.TrimSpace(b.String()), err
}

var configurationTemplate = template.Must(template.New("flussi.yaml").Funcs(template.FuncMap{"q": quoted}).Parse(
	`# {{call .Say "I percorsi relativi partono da questa cartella; flussi check controlla tutto." "Relative paths start from this folder; flussi check checks everything."}}
ente: {codice: {{q .Is.codice}}, denominazione: {{q .Is.denominazione}}}

# {{call .Say "Registro, spool e chiavi: una cartella che nessun altro legge." "Ledger, spool and keys: a folder that nobody else reads."}}
state: {{q .Is.state}}
{{- if .Service}}

# {{call .Say "Le pubblicazioni, che legge il gruppo flussi-dataset." "The releases, which the group flussi-dataset reads."}}
datasets: ` + serviceDatasets + `
{{- end}}

# {{call .Say "Chi risponde delle esecuzioni programmate: un codice, mai un nome." "Who answers for scheduled runs: a code, never a name."}}
# operators: {responsible: [{person: op-17, from: 2026-01-01}]}
{{- if .Endpoint}}

endpoints:
  {{q .Is.endpoint}}:
    address: {{q .Is.address}}
    user: {{q .Is.user}}
{{- if .Password}}
    password: {{q .Is.password}}
{{- end}}
{{- if .Key}}
    key: {{q (print "file:" .Is.key)}}
{{- end}}
    # {{call .Say "Nessuna connessione finché la chiave del server non è qui: flussi hosts pin" "No connection until the server's key is here: flussi hosts pin"}}
    host_keys: []
{{- if .INPS}}
    # {{call .Say "Il server toglie da sé ciò che ritiene scaricato; in ingresso il file ha subito il suo nome." "The server removes by itself what it takes for downloaded; files sent have their name at once."}}
    consume: server-removes
    publish: in-place
{{- end}}
{{- end}}
{{- if .Encrypt}}

# {{call .Say "Ciò che arriva riposa cifrato (age). Senza la chiave non si rilegge: conservarne una copia altrove." "What arrives rests encrypted (age). Without the key nobody reads it: keep a copy elsewhere."}}
spool:
  encrypt: [{{.Is.recipient}}]
  identity: file:` + secretsDir + `/spool-identity
{{- end}}
`))
