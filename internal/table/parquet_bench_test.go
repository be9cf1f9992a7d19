//go:build unix

package table

import (
	"bytes"
	"encoding/base32"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"syscall"
	"testing"
	"time"
)

// benefits are rows like those of the identified view of PS_PSA_SINA, sorted by
// comune and benefit: 74 columns, half of them coded, a third mostly missing.
func benefits(n int) (columns []Column, c *Chunk) {
	r := rand.New(rand.NewPCG(1, 2))
	var puts []func(v *Values, row int)
	add := func(c Column, put func(v *Values, row int)) {
		c.Nullable = true
		columns, puts = append(columns, c), append(puts, put)
	}
	// every text distinct
	text := func(name, form string, numbers, missing int) {
		add(Column{Name: name, Kind: String}, func(v *Values, _ int) {
			if r.IntN(100) < missing {
				v.AppendNull()
				return
			}
			v.AppendText(fmt.Appendf(nil, form, r.IntN(numbers), r.Uint32()%100_000_000))
		})
	}
	coded := func(name string, distinct, missing int, form string) {
		vocabulary := NewVocabulary()
		for i := range distinct {
			vocabulary.Add(fmt.Appendf(nil, form, i))
		}
		add(Column{Name: name, Kind: String, Vocabulary: vocabulary}, func(v *Values, _ int) {
			if r.IntN(100) < missing {
				v.AppendNull()
			} else {
				v.AppendCode(uint32(r.IntN(distinct)))
			}
		})
	}
	number := func(name string, k Kind, from, to, missing int) {
		add(Column{Name: name, Kind: k}, func(v *Values, _ int) {
			if r.IntN(100) < missing {
				v.AppendNull()
			} else {
				v.AppendNum(int64(from + r.IntN(to-from)))
			}
		})
	}
	list := func(name, form string, distinct, missing int) {
		add(Column{Name: name, Kind: Strings}, func(v *Values, _ int) {
			n := 1
			if r.IntN(100) < missing {
				n = 0
			}
			v.AppendList(n, func(int) []byte { return fmt.Appendf(nil, form, r.IntN(distinct)) })
		})
	}
	sorted := func(name string, each int, form string) {
		vocabulary := NewVocabulary()
		add(Column{Name: name, Kind: String, Vocabulary: vocabulary}, func(v *Values, row int) {
			v.AppendCode(vocabulary.Add(fmt.Appendf(nil, form, row/each)))
		})
	}
	number("anno", Int, 2024, 2025, 0)
	coded("regione", 1, 0, "R%02d")
	coded("nuts2", 1, 0, "ITI%d")
	sorted("comune", 1500, "%06d")
	sorted("comune_descrizione", 1500, "Comune di Santa Maria numero %d")
	add(Column{Name: "riga", Kind: String}, func(v *Values, _ int) {
		id := binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint64(nil, r.Uint64()), r.Uint64())
		v.AppendText(base32.StdEncoding.WithPadding(base32.NoPadding).AppendEncode(nil, id))
	})
	coded("FlussoNome", 400, 0, "PS_PSA_SINA_20240131_%04d.xml")
	coded("EnteCodice", 120, 0, "EN%05d")
	coded("EnteDenominazione", 120, 0, "Comune di Nome Molto Lungo %d")
	coded("EnteIndirizzo", 120, 0, "Via della Repubblica %d, 00100")
	coded("EnteCFOperatore", 300, 0, "RSSMRA80A01H%04d")
	add(Column{Name: "CodiceFiscale", Kind: String}, func(v *Values, _ int) {
		letter := func() byte { return "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[r.IntN(26)] }
		v.AppendText(fmt.Appendf(nil, "%c%c%c%c%c%c%02d%c%02d%c%03d%c", letter(), letter(), letter(), letter(), letter(), letter(),
			r.IntN(100), letter(), r.IntN(72), letter(), r.IntN(1000), letter()))
	})
	for _, name := range []string{"Cognome", "Nome"} {
		add(Column{Name: name, Kind: String}, func(v *Values, _ int) { v.AppendText(fmt.Appendf(nil, "NOME%d", r.IntN(3000))) })
	}
	number("AnnoNascita", Int, 1920, 2024, 0)
	coded("LuogoNascita", 6000, 0, "H%03d")
	for _, c := range []struct {
		name              string
		distinct, missing int
	}{
		{"Genere", 2, 0}, {"CodiceCittadinanza", 150, 0}, {"CodiceSecondaCittadinanza", 150, 97}, {"TipoOperazione", 1, 0},
		{"PresenzaProvaMezzi", 2, 0}, {"CaratterePrestazione", 2, 10}, {"CodicePrestazione", 40, 0}, {"PresaCarico", 3, 0}, {"AreaUtenza", 7, 20},
		{"SINAMobilita", 3, 90}, {"SINAAttivitaVitaQuotidiana", 3, 90}, {"SINADisturbiAreaCognitiva", 3, 95}, {"SINADisturbiComportamentali", 2, 90},
		{"SINANecessitaCureSanitarie", 3, 95}, {"SINAAreaReddituale", 3, 90}, {"SINAAreaSupporto", 3, 90},
		{"SINAFonteDerivazioneValutazione", 4, 90}, {"SINAStrumentoValutazione", 7, 90}, {"SINAFonteDerivazioneInvalidita", 2, 97},
	} {
		coded(c.name, c.distinct, c.missing, "%02d")
		coded(c.name+"_descrizione", c.distinct, c.missing, "una descrizione in parole, la numero %d")
	}
	list("IndirizzoCodiceRegione", "%02d", 3, 0)
	list("IndirizzoCodiceComune", "H%03d", 200, 0)
	list("IndirizzoCodiceNazione", "%d", 3, 0)
	text("NumeroProtocolloDSU", "INPS-ISEE-2024-%08dX-%02d", 1e8, 40)
	number("AnnoProtocolloDSU", Int, 2023, 2025, 40)
	number("DataDSU", Date, 19700, 20060, 40)
	coded("DenominazionePrestazione", 80, 0, "Assistenza domiciliare socio-assistenziale %d")
	text("ProtocolloDomanda", "2024/%06d-%08d", 1e6, 0)
	number("DataEvento", Date, 19700, 20060, 70)
	number("DataInizioPrestazione", Date, 19700, 20060, 30)
	number("DataFinePrestazione", Date, 19700, 20060, 30)
	number("DataErogazionePrestazione", Date, 19700, 20060, 70)
	number("ImportoPrestazione", Decimal, 1000, 400_000, 30)
	number("PeriodoErogazione", Int, 1, 13, 40)
	number("ImportoMensile", Decimal, 1000, 90_000, 70)
	number("ImportoQuotaEnte", Decimal, 1000, 90_000, 60)
	number("ImportoQuotaUtente", Decimal, 1000, 90_000, 80)
	number("ImportoQuotaSSN", Decimal, 1000, 90_000, 95)
	number("ImportoQuotaRichiesta", Decimal, 1000, 90_000, 95)
	number("ImportoSogliaISEE", Decimal, 500_000, 3_000_000, 60)
	number("OreServizioMensile", Int, 60, 6000, 80)
	list("SINACodicePrestazione", "A1.%02d", 40, 95)
	list("SINAInvCiv", "%d", 9, 95)
	c = NewChunk(columns)
	for row := range n {
		for i := range columns {
			puts[i](&c.Columns[i], row)
		}
		c.EndRow()
	}
	return columns, sortedChunk(columns, c, benefitsBy)
}

// benefitsBy is what they are sorted by.
var benefitsBy = []string{"comune", "CodicePrestazione", "riga"}

// sortedChunk gives the rows of c in the order of these columns, of texts.
func sortedChunk(columns []Column, c *Chunk, by []string) *Chunk {
	picks := make([]Pick, c.Rows())
	for i := range picks {
		picks[i].Row = int32(i)
	}
	slices.SortStableFunc(picks, func(a, b Pick) int {
		for _, name := range by {
			v := &c.Columns[slices.IndexFunc(columns, func(c Column) bool { return c.Name == name })]
			if d := bytes.Compare(v.Text(int(a.Row)), v.Text(int(b.Row))); d != 0 {
				return d
			}
		}
		return 0
	})
	sorted := NewChunk(columns)
	if err := sorted.Gather([]*Chunk{c}, picks); err != nil {
		panic(err)
	}
	return sorted
}

// cpu is the time that all processors spent on us so far: what is worth knowing
// on a machine that others use too.
func cpu(b *testing.B) time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		b.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

func BenchmarkParquetWrite(b *testing.B) {
	const rows = 150_000
	columns, c := benefits(rows)
	b.ReportAllocs()
	var size int64
	start := cpu(b)
	for b.Loop() {
		w, err := NewParquetWriter(io.Discard, columns, Options{SortedBy: benefitsBy})
		if err != nil {
			b.Fatal(err)
		}
		if err := w.Append(c, 0, rows); err != nil {
			b.Fatal(err)
		}
		if err := w.Close(); err != nil {
			b.Fatal(err)
		}
		size += w.out.pos
	}
	b.ReportMetric(float64(b.N)*rows/b.Elapsed().Seconds(), "rows/s")
	b.ReportMetric(float64((cpu(b)-start).Nanoseconds())/(float64(b.N)*rows), "cpu-ns/row")
	b.ReportMetric(float64(size)/float64(b.N)/rows, "bytes/row")
}

func BenchmarkParquetRead(b *testing.B) {
	columns, c := benefits(150_000)
	data := writeParquet(b, columns, Options{}, c)
	b.ReportAllocs()
	rows := 0
	start := cpu(b)
	for b.Loop() {
		in, err := OpenParquetRows(bytes.NewReader(data), int64(len(data)), nil)
		if err != nil {
			b.Fatal(err)
		}
		for c := NewChunk(in.Columns()); ; {
			if err := in.Next(c); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				b.Fatal(err)
			}
			rows += c.Rows()
		}
	}
	b.ReportMetric(float64((cpu(b)-start).Nanoseconds())/float64(rows), "cpu-ns/row")
}
