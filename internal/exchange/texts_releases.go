package exchange

import "flussi/internal/flusso"

// Releases that a person holds, lets go, goes back to or compacts.
var (
	textNotOurs = flusso.Text{It: "la cartella non è di un dataset di questa configurazione", En: "the folder is not of a dataset of this configuration"}
	hintNotOurs = flusso.Text{It: "indicare la cartella di un dataset, DATASETS/DESTINATARIO/DATASET", En: "name the folder of a dataset, DATASETS/RECIPIENT/DATASET"}

	textNothingLive = flusso.Text{It: "il dataset non ha ancora un rilascio in vigore", En: "the dataset has no live release yet"}
	hintNothingLive = flusso.Text{It: "vedere i rilasci nel registro: flussi history", En: "see the releases in the ledger: flussi history"}

	textReleaseBegun = flusso.Text{It: "un rilascio di questo dataset è cominciato e non finito", En: "a release of this dataset is begun and not finished"}
	hintReleaseBegun = flusso.Text{It: "eseguire prima lo schedule che lo ha cominciato: flussi run", En: "run the schedule that began it first: flussi run"}

	textChained = flusso.Text{It: "i codici seguono le persone da un rilascio all'altro, e ogni rilascio della catena porta righe sue", En: "codes follow persons from release to release, and each release of the chain has rows of its own"}
	hintChained = flusso.Text{It: "attendere: i file si riuniscono da soli nel rilascio successivo che li trova troppi", En: "wait: the files are merged by the next release that finds them too many"}

	textNothingBefore = flusso.Text{It: "prima del rilascio in vigore non ce n'è un altro", En: "there is none before the live release"}
	textNotThere      = flusso.Text{It: "il dataset non ha un rilascio con questo nome", En: "the dataset has no release of this name"}
	hintNothingBefore = flusso.Text{It: "vedere quali rilasci ci sono: flussi dataset ls CARTELLA", En: "see which releases there are: flussi dataset ls DIR"}

	textCodesStay = flusso.Text{It: "i codici seguono le persone da un rilascio all'altro: ciò che è stato mostrato conta per sempre", En: "codes follow persons from release to release: what was shown counts for ever"}
	hintCodesStay = flusso.Text{It: "dare al dataset un nome nuovo e ricominciare da lì", En: "give the dataset a new name and begin there"}

	textNoStateThere = flusso.Text{It: "lo stato dopo quel rilascio non c'è più, o è danneggiato: il prossimo non potrebbe crescere da lì", En: "the state after that release is gone, or damaged: the next one could not grow from it"}
	hintNoStateThere = flusso.Text{It: "scegliere un rilascio più recente, o riprendere la cartella di stato da una copia", En: "choose a later release, or take the state folder from a backup"}

	textWaiting = flusso.Text{
		It: "al più %d dei record compresi in questo dataset sono stati poi annullati dagli enti che li avevano inviati: le loro righe, o ciò che contano, restano",
		En: "at most %d of the records in this dataset were cancelled since by the Enti that had sent them: their rows, or what they count for, stay",
	}

	textDisagree = flusso.Text{It: "la cartella del dataset e il registro indicano due rilasci diversi: nulla viene pubblicato", En: "the dataset's folder and the ledger name different releases: nothing is published"}
	hintDisagree = flusso.Text{It: "rimettere in vigore uno dei due: flussi dataset rollback CARTELLA RILASCIO", En: "make one of the two live: flussi dataset rollback DIR RELEASE"}
)
