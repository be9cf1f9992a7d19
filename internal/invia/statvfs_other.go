//go:build !linux

package invia

import "errors"

const hasStatVFS = false

func statVFS(string) (n [11]uint64, err error) { return n, errors.ErrUnsupported }
