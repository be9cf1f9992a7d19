package bucket

import "flussi/internal/flusso"

var (
	textBadEndpoint = flusso.Text{It: "l'indirizzo del bucket non è un URL http o https", En: "the bucket's endpoint is no http or https URL"}
	hintBadEndpoint = flusso.Text{It: "scrivere endpoint come https://s3.esempio.it", En: "write endpoint as https://s3.example.org"}
	textNoFiles     = flusso.Text{It: "un rilascio senza file", En: "a release without files"}
	hintDefect      = flusso.Text{It: "è un difetto di flussi: conservare il registro e segnalarlo", En: "this is a defect of flussi: keep the log and report it"}

	textSilent = flusso.Text{It: "il bucket non risponde", En: "the bucket does not answer"}
	hintSilent = flusso.Text{
		It: "controllare rete e endpoint; la prossima esecuzione riprende da dove si è fermata, e chi legge vede ancora il rilascio di prima",
		En: "check network and endpoint; the next run goes on where it stopped, and readers still see the release before",
	}
	textFaulty  = flusso.Text{It: "il bucket risponde con un errore suo", En: "the bucket answers with an error of its own"}
	textStopped = flusso.Text{It: "pubblicazione interrotta", En: "publication stopped"}
	textDamaged = flusso.Text{It: "i byte arrivati al bucket non sono quelli inviati", En: "the bytes that reached the bucket are not those sent"}
	textRefused = flusso.Text{It: "il bucket rifiuta le credenziali", En: "the bucket refuses the credentials"}
	hintRefused = flusso.Text{It: "controllare access_key e secret_key: scadenza e permessi di lettura, scrittura, elenco e cancellazione", En: "check access_key and secret_key: expiry, and rights to read, write, list and delete"}
	textSkewed  = flusso.Text{It: "l'orologio di questa macchina e quello del bucket sono troppo distanti", En: "the clocks of this machine and of the bucket are too far apart"}
	hintSkewed  = flusso.Text{It: "sincronizzare l'orologio di questa macchina (NTP)", En: "synchronise this machine's clock (NTP)"}

	textNoBucket    = flusso.Text{It: "il bucket non esiste", En: "there is no such bucket"}
	hintNoBucket    = flusso.Text{It: "controllare bucket ed endpoint: flussi non crea bucket", En: "check bucket and endpoint: flussi makes no buckets"}
	textOtherRegion = flusso.Text{It: "il bucket è in un'altra regione", En: "the bucket is in another region"}
	hintOtherRegion = flusso.Text{It: "scrivere in region quella del bucket", En: "write the bucket's own in region"}
	textFull        = flusso.Text{It: "nel bucket non c'è più spazio", En: "the bucket is full"}
	hintFull        = flusso.Text{It: "aumentare la quota o togliere rilasci vecchi; la prossima esecuzione riprende", En: "raise the quota or remove old releases; the next run goes on"}
	textOvertaken   = flusso.Text{It: "qualcun altro ha sostituito current.json nello stesso momento", En: "somebody else replaced current.json at the same time"}
	hintOvertaken   = flusso.Text{It: "un solo flussi pubblichi in una cartella del bucket: cercare l'altro, poi rieseguire", En: "let one flussi only publish to a folder of the bucket: find the other, then run again"}

	textUnconditional = flusso.Text{It: "il bucket ignora le scritture condizionate: due pubblicazioni insieme potrebbero mescolarsi", En: "the bucket ignores conditional writes: two publications at once could mix"}
	hintUnconditional = flusso.Text{It: "usare un server che rispetti If-Match e If-None-Match", En: "use a server that honours If-Match and If-None-Match"}
	textOtherAnswer   = flusso.Text{It: "il bucket rifiuta la richiesta", En: "the bucket refuses the request"}
	hintOtherAnswer   = flusso.Text{It: "controllare la configurazione del bucket con «flussi check --connect»", En: "check the bucket's configuration with “flussi check --connect”"}

	textUnreadable = flusso.Text{It: "un file del rilascio non si legge, o non è più quello del manifesto", En: "a file of the release cannot be read, or is no longer the manifest's"}
	hintUnreadable = flusso.Text{It: "verificare il rilascio con «flussi dataset check»", En: "check the release with “flussi dataset check”"}
)
