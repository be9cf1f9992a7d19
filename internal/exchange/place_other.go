//go:build !linux

package exchange

import (
	"errors"
	"os"
)

func createPart(_ *os.File, root *os.Root, name string, perm os.FileMode) (*os.File, error) {
	return root.OpenFile(name, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, perm)
}

func renameNew(*os.File, string, string) error { return errors.ErrUnsupported }
