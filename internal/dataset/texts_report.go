package dataset

import "flussi/internal/flusso"

// What a judge of published rows finds.
var (
	textUnsafe = flusso.Text{
		It: "le righe scritte non sono anonime come devono: nulla viene pubblicato",
		En: "the rows written are not as anonymous as they must be: nothing is published",
	}
	textUnsigned = flusso.Text{
		It: "nessuna chiave per firmare il rilascio",
		En: "no key to sign the release with",
	}
	textSmallClasses = flusso.Text{
		It: "%d classi con meno di %d righe uguali nei quasi-identificatori",
		En: "%d classes with fewer than %d rows alike in their quasi-identifiers",
	}
	textSmallUnits = flusso.Text{
		It: "%d classi con meno di %d persone uguali in tutte le loro righe",
		En: "%d classes with fewer than %d persons alike in all their rows",
	}
	textSmallHistories = flusso.Text{
		It: "%d sequenze di righe, da un incremento all'altro, che hanno meno di %d persone: chi segue i codici le distingue",
		En: "%d sequences of rows, from increment to increment, that fewer than %d persons have: who follows the codes tells them apart",
	}
	textUnanimous = flusso.Text{
		It: "%d classi in cui ogni riga ha lo stesso valore della colonna sensibile %s",
		En: "%d classes in which every row has the same value of the sensitive column %s",
	}
	textSmallCells = flusso.Text{
		It: "%d celle pubblicate con meno di %d persone",
		En: "%d published cells with fewer than %d persons",
	}
	textCellsTell = flusso.Text{
		It: "%d valori pubblicati in celle soppresse (soglia %d)",
		En: "%d values published in suppressed cells (threshold %d)",
	}
	textRecomputable = flusso.Text{
		It: "%d celle soppresse che si ricalcolano da quelle pubblicate, sommando e sottraendo (soglia %d)",
		En: "%d suppressed cells that can be computed from those published, by adding and subtracting (threshold %d)",
	}
	textUndescribed = flusso.Text{
		It: "le colonne non dicono quali sono i quasi-identificatori o le celle, o manca la soglia: l'anonimato non si può ricalcolare",
		En: "the columns do not say which are quasi-identifiers or cells, or the threshold is missing: anonymity cannot be recomputed",
	}
	hintUndescribed = flusso.Text{
		It: "chiedere il rilascio di nuovo a chi lo ha prodotto, con una versione di flussi che lo dica",
		En: "ask whoever made the release for it again, made by a version of flussi that says so",
	}
	hintUnsafe = flusso.Text{
		It: "non usare e non diffondere il rilascio; avvisare chi lo ha prodotto, che deve ritirarlo",
		En: "do not use or pass on the release; tell whoever made it, who must withdraw it",
	}
)

// Why something was kept back.
var (
	textResidualSuppressed = flusso.Text{
		It: "righe troppo poche anche nella classe residua (anno e regione)",
		En: "rows too few even in the residual class (year and region)",
	}
	textPersonsSuppressed = flusso.Text{
		It: "record di persone senza identificativo, o la cui classe, o sequenza di classi, è troppo rara",
		En: "records of persons without an identifier, or whose class, or sequence of classes, is too rare",
	}
	textCellsSuppressed = flusso.Text{
		It: "celle sotto soglia, dominate, o che ne farebbero ricalcolare una",
		En: "cells below the threshold, dominated, or that would let one be computed",
	}
	textTotalsSuppressed = flusso.Text{
		It: "totali che farebbero ricalcolare una cella soppressa",
		En: "totals that would let a suppressed cell be computed",
	}
)

var textLinkable = flusso.Text{
	It: "due rilasci dello stesso giro si possono unire: nessuno dei due viene pubblicato",
	En: "two releases of one round can be joined: neither is published",
}
