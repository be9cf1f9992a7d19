package config

import "flussi/internal/flusso"

var (
	docQuarantineDays = flusso.Text{It: "dopo quanti giorni un file in quarantena è segnalato come scaduto: lo elimina solo una persona; se manca: 90", En: "after how many days a file in quarantine is told of as overdue: only a person removes it; default: 90"}
	docLedgerMonths   = flusso.Text{It: "per quanti mesi il registro tiene i dettagli (nomi mascherati, persone, esiti, esecuzioni senza file); ciò che evita di prendere o inviare due volte resta; se manca: 60", En: "for how many months the ledger keeps details (masked names, persons, esiti, runs without files); what keeps from taking or sending twice stays; default: 60"}
	docReportMonths   = flusso.Text{It: "per quanti mesi restano i rapporti interni, sui file e di divulgazione; se manca: 60", En: "for how many months internal reports stay, on files and of disclosure; default: 60"}
	docUpgradeDays    = flusso.Text{It: "per quanti giorni resta il registro di prima di un aggiornamento; se manca: 90", En: "for how many days the ledger of before an upgrade stays; default: 90"}

	docBackup        = flusso.Text{It: "le copie di sicurezza (flussi backup)", En: "backups (flussi backup)"}
	docBackupEncrypt = flusso.Text{It: "destinatari age (age1…) per cui si sigilla: la loro chiave segreta sta altrove; se manca: quelli dati con --to", En: "age recipients (age1…) that they are sealed for: their secret key is kept elsewhere; default: those given with --to"}
)
