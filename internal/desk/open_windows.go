package desk

import (
	"context"

	"golang.org/x/sys/windows"
)

// launch asks the shell, as a double click on the page would.
func launch(_ context.Context, page string) error {
	verb, err := windows.UTF16PtrFromString("open")
	if err != nil {
		return err
	}
	file, err := windows.UTF16PtrFromString(page)
	if err != nil {
		return err
	}
	return windows.ShellExecute(0, verb, file, nil, nil, windows.SW_SHOWNORMAL)
}
