package exchange

import (
	"context"
	"errors"
	"slices"

	"flussi/internal/anonymize"
	"flussi/internal/anonymize/joint"
	"flussi/internal/flusso"
	"flussi/internal/schema"
	"flussi/internal/scratch"
	"flussi/internal/state"
)

// FitScheme makes a frozen scheme of what local files hold for a target: no row
// leaves. Files refused whole are left out and told.
func (l *Local) FitScheme(ctx context.Context, t LocalTarget, fit anonymize.Fit, paths []string) (scheme *anonymize.Scheme, files []LocalFile, err error) {
	files, err = l.read(ctx, t, [][]string{paths}, func(tipo flusso.Tipo, room scratch.Room) (*anonymize.View, error) {
		req := l.request(t, tipo)
		req.Fit, req.Room = &fit, room
		return l.Matrix.Open(req, func(*anonymize.Disclosed) error { return nil })
	}, func(view *anonymize.View, fates []schema.Status) error {
		_, err := view.Close(ctx, fates)
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
	return l.read(ctx, t, months, func(tipo flusso.Tipo, room scratch.Room) (*anonymize.View, error) {
		req := l.request(t, tipo)
		req.Scheme, req.Room = scheme, room
		if window {
			req.Past = func(year int) (past []joint.Source, err error) {
				for _, entries := range indexes[year] {
					past = append(past, joint.Entries(entries))
				}
				return past, nil
			}
		}
		return l.Matrix.Open(req, func(*anonymize.Disclosed) error { return nil })
	}, func(view *anonymize.View, fates []schema.Status) error {
		b, err := view.Close(ctx, fates)
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

// read gives the flows of each list of files to a view of its own, and closes the
// views in order. Each file is read once. A record that comes twice counts once, in
// whichever list.
func (l *Local) read(ctx context.Context, t LocalTarget, lists [][]string, open func(flusso.Tipo, scratch.Room) (*anonymize.View, error), done func(*anonymize.View, []schema.Status) error) (files []LocalFile, err error) {
	kinds := map[flusso.Tipo]*trial{}
	defer func() {
		for _, k := range kinds {
			err = errors.Join(err, k.close())
		}
	}()
	var listOf []int // by file
	all := newLanes(ctx, l.Key, func(tipo flusso.Tipo) ([]taker, []*anonymize.View, error) {
		if !anonymize.Carries(t.Dataset, t.Level, tipo) {
			return nil, nil, nil
		}
		k := &trial{}
		kinds[tipo] = k
		takers, err := k.open(l, tipo, len(lists), listOf, open)
		return takers, k.views, err
	})
	for i, paths := range lists {
		for range paths {
			listOf = append(listOf, i)
		}
	}
	for i, path := range slices.Concat(lists...) {
		all.file = i
		file, readErr := l.readInto(ctx, path, all)
		if file.Path != "" {
			files = append(files, file)
		}
		if err = readErr; err != nil {
			break
		}
	}
	if taken := all.close(); taken != nil { // it is what stopped the reading, too
		return files, taken
	}
	if err != nil {
		return files, err
	}
	var one *trial // of one kind of flow: no dataset has two that can be read together
	for tipo, to := range all.kinds {
		if to.files > 0 {
			one = kinds[tipo]
		}
	}
	if one == nil {
		return files, &flusso.Error{Op: "scheme", Kind: flusso.Invalid, What: textNoFlowFits, Hint: hintNoFlowFits}
	}
	return files, one.end(done)
}

// trial is one kind of flow on its way into the views of lists.
type trial struct {
	state  *state.Current
	memory scratch.File // of the state's records
	views  []*anonymize.View
	spaces []scratch.File // of the views' rows
	taken  []int          // accepted records of each list
}

func (k *trial) open(l *Local, tipo flusso.Tipo, lists int, listOf []int, open func(flusso.Tipo, scratch.Room) (*anonymize.View, error)) (takers []taker, err error) {
	if k.state, err = l.remember(&k.memory); err != nil {
		return nil, err
	}
	k.spaces, k.taken = make([]scratch.File, lists), make([]int, lists)
	var looks []taker
	for i := range k.spaces {
		k.spaces[i].Folder = nearest(l.Out)
		v, err := open(tipo, scratch.Room{Memory: defaultRowMemory / int64(lists), Space: &k.spaces[i]})
		if err != nil {
			return nil, err
		}
		k.views, looks = append(k.views, v), append(looks, look(v))
	}
	return []taker{remember(k.state), func(p *parcel) error {
		i := listOf[p.file]
		if !p.done {
			k.taken[i] += len(p.records)
		}
		return looks[i](p)
	}}, nil
}

// end closes the views, each with the fates of what it was given.
func (k *trial) end(done func(*anonymize.View, []schema.Status) error) error {
	result, err := k.state.Resolve()
	if err != nil {
		return err
	}
	fates := fatesOf(result.Outcomes)
	for i, v := range k.views {
		if err := done(v, fates[:k.taken[i]]); err != nil {
			return err
		}
		fates = fates[k.taken[i]:]
	}
	return nil
}

func (k *trial) close() error {
	err := k.memory.Close()
	for i := range k.spaces {
		err = errors.Join(err, k.spaces[i].Close())
	}
	return err
}
