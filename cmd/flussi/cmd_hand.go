package main

import (
	"bufio"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"path"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"flussi/internal/config"
	"flussi/internal/exchange"
	"flussi/internal/flusso"
	"flussi/internal/sftp"
)

// The commands of one transfer by hand: ls, get, put.

func (a *app) lsCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "ls ENDPOINT:PATH",
		Short:   a.text(textLsShort),
		Long:    a.text(textLsLong),
		Example: a.text(textLsExample),
		Args:    cobra.ExactArgs(1),
		RunE:    func(cmd *cobra.Command, args []string) error { return a.ls(cmd.Context(), args[0]) },
	}
}

func (a *app) getCommand() *cobra.Command {
	var o exchange.GetOptions
	cmd := &cobra.Command{
		Use:     "get ENDPOINT:PATH LOCAL",
		Short:   a.text(textGetShort),
		Long:    a.text(textGetLong),
		Example: a.text(textGetExample),
		Args:    cobra.ExactArgs(2),
		RunE:    func(cmd *cobra.Command, args []string) error { return a.get(cmd.Context(), args[0], args[1], o) },
	}
	cmd.Flags().BoolVar(&o.Consume, "consume", false, a.text(textFlagConsume))
	cmd.Flags().BoolVar(&o.Overwrite, "overwrite", false, a.text(textFlagOverwrite))
	cmd.Flags().StringVar(&o.Operator, "operator", "", a.text(textFlagOperator))
	return cmd
}

func (a *app) putCommand() *cobra.Command {
	var o exchange.PutOptions
	cmd := &cobra.Command{
		Use:     "put LOCAL ENDPOINT:PATH",
		Short:   a.text(textPutShort),
		Long:    a.text(textPutLong),
		Example: a.text(textPutExample),
		Args:    cobra.ExactArgs(2),
		RunE:    func(cmd *cobra.Command, args []string) error { return a.put(cmd.Context(), args[0], args[1], o) },
	}
	cmd.Flags().StringVar(&o.Agreement, "agreement", "", a.text(textFlagAgreement))
	cmd.Flags().StringVar(&o.As, "as", "", a.text(textFlagAs))
	cmd.Flags().BoolVar(&o.DryRun, "dry-run", false, a.text(textFlagPutDryRun))
	cmd.Flags().StringVar(&o.Operator, "operator", "", a.text(textFlagOperator))
	return cmd
}

// remoteArgument reads ENDPOINT:PATH; a slash at the end of PATH stays, for it
// says that a folder is meant.
func remoteArgument(text string) (endpoint, p string, err error) {
	remote, ok := config.ParseRemote(text)
	if !ok {
		return "", "", wrongArguments(sprint(textBadRemote, text), hintBadRemote)
	}
	if strings.HasSuffix(text, "/") && remote.Path != "/" {
		return remote.Endpoint, remote.Path + "/", nil
	}
	return remote.Endpoint, remote.Path, nil
}

// ls shows a folder of the other side. Its names are for whoever asked, on
// stdout alone; no other place ever sees them.
func (a *app) ls(ctx context.Context, arg string) error {
	endpoint, p, err := remoteArgument(arg)
	if err != nil {
		return err
	}
	cfg, _, err := a.configuration()
	if err != nil {
		return err
	}
	files, err := exchange.List(ctx, cfg, endpoint, p, sftp.Options{Now: a.now, Log: a.log()})
	if err != nil {
		return err
	}
	for _, f := range files {
		if a.json {
			a.emit(struct {
				MessageType string `json:"message_type"`
				Name        string `json:"name"`
				Path        string `json:"path"`
				Bytes       int64  `json:"bytes"`
				Modified    string `json:"modified,omitempty"`
			}{"remote_file", f.Name, f.Path, f.Size, stamp(f.ModTime)})
			continue
		}
		modified := strings.Repeat(" ", len("2006-01-02 15:04"))
		if !f.ModTime.IsZero() {
			modified = when(f.ModTime)
		}
		a.print(fmt.Sprintf("%10s  %s  %s", size(a.lang, f.Size), modified, f.Name))
	}
	if len(files) == 0 && !a.json {
		a.printf(textLsEmpty)
	}
	return nil
}

// house opens the house for a transfer that shows how far it has come.
func (a *app) house(ctx context.Context, cfg *config.Config, line *progressLine) (*exchange.House, error) {
	return exchange.Open(ctx, cfg, a.options(line, false))
}

func (a *app) options(line *progressLine, resume bool) exchange.Options {
	return exchange.Options{
		Now: a.now, Rand: rand.Reader, Log: a.log(), Login: login(), Progress: line.show, Moving: oneCore, Resume: resume,
		Tell: func(e exchange.Event) { line.clear(); a.tellEvent(e) }, AsCaller: a.asCaller,
	}
}

func (a *app) get(ctx context.Context, from, to string, o exchange.GetOptions) (err error) {
	if o.Endpoint, o.Path, err = remoteArgument(from); err != nil {
		return err
	}
	if a.json && to == "-" {
		return wrongArguments(textStdoutTwice, hintStdoutTwice)
	}
	cfg, _, err := a.configuration()
	if err != nil {
		return err
	}
	o.Local, o.Stdout = to, a.stdout
	line := a.progress()
	defer line.clear()
	house, err := a.house(ctx, cfg, line)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, house.Close()) }()
	tell := a.getTold(to == "-", line)
	o.Tell = tell.one
	err = house.Get(ctx, o)
	line.clear()
	whole := tell.end()
	if err != nil && whole > 0 && ctx.Err() == nil {
		a.explainError(err)
		return errPartial
	}
	return err
}

// got tells of the files of a get, each when it is over.
type got struct {
	a      *app
	line   *progressLine
	silent bool          // stdout is for the file itself
	here   string        // where paths are shown from
	lines  *bufio.Writer // of stdout: there may be thousands
	whole  int
	failed []exchange.Got
}

func (a *app) getTold(silent bool, line *progressLine) *got {
	here, _ := filepath.Abs(".") // else paths are shown whole
	return &got{a: a, line: line, silent: silent, here: here, lines: bufio.NewWriter(a.stdout)}
}

func (g *got) one(f exchange.Got) {
	if f.SHA256 == "" {
		g.failed = append(g.failed, f)
	} else {
		g.whole++
	}
	stdout := g.a.stdout
	g.a.stdout = g.lines
	defer func() { g.a.stdout = stdout }()
	switch {
	case g.a.json:
		g.a.emit(struct {
			MessageType string `json:"message_type"`
			exchange.Got
		}{"got", f})
	case !g.silent && f.SHA256 != "":
		g.line.clear()
		g.a.printf(textGot, shownFrom(g.here, f.Local), size(g.a.lang, f.Bytes), f.SHA256, g.a.text(remoteText(f.Remote)))
	}
}

// end tells the rest, and how many files are whole.
func (g *got) end() int {
	_ = g.lines.Flush()                                      // where it does not arrive, nobody is left to tell
	if !g.a.json && !g.silent && g.whole+len(g.failed) > 1 { // of one alone the error says all
		for _, f := range g.failed {
			g.a.printf(textNotGot, f.Name, g.a.text(outcomeText(f.Outcome)))
		}
	}
	return g.whole
}

func (a *app) put(ctx context.Context, from, to string, o exchange.PutOptions) (err error) {
	if o.Endpoint, o.Path, err = remoteArgument(to); err != nil {
		return err
	}
	if strings.ContainsAny(path.Base(o.Path), "*?[") {
		return wrongArguments(sprint(textBadRemote, to), hintBadRemote)
	}
	cfg, schedules, err := a.configuration()
	if err != nil {
		return err
	}
	o.Local = from
	line := a.progress()
	defer line.clear()
	house, err := a.house(ctx, cfg, line)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, house.Close()) }()
	result, err := house.Put(ctx, o, schedules)
	line.clear()
	switch {
	case a.json:
		a.emit(struct {
			MessageType string `json:"message_type"`
			*exchange.Result
		}{"put", result})
	case o.DryRun && err == nil:
		d := result.Deliveries[0]
		a.printf(textWouldPut, d.Name, d.Endpoint, d.Recipient, size(a.lang, d.Bytes), d.SHA256)
	default:
		a.tellDeliveries(result.Deliveries)
	}
	if err == nil && !o.DryRun && result.Partial() {
		return errPartial
	}
	return err
}

// stamp is a moment for programs; none, where the server gives none.
func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// remoteText says what became of the remote file.
func remoteText(fate string) flusso.Text { return remoteTexts[fate] }
