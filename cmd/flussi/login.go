package main

import (
	"os"
	"os/user"
	"strconv"
	"strings"
)

// loginFile is where Linux keeps who logged in, whatever they became since: unlike a
// variable, nobody but root sets it, once.
const loginFile = "/proc/self/loginuid"

// login is the user name of the process, and before it, where that is somebody else,
// the name of who logged in: "anna as flussi". INPS asks for persons.
func login() string {
	name := "?"
	if u, err := user.Current(); err == nil {
		name = u.Username
	}
	return loginOf(name, loginFile, os.Getenv)
}

// loginOf asks the system, then sudo and doas.
func loginOf(name, file string, getenv func(string) string) string {
	who := ""
	if content, err := os.ReadFile(file); err == nil {
		const nobody = 1<<32 - 1 // a service, that nobody logged in for
		if id, err := strconv.ParseUint(strings.TrimSpace(string(content)), 10, 32); err == nil && id != nobody {
			if u, err := user.LookupId(strconv.FormatUint(id, 10)); err == nil {
				who = u.Username
			}
		}
	}
	for _, variable := range []string{"SUDO_USER", "DOAS_USER"} {
		if who == "" {
			who = getenv(variable)
		}
	}
	if who == "" || who == name {
		return name
	}
	return who + " as " + name
}

// personLogin is the name of who logged in.
func personLogin(login string) string {
	who, _, _ := strings.Cut(login, " as ")
	return who
}
