package dataset

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"flussi/internal/flusso"
	"flussi/internal/spool"
)

// What is told of faults is rounded up and stands in the quality report and on the
// page, over all increments.
func TestFaultsByRule(t *testing.T) {
	before := someReport
	defer func() { someReport = before }()
	root := t.TempDir()
	what := flusso.Text{It: "codice errato", En: "wrong code"}
	someReport.Faults = []Fault{{"PS-017", what, 12}, {"PS-001", what, 1}, {"PS-002", what, 0}}
	mustPublish(t, spool.OS, root, "r1", rowsOf(1, 100))
	someReport.Faults = []Fault{{"PS-017", what, 5}}
	s := mustPublish(t, spool.OS, root, "r2", rowsOf(2, 100))
	quality, err := os.ReadFile(filepath.Join(s.Dir, "qualita.json"))
	if err != nil || strings.Count(string(quality), `"PS-017"`) != 2 || !strings.Contains(string(quality), `"at_most": 15`) || strings.Contains(string(quality), "PS-002") || strings.Contains(string(quality), ": 12") {
		t.Errorf("%s, %v", quality, err)
	}
	d, _ := mustDescribe(t, s.Dir, flusso.It)
	if got := fmt.Sprint(d.numbersOf(t, textOverviewFaults).Rows); got != "[[PS-017 codice errato ≤ 20] [PS-001 codice errato ≤ 5]]" {
		t.Errorf("the page says %s", got)
	}
}
