package main

import (
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestMain makes this test binary a flussi as well: the scripts, and every
// test that needs a process of its own, run `flussi`, found in PATH, which is
// the real main. Beside it stand the small programs that scripts judge by.
func TestMain(m *testing.M) { testscript.Main(m, programs) }

var programs = map[string]func(){"flussi": main}

// TestScripts plays every command as its users do. A script is a story: what
// is asked, what is answered, which exit code, and after a failure that
// nothing was left behind.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Cmds:                scriptCommands,
		Setup: func(env *testscript.Env) error {
			// No locale: people are spoken to in Italian unless a script asks.
			for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
				env.Setenv(name, "")
			}
			return nil
		},
	})
}
