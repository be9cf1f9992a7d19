package territory

import (
	"cmp"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"

	"flussi/internal/flusso"
	"flussi/internal/schema"
	"flussi/internal/table"
)

// Areas are the sections of the nomenclature, by which coverage is told.
var Areas = []string{"A1", "A2", "A3", "A4", "A5"}

// What a recipient is told of an Ente, a year and an area.
const (
	Sent      = "inviato"         // at least k persons were accepted
	Partial   = "parziale"        // so were they, but over a tenth of the records was rejected
	FewOrNone = "pochi o nessuno" // fewer than k persons, or none: which of both is not told
)

// Tally counts, of what the house accepted, which Ente sent data of which year and
// area. It knows of each no more than k persons, by keyed hashes. It is of the
// house, and rests in its state folder; what leaves of it is a Table.
type Tally struct {
	k     int
	files map[string]bool
	of    map[sending]*counted
}

// sending is what an Ente sent of a year; all areas together where area is empty.
type sending struct {
	ente string
	year int
	area string
}

type counted struct {
	persons            [][16]byte // no more than k
	accepted, rejected int64
}

// NewTally is an empty one.
func NewTally(k int) *Tally {
	return &Tally{k: k, files: map[string]bool{}, of: map[sending]*counted{}}
}

// Begin says that records of a file come; false where the file was counted
// before, by a run that was interrupted afterwards.
func (t *Tally) Begin(file string) bool {
	if t.files[file] {
		return false
	}
	t.files[file] = true
	return true
}

// Add counts one record; person is asked for only where it matters who it is. A
// record of an unknown area counts for the Ente alone.
func (t *Tally) Add(ente string, year int, area string, person func() [16]byte, accepted bool) {
	t.add(sending{ente, year, ""}, person, accepted)
	if slices.Contains(Areas, area) {
		t.add(sending{ente, year, area}, person, accepted)
	}
}

func (t *Tally) add(s sending, person func() [16]byte, accepted bool) {
	c := t.of[s]
	if c == nil {
		c = &counted{}
		t.of[s] = c
	}
	if !accepted {
		c.rejected++
		return
	}
	c.accepted++
	if len(c.persons) < t.k {
		if p := person(); !slices.Contains(c.persons, p) {
			c.persons = append(c.persons, p)
		}
	}
}

// Join adds what another tally counted after this one: as if this one had counted
// it.
func (t *Tally) Join(o *Tally) {
	for s, of := range o.of {
		c := t.of[s]
		if c == nil {
			c = &counted{}
			t.of[s] = c
		}
		c.accepted, c.rejected = c.accepted+of.accepted, c.rejected+of.rejected
		for _, p := range of.persons {
			if len(c.persons) < t.k && !slices.Contains(c.persons, p) {
				c.persons = append(c.persons, p)
			}
		}
	}
}

// state is what may be told of one sending.
func (t *Tally) state(s sending) string {
	switch c := t.of[s]; {
	case c == nil || len(c.persons) < t.k:
		return FewOrNone
	case c.rejected*10 > c.accepted+c.rejected:
		return Partial
	}
	return Sent
}

// Expected is who is to send what.
type Expected struct {
	Ente string
	Year int
	Area string // empty: all of them
}

// ReadExpected reads who is to send: CSV with a first line ente;anno;area, or
// ente;anno; the code of an Ente, a data year, and a section A1 to A5, empty for
// all of them. Every fault is told with its line, of Kind Config.
func ReadExpected(name string, from io.Reader) (all []Expected, err error) {
	data, err := io.ReadAll(io.LimitReader(from, 16<<20))
	if err != nil {
		return nil, fmt.Errorf("read expected senders: %w", err)
	}
	r := newReader(name, data)
	head, _ := r.next()
	if !slices.Equal(head, []string{"ente", "anno", "area"}) && !slices.Equal(head, []string{"ente", "anno"}) {
		r.fault(1, textExpectedHead)
		return nil, r.faults.Err("read expected senders")
	}
	width, met := len(head), map[Expected]bool{}
	for {
		row, ok := r.next()
		if !ok {
			break
		}
		if len(row) != width {
			r.fault(r.line, textPopulationRow)
			continue
		}
		e := Expected{Ente: row[0]}
		if width == 3 {
			e.Area = row[2]
		}
		year, bad := strconv.Atoi(row[1])
		e.Year = year
		switch {
		case !enteCode.MatchString(e.Ente):
			r.fault(r.line, textExpectedEnte)
		case bad != nil || year < 1990 || year > 2115:
			r.fault(r.line, textExpectedYear)
		case e.Area != "" && !slices.Contains(Areas, e.Area):
			r.fault(r.line, textExpectedArea)
		case met[e]:
			r.fault(r.line, textExpectedTwice)
		default:
			met[e] = true
			all = append(all, e)
		}
	}
	if len(all) == 0 && len(r.faults) == 0 {
		r.fault(1, textPopulationEmpty)
	}
	return all, r.faults.Err("read expected senders")
}

var enteCode = flusso.NewPattern(`^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$`)

// Table tells of each Ente that is expected, each year and area, whether data came.
// Without expected ones they are all comuni of the area, in the years of which any
// Ente sent something.
func (t *Tally) Table(a Area, expected []Expected) Table {
	out := Table{Name: "copertura", Columns: []table.Column{
		{Name: "anno", Kind: table.Int, Unit: "anno", Description: "anno dei dati", DescriptionEn: "data year"},
		{Name: "ente", Kind: table.String, Description: "ente che deve inviare: codice catastale se è un comune", DescriptionEn: "Ente that is to send: the Belfiore code of a comune"},
		{Name: "ente_descrizione", Kind: table.String, Nullable: true, Description: "nome del comune", DescriptionEn: "name of the comune"},
		{Name: "area", Kind: table.String, Description: "sezione del nomenclatore", DescriptionEn: "section of the nomenclature", Labels: areaLabels()},
		{Name: "stato", Kind: table.String, Description: "inviato; parziale: oltre un decimo dei record respinto; pochi o nessuno: meno di k persone, o nessuna", DescriptionEn: "inviato: sent; parziale: over a tenth of the records rejected; pochi o nessuno: fewer than k persons, or none"},
		{Name: "ente_ha_inviato", Kind: table.String, Description: "se per quell'anno l'ente ha inviato qualcosa, in qualsiasi area: con pochi o nessuno in un'area e qui inviato, in quell'area non ci sono utenti, o quasi", DescriptionEn: "whether the Ente sent anything of that year, of any area: where an area has few or none and this says sent, there are no users in it, or nearly"},
	}}
	out.Rows = table.NewChunk(out.Columns)
	l := line{rows: out.Rows}
	for _, e := range t.expected(a, expected) {
		c, _ := schema.ComuneByBelfiore(e.Ente)
		l.num(int64(e.Year))
		l.text(e.Ente)
		l.text(c.Nome)
		l.text(e.Area)
		l.text(t.state(sending{e.Ente, e.Year, e.Area}))
		l.text(t.state(sending{e.Ente, e.Year, ""}))
		l.end()
	}
	return out
}

// expected are the lines of the table: of an area each, in order.
func (t *Tally) expected(a Area, given []Expected) (all []Expected) {
	if given == nil {
		years := map[int]bool{}
		for s := range t.of {
			years[s.year] = s.year != 0
		}
		for year, known := range years {
			if known {
				for c := range schema.Comuni() {
					if c.Holds(lastDay(year)) && a.holds(c, year) {
						given = append(given, Expected{Ente: c.Belfiore, Year: year})
					}
				}
			}
		}
	}
	met := map[Expected]bool{}
	for _, e := range given {
		if c, ok := schema.ComuneByBelfiore(e.Ente); ok && !a.holds(c, e.Year) {
			continue
		}
		areas := Areas
		if e.Area != "" {
			areas = []string{e.Area}
		}
		for _, area := range areas {
			met[Expected{e.Ente, e.Year, area}] = true
		}
	}
	return slices.SortedFunc(maps.Keys(met), func(x, y Expected) int {
		return cmp.Or(cmp.Compare(x.Year, y.Year), cmp.Compare(x.Ente, y.Ente), cmp.Compare(x.Area, y.Area))
	})
}

func areaLabels() map[string]string {
	labels := map[string]string{}
	for _, area := range Areas {
		labels[area] = schema.SectionName(area)
	}
	return labels
}

// savedTally is a tally in the state folder.
type savedTally struct {
	Format   string         `json:"format"`
	K        int            `json:"k"`
	Files    []string       `json:"files"`
	Sendings []savedSending `json:"sendings"`
}

type savedSending struct {
	Ente     string   `json:"ente"`
	Year     int      `json:"anno"`
	Area     string   `json:"area,omitempty"`
	Accepted int64    `json:"accepted"`
	Rejected int64    `json:"rejected"`
	Persons  []string `json:"persons"` // keyed hashes
}

const tallyFormat = "flussi-coverage/1"

// Save writes the tally, the same one in the same bytes.
func (t *Tally) Save(w io.Writer) error {
	saved := savedTally{Format: tallyFormat, K: t.k, Files: slices.Sorted(maps.Keys(t.files))}
	for _, s := range slices.SortedFunc(maps.Keys(t.of), func(x, y sending) int {
		return cmp.Or(cmp.Compare(x.year, y.year), cmp.Compare(x.ente, y.ente), cmp.Compare(x.area, y.area))
	}) {
		c := t.of[s]
		one := savedSending{Ente: s.ente, Year: s.year, Area: s.area, Accepted: c.accepted, Rejected: c.rejected}
		for _, p := range c.persons {
			one.Persons = append(one.Persons, hex.EncodeToString(p[:]))
		}
		slices.Sort(one.Persons)
		saved.Sendings = append(saved.Sendings, one)
	}
	e := json.NewEncoder(w)
	e.SetIndent("", " ")
	return e.Encode(saved)
}

var errTally = errors.New("not a coverage tally of this version")

// LoadTally reads what Save wrote. k must be what it was: of persons beyond it
// nothing is known.
func LoadTally(r io.Reader, k int) (*Tally, error) {
	var saved savedTally
	if err := json.NewDecoder(r).Decode(&saved); err != nil {
		return nil, fmt.Errorf("read coverage tally: %w", err)
	}
	if saved.Format != tallyFormat || saved.K != k {
		return nil, fmt.Errorf("read coverage tally: %w", errTally)
	}
	t := NewTally(k)
	for _, f := range saved.Files {
		t.files[f] = true
	}
	for _, s := range saved.Sendings {
		c := &counted{accepted: s.Accepted, rejected: s.Rejected}
		for _, text := range s.Persons {
			var p [16]byte
			if n, err := hex.Decode(p[:], []byte(text[:min(len(text), 32)])); err != nil || n != len(p) {
				return nil, fmt.Errorf("read coverage tally: %w", errTally)
			}
			c.persons = append(c.persons, p)
		}
		t.of[sending{s.Ente, s.Year, s.Area}] = c
	}
	return t, nil
}

var (
	textExpectedHead  = flusso.Text{It: "la prima riga dev'essere ente;anno o ente;anno;area", En: "the first line must be ente;anno or ente;anno;area"}
	textExpectedEnte  = flusso.Text{It: "ente è il codice SIUSS dell'ente: il codice catastale se è un comune", En: "ente is the Ente's SIUSS code: the Belfiore code of a comune"}
	textExpectedYear  = flusso.Text{It: "anno è l'anno dei dati, quattro cifre", En: "anno is the data year, four digits"}
	textExpectedArea  = flusso.Text{It: "area è una sezione del nomenclatore, da A1 ad A5, o vuota per tutte", En: "area is a section of the nomenclature, A1 to A5, or empty for all"}
	textExpectedTwice = flusso.Text{It: "la stessa riga c'è già", En: "the same line stands above already"}
)
