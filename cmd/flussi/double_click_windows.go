package main

import (
	"unsafe"

	"golang.org/x/sys/windows"
)

var getConsoleProcessList = windows.NewLazySystemDLL("kernel32.dll").NewProc("GetConsoleProcessList")

// doubleClicked tells whether nobody else uses this console: Windows made it for a
// program that was opened from a folder. In a command window the shell is there too.
func (a *app) doubleClicked() bool {
	var ids [2]uint32
	if getConsoleProcessList.Find() != nil {
		return false
	}
	n, _, _ := getConsoleProcessList.Call(uintptr(unsafe.Pointer(&ids[0])), uintptr(len(ids)))
	return n == 1
}
