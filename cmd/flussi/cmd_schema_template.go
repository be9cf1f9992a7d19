package main

import (
	"strings"

	"github.com/spf13/cobra"

	"flussi/internal/flusso"
	"flussi/internal/schema"
	"flussi/internal/spool"
)

func (a *app) schemaTemplateCommand() *cobra.Command {
	var tipo, ente string
	var force bool
	cmd := &cobra.Command{
		Use:     "template OUT.xlsx",
		Short:   a.text(textTemplateShort),
		Long:    a.text(textTemplateLong),
		Example: "  flussi schema template modello.xlsx --ente H501\n  flussi schema template --tipo SINBA minori.xlsx",
		Args:    cobra.ExactArgs(1),
		RunE:    func(_ *cobra.Command, args []string) error { return a.template(args[0], tipo, ente, force) },
	}
	cmd.Flags().StringVar(&tipo, "tipo", "PS", a.text(textFlagTipo))
	cmd.Flags().StringVar(&ente, "ente", "", a.text(textFlagTemplateEnte))
	cmd.Flags().BoolVar(&force, "force", false, a.text(textFlagForce))
	return cmd
}

// template writes a workbook for somebody who fills a flow in by hand.
func (a *app) template(out, tipo, ente string, force bool) error {
	t := schema.Template{Lang: a.lang, Ente: ente}
	var err error
	if t.Tipo, err = flusso.ParseTipo(tipo); err != nil {
		return err
	}
	switch {
	case t.Tipo != flusso.PSPSASINA && t.Tipo != flusso.SINBA:
		return &flusso.Error{Op: "template", Kind: flusso.Invalid, What: textTemplateTipo, Hint: hintTemplateTipo}
	case !strings.HasSuffix(strings.ToLower(out), ".xlsx"):
		return &flusso.Error{Op: "template", ID: out, Kind: flusso.Invalid, What: textTemplateForm, Hint: hintTemplateForm}
	case ente != "" && !enteInName.MatchString(ente):
		return &flusso.Error{Op: "template", Kind: flusso.Invalid, What: textSinbaNoEnte, Hint: hintSinbaNoEnte}
	}
	if err := newFile(out, force); err != nil {
		return err
	}
	if err := spool.WriteFile(spool.OS, out, 0o644, t.Write); err != nil {
		return err
	}
	if a.json {
		a.emit(struct {
			MessageType string `json:"message_type"`
			Out         string `json:"out"`
			Tipo        string `json:"tipo"`
		}{"template", out, t.Tipo.String()})
		return nil
	}
	a.printf(textTemplateWritten, out, t.Tipo)
	return nil
}
