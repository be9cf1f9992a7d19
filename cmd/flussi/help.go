package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

// ownHelp makes the help pages speak the user's language; cobra's own know
// English alone.
func (a *app) ownHelp(root *cobra.Command) {
	root.PersistentFlags().BoolP("help", "h", false, a.text(textFlagHelp))
	root.SetUsageFunc(a.usage)
	root.SetHelpCommand(&cobra.Command{
		Use:   "help [" + a.text(textCommand) + "]",
		Short: a.text(textHelpShort),
		Args:  cobra.ArbitraryArgs,
		RunE: func(_ *cobra.Command, args []string) error {
			cmd, rest, err := root.Find(args)
			if err != nil || len(rest) > 0 {
				return unknownCommand(cmd, rest[0])
			}
			return cmd.Help()
		},
	})
	root.InitDefaultHelpCmd()
}

// usage is what follows a command's description on its help page.
func (a *app) usage(cmd *cobra.Command) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s:\n", a.text(textUsage))
	if alone := cmd.HasExample() || !cmd.HasAvailableSubCommands(); alone {
		fmt.Fprintf(&b, "  %s%s [%s]\n", cmd.CommandPath(), strings.TrimPrefix(cmd.Use, cmd.Name()), a.text(textOptions))
	}
	if cmd.HasAvailableSubCommands() {
		fmt.Fprintf(&b, "  %s %s\n", cmd.CommandPath(), a.text(textCommand))
	}
	if cmd.HasExample() {
		fmt.Fprintf(&b, "\n%s:\n%s\n", a.text(textExamples), cmd.Example)
	}
	if cmd.HasAvailableSubCommands() {
		fmt.Fprintf(&b, "\n%s:\n", a.text(textCommands))
		for _, sub := range cmd.Commands() {
			if sub.IsAvailableCommand() {
				fmt.Fprintf(&b, "  %-*s  %s\n", sub.NamePadding(), sub.Name(), sub.Short)
			}
		}
	}
	if cmd.HasAvailableLocalFlags() && cmd.HasParent() {
		fmt.Fprintf(&b, "\n%s:\n%s", a.text(textFlags), a.flagLines(cmd.LocalFlags().FlagUsages()))
	}
	fmt.Fprintf(&b, "\n%s:\n%s", a.text(textGlobalFlags), a.flagLines(cmd.Root().PersistentFlags().FlagUsages()))
	_, err := fmt.Fprint(cmd.OutOrStdout(), b.String())
	return err
}

func (a *app) flagLines(usages string) string {
	return strings.ReplaceAll(usages, "(default ", "("+a.text(textDefault)+" ")
}
