package exchange_test

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"filippo.io/age"

	"flussi/internal/anonymize"
	"flussi/internal/config"
	"flussi/internal/exchange"
	"flussi/internal/flusso"
	"flussi/internal/ledger"
	"flussi/internal/synth"
	"flussi/internal/table"
)

// codesWorld is a house of which a Region gets rows of persons with codes by a
// holder's key, and a provincia too.
func codesWorld(t *testing.T) *world {
	w := newWorld(t, terms{})
	identity, err := age.GenerateX25519Identity()
	w.must(err)
	file, _, _ := strings.Cut(w.read("flussi.yaml"), "recipients:\n")
	w.write("flussi.yaml", strings.Replace(file, `codice: "120", denominazione: Regione di prova`, "codice: CENTRO, denominazione: Centro servizi", 1)+`  conv-1: {with: Direzione programmazione, act: DGR 2/2020, purpose: programmazione, from: 2020-01-01, to: 2099-12-31}
  conv-2: {with: Ufficio di piano, act: DGR 3/2020, purpose: programmazione, from: 2020-01-01, to: 2099-12-31}
key_holders:
  custode: {codice: CUSTODI, denominazione: Collegio dei custodi, act: DGR 9/2020, escrow: [`+identity.Recipient().String()+`]}
recipients:
  regione-lazio: {class: regione, territory: {regione: ITI4}, agreement: conv-1, linkability: window, key_holder: custode, datasets: {prestazioni: individuale_anonimo}, schemes: {prestazioni: persone.json}}
  provincia-rm: {class: comune, territory: {provincia: "058"}, agreement: conv-2, linkability: window, key_holder: custode, datasets: {prestazioni: individuale_anonimo}, schemes: {prestazioni: persone.json}}
`)
	w.must(os.RemoveAll(w.path("schedules")))
	w.write("schedules/arrivi.yaml", "name: arrivi\npull: {from: \"dir:../arrivi\"}\ndisclose: [{to: regione-lazio}, {to: provincia-rm}]\n")
	w.arrives("fit", 1, 3000)
	local := &exchange.Local{
		Matrix: anonymize.DefaultMatrix(), Now: w.clock.now, Key: make([]byte, 32),
		Recipient: anonymize.Recipient{Name: "regione-lazio", Class: anonymize.Regione, Territory: anonymize.Territory{Regione: "ITI4"}, Linkability: anonymize.LinkWindow},
	}
	scheme, _, err := local.FitScheme(context.Background(), exchange.LocalTarget{Dataset: "prestazioni", Level: anonymize.IndividualeAnonimo},
		anonymize.Fit{Releases: 2, From: "2026-01-01", To: "2027-12-31"}, []string{w.path("fit/1.xml")})
	w.must(err)
	text, err := json.Marshal(scheme)
	w.must(err)
	w.write("persone.json", string(text))
	return w
}

// arrives writes a flow: always of the same people, with other practices each time.
func (w *world) arrives(folder string, number, beneficiari int) {
	w.Helper()
	_, data := flow(w, synth.Options{Tipo: flusso.PSPSASINA, Beneficiari: beneficiari, Seed: 7, Progressivo: number, Year: 2025, Regione: "12", Ente: synth.Ente{Codice: "E472", Indirizzo: "E472"}})
	practices := strings.ReplaceAll(string(data), `ProtocolloDomanda="`, fmt.Sprintf(`ProtocolloDomanda="%d`, number))
	w.write(fmt.Sprintf("%s/%d.xml", folder, number), practices)
}

// key does something with the holder's key, by chance as outside of tests.
func (w *world) key(act func(context.Context, *exchange.House) (ledger.CodeKey, error)) ledger.CodeKey {
	w.Helper()
	cfg, err := config.Load(w.path("flussi.yaml"))
	w.must(err)
	opt := w.options()
	opt.Rand = rand.Reader
	for end := time.Now().Add(10 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		house, err := exchange.Open(context.Background(), cfg, opt)
		if flusso.KindOf(err) == flusso.Locked && time.Now().Before(end) {
			continue // see run
		}
		w.must(err)
		k, err := act(context.Background(), house)
		w.must(errors.Join(err, house.Close()))
		return k
	}
}

// codes are those that a release adds to the one before it.
func (w *world) codes(release string) map[string]bool {
	w.Helper()
	all := map[string]bool{}
	files, err := filepath.Glob(filepath.Join(release, "anno=*", "*", filepath.Base(release)+"-*.parquet"))
	w.must(err)
	for _, name := range files {
		f, err := os.Open(name)
		w.must(err)
		info, err := f.Stat()
		w.must(err)
		file, err := table.OpenParquet(f, info.Size())
		w.must(err)
		_, groups, err := file.Columns()
		w.must(err)
		for g := range groups {
			w.must(file.ReadGroup(g, []string{"persona"}, func(c *table.Chunk) error {
				for row := range c.Rows() {
					all[string(c.Columns[0].Text(row))] = true
				}
				return nil
			}))
		}
		w.must(f.Close())
	}
	if len(all) < 100 {
		w.Fatalf("%d codes in %d files", len(all), len(files))
	}
	return all
}

func common(a, b map[string]bool) (n int) {
	for c := range a {
		if b[c] {
			n++
		}
	}
	return n
}

// TestCodesByAHoldersKey: the Region knows a person again in the next release, and
// nobody in what the provincia has; a renewed key ends that. Each release names its
// key in the audit log, and without a key there is none.
func TestCodesByAHoldersKey(t *testing.T) {
	w := codesWorld(t)
	w.arrives("arrivi", 1, 1200)
	if _, err := w.run("arrivi"); flusso.KindOf(err) != flusso.Denied {
		t.Fatalf("without a key: %v", err)
	}
	first := w.key(func(ctx context.Context, h *exchange.House) (ledger.CodeKey, error) {
		return h.MakeCodeKey(ctx, exchange.CodeKeyRequest{Holder: "custode", Escrow: w.path("1.age"), Operator: "op-1"})
	})
	secrets := []string{w.read("stato/codes/custode-1.key")}
	var second ledger.CodeKey
	released := map[string][]map[string]bool{}
	ids := map[string]string{}
	for month := range 3 {
		if month == 2 {
			second = w.key(func(ctx context.Context, h *exchange.House) (ledger.CodeKey, error) {
				return h.RenewCodeKey(ctx, exchange.CodeKeyRequest{Holder: "custode", Escrow: w.path("2.age"), Operator: "op-1"})
			})
		}
		w.arrives("arrivi", 1+month, 1200)
		result, err := w.run("arrivi")
		w.must(err)
		for _, r := range result.Recipients {
			report, err := os.ReadFile(filepath.Join(r.Release, "divulgazione.json"))
			w.must(err)
			if !strings.Contains(string(report), `"key_holder": "Collegio dei custodi"`) {
				t.Errorf("the report of %s does not say who keeps the key", r.Name)
			}
			released[r.Name] = append(released[r.Name], w.codes(r.Release))
			ids["release/"+r.Name+"/"+r.Dataset+"/"+filepath.Base(r.Release)] = map[bool]string{true: second.KeyID, false: first.KeyID}[month == 2]
		}
	}
	region, provincia := released["regione-lazio"], released["provincia-rm"]
	if len(region) != 3 || len(provincia) != 3 || len(ids) != 6 {
		t.Fatalf("%d and %d releases", len(region), len(provincia))
	}
	for month := range 3 {
		if n := common(region[month], provincia[month]); n > 0 {
			t.Errorf("month %d: %d codes are the Region's and the provincia's", month, n)
		}
	}
	if n := common(region[0], region[1]); n < 100 {
		t.Errorf("the Region knows %d persons again", n)
	}
	w.must(w.ledger().EachEntry(t.Context(), 0, func(l ledger.Logged) error {
		if e := l.Entry; e.Event == ledger.DisclosureDone {
			if e.KeyID != ids[e.Object] {
				t.Errorf("%s: made with key %q, want %q", e.Object, e.KeyID, ids[e.Object])
			}
			delete(ids, e.Object)
		}
		return nil
	}))
	if len(ids) > 0 {
		t.Errorf("not on record: %v", ids)
	}
	if notes := w.keyNotes(); len(notes) != 0 {
		t.Errorf("of a new key check notes %v", notes)
	}
	w.clock.set(w.clock.now().AddDate(2, 0, 0))
	if notes := w.keyNotes(); len(notes) != 1 || !strings.Contains(notes[0].What.En, "since 2026-03-02") {
		t.Errorf("of a key of two years check notes %v", notes)
	}
	w.nowhereElse(append(secrets, w.read("stato/codes/custode-2.key")))
}

// keyNotes are what check notes of the holder's key.
func (w *world) keyNotes() (notes []exchange.Note) {
	w.Helper()
	cfg, err := config.Load(w.path("flussi.yaml"))
	w.must(err)
	exchange.Check(context.Background(), cfg, nil, w.clock.now, false, func(f exchange.Finding) {
		if f.Subject == "key holder custode" {
			w.must(f.Err)
			notes = append(notes, f.Notes...)
		}
	})
	return notes
}

// nowhereElse looks for keys in every file there is, but for the one in use, and
// in what was logged.
func (w *world) nowhereElse(keys []string) {
	w.Helper()
	var texts, names []string
	w.must(filepath.WalkDir(w.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() || d.Name() == "custode-2.key" {
			return err
		}
		content, err := os.ReadFile(path)
		texts, names = append(texts, string(content)), append(names, path)
		return err
	}))
	texts, names = append(texts, w.log.String()), append(names, "log")
	for _, key := range keys {
		digits := strings.Fields(key)[len(strings.Fields(key))-1]
		raw, err := hex.DecodeString(digits)
		w.must(err)
		for i, text := range texts {
			for _, form := range []string{digits, strings.ToUpper(digits), string(raw), base64.StdEncoding.EncodeToString(raw)[:40]} {
				if strings.Contains(text, form) {
					w.Errorf("a key stands in %s", names[i])
				}
			}
		}
	}
}
