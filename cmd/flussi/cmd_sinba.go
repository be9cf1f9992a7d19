package main

import (
	"crypto/rand"
	"errors"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"flussi/internal/flusso"
	"flussi/internal/sinba"
	"flussi/internal/spool"
)

func (a *app) sinbaCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "sinba",
		Short: a.text(textSinbaShort),
		Long:  a.text(textSinbaLong),
	}
	var ente string
	made := &cobra.Command{
		Use:     "make FILE",
		Short:   a.text(textSinbaMakeShort),
		Example: "  flussi sinba make chiave-sinba.txt --ente H501",
		Args:    cobra.ExactArgs(1),
		RunE:    func(_ *cobra.Command, args []string) error { return a.makeSinbaKey(args[0], ente) },
	}
	made.Flags().StringVar(&ente, "ente", "", a.text(textFlagSinbaEnte))
	cmd.AddCommand(made, &cobra.Command{
		Use:     "show FILE",
		Short:   a.text(textSinbaShowShort),
		Example: "  flussi sinba show chiave-sinba.txt",
		Args:    cobra.ExactArgs(1),
		RunE:    func(_ *cobra.Command, args []string) error { return a.showSinbaKey(args[0]) },
	}, &cobra.Command{
		Use:     "restore FILE",
		Short:   a.text(textSinbaRestoreShort),
		Long:    a.text(textSinbaRestoreLong),
		Example: "  flussi sinba restore chiave-sinba.txt",
		Args:    cobra.ExactArgs(1),
		RunE:    func(_ *cobra.Command, args []string) error { return a.restoreSinbaKey(args[0]) },
	})
	return cmd
}

// makeSinbaKey makes an Ente's key, once, and shows what goes into the envelope.
func (a *app) makeSinbaKey(path, ente string) error {
	if !enteInName.MatchString(ente) {
		return &flusso.Error{Op: "make key", Kind: flusso.Invalid, What: textSinbaNoEnte, Hint: hintSinbaNoEnte}
	}
	key, err := sinba.New(rand.Reader, ente)
	if err != nil {
		return err
	}
	if err := keepSinbaKey(path, key); err != nil {
		return err
	}
	a.tellSinbaKey(path, key)
	return nil
}

func (a *app) showSinbaKey(path string) error {
	key, err := readSinbaKey(path)
	if err != nil {
		return err
	}
	a.tellSinbaKey(path, key)
	return nil
}

// restoreSinbaKey makes the file again of what a person reads out of the envelope.
func (a *app) restoreSinbaKey(path string) error {
	q := a.asker()
	if q.terminal {
		a.sayf(textSinbaAsk)
	}
	line, err := q.lines.ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	key, err := sinba.ParseKey(line)
	if err != nil {
		return err
	}
	if err := keepSinbaKey(path, key); err != nil {
		return err
	}
	a.sayf(textSinbaRestored, key.Ente(), path)
	return nil
}

// maxSinbaKey bounds the file of a key, in bytes.
const maxSinbaKey = 1 << 10

// keepSinbaKey never takes a key's place: with another the codes are others.
func keepSinbaKey(path string, key sinba.Key) error {
	if _, err := os.Lstat(path); err == nil {
		return &flusso.Error{Op: "make key", ID: path, Kind: flusso.Exists, What: textSinbaThere, Hint: hintSinbaThere}
	}
	return spool.WriteFile(spool.OS, path, 0o600, func(w io.Writer) error {
		_, err := io.WriteString(w, key.Words()+"\n")
		return err
	})
}

func readSinbaKey(path string) (key sinba.Key, err error) {
	file, _, err := openInput(path)
	if err != nil {
		return key, err
	}
	defer func() { _ = file.Close() }() // read only: its error changes nothing
	words, err := io.ReadAll(io.LimitReader(file, maxSinbaKey))
	if err != nil {
		return key, err
	}
	return sinba.ParseKey(strings.TrimSpace(string(words)))
}

// tellSinbaKey is the one place that shows a key.
func (a *app) tellSinbaKey(path string, key sinba.Key) {
	if a.json {
		a.emit(struct {
			MessageType string `json:"message_type"`
			File        string `json:"file"`
			Ente        string `json:"ente"`
			Key         string `json:"key"` // for the envelope
		}{"sinba_key", path, key.Ente(), key.Words()})
		return
	}
	a.print(key.Words())
	a.sayf(textSinbaEnvelope, path)
}
