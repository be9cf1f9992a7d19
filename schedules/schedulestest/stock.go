package schedulestest

import (
	"bytes"
	"iter"
	"maps"
	"path"

	"flussi/internal/flusso"
	"flussi/internal/synth"
)

// placed is a flow and the folder in which an example finds it.
type placed struct {
	folder string
	synth.Options
}

// stock is what each example takes, by its name.
var stock = map[string][]placed{
	"ritorno-inps":     {{"inps/users/" + INPSUser + "/out", returned}},
	"ritorno-archivio": {{Var + "/archivio", returned}},
	// Of a comune with a delega, and of one without.
	"relay-comuni": {{"hub/users/" + HubUser + "/out", roma}, {"hub/users/" + HubUser + "/out", latina}},
	// One of another kind is not for INPS.
	"relay-sinba":    {{"hub/users/" + HubUser + "/out/sinba", sinba}, {"hub/users/" + HubUser + "/out/sinba", latina}},
	"relay-cartella": {{Var + "/portale", roma}},
	"flussi-propri":  {{Var + "/propri", regione}},
	"comune-invio":   {{Config + "/in-uscita", latina}},
	"comune-serale":  {{Var + "/in-uscita", latina}, {Var + "/in-uscita", faulty}},
	"comune-sinba":   {{Var + "/in-uscita-sinba", sinba}},
	"controllo":      {{Var + "/da-controllare", faulty}},
}

var (
	roma     = synth.Options{Tipo: flusso.PSPSASINA, Beneficiari: 60, Seed: 7, Ente: synth.Ente{Codice: "H501", Indirizzo: "H501"}}
	latina   = synth.Options{Tipo: flusso.PSPSASINA, Beneficiari: 60, Seed: 7, Ente: synth.Ente{Codice: "E472", Indirizzo: "E472"}}
	faulty   = synth.Options{Tipo: flusso.PSPSASINA, Beneficiari: 60, Seed: 8, Ente: latina.Ente, Progressivo: 2, Faults: 0.2}
	regione  = synth.Options{Tipo: flusso.PSPSASINA, Beneficiari: 60, Seed: 7, Ente: synth.Ente{Codice: "120", Denominazione: "Regione di prova", Indirizzo: "H501"}}
	sinba    = synth.Options{Tipo: flusso.SINBA, Beneficiari: 40, Seed: 7, Ente: latina.Ente}
	returned = synth.Options{Tipo: flusso.Ritorno, Beneficiari: 150, Seed: 7, Regione: "12"}
)

// Stock puts the flows in place that an example takes.
func (w *World) Stock(schedule string) {
	w.t.Helper()
	for _, p := range stock[schedule] {
		var flow bytes.Buffer
		stats, err := synth.Write(&flow, p.Options)
		w.must(err)
		extension := ".xml"
		if p.Tipo == flusso.Ritorno {
			extension = ".csv"
		}
		w.Write(path.Join(p.folder, stats.FlussoNome+extension), flow.Bytes())
	}
}

// Examples are the names of those that Stock knows.
func Examples() iter.Seq[string] { return maps.Keys(stock) }
