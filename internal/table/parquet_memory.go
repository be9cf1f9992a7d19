package table

import "sync"

// memory is what a writer fills again and again: some megabytes. The next writer
// of like columns takes it over, for a dataset has a file for each of its many
// partitions.
type memory struct {
	filling *Chunk // rows of the page to come
	spare   *Chunk // rows of the page in the making, or none
	leaves  []*leafEncoder
}

var memories sync.Pool

// memoryFor gives the memory for a file of these columns.
func memoryFor(columns []Column) *memory {
	m, _ := memories.Get().(*memory)
	if m == nil || !fit(m.filling.Columns, columns) {
		m = &memory{filling: NewChunk(columns), spare: NewChunk(columns)}
		for range leaves(columns) {
			m.leaves = append(m.leaves, new(leafEncoder))
		}
	}
	for _, c := range []*Chunk{m.filling, m.spare} {
		c.Reset()
		use(c.Columns, columns)
	}
	for i, l := range leaves(columns) {
		m.leaves[i].begin(l)
	}
	return m
}

// fit tells whether values are of the kinds of columns.
func fit(values []Values, columns []Column) bool {
	if len(values) != len(columns) {
		return false
	}
	for i := range values {
		if values[i].Kind != columns[i].Kind || !fit(values[i].Fields, columns[i].Fields) {
			return false
		}
	}
	return true
}

// use gives values the vocabularies of their columns.
func use(values []Values, columns []Column) {
	for i := range values {
		if columns[i].Kind == String {
			values[i].vocabulary = columns[i].Vocabulary
		}
		use(values[i].Fields, columns[i].Fields)
	}
}
