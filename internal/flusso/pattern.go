package flusso

import (
	"regexp"
	"sync"
)

// Pattern is a regular expression that is compiled at its first use: the
// program starts for every file that somebody validates, and uses few of its
// patterns each time. Safe for concurrent use.
type Pattern struct {
	text     string
	compiled func() *regexp.Regexp
}

// NewPattern panics at the first use where the text is no regular expression.
func NewPattern(text string) Pattern {
	return Pattern{text, sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(text) })}
}

func (p Pattern) String() string { return p.text }

func (p Pattern) MatchString(s string) bool { return p.compiled().MatchString(s) }

// FindStringSubmatch is that of package regexp.
func (p Pattern) FindStringSubmatch(s string) []string { return p.compiled().FindStringSubmatch(s) }

// FindSubmatch is that of package regexp.
func (p Pattern) FindSubmatch(b []byte) [][]byte { return p.compiled().FindSubmatch(b) }
