package schema

import (
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"

	"flussi/internal/flusso"
)

// TestTwoWays: whether a flow is read by blocks, the plain records the short
// way, or all of it the long way, on one core or on many, in one piece or in
// small ones, what is told and handed out is the same: faults, books, values,
// places.
func TestTwoWays(t *testing.T) {
	const seed = 20261125
	rounds := 300
	if testing.Short() {
		rounds = 60
	}
	t.Logf("seed %d", seed)
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	rng := rand.New(rand.NewPCG(seed, 0))
	byBlocks := 0
	for round := range rounds {
		doc := longFlow(rng, round)
		long := everything(t, strings.NewReader(doc), Options{Limits: Limits{slow: true}})
		runtime.GOMAXPROCS(1 + round%4)
		source := io.Reader(strings.NewReader(doc))
		if round%3 == 0 {
			source = iotest.HalfReader(source)
		}
		short := everything(t, source, Options{})
		if short.batches > long.batches {
			byBlocks++
		}
		if difference := long.unlike(short); difference != "" {
			t.Fatalf("round %d: %s", round, difference)
		}
		long.records = nil
		if difference := long.unlike(verdict(t, doc, Options{})); difference != "" {
			t.Fatalf("round %d, verdict alone: %s", round, difference)
		}
	}
	if byBlocks < rounds/2 {
		t.Errorf("%d of %d flows were read by blocks", byBlocks, rounds)
	}
}

// told is all that a Reader says of a document.
type told struct {
	faults  []string
	summary string
	records []string // with all values and places
	batches int
}

func everything(t *testing.T, src io.Reader, opt Options) (all told) {
	t.Helper()
	opt.Today = rulesDay
	r := read(t, src, opt, func(b *Batch) {
		for rec := range b.Len() {
			var one strings.Builder
			fmt.Fprint(&one, b.First+int64(rec), " line ", b.Line(rec), " ", b.Status[rec])
			for _, info := range Fields(b.Tipo) {
				for i := range b.Repeats(info.Field, rec) {
					v, ok := b.At(info.Field, rec, i)
					number := uint32(0)
					if s := b.spanOf(info.Field, rec, i); s != nil {
						number = s.number
					}
					at := b.where(info.Field, rec, i)
					if opt.Rows {
						at.column = 0 // the table's is told by RowReader.Place
					}
					fmt.Fprintf(&one, " %s=%q %d %v %v", info.Name, v, number, ok, at)
				}
			}
			all.records = append(all.records, one.String())
		}
	})
	all.faults, all.summary, all.batches = sorted(r.faults), fmt.Sprintf("%+v %v", r.summary, r.err), r.batches
	if r.err != nil { // what was handed out before is void, and more or less of it was judged
		all.faults, all.summary, all.records = sorted(r.formal()), r.err.Error(), nil
	}
	return all
}

// verdict is all that Check says of a document.
func verdict(t *testing.T, doc string, opt Options) (all told) {
	t.Helper()
	var got reading
	opt.Today, opt.Faults = rulesDay, func(f Fault) { got.faults = append(got.faults, f) }
	got.summary, got.err = Check(t.Context(), strings.NewReader(doc), opt)
	all.faults, all.summary = sorted(got.faults), fmt.Sprintf("%+v %v", got.summary, got.err)
	if got.err != nil && !errors.Is(got.err, io.EOF) {
		all.faults, all.summary = sorted(got.formal()), got.err.Error()
	}
	return all
}

// unlike names the first difference.
func (a told) unlike(b told) string {
	if a.summary != b.summary {
		return "books: " + a.summary + "\nand    " + b.summary
	}
	for _, list := range [][2][]string{{a.faults, b.faults}, {a.records, b.records}} {
		for i := range max(len(list[0]), len(list[1])) {
			var x, y string
			if i < len(list[0]) {
				x = list[0][i]
			}
			if i < len(list[1]) {
				y = list[1][i]
			}
			if x != y {
				return x + "\nand " + y
			}
		}
	}
	return ""
}

// longFlow is a flow of a few or of many hundred Beneficiari (SINBA elements),
// most of them plain, some mutated, written in one of several ways.
func longFlow(rng *rand.Rand, round int) string {
	tipo := []flusso.Tipo{flusso.PSPSASINA, flusso.PSPSASINA, flusso.SINBA}[rng.IntN(3)]
	units := []string{minoreXML}
	if tipo == flusso.PSPSASINA {
		second := strings.Replace(anagraficaXML, `Nome="BBB"`, `Nome="Niccolò Desirée"`, 1)
		units = []string{
			beneficiarioXML(prestazioneXML), beneficiarioXML(sinaXML, prestazioneXML), beneficiarioXML(prestazioneXML, prestazioneXML, sinaXML),
			strings.Replace(beneficiarioXML(sinaXML), anagraficaXML, second+"\n"+indirizzoXML, 1),
		}
	}
	n := 2 + rng.IntN(20)
	if round%2 == 0 {
		n = 300 + rng.IntN(600)
	}
	body := make([]string, n)
	for i := range body {
		body[i] = units[rng.IntN(len(units))]
	}
	for range rng.IntN(4) {
		body[rng.IntN(n)] = mutate(rng, body[rng.IntN(n)])
	}
	for range rng.IntN(3) { // what deceives a cut, or looks as if it could
		end := "</Beneficiario>"
		if tipo == flusso.SINBA {
			end = "</SINBA>"
		}
		at := rng.IntN(n)
		body[at] = []string{
			"<!-- " + end + " -->" + body[at], "<!-- " + strings.Repeat(end+" ", 2000) + " -->" + body[at], "<?x " + end + "?>" + body[at],
			strings.Replace(body[at], end, end[:len(end)-1]+" >", 1), "<x>" + body[at] + "</x>", body[at] + "testo", strings.Replace(body[at], ">", "><!-- c -->", 1),
			strings.Replace(body[at], `="`, "\n  =\"", 1), strings.ReplaceAll(body[at], `" `, "\"\n    "), strings.Repeat(strings.ReplaceAll(body[at], "\n", ""), 3), "",
			strings.ReplaceAll(body[at], "/>", " />"), strings.ReplaceAll(body[at], " ", "  "),
		}[rng.IntN(13)]
	}
	doc := flowXML(body...)
	switch rng.IntN(8) {
	case 0:
		doc = strings.ReplaceAll(doc, "\n", "\r\n")
	case 1:
		doc = strings.ReplaceAll(doc, "\n", "")
	case 2, 3:
		doc = strings.NewReplacer("<!--", "<!--", "<?", "<?", "</", "</c:", "<", "<c:", ` xmlns="`, ` xmlns:c="`).Replace(doc)
	case 4:
		if rng.IntN(2) == 0 {
			doc = strings.ReplaceAll(doc, `" `, "\"\n    ")
		}
		latin := make([]byte, 0, len(doc))
		for _, r := range doc {
			latin = append(latin, byte(r))
		}
		doc = `<?xml version="1.0" encoding="ISO-8859-1"?>` + string(latin)
	case 5:
		doc = doc[:len(doc)-rng.IntN(len(doc)/2)]
	}
	return doc
}
