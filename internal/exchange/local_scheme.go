package exchange

import (
	"context"
	"fmt"
	"os"

	"flussi/internal/anonymize"
	"flussi/internal/anonymize/joint"
	"flussi/internal/flusso"
	"flussi/internal/schema"
	"flussi/internal/spool"
	"flussi/internal/state"
)

// FitScheme makes a frozen scheme of what local files hold for a target: no row
// leaves. Files refused whole are left out and told.
func (l *Local) FitScheme(ctx context.Context, t LocalTarget, fit anonymize.Fit, paths []string) (scheme *anonymize.Scheme, files []LocalFile, err error) {
	var view *anonymize.View
	files, err = l.read(ctx, t, [][]string{paths}, func(tipo flusso.Tipo) (*anonymize.View, error) {
		req := l.request(t, tipo)
		req.Fit = &fit
		view, err = l.Matrix.Open(req, func(*anonymize.Disclosed) error { return nil })
		return view, err
	}, func() error {
		_, err := view.Close(ctx, nil)
		scheme = view.Scheme()
		return err
	})
	return scheme, files, err
}

// Month is what a scheme made of one release of a trial.
type Month struct {
	Balance anonymize.Balance
	Report  anonymize.Report
	Least   int64 // persons of the smallest class
}

// TryScheme applies a scheme to the releases that would come of these files, one
// list for each, and publishes nothing. Where codes would reach over releases,
// each is checked against those before it.
func (l *Local) TryScheme(ctx context.Context, t LocalTarget, scheme *anonymize.Scheme, months [][]string, tell func(Month)) (files []LocalFile, err error) {
	window := l.Recipient.Linkability == anonymize.LinkWindow
	indexes := map[int][][]joint.Entry{} // by data year
	var view *anonymize.View
	return l.read(ctx, t, months, func(tipo flusso.Tipo) (*anonymize.View, error) {
		req := l.request(t, tipo)
		req.Scheme = scheme
		if window {
			req.Past = func(year int) (past []joint.Source, err error) {
				for _, entries := range indexes[year] {
					past = append(past, joint.Entries(entries))
				}
				return past, nil
			}
		}
		view, err = l.Matrix.Open(req, func(*anonymize.Disclosed) error { return nil })
		return view, err
	}, func() error {
		b, err := view.Close(ctx, nil)
		if err != nil {
			return err
		}
		for _, i := range view.ClassIndexes() {
			indexes[i.Year] = append(indexes[i.Year], i.Entries)
		}
		report := view.Report()
		tell(Month{Balance: b, Report: report, Least: report.MinPersons})
		return nil
	})
}

// request asks for a view of local files. Without a ledger nobody knows what was
// published before: codes end with the release, made with the key at hand.
func (l *Local) request(t LocalTarget, tipo flusso.Tipo) anonymize.Request {
	who := l.Recipient
	if who.Linkability == anonymize.LinkWindow {
		who.Linkability = anonymize.LinkPeriod
	}
	var noise []byte
	if l.KeyKept {
		noise = l.Key
	}
	both, _ := pair(l.levels(), t.Level, tipo)
	return anonymize.Request{
		Cubes: t.Cubes, Microdata: both, NoiseKey: noise,
		Recipient: who, Dataset: t.Dataset, Level: t.Level, Tipo: tipo, Ambiti: l.Ambiti, Scheme: l.Schemes[t.Dataset], Payers: l.Payers, Silent: l.Told[tipo] != "",
		Local: true, At: l.Now(), ReleaseKey: l.Key,
	}
}

// read gives the flows of each list of files to a view of its own, opened for it
// and closed when all of them are read. A record that comes twice counts once,
// in whichever list.
func (l *Local) read(ctx context.Context, t LocalTarget, lists [][]string, open func(flusso.Tipo) (*anonymize.View, error), done func() error) (files []LocalFile, err error) {
	hasher := state.NewHasher(l.Key)
	current, err := state.Open(spool.OS, "", hasher)
	if err != nil {
		return nil, err
	}
	months := make([][]localSource, len(lists))
	defer func() {
		for _, month := range months {
			for _, s := range month {
				_ = s.file.Close() // read only: its error changes nothing
			}
		}
	}()
	tipo := flusso.Tipo(0)
	for i, paths := range lists {
		for _, path := range paths {
			s, err := openLocal(ctx, path, l.Read, hasher)
			if err != nil {
				return files, err
			}
			months[i] = append(months[i], s)
			files = append(files, LocalFile{path, s.found.report})
			if !s.fills(t, s.tipo()) {
				continue
			}
			if tipo != 0 && tipo != s.tipo() {
				return files, &flusso.Error{Op: "scheme", Kind: flusso.Invalid, What: textMixedTipi, Hint: hintMixedTipi}
			}
			tipo = s.tipo()
			for _, f := range s.found.flows {
				for _, rec := range f.records {
					current.Add(rec.op, rec.key, rec.content)
				}
			}
		}
	}
	if tipo == 0 {
		return files, &flusso.Error{Op: "scheme", Kind: flusso.Invalid, What: textNoFlowFits, Hint: hintNoFlowFits}
	}
	resolved, err := current.Resolve()
	if err != nil {
		return files, err
	}
	took := taker{fate: fates{outcomes: resolved.Outcomes}}
	for _, month := range months {
		if took.view, err = open(tipo); err != nil {
			return files, err
		}
		for _, s := range month {
			if !s.fills(t, tipo) {
				continue
			}
			if err := fill(ctx, s.file, s.size, l.Read, s.found.flows, []*taker{&took}, nil); err != nil {
				return files, err
			}
		}
		if err := done(); err != nil {
			return files, err
		}
	}
	return files, nil
}

// localSource is a file that was judged and is read again.
type localSource struct {
	file  *os.File
	size  int64
	found reading
}

func (s localSource) tipo() flusso.Tipo {
	if len(s.found.flows) == 0 {
		return 0
	}
	return s.found.flows[0].summary.Tipo
}

// openLocal opens and judges a file.
func openLocal(ctx context.Context, path string, opt schema.Options, hasher *state.Hasher) (s localSource, err error) {
	if s.file, err = openFile(path); err != nil {
		return s, err
	}
	defer func() {
		if err != nil {
			_ = s.file.Close() // the first error is the one to tell
		}
	}()
	info, err := s.file.Stat()
	if err != nil {
		return s, fmt.Errorf("read file: %w", err)
	}
	s.size = info.Size()
	s.found, err = judge(ctx, s.file, s.size, opt, hasher)
	return s, err
}

// fills tells whether the file's flows go into a target's view of a kind.
func (s localSource) fills(t LocalTarget, tipo flusso.Tipo) bool {
	return s.found.refused == nil && s.tipo() == tipo && anonymize.Carries(t.Dataset, t.Level, tipo)
}
