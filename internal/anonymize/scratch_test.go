package anonymize

import (
	"errors"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"

	"flussi/internal/flusso"
	"flussi/internal/schema"
	"flussi/internal/scratch"
)

// TestScratchSpaceFails: rows that are more than the room holds, and a disk that
// takes none of them: the view says so, with what to do.
func TestScratchSpaceFails(t *testing.T) {
	req := request(lazio, flusso.PSPSASINA, IndividualeAnonimo)
	req.Room = scratch.Room{Memory: 1, Space: &scratch.File{Folder: filepath.Join(t.TempDir(), "nowhere")}}
	v, err := DefaultMatrix().Open(req, func(*Disclosed) error { return nil })
	if err != nil {
		t.Fatal(err)
	}
	people := make([]person, 1100) // more of one class than lie together
	for i := range people {
		people[i] = person{cf: fiscal(i), born: 1950, benefits: []benefit{{}}}
	}
	r := schema.NewReader(strings.NewReader(psFlow("H501", people...)), schema.Options{})
	for b := (schema.Batch{}); err == nil && r.Next(&b) == nil; {
		err = v.Add(&b, nil)
	}
	var told *flusso.Error
	if !errors.As(err, &told) || told.Kind != flusso.Transient || told.Hint.It == "" || !errors.Is(err, fs.ErrNotExist) {
		t.Fatalf("got %v", err)
	}
}
