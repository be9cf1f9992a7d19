package main

import (
	"errors"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strings"

	"flussi/internal/anonymize"
	"flussi/internal/config"
	"flussi/internal/exchange"
	"flussi/internal/flusso"
)

// recipient finds who is meant: a recipient of the configuration or, without
// one of that name, a class with its scope (inps, ministero, regione:12,
// comune:H501, ente:H501). targets are its datasets with their levels.
func (a *app) recipient(name string) (who anonymize.Recipient, targets []exchange.LocalTarget, err error) {
	cfg, err := a.configurationIfAny()
	if err != nil {
		return who, nil, err
	}
	if cfg != nil {
		if r, ok := cfg.Recipients[name]; ok {
			who, err = exchange.RecipientOf(cfg, name)
			if err != nil {
				return who, nil, err
			}
			for _, ds := range slices.Sorted(maps.Keys(r.Datasets)) {
				level, err := anonymize.ParseLevel(string(r.Datasets[ds]))
				if err != nil {
					return who, nil, err
				}
				cubes, err := exchange.CubesOf(cfg, name, ds)
				if err != nil {
					return who, nil, err
				}
				targets = append(targets, exchange.LocalTarget{Dataset: ds, Level: level, Cubes: cubes, Listing: exchange.ListingOf(cfg, name, ds)})
			}
			return who, targets, nil
		}
	}
	className, scope, _ := strings.Cut(name, ":")
	class, err := anonymize.ParseClass(className)
	if err != nil {
		return who, nil, err
	}
	matrix, err := a.matrix()
	if err != nil {
		return who, nil, err
	}
	who = anonymize.Recipient{Name: folderName(name), Class: class}
	switch class {
	case anonymize.Regione:
		who.Territory.Regione = scope
	case anonymize.Comune:
		who.Territory.Comune = scope
	case anonymize.Ente:
		who.Ente = scope
	default:
		if scope != "" {
			return who, nil, &flusso.Error{Op: "recipient", Kind: flusso.Invalid, What: textNoScope, Hint: hintScope}
		}
		return who, defaultTargets(matrix, class), nil
	}
	if scope == "" {
		return who, nil, &flusso.Error{Op: "recipient", Kind: flusso.Invalid, What: textScopeMissing, Hint: hintScope}
	}
	targets = defaultTargets(matrix, class)
	ambiti, err := a.ambiti()
	if err != nil {
		return who, nil, err
	}
	local := exchange.Local{Matrix: matrix, Ambiti: ambiti, Recipient: who, Targets: targets, Now: a.now}
	return who, targets, local.Admit()
}

// defaultTargets are the datasets that a class may have, as the matrix grants
// them (docs: flussi explain CLASS).
func defaultTargets(matrix *anonymize.Matrix, class anonymize.Class) (targets []exchange.LocalTarget) {
	levels := map[anonymize.Class][]anonymize.Level{
		anonymize.INPS: {anonymize.Totale}, anonymize.AdE: {anonymize.Totale}, anonymize.GdF: {anonymize.Totale},
		anonymize.Ente:    {anonymize.TotaleProprioEnte},
		anonymize.Comune:  {anonymize.IndividualeAnonimo, anonymize.Aggregato},
		anonymize.Regione: {anonymize.IndividualeAnonimo, anonymize.Aggregato},
	}[class]
	if levels == nil {
		levels = []anonymize.Level{anonymize.Aggregato}
	}
	// Where the matrix grants none of them the gate says why.
	if slices.ContainsFunc(levels, func(l anonymize.Level) bool { return matrix.Grants(class, l) }) {
		levels = slices.DeleteFunc(levels, func(l anonymize.Level) bool { return !matrix.Grants(class, l) })
	}
	for _, level := range levels {
		for _, tipo := range []flusso.Tipo{flusso.PSPSASINA, flusso.SINBA} {
			if ds := anonymize.DatasetFor(tipo, level); ds != "" {
				targets = append(targets, exchange.LocalTarget{Dataset: ds, Level: level})
			}
		}
	}
	return targets
}

// matrix is the configuration's, or the embedded one.
func (a *app) matrix() (*anonymize.Matrix, error) {
	cfg, err := a.configurationIfAny()
	if err != nil {
		return nil, err
	}
	return exchange.LoadMatrix(cfg)
}

// schemes are a recipient's frozen schemes by dataset; none where the
// configuration has none.
func (a *app) schemes(recipient string) (map[string]*anonymize.Scheme, error) {
	cfg, err := a.configurationIfAny()
	if err != nil {
		return nil, err
	}
	return exchange.SchemesOf(cfg, recipient)
}

// toldInstead names, by kind of flow, the recipient that is told the sensitive
// values instead.
func (a *app) toldInstead(who anonymize.Recipient) (map[flusso.Tipo]string, error) {
	cfg, err := a.configurationIfAny()
	if err != nil {
		return nil, err
	}
	ambiti, err := a.ambiti()
	if err != nil {
		return nil, err
	}
	told := map[flusso.Tipo]string{}
	for _, tipo := range flusso.Tipi {
		other, err := exchange.ToldInsteadOf(cfg, ambiti, who, tipo)
		if err != nil {
			return nil, err
		}
		if other != "" {
			told[tipo] = other
		}
	}
	return told, nil
}

// payers are the Enti that a recipient is, as the configuration tells.
func (a *app) payers(who anonymize.Recipient) ([]string, error) {
	cfg, err := a.configurationIfAny()
	if err != nil {
		return nil, err
	}
	return exchange.PayersOf(cfg, who)
}

// ambiti is the configuration's table; nil where there is none.
func (a *app) ambiti() (*anonymize.Ambiti, error) {
	cfg, err := a.configurationIfAny()
	if err != nil {
		return nil, err
	}
	return exchange.LoadAmbiti(cfg)
}

// configurationIfAny loads the configuration where there is one: what needs
// none must work without.
func (a *app) configurationIfAny() (*config.Config, error) {
	if a.configPath == "" {
		if _, err := os.Stat("flussi.yaml"); errors.Is(err, fs.ErrNotExist) {
			return nil, nil
		}
	}
	cfg, _, err := a.configuration()
	return cfg, err
}

// folderName is a recipient's name as a folder.
func folderName(name string) string {
	return strings.ToLower(strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
			return r
		}
		return '-'
	}, name))
}
