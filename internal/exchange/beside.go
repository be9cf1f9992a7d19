package exchange

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"flussi/internal/anonymize"
	"flussi/internal/config"
	"flussi/internal/dataset"
	"flussi/internal/flusso"
	"flussi/internal/spool"
	"flussi/internal/territory"
)

// beside brings up to date what lies beside the live releases of this schedule's
// recipients: reference tables and flat files. It looks at what is there and not at
// what this run did, so that the next run does what a crash left undone.
func (r *run) beside(ctx context.Context) error {
	for _, name := range r.schedule.Disclose {
		if err := Beside(ctx, r.fs, r.cfg, r.ambiti, r.cfg.Datasets, name, r.keys.signer()); err != nil {
			return err
		}
	}
	return nil
}

// Beside brings up to date what lies beside the live releases of a recipient below
// root, as the configuration asks for it; for one that it does not know, nothing.
func Beside(ctx context.Context, fsys spool.FS, cfg *config.Config, ambiti *anonymize.Ambiti, root, recipient string, signer dataset.Signer) error {
	if cfg == nil {
		return nil
	}
	who, known := cfg.Recipients[recipient]
	if !known {
		return nil
	}
	flat := dataset.FlatOptions{Holder: HolderOf(cfg), Signer: signer}
	for _, format := range who.Flat {
		flat.Formats = append(flat.Formats, dataset.FlatFormat(format))
	}
	var tables []territory.Table
	for _, ds := range datasetsOf(who) {
		current, err := dataset.TablesCurrent(fsys, root, recipient, ds, flat)
		if err != nil {
			return err
		}
		if !current && tables == nil && cfg.Tables.Reference() {
			if tables, err = referenceTables(fsys, cfg, ambiti, who); err != nil {
				return err
			}
		}
		if !current {
			if err := dataset.WriteTables(fsys, root, recipient, ds, tables, flat); err != nil {
				return err
			}
		}
		if err := dataset.Flatten(ctx, fsys, root, recipient, ds, flat); err != nil {
			return err
		}
	}
	return nil
}

// referenceTables are those of a recipient's territory.
func referenceTables(fsys spool.FS, cfg *config.Config, ambiti *anonymize.Ambiti, who config.Recipient) (tables []territory.Table, err error) {
	area := territory.Area{Territory: territoryOf(who), Ambiti: ambiti}
	population, err := LoadPopulation(cfg)
	if err != nil {
		return nil, err
	}
	tables = append(tables, territory.Comuni(area, population))
	if population != nil {
		tables = append(tables, population.Table(area))
	}
	expected, err := LoadExpected(cfg)
	if err != nil {
		return nil, err
	}
	tally, err := loadTally(fsys, cfg)
	if err != nil {
		return nil, err
	}
	return append(tables, tally.Table(area, expected)), nil
}

// LoadPopulation reads the operator's residents: a file, or each CSV of a folder;
// nil where the configuration names none.
func LoadPopulation(cfg *config.Config) (*territory.Population, error) {
	if cfg == nil || cfg.Tables.Popolazione == "" {
		return nil, nil
	}
	no := func(err error) error {
		return &flusso.Error{Op: "read population", Kind: flusso.Config, What: textNoPopulation, Hint: hintNoPopulation, Err: err}
	}
	paths := []string{cfg.Tables.Popolazione}
	if info, err := os.Stat(paths[0]); err != nil {
		return nil, no(err)
	} else if info.IsDir() {
		entries, err := os.ReadDir(paths[0])
		if err != nil {
			return nil, no(err)
		}
		paths = nil
		for _, e := range entries {
			if !e.IsDir() && strings.EqualFold(filepath.Ext(e.Name()), ".csv") {
				paths = append(paths, filepath.Join(cfg.Tables.Popolazione, e.Name()))
			}
		}
		slices.Sort(paths)
	}
	if len(paths) == 0 {
		return nil, no(errors.New("no CSV in the folder"))
	}
	p := &territory.Population{}
	for _, path := range paths {
		if err := readTable(path, func(name string, in io.Reader) error { return p.Read(name, in) }, no); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// LoadExpected reads which Enti are to send; nil where the configuration does not say.
func LoadExpected(cfg *config.Config) (expected []territory.Expected, err error) {
	if cfg == nil || cfg.Tables.Attesi == "" {
		return nil, nil
	}
	err = readTable(cfg.Tables.Attesi, func(name string, in io.Reader) (err error) {
		expected, err = territory.ReadExpected(name, in)
		return err
	}, func(err error) error {
		return &flusso.Error{Op: "read expected senders", Kind: flusso.Config, What: textNoExpected, Hint: hintNoExpected, Err: err}
	})
	return expected, err
}

// readTable opens a file of the operator's; what is wrong with opening it is told by no.
func readTable(path string, read func(name string, in io.Reader) error, no func(error) error) (err error) {
	f, err := os.Open(path)
	if err != nil {
		return no(err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	return read(filepath.Base(path), f)
}

// tallyPath is where it is kept what the house accepted of whom: see territory.Tally.
func tallyPath(cfg *config.Config) string { return filepath.Join(cfg.State, "coverage.json") }

func loadTally(fsys spool.FS, cfg *config.Config) (*territory.Tally, error) {
	f, err := fsys.Open(tallyPath(cfg))
	if errors.Is(err, fs.ErrNotExist) {
		return territory.NewTally(anonymize.DefaultK), nil
	}
	if err != nil {
		return nil, fmt.Errorf("open coverage: %w", err)
	}
	defer func() { _ = f.Close() }() // read only: its error changes nothing
	t, err := territory.LoadTally(f, anonymize.DefaultK)
	if err != nil {
		return nil, &flusso.Error{Op: "read coverage", Kind: flusso.Corrupt, What: textBadTally, Hint: hintBadTally, Err: err}
	}
	return t, nil
}
