package main

import (
	"flag"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

// Every flussi command that a README shows, in a block or in a line, is one
// that exists, with options that exist; and both languages show the same.
func TestReadmeCommands(t *testing.T) {
	var shown [][]string
	for _, name := range []string{"README.md", "README.it.md"} {
		content, err := os.ReadFile(filepath.Join("..", "..", name))
		if err != nil {
			t.Fatal(err)
		}
		lines := commandLines(string(content))
		if len(lines) < 5 {
			t.Errorf("%s shows only %d commands", name, len(lines))
		}
		var commands []string
		for _, line := range lines {
			path, err := parses(line)
			if err != "" {
				t.Errorf("%s: %q: %s", name, line, err)
			}
			commands = append(commands, path)
		}
		slices.Sort(commands)
		shown = append(shown, commands)
	}
	if !slices.Equal(shown[0], shown[1]) {
		t.Errorf("README.md shows %v, README.it.md %v", shown[0], shown[1])
	}
}

var update = flag.Bool("update", false, "write the READMEs' session anew")

// The session that the READMEs show is what a demo prints, but for what is
// another each time: days, keys, and the size of what they go into.
func TestReadmeSession(t *testing.T) {
	for name, lang := range map[string]string{"README.md": "en", "README.it.md": "it"} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join("..", "..", name)
			content, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			found := sessionBlock.FindSubmatchIndex(content)
			if found == nil {
				t.Fatal("no session in a block of text")
			}
			shown, real := string(content[found[2]:found[3]]), mustIn(t, t.TempDir(), "demo", "--lang", lang)
			if timeless(shown) == timeless(real) {
				return
			}
			if *update {
				anew := slices.Concat(content[:found[2]], []byte(real), content[found[3]:])
				if err := os.WriteFile(path, anew, 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			t.Errorf("make golden writes it anew; a demo prints now:\n%s", real)
		})
	}
}

var (
	sessionBlock = regexp.MustCompile("(?s)```text\n(flussi demo: .*?\n)```\n")
	releaseID    = regexp.MustCompile(`\d{4}-\d{2}-\d{2}-[0-9a-f]{12}`)
	spoolID      = regexp.MustCompile(`[0-9a-f]{32}`)
	releaseSize  = regexp.MustCompile(`(?m)( ministero: .*, )\d+( bytes?)$`)
)

func timeless(session string) string {
	session = releaseID.ReplaceAllString(session, "RELEASE")
	session = spoolID.ReplaceAllString(session, "FILE")
	return releaseSize.ReplaceAllString(session, "${1}N$2")
}

var (
	codeSpan   = regexp.MustCompile("`((?:bin/)?flussi [^`]+)`")
	demoMake   = regexp.MustCompile(`DEMO="([^"]*)"`)
	promptLine = regexp.MustCompile(`^(?:\$ )?(?:sudo -u flussi )?((?:bin/)?flussi .+)$`)
)

// commandLines are the calls of flussi in the shell code and the prose of a Markdown
// text, and what `make demo DEMO="…"` hands on.
func commandLines(text string) []string {
	lines, prose := shellLines(text)
	for _, found := range codeSpan.FindAllStringSubmatch(prose, -1) {
		lines = append(lines, found[1])
	}
	for _, found := range demoMake.FindAllStringSubmatch(prose, -1) {
		lines = append(lines, "flussi demo "+found[1])
	}
	return lines
}

// shellLines are the calls of flussi in the shell code of a Markdown text, and what
// is in no block of code.
func shellLines(text string) (lines []string, prose string) {
	fenced, shell := false, false
	var outside strings.Builder
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\n")
		if language, fence := strings.CutPrefix(line, "```"); fence {
			fenced = !fenced
			shell = language == "sh" || language == "console"
			continue
		}
		if !fenced {
			outside.WriteString(line + " ")
			continue
		}
		if !shell {
			continue
		}
		if found := promptLine.FindStringSubmatch(line); found != nil {
			command, _, _ := strings.Cut(found[1], " #")
			command, _, _ = strings.Cut(command, " | ")
			lines = append(lines, command)
		}
	}
	return lines, outside.String()
}

// parses finds the command of a line and reads its options, without running
// it; path is the command's name.
func parses(line string) (path, problem string) {
	args := strings.Fields(strings.ReplaceAll(line, "…", ""))[1:]
	a := &app{lang: language(nil, func(string) string { return "" })}
	cmd, rest, err := a.root().Find(args)
	switch {
	case err != nil:
		return "", err.Error()
	case !cmd.HasParent() && len(args) > 0 && !strings.HasPrefix(args[0], "-"):
		return "", "no such command"
	}
	if err := cmd.ParseFlags(rest); err != nil {
		return cmd.CommandPath(), err.Error()
	}
	return cmd.CommandPath(), ""
}

func TestReadmeCheckCanFail(t *testing.T) {
	for _, line := range []string{"flussi boh", "bin/flussi demo --boh", "flussi synth --beneficiari molti x", "flussi audit boh --x"} {
		if _, problem := parses(line); problem == "" {
			t.Errorf("%q passes", line)
		}
	}
	if got := commandLines("a `flussi check` b\n\n```sh\nbin/flussi demo --json # c\nmake demo\n```\n`make demo DEMO=\"--dir x\"`\n"); len(got) != 3 {
		t.Errorf("%q", got)
	}
}

// The examples on the help pages hold too.
func TestHelpExamples(t *testing.T) {
	for _, lang := range []string{"it", "en"} {
		a := &app{lang: language([]string{"--lang", lang}, os.Getenv)}
		root := a.root()
		seen := 0
		for _, cmd := range everyCommand(root) {
			for line := range strings.Lines(cmd.Example) {
				seen++
				line, _, _ = strings.Cut(strings.TrimSpace(line), " #")
				line, _, _ = strings.Cut(line, " |")
				line, _, _ = strings.Cut(line, " >")
				if path, problem := parses(line); problem != "" || path != cmd.CommandPath() {
					t.Errorf("%q: %s %s", line, path, problem)
				}
			}
		}
		if seen < 15 {
			t.Errorf("only %d examples", seen)
		}
	}
}

func everyCommand(cmd *cobra.Command) []*cobra.Command {
	all := []*cobra.Command{cmd}
	for _, sub := range cmd.Commands() {
		all = append(all, everyCommand(sub)...)
	}
	return all
}

// Every text of this package stands in Italian and English, and both ask for
// the same values.
func TestCatalogue(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	verb := regexp.MustCompile(`%[-+0-9.\[\]]*[a-z]`)
	seen := 0
	for _, name := range files {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(node ast.Node) bool {
			literal, ok := node.(*ast.CompositeLit)
			if !ok {
				return true
			}
			texts := map[string]string{}
			for _, element := range literal.Elts {
				if pair, ok := element.(*ast.KeyValueExpr); ok {
					if key, ok := pair.Key.(*ast.Ident); ok && (key.Name == "It" || key.Name == "En") {
						texts[key.Name] = constant(pair.Value)
					}
				}
			}
			if len(texts) == 0 {
				return true
			}
			seen++
			it, en := verb.FindAllString(texts["It"], -1), verb.FindAllString(texts["En"], -1)
			if texts["It"] == "" || texts["En"] == "" || len(it) != len(en) {
				t.Errorf("%s: %q, %q", name, texts["It"], texts["En"])
			}
			return true
		})
	}
	if seen < 100 {
		t.Errorf("only %d texts found", seen)
	}
}

// constant is a string literal's value; what is put together is not judged.
func constant(e ast.Expr) string {
	literal, ok := e.(*ast.BasicLit)
	if !ok {
		return "?"
	}
	value, err := strconv.Unquote(literal.Value)
	if err != nil {
		return ""
	}
	return value
}

// Every flussi command that a page of docs/ shows, in a block or in a line, is one
// that exists, with options that exist. TestManual plays those in blocks.
func TestManualCommands(t *testing.T) {
	pages, err := filepath.Glob("../../docs/*.md")
	if err != nil || len(pages) == 0 {
		t.Fatal(err)
	}
	for _, page := range pages {
		content, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range commandLines(string(content)) {
			if _, problem := parses(line); problem != "" {
				t.Errorf("%s: %q: %s", filepath.Base(page), line, problem)
			}
		}
	}
}
