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
		for _, b := range n.branches {
			f.To[a.Hierarchy.Values(int(n.levels[n.split]) - 1)[b.code]] = write(b.node)
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
	levels, codes := make([]uint8, len(attributes)), make([]uint32, len(attributes))
	for i, a := range attributes {
		levels[i] = uint8(a.Hierarchy.Height())
		if len(a.Hierarchy.Values(a.Hierarchy.Height())) != 1 {
			return nil, ErrNoRoot
		}
	}
	t := &Tree{attributes: attributes}
	_, err := t.read(&root, treeNode{levels: levels, codes: codes})
	return t, err
}

// read adds a node, all below it, and gives its number.
func (t *Tree) read(f *treeFile, n treeNode) (int32, error) {
	at := int32(len(t.nodes))
	n.split = -1
	t.nodes = append(t.nodes, n)
	if f.By == "" {
		if len(f.To) > 0 || f.Rest != nil {
			return 0, ErrTree
		}
		return at, nil
	}
	a := slices.IndexFunc(t.attributes, func(a Attribute) bool { return a.Name == f.By })
	if a < 0 || n.levels[a] == 0 || len(f.To) == 0 {
		return 0, fmt.Errorf("%w: at %s", ErrTree, f.By)
	}
	h, level := t.attributes[a].Hierarchy, n.levels[a]-1
	var branches []branch
	for code, value := range h.Values(int(level)) {
		below, ok := f.To[value]
		if !ok || h.levels[level].parent[code] != n.codes[a] {
			continue
		}
		child := treeNode{parent: at, levels: slices.Clone(n.levels), codes: slices.Clone(n.codes)}
		child.levels[a], child.codes[a] = level, uint32(code)
		node, err := t.read(below, child)
		if err != nil {
			return 0, err
		}
		branches = append(branches, branch{uint32(code), node})
	}
	if len(branches) != len(f.To) {
		return 0, fmt.Errorf("%w: a value of %s that is not there", ErrTree, f.By)
	}
	rest := int32(0)
	if f.Rest != nil {
		var err error
		if rest, err = t.read(f.Rest, treeNode{parent: at, levels: n.levels, codes: n.codes}); err != nil {
			return 0, err
		}
	}
	t.nodes[at].split, t.nodes[at].branches, t.nodes[at].rest = int16(a), branches, rest
	return at, nil
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
