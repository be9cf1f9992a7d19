package main

import (
	"context"
	"errors"
	"os"

	"github.com/spf13/cobra"

	"flussi/internal/office"
)

// officeFlags say which memory of which Ente is meant.
type officeFlags struct {
	root, ente, operator string
}

func (f *officeFlags) register(a *app, cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.root, "office", "", a.text(textFlagOffice))
	cmd.Flags().StringVar(&f.ente, "ente", "", a.text(textFlagOfficeEnte))
	cmd.Flags().StringVar(&f.operator, "operator", "", a.text(textFlagOperator))
}

// folder is that of all Enti.
func (f *officeFlags) folder() (string, error) {
	if f.root != "" {
		return f.root, nil
	}
	return office.DefaultRoot(os.Getenv)
}

// asked tells whether a command that can also look at a server's state is to look at
// an Ente's memory: it is named, or there is no configuration and there is one.
func (f *officeFlags) asked(a *app) bool {
	if f.root != "" || f.ente != "" {
		return true
	}
	if a.configurationPath() != "" {
		return false
	}
	root, err := f.folder()
	if err != nil {
		return false
	}
	all, err := office.List(root)
	return err != nil || len(all) > 0
}

// inOffice does something in an Ente's memory.
func (a *app) inOffice(ctx context.Context, flags officeFlags, do func(*office.Office) error) (err error) {
	root, err := flags.folder()
	if err != nil {
		return err
	}
	f, err := office.Open(ctx, root, flags.ente, office.Options{Now: a.now, Login: login()})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	return do(f)
}
