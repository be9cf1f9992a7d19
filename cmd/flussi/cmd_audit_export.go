package main

import (
	"context"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"flussi/internal/audit"
	"flussi/internal/config"
	"flussi/internal/config/strict"
	"flussi/internal/ledger"
)

// selectionFlags are which entries a command is about.
type selectionFlags struct {
	audit.Selection
	from, to string
	run      int64
}

func (a *app) selectionFlags(cmd *cobra.Command, s *selectionFlags) {
	flags := cmd.Flags()
	flags.StringVar(&s.from, "from", "", a.text(textFlagFrom))
	flags.StringVar(&s.to, "to", "", a.text(textFlagTo))
	flags.Int64Var(&s.run, "run", 0, a.text(textFlagOfRun))
	flags.StringVar(&s.Actor, "person", "", a.text(textFlagPerson))
	flags.StringVar(&s.Endpoint, "endpoint", "", a.text(textFlagOfEndpoint))
	flags.StringVar(&s.Recipient, "recipient", "", a.text(textFlagOfRecipient))
	flags.StringVar(&s.Agreement, "agreement", "", a.text(textFlagOfAgreement))
	flags.StringVar(&s.SHA256, "sha256", "", a.text(textFlagOfSHA256))
}

// parse reads the days, both included, as people in Italy count them.
func (s *selectionFlags) parse() (_ audit.Selection, err error) {
	s.Run = ledger.RunID(s.run)
	if s.from != "" {
		if s.From, err = dayArgument(s.from); err != nil {
			return s.Selection, err
		}
	}
	if s.to != "" {
		if s.To, err = dayArgument(s.to); err != nil {
			return s.Selection, err
		}
		s.To = s.To.AddDate(0, 0, 1)
	}
	return s.Selection, nil
}

func dayArgument(text string) (time.Time, error) {
	day, ok := strict.ParseDate(text)
	if !ok {
		return time.Time{}, wrongArguments(textBadDay, hintBadDay)
	}
	return day.In(config.Rome()), nil
}

func (a *app) auditExportCommand() *cobra.Command {
	var s selectionFlags
	var out string
	var names bool
	cmd := &cobra.Command{
		Use:     "export --out DIR",
		Short:   a.text(textExportShort),
		Long:    a.text(textExportLong),
		Example: a.text(textExportExample),
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.exportAudit(cmd.Context(), &s, out, names) },
	}
	a.selectionFlags(cmd, &s)
	cmd.Flags().StringVar(&out, "out", "", a.text(textFlagExtractOut))
	cmd.Flags().BoolVar(&names, "names", false, a.text(textFlagNames))
	return cmd
}

func (a *app) exportAudit(ctx context.Context, flags *selectionFlags, out string, names bool) error {
	if out == "" {
		return wrongArguments(textExportWhere, hintExportWhere)
	}
	s, err := flags.parse()
	if err != nil {
		return err
	}
	return a.verified(ctx, "", func(cfg *config.Config, l *ledger.Ledger, key audit.Key, _ ledger.Root) error {
		var nameOf func(ledger.Entry) string
		if names {
			register, err := config.LoadRegister(cfg.Operators.Register)
			if err != nil {
				return err
			}
			nameOf = func(e ledger.Entry) string {
				if p, found := personOf(register, e); found {
					return p.Name
				}
				return ""
			}
		}
		x, err := audit.Export(ctx, l, key, s, out, nameOf, a.lang)
		if err != nil {
			return err
		}
		if a.json {
			a.emit(struct {
				MessageType string `json:"message_type"`
				Folder      string `json:"folder"`
				audit.Exported
				ledger.Root
			}{"audit_export", out, x, x.Checkpoint.Root})
			return nil
		}
		a.printf(textExported, x.Entries, x.Checkpoint.Size, shown(filepath.Join(out, "README.md")))
		return nil
	})
}

// personOf tells who did what an entry says: whose user name it was, else whose code.
func personOf(r config.Register, e ledger.Entry) (config.Person, bool) {
	day := config.DateOf(e.Time)
	if p, found := r.ByLogin(personLogin(e.Login), day); found {
		return p, true
	}
	return r.ByCode(e.Actor, day)
}

func (a *app) auditWhoCommand() *cobra.Command {
	var s selectionFlags
	var at string
	var within time.Duration
	cmd := &cobra.Command{
		Use:     "who",
		Short:   a.text(textWhoShort),
		Long:    a.text(textWhoLong),
		Example: a.text(textWhoExample),
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return a.who(cmd.Context(), &s, at, within) },
	}
	a.selectionFlags(cmd, &s)
	cmd.Flags().StringVar(&at, "at", "", a.text(textFlagAt))
	cmd.Flags().DurationVar(&within, "within", 30*time.Minute, a.text(textFlagWithin))
	return cmd
}

// answer is what one person did, under one code and user name.
type answer struct {
	Person string   `json:"person"` // the code of who answers for it
	Login  string   `json:"login"`
	Name   string   `json:"name,omitempty"`
	Office string   `json:"office,omitempty"`
	Role   string   `json:"role,omitempty"`
	First  string   `json:"first"`
	Last   string   `json:"last"`
	Runs   []int64  `json:"runs"`
	Events []string `json:"events"`

	count       map[string]int
	first, last time.Time
}

func (a *app) who(ctx context.Context, flags *selectionFlags, at string, within time.Duration) error {
	s, err := flags.parse()
	if err != nil {
		return err
	}
	if at != "" {
		moment, ok := momentArgument(at)
		if !ok {
			return wrongArguments(textBadMoment, hintBadMoment)
		}
		s.From, s.To = moment.Add(-within), moment.Add(within)
	}
	return a.verified(ctx, "", func(cfg *config.Config, l *ledger.Ledger, _ audit.Key, _ ledger.Root) error {
		register, err := a.register(cfg)
		if err != nil {
			return err
		}
		var all []*answer
		err = s.Each(ctx, l, func(e ledger.Logged) error {
			all = addAnswer(all, register, e.Entry)
			return nil
		})
		if err != nil {
			return err
		}
		for _, one := range all {
			a.tellAnswer(one)
		}
		if len(all) == 0 && !a.json {
			a.printf(textNobody)
		}
		if cfg.Operators.Register == "" {
			a.sayf(textNoRegisterNamed)
		}
		return nil
	})
}

func addAnswer(all []*answer, register config.Register, e ledger.Entry) []*answer {
	p, _ := personOf(register, e)
	i := slices.IndexFunc(all, func(o *answer) bool { return o.Person == e.Actor && o.Login == e.Login && o.Name == p.Name })
	if i < 0 {
		i = len(all)
		all = append(all, &answer{Person: e.Actor, Login: e.Login, Name: p.Name, Office: p.Office, Role: string(p.Role), first: e.Time, count: map[string]int{}, Runs: []int64{}})
	}
	o := all[i]
	o.last = e.Time
	o.count[string(e.Event)]++
	if n := len(o.Runs); e.Run != 0 && (n == 0 || o.Runs[n-1] != int64(e.Run)) {
		o.Runs = append(o.Runs, int64(e.Run))
	}
	return all
}

func (a *app) tellAnswer(o *answer) {
	for _, event := range slices.Sorted(maps.Keys(o.count)) {
		o.Events = append(o.Events, fmt.Sprintf("%s %d", event, o.count[event]))
	}
	if a.json {
		o.First, o.Last = stamp(o.first), stamp(o.last)
		a.emit(kinded[*answer]{"audit_who", o})
		return
	}
	name := o.Name
	if name == "" {
		name = a.text(textUnnamed)
	}
	for _, more := range []string{o.Office, o.Role} {
		if more != "" {
			name += ", " + more
		}
	}
	a.printf(textAnswer, name, o.Person, o.Login, o.first.In(config.Rome()).Format("2006-01-02 15:04:05"), o.last.In(config.Rome()).Format("2006-01-02 15:04:05"))
	a.print("      " + strings.Join(o.Events, ", "))
	if len(o.Runs) > 0 {
		a.printf(textAnswerRuns, strings.Trim(fmt.Sprint(o.Runs), "[]"))
	}
}

// momentArgument reads a moment as a clock in Italy shows it, or one with its zone.
func momentArgument(text string) (time.Time, bool) {
	if t, err := time.Parse(time.RFC3339, text); err == nil {
		return t, true
	}
	for _, layout := range []string{"2006-01-02 15:04", "2006-01-02T15:04", "2006-01-02 15:04:05", "2006-01-02T15:04:05"} {
		if t, err := time.ParseInLocation(layout, text, config.Rome()); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

// entryLine is an entry for people.
func (a *app) entryLine(e ledger.Entry) string {
	parts := []string{when(e.Time), string(e.Event)}
	for _, p := range []string{e.Outcome, e.Object, e.Recipient, e.Endpoint, e.Name, e.Actor} {
		if p != "" {
			parts = append(parts, p)
		}
	}
	return "  " + strings.Join(parts, "  ")
}
