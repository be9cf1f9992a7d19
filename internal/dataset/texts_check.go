package dataset

import "flussi/internal/flusso"

// What a check of a release finds.
var (
	textNoRelease = flusso.Text{
		It: "nella cartella non c'è un rilascio",
		En: "there is no release in the folder",
	}
	textSeveralReleases = flusso.Text{
		It: "nella cartella ci sono i file di più rilasci",
		En: "there are files of several releases in the folder",
	}
	hintNoRelease = flusso.Text{
		It: "indicare la cartella di un dataset (quella con current.json) o di un solo rilascio (quella con manifest.json)",
		En: "name the folder of a dataset (with current.json) or of one release (with manifest.json)",
	}
	textManifestBroken = flusso.Text{
		It: "il manifesto non si legge: non è quello che è stato scritto",
		En: "the manifest cannot be read: it is not what was written",
	}
	textManifestAltered = flusso.Text{
		It: "il manifesto non è quello firmato: è stato cambiato dopo la firma",
		En: "the manifest is not the one signed: it was changed after the signature",
	}
	textNoSignature = flusso.Text{
		It: "manca la firma del manifesto",
		En: "the manifest's signature is missing",
	}
	textNotCurrent = flusso.Text{
		It: "il manifesto non è quello che current.json indica",
		En: "the manifest is not the one that current.json names",
	}
	textOtherKey = flusso.Text{
		It: "il rilascio è firmato con una chiave diversa da quella indicata",
		En: "the release is signed with another key than the one given",
	}
	hintOtherKey = flusso.Text{
		It: "non usarlo; chiedere a chi lo ha prodotto l'impronta della sua chiave, per telefono o per posta certificata",
		En: "do not use it; ask whoever made it for the fingerprint of its key, by telephone or certified mail",
	}
	textPartAltered = flusso.Text{
		It: "il file di dati non è quello del manifesto: è stato cambiato",
		En: "the data file is not the manifest's: it was changed",
	}
	textOtherIncrements = flusso.Text{
		It: "le righe non sono degli incrementi che il manifesto indica",
		En: "the rows are not of the increments that the manifest names",
	}
	textReportAltered = flusso.Text{
		It: "il rapporto di divulgazione non è quello del manifesto: è stato cambiato",
		En: "the disclosure report is not the manifest's: it was changed",
	}
	textReportUnsigned = flusso.Text{
		It: "la firma del rapporto di divulgazione non è valida",
		En: "the disclosure report's signature is not valid",
	}
	textNoReport = flusso.Text{
		It: "manca il rapporto di divulgazione",
		En: "the disclosure report is missing",
	}
	textReportOther = flusso.Text{
		It: "il rapporto di divulgazione parla di un altro rilascio",
		En: "the disclosure report speaks of another release",
	}
	textReportNumbers = flusso.Text{
		It: "il rapporto di divulgazione non dice quello che dicono le righe",
		En: "the disclosure report does not say what the rows say",
	}
	textFileAltered = flusso.Text{
		It: "il file non è quello del manifesto: è stato cambiato",
		En: "the file is not the manifest's: it was changed",
	}
	textMissing = flusso.Text{
		It: "il file manca",
		En: "the file is missing",
	}
	textExtra = flusso.Text{
		It: "un file che il manifesto non elenca",
		En: "a file that the manifest does not list",
	}
	hintExtra = flusso.Text{
		It: "toglierlo dalla cartella del rilascio, o chiedere il rilascio di nuovo",
		En: "take it out of the release's folder, or ask for the release again",
	}
	textSumsAltered = flusso.Text{
		It: "l'elenco degli hash non è quello firmato: è stato cambiato dopo la firma",
		En: "the list of hashes is not the one signed: it was changed after the signature",
	}
	textBesideAltered = flusso.Text{
		It: "il file non è quello dell'elenco firmato: è stato cambiato",
		En: "the file is not the signed list's: it was changed",
	}
	textBesideUnsigned = flusso.Text{
		It: "manca la firma di ciò che sta accanto al rilascio",
		En: "the signature of what lies beside the release is missing",
	}
	hintBesideUnsigned = flusso.Text{
		It: "usare i file del rilascio; l'esecuzione successiva rifà e firma questi",
		En: "use the release's files; the next run makes and signs these again",
	}
	textBesideOther = flusso.Text{
		It: "i file accanto sono di un altro rilascio",
		En: "the files beside are of another release",
	}
	hintBesideOther = flusso.Text{
		It: "aspettare la fine dell'esecuzione in corso, o eseguire di nuovo lo schedule: li rifà",
		En: "wait for the run under way to end, or run the schedule again: it makes them anew",
	}
	textUnreadable = flusso.Text{
		It: "il file di dati non si legge",
		En: "the data file cannot be read",
	}
	textRowsDiffer = flusso.Text{
		It: "%d righe, ma ne sono dichiarate %d",
		En: "%d rows, but %d are declared",
	}
	textOtherColumns = flusso.Text{
		It: "il file di dati descrive colonne diverse da quelle del manifesto",
		En: "the data file describes other columns than the manifest",
	}
	textAstray = flusso.Text{
		It: "righe nella cartella di un altro anno o di un'altra regione",
		En: "rows in the folder of another year or region",
	}
	hintAltered = flusso.Text{
		It: "non usare il rilascio; chiederlo di nuovo a chi lo ha prodotto, o ripristinarlo da una copia",
		En: "do not use the release; ask whoever made it for it again, or restore it from a copy",
	}
)
