package table

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"

	"github.com/apache/arrow/go/v17/parquet/file"
)

// ParquetInfo is what a file's footer says of it.
type ParquetInfo struct {
	Rows      int64
	RowGroups int
	CreatedBy string
	SortedBy  []string          // the columns by which every row group declares its rows sorted
	Columns   []ColumnInfo      // as NewParquetWriter described them; nil in a file of another writer
	Metadata  map[string]string // all key-value pairs
}

// ReadParquetInfo reads the footer of a Parquet file of size bytes. It looks
// at no page: a file can be damaged and have a footer in order.
func ReadParquetInfo(r io.ReaderAt, size int64) (info ParquetInfo, err error) {
	defer func() {
		// The library panics on some damaged footers.
		if p := recover(); p != nil {
			err = fmt.Errorf("read parquet footer: %v", p)
		}
	}()
	f, err := file.NewParquetReader(io.NewSectionReader(r, 0, size))
	if err != nil {
		return info, fmt.Errorf("read parquet footer: %w", err)
	}
	meta := f.MetaData()
	info = ParquetInfo{
		Rows: f.NumRows(), RowGroups: f.NumRowGroups(), CreatedBy: meta.GetCreatedBy(),
		Metadata: make(map[string]string),
	}
	for _, group := range meta.RowGroups {
		names := []string{}
		for _, s := range group.SortingColumns {
			names = append(names, meta.Schema.Column(int(s.ColumnIdx)).Path())
		}
		if info.SortedBy == nil {
			info.SortedBy = names
		}
		info.SortedBy = slices.DeleteFunc(info.SortedBy, func(name string) bool { return !slices.Contains(names, name) })
	}
	pairs := meta.KeyValueMetadata()
	for i, key := range pairs.Keys() {
		info.Metadata[key] = pairs.Values()[i]
	}
	if described, ok := info.Metadata[ColumnsKey]; ok {
		if err := json.Unmarshal([]byte(described), &info.Columns); err != nil {
			return info, fmt.Errorf("read parquet column descriptions: %w", err)
		}
	}
	return info, nil
}
