package main

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"flussi/internal/schema"
)

// TestPacked: the table that is built in is made of the one that people read.
func TestPacked(t *testing.T) {
	text, err := os.ReadFile("../codes/comuni.csv")
	if err != nil {
		t.Fatal(err)
	}
	made, err := schema.PackComuni(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	kept, err := os.ReadFile("../codes/comuni.bin")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(made, kept) {
		t.Error("run make codes: comuni.bin is not what comuni.csv makes")
	}
}

// TestLetters: no name stands in a table with its letters read as Latin-1.
func TestLetters(t *testing.T) {
	for read, want := range map[string]string{"Citt\u00c3\u00a0": "Città", "RiccÃ²": "Riccò", "Fær Øer": "Fær Øer", "CHÂTILLON": "CHÂTILLON", "Roma": "Roma"} {
		if got := repaired(read); got != want {
			t.Errorf("%q becomes %q, want %q", read, got, want)
		}
	}
	for _, file := range schema.CodeTables() {
		text, err := os.ReadFile(filepath.Join("..", "codes", file))
		if err != nil {
			t.Fatal(err)
		}
		for i, line := range strings.Split(string(text), "\n") {
			if right := repaired(line); right != line {
				t.Errorf("%s:%d: %q stands for %q", file, i+1, line, right)
			}
		}
	}
}

// belfioreSource has A001 as it is, A002 ended on 31/12/2023, A003 born on
// 1/1/2024, Z100.
const belfioreSource = `const X = {"data": [
	{"belfioreCode": "001003", "creationDate": "002b1q4e", "name": "Abano Terme|Nuovo", "provinceOrCountry": "PDPD"},
	{"belfioreCode": "002", "creationDate": "002b", "expirationDate": "1q4e", "name": "Vecchio", "provinceOrCountry": "PD"},
	{"belfioreCode": "ogc", "creationDate": "0000", "name": "Albania", "provinceOrCountry": "AL"}
]};`

func madeUp() sources {
	return sources{
		belfiorePackage: []byte(belfioreSource),
		comuniPackage:   []byte("[City.ABANO_TERME_028001]: {\n name: 'Abano Terme',\n},\n[City.NUOVO_028300]: {\n name: 'Nuovo',\n},\n"),
		isoPackage:      []byte(`[["AL","ALB","008",""],["AX","ALA","248",""],["XK","XKX","983",""]]`),
		isoNamesPackage: []byte(`{"countries": {"AL": "Albania", "AX": ["Isole Åland", "Åland"]}}`),
	}
}

func TestUpdateComuni(t *testing.T) {
	const before = "belfiore;istat;nome;dal;al\nA001;028001;ABANO TERME;1924-11-14;\nA002;028002;VECCHIO;1861-03-17;\n"
	var said strings.Builder
	got, found, err := updateComuni([]byte(before), madeUp(), &said)
	if err != nil {
		t.Fatal(err)
	}
	const want = "belfiore;istat;nome;dal;al\nA001;028001;ABANO TERME;1924-11-14;\nA002;028002;VECCHIO;1861-03-17;2023-12-31\nA003;028300;NUOVO;2024-01-01;\n"
	if string(got) != want {
		t.Errorf("made\n%s\nwant\n%s", got, want)
	}
	if len(found) != 0 {
		t.Errorf("found %v", found)
	}
	if said.String() != "A003 Nuovo is new, from 2024-01-01\nA002 Vecchio ended on 2023-12-31\n" {
		t.Errorf("said %q", said.String())
	}
	again, _, err := updateComuni(got, madeUp(), &said)
	if err != nil || !bytes.Equal(again, got) {
		t.Errorf("a second time it makes\n%s %v", again, err)
	}
}

// TestDifferences: what the packages say otherwise is found, and each find wants
// a reason, each reason its find.
func TestDifferences(t *testing.T) {
	const history = "belfiore;istat;nome;dal;al\nA001;028009;ABANO;1924-11-14;\nA002;028002;VECCHIO;1861-03-17;2023-12-30\nA003;028300;ALTRO NUOVO;2024-01-01;2024-05-31\n"
	_, found, err := updateComuni([]byte(history), madeUp(), io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	want := []difference{
		{"A001", "nome", "ABANO", "Abano Terme"}, {"A001", "istat", "028009", "028001"},
		{"A003", "al", "2024-05-31", ""}, {"A002", "al", "2023-12-30", "2023-12-31"},
	}
	if !slices.Equal(found, want) {
		t.Errorf("found %v", found)
	}
	const reasons = "belfiore;colonna;tabella;fonte;motivo\nA001;nome;ABANO;Abano Terme;un motivo\nA002;al;2023-12-30;2023-12-31;\nA009;nome;X;Y;un motivo\nA003;al;2024-05-31;;un motivo\n"
	var said strings.Builder
	open, err := unreviewed(found, []byte(reasons), &said)
	if err != nil || open != 3 {
		t.Errorf("%d to look at, %v:\n%s", open, err, said.String())
	}
	if !strings.Contains(said.String(), "A001;istat;028009;028001;\n") {
		t.Errorf("said %s", said.String())
	}
}

func TestNazioni(t *testing.T) {
	got, err := nazioni(madeUp())
	if err != nil {
		t.Fatal(err)
	}
	if want := "iso;alpha2;belfiore;nome;dal;al\n008;AL;Z100;Albania;;\n248;AX;;Isole Åland;;\n"; string(got) != want {
		t.Errorf("made\n%s\nwant\n%s", got, want)
	}
}
