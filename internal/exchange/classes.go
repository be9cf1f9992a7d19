package exchange

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"

	"flussi/internal/anonymize"
	"flussi/internal/anonymize/joint"
	"flussi/internal/config"
	"flussi/internal/dataset"
	"flussi/internal/flusso"
	"flussi/internal/ledger"
	"flussi/internal/spool"
	"flussi/internal/state"
)

// classChain is the class indexes of a dataset whose codes reach over releases:
// one folder for each release under state/classes, with a file for each data year
// and one that names the releases before it. The folder of a release is durable
// before the release is published and outlives it. A chain that has lost a link
// is refused: a release checked against fewer than there are could single
// somebody out.
type classChain struct {
	fs    spool.FS
	home  string // of the dataset
	id    string // of the release being made
	links chainLinks
	years map[string][]int // of the releases before
	open  []*state.Classes
}

// chainLinks is what the folder of a release says of those before it.
type chainLinks struct {
	// Key names the key of the codes; those made with another link to nothing here.
	Key string `json:"key"`
	// After are the releases before, the oldest first.
	After []string `json:"after"`
	// Years are the data years of which the release has an index.
	Years []int `json:"years"`
}

const chainFile = "after.json"

// openChain finds the releases that the one being made must be checked against:
// the one that it grows from, empty for none, and those that one was.
func openChain(fsys spool.FS, home, id, before, key string) (*classChain, error) {
	c := &classChain{fs: fsys, home: home, id: id, links: chainLinks{Key: key}, years: map[string][]int{}}
	if before == "" {
		return c, nil
	}
	links, err := c.read(before)
	if err != nil || links.Key != key {
		return c, err
	}
	c.links.After = append(links.After, before)
	for _, release := range c.links.After {
		if links, err = c.read(release); err != nil {
			return nil, err
		}
		c.years[release] = links.Years
	}
	return c, nil
}

func (c *classChain) read(release string) (links chainLinks, err error) {
	file, err := c.fs.Open(filepath.Join(c.home, release, chainFile))
	if err != nil {
		return links, chainFault(err)
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	data, err := io.ReadAll(io.LimitReader(file, 1<<20))
	if err == nil {
		err = json.Unmarshal(data, &links)
	}
	if err != nil {
		return links, chainFault(err)
	}
	return links, nil
}

func chainFault(err error) error {
	return &flusso.Error{Op: "read classes", Kind: flusso.Corrupt, What: textNoChain, Hint: hintNoChain, Err: err}
}

// past gives the indexes of one data year.
func (c *classChain) past(year int) (sources []joint.Source, err error) {
	for _, release := range c.links.After {
		if !slices.Contains(c.years[release], year) {
			continue
		}
		index, err := state.OpenClasses(c.fs, c.file(release, year))
		if err != nil {
			return nil, err
		}
		c.open = append(c.open, index)
		sources = append(sources, classSource{index})
	}
	return sources, nil
}

func (c *classChain) file(release string, year int) string {
	return filepath.Join(c.home, release, strconv.Itoa(year)+".classes")
}

type classSource struct{ *state.Classes }

func (s classSource) Next() (joint.Entry, error) {
	e, err := s.Classes.Next()
	return joint.Entry{Person: e.Person, Class: joint.Class(e.Number)}, err
}

// commit makes the indexes of the release durable, the links last.
func (c *classChain) commit(indexes []anonymize.ClassIndex) error {
	if err := spool.MkdirAll(c.fs, filepath.Join(c.home, c.id)); err != nil {
		return err
	}
	for _, i := range indexes {
		c.links.Years = append(c.links.Years, i.Year)
		err := state.WriteClasses(c.fs, c.file(c.id, i.Year), len(i.Entries), func(yield func(state.Class) bool) {
			for _, e := range i.Entries {
				if !yield(state.Class{Person: e.Person, Number: uint32(e.Class)}) {
					return
				}
			}
		})
		if err != nil {
			return err
		}
	}
	data, err := json.Marshal(c.links)
	if err != nil {
		return fmt.Errorf("write classes: %w", err)
	}
	return spool.WriteFile(c.fs, filepath.Join(c.home, c.id, chainFile), spool.FilePerm, func(w io.Writer) error {
		_, err := w.Write(append(data, '\n'))
		return err
	})
}

func (c *classChain) close() (err error) {
	for _, index := range c.open {
		err = errors.Join(err, index.Close())
	}
	c.open = nil
	return err
}

// dropClasses removes the indexes of a release that was given up.
func (r *run) dropClasses(key ledger.ReleaseKey) error {
	folder := filepath.Join(r.classHome(key), key.ID)
	if _, err := r.fs.Stat(folder); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return errors.Join(r.fs.RemoveAll(folder), r.fs.SyncDir(filepath.Dir(folder)))
}

func (h *House) classHome(key ledger.ReleaseKey) string {
	return filepath.Join(h.cfg.State, "classes", key.Recipient, key.Dataset)
}

// linked tells whether codes of persons reach over the releases of a target.
func (t *target) linked() bool {
	return t.level == anonymize.IndividualeAnonimo && t.recipient.Linkability == anonymize.LinkWindow
}

// openClasses opens the chain of a target whose codes reach over releases, where
// it grows from before.
func (r *run) openClasses(t *target, codes *anonymize.Codes, before *dataset.Manifest) error {
	if !t.linked() {
		return nil
	}
	key, err := codes.Master.ID()
	if err != nil {
		return err
	}
	release := ""
	if before != nil {
		release = before.Release
	}
	t.classes, err = openChain(r.fs, r.classHome(t.key), t.key.ID, release, key)
	return err
}

// SchemeOf reads the frozen scheme that the configuration gives a dataset of a
// recipient; nil where it gives none.
func SchemeOf(cfg *config.Config, recipient, ds string) (*anonymize.Scheme, error) {
	if cfg == nil || cfg.Recipients[recipient].Schemes[ds] == "" {
		return nil, nil
	}
	return anonymize.ReadScheme(cfg.Recipients[recipient].Schemes[ds])
}

// SchemesOf reads the frozen schemes of a recipient, by dataset.
func SchemesOf(cfg *config.Config, recipient string) (map[string]*anonymize.Scheme, error) {
	if cfg == nil {
		return nil, nil
	}
	all := map[string]*anonymize.Scheme{}
	for ds := range cfg.Recipients[recipient].Schemes {
		s, err := SchemeOf(cfg, recipient, ds)
		if err != nil {
			return nil, err
		}
		all[ds] = s
	}
	return all, nil
}
