package anonymize

import (
	"slices"
	"strconv"
	"strings"

	"flussi/internal/anonymize/tables"
	"flussi/internal/config/strict"
	"flussi/internal/flusso"
)

// LoadCubes reads a file of cubes; the error is a strict.Faults with every fault
// at its place. The name is for the faults.
func LoadCubes(name string, data []byte) (*Cubes, error) {
	c, doc := strict.Decode(name, "", data, cubesType)
	if err := doc.Faults().Err(); err != nil {
		return nil, err
	}
	return &c, nil
}

// CubesSchema is the JSON Schema of a file of cubes, for editors.
func CubesSchema() ([]byte, error) { return cubesType.Schema().Document("quadro.yaml") }

// The words that a file of cubes may use.
type (
	cubeLevel   string
	cubeMeasure string
)

const (
	measureRecords cubeMeasure = "prestazioni"
	measurePersons cubeMeasure = "persone"
	measureAmount  cubeMeasure = "importo_annuo"
	measureMinutes cubeMeasure = "minuti"
)

var cubeLevels = []cubeLevel{"comune", "ambito_residenza", "provincia", "prestazione", "sezione", "eta", "genere", "cittadinanza", "ente", "ambito_ente"}

// cubesFile is the file as it stands.
type cubesFile struct {
	rules    *tables.Rules
	measures []askedMeasure
	noise    *noiseSpec
	cubes    []cubeSpec
}

var cubesType = strict.Convert(strict.Object(docCubes,
	strict.Optional("rules", strict.Convert(cubeRulesType, func(_ strict.Value, r tables.Rules) *tables.Rules { return &r }), func(c *cubesFile) **tables.Rules { return &c.rules }, docCubeRules),
	strict.Optional("measures", strict.List(measureType), func(c *cubesFile) *[]askedMeasure { return &c.measures }, docCubeMeasures),
	strict.Optional("noise", strict.Convert(noiseType, func(_ strict.Value, n noiseSpec) *noiseSpec { return &n }), func(c *cubesFile) **noiseSpec { return &c.noise }, docCubeNoise),
	strict.Required("cubes", strict.List(cubeType), func(c *cubesFile) *[]cubeSpec { return &c.cubes }, docCubeList),
), func(v strict.Value, f cubesFile) Cubes {
	for i, c := range f.cubes {
		if slices.ContainsFunc(f.cubes[:i], func(o cubeSpec) bool { return o.name == c.name }) {
			v.FaultAt("cubes["+strconv.Itoa(i)+"].name", textCubeTwice, hintCubeTwice)
		}
	}
	c := Cubes{cubes: f.cubes, rules: tables.Rules{Uniform: true}, amount: f.noise == nil}
	if f.rules != nil {
		c.rules = *f.rules
	}
	if f.measures != nil {
		c.asked, c.amount, c.minutes = f.measures, asks(f.measures, measureAmount), asks(f.measures, measureMinutes)
	}
	if f.noise != nil {
		c.noise = f.noise.bound
		if c.amount || c.minutes {
			v.FaultAt("measures", textNoiseCounts, hintNoiseCounts)
		}
		if f.rules != nil {
			v.FaultAt("rules", textNoiseRules, hintNoiseRules)
		}
	}
	return c
})

// askedMeasure is a measure that the file names, and the fault that it is where a
// kind of flow has nothing to count it by.
type askedMeasure struct {
	measure cubeMeasure
	missing strict.Fault
}

var measureType = strict.Convert(strict.Word(measureRecords, measurePersons, measureAmount, measureMinutes), func(v strict.Value, m cubeMeasure) askedMeasure {
	return askedMeasure{m, v.Would(textNoMeasure(m), hintNoMeasure(m))}
})

func asks(all []askedMeasure, m cubeMeasure) bool {
	return slices.ContainsFunc(all, func(a askedMeasure) bool { return a.measure == m })
}

var cubeRulesType = strict.Convert(strict.Object(flusso.Text{},
	strict.Optional("dominance", strict.List(strict.Parsed(`^[1-3], ?[0-9.]+$`, parseDominance)), func(r *cubeRules) *[]tables.Dominance { return &r.dominance }, docDominance),
	strict.Optional("percent", strict.Int(1, 99), func(r *cubeRules) *int { return &r.percent }, docPercent),
	strict.Optional("uniform", strict.Convert(strict.Bool(), func(_ strict.Value, b bool) *bool { return &b }), func(r *cubeRules) **bool { return &r.uniform }, docUniform),
), func(_ strict.Value, r cubeRules) tables.Rules {
	return tables.Rules{Dominance: r.dominance, Percent: float64(r.percent) / 100, Uniform: r.uniform == nil || *r.uniform}
})

type cubeRules struct {
	dominance []tables.Dominance
	percent   int
	uniform   *bool
}

// parseDominance reads "n,percent".
func parseDominance(s string) (d tables.Dominance, no strict.Complaint) {
	first, second, _ := strings.Cut(s, ",")
	n, err := strconv.Atoi(first)
	percent, bad := strconv.ParseFloat(strings.TrimSpace(second), 64)
	if err != nil || bad != nil || n < 1 || n > 3 || !(percent > 0 && percent < 100) {
		return d, strict.Complaint{What: textBadDominance, Hint: hintBadDominance}
	}
	return tables.Dominance{N: n, Share: percent / 100}, no
}

// noiseSpec is noise in place of suppression.
type noiseSpec struct{ bound int }

var noiseType = strict.Object(flusso.Text{},
	strict.Required("bound", strict.Int(1, tables.MaxNoise), func(n *noiseSpec) *int { return &n.bound }, docNoiseBound),
)

var cubeType = strict.Object(flusso.Text{},
	strict.Required("name", strict.EntryName(), func(c *cubeSpec) *string { return &c.name }, docCubeName),
	strict.Required("dimensions", strict.List(strict.Word(cubeLevels...)), func(c *cubeSpec) *[]cubeLevel { return &c.levels }, docCubeDimensions),
).Then(func(v strict.Value, c *cubeSpec) {
	for i, l := range c.levels {
		if slices.Contains(c.levels[:i], l) {
			v.FaultAt("dimensions["+strconv.Itoa(i)+"]", textLevelTwice, hintLevelTwice)
		}
	}
})
