package flusso

import (
	"fmt"
	"runtime"
)

// PanicWords says of a panic what the runtime says, and of any other value its type alone:
// it may hold what was read, or a secret.
func PanicWords(p any) string {
	if fault, ok := p.(runtime.Error); ok {
		return fault.Error()
	}
	return fmt.Sprintf("%T", p)
}
