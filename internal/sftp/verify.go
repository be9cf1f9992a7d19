package sftp

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"path"
)

// verify makes sure of the bytes that the server holds under a name.
func (g *give) verify(written string) error {
	how := g.policy.Verify
	if how != Checksum && how != ReadBack {
		return nil
	}
	if err := g.c.step(g.ctx, StepVerify); err != nil {
		return err
	}
	check := g.readBack
	if how == Checksum {
		check = g.serverSum
	}
	same, err := check(written)
	if err == nil && !same {
		err = wrongBytes.on("deliver", g.c.endpoint.Name, nil)
	}
	return err
}

// readBack reads a file of the delivery's size and tells whether it is the
// delivery's.
func (g *give) readBack(name string) (same bool, err error) {
	ch, err := g.c.bulkChannel()
	if err != nil {
		return false, err
	}
	handle, err := ch.open(name, openRead)
	if err != nil {
		return false, err
	}
	sum := sha256.New()
	err = readRange(oneLane(ch, handle), 0, g.out.Size, func(p []byte) error {
		sum.Write(p)
		return nil
	})
	if err != nil {
		return false, err
	}
	return [32]byte(sum.Sum(nil)) == g.out.SHA256, ch.closeHandle(handle)
}

// serverSum asks the server for the SHA-256 of a file
// (draft-ietf-secsh-filexfer-extensions-00, section 3).
func (g *give) serverSum(name string) (same bool, err error) {
	ch, err := g.c.bulkChannel()
	if err != nil {
		return false, err
	}
	body := appendString(appendString(appendString(nil, "check-file-name"), name), "sha256")
	body = binary.BigEndian.AppendUint64(body, 0) // from the beginning
	body = binary.BigEndian.AppendUint64(body, 0) // to the end
	body = binary.BigEndian.AppendUint32(body, 0) // as one block
	a := ch.do(typeExtendedReply, typeExtended, body)
	if err := a.result(); err != nil {
		return false, err
	}
	r := reader{b: a.body}
	algorithm := r.string()
	if r.bad || string(algorithm) != "sha256" || len(r.b) != sha256.Size {
		return false, errProtocol
	}
	return [32]byte(r.b) == g.out.SHA256, nil
}

// sidecar writes the file that holds the hash, in the form of sha256sum.
func (g *give) sidecar() error {
	if g.policy.Verify != WithSidecar {
		return nil
	}
	if err := g.c.step(g.ctx, StepSidecar); err != nil {
		return err
	}
	line := hex.EncodeToString(g.out.SHA256[:]) + "  " + path.Base(g.out.Target) + "\n"
	return g.small(g.out.Target+g.policy.Sidecar, []byte(line))
}

// small writes a file of one block at once.
func (g *give) small(name string, data []byte) error {
	ch, err := g.c.bulkChannel()
	if err != nil {
		return err
	}
	handle, err := ch.open(name, openWrite|openCreate|openTrunc)
	if err != nil {
		return err
	}
	if len(data) > 0 {
		done := make(chan *call, 1)
		a := &call{want: typeStatus, done: done}
		ch.startWrite(a, handle, 0, append(make([]byte, writeRoom(handle)), data...))
		if err := (<-done).result(); err != nil {
			return err
		}
	}
	return ch.closeHandle(handle)
}
