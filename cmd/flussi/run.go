package main

import (
	"context"
	"errors"
	"io"
	"os"
	"runtime/debug"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"flussi/internal/flusso"
	"flussi/internal/journal"
)

// run is the whole program: arguments in, exit code out. Nothing below it
// reads os.Args or calls os.Exit, so tests run what users run.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	app := &app{
		stdin: stdin, stdout: stdout, stderr: stderr,
		now:  time.Now,
		lang: language(args, os.Getenv),
	}
	root := app.root()
	root.SetArgs(args)
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	err := app.guarded(func() error { return root.ExecuteContext(ctx) })
	if ctx.Err() != nil && !app.stopsInOrder {
		err = &interrupted{cause: err}
	}
	if err != nil {
		app.explainError(err)
	}
	return exitCode(err)
}

// guarded makes an error of a panic: the runtime would write out whatever it is of, and
// that may be what was read, or a secret.
func (a *app) guarded(do func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			what := flusso.PanicWords(p)
			_, _ = a.stderr.Write(debug.Stack())
			err = &flusso.Error{Op: "run", Kind: flusso.Internal, Err: errors.New("panic: " + what)}
		}
	}()
	return do()
}

// app is what every command shares: where it writes, for whom, in which form.
type app struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	now            func() time.Time
	lang           flusso.Lang
	json           bool
	configPath     string
	stopsInOrder   bool             // a signal ends this command in order: exit code 0
	journal        *journal.Journal // of a daemon; nil: there is none
	back           func() error     // to root, which became whose the state is; nil: it did not
	telling        telling          // where that tells
}

func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use:               "flussi",
		Short:             a.text(textShort),
		Long:              a.text(textLong),
		SilenceErrors:     true,
		SilenceUsage:      true,
		CompletionOptions: cobra.CompletionOptions{HiddenDefaultCmd: true},
		Args:              cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if a.doubleClicked() {
				return a.desk(cmd.Context(), readFlags{channel: "upload"}, deskFlags{})
			}
			return cmd.Help()
		},
	}
	flags := root.PersistentFlags()
	flags.StringVar(&a.configPath, "config", "", a.text(textFlagConfig))
	flags.BoolVar(&a.json, "json", false, a.text(textFlagJSON))
	// The language is read before the commands exist, so that their help is
	// in it; the flag is declared for the parser and the help page.
	flags.String("lang", string(a.lang), a.text(textFlagLang))
	root.AddCommand(
		a.demoCommand(), a.daemonCommand(), a.runCommand(), a.planCommand(), a.statusCommand(), a.checkCommand(),
		a.validateCommand(), a.convertCommand(), a.sinbaCommand(), a.enteCommand(), a.correctCommand(), a.deskCommand(), a.discloseCommand(),
		a.anonymizeCommand(), a.schemeCommand(), a.explainCommand(),
		a.synthCommand(), a.schemaCommand(), a.inviaCommand(),
		a.historyCommand(), a.sentCommand(), a.outcomesCommand(), a.quarantineCommand(), a.auditCommand(), a.datasetCommand(), a.noticesCommand(), a.receiptsCommand(),
		a.lsCommand(), a.getCommand(), a.putCommand(),
		a.hostsCommand(), a.keysCommand(),
		a.versionCommand(), a.manCommand(),
		a.initCommand(), a.backupCommand(), a.restoreCommand(), a.retentionCommand(),
	)
	root.SetFlagErrorFunc(wrongFlag)
	a.ownHelp(root)
	a.ownArguments(root)
	return root
}

// language chooses between it and en: --lang, else the locale, else it.
func language(args []string, getenv func(string) string) flusso.Lang {
	for i, arg := range args {
		value, ok := strings.CutPrefix(arg, "--lang=")
		if arg == "--lang" && i+1 < len(args) {
			value, ok = args[i+1], true
		}
		if ok {
			if value == "en" {
				return flusso.En
			}
			return flusso.It
		}
	}
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if value := getenv(name); value != "" {
			if strings.HasPrefix(value, "en") {
				return flusso.En
			}
			return flusso.It
		}
	}
	return flusso.It
}

func (a *app) text(t flusso.Text) string { return t.In(a.lang) }
