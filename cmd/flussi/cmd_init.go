package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"flussi/internal/config"
	"flussi/internal/flusso"
)

// answers are what a first configuration is made of: given as flags, asked
// where they are not.
type answers struct {
	codice, denominazione, state string
	endpoint, address, user      string
	key, password                string
	encrypt                      bool
	service                      bool // the configuration is the service's, and folders are where its unit may write

	// Known once the files are made.
	keyFile, publicKey      string
	identityFile, recipient string
}

const (
	inpsName    = "inps"
	inpsAddress = "invia.inps.it:22"
	secretsDir  = "segreti"
)

func (a *app) initCommand() *cobra.Command {
	var given answers
	cmd := &cobra.Command{
		Use:     "init",
		Short:   a.text(textInitShort),
		Long:    a.text(textInitLong),
		Example: a.text(textInitExample),
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.init(given, func(flag string) bool { return cmd.Flags().Changed(flag) })
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&given.codice, "ente", "", a.text(askCodice))
	flags.StringVar(&given.denominazione, "denominazione", "", a.text(askDenominazione))
	flags.StringVar(&given.state, "state", "", a.text(askState))
	flags.StringVar(&given.endpoint, "endpoint", "", a.text(askEndpoint))
	flags.StringVar(&given.address, "address", "", a.text(askAddress))
	flags.StringVar(&given.user, "user", "", a.text(askUser))
	flags.StringVar(&given.key, "key", "", a.text(askKey))
	flags.StringVar(&given.password, "password", "", a.text(askPassword))
	flags.BoolVar(&given.encrypt, "encrypt", true, a.text(askEncrypt))
	return cmd
}

// init makes a first configuration. It writes only what is not there, the
// configuration last: after an interruption it can be called again.
func (a *app) init(is answers, given func(flag string) bool) error {
	path := a.configPath
	if path == "" {
		path = "flussi.yaml"
	}
	path, err := filepath.Abs(path)
	if err != nil {
		return err
	}
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		return &flusso.Error{Op: "init", ID: shown(path), Kind: flusso.Config, What: textConfigThere, Hint: hintConfigThere, Err: err}
	}
	is.service = forService(path)
	if err := a.askAll(&is, given); err != nil {
		return err
	}
	made, err := a.makeConfiguration(path, &is)
	if err != nil {
		return err
	}
	if err := forGroup(filepath.Dir(path), made); err != nil {
		return &flusso.Error{Op: "init", ID: shown(path), Kind: flusso.Config, What: textCannotGive, Hint: hintCannotGive, Err: err}
	}
	return a.tellInit(path, is, made)
}

// askAll asks what the flags left open.
func (a *app) askAll(is *answers, given func(flag string) bool) (err error) {
	q := a.asker()
	ask := func(flag string, question flusso.Text, answer *string, fallback string) {
		if err != nil || given(flag) {
			return
		}
		if *answer, err = q.ask(question, fallback); err == nil && *answer == "" {
			err = wrongArguments(sprint(textNoAnswer, a.text(question)), sprint(hintNoAnswer, flag))
		}
	}
	ask("ente", askCodice, &is.codice, "")
	ask("denominazione", askDenominazione, &is.denominazione, "")
	state := "stato"
	if is.service {
		state = serviceState
	}
	ask("state", askState, &is.state, state)
	ask("endpoint", askEndpoint, &is.endpoint, inpsName)
	if is.hasEndpoint() {
		address, password := "", "no"
		if is.endpoint == inpsName {
			address, password = inpsAddress, "file:"+secretsDir+"/"+inpsName+"-password"
		}
		ask("address", askAddress, &is.address, address)
		ask("user", askUser, &is.user, "")
		ask("key", askKey, &is.key, a.text(textNew))
		ask("password", askPassword, &is.password, password)
	}
	if err == nil && !given("encrypt") {
		is.encrypt, err = q.yes(askEncrypt, true)
	}
	return err
}

// forService tells whether a configuration is that of the packages' service: it stands where
// its unit looks.
func forService(path string) bool {
	return strings.HasPrefix(filepath.ToSlash(path), "/etc/")
}

// The folders that the packages make for the service; nothing else may it write.
const (
	serviceState    = "/var/lib/flussi/stato"
	serviceDatasets = "/var/lib/flussi-dataset"
)

func (is *answers) hasEndpoint() bool { return !isNo(is.endpoint) }

// isNo tells that an answer says there is none.
func isNo(answer string) bool { return answer == "no" || answer == "none" || answer == "nessuno" }

// isNew tells that a key is to be made.
func isNew(answer string) bool { return answer == textNew.It || answer == textNew.En }

// tellInit says what was made and what to do next.
func (a *app) tellInit(path string, is answers, made []string) error {
	cfg, err := config.Load(path)
	if err != nil {
		return err
	}
	var next []string
	step := func(t flusso.Text, args ...any) { next = append(next, sprint(t, args...).In(a.lang)) }
	if is.recipient != "" {
		step(nextKeepKey, shown(is.identityFile))
	}
	if is.publicKey != "" {
		step(nextSendKey, is.publicKey)
	}
	if file, ok := strings.CutPrefix(is.password, "file:"); ok {
		if !filepath.IsAbs(file) {
			file = filepath.Join(filepath.Dir(cfg.File), file)
		}
		if _, err := os.Stat(file); errors.Is(err, fs.ErrNotExist) {
			write := nextPassword
			if is.service {
				write = nextPasswordRoot
			}
			step(write, shown(file))
		}
	}
	config := ""
	if a.configPath != "" {
		config = " --config " + shown(path)
	}
	if is.hasEndpoint() {
		step(nextPin, is.endpoint, config)
	}
	step(nextCheck, config)
	step(nextSchedule, shown(cfg.Schedules))
	if a.json {
		a.emit(struct {
			MessageType string   `json:"message_type"`
			Config      string   `json:"config"`
			Files       []string `json:"files"`
			Recipient   string   `json:"recipient,omitempty"`
			PublicKey   string   `json:"public_key,omitempty"`
			Next        []string `json:"next"`
		}{"init", path, made, is.recipient, is.publicKey, next})
		return nil
	}
	for _, file := range made {
		a.printf(textMade, shown(file))
	}
	if is.recipient != "" {
		a.printf(textRecipientMade, is.recipient)
	}
	a.sayf(textNext)
	for _, line := range next {
		a.say("  → " + line)
	}
	return nil
}
