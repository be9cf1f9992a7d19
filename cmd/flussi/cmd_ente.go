package main

import (
	"github.com/spf13/cobra"

	"flussi/internal/flusso"
	"flussi/internal/office"
)

func (a *app) enteCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "ente",
		Short: a.text(textEnteShort),
		Long:  a.text(textEnteLong),
	}
	var flags officeFlags
	var e office.Ente
	add := &cobra.Command{
		Use:     "add " + a.text(textCodeArgument),
		Short:   a.text(textEnteAddShort),
		Example: "  flussi ente add H501 --denominazione \"Comune di Roma\"",
		Args:    cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			e.Codice = args[0]
			return a.addEnte(flags, e)
		},
	}
	add.Flags().StringVar(&flags.root, "office", "", a.text(textFlagOffice))
	add.Flags().StringVar(&e.Denominazione, "denominazione", "", a.text(textFlagDenominazione))
	add.Flags().StringVar(&e.Operatore, "operator", "", a.text(textFlagEnteOperator))
	ls := &cobra.Command{
		Use:     "ls",
		Short:   a.text(textEnteLsShort),
		Example: "  flussi ente ls --json",
		Args:    cobra.NoArgs,
		RunE:    func(*cobra.Command, []string) error { return a.listEnti(flags) },
	}
	ls.Flags().StringVar(&flags.root, "office", "", a.text(textFlagOffice))
	cmd.AddCommand(add, ls)
	return cmd
}

// addEnte makes an Ente's memory; what no flag says is asked for.
func (a *app) addEnte(flags officeFlags, e office.Ente) (err error) {
	root, err := flags.folder()
	if err != nil {
		return err
	}
	if q := a.asker(); e.Denominazione == "" && q.terminal {
		if e.Denominazione, err = q.ask(flusso.Text{It: "Denominazione dell'Ente", En: "Denominazione of the Ente"}, ""); err != nil {
			return err
		}
	}
	if err := office.Add(root, e); err != nil {
		return err
	}
	a.tellEnte(e)
	return nil
}

func (a *app) listEnti(flags officeFlags) error {
	root, err := flags.folder()
	if err != nil {
		return err
	}
	all, err := office.List(root)
	if err != nil {
		return err
	}
	for _, e := range all {
		a.tellEnte(e)
	}
	if len(all) == 0 && !a.json {
		a.printf(textEnteNone)
	}
	return nil
}

func (a *app) tellEnte(e office.Ente) {
	if a.json {
		a.emit(kinded[office.Ente]{"ente", e})
		return
	}
	a.print("  " + e.Codice + "  " + e.Denominazione)
}
