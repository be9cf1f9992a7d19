// Package demo plays the three scenes of flussi on loopback: INPS's return
// flow to a Region, comuni's flows relayed to INPS, a comune's own batch. The
// endpoints are real SFTP servers of internal/invia, the flows synthetic or
// given, the rest is what runs in production.
//
// It needs no network beyond loopback, no root and no configuration, and
// leaves a folder in which every other command can be tried. A second Play in
// the same folder publishes nothing anew: it takes nothing and changes no
// release. A crash leaves a folder that the next Play goes on with.
package demo

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"time"

	"flussi/internal/config"
	"flussi/internal/dataset"
	"flussi/internal/exchange"
	"flussi/internal/schedule"
	"flussi/internal/spool"
)

// Options say what to play.
type Options struct {
	Dir         string // folder of the demo; made when there is none
	Beneficiari int    // persons in all synthetic flows together
	Seed        uint64
	Flows       string // folder of real files to play instead; empty: synthetic ones
	Now         func() time.Time
	Rand        io.Reader
	Log         *slog.Logger
	Tell        func(exchange.Event)
}

// Outcome is what the demo did, scene by scene and added up. For each
// recipient RecordsIn = Rejected + Outside + Disclosed + Suppressed.
type Outcome struct {
	RecordsIn  int64                      `json:"records_in"`
	Accepted   int64                      `json:"accepted"`
	Rejected   int64                      `json:"rejected"`
	Duplicates int64                      `json:"duplicates"`
	Recipients []exchange.RecipientResult `json:"recipients"`
	Deliveries []exchange.DeliveryResult  `json:"deliveries"`
	Files      []exchange.FileResult      `json:"files"`
	Scenes     []Scene                    `json:"-"`
	// Names are the given files' own names, by SHA-256: for the screen of who
	// gave them, nowhere else.
	Names  map[string]string `json:"-"`
	Dir    string            `json:"dir"`
	Config string            `json:"config"`
}

// Scene is one of the three, as it went. Runs is empty where it was not played.
type Scene struct {
	Letter string // a, b, c
	Runs   []*exchange.Result
}

// Play plays the scenes.
func Play(ctx context.Context, o Options) (_ *Outcome, err error) {
	if o.Dir, err = filepath.Abs(o.Dir); err != nil {
		return nil, fmt.Errorf("find folder: %w", err)
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	stage, err := raise(ctx, o)
	if err != nil {
		return nil, err
	}
	defer func() {
		cancel()
		err = errors.Join(err, stage.close())
	}()
	plan, err := stage.publish(ctx)
	if err != nil {
		return nil, err
	}
	cfg, err := config.Load(stage.configPath())
	if err != nil {
		return nil, err
	}
	schedules, err := schedule.LoadDir(cfg.Schedules)
	if err != nil {
		return nil, err
	}
	house, err := exchange.Open(ctx, cfg, exchange.Options{Now: o.Now, Rand: o.Rand, Log: o.Log, Tell: o.Tell, Login: "demo"})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, house.Close()) }()
	out := &Outcome{Dir: o.Dir, Config: cfg.File, Names: stage.names}
	byName := map[string]*schedule.Schedule{}
	for _, s := range schedules {
		byName[s.Name] = s
	}
	for _, scene := range plan {
		played := Scene{Letter: scene.letter}
		for _, step := range scene.steps {
			if err := step.before(); err != nil {
				return nil, err
			}
			result, err := house.Run(ctx, byName[step.schedule], exchange.RunOptions{Operator: "op-demo"})
			if err != nil {
				return nil, err
			}
			played.Runs = append(played.Runs, result)
			out.add(result)
		}
		out.Scenes = append(out.Scenes, played)
	}
	return out, out.complete(cfg)
}

// add adds one run's figures up.
func (o *Outcome) add(r *exchange.Result) {
	o.RecordsIn += r.RecordsIn
	o.Accepted += r.Accepted
	o.Rejected += r.Rejected
	o.Duplicates += r.Duplicates
	o.Deliveries = append(o.Deliveries, r.Deliveries...)
	o.Files = append(o.Files, r.Files...)
	for _, got := range r.Recipients {
		sum := o.recipient(got.Name, got.Dataset)
		sum.RecordsIn += got.RecordsIn
		sum.Rejected += got.Rejected
		sum.Outside += got.Outside
		sum.Disclosed += got.Disclosed
		sum.Suppressed += got.Suppressed
		if got.Release != "" {
			sum.Release, sum.Rows = got.Release, got.Rows
		}
	}
}

// recipient finds the sums of one dataset of one recipient, or begins them.
func (o *Outcome) recipient(name, ds string) *exchange.RecipientResult {
	for i := range o.Recipients {
		if r := &o.Recipients[i]; r.Name == name && r.Dataset == ds {
			return r
		}
	}
	o.Recipients = append(o.Recipients, exchange.RecipientResult{Name: name, Dataset: ds})
	return &o.Recipients[len(o.Recipients)-1]
}

// complete adds the releases that stand from an earlier run, so that a second
// demo shows what there is though it took nothing.
func (o *Outcome) complete(cfg *config.Config) error {
	if o.Recipients == nil {
		o.Recipients = []exchange.RecipientResult{}
	}
	if o.Files == nil {
		o.Files = []exchange.FileResult{}
	}
	if o.Deliveries == nil {
		o.Deliveries = []exchange.DeliveryResult{}
	}
	for _, name := range sortedKeys(cfg.Recipients) {
		for _, ds := range sortedKeys(cfg.Recipients[name].Datasets) {
			live, err := dataset.Live(spool.OS, cfg.Datasets, name, ds)
			if err != nil {
				return err
			}
			if live != nil {
				r := o.recipient(name, ds)
				r.Release, r.Rows = live.Dir, live.Rows
			}
		}
	}
	return nil
}
