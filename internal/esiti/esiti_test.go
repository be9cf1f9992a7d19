package esiti

import (
	"errors"
	"strings"
	"testing"
	"time"

	"flussi/internal/flusso"
)

const (
	good = `{"id_flusso":"H501.PS.20260401.0000001","tipo":"PS_PSA_SINA","ts_flusso":"2026-04-01T09:00:00.001Z",` +
		`"ts_acquisizione":"2026-04-02T03:10:11.5+02:00","codice_esito":"OK","id_acquisizione_siuss":"ACQ-77"}`
	bad = `{"id_flusso":"H501.SINBA.20260401.0000002","tipo":"SINBA","ts_flusso":"2026-04-01T09:00:00Z","ts_acquisizione":"2026-04-02T03:10:11Z",` +
		`"codice_esito":"RICHIESTA_INVALIDA","descrizione_esito":"In cooperazione è possibile inviare solo un beneficiario e una prestazione sociale.",` +
		`"codice_ente":"H501","denominazione_ente":"Comune di Prova"}`
)

func TestRead(t *testing.T) {
	for name, text := range map[string]string{
		"body":           `{"elenco_esiti":[` + good + `,` + bad + `]}`,
		"list":           `[` + good + `,` + bad + `]`,
		"one after one":  good + "\n" + bad + "\n",
		"body and other": "\ufeff" + `{"elenco_esiti":[` + good + `]}` + bad,
	} {
		t.Run(name, func(t *testing.T) {
			got, err := Read(strings.NewReader(text))
			if err != nil || len(got) != 2 {
				t.Fatalf("%d esiti, %v", len(got), err)
			}
			first, second := got[0], got[1]
			if first.IDFlusso != "H501.PS.20260401.0000001" || first.Tipo != flusso.PSPSASINA || first.Codice != OK ||
				first.IDAcquisizione != "ACQ-77" || first.Noted() != "" ||
				!first.AcquisizioneAt.Equal(time.Date(2026, 4, 2, 1, 10, 11, 5e8, time.UTC)) {
				t.Errorf("%+v", first)
			}
			if second.Tipo != flusso.SINBA || second.Codice != RichiestaInvalida || second.Noted() != NotedOneBenefit {
				t.Errorf("%+v", second)
			}
		})
	}
}

// The specification's PDF calls the number codice_siuss.
func TestReadOtherName(t *testing.T) {
	got, err := Read(strings.NewReader(strings.Replace(good, "id_acquisizione_siuss", "codice_siuss", 1)))
	if err != nil || got[0].IDAcquisizione != "ACQ-77" {
		t.Errorf("%+v %v", got, err)
	}
}

func TestReadFaulty(t *testing.T) {
	secret := "MARIO ROSSI"
	text := `{"elenco_esiti":[` + good + `,{"id_flusso":"` + strings.Repeat(secret, 10) + `","tipo":"` + secret + `","ts_flusso":"` + secret +
		`","codice_esito":"` + secret + `"},"` + secret + `",{"id_flusso":7}]}`
	_, err := Read(strings.NewReader(text))
	several, ok := err.(interface{ Unwrap() []error })
	if !ok {
		t.Fatal(err)
	}
	var told []string
	for _, err := range several.Unwrap() {
		var one *flusso.Error
		if !errors.As(err, &one) || one.Kind != flusso.Invalid || one.Hint.IsZero() {
			t.Fatal(err)
		}
		told = append(told, one.ID+": "+one.What.En)
	}
	want := `esito 2, id_flusso: is too long
esito 2, ts_flusso: is no date with time and zone (RFC 3339)
esito 2, ts_acquisizione: is missing
esito 2, tipo: is neither PS_PSA_SINA nor SINBA
esito 2, codice_esito: is none of OK, DATI_NON_TROVATI, RICHIESTA_INVALIDA, ERRORE_GENERICO
esito 3: is not an object
esito 4, id_flusso: is not text`
	if got := strings.Join(told, "\n"); got != want {
		t.Errorf("told\n%s\nwant\n%s", got, want)
	}
	if strings.Contains(err.Error(), secret) {
		t.Error("a value of the file is in the error")
	}
}

func TestReadRefuses(t *testing.T) {
	for name, text := range map[string]string{
		"nothing": "", "an empty body": `{"elenco_esiti":[]}`, "no JSON": "id_flusso;tipo\n", "cut": `{"elenco_esiti":[` + good,
		"a number": "7", "not UTF-8": "\"\xff\"", "too large": strings.Repeat(" ", MaxBytes+1),
	} {
		if got, err := Read(strings.NewReader(text)); flusso.KindOf(err) != flusso.Invalid || err == nil || got != nil {
			t.Errorf("%s: %d esiti, %v", name, len(got), err)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add(`{"elenco_esiti":[` + good + `,` + bad + `]}`)
	f.Add(`[[]]`)
	f.Fuzz(func(t *testing.T, text string) {
		all, err := Read(strings.NewReader(text))
		if (err == nil) != (len(all) > 0) {
			t.Errorf("%d esiti, %v", len(all), err)
		}
		for _, e := range all {
			if e.IDFlusso == "" || e.Codice == "" || e.Tipo == 0 {
				t.Errorf("%+v", e)
			}
		}
	})
}
