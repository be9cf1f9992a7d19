package schema

import (
	"errors"
	"io"
	"strings"
	"testing"
)

// Small whole flows, valid unless a test changes them. The people in them do
// not exist.

const (
	headerXML = `<IdentificazioneFlusso Nome="H501.PS.20210520.0000002">
<Ente Codice="H501" Denominazione="Comune di prova" CFOperatore="CCCDDD25A42H199X" Indirizzo="H501"/>
</IdentificazioneFlusso>`
	anagraficaXML  = `<Anagrafica Cognome="AAA" Nome="BBB" AnnoNascita="1939" LuogoNascita="A351" Genere="2" CodiceCittadinanza="380"/>`
	indirizzoXML   = `<Indirizzo CodiceNazione="380" CodiceRegione="12" CodiceComune="058091"/>`
	prestazioneXML = `<PrestazioniSociali TipoOperazione="I" PresenzaProvaMezzi="1" CaratterePrestazione="2" CodicePrestazione="A1.04" ` +
		`DenominazionePrestazione="Contributi economici" ProtocolloDomanda="P1" DataErogazionePrestazione="2020-12-01" ` +
		`ImportoPrestazione="100.00" PresaCarico="2"/>`
	sinaXML = `<PrestazioniSociali TipoOperazione="I" PresenzaProvaMezzi="4" CaratterePrestazione="1" CodicePrestazione="A1.16" ` +
		`DenominazionePrestazione="Contributi economici per trasporto e mobilità" ProtocolloDomanda="P2" DataEvento="2020-10-13" ` +
		`DataInizioPrestazione="2020-10-14" DataFinePrestazione="2020-11-13" ImportoMensile="101.23" PeriodoErogazione="2" ` +
		`OreServizioMensile="2.30" PresaCarico="1" AreaUtenza="2">
<SINA Mobilita="1" AttivitaVitaQuotidiana="2" DisturbiComportamentali="1" AreaReddituale="1" AreaSupporto="1" ` +
		`FonteDerivazioneValutazione="1" StrumentoValutazione="7">
<NecessitaInterventiSociali>
<CodicePrestazione>A2.17</CodicePrestazione>
<CodicePrestazione>A2.18</CodicePrestazione>
</NecessitaInterventiSociali>
<InvaliditaCivile><InvCiv>1</InvCiv><InvCiv>8</InvCiv></InvaliditaCivile>
</SINA>
</PrestazioniSociali>`
	minoreXML = `<SINBA IDBeneficiario="M1" MinoreStranieroNoAcc="2" CondizioneMinore="1" LuogoVita="1" ScuolaFrequentata="5" CondizioneLavoro="1" ` +
		`Disabilita="2" DataPrimaSegnalazione="01/2019" FonteSegnalazione="13" ValutazioneMinore="1" ValutazioneFamigliaMinore="12" ` +
		`SegnalazioneAutoritaGiudiziaria="2" ProvvedimentoGiudiziario="2" FasciaEtaBeneficiario="4" AnnoNascita="2010" ` +
		`CodiceRegioneResidenza="12" CodiceNazioneResidenza="380">
<Prestazioni><CodicePrestazione>A2.02</CodicePrestazione></Prestazioni>
<Famiglia><ComposizioneFamiglia>1</ComposizioneFamiglia><ComposizioneFamiglia>3</ComposizioneFamiglia></Famiglia>
</SINBA>`
)

func flowXML(body ...string) string {
	return `<Flusso xmlns="http://inps.it/Casellario">` + "\n" + headerXML + "\n" + strings.Join(body, "\n") + "\n</Flusso>\n"
}

func beneficiarioXML(records ...string) string {
	return `<Beneficiario CodiceFiscale="AAABBB39M66A351C">` + "\n" + anagraficaXML + "\n" + indirizzoXML + "\n" +
		strings.Join(records, "\n") + "\n</Beneficiario>"
}

// reading is all that a Reader says of a document.
type reading struct {
	faults  []Fault
	summary Summary
	err     error // nil at the end of a file that is not refused
	batches int
}

func read(t testing.TB, src io.Reader, opt Options, each func(*Batch)) reading {
	t.Helper()
	var got reading
	opt.Faults = func(f Fault) { got.faults = append(got.faults, f) }
	r := NewReader(src, opt)
	var b Batch
	for {
		err := r.Next(&b)
		if err != nil {
			if !errors.Is(err, io.EOF) {
				got.err = err
			}
			got.summary = r.Summary()
			if again := r.Next(&b); again == nil || again.Error() != err.Error() {
				t.Errorf("Next answers %v after %v", again, err)
			}
			return got
		}
		got.batches++
		if b.Len() == 0 {
			t.Fatal("a batch without records")
		}
		if each != nil {
			each(&b)
		}
	}
}

// formal leaves out the business rules' faults.
func (r reading) formal() (faults []Fault) {
	for _, f := range r.faults {
		if strings.HasPrefix(f.Rule, "XSD-") || strings.HasPrefix(f.Rule, "FILE-") {
			faults = append(faults, f)
		}
	}
	return faults
}
