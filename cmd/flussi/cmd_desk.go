package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"flussi/internal/desk"
	"flussi/internal/office"
)

func (a *app) deskCommand() *cobra.Command {
	var flags readFlags
	var d deskFlags
	cmd := &cobra.Command{
		Use:     "desk",
		Short:   a.text(textDeskShort),
		Long:    a.text(textDeskLong),
		Example: a.text(textDeskExample),
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.desk(cmd.Context(), flags, d)
		},
	}
	flags.register(a, cmd)
	cmd.Flags().StringVar(&d.root, "office", "", a.text(textFlagOffice))
	cmd.Flags().StringVar(&d.out, "out", "", a.text(textFlagDeskOut))
	cmd.Flags().BoolVar(&d.noBrowser, "no-browser", false, a.text(textFlagNoBrowser))
	return cmd
}

// deskFlags are those of desk alone.
type deskFlags struct {
	noBrowser bool
	root, out string // of the Enti, and of the files that the portal takes
}

// places are those that were named, or the user's.
func (d *deskFlags) places() (err error) {
	if d.root == "" {
		if d.root, err = office.DefaultRoot(os.Getenv); err != nil {
			return err
		}
	}
	if d.out == "" {
		d.out, err = office.DefaultOut(os.Getenv)
	}
	return err
}

// desk shows the local page until it is closed.
func (a *app) desk(ctx context.Context, flags readFlags, d deskFlags) (err error) {
	opt, err := flags.options(a)
	if err != nil {
		return err
	}
	if err := d.places(); err != nil {
		return err
	}
	page, err := desk.Listen(ctx, desk.Options{Lang: a.lang, Options: opt, Root: d.root, Out: d.out, Login: login(), Now: a.now, Report: func(err error) { a.explainError(err) }})
	if err != nil {
		return err
	}
	if a.json || d.noBrowser {
		a.tellDesk(page.Address())
	}
	if !d.noBrowser {
		remove, err := desk.Open(ctx, page.Address())
		if err != nil {
			return errors.Join(err, page.Close())
		}
		defer func() { err = errors.Join(err, remove()) }()
		a.sayf(textDeskOpen)
	}
	if err := page.Serve(ctx); err != nil {
		return fmt.Errorf("desk: %w", err)
	}
	return ctx.Err()
}

func (a *app) tellDesk(address string) {
	if a.json {
		a.emit(struct {
			MessageType string `json:"message_type"`
			Address     string `json:"address"` // opens once
		}{"desk", address})
		return
	}
	a.print(address)
}
