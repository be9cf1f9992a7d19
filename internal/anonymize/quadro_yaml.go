package anonymize

import (
	"slices"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"flussi/internal/anonymize/tables"
	"flussi/internal/flusso"
)

// The names that a file of cubes may use.
var (
	cubeLevels   = []string{"comune", "provincia", "prestazione", "sezione", "eta", "genere", "cittadinanza", "ente"}
	cubeMeasures = []string{"prestazioni", "persone", "importo_annuo", "minuti"}
)

// LoadCubes reads a file of cubes; every fault is told with its line. The name
// is for the faults.
func LoadCubes(name string, data []byte) (*Cubes, error) {
	var faults Faults
	doc := document{name, &faults}
	c := &Cubes{amount: true}
	c.rules.Uniform = true
	for _, kv := range doc.root(data) {
		switch doc.text(kv.Key) {
		case "rules":
			doc.cubeRules(kv.Value, &c.rules)
		case "measures":
			doc.cubeMeasures(kv.Value, c)
		case "cubes":
			doc.cubes(kv.Value, c)
		default:
			doc.fault(kv.Key, textUnknownKey)
		}
	}
	if len(c.cubes) == 0 && len(faults) == 0 {
		doc.fault(nil, textNoCubes)
	}
	if err := faults.err("read cubes"); err != nil {
		return nil, err
	}
	return c, nil
}

func (d document) cubeRules(n ast.Node, r *tables.Rules) {
	for _, kv := range d.mapping(n) {
		switch d.text(kv.Key) {
		case "dominance":
			rules, nodes := d.texts(kv.Value)
			for i, rule := range rules {
				if dominance, ok := parseDominance(rule); ok {
					r.Dominance = append(r.Dominance, dominance)
				} else {
					d.fault(nodes[i], textWantDominance)
				}
			}
		case "percent":
			p, ok := percentage(d.text(kv.Value))
			if !ok {
				d.fault(kv.Value, textWantPercent)
			}
			r.Percent = p
		case "uniform":
			b, ok := kv.Value.(*ast.BoolNode)
			if !ok {
				d.fault(kv.Value, textWantBool)
				continue
			}
			r.Uniform = b.Value
		default:
			d.fault(kv.Key, textUnknownKey)
		}
	}
}

// parseDominance reads "n,percent".
func parseDominance(s string) (d tables.Dominance, ok bool) {
	first, second, _ := strings.Cut(s, ",")
	n, err := strconv.Atoi(strings.TrimSpace(first))
	d.N = n
	d.Share, ok = percentage(strings.TrimSpace(second))
	return d, ok && err == nil && n >= 1 && n <= 3
}

// percentage reads a number between 0 and 100, both excluded, as a share.
func percentage(s string) (float64, bool) {
	n, err := strconv.ParseFloat(s, 64)
	return n / 100, err == nil && n > 0 && n < 100
}

func (d document) cubeMeasures(n ast.Node, c *Cubes) {
	names, nodes := d.texts(n)
	for i, name := range names {
		if !slices.Contains(cubeMeasures, name) {
			d.fault(nodes[i], textUnknownMeasure)
		}
	}
	c.amount, c.minutes = slices.Contains(names, "importo_annuo"), slices.Contains(names, "minuti")
}

func (d document) cubes(n ast.Node, c *Cubes) {
	list, ok := n.(*ast.SequenceNode)
	if !ok {
		d.fault(n, textWantList)
		return
	}
	for _, item := range list.Values {
		spec := cubeSpec{}
		for _, kv := range d.mapping(item) {
			switch d.text(kv.Key) {
			case "name":
				spec.name = d.text(kv.Value)
			case "dimensions":
				spec.levels = d.cubeDimensions(kv.Value)
			default:
				d.fault(kv.Key, textUnknownKey)
			}
		}
		switch {
		case spec.name == "":
			d.fault(item, textCubeNoName)
		case slices.ContainsFunc(c.cubes, func(o cubeSpec) bool { return o.name == spec.name }):
			d.fault(item, textCubeTwice)
		case len(spec.levels) == 0:
			d.fault(item, textCubeNoDimensions)
		}
		c.cubes = append(c.cubes, spec)
	}
}

func (d document) cubeDimensions(n ast.Node) []string {
	names, nodes := d.texts(n)
	for i, name := range names {
		switch {
		case !slices.Contains(cubeLevels, name):
			d.fault(nodes[i], textUnknownDimension)
		case slices.Contains(names[:i], name):
			d.fault(nodes[i], textDimensionTwice)
		}
	}
	return names
}

// What can be wrong with a file of cubes.
var (
	textNoCubes          = flusso.Text{It: "nessuna tavola: serve cubes, con almeno una voce", En: "no table: cubes is needed, with one entry at least"}
	textCubeNoName       = flusso.Text{It: "la tavola non ha nome (name)", En: "the table has no name"}
	textCubeTwice        = flusso.Text{It: "due tavole con lo stesso nome: dare a ciascuna il suo", En: "two tables of one name: give each its own"}
	textCubeNoDimensions = flusso.Text{It: "la tavola non ha dimensioni (dimensions)", En: "the table has no dimensions"}
	textDimensionTwice   = flusso.Text{It: "la dimensione compare due volte: toglierne una", En: "the dimension is there twice: remove one"}
	textUnknownDimension = flusso.Text{It: "dimensione sconosciuta: sono " + strings.Join(cubeLevels, ", "), En: "unknown dimension: they are " + strings.Join(cubeLevels, ", ")}
	textUnknownMeasure   = flusso.Text{It: "misura sconosciuta: sono " + strings.Join(cubeMeasures, ", "), En: "unknown measure: they are " + strings.Join(cubeMeasures, ", ")}
	textWantDominance    = flusso.Text{It: "qui serve una regola di dominanza \"n,percento\", con n da 1 a 3: \"1,75\"", En: "a dominance rule \"n,percent\" is needed here, n from 1 to 3: \"1,75\""}
	textWantPercent      = flusso.Text{It: "qui serve una percentuale tra 0 e 100, esclusi", En: "a percentage between 0 and 100, both excluded, is needed here"}
	textWantBool         = flusso.Text{It: "qui serve true o false", En: "true or false is needed here"}
)
