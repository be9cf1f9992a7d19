package dataset

import (
	"encoding/json"
	"errors"
	"path/filepath"

	"flussi/internal/spool"
)

// Pointer gives current.json as it stands beside the live release m, for who
// publishes it elsewhere too. Kind Corrupt where it names another release.
func Pointer(fsys spool.FS, m *Manifest) ([]byte, error) {
	data, err := readFile(fsys, filepath.Join(filepath.Dir(filepath.Dir(m.Dir)), currentName))
	if err != nil {
		return nil, fail("read live release", m.Release, err)
	}
	var c current
	if err := json.Unmarshal(data, &c); err != nil || c.Release != m.Release || c.ManifestSHA256 != m.SHA256 {
		return nil, spoiled("read live release", m.Release, errors.New(currentName+" names another"))
	}
	return data, nil
}
