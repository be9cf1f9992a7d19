// Command testreport runs the project's tests and says what came of them: a
// line for each package, each failure in full, and at the end, by name, every
// test that was left out and why. Its arguments are those of go test; its exit
// code is 0 exactly when go test's is.
//
// make test calls it, so that a machine with only Go passes and still tells
// what it could not try.
package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
)

func main() {
	code, err := test(os.Args[1:], os.Stdout, os.Stderr)
	if err != nil {
		fmt.Fprintln(os.Stderr, "testreport:", err)
		code = 1
	}
	os.Exit(code)
}

// test runs go test and reports on out. The error is about running it at all.
func test(args []string, out, problems io.Writer) (code int, err error) {
	// The patience is for slow shared machines: no test here is timed.
	command := exec.Command("go", append([]string{"test", "-json", "-timeout", "40m"}, args...)...)
	command.Stderr = problems
	events, err := command.StdoutPipe()
	if err != nil {
		return 1, fmt.Errorf("open events of go test: %w", err)
	}
	if err := command.Start(); err != nil {
		return 1, fmt.Errorf("start go test: %w", err)
	}
	r := newReport(out)
	readErr := r.read(events)
	code, err = exitCode(command.Wait())
	if err = firstOf(readErr, err); err != nil {
		return 1, err
	}
	r.close(code)
	return code, nil
}

func exitCode(err error) (int, error) {
	var failed *exec.ExitError
	switch {
	case err == nil:
		return 0, nil
	case errors.As(err, &failed) && failed.ExitCode() > 0:
		return failed.ExitCode(), nil
	}
	return 1, fmt.Errorf("run go test: %w", err)
}

func firstOf(all ...error) error {
	for _, err := range all {
		if err != nil {
			return err
		}
	}
	return nil
}
