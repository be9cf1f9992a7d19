package spooltest

import (
	"errors"
	"io/fs"
	"math/rand/v2"
	"slices"
)

// piece is a change of a file's bytes that no sync has made last.
type piece struct {
	at   int64
	data []byte // written there; nil: the file ends there
}

func (p piece) end() int64 { return p.at + int64(len(p.data)) }

// apply gives the bytes with the change made to them; it may use their room.
func (p piece) apply(to []byte) []byte {
	if p.data == nil {
		if int64(len(to)) > p.at {
			return slices.Clip(to[:p.at])
		}
		return append(to, make([]byte, p.at-int64(len(to)))...)
	}
	if grow := p.end() - int64(len(to)); grow > 0 {
		to = append(to, make([]byte, grow)...)
	}
	copy(to[p.at:], p.data)
	return to
}

// put writes into a file; cut sets its length. Both want the lock.
func (m *Mem) put(n *node, at int64, data []byte) {
	m.change(n, piece{at, append([]byte{}, data...)})
}

func (m *Mem) cut(n *node, size int64) { m.change(n, piece{at: size}) }

func (m *Mem) change(n *node, p piece) {
	if !n.own { // durable may share them
		n.data, n.own = slices.Clone(n.data), true
	}
	n.data = p.apply(n.data)
	n.unsynced = append(n.unsynced, p)
	n.mod = m.tick()
}

// settle makes a file's bytes last.
func (n *node) settle() {
	if len(n.unsynced) > 0 {
		n.durable, n.unsynced, n.own = n.data, nil, false
	}
}

// WriteAt writes into a file that is there, beyond its end too.
func (m *Mem) WriteAt(path string, at int64, data []byte) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	n, err := m.file("write", path)
	if err == nil {
		m.put(n, at, data)
	}
	return err
}

// resize sets the length of a file; what it grows by is zeros.
func (m *Mem) resize(path string, size int64) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	n, err := m.file("truncate", path)
	if err == nil {
		m.cut(n, size)
	}
	return err
}

func (m *Mem) syncFile(path string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	n, err := m.file("sync", path)
	if err == nil {
		n.settle()
	}
	return err
}

func (m *Mem) file(op, path string) (*node, error) {
	n, err := m.find(op, path)
	if err == nil && n.dir {
		err = &fs.PathError{Op: op, Path: path, Err: errors.New("is a directory")}
	}
	return n, err
}

// sector is what a disk writes as a whole, in bytes.
const sector = 512

// surviving is what the disk has of a file's bytes.
func surviving(n *node, chance *rand.Rand) []byte {
	if chance == nil || len(n.unsynced) == 0 {
		return n.durable
	}
	kind := chance.IntN(4)
	switch kind {
	case 0:
		return n.durable
	case 1:
		return n.data
	}
	left := slices.Clone(n.durable)
	if kind == 2 { // in order, up to some byte
		whole := chance.IntN(len(n.unsynced))
		for _, p := range n.unsynced[:whole] {
			left = p.apply(left)
		}
		if last := n.unsynced[whole]; len(last.data) > 0 {
			left = piece{last.at, last.data[:chance.IntN(len(last.data))]}.apply(left)
		}
		return left
	}
	// In no order: each sector by itself. The length may reach the disk before
	// the bytes do.
	for _, p := range n.unsynced {
		if p.data == nil {
			if chance.IntN(2) == 0 {
				left = p.apply(left)
			}
			continue
		}
		if p.end() > int64(len(left)) && chance.IntN(2) == 0 {
			left = piece{at: p.end()}.apply(left)
		}
		for at := 0; at < len(p.data); {
			upto := min(len(p.data), at+sector-int(p.at+int64(at))%sector)
			if chance.IntN(2) == 0 {
				left = piece{p.at + int64(at), p.data[at:upto]}.apply(left)
			}
			at = upto
		}
	}
	return left
}
