package state

import "flussi/internal/flusso"

var (
	textDamaged = flusso.Text{
		It: "lo stato dell'ultimo rilascio è danneggiato o manca",
		En: "the state of the last release is damaged or missing",
	}
	hintDamaged = flusso.Text{
		It: "ripristinarlo dall'ultima copia di sicurezza: senza, le prestazioni già contate verrebbero contate di nuovo",
		En: "restore it from the last backup: without it, benefits already counted would be counted again",
	}
	textOtherKey = flusso.Text{
		It: "lo stato dell'ultimo rilascio è stato scritto con un'altra chiave",
		En: "the state of the last release was written with another key",
	}
	hintOtherKey = flusso.Text{
		It: "rimettere la chiave precedente nella cartella di stato: con una nuova, ogni prestazione sembrerebbe mai vista",
		En: "put the earlier key back into the state folder: with a new one, every benefit would look never seen",
	}
	textScratch = flusso.Text{
		It: "lo spazio di lavoro su disco non regge: nulla è stato pubblicato",
		En: "the scratch space on disk does not hold: nothing was published",
	}
	hintScratch = flusso.Text{
		It: "liberare spazio sul disco dei dataset, e rifare",
		En: "free space on the disk of the datasets, and do it again",
	}
	textUnbalanced = flusso.Text{
		It: "i conti dello stato non quadrano: nulla viene pubblicato",
		En: "the books of the state do not balance: nothing is published",
	}
	textUnresolved = flusso.Text{
		It: "il destino dei record non è ancora deciso",
		En: "the fate of the records is not decided yet",
	}
)

// Published classes, and the rows that wait to be taken out.
var (
	textTooManyReleases = flusso.Text{
		It: "i rilasci di cui lo stato ricorda i record sono troppi",
		En: "the state remembers records of too many releases",
	}
	textPublishedDamaged = flusso.Text{
		It: "l'indice delle classi pubblicate è danneggiato o manca",
		En: "the index of the published classes is damaged or missing",
	}
	hintPublishedDamaged = flusso.Text{
		It: "ripristinarlo dall'ultima copia di sicurezza: senza, nessuno sa quali righe attendono di essere tolte",
		En: "restore it from the last backup: without it, nobody knows which rows wait to be taken out",
	}
)

var (
	textClassesDamaged = flusso.Text{
		It: "l'indice delle classi di un rilascio precedente è danneggiato o manca",
		En: "the class index of an earlier release is damaged or missing",
	}
	hintClassesDamaged = flusso.Text{
		It: "ripristinarlo dall'ultima copia di sicurezza, o rinnovare la chiave dei codici: senza, nessuno sa chi si distinguerebbe mettendo insieme i rilasci",
		En: "restore it from the last backup, or renew the key of the codes: without it, nobody knows who would stand out when releases are put together",
	}
)
