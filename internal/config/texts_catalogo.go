package config

import "flussi/internal/flusso"

var (
	docIPA         = flusso.Text{It: "codice IPA dell'Ente (indicepa.gov.it), come r_lazio: lo vuole la scheda DCAT-AP_IT", En: "the Ente's IPA code (indicepa.gov.it), such as r_lazio: the DCAT-AP_IT record needs it"}
	docCatalogo    = flusso.Text{It: "scheda DCAT-AP_IT dei dataset aggregati che si pubblicano, per nome (docs/dataset.md); se manca: nessuna", En: "DCAT-AP_IT record of the aggregato datasets that are made public, by name (docs/datasets.md); default: none"}
	docLicenza     = flusso.Text{It: "licenza con cui si pubblica: CC-BY-4.0, CC0-1.0, CC-BY-SA-4.0, IODL-2.0, o il suo indirizzo", En: "licence under which it is made public: CC-BY-4.0, CC0-1.0, CC-BY-SA-4.0, IODL-2.0, or its address"}
	docCatalogoURL = flusso.Text{It: "indirizzo a cui si trova il dataset (dcat:accessURL): una pagina, o la sua cartella", En: "address at which the dataset is found (dcat:accessURL): a page, or its folder"}

	textBadIPA          = flusso.Text{It: "non è un codice IPA", En: "not an IPA code"}
	hintBadIPA          = flusso.Text{It: "scrivere il codice con cui l'Ente sta in indicepa.gov.it, come r_lazio o c_h501", En: "write the code that the Ente has in indicepa.gov.it, such as r_lazio or c_h501"}
	textBadLicenza      = flusso.Text{It: "non è una licenza", En: "not a licence"}
	hintBadLicenza      = flusso.Text{It: "scrivere CC-BY-4.0, CC0-1.0, CC-BY-SA-4.0, IODL-2.0, o l'indirizzo della licenza", En: "write CC-BY-4.0, CC0-1.0, CC-BY-SA-4.0, IODL-2.0, or the licence's address"}
	textBadCatalogoURL  = flusso.Text{It: "non è un indirizzo del web", En: "not a web address"}
	hintBadCatalogoURL  = flusso.Text{It: "scrivere l'indirizzo intero, come https://dati.example.it/quadro, senza utente né frammento", En: "write the whole address, such as https://dati.example.it/quadro, without a user or a fragment"}
	textCatalogoDataset = flusso.Text{It: "la scheda è di un dataset che il destinatario non riceve come aggregato: gli altri non si pubblicano", En: "the record is of a dataset that the recipient does not get as aggregato: others are not made public"}
	hintCatalogoDataset = flusso.Text{It: "indicare in datasets lo stesso nome con aggregato, o togliere la scheda", En: "give the same name in datasets with aggregato, or take the record out"}
	textCatalogoIPA     = flusso.Text{It: "la scheda vuole il codice IPA di chi pubblica", En: "the record needs the IPA code of who publishes"}
	hintCatalogoIPA     = flusso.Text{It: "scrivere ipa in ente", En: "write ipa in ente"}
)
