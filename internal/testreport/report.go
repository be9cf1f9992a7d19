package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
)

// event is one line of go test -json (see go doc test2json); a build's
// events carry ImportPath instead of Package.
type event struct {
	Action     string
	Package    string
	ImportPath string
	Test       string
	Elapsed    float64
	Output     string
}

// report gathers events: the output of a test is kept until the test has
// ended, and forgotten when it passed.
type report struct {
	out                     io.Writer
	output                  map[string][]string // by package and test
	builds                  map[string][]string // by import path
	failing                 map[string]bool     // packages in which a test failed
	passed, failed, skipped int
	left                    []string // skipped tests with their reason
}

func newReport(out io.Writer) *report {
	return &report{out: out, output: map[string][]string{}, builds: map[string][]string{}, failing: map[string]bool{}}
}

// read takes events until they end. A line that is no event is shown as it is.
func (r *report) read(events io.Reader) error {
	lines := bufio.NewReader(events)
	for {
		line, err := lines.ReadBytes('\n')
		if len(line) > 0 {
			var e event
			if json.Unmarshal(line, &e) != nil {
				fmt.Fprintf(r.out, "%s", line)
			} else {
				r.take(e)
			}
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read events of go test: %w", err)
		}
	}
}

func (r *report) take(e event) {
	key := e.Package + "\x00" + e.Test
	switch e.Action {
	case "build-output":
		r.builds[e.ImportPath] = append(r.builds[e.ImportPath], e.Output)
	case "build-fail":
		fmt.Fprintf(r.out, "--- BUILD FAIL: %s\n%s", e.ImportPath, strings.Join(r.builds[e.ImportPath], ""))
	case "output":
		r.output[key] = append(r.output[key], e.Output)
	case "pass", "fail", "skip":
		if e.Test == "" {
			r.endPackage(e, key)
		} else {
			r.endTest(e, key)
		}
		delete(r.output, key)
	}
}

func (r *report) endTest(e event, key string) {
	switch e.Action {
	case "pass":
		r.passed++
	case "fail":
		r.failed++
		r.failing[e.Package] = true
		fmt.Fprintf(r.out, "%s\n", strings.TrimRight(strings.Join(r.output[key], ""), "\n"))
	case "skip":
		r.skipped++
		r.left = append(r.left, fmt.Sprintf("%s %s: %s", e.Package, e.Test, reason(r.output[key])))
	}
}

func (r *report) endPackage(e event, key string) {
	switch {
	case e.Action == "skip":
		// A package without tests says nothing worth a line.
	case e.Action == "fail" && !r.failing[e.Package]:
		// It did not build, or died outside any test.
		r.failed++
		fmt.Fprintf(r.out, "%s", strings.Join(r.output[key], ""))
	default:
		fmt.Fprintf(r.out, "%-4s %s %.1fs\n", e.Action, e.Package, e.Elapsed)
	}
}

// reason finds in a skipped test's output why: the text after file and line.
func reason(output []string) string {
	for _, line := range output {
		if strings.HasPrefix(line, "=== ") || strings.HasPrefix(strings.TrimSpace(line), "--- ") {
			continue
		}
		if _, why, ok := strings.Cut(strings.TrimSpace(line), ".go:"); ok {
			_, why, _ = strings.Cut(why, ": ")
			return why
		}
	}
	return "no reason given"
}

// close prints what was left out and the counts.
func (r *report) close(code int) {
	if code != 0 && r.failed == 0 {
		r.failed++
	}
	if len(r.left) > 0 {
		slices.Sort(r.left)
		fmt.Fprintf(r.out, "\nLeft out, for want of what they need (see CONTRIBUTING.md):\n")
		for _, line := range r.left {
			fmt.Fprintln(r.out, "  "+line)
		}
	}
	fmt.Fprintf(r.out, "\n%d passed, %d failed, %d skipped\n", r.passed, r.failed, r.skipped)
}
