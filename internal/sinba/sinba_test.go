package sinba_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"

	"flussi/internal/sinba"
)

// fixed is a key that is the same in every run.
func fixed(t testing.TB, ente string, seed byte) sinba.Key {
	t.Helper()
	k, err := sinba.New(bytes.NewReader(bytes.Repeat([]byte{seed}, 16)), ente)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func code(t testing.TB, k sinba.Key, name string) string {
	t.Helper()
	c, err := k.NewCoder()
	if err != nil {
		t.Fatal(err)
	}
	return string(c.AppendCode(nil, []byte(name)))
}

// TestCodesStayTheSame: these were published; another version that gives others makes
// new children of all.
func TestCodesStayTheSame(t *testing.T) {
	for name, want := range map[string]string{
		"pratica 12/2025":  "M0008978017285623232",
		"AAAAAA10A01H501X": "M0321214764262066192",
	} {
		if got := code(t, fixed(t, "H501", 7), name); got != want {
			t.Errorf("the code is %s, and was %s", got, want)
		}
	}
}

// TestCodes: a name in other capitals and blanks has the same code; another name,
// Ente or key has another; nothing has none.
func TestCodes(t *testing.T) {
	k := fixed(t, "H501", 7)
	one := code(t, k, "AAAAAA10A01H501X")
	if !regexp.MustCompile(`^M[0-9]{19}$`).MatchString(one) {
		t.Errorf("a code is %s", one)
	}
	if got := code(t, k, " aaa aaa 10a01 h501x\u00a0"); got != one {
		t.Error("blanks or small letters make another code")
	}
	for what, other := range map[string]string{
		"name": code(t, k, "AAAAAA10A01H501Y"), "Ente": code(t, fixed(t, "A010", 7), "AAAAAA10A01H501X"), "key": code(t, fixed(t, "H501", 8), "AAAAAA10A01H501X"),
	} {
		if other == one {
			t.Errorf("another %s has the same code", what)
		}
	}
	for _, nothing := range []string{"", " ", "\t\u00a0"} {
		if got := code(t, k, nothing); got != "" {
			t.Errorf("%q has the code %s", nothing, got)
		}
	}
	seen := map[string]bool{}
	for i := range 20_000 {
		seen[code(t, k, fmt.Sprint(i))] = true
	}
	if len(seen) != 20_000 {
		t.Errorf("20,000 names have %d codes", len(seen))
	}
}

// TestWords: what a person copies gives the key again, as people write; any one
// character that is wrong, left out, doubled or swapped is found.
func TestWords(t *testing.T) {
	k, err := sinba.New(rand.NewChaCha8([32]byte{1}), "H501")
	if err != nil {
		t.Fatal(err)
	}
	words := k.Words()
	for _, written := range []string{
		words, strings.ToLower(words), "  " + strings.ReplaceAll(words, " ", "   ") + "\r\n", strings.ReplaceAll(words, "-", " - ")[:0] + words,
		strings.NewReplacer("0", "O", "1", "I").Replace(words[len("FLUSSI-SINBA-1 H501 "):]),
	} {
		if !strings.HasPrefix(strings.ToUpper(strings.TrimSpace(written)), "FLUSSI") {
			written = "FLUSSI-SINBA-1 H501 " + written
		}
		again, err := sinba.ParseKey(written)
		if err != nil || again != k {
			t.Errorf("%q gives another key (%v)", written, err)
		}
	}
	at := strings.LastIndex(words, " ") + 1
	for i := at; i < len(words); i++ {
		wrong := []string{words[:i] + words[i+1:], words[:i] + words[i:i+1] + words[i:]}
		for _, c := range "0Z8B" {
			if words[i] != byte(c) {
				wrong = append(wrong, words[:i]+string(c)+words[i+1:])
			}
		}
		if i+1 < len(words) && words[i] != words[i+1] {
			wrong = append(wrong, words[:i]+words[i+1:i+2]+words[i:i+1]+words[i+2:])
		}
		for _, w := range wrong {
			if strings.ReplaceAll(w, "-", "") == strings.ReplaceAll(words, "-", "") {
				continue // a hyphen alone
			}
			if _, err := sinba.ParseKey(w); err == nil {
				t.Errorf("a typing error at %d is not found", i-at)
			}
		}
	}
	for _, w := range []string{"", "FLUSSI-SINBA-1", "FLUSSI-SINBA-1 H501", "FLUSSI-SINBA-2" + words[len("FLUSSI-SINBA-1"):], strings.Replace(words, "H501", "H502", 1)} {
		if _, err := sinba.ParseKey(w); err == nil {
			t.Errorf("%q is a key", w)
		}
	}
}

// TestMasked: no way of printing shows it, but Words.
func TestMasked(t *testing.T) {
	k := fixed(t, "H501", 7)
	text, err := k.MarshalText()
	if err != nil {
		t.Fatal(err)
	}
	for _, shown := range []string{fmt.Sprint(k), fmt.Sprintf("%v %+v %#v %x %q %d", k, k, k, k, k, k), string(text), k.LogValue().String(), fmt.Sprint(struct{ K sinba.Key }{k})} {
		if strings.Contains(shown, "7") || strings.Contains(shown, "07") {
			t.Errorf("it shows: %s", shown)
		}
	}
}
