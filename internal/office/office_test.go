package office_test

import (
	"bytes"
	"database/sql"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"flussi/internal/convert"
	"flussi/internal/esiti"
	"flussi/internal/flusso"
	"flussi/internal/ledger"
	"flussi/internal/office"
	"flussi/internal/report"
	"flussi/internal/schema"
	"flussi/internal/synth"
)

// desk is an installation with a clock of its own.
type desk struct {
	*testing.T
	root, out string
	now       time.Time
}

func newDesk(t *testing.T, enti ...string) *desk {
	t.Helper()
	d := &desk{T: t, root: t.TempDir(), out: t.TempDir(), now: time.Date(2026, 2, 1, 9, 0, 0, 0, time.UTC)}
	for _, codice := range enti {
		if err := office.Add(d.root, office.Ente{Codice: codice, Denominazione: "Comune di prova", Operatore: "op-1"}); err != nil {
			t.Fatal(err)
		}
	}
	return d
}

func (d *desk) open(codice string) *office.Office {
	d.Helper()
	f, err := office.Open(d.Context(), d.root, codice, office.Options{Now: func() time.Time { return d.now }, Login: "prova"})
	if err != nil {
		d.Fatal(err)
	}
	return f
}

// in does something in an Ente's memory, which is closed behind it.
func (d *desk) in(codice string, do func(*office.Office)) {
	d.Helper()
	f := d.open(codice)
	do(f)
	if err := f.Close(); err != nil {
		d.Fatal(err)
	}
}

// flow is a valid synthetic one of an Ente.
func flow(t testing.TB, tipo flusso.Tipo, ente string, seed uint64, beneficiari int) []byte {
	t.Helper()
	var b bytes.Buffer
	if _, err := synth.Write(&b, synth.Options{Tipo: tipo, Beneficiari: beneficiari, Seed: seed, Ente: synth.Ente{Codice: ente, Denominazione: "Comune di prova", Indirizzo: ente}}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func (d *desk) ask(content []byte) office.Request {
	return office.Request{Source: bytes.NewReader(content), Size: int64(len(content)), Name: "maggio.xml", How: schema.Options{Rows: true}, Folder: d.out}
}

func (d *desk) prepare(f *office.Office, content []byte) ledger.Prepared {
	d.Helper()
	p, _, err := f.Prepare(d.Context(), d.ask(content))
	if err != nil {
		d.Fatal(err)
	}
	return p
}

func (d *desk) file(p ledger.Prepared) []byte {
	d.Helper()
	content, err := os.ReadFile(filepath.Join(d.out, office.FileOf(p)))
	if err != nil {
		d.Fatal(err)
	}
	return content
}

// TestNumbers: each flow has a number of its own, by Ente, kind and day, however the
// clock is set; the file is called after it, says it, and is valid.
func TestNumbers(t *testing.T) {
	d := newDesk(t, "H501", "A010")
	var names []string
	for step, s := range []struct {
		day  int
		tipo flusso.Tipo
		ente string
	}{
		{1, flusso.PSPSASINA, "H501"}, {1, flusso.PSPSASINA, "H501"}, {1, flusso.SINBA, "H501"}, {1, flusso.PSPSASINA, "A010"},
		{2, flusso.PSPSASINA, "H501"}, {1, flusso.PSPSASINA, "H501"}, {2, flusso.PSPSASINA, "H501"},
	} {
		d.now = time.Date(2026, 2, s.day, 9, 0, 0, 0, time.UTC)
		d.in(s.ente, func(f *office.Office) {
			p := d.prepare(f, flow(t, s.tipo, s.ente, uint64(step)+1, 3))
			names = append(names, p.IDFlusso)
			content := d.file(p)
			summary, err := schema.Check(t.Context(), bytes.NewReader(content), schema.Options{})
			if err != nil || summary.Errors > 0 || summary.Records != p.Records || p.Records == 0 || p.Size != int64(len(content)) {
				t.Errorf("%s: %+v, %v", p.IDFlusso, summary, err)
			}
			if !bytes.Contains(content, []byte(`Nome="`+p.IDFlusso+`"`)) {
				t.Errorf("%s does not say its name", p.IDFlusso)
			}
		})
	}
	want := "H501.PS.20260201.0000001 H501.PS.20260201.0000002 H501.SINBA.20260201.0000001 A010.PS.20260201.0000001 " +
		"H501.PS.20260202.0000001 H501.PS.20260201.0000003 H501.PS.20260202.0000002"
	if got := strings.Join(names, " "); got != want {
		t.Errorf("the numbers are %s, not %s", got, want)
	}
}

// TestReserve: a computer keeps to its range; once that is used up it says so, and uses
// no other's.
func TestReserve(t *testing.T) {
	d := newDesk(t, "H501")
	d.in("", func(f *office.Office) {
		first := d.prepare(f, flow(t, flusso.PSPSASINA, "H501", 1, 2))
		if err := f.Reserve(t.Context(), flusso.PSPSASINA, 500, 501); err != nil {
			t.Fatal(err)
		}
		a, b := d.prepare(f, flow(t, flusso.PSPSASINA, "H501", 2, 2)), d.prepare(f, flow(t, flusso.PSPSASINA, "H501", 3, 2))
		if first.Number != 1 || a.Number != 500 || b.Number != 501 {
			t.Errorf("the numbers are %d, %d, %d", first.Number, a.Number, b.Number)
		}
		if _, _, err := f.Prepare(t.Context(), d.ask(flow(t, flusso.PSPSASINA, "H501", 4, 2))); flusso.KindOf(err) != flusso.Invalid {
			t.Errorf("behind the last number: %v", err)
		}
		for _, r := range [][2]int{{0, 5}, {5, 4}, {1, 10_000_000}} {
			if err := f.Reserve(t.Context(), flusso.PSPSASINA, r[0], r[1]); flusso.KindOf(err) != flusso.Invalid {
				t.Errorf("%v is a range: %v", r, err)
			}
		}
	})
}

// TestRefused: what is not valid, another Ente's, several, or was prepared before, takes
// no number and leaves no file.
func TestRefused(t *testing.T) {
	d := newDesk(t, "H501")
	good := flow(t, flusso.PSPSASINA, "H501", 1, 5)
	d.in("H501", func(f *office.Office) {
		broken := bytes.Replace(good, []byte(`TipoOperazione="I"`), []byte(`TipoOperazione="X"`), 1)
		_, found, err := f.Prepare(t.Context(), d.ask(broken))
		if !errors.Is(err, office.ErrNotValid) || len(found.Details) == 0 {
			t.Errorf("a flow with an error: %v, %d faults", err, len(found.Details))
		}
		for what, content := range map[string][]byte{"another Ente's": flow(t, flusso.PSPSASINA, "A010", 1, 2), "no flow": []byte("ciao"), "nothing": nil} {
			if _, _, err := f.Prepare(t.Context(), d.ask(content)); err == nil {
				t.Errorf("%s is prepared", what)
			}
		}
		ask := d.ask(good)
		ask.DryRun = true
		if p, _, err := f.Prepare(t.Context(), ask); err != nil || p.Number != 1 || p.Records == 0 {
			t.Errorf("a dry run tells number %d of %d records: %v", p.Number, p.Records, err)
		}
		if left, _ := os.ReadDir(d.out); len(left) > 0 {
			t.Errorf("%d files are left", len(left))
		}
		if p := d.prepare(f, good); p.Number != 1 {
			t.Errorf("the first number is %d", p.Number)
		}
		if _, _, err := f.Prepare(t.Context(), d.ask(good)); flusso.KindOf(err) != flusso.Exists {
			t.Errorf("prepared twice: %v", err)
		}
		ask.DryRun, ask.Again = false, true
		if p, _, err := f.Prepare(t.Context(), ask); err != nil || p.Number != 2 {
			t.Errorf("prepared again: number %d, %v", p.Number, err)
		}
	})
}

// TestWhichEnte: with several Enti somebody says which; one that is open is locked, one
// that is damaged says so.
func TestWhichEnte(t *testing.T) {
	d := newDesk(t)
	open := func(codice string) error {
		f, err := office.Open(t.Context(), d.root, codice, office.Options{Now: time.Now})
		if err == nil {
			err = f.Close()
		}
		return err
	}
	if err := open(""); flusso.KindOf(err) != flusso.Config {
		t.Errorf("without an Ente: %v", err)
	}
	for _, e := range []office.Ente{{Codice: "H501"}, {Codice: "../x", Denominazione: "x"}, {Codice: "h501", Denominazione: "x"}, {Denominazione: "x"}} {
		if err := office.Add(d.root, e); flusso.KindOf(err) != flusso.Invalid {
			t.Errorf("%+v is an Ente: %v", e, err)
		}
	}
	for _, codice := range []string{"H501", "A010"} {
		if err := office.Add(d.root, office.Ente{Codice: codice, Denominazione: `Comune "x": y`}); err != nil {
			t.Fatal(err)
		}
	}
	if err := office.Add(d.root, office.Ente{Codice: "H501", Denominazione: "x"}); flusso.KindOf(err) != flusso.Exists {
		t.Errorf("added twice: %v", err)
	}
	if all, err := office.List(d.root); err != nil || len(all) != 2 || all[0].Codice != "A010" || all[1].Denominazione != `Comune "x": y` {
		t.Errorf("the Enti are %+v (%v)", all, err)
	}
	for _, codice := range []string{"", "B111"} {
		if err := open(codice); flusso.KindOf(err) != flusso.Invalid {
			t.Errorf("%q: %v", codice, err)
		}
	}
	f := d.open("H501")
	if err := open("H501"); flusso.KindOf(err) != flusso.Locked {
		t.Errorf("opened twice: %v", err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(d.root, "enti", "H501", "chiave"), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := open("H501"); flusso.KindOf(err) != flusso.Corrupt {
		t.Errorf("with a damaged key: %v", err)
	}
}

// TestBrokenOff: of a flow whose number was taken when the power went, the file is there
// and it is ready, or it is not and the number is used up; never is a number given twice.
func TestBrokenOff(t *testing.T) {
	for name, there := range map[string]bool{"the file is there": true, "the file is not there": false} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t, "H501")
			content := flow(t, flusso.PSPSASINA, "H501", 1, 5)
			var p ledger.Prepared
			d.in("", func(f *office.Office) { p = d.prepare(f, content) })
			d.asBrokenOff(p)
			path := filepath.Join(d.out, office.FileOf(p))
			if !there {
				if err := os.Rename(path, path+".flussi-part"); err != nil {
					t.Fatal(err)
				}
			}
			d.in("", func(f *office.Office) {
				again, err := f.Flow(t.Context(), p.IDFlusso)
				want := ledger.Dropped
				if there {
					want = ledger.Ready
				}
				if err != nil || again.State != want || there && (again.SHA256 != p.SHA256 || again.Records != p.Records) {
					t.Errorf("it is %+v (%v)", again, err)
				}
				next := d.ask(content)
				next.Again = true
				if p, _, err := f.Prepare(t.Context(), next); err != nil || p.Number != 2 {
					t.Errorf("the next number is %d (%v)", p.Number, err)
				}
			})
			if _, err := os.Stat(path + ".flussi-part"); !errors.Is(err, fs.ErrNotExist) {
				t.Error("the part is still there")
			}
		})
	}
}

// asBrokenOff sets a flow back to where a number was taken and no more.
func (d *desk) asBrokenOff(p ledger.Prepared) {
	d.Helper()
	db, err := sql.Open("sqlite", filepath.Join(d.root, "enti", "H501", "ledger.db"))
	if err != nil {
		d.Fatal(err)
	}
	_, err = db.ExecContext(d.Context(), `DELETE FROM prepared_records; UPDATE prepared SET state = 'taken', sha256 = '', size = 0, records = 0, place = ? WHERE id = ?`, d.out, p.ID)
	err = errors.Join(err, db.Close())
	if err != nil {
		d.Fatal(err)
	}
}

// TestNotWritten: where the file cannot be written nothing is ready. A folder that is not
// there uses up no number; what goes wrong later does.
func TestNotWritten(t *testing.T) {
	d := newDesk(t, "H501")
	content := flow(t, flusso.PSPSASINA, "H501", 1, 5)
	d.in("", func(f *office.Office) {
		ask := d.ask(content)
		ask.Folder = filepath.Join(d.out, "no", "such")
		if _, _, err := f.Prepare(t.Context(), ask); flusso.KindOf(err) != flusso.Invalid {
			t.Error("written into a folder that is not there")
		}
		there := filepath.Join(d.out, "H501.PS.20260201.0000001.xml")
		if err := os.WriteFile(there, []byte("d'altri"), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, _, err := f.Prepare(t.Context(), d.ask(content)); flusso.KindOf(err) != flusso.Exists {
			t.Errorf("over another file: %v", err)
		}
		if kept, _ := os.ReadFile(there); string(kept) != "d'altri" {
			t.Error("another's file is gone")
		}
		list, err := f.Flows(t.Context(), 0)
		if err != nil || len(list) != 1 || list[0].State != ledger.Dropped {
			t.Errorf("the flows are %+v (%v)", list, err)
		}
		if p := d.prepare(f, content); p.Number != 2 {
			t.Errorf("the next number is %d", p.Number)
		}
	})
}

// TestAnswers: what was sent is noted, INPS's answer is its records', once; a later one
// is the last word; reminders come in time and go with what they remind of.
func TestAnswers(t *testing.T) {
	d := newDesk(t, "H501")
	content := flow(t, flusso.PSPSASINA, "H501", 1, 5)
	d.in("", func(f *office.Office) {
		p := d.prepare(f, content)
		due := func() int {
			list, err := f.Reminders(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			return len(list)
		}
		if due() != 0 {
			t.Error("brought to mind at once")
		}
		d.now = d.now.AddDate(0, 0, 3)
		if due() != 1 {
			t.Error("not brought to mind after three days")
		}
		if _, err := f.Uploaded(t.Context(), p.IDFlusso, d.now.AddDate(0, 0, 1), "", ""); flusso.KindOf(err) != flusso.Invalid {
			t.Errorf("sent in the future: %v", err)
		}
		if u, err := f.Uploaded(t.Context(), office.FileOf(p), d.now, "X-1", ""); err != nil || u.State != ledger.Uploaded || u.Protocol != "X-1" {
			t.Errorf("it is %+v (%v)", u, err)
		}
		if _, err := f.Uploaded(t.Context(), p.IDFlusso, d.now, "", ""); flusso.KindOf(err) != flusso.Invalid {
			t.Errorf("sent twice: %v", err)
		}
		if due() != 0 {
			t.Error("what was sent is brought to mind")
		}
		d.now = d.now.AddDate(0, 0, 30)
		if due() != 1 {
			t.Error("what is not answered is not brought to mind")
		}
		answer := func(codice esiti.Codice, at int) esiti.Esito {
			return esiti.Esito{IDFlusso: p.IDFlusso, Tipo: flusso.PSPSASINA, FlussoAt: d.now, AcquisizioneAt: d.now.Add(time.Duration(at) * time.Hour), Codice: codice}
		}
		strange := esiti.Esito{IDFlusso: "H501.PS.20200101.0000001", Tipo: flusso.PSPSASINA, AcquisizioneAt: d.now, Codice: esiti.OK}
		for i, step := range []struct {
			all                 []esiti.Esito
			dryRun              bool
			newly, known, other int
			accepted            bool
		}{
			{[]esiti.Esito{answer(esiti.DatiNonTrovati, 1), strange}, true, 1, 0, 0, false},
			{[]esiti.Esito{answer(esiti.DatiNonTrovati, 1), strange}, false, 1, 0, 0, false},
			{[]esiti.Esito{answer(esiti.DatiNonTrovati, 1)}, false, 0, 1, 0, false},
			{[]esiti.Esito{answer(esiti.OK, 1)}, false, 0, 0, 1, false},
			{[]esiti.Esito{answer(esiti.OK, 3)}, false, 1, 0, 0, true},
			{[]esiti.Esito{answer(esiti.ErroreGenerico, 2)}, false, 1, 0, 0, true}, // older than the last word
		} {
			done, err := f.EnterEsiti(t.Context(), step.all, "", step.dryRun)
			if err != nil || len(done.New) != step.newly || done.Known != step.known || len(done.Other) != step.other || i < 2 && (len(done.Strange) != 1 || done.Strange[0] != 2) {
				t.Errorf("step %d: %+v (%v)", i, done, err)
			}
			now, err := f.Flow(t.Context(), p.IDFlusso)
			if err != nil {
				t.Fatal(err)
			}
			accepted, rejected := int64(0), now.Records
			switch {
			case step.accepted:
				accepted, rejected = now.Records, 0
			case step.dryRun:
				rejected = 0
			}
			if now.Accepted != accepted || now.Rejected != rejected {
				t.Errorf("step %d: %d accepted, %d rejected", i, now.Accepted, now.Rejected)
			}
		}
		if due() != 0 {
			t.Error("what was answered is brought to mind")
		}
	})
}

// TestRejected: the records that INPS rejected come back from the file that was sent,
// and from no other.
func TestRejected(t *testing.T) {
	d := newDesk(t, "H501")
	d.in("", func(f *office.Office) {
		p := d.prepare(f, flow(t, flusso.PSPSASINA, "H501", 1, 5))
		q := d.prepare(f, flow(t, flusso.PSPSASINA, "H501", 2, 5))
		rejected := func(form convert.Form, content []byte) (string, error) {
			var out bytes.Buffer
			_, err := f.Rejected(t.Context(), p.IDFlusso, bytes.NewReader(content), form, &out)
			return out.String(), err
		}
		if _, err := rejected(convert.XML, d.file(p)); flusso.KindOf(err) != flusso.Invalid {
			t.Errorf("before an answer: %v", err)
		}
		e := esiti.Esito{IDFlusso: p.IDFlusso, Tipo: flusso.PSPSASINA, AcquisizioneAt: d.now, Codice: esiti.RichiestaInvalida}
		if _, err := f.EnterEsiti(t.Context(), []esiti.Esito{e}, "", false); err != nil {
			t.Fatal(err)
		}
		if _, err := rejected(convert.XML, d.file(q)); flusso.KindOf(err) != flusso.Invalid {
			t.Errorf("of another file: %v", err)
		}
		if got, err := rejected(convert.XML, d.file(p)); err != nil || got != string(d.file(p)) {
			t.Errorf("all were rejected, and something else comes back (%v)", err)
		}
		for _, form := range []convert.Form{convert.CSV, convert.Workbook} {
			content, err := rejected(form, d.file(p))
			if err != nil {
				t.Fatal(err)
			}
			if s, err := schema.Check(t.Context(), strings.NewReader(content), schema.Options{Rows: true}); err != nil || s.Records != p.Records {
				t.Errorf("%v: %d records (%v)", form, s.Records, err)
			}
		}
	})
}

// TestNothingKept: neither the memory nor what is told of it holds a value of a
// Beneficiario; who did what is in a log that verifies.
func TestNothingKept(t *testing.T) {
	d := newDesk(t, "H501")
	content := bytes.ReplaceAll(flow(t, flusso.PSPSASINA, "H501", 1, 20), []byte(`Cognome="`), []byte(`Cognome="ZQX`))
	var found report.File
	d.in("", func(f *office.Office) {
		var err error
		if _, found, err = f.Prepare(t.Context(), d.ask(content)); err != nil {
			t.Fatal(err)
		}
	})
	if found.Records == 0 {
		t.Fatal("nothing was found")
	}
	var values [][]byte
	for _, mark := range []string{`CodiceFiscale="`, `Cognome="`, `ProtocolloDomanda="`} {
		for _, part := range bytes.Split(content, []byte(mark))[1:] {
			if v, _, _ := bytes.Cut(part, []byte(`"`)); len(v) > 5 {
				values = append(values, v)
			}
		}
	}
	err := filepath.WalkDir(d.root, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		kept, err := os.ReadFile(path)
		for _, v := range values {
			if bytes.Contains(kept, v) {
				t.Errorf("%s holds a value", e.Name())
			}
		}
		return err
	})
	if err != nil || len(values) < 20 {
		t.Fatalf("%d values looked for (%v)", len(values), err)
	}
	l, err := ledger.Open(t.Context(), filepath.Join(d.root, "enti", "H501", "ledger.db"), ledger.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	if root, err := l.Verify(t.Context()); err != nil || root.Size != 1 {
		t.Errorf("the log has %d entries (%v)", root.Size, err)
	}
}

// failsAt is a source whose n-th read from now fails, and all behind it.
type failsAt struct {
	*bytes.Reader
	left int
}

var errGone = errors.New("the disk is gone")

func (r *failsAt) ReadAt(b []byte, off int64) (int, error) {
	if r.left--; r.left < 0 {
		return 0, errGone
	}
	return r.Reader.ReadAt(b, off)
}

// TestSourceFails: whichever read of the file fails, nothing is ready, no file is left, and
// the next flow has a number of its own.
func TestSourceFails(t *testing.T) {
	d := newDesk(t, "H501")
	content := flow(t, flusso.PSPSASINA, "H501", 1, 200)
	dropped := 0
	for reads := 0; ; reads++ {
		if reads > 1000 {
			t.Fatal("it never ends")
		}
		var p ledger.Prepared
		var err error
		d.in("", func(f *office.Office) {
			ask := d.ask(content)
			ask.Source = &failsAt{bytes.NewReader(content), reads}
			p, _, err = f.Prepare(t.Context(), ask)
			all, listed := f.Flows(t.Context(), 0)
			if listed != nil {
				t.Fatal(listed)
			}
			for i, one := range all {
				if ready := one.State == ledger.Ready; ready != (err == nil && i == 0) || one.Number != len(all)-i {
					t.Errorf("%d reads: flow %d is %s under number %d", reads, one.ID, one.State, one.Number)
				}
			}
			dropped = len(all)
		})
		left, listed := os.ReadDir(d.out)
		if listed != nil {
			t.Fatal(listed)
		}
		if err == nil {
			if len(left) != 1 || left[0].Name() != office.FileOf(p) {
				t.Errorf("%d files are left", len(left))
			}
			break
		}
		if !errors.Is(err, errGone) || len(left) != 0 {
			t.Errorf("%d reads: %v, and %d files are left", reads, err, len(left))
		}
	}
	if dropped < 2 {
		t.Error("no read failed behind the number")
	}
}
