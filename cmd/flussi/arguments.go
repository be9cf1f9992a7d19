package main

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"flussi/internal/flusso"
)

// Wrong arguments, said as every other error is: cobra finds them, this file
// words them.

// require declares that a command cannot do without these flags.
func require(cmd *cobra.Command, flags ...string) {
	cmd.Annotations = map[string]string{annotationRequired: strings.Join(flags, " ")}
}

const annotationRequired = "required"

// ownArguments makes a command and those below it check their arguments, and
// the flags that they share, in flussi's words.
func (a *app) ownArguments(cmd *cobra.Command) {
	counts := cmd.Args
	cmd.Args = func(cmd *cobra.Command, args []string) error {
		if lang := cmd.Flag("lang").Value.String(); lang != "it" && lang != "en" {
			return wrongArguments(textBadLang, hintBadLang)
		}
		for _, name := range strings.Fields(cmd.Annotations[annotationRequired]) {
			if !cmd.Flag(name).Changed {
				return wrongArguments(sprint(textFlagMissing, name), usageHint(cmd))
			}
		}
		switch err := counts(cmd, args); {
		case err == nil:
			return nil
		case cmd.HasSubCommands():
			return unknownCommand(cmd, args[0])
		case len(args) == 0:
			return wrongArguments(textArgumentMissing, usageHint(cmd))
		}
		return wrongArguments(textTooManyArguments, usageHint(cmd))
	}
	for _, sub := range cmd.Commands() {
		a.ownArguments(sub)
	}
}

// wrongFlag words what the parser of flags says. It knows its errors by what
// they tell: a name, a value.
func wrongFlag(cmd *cobra.Command, err error) error {
	var named interface{ GetSpecifiedName() string }
	var valued interface{ GetValue() string }
	switch {
	case errors.As(err, &named) && cmd.Flag(named.GetSpecifiedName()) != nil:
		return wrongArguments(sprint(textFlagNeedsValue, named.GetSpecifiedName()), usageHint(cmd))
	case errors.As(err, &named):
		dashes := "--"
		if len(named.GetSpecifiedName()) == 1 {
			dashes = "-"
		}
		return wrongArguments(sprint(textUnknownFlag, dashes+named.GetSpecifiedName()), usageHint(cmd))
	case errors.As(err, &valued):
		name := "?"
		if found := flagInError.FindStringSubmatch(err.Error()); found != nil {
			name = found[1]
		}
		return wrongArguments(sprint(textBadValue, name, valued.GetValue()), usageHint(cmd))
	}
	return wrongArguments(textBadSyntax, usageHint(cmd))
}

var flagInError = regexp.MustCompile(`for "(?:-\w, )?--([^"]+)" flag`)

func unknownCommand(cmd *cobra.Command, name string) error {
	hint := sprint(hintCommands, cmd.CommandPath())
	cmd.SuggestionsMinimumDistance = 2
	if near := cmd.SuggestionsFor(name); len(near) > 0 {
		hint = sprint(hintMeant, cmd.CommandPath()+" "+near[0])
	}
	return wrongArguments(sprint(textUnknownCommand, name), hint)
}

// usageHint shows how the command is called.
func usageHint(cmd *cobra.Command) flusso.Text {
	return sprint(hintUsage, cmd.CommandPath()+strings.TrimPrefix(cmd.Use, cmd.Name()), cmd.CommandPath())
}

func wrongArguments(what, hint flusso.Text) error {
	return &flusso.Error{Op: "arguments", Kind: flusso.Invalid, What: what, Hint: hint}
}

// numberIn reads a number that a listing shows.
func numberIn(arg, listing string) (int64, error) {
	n, err := strconv.ParseInt(arg, 10, 64)
	if err != nil {
		return 0, wrongArguments(textBadNumber, sprint(hintBadNumber, listing))
	}
	return n, nil
}

// sprint fills a text in both languages.
func sprint(t flusso.Text, args ...any) flusso.Text {
	return flusso.Text{It: fmt.Sprintf(t.It, args...), En: fmt.Sprintf(t.En, args...)}
}
