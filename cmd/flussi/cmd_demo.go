package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"flussi/internal/demo"
	"flussi/internal/exchange"
	"flussi/internal/flusso"
)

func (a *app) demoCommand() *cobra.Command {
	var o demo.Options
	cmd := &cobra.Command{
		Use:     "demo",
		Short:   a.text(textDemoShort),
		Long:    a.text(textDemoLong),
		Example: a.text(textDemoExample),
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.demo(cmd.Context(), o) },
	}
	flags := cmd.Flags()
	flags.StringVar(&o.Dir, "dir", "flussi-demo", a.text(textFlagDemoDir))
	flags.IntVar(&o.Beneficiari, "beneficiari", 2000, a.text(textFlagBeneficiari))
	flags.Uint64Var(&o.Seed, "seed", 1, a.text(textFlagSeed))
	flags.StringVar(&o.Flows, "flows", "", a.text(textFlagFlows))
	return cmd
}

// demo plays the three scenes. Rejects are part of the play: they do not make
// the exit code.
func (a *app) demo(ctx context.Context, o demo.Options) error {
	if err := canBePlayed(o); err != nil {
		return err
	}
	o.Now, o.Rand = a.now, rand.Reader
	if a.json {
		o.Tell = func(e exchange.Event) { a.emit(e) }
	}
	out, err := demo.Play(ctx, o)
	if err != nil {
		return err
	}
	if a.json {
		a.emit(struct {
			MessageType string `json:"message_type"`
			*demo.Outcome
		}{"demo", out})
		return nil
	}
	a.tellDemo(out)
	return nil
}

// canBePlayed refuses what cannot be played before anything is made.
func canBePlayed(o demo.Options) error {
	if o.Beneficiari < 20 {
		return wrongArguments(textFewBeneficiari, hintFewBeneficiari)
	}
	if info, err := os.Stat(o.Dir); err == nil && !info.IsDir() {
		return wrongArguments(textNotAFolder, hintNotAFolder)
	}
	if o.Flows == "" {
		return nil
	}
	files, err := os.ReadDir(o.Flows)
	if err != nil {
		return &flusso.Error{Op: "demo", ID: o.Flows, Kind: flusso.Invalid, What: textNoFlowsFolder, Hint: hintNoFlowsFolder, Err: err}
	}
	if !slices.ContainsFunc(files, func(f os.DirEntry) bool { return f.Type().IsRegular() && !strings.HasPrefix(f.Name(), ".") }) {
		return &flusso.Error{Op: "demo", ID: o.Flows, Kind: flusso.Invalid, What: textNoFlows, Hint: hintNoFlowsFolder}
	}
	return nil
}

// tellDemo is what a regional IT officer reads.
func (a *app) tellDemo(out *demo.Outcome) {
	a.printf(textDemoTitle)
	for _, scene := range out.Scenes {
		a.print("")
		a.printf(textScene[scene.Letter])
		for _, r := range scene.Runs {
			if len(r.Files) == 0 {
				a.printf(textNothingNew)
			}
			a.tellResult(r, out.Names)
		}
	}
	a.print("")
	a.printf(textDemoBooks, out.RecordsIn, out.Accepted, out.Rejected, out.Duplicates)
	a.print("")
	toOpen := slices.DeleteFunc(slices.Clone(out.Recipients), func(r exchange.RecipientResult) bool { return r.Release == "" })
	if len(toOpen) > 0 {
		a.printf(textDemoOpen)
		for _, r := range toOpen {
			a.print(fmt.Sprintf("  %-18s %-12s %s", r.Name, r.Dataset, shown(r.Release)))
		}
		a.print("")
	}
	if line := duckLine(out); line != "" {
		a.printf(textDemoDuck)
		a.print("  " + line)
		a.print("")
	}
	a.printf(textDemoTry, shown(out.Config))
}

// duckLine asks the first anonymous release how many benefits of each kind
// there are.
func duckLine(out *demo.Outcome) string {
	for _, r := range out.Recipients {
		if r.Dataset == "prestazioni" && r.Release != "" {
			files := filepath.ToSlash(filepath.Join(shown(r.Release), "anno=*", "*", "*.parquet"))
			return fmt.Sprintf(`duckdb -c "SELECT CodicePrestazione, count(*) AS righe FROM read_parquet('%s') GROUP BY ALL ORDER BY righe DESC LIMIT 10"`,
				strings.ReplaceAll(files, "'", "''"))
		}
	}
	return ""
}

// shown is a path as short as it can be from where the user stands.
func shown(path string) string {
	here, err := filepath.Abs(".")
	if err != nil {
		return path
	}
	return shownFrom(here, path)
}

// shownFrom is shown, for who has many paths to show from one folder.
func shownFrom(here, path string) string {
	if rel, err := filepath.Rel(here, path); err == nil && len(rel) < len(path)-1 { // from / it is longer to read
		return rel
	}
	return path
}
