package demo

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"flussi/internal/flusso"
	"flussi/internal/invia"
	"flussi/internal/schema"
	"flussi/internal/spool"
	"flussi/internal/synth"
)

// The demo's exchanges, as files of its schedules folder.
var exchanges = map[string]string{
	"ritorno-inps": `# (a) La Regione prende dall'INPS il flusso di ritorno e ne pubblica i dataset.
name: ritorno-inps
pull: {from: "inps:/out", match: ["*.csv", "*.csv.gz", "*.zip"]}
flow: ritorno
layout: ../layouts/ritorno-inps.yaml
disclose: [{to: regione-lazio}, {to: ministero-lavoro}]
`,
	"relay-comuni": `# (b) La Regione inoltra all'INPS i flussi dei comuni, byte per byte, e non ne
# tiene nulla; per gli Enti con una delega resta una vista anonima.
name: relay-comuni
pull: {from: "hub:/out"}
flow: auto
relay: {to: "inps:/in", as: inps}
disclose: [{to: regione-lazio}]
`,
	"comune-invio": `# (c) Un comune controlla e invia il proprio flusso.
name: comune-invio
push: {from: ../comune/in-uscita, to: "inps:/in", as: inps, match: ["*.xml"]}
flow: auto
report: ../comune/rapporti
`,
}

// The Enti of the synthetic scenes, all in Lazio. The first gave a delega.
var (
	withDelega    = synth.Ente{Codice: "E472", Denominazione: "Comune di Latina (sintetico)", Indirizzo: "E472"}
	withoutDelega = synth.Ente{Codice: "M082", Denominazione: "Comune di Viterbo (sintetico)", Indirizzo: "M082"}
	ownBatch      = synth.Ente{Codice: "H282", Denominazione: "Comune di Rieti (sintetico)", Indirizzo: "H282"}
)

const lazio = "12" // ISTAT

// scene is what to run, and what to put in place before each run.
type scene struct {
	letter string
	steps  []step
}

type step struct {
	schedule string
	before   func() error
}

// publish puts the flows where the scenes find them, each once in the life of
// the folder, and gives the scenes to play.
func (s *stage) publish(ctx context.Context) ([]scene, error) {
	if s.Flows != "" {
		return s.publishGiven(ctx)
	}
	return s.publishSynthetic()
}

func (s *stage) publishSynthetic() ([]scene, error) {
	n := max(s.Beneficiari, 20)
	return_ := synth.Options{Tipo: flusso.Ritorno, Beneficiari: n / 2, Seed: s.Seed, Faults: 0.01, Regione: lazio}
	own := synth.Options{Tipo: flusso.PSPSASINA, Beneficiari: n / 10, Seed: s.Seed, Faults: 0.05, Ente: ownBatch}
	mended := own
	mended.Faults = 0
	if err := s.writeDelega(withDelega.Codice); err != nil {
		return nil, err
	}
	for _, f := range []struct {
		server *invia.Server
		user   string
		synth.Options
	}{
		{s.inps, userINPS, return_},
		{s.hub, userComuni, synth.Options{Tipo: flusso.PSPSASINA, Beneficiari: n / 5, Seed: s.Seed, Ente: withDelega}},
		{s.hub, userComuni, synth.Options{Tipo: flusso.SINBA, Beneficiari: n / 20, Seed: s.Seed, Ente: withDelega, Progressivo: 2}},
		{s.hub, userComuni, synth.Options{Tipo: flusso.PSPSASINA, Beneficiari: n - n/2 - n/5 - n/20 - n/10, Seed: s.Seed, Ente: withoutDelega}},
	} {
		name, err := nameOf(f.Options)
		if err != nil {
			return nil, err
		}
		err = s.once(fmt.Sprintf("%s %+v", name, f.Options), func() error {
			return f.server.Publish(f.user, name, generated(f.Options))
		})
		if err != nil {
			return nil, err
		}
	}
	put := func(o synth.Options) func() error {
		return func() error {
			name, err := nameOf(o)
			if err != nil {
				return err
			}
			return s.once(fmt.Sprintf("%s %+v", name, o), func() error {
				return spool.WriteFile(spool.OS, s.path("comune", "in-uscita", name), spool.FilePerm, func(w io.Writer) error {
					_, err := synth.Write(w, o)
					return err
				})
			})
		}
	}
	nothing := func() error { return nil }
	return []scene{
		{"a", []step{{"ritorno-inps", nothing}}},
		{"b", []step{{"relay-comuni", nothing}}},
		{"c", []step{{"comune-invio", put(own)}, {"comune-invio", put(mended)}}},
	}, nil
}

// publishGiven publishes the files of a folder: XML flows at the hub, as the
// comuni's; anything else at INPS's endpoint, as return flows. The first Ente
// by code is given a delega, so that both outcomes of a relay can be seen.
func (s *stage) publishGiven(ctx context.Context) ([]scene, error) {
	files, err := os.ReadDir(s.Flows)
	if err != nil {
		return nil, &flusso.Error{Op: "demo", Kind: flusso.Invalid, What: textNoFlows, Hint: hintNoFlows, Err: err}
	}
	var enti []string
	var returns, relayed int
	for _, entry := range files {
		if !entry.Type().IsRegular() || strings.HasPrefix(entry.Name(), ".") {
			continue
		}
		path := filepath.Join(s.Flows, entry.Name())
		ente, isXML, err := look(ctx, path)
		if err != nil {
			return nil, err
		}
		server, user := s.inps, userINPS
		if isXML {
			server, user = s.hub, userComuni
			relayed++
			if ente != "" {
				enti = append(enti, ente)
			}
		} else {
			returns++
		}
		if err := s.publishFile(server, user, path); err != nil {
			return nil, err
		}
	}
	if returns+relayed == 0 {
		return nil, &flusso.Error{Op: "demo", Kind: flusso.Invalid, What: textNoFlows, Hint: hintNoFlows}
	}
	if len(enti) > 0 {
		if err := s.writeDelega(slices.Min(enti)); err != nil {
			return nil, err
		}
	}
	nothing := func() error { return nil }
	return []scene{
		{"a", []step{{"ritorno-inps", nothing}}},
		{"b", []step{{"relay-comuni", nothing}}},
	}, nil
}

func (s *stage) publishFile(server *invia.Server, user, path string) error {
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("open a flow of the folder: %w", err)
	}
	defer func() { _ = f.Close() }() // read only: its error changes nothing
	sum := sha256.New()
	if _, err := io.Copy(sum, f); err != nil {
		return fmt.Errorf("read a flow of the folder: %w", err)
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return fmt.Errorf("rewind a flow of the folder: %w", err)
	}
	digest, name := hex.EncodeToString(sum.Sum(nil)), filepath.Base(path)
	s.names[digest] = name
	return s.once(digest+" "+name, func() error { return server.Publish(user, name, f) })
}

// look tells whether a file is XML and which Ente its header names.
func look(ctx context.Context, path string) (ente string, isXML bool, err error) {
	f, err := os.Open(path)
	if err != nil {
		return "", false, fmt.Errorf("open a flow of the folder: %w", err)
	}
	defer func() { _ = f.Close() }() // read only: its error changes nothing
	in := bufio.NewReader(f)
	head, err := in.Peek(512)
	if err != nil && err != io.EOF {
		return "", false, fmt.Errorf("read a flow of the folder: %w", err)
	}
	head = bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), " \t\r\n")
	if !bytes.HasPrefix(head, []byte("<")) {
		return "", false, nil
	}
	summary, _ := schema.Check(ctx, in, schema.Options{}) // the run judges it; here only its Ente matters
	return summary.EnteCodice, true, ctx.Err()
}

// once does what puts a flow in place, unless it was done before in this
// folder. A crash between the two does it again, with the same bytes, before
// anybody has taken them.
func (s *stage) once(what string, do func() error) error {
	sum := sha256.Sum256([]byte(what))
	mark := s.path("pubblicati", hex.EncodeToString(sum[:]))
	if _, err := os.Stat(mark); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := do(); err != nil {
		return err
	}
	if err := spool.MkdirAll(spool.OS, filepath.Dir(mark)); err != nil {
		return err
	}
	return spool.WriteFile(spool.OS, mark, spool.FilePerm, func(io.Writer) error { return nil })
}

func (s *stage) writeDelega(ente string) error {
	return s.write(s.path("deleghe", "delega.yaml"), fmt.Appendf(nil, `# Un Ente consente una vista anonima dei flussi che inoltriamo per lui.
ente: %q
atto: Deliberazione di Giunta n. 1 del 2020 (inventata)
finalita: programmazione sociale di ambito
categorie: [ente_erogatore, tipologia, caratteristiche, valore_isee, nucleo]
operazioni: [trasmissione, vista_anonima]
from: 2020-01-01
to: 2099-12-31
`, ente))
}

// nameOf is the file name of a synthetic flow.
func nameOf(o synth.Options) (string, error) {
	if o.Tipo == flusso.Ritorno {
		return lazio + ".ritorno.20260131.0000001.csv", nil
	}
	o.Beneficiari = 1 // the name does not depend on the size
	stats, err := synth.Write(io.Discard, o)
	return stats.FlussoNome + ".xml", err
}

// generated is a synthetic flow as a stream.
func generated(o synth.Options) io.Reader {
	r, w := io.Pipe()
	go func() {
		_, err := synth.Write(w, o)
		w.CloseWithError(err) // nil is io.EOF; a reader that gave up ends Write
	}()
	return r
}
