package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"flussi/internal/desk"
)

func (a *app) deskCommand() *cobra.Command {
	var flags readFlags
	var noBrowser bool
	cmd := &cobra.Command{
		Use:     "desk",
		Short:   a.text(textDeskShort),
		Long:    a.text(textDeskLong),
		Example: a.text(textDeskExample),
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.desk(cmd.Context(), flags, noBrowser)
		},
	}
	flags.register(a, cmd)
	cmd.Flags().BoolVar(&noBrowser, "no-browser", false, a.text(textFlagNoBrowser))
	return cmd
}

// desk shows the local page until it is closed.
func (a *app) desk(ctx context.Context, flags readFlags, noBrowser bool) (err error) {
	opt, err := flags.options(a)
	if err != nil {
		return err
	}
	page, err := desk.Listen(ctx, desk.Options{Lang: a.lang, Options: opt, Report: func(err error) { a.explainError(err) }})
	if err != nil {
		return err
	}
	if a.json || noBrowser {
		a.tellDesk(page.Address())
	}
	if !noBrowser {
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
