package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"flussi/internal/anonymize"
	"flussi/internal/container"
	"flussi/internal/flusso"
	"flussi/internal/report"
	"flussi/internal/schema"
)

func (a *app) explainCommand() *cobra.Command {
	var flags readFlags
	var field string
	cmd := &cobra.Command{
		Use:     "explain RECIPIENT | RULE | FILE:LINE",
		Short:   a.text(textExplainShort),
		Long:    a.text(textExplainLong),
		Example: a.text(textExplainExample),
		Args:    cobra.ExactArgs(1),
		RunE:    func(cmd *cobra.Command, args []string) error { return a.explain(cmd.Context(), args[0], field, flags) },
	}
	flags.register(a, cmd)
	cmd.Flags().StringVar(&field, "field", "", a.text(textFlagField))
	return cmd
}

var ruleCode = flusso.NewPattern(`^[A-Z]+-[0-9]+$`)

func (a *app) explain(ctx context.Context, what, field string, flags readFlags) error {
	if field == "" && ruleCode.MatchString(strings.ToUpper(what)) {
		rule, ok := schema.RuleByCode(strings.ToUpper(what))
		if !ok {
			return &flusso.Error{Op: "explain", Kind: flusso.Invalid, What: textNoRule, Hint: hintNoRule}
		}
		a.explainRule(rule)
		if strings.Contains(rule.Field, "CodiceRegione") {
			a.regions()
		}
		return nil
	}
	if i := strings.LastIndex(what, ":"); i > 0 && field == "" {
		_, classErr := anonymize.ParseClass(what[:i])
		if line, err := strconv.Atoi(what[i+1:]); err == nil && classErr != nil {
			return a.explainLine(ctx, what[:i], line, flags)
		}
	}
	who, _, err := a.recipient(what)
	if err != nil {
		return err
	}
	matrix, err := a.matrix()
	if err != nil {
		return err
	}
	told, err := a.toldInstead(who)
	if err != nil {
		return err
	}
	if field != "" {
		if err := a.explainField(matrix, what, who, field); err != nil {
			return err
		}
		a.explainTold(field, told)
		return nil
	}
	text := matrix.Explain(who, a.lang)
	for _, tipo := range flusso.Tipi {
		if told[tipo] != "" {
			text += fmt.Sprintf(a.text(textToldInstead), tipo, told[tipo]) + "\n"
		}
	}
	if a.json {
		a.emit(a.explainMessageOf(matrix, what, who, text))
		return nil
	}
	a.print(strings.TrimRight(text, "\n"))
	return nil
}

func (a *app) explainRule(r schema.Rule) {
	if a.json {
		tipi := make([]string, len(r.Tipi))
		for i, t := range r.Tipi {
			tipi[i] = t.String()
		}
		a.emit(struct {
			MessageType string          `json:"message_type"`
			Rule        string          `json:"rule"`
			Tipi        []string        `json:"tipi"`
			Field       string          `json:"field"`
			Condition   string          `json:"condition,omitempty"`
			Severity    schema.Severity `json:"severity"`
			XSD         bool            `json:"xsd"`
			Message     string          `json:"message"`
			Remedy      string          `json:"remedy"`
			Source      string          `json:"source"`
		}{"rule", r.Code, tipi, r.Field, r.Condition.In(a.lang), r.Severity, r.XSD, r.Message.In(a.lang), r.Remedy.In(a.lang), r.Source})
		return
	}
	a.print(strings.TrimSpace(fmt.Sprintf("%s (%s)  %s", r.Code, a.text(severityText(r.Severity)), r.Field)))
	a.print("  " + r.Message.In(a.lang))
	a.print("  → " + r.Remedy.In(a.lang))
	if condition := r.Condition.In(a.lang); condition != "" {
		a.printf(textCondition, condition)
	}
	a.printf(textSource, r.Source)
}

// regions shows what a CodiceRegione may hold, beside the ISTAT code that is
// often sent for it.
func (a *app) regions() {
	if !a.json {
		a.print("\n  DM1986  ISTAT")
	}
	for _, r := range schema.Regions() {
		if a.json {
			a.emit(struct {
				MessageType string `json:"message_type"`
				DM1986      string `json:"dm1986"`
				ISTAT       string `json:"istat"`
				NUTS2       string `json:"nuts2"`
				Nome        string `json:"nome"`
			}{"region", r.DM1986, r.ISTAT, r.NUTS2, r.Nome})
			continue
		}
		a.print(fmt.Sprintf("  %s      %s     %s", r.DM1986, r.ISTAT, r.Nome))
	}
}

// explainLine tells every fault on a line of a file, each with its rule.
func (a *app) explainLine(ctx context.Context, path string, line int, flags readFlags) error {
	opt, err := flags.options(a)
	if err != nil {
		return err
	}
	file, size, err := openInput(path)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }() // read only: its error changes nothing
	found := 0
	err = container.Walk(file, size, opt.Workbooks(), func(ordinal int, flow io.Reader) error {
		name := report.FlowName(path, ordinal)
		opt := opt
		opt.Faults = func(f schema.Fault) {
			if f.Line != line {
				return
			}
			found++
			rule, _ := schema.RuleByCode(f.Rule)
			if a.json {
				a.emit(faultMessageOf(name, f))
			} else {
				a.print(placeOf(name, f) + "  " + f.Path)
			}
			a.explainRule(rule)
		}
		_, err := schema.Check(ctx, flow, opt)
		var refused *schema.FileError
		if errors.As(err, &refused) {
			return nil // its fault was told above, if it is on the line
		}
		return err
	})
	if err != nil {
		return err
	}
	if found == 0 && !a.json {
		a.printf(textNoFaultThere, path, line)
	}
	return nil
}
