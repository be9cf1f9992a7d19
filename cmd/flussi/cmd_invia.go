package main

import (
	"bytes"
	"context"
	"errors"
	"net/netip"
	"os"

	"github.com/spf13/cobra"

	"flussi/internal/flusso"
	"flussi/internal/invia"
)

type inviaFlags struct {
	root, listen, user, passwordFile, keyFile, removeOn, onDrop string
	allow                                                       []string
	dropBox, rename                                             bool
}

func (a *app) inviaCommand() *cobra.Command {
	var f inviaFlags
	cmd := &cobra.Command{
		Use:     "invia --root DIR --listen ADDR --user NAME",
		Short:   a.text(textInviaShort),
		Long:    a.text(textInviaLong),
		Example: a.text(textInviaExample),
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.invia(cmd.Context(), f) },
	}
	flags := cmd.Flags()
	flags.StringVar(&f.root, "root", "", a.text(textFlagRoot))
	flags.StringVar(&f.listen, "listen", "127.0.0.1:2222", a.text(textFlagListen))
	flags.StringVar(&f.user, "user", "ente", a.text(textFlagUser))
	flags.StringVar(&f.passwordFile, "password-file", "", a.text(textFlagPasswordFile))
	flags.StringVar(&f.keyFile, "authorized-key", "", a.text(textFlagAuthorizedKey))
	flags.StringSliceVar(&f.allow, "allow", []string{"127.0.0.0/8", "::1/128"}, a.text(textFlagAllow))
	flags.StringVar(&f.removeOn, "remove-on", "close", a.text(textFlagRemoveOn))
	flags.StringVar(&f.onDrop, "on-drop", "remove", a.text(textFlagOnDrop))
	flags.BoolVar(&f.dropBox, "drop-box", true, a.text(textFlagDropBox))
	flags.BoolVar(&f.rename, "rename", false, a.text(textFlagRename))
	require(cmd, "root")
	return cmd
}

// invia serves until it is told to stop; a signal ends it in order.
func (a *app) invia(ctx context.Context, f inviaFlags) error {
	config, err := f.config(a)
	if err != nil {
		return err
	}
	server, err := invia.New(config)
	if err != nil {
		return err
	}
	listener, err := server.Listen(f.listen)
	if err != nil {
		return errors.Join(err, server.Close())
	}
	a.stopsInOrder = true
	if a.json {
		a.emit(struct {
			MessageType string `json:"message_type"`
			Address     string `json:"address"`
			HostKey     string `json:"host_key"`
			Fingerprint string `json:"fingerprint"`
			Log         string `json:"log"`
		}{"invia", listener.Addr().String(), server.HostKey(), server.Fingerprint(), server.LogPath()})
	} else {
		a.printf(textInviaListens, listener.Addr(), server.Fingerprint(), server.HostKey(), server.UserDir(f.user), server.LogPath())
	}
	return server.Serve(ctx, listener)
}

func (f *inviaFlags) config(a *app) (c invia.Config, err error) {
	bad := &flusso.Error{Op: "arguments", Kind: flusso.Invalid, What: textBadInvia, Hint: hintBadInvia}
	removeOn := map[string]invia.RemoveOn{
		"close": invia.RemoveOnClose, "eof": invia.RemoveOnEOF, "last-byte": invia.RemoveOnLastByte, "never": invia.RemoveNever,
	}
	onDrop := map[string]invia.OnDrop{"remove": invia.RemoveOnDrop, "keep": invia.KeepOnDrop}
	var known1, known2 bool
	c = invia.Config{Root: f.root, Now: a.now, Log: a.log()}
	c.RemoveOn, known1 = removeOn[f.removeOn]
	c.OnDrop, known2 = onDrop[f.onDrop]
	if !known1 || !known2 {
		return c, bad
	}
	if f.rename {
		c.Offer = invia.Offer{Rename: true, PosixRename: true, Fsync: true, Limits: true}
	}
	user := invia.User{Name: f.user, DropBox: f.dropBox}
	for _, cidr := range f.allow {
		prefix, err := netip.ParsePrefix(cidr)
		if err != nil {
			bad.Err = err
			return c, bad
		}
		user.Sources = append(user.Sources, prefix)
	}
	password, err := optionalFile(f.passwordFile)
	if err != nil {
		return c, err
	}
	keys, err := optionalFile(f.keyFile)
	if err != nil {
		return c, err
	}
	user.Password = string(password)
	if len(keys) > 0 {
		user.Keys = []string{string(keys)}
	}
	user.Both = user.Password != "" && len(user.Keys) > 0
	if user.Password == "" && len(user.Keys) == 0 {
		return c, &flusso.Error{Op: "arguments", Kind: flusso.Invalid, What: textNoLogin, Hint: hintNoLogin}
	}
	c.Users = []invia.User{user}
	return c, nil
}

func optionalFile(path string) ([]byte, error) {
	if path == "" {
		return nil, nil
	}
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, &flusso.Error{Op: "read file", ID: path, Kind: flusso.Config, What: textCannotReadFile, Hint: hintCannotOpen, Err: err}
	}
	return bytes.TrimSpace(content), nil
}
