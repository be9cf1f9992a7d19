package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"flussi/internal/flusso"
	"flussi/internal/schema"
	"flussi/internal/schema/xsd"
)

func (a *app) schemaShowCommand() *cobra.Command {
	var tipo string
	cmd := &cobra.Command{
		Use:     "show",
		Short:   a.text(textSchemaShowShort),
		Long:    a.text(textSchemaShowLong),
		Example: "  flussi schema show --tipo SINBA\n  flussi schema show --tipo PS --json",
		Args:    cobra.NoArgs,
		RunE:    func(*cobra.Command, []string) error { return a.showSchema(tipo) },
	}
	cmd.Flags().StringVar(&tipo, "tipo", "", a.text(textFlagSchemaTipo))
	return cmd
}

// showSchema tells every element and attribute of the built-in tables, of both
// kinds of flow where none is named.
func (a *app) showSchema(name string) error {
	tipi := []flusso.Tipo{flusso.PSPSASINA, flusso.SINBA}
	if name != "" {
		tipo, err := flusso.ParseTipo(name)
		if err != nil {
			return err
		}
		if tipo == flusso.Ritorno {
			return &flusso.Error{Op: "schema", Kind: flusso.Invalid, What: textNoXSDOfRitorno, Hint: hintNoXSDOfRitorno}
		}
		tipi = []flusso.Tipo{tipo}
	}
	for _, tipo := range tipi {
		if !a.json {
			a.print(tipo.String())
		}
		schema.BuiltIn(tipo).Root.Walk(func(e *xsd.Element, at *xsd.Attribute) { a.showDeclaration(tipo, e, at) })
	}
	return nil
}

func (a *app) showDeclaration(tipo flusso.Tipo, e *xsd.Element, at *xsd.Attribute) {
	path, required, kind := e.Path, e.Min > 0, e.Text
	if at != nil {
		path, required, kind = at.Path, at.Required, at.Type
	}
	if a.json {
		type code struct {
			Code  string `json:"code"`
			Label string `json:"label"`
		}
		line := struct {
			MessageType string `json:"message_type"`
			Tipo        string `json:"tipo"`
			Path        string `json:"path"`
			Required    bool   `json:"required"`
			Max         int    `json:"max"` // how often it may come; -1: any number
			Type        string `json:"type,omitempty"`
			Codes       []code `json:"codes,omitempty"`
		}{MessageType: "declaration", Tipo: tipo.String(), Path: path, Required: required, Max: e.Max}
		if at != nil {
			line.Max = 1
		}
		if kind != nil {
			line.Type = kind.String()
			for _, c := range kind.Codes {
				line.Codes = append(line.Codes, code{c.Value, c.Label})
			}
		}
		a.emit(line)
		return
	}
	mark := " "
	if required {
		mark = "*"
	}
	if kind == nil {
		a.print(fmt.Sprintf("%s %s", mark, path))
		return
	}
	a.print(fmt.Sprintf("%s %-78s %s", mark, path, kind))
	for _, c := range kind.Codes {
		a.print(fmt.Sprintf("      %-3s %s", c.Value, c.Label))
	}
}

func (a *app) schemaDiffCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "diff FILE.xsd",
		Short:   a.text(textSchemaDiffShort),
		Long:    a.text(textSchemaDiffLong),
		Example: "  flussi schema diff PS_PSA_SINA202701.xsd",
		Args:    cobra.ExactArgs(1),
		RunE:    func(_ *cobra.Command, args []string) error { return a.diffSchema(args[0]) },
	}
	return cmd
}

// diffSchema tells what an XSD has otherwise than the built-in tables;
// errPartial where there is something.
func (a *app) diffSchema(path string) error {
	tipo, official, err := readXSD(path)
	if err != nil {
		return err
	}
	changes := xsd.Diff(schema.BuiltIn(tipo), official)
	breaks := false
	for _, c := range changes {
		breaks = breaks || c.Effect == xsd.Breaks || c.Effect == xsd.Both
		if a.json {
			a.emit(struct {
				MessageType string     `json:"message_type"`
				Path        string     `json:"path"`
				Change      string     `json:"change"`
				Was         string     `json:"was"`
				Is          string     `json:"is"`
				Effect      xsd.Effect `json:"effect"`
			}{"schema_change", c.Path, a.text(c.What), c.Was, c.Is, c.Effect})
			continue
		}
		a.print(c.Path)
		a.print("  " + a.text(c.What) + a.wasAndIs(c))
		a.print("  " + a.text(effectText[c.Effect]))
	}
	switch {
	case a.json:
		a.emit(struct {
			MessageType string `json:"message_type"`
			Tipo        string `json:"tipo"`
			Changes     int    `json:"changes"`
			Breaks      bool   `json:"breaks"`
		}{"schema", tipo.String(), len(changes), breaks})
	case len(changes) == 0:
		a.printf(textSchemaSame, tipo)
	case breaks:
		a.printf(textSchemaBreaks, len(changes), tipo)
	default:
		a.printf(textSchemaLoosens, len(changes), tipo)
	}
	if len(changes) > 0 {
		return errPartial
	}
	return nil
}

func (a *app) wasAndIs(c xsd.Change) string {
	switch {
	case c.Was != "" && c.Is != "":
		return ": " + c.Was + " → " + c.Is
	case c.Is != "":
		return ": " + c.Is
	case c.Was != "":
		return ": " + c.Was
	}
	return ""
}

// readXSD reads an INPS schema and tells of which kind of flow it is.
func readXSD(path string) (flusso.Tipo, *xsd.Schema, error) {
	file, _, err := openInput(path)
	if err != nil {
		return 0, nil, err
	}
	defer func() { _ = file.Close() }() // read only: its error changes nothing
	s, err := xsd.Read(file, "Flusso")
	if err != nil {
		return 0, nil, err
	}
	tipo, err := schema.TipoOf(s)
	return tipo, s, err
}

// effectText says what a change does to flows.
var effectText = map[xsd.Effect]flusso.Text{
	xsd.Breaks:  {It: "flussi finora validi possono essere rifiutati", En: "flows that were valid may be refused"},
	xsd.Loosens: {It: "flussi finora rifiutati possono essere validi", En: "flows that were refused may be valid"},
	xsd.Both:    {It: "flussi finora validi possono essere rifiutati, e il contrario", En: "flows that were valid may be refused, and the other way"},
	xsd.Neither: {It: "la validità dei flussi non cambia", En: "what is valid does not change"},
}
