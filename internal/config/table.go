package config

import (
	"cmp"
	"net/netip"
	"path/filepath"
	"slices"
	"strings"

	"filippo.io/age"

	"flussi/internal/config/strict"
	"flussi/internal/flusso"
)

// Schema is the JSON Schema of flussi.yaml, for editors; made from the table
// that decodes it.
func Schema() ([]byte, error) { return configType.Schema().Document("flussi.yaml") }

var configType = strict.Object(docConfig,
	strict.Required("ente", strict.Object(flusso.Text{},
		strict.Required("codice", enteCodiceType, func(e *Ente) *string { return &e.Codice }, docEnteCodice),
		strict.Required("denominazione", strict.Text(), func(e *Ente) *string { return &e.Denominazione }, docEnteDenominazione),
		strict.Optional("ipa", ipaType, func(e *Ente) *string { return &e.IPA }, docIPA),
	), func(f *Config) *Ente { return &f.Ente }, docEnte),
	strict.Required("state", strict.Path(), func(f *Config) *string { return &f.State }, docState),
	strict.Optional("datasets", strict.Path(), func(f *Config) *string { return &f.Datasets }, docDatasets),
	strict.Optional("schedules", strict.Path(), func(f *Config) *string { return &f.Schedules }, docSchedules),
	strict.Optional("operators", operatorsType, func(f *Config) *Operators { return &f.Operators }, docOperators),
	strict.Optional("endpoints", strict.Map(endpointType, func(e *Endpoint, name string) { e.Name = name }), func(f *Config) *map[string]Endpoint { return &f.Endpoints }, docEndpoints),
	strict.Optional("agreements", strict.Map(agreementType, func(a *Agreement, name string) { a.ID = name }), func(f *Config) *map[string]Agreement { return &f.Agreements }, docAgreements),
	strict.Optional("key_holders", strict.Map(keyHolderType, func(k *KeyHolder, name string) { k.Name = name }), func(f *Config) *map[string]KeyHolder { return &f.KeyHolders }, docKeyHolders),
	strict.Optional("buckets", strict.Map(bucketType, func(b *Bucket, name string) { b.Name = name }), func(f *Config) *map[string]Bucket { return &f.Buckets }, docBuckets),
	strict.Optional("recipients", strict.Map(recipientType, func(r *Recipient, name string) { r.Name = name }), func(f *Config) *map[string]Recipient { return &f.Recipients }, docRecipients),
	strict.Optional("matrix", strict.Path(), func(f *Config) *string { return &f.Matrix }, docMatrix),
	strict.Optional("deleghe", strict.Path(), func(f *Config) *string { return &f.Deleghe }, docDeleghe),
	strict.Optional("tables", strict.Object(flusso.Text{},
		strict.Optional("codici", strict.Path(), func(t *Tables) *string { return &t.Codici }, docCodici),
		strict.Optional("ambiti", strict.Path(), func(t *Tables) *string { return &t.Ambiti }, docAmbiti),
		strict.Optional("popolazione", strict.Path(), func(t *Tables) *string { return &t.Popolazione }, docPopolazione),
		strict.Optional("attesi", strict.Path(), func(t *Tables) *string { return &t.Attesi }, docAttesi),
	), func(f *Config) *Tables { return &f.Tables }, docTables),
	strict.Optional("spool", strict.Object(flusso.Text{},
		strict.Optional("encrypt", strict.List(ageType), func(s *Spool) *[]string { return &s.Encrypt }, docEncrypt),
		strict.Optional("identity", secretType, func(s *Spool) *Secret { return &s.Identity }, docIdentity),
		strict.Optional("keep", strict.Days(), func(s *Spool) *int { return &s.Keep }, docKeep),
	).Then(func(v strict.Value, s *Spool) {
		if len(s.Encrypt) > 0 && s.Identity.IsZero() {
			v.FaultAt("encrypt", textNoIdentity, hintNoIdentity)
		}
	}), func(f *Config) *Spool { return &f.Spool }, docSpool),
	strict.Optional("retention", strict.Object(flusso.Text{},
		strict.Optional("releases", strict.Int(1, 9999), func(r *Retention) *int { return &r.Releases }, docRetentionReleases),
		strict.Optional("state_months", strict.Int(12, 1200), func(r *Retention) *int { return &r.StateMonths }, docStateMonths),
		strict.Optional("audit_months", strict.Int(6, 1200), func(r *Retention) *int { return &r.AuditMonths }, docAuditMonths),
		strict.Optional("quarantine_days", strict.Int(1, 36500), func(r *Retention) *int { return &r.QuarantineDays }, docQuarantineDays),
		strict.Optional("ledger_months", strict.Int(12, 1200), func(r *Retention) *int { return &r.LedgerMonths }, docLedgerMonths),
		strict.Optional("report_months", strict.Int(12, 1200), func(r *Retention) *int { return &r.ReportMonths }, docReportMonths),
		strict.Optional("upgrade_days", strict.Int(7, 36500), func(r *Retention) *int { return &r.UpgradeDays }, docUpgradeDays),
	), func(f *Config) *Retention { return &f.Retention }, docRetention),
	strict.Optional("audit", auditType, func(f *Config) *Audit { return &f.Audit }, docAudit),
	strict.Optional("notices", noticesType, func(f *Config) *Notices { return &f.Notices }, docNotices),
	strict.Optional("receipts", strict.Map(mailboxType, func(m *Mailbox, name string) { m.Name = name }), func(f *Config) *map[string]Mailbox { return &f.Receipts }, docReceipts),
	strict.Optional("backup", strict.Object(flusso.Text{},
		strict.Optional("encrypt", strict.List(ageType), func(b *Backup) *[]string { return &b.Encrypt }, docBackupEncrypt),
	), func(f *Config) *Backup { return &f.Backup }, docBackup),
	strict.Optional("daemon", daemonType, func(f *Config) *Daemon { return &f.Daemon }, docDaemon),
	strict.Optional("log", logType, func(f *Config) *Log { return &f.Log }, docLog),
)

// enteCodiceType: Ente/@Codice of the XSD is free up to 32 characters, and
// becomes part of flow names, hence the alphabet.
var enteCodiceType = strict.Matching(`^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$`, strict.Complaint{What: textBadEnte, Hint: hintBadEnte})

var ageType = strict.Parsed(`^age1[a-z0-9]+$`, func(s string) (string, strict.Complaint) {
	if _, err := age.ParseX25519Recipient(s); err != nil {
		return "", strict.Complaint{What: textBadAge, Hint: hintBadAge}
	}
	return s, strict.Complaint{}
})

var personType = strict.Matching(`^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$`, strict.Complaint{What: textBadPerson, Hint: hintBadPerson})

var operatorsType = strict.Object(flusso.Text{},
	strict.Optional("register", strict.Path(), func(o *Operators) *string { return &o.Register }, docRegister),
	strict.Optional("responsible", strict.List(strict.Object(flusso.Text{},
		strict.Required("person", personType, func(r *Responsible) *string { return &r.Person }, docPerson),
		strict.Required("from", strict.Day(), func(r *Responsible) *Date { return &r.From }, docFrom),
		strict.Optional("to", strict.Day(), func(r *Responsible) *Date { return &r.To }, docTo),
	).Then(func(v strict.Value, r *Responsible) {
		if !r.To.IsZero() && r.To.Before(r.From) {
			v.FaultAt("to", textReversed, hintReversed)
		}
	})), func(o *Operators) *[]Responsible { return &o.Responsible }, docResponsible),
).Then(func(v strict.Value, o *Operators) {
	for i, a := range o.Responsible {
		for _, b := range o.Responsible[:i] {
			if (b.To.IsZero() || !b.To.Before(a.From)) && (a.To.IsZero() || !a.To.Before(b.From)) {
				v.FaultAt(index("responsible", i), textTwoResponsible, hintTwoResponsible)
				break
			}
		}
	}
})

var agreementType = strict.Object(flusso.Text{},
	strict.Required("with", strict.Text(), func(a *Agreement) *string { return &a.With }, docWith),
	strict.Required("act", strict.Text(), func(a *Agreement) *string { return &a.Act }, docAct),
	strict.Required("purpose", strict.Text(), func(a *Agreement) *string { return &a.Purpose }, docPurpose),
	strict.Required("from", strict.Day(), func(a *Agreement) *Date { return &a.From }, docFrom),
	strict.Required("to", strict.Day(), func(a *Agreement) *Date { return &a.To }, docTo),
	strict.Optional("responsabile", strict.Text(), func(a *Agreement) *string { return &a.Responsabile }, docResponsabile),
	strict.Optional("referente_tecnico", strict.Text(), func(a *Agreement) *string { return &a.ReferenteTecnico }, docReferente),
	strict.Optional("supervisore", strict.Text(), func(a *Agreement) *string { return &a.Supervisore }, docSupervisore),
	strict.Optional("addresses", strict.List(addrType), func(a *Agreement) *[]netip.Addr { return &a.Addresses }, docAgreementAddresses),
	strict.Optional("remind", strict.Days(), func(a *Agreement) *int { return &a.Remind }, docAgreementRemind),
	strict.Optional("reviewed", strict.Day(), func(a *Agreement) *Date { return &a.Reviewed }, docAgreementReviewed),
).Then(func(v strict.Value, a *Agreement) {
	if a.To.Before(a.From) {
		v.FaultAt("to", textReversed, hintReversed)
	}
	if a.Remind == 0 {
		a.Remind = 60
	}
})

// complete puts the defaults in and looks across the file. Where a value is at
// fault by itself, what follows from its absence is not said too.
func complete(f *Config, doc *strict.Doc) {
	add := doc.Across()
	under := func(path string) func(string, flusso.Text, flusso.Text) {
		return func(key string, what, hint flusso.Text) {
			if key != "" {
				key = "." + key
			}
			add(path+key, what, hint)
		}
	}
	if f.Datasets == "" && f.State != "" {
		f.Datasets = filepath.Join(filepath.Dir(f.State), "datasets")
	}
	completeNotices(&f.Notices)
	keep := &f.Retention
	for term, otherwise := range map[*int]int{
		&keep.Releases: 12, &keep.StateMonths: 60, &keep.AuditMonths: 24, &keep.QuarantineDays: 90,
		&keep.LedgerMonths: 60, &keep.ReportMonths: 60, &keep.UpgradeDays: 90,
	} {
		if *term == 0 {
			*term = otherwise
		}
	}
	f.Log.Format, f.Log.Level = cmp.Or(f.Log.Format, LogText), cmp.Or(f.Log.Level, LevelWarn)
	if f.State != "" && within(f.State, f.Datasets) {
		add("datasets", textStateInDatasets, hintStateInDatasets)
	}
	for _, name := range names(f.Endpoints) {
		e := f.Endpoints[name]
		completeEndpoint(&e, under("endpoints."+name))
		if _, known := f.Agreements[e.Agreement]; e.Agreement != "" && !known {
			add("endpoints."+name+".agreement", textUnknownAgreement, strict.HintNames(e.Agreement, names(f.Agreements)))
		}
		if _, known := f.Receipts[e.Receipt.Mailbox]; e.Receipt.Mailbox != "" && !known {
			add("endpoints."+name+".receipt.mailbox", textUnknownMailbox, strict.HintNames(e.Receipt.Mailbox, names(f.Receipts)))
		}
		if listed := f.Agreements[e.Agreement].Addresses; len(listed) > 0 && !slices.Contains(listed, e.PublicAddress) {
			add("endpoints."+name+".public_address", textForeignAddress, hintForeignAddress)
		}
		f.Endpoints[name] = e
	}
	completeVias(f.Endpoints, add)
	for _, name := range names(f.Recipients) {
		r := f.Recipients[name]
		completeRecipient(f, &r, under("recipients."+name))
		f.Recipients[name] = r
	}
}

// within tells whether path is folder or lies in it.
func within(path, folder string) bool {
	rel, err := filepath.Rel(folder, path)
	return err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator))
}
