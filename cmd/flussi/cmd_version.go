package main

import (
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
)

func (a *app) versionCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: a.text(textVersionShort),
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			v := buildVersion()
			if a.json {
				a.emit(struct {
					MessageType string `json:"message_type"`
					Version     string `json:"version"`
					Go          string `json:"go"`
					OS          string `json:"os"`
					Arch        string `json:"arch"`
				}{"version", v, runtime.Version(), runtime.GOOS, runtime.GOARCH})
				return nil
			}
			a.print("flussi " + v + " (" + runtime.Version() + " " + runtime.GOOS + "/" + runtime.GOARCH + ")")
			return nil
		},
	}
}

// packaged is the version of the package that the program was built for (packaging/build).
var packaged string

// buildVersion is the package's, else the module's version or, for a build from a checkout, the
// commit it was made from.
func buildVersion() string {
	if packaged != "" {
		return packaged
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "(devel)"
	}
	if v := info.Main.Version; v != "" && v != "(devel)" {
		return v
	}
	version := "(devel)"
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			version = s.Value[:min(12, len(s.Value))]
		case "vcs.modified":
			if s.Value == "true" {
				version += "+dirty"
			}
		}
	}
	return version
}
