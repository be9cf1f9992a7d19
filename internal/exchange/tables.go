package exchange

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"slices"

	"flussi/internal/anonymize"
	"flussi/internal/config"
	"flussi/internal/flusso"
	"flussi/internal/ledger"
	"flussi/internal/spool"
)

// A recipient that gets individual rows and tables of the same flows could take
// the ones from the others and find the few rows that were suppressed. So in
// each round its rows are closed first and are known to its tables (Beside), and
// the tables are published first: where a crash comes between, the rows are made
// again as they were, and need no tables for that; the tables would need the
// rows. Each increment of tables counts the records of its round alone, and the
// rows beside it are those of the same round.

// sealing is the order in which the targets of a round are closed: tables last.
func (d *disclosure) sealing() []*target {
	rows, tables := d.parted()
	return append(rows, tables...)
}

// publishing is the order in which they are shown: tables first.
func (d *disclosure) publishing() []*target {
	rows, tables := d.parted()
	return append(tables, rows...)
}

func (d *disclosure) parted() (rows, tables []*target) {
	for _, t := range d.targets {
		if t.level == anonymize.Aggregato {
			tables = append(tables, t)
		} else {
			rows = append(rows, t)
		}
	}
	return rows, tables
}

// take writes rows of a target's view, and tells the recipient's tables of them.
func (d *disclosure) take(t *target, rows *anonymize.Disclosed) error {
	for _, o := range d.targets {
		if anonymize.SameRecords(o.level, o.tipo, t.level, t.tipo) && o.key.Recipient == t.key.Recipient {
			if err := o.view.Beside(rows); err != nil {
				return err
			}
		}
	}
	return t.release.Append(rows)
}

// pair tells whether a recipient has tables and individual rows of a kind of
// flow, and in which of the two a dataset's readers are: what to cite.
func pair(levels map[string]anonymize.Level, level anonymize.Level, tipo flusso.Tipo) (both bool, cite []flusso.Text) {
	for name, other := range levels {
		if !anonymize.Carries(name, other, tipo) {
			continue
		}
		switch {
		case anonymize.SameRecords(level, tipo, other, tipo):
			return true, []flusso.Text{anonymize.CiteTables}
		case anonymize.SameRecords(other, tipo, level, tipo):
			return true, []flusso.Text{anonymize.CiteMicrodata}
		}
	}
	return false, nil
}

// levelsOf are the levels of a recipient's datasets.
func levelsOf(r config.Recipient) map[string]anonymize.Level {
	levels := map[string]anonymize.Level{}
	for name, l := range r.Datasets {
		if level, err := anonymize.ParseLevel(string(l)); err == nil {
			levels[name] = level
		}
	}
	return levels
}

// CubesOf reads the tables that the configuration gives a dataset of a
// recipient; nil where it gives none.
func CubesOf(cfg *config.Config, recipient, ds string) (*anonymize.Cubes, error) {
	if cfg == nil || cfg.Recipients[recipient].Cubes[ds] == "" {
		return nil, nil
	}
	path := cfg.Recipients[recipient].Cubes[ds]
	data, err := config.ReadFile(path)
	if err != nil {
		return nil, &flusso.Error{Op: "read cubes", ID: ds, Kind: flusso.Config, What: textNoCubesFile, Hint: hintNoCubesFile, Err: err}
	}
	return anonymize.LoadCubes(filepath.Base(path), data)
}

// patternPath is where the figures are kept that a release of tables suppressed,
// for the next to suppress again: it is kept as long as the release.
func (h *House) patternPath(key ledger.ReleaseKey) string {
	return filepath.Join(h.cfg.State, "suppressed", key.Recipient, key.Dataset, key.ID+".json")
}

// patternBefore is what the live release of a dataset suppressed. One made
// before there were patterns, or with noise, has none.
func (r *run) patternBefore(live *ledger.ReleaseKey) (pattern []string, err error) {
	if live == nil {
		return nil, nil
	}
	f, err := r.fs.Open(r.patternPath(*live))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("open pattern: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	data, err := io.ReadAll(io.LimitReader(f, maxPattern+1))
	if err == nil && len(data) > maxPattern {
		err = errors.New("larger than any of ours")
	}
	if err == nil {
		err = json.Unmarshal(data, &pattern)
	}
	if err != nil {
		return nil, &flusso.Error{Op: "read pattern", ID: live.String(), Kind: flusso.Corrupt, What: textBadPattern, Hint: hintBadPattern, Err: err}
	}
	return pattern, nil
}

// maxPattern bounds what is read of a pattern, in bytes.
const maxPattern = 512 << 20

// keepPattern makes durable what a closed view of tables suppressed.
func (r *run) keepPattern(t *target) error {
	if t.level != anonymize.Aggregato {
		return nil
	}
	pattern := slices.Sorted(slices.Values(t.view.Suppressed()))
	data, err := json.Marshal(pattern)
	if err != nil {
		return fmt.Errorf("write pattern: %w", err)
	}
	path := r.patternPath(t.key)
	if err := spool.MkdirAll(r.fs, filepath.Dir(path)); err != nil {
		return err
	}
	return spool.WriteFile(r.fs, path, spool.FilePerm, func(w io.Writer) error {
		_, err := w.Write(append(data, '\n'))
		return err
	})
}
