package desk

import (
	"context"
	"errors"
	"fmt"
	"html"
	"os"
	"os/exec"
	"path/filepath"

	"flussi/internal/flusso"
)

// Open shows an address in this person's browser, through a page in a folder that
// only they can read: the arguments of a program are everybody's on the same
// computer. The caller removes the page with what is given back, when the browser
// has it.
func Open(ctx context.Context, address string) (remove func() error, err error) {
	dir, err := os.MkdirTemp("", "flussi-")
	if err != nil {
		return nil, fmt.Errorf("make folder: %w", err)
	}
	remove = func() error { return os.RemoveAll(dir) }
	page := filepath.Join(dir, "flussi.html")
	to := html.EscapeString(address)
	text := fmt.Sprintf("<!DOCTYPE html><meta charset=\"utf-8\"><meta http-equiv=\"refresh\" content=\"0; url=%s\"><title>flussi</title><a href=\"%s\">flussi</a>\n", to, to)
	err = os.WriteFile(page, []byte(text), 0o600)
	if err == nil {
		err = launch(ctx, page)
	}
	if err != nil {
		return nil, errors.Join(&flusso.Error{Op: "open browser", Kind: flusso.Transient, What: textNoBrowser, Hint: hintNoBrowser, Err: err}, remove())
	}
	return remove, nil
}

// start starts a program that opens a file, and does not wait for the browser.
func start(ctx context.Context, name string, args ...string) error {
	cmd := exec.CommandContext(context.WithoutCancel(ctx), name, args...)
	if err := cmd.Start(); err != nil {
		return err
	}
	go func() { _ = cmd.Wait() }() // its end is no news: some stay as long as the browser
	return nil
}
