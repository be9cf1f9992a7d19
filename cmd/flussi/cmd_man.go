package main

import (
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"flussi/internal/flusso"
)

func (a *app) manCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "man",
		Short:   a.text(textManShort),
		Long:    a.text(textManLong),
		Example: a.text(textManExample),
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			page := a.manPage(cmd.Root())
			if a.json {
				a.emit(struct {
					MessageType string `json:"message_type"`
					Page        string `json:"page"`
				}{"man", page})
				return nil
			}
			a.print(strings.TrimSuffix(page, "\n"))
			return nil
		},
	}
}

// manPage is flussi(1) in the macros of man(7), in the user's language: what the help pages say,
// all of them on one page. It bears no date, so that the same program makes the same page.
func (a *app) manPage(root *cobra.Command) string {
	var m manual
	m.macro("TH", "FLUSSI", "1", "", "flussi", a.text(textManTitle))
	m.macro("SH", a.text(textManName))
	m.text(root.Name() + ` \- ` + escape(root.Short))
	m.macro("SH", a.text(textManSynopsis))
	m.text(`\fBflussi\fR \fI` + escape(a.text(textCommand)) + `\fR [` + escape(a.text(textOptions)) + `]`)
	m.macro("SH", a.text(textManDescription))
	m.prose(root.Long)
	m.macro("SH", strings.ToUpper(a.text(textGlobalFlags)))
	m.flags(root.PersistentFlags())
	m.macro("SH", strings.ToUpper(a.text(textCommands)))
	a.manCommands(&m, root)
	m.macro("SH", a.text(textManExit))
	for _, code := range exitCodes {
		m.macro("TP", "6")
		m.text(`\fB` + code.number + `\fR`)
		m.text(escape(a.text(code.means)))
	}
	m.macro("SH", a.text(textManFiles))
	for _, file := range manFiles {
		m.macro("TP")
		m.text(`\fI` + escape(file.path) + `\fR`)
		m.text(escape(a.text(file.holds)))
	}
	return m.b.String()
}

// manCommands tells the commands below one, each followed by its own.
func (a *app) manCommands(m *manual, above *cobra.Command) {
	for _, cmd := range above.Commands() {
		if !cmd.IsAvailableCommand() || cmd.Name() == "help" {
			continue
		}
		line := cmd.CommandPath() + strings.TrimPrefix(cmd.Use, cmd.Name())
		m.macro("SS", line)
		if cmd.Long != "" {
			m.prose(cmd.Long)
		} else {
			m.text(escape(cmd.Short))
		}
		m.flags(cmd.LocalNonPersistentFlags())
		if cmd.HasExample() {
			m.macro("PP")
			m.text(escape(a.text(textExamples)) + ":")
			m.verbatim(cmd.Example)
		}
		a.manCommands(m, cmd)
	}
}

// manual is a page being written.
type manual struct{ b strings.Builder }

// macro is a line of man(7); its arguments are texts.
func (m *manual) macro(name string, args ...string) {
	m.b.WriteString("." + name)
	for _, arg := range args {
		m.b.WriteString(` "` + strings.ReplaceAll(escape(arg), `"`, `\(dq`) + `"`)
	}
	m.b.WriteByte('\n')
}

// text is a line that is filled; what it holds is escaped already.
func (m *manual) text(line string) { m.b.WriteString(guard(line) + "\n") }

// prose is paragraphs; an indented line stands by itself, as on the help page.
func (m *manual) prose(text string) {
	for paragraph := range strings.SplitSeq(strings.TrimSpace(text), "\n\n") {
		if strings.Contains("\n"+paragraph, "\n ") {
			m.verbatim(paragraph)
			continue
		}
		m.macro("PP")
		for line := range strings.SplitSeq(paragraph, "\n") {
			m.text(escape(line))
		}
	}
}

// verbatim is lines as they are.
func (m *manual) verbatim(text string) {
	m.macro("PP")
	m.macro("nf")
	for line := range strings.SplitSeq(strings.TrimRight(text, "\n"), "\n") {
		m.text(escape(line))
	}
	m.macro("fi")
}

// flags are told as the help pages tell them.
func (m *manual) flags(set *pflag.FlagSet) {
	set.VisitAll(func(f *pflag.Flag) {
		if f.Hidden {
			return
		}
		name, usage := pflag.UnquoteUsage(f)
		option := `\fB` + escape("--"+f.Name) + `\fR`
		if f.Shorthand != "" {
			option = `\fB` + escape("-"+f.Shorthand) + `\fR, ` + option
		}
		if name != "" {
			option += ` \fI` + escape(name) + `\fR`
		}
		m.macro("TP")
		m.text(option)
		for line := range strings.SplitSeq(usage, "\n") {
			m.text(escape(line))
		}
	})
}

var roff = strings.NewReplacer(`\`, `\e`, "-", `\-`)

// escape has roff show a text as it is: a minus that can be typed, no escapes.
func escape(text string) string { return roff.Replace(text) }

// guard keeps a line from being taken for a macro.
func guard(line string) string {
	if strings.HasPrefix(line, ".") || strings.HasPrefix(line, "'") {
		return `\&` + line
	}
	return line
}

// exitCodes are exit.go's, for people.
var exitCodes = []struct {
	number string
	means  flusso.Text
}{
	{"0", textExitDone}, {"1", textExitFailed}, {"3", textExitPartial}, {"10", textExitConfiguration},
	{"11", textExitLocked}, {"12", textExitRefused}, {"130", textExitInterrupted},
}

// manFiles are where an installed flussi keeps what it knows.
var manFiles = []struct {
	path  string
	holds flusso.Text
}{
	{"/etc/flussi/flussi.yaml", textFileConfig}, {"/var/lib/flussi", textFileState}, {"/var/lib/flussi-dataset", textFileDataset},
}
