package schema

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
)

var update = flag.Bool("update", false, "write what the corpus should say anew")

// TestCorpus reads each document of testdata/xml and compares the faults of
// form, and the books, with what stands beside it. In a document, $HEADER,
// $PERSON, $RECORD, $SINA and $MINOR stand for valid parts.
func TestCorpus(t *testing.T) {
	files, err := filepath.Glob("testdata/xml/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no corpus", err)
	}
	parts := strings.NewReplacer(
		"$HEADER", headerXML, "$PERSON", anagraficaXML+"\n"+indirizzoXML, "$RECORD", prestazioneXML, "$SINA", sinaXML, "$MINOR", minoreXML,
		`\r`, "\r", `\t`, "\t", `\x01`, "\x01", `\xe0`, "\xe0", `\x80`, "\x80", `\x81`, "\x81", `\ufeff`, "\ufeff", `\ufffe`, "\xef\xbf\xbe",
	)
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for i := 0; i+1 < len(archive.Files); i += 2 {
			doc, want := archive.Files[i], &archive.Files[i+1]
			name := strings.TrimSuffix(doc.Name, ".xml")
			t.Run(name, func(t *testing.T) {
				if want.Name != name+".want" {
					t.Fatalf("%s has no .want", doc.Name)
				}
				text := parts.Replace(strings.TrimSuffix(string(doc.Data), "\n"))
				got := describe(read(t, strings.NewReader(text), Options{}, nil))
				for window := 16; window < 40; window++ {
					if narrow := describe(read(t, strings.NewReader(text), Options{Limits: Limits{window: window}}, nil)); narrow != got {
						t.Errorf("through a window of %d bytes:\n%s", window, narrow)
					}
				}
				if *update {
					want.Data = []byte(got)
				} else if got != string(want.Data) {
					t.Errorf("got:\n%swant:\n%s", got, want.Data)
				}
			})
		}
		if *update {
			if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func describe(r reading) string {
	var s strings.Builder
	for _, f := range r.formal() {
		fmt.Fprintf(&s, "%s %d:%d %s", f.Rule, f.Line, f.Column, f.Path)
		if f.Record >= 0 {
			fmt.Fprintf(&s, " record %d", f.Record)
		}
		s.WriteString("\n")
	}
	switch sum := r.summary; {
	case sum.Refused != nil:
		fmt.Fprintf(&s, "refused %s %s\n", sum.Refused.Rule, sum.Refused.Detail)
	default:
		fmt.Fprintf(&s, "%s schema_valid=%v records=%d rejected_by_form=%d\n", sum.Tipo, sum.SchemaValid, sum.Records, r.rejectedByForm())
	}
	return s.String()
}

// rejectedByForm counts the records that faults of form name.
func (r reading) rejectedByForm() int {
	named := map[int64]bool{}
	for _, f := range r.formal() {
		if f.Record >= 0 {
			named[f.Record] = true
		}
	}
	return len(named)
}
