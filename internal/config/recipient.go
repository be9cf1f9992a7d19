package config

import (
	"maps"
	"slices"

	"flussi/internal/config/strict"
	"flussi/internal/flusso"
)

// Class is a column of the visibility sheet.
type Class string

const (
	ClassINPS      Class = "inps"
	ClassAdE       Class = "ade"       // Agenzia delle Entrate
	ClassGdF       Class = "gdf"       // Guardia di Finanza
	ClassComune    Class = "comune"    // comuni and other local bodies, as planners
	ClassMinistero Class = "ministero" // Ministero del Lavoro
	ClassEnte      Class = "ente"      // the body that pays, for its own benefits
	ClassMEF       Class = "mef"       // MEF-RGS
	ClassRegione   Class = "regione"   // Regioni and Province autonome
)

// Classes lists every class, in the order of the sheet.
var Classes = []Class{ClassINPS, ClassAdE, ClassGdF, ClassComune, ClassMinistero, ClassEnte, ClassMEF, ClassRegione}

// Level is how much a recipient may see of a dataset.
type Level string

const (
	LevelTotale             Level = "totale"
	LevelTotaleProprioEnte  Level = "totale_proprio_ente"
	LevelIndividualeAnonimo Level = "individuale_anonimo"
	LevelAggregato          Level = "aggregato"
	LevelNessuno            Level = "nessuno"
)

// Levels lists every level, from most to none.
var Levels = []Level{LevelTotale, LevelTotaleProprioEnte, LevelIndividualeAnonimo, LevelAggregato, LevelNessuno}

// Linkability is whether rows of one person carry a code in common.
type Linkability string

const (
	LinkNone   Linkability = "none"   // never; the default
	LinkPeriod Linkability = "period" // within a release
	LinkWindow Linkability = "window" // within a data year
)

// FlatFormat is a kind of flat file beside the releases.
type FlatFormat string

const (
	FlatParquet FlatFormat = "parquet"
	FlatCSV     FlatFormat = "csv"
	FlatXLSX    FlatFormat = "xlsx"
)

// FlatFormats lists them all.
var FlatFormats = []FlatFormat{FlatParquet, FlatCSV, FlatXLSX}

// Recipient is somebody who receives data.
type Recipient struct {
	Name string
	// Class decides, with the matrix, what may be seen at most. Required.
	Class Class
	// Territory is where a recipient plans; required for regione and comune,
	// refused for class ente: planner and payer are two recipients.
	Territory Territory
	// Ente is the recipient's own SIUSS code; required for class ente, refused
	// for comune and regione.
	Ente string
	// Agreement is the ID of the act it receives under. Required.
	Agreement string
	// Endpoint and To are where its releases are delivered: an endpoint's
	// name and a folder there. Default: releases stay here.
	Endpoint, To string
	// Bucket is the name of a bucket that its releases are published to. Default:
	// none.
	Bucket string
	// Linkability of its anonymous rows. Default: none. Of its datasets at
	// other levels it says nothing.
	Linkability Linkability
	// KeyHolder is who keeps the key of stable codes, one of KeyHolders, never
	// the recipient. Required with period and window, refused without.
	KeyHolder string
	// Datasets gives the level of each dataset by name. A recipient that only
	// takes relayed files has none.
	Datasets map[string]Level
	// Schemes are files of frozen schemes (flussi scheme fit) by dataset, of
	// those at level individuale_anonimo. Default: the built-in ladder. Required
	// where Linkability is not none.
	Schemes map[string]string
	// Cubes are files of tables (docs/tabelle.md) by dataset, of those at level
	// aggregato. Default: benefits by provinces.
	Cubes map[string]string
	// Flat are the formats of the flat files that each publication of its datasets is
	// followed by, xlsx for those at level aggregato alone. Default: none.
	Flat []FlatFormat
	// Catalogo is what a catalogue of open data is told of a dataset at level
	// aggregato, by name. Default: none is described for a catalogue.
	Catalogo map[string]Catalogo
}

// Territory is one area; exactly one field is set.
type Territory struct {
	// Regione is a NUTS 2 code (ITI4) or ISTAT's two digits (12). Trento and
	// Bolzano have only ITH2 and ITH1.
	Regione string
	// Provincia is ISTAT's three digits (058).
	Provincia string
	// Ambito is a code of the table tables.ambiti.
	Ambito string
	// Comune is a Belfiore code (H501) or ISTAT's six digits (058091).
	Comune string
}

// IsZero tells whether there is no territory.
func (t Territory) IsZero() bool { return t == Territory{} }

// regioni are the NUTS 2 codes of Italy (Regulation (EU) 2016/2066) and the
// ISTAT codes of the regions.
var regioni = map[string]string{
	"ITC1": "01", "ITC2": "02", "ITC4": "03", "ITH1": "04", "ITH2": "04", "ITH3": "05", "ITH4": "06",
	"ITC3": "07", "ITH5": "08", "ITI1": "09", "ITI2": "10", "ITI3": "11", "ITI4": "12", "ITF1": "13",
	"ITF2": "14", "ITF3": "15", "ITF4": "16", "ITF5": "17", "ITF6": "18", "ITG1": "19", "ITG2": "20",
}

func parseRegione(s string) (string, strict.Complaint) {
	if s == "04" {
		return "", strict.Complaint{What: textTrentoBolzano, Hint: hintTrentoBolzano}
	}
	if _, ok := regioni[s]; ok {
		return s, strict.Complaint{}
	}
	for _, istat := range regioni {
		if s == istat {
			return s, strict.Complaint{}
		}
	}
	return "", strict.Complaint{What: textUnknownRegione, Hint: hintUnknownRegione}
}

// ISTAT's province codes run from 001 to 111; the Sardinian provinces of 2026
// end at 119.
var provinciaForm = flusso.NewPattern(`^(0(0[1-9]|[1-9][0-9])|1(0[0-9]|1[0-9]))$`)
var comuneForm = flusso.NewPattern(`^([A-M][0-9]{3}|[0-9]{6})$`)

var territoryType = strict.Object(flusso.Text{},
	strict.Optional("regione", strict.Parsed(`^(IT[CFGHI][1-6]|[0-2][0-9])$`, parseRegione), func(t *Territory) *string { return &t.Regione }, docRegione),
	strict.Optional("provincia", strict.Parsed(provinciaForm.String(), func(s string) (string, strict.Complaint) {
		if !provinciaForm.MatchString(s) {
			return "", strict.Complaint{What: textUnknownProvincia, Hint: hintUnknownProvincia}
		}
		return s, strict.Complaint{}
	}), func(t *Territory) *string { return &t.Provincia }, docProvincia),
	strict.Optional("ambito", strict.Matching(`^[A-Za-z0-9._-]{1,32}$`, strict.Complaint{What: textBadAmbito, Hint: hintBadAmbito}), func(t *Territory) *string { return &t.Ambito }, docAmbito),
	strict.Optional("comune", strict.Parsed(comuneForm.String(), func(s string) (string, strict.Complaint) {
		if !comuneForm.MatchString(s) || s[1:] == "000" || len(s) == 6 && !provinciaForm.MatchString(s[:3]) {
			return "", strict.Complaint{What: textUnknownComune, Hint: hintUnknownComune}
		}
		return s, strict.Complaint{}
	}), func(t *Territory) *string { return &t.Comune }, docComune),
).Then(func(v strict.Value, t *Territory) {
	set := 0
	for _, s := range []string{t.Regione, t.Provincia, t.Ambito, t.Comune} {
		if s != "" {
			set++
		}
	}
	if set != 1 {
		v.Fault(textOneTerritory, hintOneTerritory)
	}
})

var recipientType = strict.Object(flusso.Text{},
	strict.Required("class", strict.Word(Classes...), func(r *Recipient) *Class { return &r.Class }, docClass),
	strict.Optional("territory", territoryType, func(r *Recipient) *Territory { return &r.Territory }, docTerritory),
	strict.Optional("ente", enteCodiceType, func(r *Recipient) *string { return &r.Ente }, docRecipientEnte),
	strict.Required("agreement", strict.EntryName(), func(r *Recipient) *string { return &r.Agreement }, docRecipientAgreement),
	strict.Optional("endpoint", strict.EntryName(), func(r *Recipient) *string { return &r.Endpoint }, docRecipientEndpoint),
	strict.Optional("to", remotePathType, func(r *Recipient) *string { return &r.To }, docRecipientTo),
	strict.Optional("bucket", strict.EntryName(), func(r *Recipient) *string { return &r.Bucket }, docRecipientBucket),
	strict.Optional("linkability", strict.Word(LinkNone, LinkPeriod, LinkWindow), func(r *Recipient) *Linkability { return &r.Linkability }, docLinkability),
	strict.Optional("key_holder", strict.EntryName(), func(r *Recipient) *string { return &r.KeyHolder }, docKeyHolder),
	strict.Optional("datasets", strict.Map(strict.Word(Levels...), nil), func(r *Recipient) *map[string]Level { return &r.Datasets }, docRecipientDatasets),
	strict.Optional("schemes", strict.Map(strict.Path(), nil), func(r *Recipient) *map[string]string { return &r.Schemes }, docSchemes),
	strict.Optional("cubes", strict.Map(strict.Path(), nil), func(r *Recipient) *map[string]string { return &r.Cubes }, docRecipientCubes),
	strict.Optional("flat", strict.List(strict.Word(FlatFormats...)), func(r *Recipient) *[]FlatFormat { return &r.Flat }, docRecipientFlat),
	strict.Optional("catalogo", strict.Map(catalogoType, nil), func(r *Recipient) *map[string]Catalogo { return &r.Catalogo }, docCatalogo),
)

// completeRecipient puts the defaults in and looks between the fields of one recipient, and from it to the
// rest of the configuration; fields that are at fault by themselves are zero
// and said already.
func completeRecipient(c *Config, r *Recipient, fault func(key string, what, hint flusso.Text)) {
	if r.Linkability == "" {
		r.Linkability = LinkNone
	}
	if _, ok := c.Agreements[r.Agreement]; r.Agreement != "" && !ok {
		fault("agreement", textUnknownAgreement, strict.HintNames(r.Agreement, names(c.Agreements)))
	}
	if _, ok := c.Endpoints[r.Endpoint]; r.Endpoint != "" && !ok {
		fault("endpoint", textUnknownEndpoint, strict.HintNames(r.Endpoint, names(c.Endpoints)))
	}
	if (r.Endpoint == "") != (r.To == "") {
		fault("endpoint", textEndpointAndTo, hintEndpointAndTo)
	}
	if _, ok := c.Buckets[r.Bucket]; r.Bucket != "" && !ok {
		fault("bucket", textUnknownBucket, strict.HintNames(r.Bucket, names(c.Buckets)))
	} else if r.Bucket != "" && len(r.Datasets) == 0 {
		fault("bucket", textIdleBucket, hintIdleBucket)
	}
	if r.Territory.Ambito != "" && c.Tables.Ambiti == "" {
		fault("territory", textNoAmbiti, hintNoAmbiti)
	}
	switch {
	case r.Class == ClassRegione && r.Territory.Regione == "":
		fault("territory", textRegioneNeedsTerritory, hintRegioneNeedsTerritory)
	case r.Class == ClassComune && r.Territory.Comune == "" && r.Territory.Ambito == "" && r.Territory.Provincia == "":
		fault("territory", textComuneNeedsTerritory, hintComuneNeedsTerritory)
	case r.Class == ClassEnte && r.Ente == "":
		fault("ente", textEnteNeedsCode, hintEnteNeedsCode)
	case r.Class == ClassEnte && !r.Territory.IsZero():
		fault("territory", textTwoHats, hintTwoHats)
	case (r.Class == ClassComune || r.Class == ClassRegione) && r.Ente != "":
		fault("ente", textTwoHats, hintTwoHats)
	}
	for _, ds := range names(r.Schemes) {
		if r.Datasets[ds] != LevelIndividualeAnonimo {
			fault("schemes."+ds, textSchemeDataset, hintSchemeDataset)
		}
	}
	for _, level := range []Level{LevelIndividualeAnonimo, LevelAggregato} {
		for _, twice := range r.alike(level) {
			fault("datasets."+twice, textTwoAlike, hintTwoAlike)
		}
	}
	for _, ds := range names(r.Cubes) {
		if r.Datasets[ds] != LevelAggregato {
			fault("cubes."+ds, textCubesDataset, hintCubesDataset)
		}
	}
	for _, ds := range names(r.Catalogo) {
		switch {
		case r.Datasets[ds] != LevelAggregato:
			fault("catalogo."+ds, textCatalogoDataset, hintCatalogoDataset)
		case c.Ente.IPA == "":
			fault("catalogo."+ds, textCatalogoIPA, hintCatalogoIPA)
		}
	}
	for i, format := range r.Flat {
		if slices.Contains(r.Flat[:i], format) {
			fault(index("flat", i), textFlatTwice, hintFlatTwice)
		}
	}
	if len(r.Flat) > 0 && len(r.Datasets) == 0 {
		fault("flat", textFlatDataset, hintFlatDataset)
	} else if i := slices.Index(r.Flat, FlatXLSX); i >= 0 && !slices.Contains(slices.Collect(maps.Values(r.Datasets)), LevelAggregato) {
		fault(index("flat", i), textFlatXLSX, hintFlatXLSX)
	}
	_, held := c.KeyHolders[r.KeyHolder]
	switch {
	case r.Linkability == LinkWindow && r.KeyHolder == "":
		fault("linkability", textNeedsKeyHolder, hintNeedsKeyHolder)
	case r.Linkability != LinkWindow && r.KeyHolder != "":
		fault("key_holder", textIdleKeyHolder, hintIdleKeyHolder)
	case r.KeyHolder != "" && !held:
		fault("key_holder", textUnknownKeyHolder, strict.HintNames(r.KeyHolder, names(c.KeyHolders)))
	}
}

// alike are the datasets of a level that are made of the same flows as another
// one: each would be anonymous by itself, and the two together need not be.
func (r *Recipient) alike(level Level) (twice []string) {
	met := map[bool]bool{} // SINBA, or the other flows
	for _, ds := range names(r.Datasets) {
		sinba := ds == "sinba" || ds == "quadro-sinba"
		if r.Datasets[ds] != level {
			continue
		}
		if met[sinba] {
			twice = append(twice, ds)
		}
		met[sinba] = true
	}
	return twice
}

func names[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
