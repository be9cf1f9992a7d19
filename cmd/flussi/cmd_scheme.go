package main

import (
	"context"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"flussi/internal/anonymize"
	"flussi/internal/exchange"
	"flussi/internal/flusso"
	"flussi/internal/spool"
)

func (a *app) schemeCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "scheme",
		Short: a.text(textSchemeShort),
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(a.schemeFitCommand(), a.schemeShowCommand(), a.schemeCheckCommand(), a.schemeHierarchyCommand())
	return cmd
}

// schemeFlags say for whom a scheme is, as fit and check share them.
type schemeFlags struct {
	read                            readFlags
	recipient, dataset, linkability string
}

func (f *schemeFlags) register(a *app, cmd *cobra.Command) {
	f.read.register(a, cmd)
	flags := cmd.Flags()
	flags.StringVar(&f.recipient, "recipient", "", a.text(textFlagRecipient))
	flags.StringVar(&f.dataset, "dataset", "", a.text(textFlagSchemeDataset))
	flags.StringVar(&f.linkability, "linkability", "", a.text(textFlagLinkability))
	require(cmd, "recipient")
}

// local is a view of local files for the recipient, and its one dataset that
// schemes are for.
func (f *schemeFlags) local(a *app) (l exchange.Local, target exchange.LocalTarget, err error) {
	opt, err := f.read.options(a)
	if err != nil {
		return l, target, err
	}
	who, targets, err := a.recipient(f.recipient)
	if err != nil {
		return l, target, err
	}
	if f.linkability != "" {
		who.Linkability = f.linkability
	}
	targets = slices.DeleteFunc(targets, func(t exchange.LocalTarget) bool {
		return t.Level != anonymize.IndividualeAnonimo || f.dataset != "" && t.Dataset != f.dataset
	})
	if len(targets) == 0 {
		return l, target, &flusso.Error{Op: "scheme", Kind: flusso.Invalid, What: textSchemeNoDataset, Hint: hintSchemeNoDataset}
	}
	matrix, err := a.matrix()
	if err != nil {
		return l, target, err
	}
	ambiti, err := a.ambiti()
	if err != nil {
		return l, target, err
	}
	payers, err := a.payers(who)
	if err != nil {
		return l, target, err
	}
	key, err := releaseKey("")
	return exchange.Local{Matrix: matrix, Ambiti: ambiti, Recipient: who, Payers: payers, Key: key, Read: opt, Now: a.now}, targets[0], err
}

func (a *app) schemeFitCommand() *cobra.Command {
	var flags schemeFlags
	var fit anonymize.Fit
	var out string
	var force bool
	cmd := &cobra.Command{
		Use:     "fit --recipient R --out SCHEMA.json FILE…",
		Short:   a.text(textSchemeFitShort),
		Long:    a.text(textSchemeFitLong),
		Example: a.text(textSchemeFitExample),
		Args:    cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, files []string) error {
			return a.fitScheme(cmd.Context(), &flags, fit, out, force, files)
		},
	}
	flags.register(a, cmd)
	f := cmd.Flags()
	f.StringVar(&out, "out", "", a.text(textFlagSchemeOut))
	f.IntVar(&fit.Releases, "releases", 1, a.text(textFlagReleases))
	f.Float64Var(&fit.Churn, "churn", 0, a.text(textFlagChurn))
	f.StringVar(&fit.From, "from", "", a.text(textFlagSchemeFrom))
	f.StringVar(&fit.To, "to", "", a.text(textFlagSchemeTo))
	f.BoolVar(&force, "force", false, a.text(textFlagForce))
	require(cmd, "recipient", "out")
	return cmd
}

func (a *app) fitScheme(ctx context.Context, flags *schemeFlags, fit anonymize.Fit, out string, force bool, files []string) error {
	if err := a.validity(&fit); err != nil {
		return err
	}
	if fit.Releases < 1 || !(fit.Churn >= 0 && fit.Churn <= 1) {
		return wrongArguments(textBadFit, hintBadFit)
	}
	if _, err := os.Stat(out); err == nil && !force {
		return &flusso.Error{Op: "fit scheme", ID: out, Kind: flusso.Exists, What: textConvertExists, Hint: hintConvertExists}
	}
	if err := canBeWritten(out); err != nil {
		return err
	}
	local, target, err := flags.local(a)
	if err != nil {
		return err
	}
	defer collectBelow()()
	scheme, judged, err := local.FitScheme(ctx, target, fit, files)
	partial := a.tellFiles(judged)
	if err != nil {
		return err
	}
	err = spool.WriteFile(spool.OS, out, 0o644, func(w io.Writer) error {
		return json.NewEncoder(w).Encode(scheme)
	})
	if err != nil {
		return err
	}
	a.tellScheme(scheme)
	if partial {
		return errPartial
	}
	return nil
}

// validity puts the days of use in: a year from today, unless asked otherwise.
func (a *app) validity(fit *anonymize.Fit) error {
	today := a.now()
	for _, d := range []struct {
		to  *string
		def time.Time
	}{{&fit.From, today}, {&fit.To, today.AddDate(1, 0, -1)}} {
		if *d.to == "" {
			*d.to = d.def.Format(time.DateOnly)
		}
		if _, err := time.Parse(time.DateOnly, *d.to); err != nil {
			return wrongArguments(textBadSchemeDate, hintBadSchemeDate)
		}
	}
	if fit.From > fit.To {
		return wrongArguments(textBadSchemeDate, hintBadSchemeDate)
	}
	return nil
}

// tellFiles tells what judging the files found, and whether any has faults.
func (a *app) tellFiles(files []exchange.LocalFile) (partial bool) {
	for _, f := range files {
		if a.json {
			a.emit(a.fileMessageOf(f.File, f.Path))
		} else {
			a.tellFile(f.File, f.Path)
		}
		partial = partial || f.Errors > 0 || !f.Refused.IsZero()
	}
	return partial
}

func (a *app) schemeShowCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "show SCHEMA.json",
		Short:   a.text(textSchemeShowShort),
		Example: a.text(textSchemeShowExample),
		Args:    cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			scheme, err := anonymize.ReadScheme(args[0])
			if err != nil {
				return err
			}
			a.tellScheme(scheme)
			return nil
		},
	}
}

// tellScheme says what a scheme is and when it holds.
func (a *app) tellScheme(s *anonymize.Scheme) {
	from, to := s.Valid()
	regions := s.Regions()
	if a.json {
		a.emit(struct {
			MessageType string                      `json:"message_type"`
			Set         string                      `json:"set"`
			Tipo        string                      `json:"tipo"`
			Hash        string                      `json:"hash"`
			K           int                         `json:"k"`
			From        string                      `json:"valid_from"`
			To          string                      `json:"valid_to"`
			Reference   anonymize.Reference         `json:"reference"`
			Attributes  []anonymize.SchemeAttribute `json:"attributes"`
			Regions     []anonymize.SchemeRegion    `json:"regions"`
		}{"scheme", s.Set(), s.Tipo(), s.Hash(), s.K(), from, to, s.Reference(), s.Attributes(), regions})
		return
	}
	r := s.Reference()
	a.printf(textSchemeLine, s.Set(), s.Tipo(), s.K(), from, to)
	a.printf(textSchemeReference, r.Anno, r.Rows, r.Releases, r.Least)
	a.print("  " + s.Hash())
	for _, attribute := range s.Attributes() {
		a.printf(textSchemeAttribute, attribute.Name, attribute.Levels)
	}
	for _, region := range regions {
		a.printf(textSchemeRegion, region.Region, region.Classes, region.First)
	}
}

func (a *app) schemeCheckCommand() *cobra.Command {
	var flags schemeFlags
	cmd := &cobra.Command{
		Use:     "check SCHEMA.json --recipient R MONTH…",
		Short:   a.text(textSchemeCheckShort),
		Long:    a.text(textSchemeCheckLong),
		Example: a.text(textSchemeCheckExample),
		Args:    cobra.MinimumNArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.checkScheme(cmd.Context(), &flags, args[0], args[1:])
		},
	}
	flags.register(a, cmd)
	return cmd
}

// monthOfScheme is what one release would be under a scheme.
type monthOfScheme struct {
	MessageType string  `json:"message_type"`
	Month       string  `json:"month"`
	RecordsIn   int64   `json:"records_in"`
	Outside     int64   `json:"outside"`
	Disclosed   int64   `json:"disclosed"`
	Suppressed  int64   `json:"suppressed"`
	Rows        int64   `json:"rows"`
	Classes     int64   `json:"classes"`
	MinPersons  int64   `json:"min_persons"`
	Granularity float64 `json:"granularity"`
	Entropy     float64 `json:"entropy"`
	// Of a trial whose codes reach over releases.
	Coarsened int64 `json:"coarsened,omitempty"`
	KeptBack  int64 `json:"kept_back,omitempty"`
}

func (a *app) checkScheme(ctx context.Context, flags *schemeFlags, file string, args []string) error {
	scheme, err := anonymize.ReadScheme(file)
	if err != nil {
		return err
	}
	local, target, err := flags.local(a)
	if err != nil {
		return err
	}
	months := make([][]string, len(args))
	for i, arg := range args {
		if months[i], err = filesOf(arg); err != nil {
			return err
		}
	}
	defer collectBelow()()
	next := 0
	judged, err := local.TryScheme(ctx, target, scheme, months, func(m exchange.Month) {
		said := monthOfScheme{
			MessageType: "month", Month: filepath.Base(args[next]),
			RecordsIn: m.Balance.In - m.Balance.Duplicate, Outside: m.Balance.Outside, Disclosed: m.Balance.Disclosed, Suppressed: m.Balance.Suppressed,
			Rows: m.Balance.Rows, Classes: m.Report.Classes, MinPersons: m.Report.MinPersons,
			Granularity: m.Report.Utility.Granularity, Entropy: m.Report.Utility.Entropy,
		}
		if j := m.Report.Joint; j != nil {
			said.Coarsened, said.KeptBack = j.Coarsened, j.Suppressed+j.Hidden
		}
		next++
		if a.json {
			a.emit(said)
			return
		}
		a.printf(textSchemeMonth, said.Month, said.RecordsIn, said.Disclosed, said.Suppressed, said.Classes, said.MinPersons, said.Granularity)
		if m.Report.Joint != nil {
			a.printf(textSchemeJoint, said.Coarsened, said.KeptBack)
		}
	})
	faulty := slices.DeleteFunc(judged, func(f exchange.LocalFile) bool { return f.Errors == 0 && f.Refused.IsZero() })
	if partial := a.tellFiles(faulty); partial && err == nil {
		return errPartial
	}
	return err
}

// filesOf is a file, or the files of a folder in the order of their names.
func filesOf(path string) ([]string, error) {
	info, err := os.Stat(path)
	if err != nil || !info.IsDir() {
		return []string{path}, nil // what reads it says why it cannot
	}
	entries, err := os.ReadDir(path)
	if err != nil {
		return nil, err
	}
	var files []string
	for _, e := range entries {
		if !e.IsDir() {
			files = append(files, filepath.Join(path, e.Name()))
		}
	}
	return files, nil
}

func (a *app) schemeHierarchyCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "hierarchy [NAME]",
		Short:   a.text(textSchemeHierarchyShort),
		Long:    a.text(textSchemeHierarchyLong),
		Example: a.text(textSchemeHierarchyExample),
		Args:    cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				for _, n := range anonymize.NamedHierarchies {
					a.print(anonymize.HierarchyPrefix + n.Name + "  " + n.What.In(a.lang))
				}
				return nil
			}
			_, rows, ok := anonymize.HierarchyNamed(anonymize.HierarchyPrefix + strings.TrimPrefix(args[0], anonymize.HierarchyPrefix))
			if !ok {
				return &flusso.Error{Op: "scheme hierarchy", Kind: flusso.Invalid, What: textNoHierarchy, Hint: hintNoHierarchy}
			}
			for _, row := range rows {
				a.print(strings.Join(row, ";"))
			}
			return nil
		},
	}
}
