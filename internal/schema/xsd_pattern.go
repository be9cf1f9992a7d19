package schema

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
)

// xsdPattern2Go compiles a pattern of XML Schema: anchored at both ends, \d the
// digits that libxml2 knows, ^ and $ plain characters. What is not known to mean
// the same in both is an error: \i, \c, \w, \p, subtraction of classes.
func xsdPattern2Go(pattern string) (*regexp.Regexp, error) {
	var out strings.Builder
	out.WriteString(`\A(?:`)
	class := 0 // in a character class: how many characters of it came, plus one
	for runes := []rune(pattern); len(runes) > 0; {
		c := runes[0]
		runes = runes[1:]
		switch {
		case c == '\\':
			if len(runes) == 0 {
				return nil, errors.New("a backslash at the end")
			}
			escaped, err := xsdEscape(runes[0], class > 0)
			if err != nil {
				return nil, err
			}
			runes = runes[1:]
			out.WriteString(escaped)
			class = next(class)
		case class > 0 && c == '[':
			return nil, errors.New("a class in a class")
		case class > 0 && c == ']':
			if class == 1 {
				return nil, errors.New("an empty class")
			}
			out.WriteRune(c)
			class = 0
		case class > 0 && c == '^' && class == 1:
			out.WriteRune(c)
		case class > 0:
			if c == '^' || c == '&' || c == '~' {
				out.WriteRune('\\')
			}
			out.WriteRune(c)
			class++
		case c == '[':
			out.WriteRune(c)
			class = 1
		case c == '^' || c == '$':
			out.WriteString(`\` + string(c))
		case c == '.':
			out.WriteString(`[^\n\r]`)
		case c == '(' && len(runes) > 0 && runes[0] == '?':
			return nil, errors.New("(?")
		case c == '{' || c == '}':
			count := repetition.FindString(string(c) + string(runes))
			if count == "" {
				return nil, errors.New("a brace that is no repetition")
			}
			out.WriteString(count)
			if runes = runes[len(count)-1:]; len(runes) > 0 && strings.ContainsRune("?+*{", runes[0]) {
				return nil, errors.New("a quantifier of a quantifier")
			}
		case strings.ContainsRune("?*+", c) && len(runes) > 0 && strings.ContainsRune("?+*{", runes[0]):
			return nil, errors.New("a quantifier of a quantifier")
		default:
			out.WriteRune(c)
		}
	}
	if class > 0 {
		return nil, errors.New("a class that does not end")
	}
	out.WriteString(`)\z`)
	return regexp.Compile(out.String())
}

var repetition = regexp.MustCompile(`^\{[0-9]+(,[0-9]*)?\}`)

func next(class int) int {
	if class > 0 {
		class++
	}
	return class
}

// xsdEscape gives what an escape of XML Schema is in Go.
func xsdEscape(c rune, inClass bool) (string, error) {
	switch {
	case strings.ContainsRune(`nrt\|.?*+(){}[]-^`, c):
		return `\` + string(c), nil
	case c == 's':
		if inClass {
			return ` \t\n\r`, nil
		}
		return `[ \t\n\r]`, nil
	case c == 'd':
		var digits strings.Builder
		for _, run := range digitRunes {
			fmt.Fprintf(&digits, `\x{%x}-\x{%x}`, run[0], run[1])
		}
		if inClass {
			return digits.String(), nil
		}
		return "[" + digits.String() + "]", nil
	}
	return "", fmt.Errorf("\\%c", c)
}
