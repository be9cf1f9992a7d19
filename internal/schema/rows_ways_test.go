package schema

import (
	"fmt"
	"io"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"golang.org/x/text/encoding/charmap"

	"flussi/internal/flusso"
)

// TestRowsTwoWays: a table read by blocks, its plain rows the short way, tells
// and hands out what it does row by row through XML.
func TestRowsTwoWays(t *testing.T) {
	const seed = 20261125
	rounds := 60
	if testing.Short() {
		rounds = 20
	}
	t.Logf("seed %d", seed)
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	rng := rand.New(rand.NewPCG(seed, 1))
	byBlocks, refused := 0, 0
	for round := range rounds {
		table := longTable(t, rng, round)
		opt := Options{Rows: true}
		if round%6 == 5 {
			opt.Layout = sameColumns(t, table, round%4 == 1)
		}
		slow := opt
		slow.Limits.slow = true
		long := everything(t, strings.NewReader(table), slow)
		runtime.GOMAXPROCS(1 + round%4)
		source := io.Reader(strings.NewReader(table))
		if round%3 == 0 {
			source = iotest.HalfReader(source)
		}
		short := everything(t, source, opt)
		if short.batches > long.batches {
			byBlocks++
		}
		if long.records == nil {
			refused++
		}
		if difference := long.unlike(short); difference != "" {
			t.Fatalf("round %d: %s", round, difference)
		}
		long.records = nil
		if difference := long.unlike(verdict(t, table, opt)); difference != "" {
			t.Fatalf("round %d, verdict alone: %s", round, difference)
		}
	}
	t.Logf("%d of %d tables by blocks, %d refused", byBlocks, rounds, refused)
	if byBlocks < rounds/2 || refused < rounds/20 || refused > rounds*2/3 {
		t.Errorf("%d of %d tables were read by blocks, %d refused", byBlocks, rounds, refused)
	}
}

// sameColumns is a layout that says of a table what its first line says.
func sameColumns(t *testing.T, table string, page bool) *Layout {
	t.Helper()
	text := "version: 1\nname: prova\nflow: PS_PSA_SINA\nignore: [Beneficiario]\n"
	if page {
		text += "encoding: windows-1252\n"
	}
	head := strings.TrimPrefix(strings.TrimPrefix(table, "sep=;\r\n"), "sep=;\n")
	head, _, _ = strings.Cut(head, "\n")
	text += "columns:\n"
	for name := range strings.SplitSeq(strings.TrimRight(head, "\r"), ";") {
		if name != "Beneficiario" {
			text += "  " + name + ": " + name + "\n"
		}
	}
	if strings.Contains(head, "IDBeneficiario") {
		text = strings.Replace(text, "PS_PSA_SINA", "SINBA", 1)
	} else {
		text += "codes: {Genere: {Donna: \"2\"}}\n"
	}
	layout, err := ParseLayout([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return layout
}

// longTable is a table of several blocks, with what people and spreadsheets do
// to one.
func longTable(t *testing.T, rng *rand.Rand, round int) string {
	t.Helper()
	tipo, flow := flusso.PSPSASINA, flowXML(
		beneficiarioXML(prestazioneXML), beneficiarioXML(sinaXML, prestazioneXML), beneficiarioXML(sinaXML),
		beneficiarioXML(strings.Replace(prestazioneXML, `"Contributi economici"`, `"Contributi; economici à"`, 1)),
		strings.Replace(beneficiarioXML(prestazioneXML, prestazioneXML, prestazioneXML), anagraficaXML, anagraficaXML+`<Indirizzo CodiceNazione="250"/>`+indirizzoXML, 1),
		beneficiarioXML(strings.Replace(sinaXML, `</NecessitaInterventiSociali>`, `<CodicePrestazione>A1.04</CodicePrestazione></NecessitaInterventiSociali>`, 1)),
	)
	if round%5 == 4 {
		tipo, flow = flusso.SINBA, flowXML(minoreXML, minoreXML)
	}
	lines := strings.Split(strings.TrimSuffix(strings.TrimPrefix(asRows(t, strings.NewReader(flow), tipo), "\ufeff"), "\r\n"), "\r\n")
	head, models := lines[0], lines[1:]
	var persons [][]string
	for _, line := range models {
		number, rest, _ := strings.Cut(line, ";")
		if tipo == flusso.SINBA {
			number, rest = fmt.Sprint(len(persons)+1), line
		}
		if number != fmt.Sprint(len(persons)) {
			persons = append(persons, nil)
		}
		persons[len(persons)-1] = append(persons[len(persons)-1], rest)
	}
	numbered := tipo == flusso.PSPSASINA && rng.IntN(3) > 0
	if tipo == flusso.PSPSASINA && !numbered {
		_, head, _ = strings.Cut(head, ";")
	}
	end := []string{"\r\n", "\n"}[rng.IntN(2)]
	delim := ";"
	if round%6 != 5 { // where the layout says so
		delim = []string{";", ";", ",", "\t"}[rng.IntN(4)]
	}
	excel, odd := delim != "," && rng.IntN(3) == 0, []float64{0, 0.003, 0.05}[rng.IntN(3)]
	var table strings.Builder
	if rng.IntN(4) == 0 {
		table.WriteString("sep=" + delim + end)
	}
	table.WriteString(strings.ReplaceAll(head, ";", delim) + end)
	for person := range 400 + rng.IntN(1200) {
		for _, row := range persons[rng.IntN(len(persons))] {
			if !numbered && tipo == flusso.PSPSASINA {
				row = strings.Replace(row, "NOME", "NOME"+strings.Repeat("E", person%20), 1)
			}
			if excel {
				row = strings.NewReplacer("2025-12-31", "31/12/2025", "2025-01-01", "1/1/2025", "100.00", "100,00").Replace(row)
			}
			cells := strings.Split(row, ";")
			if numbered {
				cells = slices.Insert(cells, 0, fmt.Sprint(person+1))
			}
			if rng.Float64() < odd {
				cells = spoiled(rng, cells)
			}
			table.WriteString(strings.Join(cells, delim) + end)
			if rng.Float64() < odd/4 {
				table.WriteString([]string{"", ";;;;", " ", `"";""`}[rng.IntN(4)] + end)
			}
		}
	}
	text := table.String()
	if rng.IntN(3) == 0 {
		text = strings.TrimSuffix(text, end)
	}
	if round%4 == 1 {
		text, _ = charmap.Windows1252.NewEncoder().String(text)
	} else if round%40 == 2 {
		text += strings.ReplaceAll(text[strings.LastIndexByte(strings.TrimSpace(text), '\n')+1:], "NOME", "NOM\xc8")
	}
	return text
}

// spoiled changes a cell of a row, now and then the row.
func spoiled(rng *rand.Rand, cells []string) []string {
	i := rng.IntN(len(cells))
	if rng.IntN(50) > 0 { // else perhaps a cell of the flow or the Beneficiario: most such tables are refused
		i = 18 + rng.IntN(len(cells)-18)
	}
	switch rng.IntN(1500) {
	case 0:
		return append(cells, "x")
	case 1:
		cells[i] = `"open`
	case 2:
		cells[i] = "a\x00b"
	default:
		cells[i] = []string{
			"", `"` + cells[i] + `"`, cells[i] + " ", " " + cells[i], `\` + cells[i], cells[i] + "|" + cells[i], "|", "|250", "1", "99", "è", "€ 5",
			"31/02/2025", "1/2/2025", "2025-02-30", "12,5", "1.2,5", ",5", "-3", "+1.0", "1.234", "0", `"a""b"`, "\"due\nrighe\"", "=A1", `""""""`, "<&>'",
			"A1.04", "A2.07|A1.11", "10000000000000000000", "2025", "05/2025", "58091", "058091", "\t", "x|\\|y",
		}[rng.IntN(36)]
	}
	return cells
}
