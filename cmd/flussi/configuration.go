package main

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"

	"flussi/internal/config"
	"flussi/internal/flusso"
	"flussi/internal/schedule"
	"flussi/internal/schema"
	"flussi/schedules"
)

// configuration is read, with the code tables that it names in use. From here on root is
// whose the state is.
func (a *app) configuration() (*config.Config, []*schedule.Schedule, error) {
	cfg, schedules, err := a.read()
	if err == nil && a.back == nil {
		if a.back, err = become(cfg.State); err != nil {
			err = &flusso.Error{Op: "open state", Kind: flusso.Config, What: textNotItsUser, Hint: hintNotItsUser, Err: err}
		}
	}
	if err == nil && cfg.Tables.Codici != "" {
		err = schema.UseCodes(cfg.Tables.Codici)
	}
	if err != nil {
		return nil, nil, err
	}
	return cfg, schedules, nil
}

// asCaller does what root may and the state's owner may not: a service's configuration is
// root's.
func (a *app) asCaller(state string, act func() error) (err error) {
	if a.back == nil {
		return act()
	}
	if err := a.back(); err != nil {
		return err
	}
	err = act()
	_, again := become(state)
	return errors.Join(err, again)
}

// Where a configuration is looked for.
const (
	defaultConfiguration = "flussi.yaml"
	systemConfiguration  = "/etc/flussi/flussi.yaml"
)

// configurationPath is --config, or where a configuration is; "" where there is none.
func (a *app) configurationPath() string {
	if a.configPath != "" {
		return a.configPath
	}
	for _, path := range []string{defaultConfiguration, systemConfiguration} {
		if _, err := os.Stat(path); err == nil {
			return path
		}
	}
	return ""
}

// read loads --config, or flussi.yaml, or /etc/flussi/flussi.yaml, and its schedules,
// checked against each other.
func (a *app) read() (*config.Config, []*schedule.Schedule, error) {
	path := a.configurationPath()
	if path == "" {
		path = defaultConfiguration
	}
	cfg, err := config.Load(path)
	if err != nil {
		return nil, nil, err
	}
	if _, err := os.Stat(cfg.Schedules); os.IsNotExist(err) {
		return cfg, nil, nil
	}
	schedules, err := schedule.LoadDir(cfg.Schedules)
	if err != nil {
		return nil, nil, err
	}
	return cfg, schedules, schedule.Check(cfg, schedules).Err()
}

// log is where the rooms below write what an operator may want to see.
func (a *app) log() *slog.Logger {
	return slog.New(slog.NewTextHandler(a.stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
}

// loadLayout reads a layout file; without one, the example that ships.
func loadLayout(path string) (*schema.Layout, error) {
	if path == "" {
		content, err := schedules.FS.ReadFile("layouts/ritorno-inps.yaml")
		if err != nil {
			return nil, fmt.Errorf("read the example layout: %w", err)
		}
		return schema.ParseLayout(content)
	}
	return parseFile(path, schema.ParseLayout)
}

// loadProfile finds a shipped profile of severities, or reads one's own.
func loadProfile(name string) (*schema.Profile, error) {
	if extension := strings.ToLower(filepath.Ext(name)); extension == ".yaml" || extension == ".yml" {
		return parseFile(name, schema.ParseProfile)
	}
	return schema.ProfileByName(name)
}

// parseFile reads a file whole; its name goes with what parse says of it.
func parseFile[T any](path string, parse func([]byte) (*T, error)) (*T, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, &flusso.Error{Op: "read file", Kind: flusso.Config, ID: path, What: textCannotReadFile, Hint: hintCannotOpen, Err: err}
	}
	parsed, err := parse(content)
	var known *flusso.Error
	if errors.As(err, &known) {
		return nil, &flusso.Error{Op: known.Op, ID: path, Kind: known.Kind, What: known.What, Hint: known.Hint, Err: err}
	}
	return parsed, err
}
