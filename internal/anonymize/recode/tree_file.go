package recode

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
)

// A tree as a file, which a person can follow: the attribute that a node divides
// by, what comes of each of its finer values, and the rest.
type treeFile struct {
	By   string               `json:"by,omitempty"`
	To   map[string]*treeFile `json:"to,omitempty"`
	Rest *treeFile            `json:"rest,omitempty"`
}

// MarshalJSON writes the tree: the same tree, the same bytes.
func (t *Tree) MarshalJSON() ([]byte, error) {
	var write func(at int32) *treeFile
	write = func(at int32) *treeFile {
		n, f := &t.nodes[at], &treeFile{}
		if n.split < 0 {
			return f
		}
		a := t.attributes[n.split]
		f.By, f.To = a.Name, map[string]*treeFile{}
		for _, b := range t.branches[n.from:n.to] {
			f.To[a.Hierarchy.Values(int(n.finer))[b.code]] = write(b.node)
		}
		if n.rest != 0 {
			f.Rest = write(n.rest)
		}
		return f
	}
	return json.Marshal(write(0))
}

// ErrTree is what ReadTree says of what is no tree for these attributes.
var ErrTree = errors.New("not a tree of these attributes")

// ReadTree reads what MarshalJSON wrote, for the attributes it was made of.
func ReadTree(data []byte, attributes []Attribute) (*Tree, error) {
	var root treeFile
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&root); err != nil || dec.More() {
		return nil, errors.Join(ErrTree, err)
	}
	t, err := newTree(attributes)
	if err != nil {
		return nil, err
	}
	return t, t.read(&root, 0)
}

// read makes of a leaf what the file says of it, with all below.
func (t *Tree) read(f *treeFile, at int32) error {
	if f.By == "" {
		if len(f.To) > 0 || f.Rest != nil {
			return ErrTree
		}
		return nil
	}
	a := slices.IndexFunc(t.attributes, func(a Attribute) bool { return a.Name == f.By })
	levels, codes := t.region(at)
	if a < 0 || levels[a] == 0 || len(f.To) == 0 {
		return fmt.Errorf("%w: at %s", ErrTree, f.By)
	}
	h, level, above := t.attributes[a].Hierarchy, levels[a]-1, codes[a]
	var branches []branch
	for code, value := range h.Values(int(level)) {
		below, ok := f.To[value]
		if !ok || h.levels[level].parent[code] != above {
			continue
		}
		node := t.branch(at, a, level, uint32(code))
		if err := t.read(below, node); err != nil {
			return err
		}
		branches = append(branches, branch{uint32(code), node})
	}
	if len(branches) != len(f.To) {
		return fmt.Errorf("%w: a value of %s that is not there", ErrTree, f.By)
	}
	rest := int32(0)
	if f.Rest != nil {
		rest = t.grow(at)
		if err := t.read(f.Rest, rest); err != nil {
			return err
		}
	}
	n := &t.nodes[at]
	n.split, n.finer, n.rest = int16(a), level, rest
	n.from, n.to = int32(len(t.branches)), int32(len(t.branches)+len(branches))
	t.branches = append(t.branches, branches...)
	return nil
}

// Hash tells a hierarchy from any other: SHA-256 over its values by level, in
// hexadecimal.
func (h *Hierarchy) Hash() string {
	sum := sha256.New()
	enc := json.NewEncoder(sum)
	for leaf := range h.Leaves() {
		for _, l := range h.levels {
			_ = enc.Encode(l.values[l.of[leaf]]) // a hash takes everything
		}
	}
	_, _ = fmt.Fprintf(sum, "%d levels", len(h.levels)) // as above
	return hex.EncodeToString(sum.Sum(nil))
}
