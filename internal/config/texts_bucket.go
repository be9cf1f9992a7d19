package config

import "flussi/internal/flusso"

var (
	docBuckets         = flusso.Text{It: "archivi a oggetti (S3) in cui pubblicare i rilasci, per nome (docs/archivi-s3.md)", En: "object stores (S3) to publish releases to, by name (docs/buckets.md)"}
	docBucketEndpoint  = flusso.Text{It: "indirizzo del server, come https://s3.esempio.it; http solo verso questa macchina", En: "the server's address, such as https://s3.example.org; http to this machine only"}
	docBucketRegion    = flusso.Text{It: "regione del bucket; se manca us-east-1, che quasi tutti i server accettano", En: "the bucket's region; default us-east-1, which most servers take"}
	docBucketName      = flusso.Text{It: "nome del bucket: deve esistere", En: "the bucket's name: it must exist"}
	docBucketPrefix    = flusso.Text{It: "cartella nel bucket, come siuss/regione, senza barre ai capi; se manca, la radice", En: "folder in the bucket, such as siuss/region, without slashes at its ends; default: its root"}
	docAccessKey       = flusso.Text{It: "identificativo della chiave di accesso, come cred:s3-id", En: "id of the access key, such as cred:s3-id"}
	docSecretKey       = flusso.Text{It: "chiave segreta, come cred:s3-chiave", En: "secret key, such as cred:s3-key"}
	docRecipientBucket = flusso.Text{It: "nome del bucket in cui pubblicare i suoi rilasci; si può avere insieme a un endpoint", En: "name of the bucket to publish its releases to; an endpoint can stand beside it"}

	textBadBucketEndpoint = flusso.Text{It: "l'indirizzo di un bucket è un URL senza percorso e senza credenziali", En: "a bucket's address is a URL without path and credentials"}
	hintBadBucketEndpoint = flusso.Text{It: "scrivere ad esempio https://s3.esempio.it: il nome del bucket va in bucket, la cartella in prefix", En: "write for instance https://s3.example.org: the bucket's name goes into bucket, the folder into prefix"}
	textBucketInClear     = flusso.Text{It: "i dati viaggerebbero in chiaro", En: "data would travel in the clear"}
	hintBucketInClear     = flusso.Text{It: "scrivere https:// (http va bene solo verso questa stessa macchina)", En: "write https:// (http will do to this very machine only)"}
	textBadRegion         = flusso.Text{It: "regione di un bucket non valida", En: "no region of a bucket"}
	hintBadRegion         = flusso.Text{It: "scrivere quella del fornitore, come eu-south-1", En: "write the provider's, such as eu-south-1"}
	textBadBucket         = flusso.Text{It: "nome di bucket non valido", En: "no name of a bucket"}
	hintBadBucket         = flusso.Text{It: "scrivere da 3 a 63 lettere minuscole, cifre, punti o trattini", En: "write 3 to 63 lower-case letters, digits, dots or hyphens"}
	textBadPrefix         = flusso.Text{It: "cartella di bucket non valida", En: "no folder of a bucket"}
	hintBadPrefix         = flusso.Text{It: "scrivere ad esempio siuss/regione: lettere, cifre, punti e trattini, senza barre ai capi", En: "write for instance siuss/region: letters, digits, dots and hyphens, without slashes at its ends"}
	textUnknownBucket     = flusso.Text{It: "questo bucket non è in buckets", En: "this bucket is not in buckets"}
	textIdleBucket        = flusso.Text{It: "nessun dataset da pubblicare nel bucket", En: "no dataset to publish to the bucket"}
	hintIdleBucket        = flusso.Text{It: "aggiungere datasets o togliere bucket", En: "add datasets or remove bucket"}
)
