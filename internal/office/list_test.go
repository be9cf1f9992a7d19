package office_test

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"flussi/internal/convert"
	"flussi/internal/esiti"
	"flussi/internal/flusso"
	"flussi/internal/ledger"
	"flussi/internal/office"
	"flussi/internal/schema"
)

const listMap = `
columns: {esito: Stato, CodiceFiscale: codice fiscale, CodicePrestazione: Prestazione, ProtocolloDomanda: Domanda, data: Dal}
accepted: [accolta, "già acquisita"]
rejected: [scartata]
`

func mapOf(t *testing.T, text string) office.ListMap {
	t.Helper()
	m, err := office.ReadListMap("elenco.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// records are the values that tell the records of a flow: person, benefit, protocol, day.
func records(t *testing.T, content []byte) (all [][4]string) {
	t.Helper()
	_, err := convert.EachBatch(bytes.NewReader(content), schema.Options{}, func(b *schema.Batch) error {
		for rec := range b.Len() {
			text := func(f schema.Field) string { v, _ := b.Text(f, rec); return string(v) }
			day := text(schema.DataInizioPrestazione)
			if day == "" {
				day = text(schema.DataErogazionePrestazione)
			}
			all = append(all, [4]string{text(schema.CodiceFiscale), text(schema.CodicePrestazione), text(schema.ProtocolloDomanda), day})
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// TestList: what a list says of records is theirs, however it writes them; rows about
// nothing, unclear ones and those that contradict are told by number and not entered;
// the same list again changes nothing; the rejected ones come back alone.
func TestList(t *testing.T) {
	d := newDesk(t, "H501")
	d.in("", func(f *office.Office) {
		p := d.prepare(f, flow(t, flusso.PSPSASINA, "H501", 1, 6))
		sent := d.file(p)
		all := records(t, sent)
		if len(all) < 6 || len(all) != int(p.Records) {
			t.Fatalf("%d records", len(all))
		}
		row := func(i int, stato string) string {
			r := all[i]
			day := r[3][8:] + "/" + r[3][5:7] + "/" + r[3][:4]
			return strings.Join([]string{strings.ToLower(r[0]), r[1], " " + r[2] + " ", day, stato}, ";") + "\r\n"
		}
		head := "Elenco del 3 maggio\r\nCODICE FISCALE;Prestazione;Domanda;Dal;STATO\r\n"
		list := head + row(0, "ACCOLTA") + row(1, "Scartata") + row(2, "in lavorazione") + "RSSMRA80A01H501U;A2.07;nessuno;01/01/1999;scartata\r\n" +
			row(1, "accolta") + row(3, "gi\xe0 acquisita")
		enter := func(list string, dryRun bool) office.Listed {
			t.Helper()
			done, err := f.EnterList(t.Context(), strings.NewReader(list), int64(len(list)), mapOf(t, listMap), bytes.NewReader(sent), "", dryRun)
			if err != nil {
				t.Fatal(err)
			}
			return done
		}
		first := func(done office.Listed) string {
			return fmt.Sprint(done.Accepted, done.Rejected, done.Known, done.Unmatched.First, done.Unclear.First, done.Contradicting.First, done.Flow.Accepted, done.Flow.Rejected)
		}
		for i, want := range []string{"2 1 0 [6] [5] [7] 2 1", "2 1 0 [6] [5] [7] 2 1", "0 0 3 [6] [5] [7] 2 1"} {
			if got := first(enter(list, i == 0)); got != want {
				t.Errorf("time %d: %s, not %s", i, got, want)
			}
		}
		if got, want := first(enter(head+row(0, "scartata"), false)), "0 0 0 [] [] [3] 2 1"; got != want {
			t.Errorf("another list says other: %s, not %s", got, want)
		}
		var out bytes.Buffer
		if n, err := f.Rejected(t.Context(), p.IDFlusso, bytes.NewReader(sent), convert.XML, &out); err != nil || n != 1 {
			t.Fatalf("%d rejected (%v)", n, err)
		}
		if got := records(t, out.Bytes()); len(got) != 1 || got[0] != all[1] {
			t.Error("another record comes back")
		}
		// Somebody changed the file since: its ordinals mean nothing.
		changed := append(bytes.Clone(sent), '\n')
		if _, err := f.Rejected(t.Context(), p.IDFlusso, bytes.NewReader(changed), convert.XML, &out); flusso.KindOf(err) != flusso.Invalid {
			t.Errorf("from a file that was changed: %v", err)
		}
		if _, err := f.EnterList(t.Context(), strings.NewReader(list), int64(len(list)), mapOf(t, listMap), bytes.NewReader(changed), "", false); flusso.KindOf(err) != flusso.Invalid {
			t.Errorf("about a file that was changed: %v", err)
		}
		// INPS took the flow as a whole: what the list said of its records stays.
		e := esiti.Esito{IDFlusso: p.IDFlusso, Tipo: flusso.PSPSASINA, AcquisizioneAt: d.now, Codice: esiti.OK}
		if _, err := f.EnterEsiti(t.Context(), []esiti.Esito{e}, "", false); err != nil {
			t.Fatal(err)
		}
		if now, err := f.Flow(t.Context(), p.IDFlusso); err != nil || now.Rejected != 1 || now.Accepted != now.Records-1 || now.State != ledger.Answered {
			t.Errorf("behind an esito: %+v (%v)", now, err)
		}
		// And of those that only the esito answered a later list says more exactly.
		if got, want := first(enter(head+row(4, "scartata"), false)), fmt.Sprint("0 1 0 [] [] [] ", p.Records-2, " 2"); got != want {
			t.Errorf("behind an esito: %s, not %s", got, want)
		}
		for _, r := range all {
			err := filepath.WalkDir(d.root, func(path string, e fs.DirEntry, err error) error {
				if err != nil || e.IsDir() {
					return err
				}
				kept, err := os.ReadFile(path)
				if bytes.Contains(bytes.ToUpper(kept), []byte(r[0])) || bytes.Contains(kept, []byte("nessuno")) {
					t.Errorf("%s holds a value", e.Name())
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
	})
}

// TestListOfFlows: a list with the names of flows and nothing else answers them whole,
// as CSV and as a workbook; rows of other flows are counted.
func TestListOfFlows(t *testing.T) {
	d := newDesk(t, "H501")
	d.in("", func(f *office.Office) {
		p := d.prepare(f, flow(t, flusso.SINBA, "H501", 1, 4))
		m := mapOf(t, "columns: {esito: esito, id_flusso: flusso}\naccepted: [OK]\nrejected: [KO]\n")
		list := "Flusso,Esito\nH501.PS.20200101.0000001,OK\n" + p.IDFlusso + ",KO\n"
		done, err := f.EnterList(t.Context(), strings.NewReader(list), int64(len(list)), m, bytes.NewReader(d.file(p)), "", false)
		if err != nil || done.Elsewhere != 1 || done.Rejected != p.Records || done.Flow.Rejected != p.Records {
			t.Errorf("it is %+v (%v)", done, err)
		}
	})
}

// TestListWorkbook: a list as a workbook, with days as Excel keeps them.
func TestListWorkbook(t *testing.T) {
	d := newDesk(t, "H501")
	d.in("", func(f *office.Office) {
		p := d.prepare(f, flow(t, flusso.PSPSASINA, "H501", 1, 6))
		var book bytes.Buffer
		if _, err := convert.Flow(&book, convert.Workbook, bytes.NewReader(d.file(p)), schema.Options{}); err != nil {
			t.Fatal(err)
		}
		// The flow itself is a list of its records. Where a benefit was paid once the column
		// of the day that it names is empty, and the row is about nothing.
		m := mapOf(t, "columns: {esito: PresenzaProvaMezzi, CodiceFiscale: CodiceFiscale, ProtocolloDomanda: ProtocolloDomanda, data: DataInizioPrestazione}\naccepted: [\"1\", \"2\", \"3\", \"4\"]\nrejected: [x]\n")
		started := int64(bytes.Count(d.file(p), []byte(" DataInizioPrestazione=")))
		done, err := f.EnterList(t.Context(), bytes.NewReader(book.Bytes()), int64(book.Len()), m, bytes.NewReader(d.file(p)), "", false)
		if err != nil || started == 0 || done.Accepted != started || done.Unmatched.Count != p.Records-started || done.Unclear.Count > 0 {
			t.Errorf("%d have a day; it is %+v (%v)", started, done, err)
		}
	})
}

// TestListRefused: a map or a list that cannot be read is refused with what is wrong.
func TestListRefused(t *testing.T) {
	for text, want := range map[string]string{
		"columns: {esito: x}\naccepted: [a]\nrejected: [b]\n":                          "di quale record parla una riga",
		"columns: {esito: x, id_flusso: y}\naccepted: [\"a  b\"]\nrejected: [A B]\n":   "la stessa parola",
		"columns: {id_flusso: y}\naccepted: [a]\nrejected: [b]\n":                      "esito",
		"columns: {esito: x, id_flusso: y, motivo: z}\naccepted: [a]\nrejected: [b]\n": "key is unknown",
	} {
		_, err := office.ReadListMap("elenco.yaml", []byte(text))
		if err == nil || !strings.Contains(spoken(err), want) {
			t.Errorf("%q: %q has no %q", text, spoken(err), want)
		}
	}
	d := newDesk(t, "H501")
	d.in("", func(f *office.Office) {
		p := d.prepare(f, flow(t, flusso.PSPSASINA, "H501", 1, 2))
		for list, want := range map[string]string{"": "intestazioni", "a;b\n1;2\n": "intestazioni", "Stato;x\"y\n": "riga 1"} {
			_, err := f.EnterList(t.Context(), strings.NewReader(list), int64(len(list)), mapOf(t, listMap), bytes.NewReader(d.file(p)), "", false)
			if err == nil || flusso.KindOf(err) != flusso.Invalid || !strings.Contains(spoken(err), want) {
				t.Errorf("%q: %q", list, spoken(err))
			}
		}
		if now, err := f.Flow(t.Context(), p.IDFlusso); err != nil || now.State != ledger.Ready {
			t.Errorf("it is %+v (%v)", now, err)
		}
	})
}

// spoken is what a person reads of an error, in Italian.
func spoken(err error) string {
	var known *flusso.Error
	if errors.As(err, &known) {
		return known.What.It + ": " + err.Error()
	}
	return fmt.Sprint(err)
}
