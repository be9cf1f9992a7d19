package main

import (
	"errors"
	"io/fs"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
)

// become makes root the user whose the state folder is: what root made there would be
// root's, and the daemon, which is that user, could not open it again. Programs that are
// started have no way back; back has one, for what only root may. Whose the folder is, it
// says itself, or, where it is yet to be made, the one above it.
func become(state string) (back func() error, err error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	info, err := os.Stat(state)
	for errors.Is(err, fs.ErrNotExist) && filepath.Dir(state) != state {
		state = filepath.Dir(state)
		info, err = os.Stat(state)
	}
	if err != nil {
		return nil, err
	}
	of, ok := info.Sys().(*syscall.Stat_t)
	if !ok || of.Uid == 0 {
		return nil, nil
	}
	groups, err := os.Getgroups()
	if err != nil {
		return nil, err
	}
	caller := os.Getegid()
	uid, gid, others := int(of.Uid), int(of.Gid), []int(nil)
	if u, err := user.LookupId(strconv.Itoa(uid)); err == nil { // else a container's: the folder's group is all there is
		gid, others = groupsOf(u, gid)
	}
	return func() error {
		return errors.Join(syscall.Setresuid(0, 0, 0), syscall.Setresgid(caller, caller, caller), syscall.Setgroups(groups))
	}, errors.Join(syscall.Setgroups(others), syscall.Setresgid(gid, gid, 0), syscall.Setresuid(uid, uid, 0))
}

// groupsOf are a user's own group and the others.
func groupsOf(u *user.User, fallback int) (own int, others []int) {
	own, err := strconv.Atoi(u.Gid)
	if err != nil {
		own = fallback
	}
	ids, _ := u.GroupIds() // without them, fewer rights
	for _, id := range ids {
		if gid, err := strconv.Atoi(id); err == nil {
			others = append(others, gid)
		}
	}
	return own, others
}
