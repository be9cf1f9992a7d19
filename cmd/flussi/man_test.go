package main

import (
	"bytes"
	"context"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"flussi/internal/testshared"
)

// TestManPage has man itself read the page: it warns of nothing, and shows every command,
// option and example that the help pages show.
func TestManPage(t *testing.T) {
	man := testshared.Peer(t, "man")
	for _, lang := range []string{"it", "en"} {
		var page, said bytes.Buffer
		if code := run(context.Background(), []string{"man", "--lang", lang}, nil, &page, &said); code != 0 || said.Len() > 0 {
			t.Fatalf("exit code %d: %s", code, said.String())
		}
		cmd := exec.Command(man, "--warnings", "--no-hyphenation", "-l", "-")
		cmd.Env = append(cmd.Environ(), "LC_ALL=C.UTF-8", "MANWIDTH=200", "MAN_KEEP_FORMATTING=")
		cmd.Stdin, cmd.Stderr = &page, &said
		shown, err := cmd.Output()
		if err != nil || said.Len() > 0 {
			t.Fatalf("man: %v: %s", err, said.String())
		}
		text := words(string(shown))
		seen := 0
		app := &app{lang: "it"}
		if lang == "en" {
			app.lang = "en"
		}
		for _, c := range app.root().Commands() {
			for _, c := range append(c.Commands(), c) {
				if !c.IsAvailableCommand() || c.Name() == "help" {
					continue
				}
				seen++
				for _, want := range []string{c.CommandPath(), c.Long, c.Example} {
					if !strings.Contains(text, words(want)) {
						t.Errorf("%s: the page does not say %q", c.CommandPath(), want)
					}
				}
			}
		}
		if seen < 40 {
			t.Errorf("only %d commands", seen)
		}
	}
}

// words is a text without its breaks.
func words(text string) string { return strings.Join(strings.Fields(text), " ") }

// TestExitCodesOfManual holds the page's codes to the program's.
func TestExitCodesOfManual(t *testing.T) {
	want := []int{exitDone, exitFailed, exitPartial, exitConfig, exitLocked, exitRefused, exitInterrupted}
	for i, code := range exitCodes {
		if i >= len(want) || code.number != strconv.Itoa(want[i]) {
			t.Errorf("the page tells exit code %s", code.number)
		}
	}
	if len(exitCodes) != len(want) {
		t.Errorf("the page tells %d exit codes of %d", len(exitCodes), len(want))
	}
}
