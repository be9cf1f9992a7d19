package table

import (
	"fmt"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/apache/arrow/go/v17/parquet"
	"github.com/apache/arrow/go/v17/parquet/metadata"
)

// making is a chunk on its way into pages.
type making struct {
	last   bool // of its row group
	rows   int  // of the row group
	order  error
	done   sync.WaitGroup
	next   atomic.Int64 // the leaf that nobody works at yet
	errors []error      // of each leaf
}

// scratches keeps the memory of pages in the making from one to the next.
var scratches = sync.Pool{New: func() any { return new(scratch) }}

// encode hands the chunk over that is full, or whatever there is of it, and
// begins the next; last ends the row group.
func (p *ParquetWriter) encode(last bool) error {
	if err := p.settle(); err != nil {
		return err
	}
	encoder, err := zstdEncoder()
	if err != nil {
		return p.fail(fmt.Errorf("zstd: %w", err))
	}
	for _, e := range p.leaves {
		// What a vocabulary gains from here on is not looked at.
		if v, _ := e.in(p.filling); v.vocabulary != nil {
			e.words = v.vocabulary.texts
		}
	}
	m := &making{last: last, rows: p.group, errors: make([]error, len(p.leaves))}
	c := p.filling
	work := func() {
		s := scratches.Get().(*scratch)
		s.encoder = encoder
		for {
			i := int(m.next.Add(1)) - 1
			if i == len(p.leaves) {
				m.order = p.order.check(c)
			}
			if i >= len(p.leaves) {
				break
			}
			m.errors[i] = p.leaves[i].encode(c, s)
			if m.last && m.errors[i] == nil {
				m.errors[i] = p.leaves[i].finish(s)
			}
		}
		scratches.Put(s)
	}
	p.making = m
	if workers := min(runtime.GOMAXPROCS(0), len(p.leaves)); workers > 1 {
		for range workers {
			m.done.Go(work)
		}
	} else {
		work()
	}
	p.filling, p.spare = p.spare, p.filling
	p.filling.Reset()
	if m.last {
		p.group, p.size = 0, 0
	}
	return nil
}

// settle waits for the chunk that is being encoded, and writes the row group
// that it ended.
func (p *ParquetWriter) settle() error {
	m := p.making
	if m == nil {
		return nil
	}
	p.making = nil
	m.done.Wait()
	for i, err := range m.errors {
		if err != nil {
			return p.fail(fmt.Errorf("column %s: %w", p.leaves[i].name(), err))
		}
	}
	if m.order != nil {
		return p.fail(m.order)
	}
	if m.last {
		if err := p.writeRowGroup(m.rows); err != nil {
			return p.fail(err)
		}
	}
	return nil
}

// writeRowGroup writes the pages of all leaves, in their order, and behind them
// their Bloom filters, which a reader asks before it reads pages.
func (p *ParquetWriter) writeRowGroup(rows int) error {
	if p.groups == maxRowGroups {
		return fmt.Errorf("more than %d row groups in one parquet file", maxRowGroups)
	}
	group := p.meta.AppendRowGroup()
	var size int64
	chunks := make([]*metadata.ColumnChunkMetaDataBuilder, len(p.leaves))
	for i, e := range p.leaves {
		chunks[i] = group.NextColumnChunk()
		if err := p.writeChunk(e, chunks[i]); err != nil {
			return fmt.Errorf("column %s: %w", e.name(), err)
		}
		size += e.size
	}
	for i, e := range p.leaves {
		if len(e.bloom) > 0 {
			at := p.out.Tell()
			chunks[i].Contents().MetaData.BloomFilterOffset = &at
			if _, err := p.out.Write(e.bloom); err != nil {
				return fmt.Errorf("write bloom filters: %w", err)
			}
		}
		e.reset()
	}
	group.SetNumRows(rows)
	if err := group.Finish(size, int16(p.groups)); err != nil {
		return fmt.Errorf("finish row group: %w", err)
	}
	p.groups++
	return nil
}

// writeChunk writes one leaf's pages and tells the footer of them.
func (p *ParquetWriter) writeChunk(e *leafEncoder, chunk *metadata.ColumnChunkMetaDataBuilder) error {
	info := metadata.ChunkMetaInfo{
		NumValues: int64(e.values), IndexPageOffset: -1,
		DataPageOffset:   p.out.Tell() + int64(len(e.dictPage)),
		CompressedSize:   int64(len(e.dictPage) + len(e.pages)),
		UncompressedSize: e.size,
	}
	encodings := metadata.EncodingStats{DataEncodingStats: make(map[parquet.Encoding]int32)}
	if len(e.dictPage) > 0 {
		info.DictPageOffset = p.out.Tell()
		encodings.DictEncodingStats = map[parquet.Encoding]int32{parquet.Encodings.Plain: 1}
	}
	for encoding, pages := range e.pagesOf {
		if pages > 0 {
			encodings.DataEncodingStats[parquet.Encoding(encoding)] = pages
		}
	}
	if _, err := p.out.Write(e.dictPage); err != nil {
		return fmt.Errorf("write pages: %w", err)
	}
	p.index.add(e, p.out.Tell())
	if _, err := p.out.Write(e.pages); err != nil {
		return fmt.Errorf("write pages: %w", err)
	}
	chunk.SetStats(e.stats.encoded(e.column.Kind))
	if err := chunk.Finish(info, len(e.dictPage) > 0, false, encodings, nil); err != nil {
		return fmt.Errorf("finish column: %w", err)
	}
	// The library goes through a map, and knows of one encoding and of that of
	// levels, which it names last.
	meta := chunk.Contents().MetaData
	told := meta.EncodingStats
	for i := range told {
		for j := i; j > 0 && told[j].Encoding < told[j-1].Encoding; j-- {
			told[j], told[j-1] = told[j-1], told[j]
		}
	}
	levels := meta.Encodings[len(meta.Encodings)-1]
	meta.Encodings = append(meta.Encodings[:0], levels)
	for _, t := range told {
		if !slices.Contains(meta.Encodings, t.Encoding) {
			meta.Encodings = append(meta.Encodings, t.Encoding)
		}
	}
	// No copy of the column's metadata stands behind its pages.
	chunk.Contents().FileOffset = 0
	return nil
}
