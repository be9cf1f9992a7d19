package main

import (
	"bufio"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"flussi/internal/flusso"
)

// asker puts questions on stderr and reads the answers from stdin, a line
// each: a person's, or a script's, which are then shown.
type asker struct {
	a        *app
	lines    *bufio.Reader
	terminal bool
}

func (a *app) asker() *asker {
	q := &asker{a: a, lines: bufio.NewReader(a.stdin)}
	if f, ok := a.stdin.(*os.File); ok {
		info, err := f.Stat()
		q.terminal = err == nil && info.Mode()&fs.ModeCharDevice != 0
	}
	return q
}

// ask gives the answer; an empty one, or the end of the input, is fallback.
func (q *asker) ask(question flusso.Text, fallback string) (string, error) {
	text := q.a.text(question)
	if fallback != "" {
		text += " [" + fallback + "]"
	}
	_, _ = fmt.Fprint(q.a.stderr, text+": ")
	line, err := q.lines.ReadString('\n')
	if err != nil && err != io.EOF {
		return "", err
	}
	if line = strings.TrimSpace(line); line == "" {
		line = fallback
	}
	if err == io.EOF || !q.terminal {
		q.a.say(line) // nobody else ended the line
	}
	return line, nil
}

// yes asks for a yes; an answer that is neither counts as no.
func (q *asker) yes(question flusso.Text, fallback bool) (bool, error) {
	no, yes := q.a.text(textNo), q.a.text(textYes)
	word := no
	if fallback {
		word = yes
	}
	answer, err := q.ask(question, word)
	switch strings.ToLower(answer) {
	case "s", "si", "sì", "y", "yes":
		return true, err
	}
	return false, err
}
