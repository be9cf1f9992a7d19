package dataset

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
)

// describe writes what stands beside the data: all that an analyst needs who has
// this folder and nothing else. None of it is counted from what was kept back.
func (r *Release) describe(m *Manifest) error {
	m.Files = r.files
	beside := []struct {
		name string
		make func(*Manifest) ([]byte, error)
	}{
		{"qualita.json", func(m *Manifest) ([]byte, error) { return indented(qualityOf(m)) }},
		{"dizionario.md", func(m *Manifest) ([]byte, error) { return dictionary(m, italian), nil }},
		{"dictionary.md", func(m *Manifest) ([]byte, error) { return dictionary(m, english), nil }},
		{dictionaryPage, pageOf},
		{columnsCSV, func(m *Manifest) ([]byte, error) { return asCSV(columnsTable(m)) }},
		{codesCSV, func(m *Manifest) ([]byte, error) { return asCSV(codesTable(m)) }},
		{viewsName, func(m *Manifest) ([]byte, error) { return viewsOf(m), nil }},
		{"QUICKSTART.md", func(m *Manifest) ([]byte, error) { return quickstart(m), nil }},
	}
	for _, f := range beside {
		data, err := f.make(m)
		if err != nil {
			return fmt.Errorf("write %s: %w", f.name, err)
		}
		if err := r.addFile(f.name, data); err != nil {
			return err
		}
	}
	// These two name files that are beside the data.
	m.Files = r.files
	data, err := indented(packageOf(m, r.options.Holder))
	if err != nil {
		return err
	}
	if err := r.addFile(packageName, data); err != nil {
		return err
	}
	catalog, err := catalogOf(m, r.options.Holder, r.options.Listing)
	if err != nil || catalog == nil {
		return err
	}
	return r.addFile(catalogName, catalog)
}

// sumsName lists every file but the manifest, which lists it, and the manifest's
// signature.
const sumsName = "SHA256SUMS"

// addSums writes the hashes of the release's files.
func (r *Release) addSums() error { return r.addFile(sumsName, sumsOf(r.files)) }

// sumsOf are hashes as sha256sum -c reads them, by name.
func sumsOf(files []File) []byte {
	files = slices.Clone(files)
	slices.SortFunc(files, func(a, b File) int { return strings.Compare(a.Path, b.Path) })
	var b bytes.Buffer
	for _, f := range files {
		fmt.Fprintf(&b, "%s  %s\n", f.SHA256, f.Path)
	}
	return b.Bytes()
}

// addFile writes a small file of the release and lists it.
func (r *Release) addFile(name string, data []byte) error {
	file, err := r.writeFile(name, data)
	if err != nil {
		return err
	}
	r.files = append(r.files, file)
	return nil
}

// Holder is who publishes: the body that runs this house. The zero Holder is
// nobody that is known.
type Holder struct {
	Codice        string // as SIUSS knows it
	Denominazione string
	IPA           string // its code in the Indice delle pubbliche amministrazioni
}

// quality is the disclosure report: what was kept back, increment by
// increment, rounded up to multiples of k.
type quality struct {
	Format     string      `json:"format"`
	Release    string      `json:"release"`
	Level      string      `json:"level"`
	K          int         `json:"k,omitempty"`
	Rows       int64       `json:"rows"`
	Rounding   text        `json:"rounding"`
	Increments []Increment `json:"increments"`
	Notes      []text      `json:"notes,omitempty"`
}

type text struct {
	It string `json:"it"`
	En string `json:"en"`
}

func qualityOf(m *Manifest) quality {
	return quality{
		Format: "flussi-quality/1", Release: m.Release, Level: m.Level, K: m.K, Rows: m.Rows,
		Rounding: text(textRounding), Increments: m.Increments, Notes: m.Notes,
	}
}
