package exchange_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"flussi/internal/config"
	"flussi/internal/exchange"
	"flussi/internal/flusso"
	"flussi/internal/invia"
	"flussi/internal/ledger"
	"flussi/internal/schedule"
	"flussi/internal/spool"
	"flussi/internal/spool/spooltest"
	"flussi/internal/synth"
	"flussi/internal/testshared"
)

// marked are flows full of personal values, some of them where no value
// belongs, under names that name persons.
func marked(t testing.TB, w *world) testshared.Markers {
	t.Helper()
	m := testshared.Markers{
		"file name": "ROSSI_MARIO", "file name that is a fiscal code": "RSSMRA80A01H501U", "inner file name": "BIANCHI_ANNA",
		"unknown attribute": "Zqxattributo", "unknown element": "Zqxelemento", "value of the unknown": "zqxvalore",
		"name of the flow": "ZQX ROSSI MARIO", "code of the Ente": "ZQXENTE MARIO", "fiscal code that is none": "ZQXNONCODICE",
		"date that is none": "zqxdata", "benefit that is none": "ZQX.99", "comment": "zqxcommento", "instruction": "zqxistruzione",
		"operator": "ZQXOPR80A01H501U", "head of a return flow": "ZQXINTESTAZIONE", "return value": "zqxritorno",
	}
	ps := func(ente string, n int, faults float64) []byte {
		o := synth.Options{Tipo: flusso.PSPSASINA, Beneficiari: 40, Seed: uint64(n), Progressivo: n, Faults: faults, Ente: synth.Ente{Codice: ente, Indirizzo: ente}}
		_, data := flow(t, o)
		m.FromXML(data, flusso.OfficialName)
		return data
	}
	replaced := func(data []byte, old, with string) []byte {
		t.Helper()
		out := bytes.Replace(data, []byte(old), []byte(with), 1)
		if bytes.Equal(out, data) {
			t.Fatalf("nothing to replace: %s", old)
		}
		return out
	}
	_, sinba := flow(t, synth.Options{Tipo: flusso.SINBA, Beneficiari: 40, Seed: 3, Faults: 0.1, Ente: synth.Ente{Codice: "E472", Indirizzo: "E472"}})
	m.FromXML(sinba, flusso.OfficialName)
	good := ps("E472", 1, 0)
	commented := replaced(ps("E472", 2, 0), "<Beneficiario ", "<!-- zqxcommento --><?zqxistruzione a?><Beneficiario ")
	comuni := map[string][]byte{
		"ROSSI_MARIO.xml":          good,
		"RSSMRA80A01H501U.xml":     ps("M082", 3, 0),
		"ROSSI_MARIO due.xml":      ps("E472", 4, 0.2),
		"ROSSI_MARIO sinba.xml":    sinba,
		"ROSSI_MARIO copia.xml":    good,
		"ROSSI_MARIO note.xml":     commented,
		"ROSSI_MARIO nome.xml":     replaced(ps("E472", 5, 0), `Nome="E472.PS.20260131.0000005"`, `Nome="ZQX ROSSI MARIO"`),
		"ROSSI_MARIO ente.xml":     replaced(ps("E472", 6, 0), `Ente Codice="E472"`, `Ente Codice="ZQXENTE MARIO"`),
		"ROSSI_MARIO attr.xml":     replaced(ps("E472", 7, 0), `<Anagrafica `, `<Anagrafica Zqxattributo="zqxvalore" `),
		"ROSSI_MARIO elem.xml":     replaced(ps("E472", 8, 0), `<Anagrafica `, `<Zqxelemento>zqxvalore</Zqxelemento><Anagrafica `),
		"ROSSI_MARIO cf.xml":       replaced(ps("E472", 9, 0), `CodiceFiscale="`, `CodiceFiscale="ZQXNONCODICE`),
		"ROSSI_MARIO data.xml":     replaced(ps("E472", 10, 0), `DataInizioPrestazione="`, `DataInizioPrestazione="zqxdata`),
		"ROSSI_MARIO codice.xml":   replaced(ps("E472", 11, 0), `CodicePrestazione="A`, `CodicePrestazione="ZQX.99A`),
		"ROSSI_MARIO tronco.xml":   ps("E472", 12, 0)[:9000],
		"ROSSI_MARIO utf8.xml":     replaced(ps("E472", 13, 0), `Cognome="`, "Cognome=\"\xff"),
		"ROSSI_MARIO dtd.xml":      replaced(ps("E472", 14, 0), `<Flusso `, `<!DOCTYPE zqxvalore><Flusso `),
		"ROSSI_MARIO radice.xml":   []byte(`<?xml version="1.0" encoding="UTF-8"?><Zqxelemento Zqxattributo="zqxvalore"/>`),
		"ROSSI_MARIO operator.xml": replaced(ps("E472", 15, 0), `CFOperatore="`, `CFOperatore="ZQXOPR80A01H501U`),
		"ROSSI_MARIO vuoto.xml":    nil,
		"ROSSI_MARIO.zip":          namedZip(t, "BIANCHI_ANNA.xml", ps("E472", 16, 0)[:5000]),
		"ROSSI_MARIO.xml.gz":       gzipped(t, ps("E472", 17, 0))[:3000],
	}
	for name, data := range comuni {
		w.must(w.hub.Publish(userComuni, name, bytes.NewReader(data)))
	}
	spoiled := returned
	spoiled.Faults = 0.1
	_, rows := flow(t, spoiled)
	for i, line := range strings.Split(string(rows), "\n") {
		if person, _, _ := strings.Cut(line, ";"); len(person) >= 8 && i > 0 {
			m[fmt.Sprintf("CodicePersona %d", i)] = person
		}
	}
	header, rest, _ := strings.Cut(string(rows), "\n")
	first, others, _ := strings.Cut(rest, "\n")
	for name, text := range map[string]string{
		"ROSSI_MARIO.csv":          string(rows),
		"ROSSI_MARIO testa.csv":    header + ";ZQXINTESTAZIONE\n" + rest,
		"ROSSI_MARIO cella.csv":    header + "\n" + strings.Replace(first, ";1", ";zqxritorno", 1) + "\n" + others,
		"RSSMRA80A01H501U.csv":     header + "\n" + first + ";zqxritorno;zqxritorno\n" + others,
		"ROSSI_MARIO altro.csv.gz": "zqxritorno, niente",
	} {
		w.must(w.inps.Publish(userINPS, name, strings.NewReader(text)))
	}
	w.write("comune/ROSSI_MARIO.xml", string(ps("H282", 20, 0)))
	w.write("comune/RSSMRA80A01H501U.xml", string(ps("H282", 21, 0.2)))
	w.write("comune/ROSSI_MARIO vuoto.xml", "")
	return m
}

// TestMarkers plants personal values in flows and in their names, runs
// everything, faults included, and looks for them in everything produced.
func TestMarkers(t *testing.T) {
	w := newWorld(t, terms{RemoveOn: invia.RemoveOnClose, NoBox: true})
	w.twoRecipients()
	m := marked(t, w)
	recorder := spooltest.Record(spool.OS)
	ctx := context.Background()
	var told bytes.Buffer
	say := func(v any) {
		line, err := json.Marshal(v)
		w.must(err)
		told.Write(append(line, '\n'))
	}
	seen := map[string]int{}
	search := func(when string) {
		t.Helper()
		found, kinds := w.search(m)
		for kind, files := range kinds {
			seen[kind] += files
		}
		disk := strings.Join(recorder.Log(), "\n") // with every name there was for a moment
		for what, text := range map[string][]byte{"log": w.log.Bytes(), "events and results": told.Bytes(), "names on the disk": []byte(ourNames(w.dir, disk))} {
			if names := m.In(text); len(names) > 0 {
				found = append(found, fmt.Sprintf("in the %s: %v", what, names))
			}
		}
		if len(found) > 0 {
			t.Errorf("%s:\n%s", when, strings.Join(found, "\n"))
		}
	}

	cfg, err := config.Load(w.path("flussi.yaml"))
	w.must(err)
	all, err := schedule.LoadDir(cfg.Schedules)
	w.must(err)
	for _, fault := range []string{"sftp.commit", "take.ledger", "disclose.ledger", "give", "sftp.write", ""} {
		opt := w.options()
		opt.Tell = func(e exchange.Event) { say(e) }
		opt.FS = recorder
		opt.Step = point{fault, 1}.at(func() error { return errInjected })
		house, err := exchange.Open(ctx, cfg, opt)
		w.must(err)
		for _, s := range all {
			result, err := house.Run(ctx, s, exchange.RunOptions{})
			say(result)
			fmt.Fprintln(&told, err)
			if err != nil && fault == "" {
				t.Errorf("%s: %v", s.Name, err)
			}
		}
		search("while the ledger is open, fault at " + fault)
		w.must(house.Close())
	}
	l := w.ledger()
	arrivals, err := l.Arrivals(ctx)
	w.must(err)
	say(arrivals)
	deliveries, err := l.Deliveries(ctx, 0)
	w.must(err)
	say(deliveries)
	w.must(l.EachEntry(ctx, 0, func(e ledger.Logged) error { say(e); return nil })) // what audit export hands over
	search("at the end")
	if len(arrivals) < 25 || !strings.Contains(told.String(), "quarantined") || !strings.Contains(told.String(), "disclosure.done") {
		t.Errorf("only %d arrivals", len(arrivals))
	}
	for _, o := range outputs {
		if seen[o.kind] == 0 {
			t.Errorf("no file of kind %s was searched", o.kind)
		}
	}

	// Canaries: the search finds what is there, in a file, a name and a kind of
	// file that nobody thought of.
	w.write("stato/reports/"+strings.Repeat("0", 32)+".html", "<td>"+m["fiscal code that is none"]+"</td>")
	w.write("stato/spool/ROSSI_MARIO", "")
	if found, _ := w.search(m); len(found) != 2 {
		t.Errorf("of two canaries these were found: %q", found)
	}
	if _, err := kindOf("stato/reports/regione-lazio/prestazioni/2026/altro.csv"); err == nil {
		t.Error("a new kind of file goes unnoticed")
	}
}

// ourNames are the lines of a disk's log without the names that others gave: those
// of the files in the comune's folder.
func ourNames(dir, log string) string {
	var ours []string
	for line := range strings.SplitSeq(log, "\n") {
		if !strings.Contains(line, filepath.ToSlash(filepath.Join(dir, "comune"))+"/") {
			ours = append(ours, line)
		}
	}
	return strings.Join(ours, "\n")
}

// TestMarkersInParquet reads the releases with DuckDB, so that values are
// looked for behind the compression too.
func TestMarkersInParquet(t *testing.T) {
	testshared.Peer(t, "node")
	w := newWorld(t, terms{})
	m := marked(t, w)
	for _, s := range []string{"ritorno", "relay"} {
		if _, err := w.run(s); err != nil {
			t.Fatal(err)
		}
	}
	seen := 0
	for _, dataset := range []string{"regione-lazio/prestazioni", "regione-lazio/quadro", "ministero-lavoro/quadro"} {
		pattern := filepath.ToSlash(w.path("dataset/" + dataset + "/releases/*/*/*/*.parquet"))
		rows := testshared.DuckDB(t, fmt.Sprintf("SELECT * FROM read_parquet('%s', union_by_name = true)", pattern))
		seen += len(rows)
		text, err := json.Marshal(rows)
		w.must(err)
		if names := m.In(text); len(names) > 0 {
			t.Errorf("in %s: %v", dataset, names)
		}
		if dataset == "regione-lazio/prestazioni" && !bytes.Contains(text, []byte("A2.")) {
			t.Error("the search does not see the codes of benefits")
		}
	}
	if seen < 100 {
		t.Errorf("only %d rows", seen)
	}
}

func namedZip(t testing.TB, name string, data []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	f, err := z.Create(name)
	if err == nil {
		_, err = f.Write(data)
	}
	if err = errors.Join(err, z.Close()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
