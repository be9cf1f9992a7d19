//go:build !linux

package main

// become: the service and its user are Linux's.
func become(string) (back func() error, err error) { return nil, nil }
