package schema

import (
	"context"
	_ "embed"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"flussi/internal/flusso"
)

// goodPS and goodSINBA break no rule at all.
var (
	//go:embed testdata/rules/PS.xml
	goodPS string
	//go:embed testdata/rules/SINBA.xml
	goodSINBA string
)

// TestRulesCorpus reads testdata/rules: for each rule one file, with examples
// that keep it (accept), examples that break it (reject), and behind each of
// these exactly what it is told (faults; -update writes these anew). An example
// is the base (PS.xml, SINBA.xml or, of a return flow, goodRitorno) but for its
// edits: the lines "- " stand in the base, and "+ " come in their place; without
// edits it is the base itself. The comment may name options.
func TestRulesCorpus(t *testing.T) {
	for name, good := range map[string]string{"PS.xml": goodPS, "SINBA.xml": goodSINBA} {
		if codes, s := codesOf(t, good, Options{}); len(codes) > 0 || s.Rejected > 0 || !s.SchemaValid {
			t.Fatalf("%s breaks %v: %+v", name, codes, s)
		}
	}
	files, err := filepath.Glob("testdata/rules/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	shown := map[string]bool{}
	for _, file := range files {
		code := strings.TrimSuffix(filepath.Base(file), ".txtar")
		rule, ok := RuleByCode(code)
		if !ok {
			t.Errorf("%s is of no rule", file)
			continue
		}
		shown[code] = true
		t.Run(code, func(t *testing.T) { checkExamples(t, file, rule) })
	}
	for _, r := range Rules() {
		if !shown[r.Code] {
			t.Errorf("no file shows %s", r.Code)
		}
	}
}

func checkExamples(t *testing.T, file string, rule Rule) {
	archive, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	opt, base := exampleOptions(t, string(archive.Comment))
	switch rule.Tipi[0] {
	case flusso.SINBA:
		base = goodSINBA
	case flusso.Ritorno:
		base, opt.Layout = goodRitorno, exampleLayout(t)
	}
	accepts, rejects := 0, 0
	for i := range archive.Files {
		section := &archive.Files[i]
		switch section.Name {
		case "accept":
			accepts++
			if got := messages(t, exampleOf(t, base, section.Data), opt); strings.Contains(got, rule.Code) || strings.Contains(got, "XSD-") || strings.Contains(got, "FILE-") {
				t.Errorf("the accepting example is told:\n%s", got)
			}
		case "reject":
			rejects++
			if i+1 == len(archive.Files) || archive.Files[i+1].Name != "faults" {
				t.Fatal("reject without faults")
			}
			want, got := &archive.Files[i+1], messages(t, exampleOf(t, base, section.Data), opt)
			if !strings.Contains(got, rule.Code+" "+rule.Severity.String()) {
				t.Errorf("the rejecting example breaks no %s:\n%s", rule.Code, got)
			}
			if *update {
				want.Data = []byte(got)
			} else if got != string(want.Data) {
				t.Errorf("got:\n%swant:\n%s", got, want.Data)
			}
		case "faults":
		default:
			t.Errorf("section %s is unknown", section.Name)
		}
	}
	if accepts == 0 || rejects == 0 {
		t.Errorf("%d accepting and %d rejecting examples, want one of each", accepts, rejects)
	}
	if *update {
		if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func exampleOptions(t *testing.T, comment string) (opt Options, base string) {
	base = goodPS
	for line := range strings.Lines(comment) {
		switch strings.TrimSpace(line) {
		case "channel: cooperazione":
			opt.Channel = Cooperazione
		case "tipo: PS_PSA_SINA":
			opt.Expect = flusso.PSPSASINA
		case "limits: two records a Beneficiario":
			opt.Limits.BeneficiarioRecords = 2
		case "base: none": // the example is the whole of it
			base = ""
		default:
			t.Fatalf("%q is no option", line)
		}
	}
	return opt, base
}

// exampleOf applies edits to a document.
func exampleOf(t *testing.T, base string, edits []byte) string {
	var pairs []string
	removing := false
	for line := range strings.Lines(string(edits)) {
		text := strings.TrimSuffix(line, "\n")
		switch {
		case strings.HasPrefix(text, "- ") && removing:
			pairs[len(pairs)-2] += "\n" + text[2:]
		case strings.HasPrefix(text, "- "):
			pairs, removing = append(pairs, text[2:], ""), true
		case strings.HasPrefix(text, "+") && removing:
			pairs[len(pairs)-1], removing = strings.TrimPrefix(text[1:], " "), false
		case strings.HasPrefix(text, "+ ") && len(pairs) > 0:
			pairs[len(pairs)-1] += "\n" + text[2:]
		case base == "" && strings.HasPrefix(text, "+ "):
			pairs = append(pairs, "", text[2:])
		default:
			t.Fatalf("%q is no edit", text)
		}
	}
	for i := range pairs {
		pairs[i] = unwritable.Replace(pairs[i])
	}
	return edited(t, base, pairs)
}

// unwritable stands in an edit for what a text file should not hold.
var unwritable = strings.NewReplacer(`\x00`, "\x00", `\xe8`, "\xe8", "<1 MiB>", strings.Repeat("X", 1<<20+1))

// messages gives everything that is said of a document: each fault with its place,
// message and remedy in both languages, and what became of the records.
func messages(t *testing.T, document string, opt Options) string {
	var b strings.Builder
	opt.Today = rulesDay
	opt.Faults = func(f Fault) {
		rule, _ := RuleByCode(f.Rule)
		fmt.Fprintf(&b, "%d:%d %s\n%s %s\n", f.Line, f.Column, f.Path, f.Rule, f.Severity)
		for _, lang := range []flusso.Lang{flusso.It, flusso.En} {
			fmt.Fprintf(&b, "  %s: %s → %s\n", lang, rule.Message.In(lang), rule.Remedy.In(lang))
		}
	}
	s, err := Check(context.Background(), strings.NewReader(document), opt)
	switch {
	case s.Refused != nil:
		b.WriteString("the file is refused\n")
	case err != nil:
		t.Error(err)
	default:
		fmt.Fprintf(&b, "schema_valid=%v, %d of %d rejected\n", s.SchemaValid, s.Rejected, s.Records)
	}
	return b.String()
}
