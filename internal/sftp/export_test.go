package sftp

// StrictIn tells what is heard of strict key exchange in the first bytes of a
// server; whole is false while more must come.
func StrictIn(b []byte) (strict, whole bool) {
	init, whole := findKexInit(b)
	return init.strict(), whole
}
