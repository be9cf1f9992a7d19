package config

import (
	"errors"
	"io"
	"io/fs"
	"net/netip"
	"os"
	"path/filepath"
	"time"
	_ "time/tzdata" // zones by name on Windows and in bare containers

	"golang.org/x/crypto/ssh"

	"flussi/internal/config/strict"
	"flussi/internal/flusso"
)

// Faults is everything wrong in one file or several; errors.As finds it in
// what Load and Parse give.
type Faults = strict.Faults

// Fault is one of them.
type Fault = strict.Fault

// Date is a calendar day; days of acts and agreements are counted in Italy.
type Date = strict.Date

// Config is flussi.yaml. Paths are absolute, whatever the file says.
type Config struct {
	// File is the file's own path, absolute.
	File string

	// Ente is the body that runs this flussi. Required.
	Ente Ente

	// State is the folder of the ledger, the spool and the keys: created
	// 0700, never shared. Required.
	State string

	// Datasets is the folder of the releases, which analysts read. It never
	// contains State. Default: the folder datasets beside State.
	Datasets string

	// Schedules is the folder of the exchanges, one YAML each. Default: the
	// folder schedules beside the configuration file.
	Schedules string

	// Matrix is a file that changes single cells of the embedded visibility
	// matrix (anonymize.LoadMatrix). Empty: the embedded one.
	Matrix string

	// Deleghe is the folder of the acts of delegation, one YAML each. Empty:
	// no delega, so nothing of relayed flows is ever disclosed.
	Deleghe string

	Operators Operators

	// Endpoints, Agreements, KeyHolders, Buckets and Recipients are by name (lower-case
	// letters, digits, hyphens).
	Endpoints  map[string]Endpoint
	Agreements map[string]Agreement
	KeyHolders map[string]KeyHolder
	Buckets    map[string]Bucket
	Recipients map[string]Recipient

	Tables Tables

	// Spool says how what arrives rests on this disk, and how long.
	Spool Spool

	Retention Retention

	// Audit says where copies of the audit log are kept.
	Audit Audit
	// Notices says who is told of what a person should look at.
	Notices Notices
	// Receipts are the mailboxes from which receipts of deliveries are read, by name.
	Receipts map[string]Mailbox

	Backup Backup

	// Daemon says how a daemon at work is looked at, Log how it tells what it does.
	Daemon Daemon
	Log    Log

	doc *strict.Doc
}

// Ente is a body as SIUSS names it.
type Ente struct {
	// Codice is INPS's code: Belfiore for a comune (H501), numeric or free
	// for others, at most 32 characters. Required.
	Codice string
	// Denominazione is its name for people. Required.
	Denominazione string
	// IPA is its code in the Indice dei domicili digitali delle pubbliche
	// amministrazioni, as catalogues of open data know it. Default: none.
	IPA string
}

// Operators says which persons stand behind what flussi does.
type Operators struct {
	// Register is the file that tells the person behind a code. Empty: codes
	// are resolved outside flussi.
	Register string
	// Responsible answers for scheduled runs, one person at each date.
	// Required as soon as a schedule has a time.
	Responsible []Responsible
}

// Responsible is a term of office.
type Responsible struct {
	// Person is a code of the register, never a name. Required.
	Person string
	// From and To are the first and the last day. From is required; zero To:
	// until further notice.
	From, To Date
}

// ResponsibleAt gives the person who answers for scheduled runs on a day.
func (o Operators) ResponsibleAt(d Date) (person string, ok bool) {
	for _, r := range o.Responsible {
		if d.Within(r.From, r.To) {
			return r.Person, true
		}
	}
	return "", false
}

// Agreement is the act under which data move.
type Agreement struct {
	ID      string // its name in the file
	With    string // the other party. Required
	Act     string // the act that approved it. Required
	Purpose string // the purpose it states. Required
	// From and To are the first and the last day of validity, both included.
	// Required: an agreement without an end is not valid here.
	From, To Date
	// Responsabile, ReferenteTecnico and Supervisore are the roles that INPS's
	// agreements name, as written there. Default: none.
	Responsabile, ReferenteTecnico, Supervisore string
	// Addresses are those we may come from: the public address of an endpoint under
	// this agreement is one of them. Empty: the agreement names none.
	Addresses []netip.Addr
	// Remind is how many days before its end check tells. Default: 60.
	Remind int
	// Reviewed is the day on which who may use it was last gone through. Zero: From.
	Reviewed Date
}

// Covers tells whether the agreement holds on a day.
func (a Agreement) Covers(d Date) bool { return !d.IsZero() && d.Within(a.From, a.To) }

// Tables are dated reference tables of the operator, as files.
type Tables struct {
	Codici      string // folder of code tables in the place of the built-in ones (schema.UseCodes). Empty: none
	Ambiti      string // each comune in one ambito at a date. Empty: no ambiti
	Popolazione string // residents by comune, sex and age: a file, or a folder of them. Empty: no rates
	Attesi      string // which Enti are to send, of which year and area. Empty: all comuni of the recipient
}

// Reference tells whether reference tables are to lie beside releases.
func (t Tables) Reference() bool { return t.Ambiti != "" || t.Popolazione != "" || t.Attesi != "" }

// Spool is the folder of what arrived, inside State.
type Spool struct {
	// Encrypt are the age recipients that what arrives is sealed for, one of
	// them Identity's own; others may be escrow keys. Empty: it rests in plain.
	Encrypt []string
	// Identity is what flussi reads sealed files with: an age identity file.
	// Required with Encrypt, and as long as sealed files are there.
	Identity Secret
	// Keep is how many days a file stays once nothing needs it any more.
	// Default: 0, it goes at once.
	Keep int
}

// Retention bounds what is kept, and for how long. How long what arrives rests is
// Spool.Keep.
type Retention struct {
	// Releases is how many releases of a dataset are kept, the live one among
	// them; those held are kept besides. At least 1. Default: 12.
	Releases int
	// StateMonths is for how many months it is remembered, by keyed hash, which
	// records came. At least 12. Default: 60, as long as INPS keeps a position
	// (siuss: five years), for as long a flow may cancel one.
	StateMonths int
	// AuditMonths is for how many months entries of the audit log stay; their hashes
	// stay for ever. At least 6. Default: 24 (Garante, provv. 2/7/2015 n. 393).
	AuditMonths int
	// QuarantineDays is after how many days a file that is set aside counts as overdue:
	// a person is told, and decides; nothing removes it. Default: 90.
	QuarantineDays int
	// LedgerMonths is for how many months the ledger keeps the details of what came and
	// went: names, masked, persons, esiti, runs that moved nothing. What keeps a file
	// from being taken or sent twice stays. At least 12. Default: 60.
	LedgerMonths int
	// ReportMonths is for how many months reports stay, inside: on files, and the exact
	// disclosure reports. At least 12. Default: 60.
	ReportMonths int
	// UpgradeDays is for how many days the ledger of before an upgrade stays. At least
	// 7. Default: 90.
	UpgradeDays int
}

// Backup says for whom flussi backup seals.
type Backup struct {
	// Encrypt are the age recipients that archives are sealed for; their secret keys
	// are kept elsewhere than here. Default: those given with --to.
	Encrypt []string
}

// Endpoint is an SFTP server as one user sees it.
type Endpoint struct {
	Name string
	// Address is host:port. Required.
	Address string
	// User is the account there. Required.
	User string
	// Password and Key authenticate; where both are set both are used.
	// One of them, Agent or Prompts is required.
	Password, Key Secret
	// Passphrase and Certificate belong to Key. Default: none.
	Passphrase, Certificate Secret
	// Agent holds keys. Default: none is asked.
	Agent *Agent
	// Prompts answer keyboard-interactive questions. Default: only a single
	// question for a password is answered, with Password.
	Prompts []Prompt
	// Require are the credentials that the server must have accepted, all of
	// them. Default: as many as it wants.
	Require []Credential
	// HostKeys are the only keys the server may show. Required; empty until
	// flussi hosts pin wrote the first: no connection is made then.
	HostKeys []HostKey
	// Bind is the local address to connect from. Zero: the system chooses.
	Bind netip.Addr
	// PublicAddress is the address registered with the other party, behind
	// NAT not ours: declared. Zero: unknown.
	PublicAddress netip.Addr
	// PublicAddressService is a web service that answers with the address we
	// come from. Default: PublicAddress is not compared.
	PublicAddressService string
	// Algorithms opt down, or choose. Default: modern ones.
	Algorithms Algorithms
	// Via is the way there. Default: direct.
	Via         Via
	ViaPassword Secret
	// Consume says what becomes of a remote file once it is ours. Default:
	// keep.
	Consume Consume
	// Publish says how a file of ours appears there. Default: rename.
	Publish Publish
	// Windows are the hours in which we may connect. Default: always.
	Windows Windows
	// MaxSessions bounds concurrent sessions, 1 to 64. Default: 1.
	MaxSessions int
	// Channels bounds the channels of one session that carry one file side by
	// side, 1 to 16. Default: 4 with OpenSSH, 1 with other servers.
	Channels int
	// Connections is over how many sessions one large file goes side by side,
	// up to MaxSessions. Default: 1.
	Connections int
	// Verify says how a delivery makes sure of the bytes there. Default: their
	// number alone.
	Verify Verify
	// Limits and Timeouts bound rates and waits. Default: see there.
	Limits   Limits
	Timeouts Timeouts
	// Agreement is the ID of the act under which data move with this server:
	// whoever takes by hand is entered with it, and whoever sends by hand needs
	// it. Default: that of the schedule that moves them.
	Agreement string
	// Receipt is what each file that is sent there, of a release none, must get. Default: none.
	Receipt Awaited
}

// HostKey is one pinned key.
type HostKey struct {
	Key ssh.PublicKey
	// Until is the last day on which the pin holds. Zero: no end.
	Until Date
}

// Expires is the instant from which the pin holds no more: the end of Until in
// Italy. Zero: never.
func (h HostKey) Expires() time.Time {
	if h.Until.IsZero() {
		return time.Time{}
	}
	return h.Until.AddDays(1).In(rome)
}

// ConsumeHow is what becomes of a remote file after it is durable here.
type ConsumeHow string

// TriggerOn is what a server takes for a complete download.
type TriggerOn string

const (
	ConsumeKeep          ConsumeHow = "keep"           // it stays
	ConsumeRemove        ConsumeHow = "remove"         // we remove it
	ConsumeRename        ConsumeHow = "rename"         // we move it into a folder
	ConsumeServerRemoves ConsumeHow = "server-removes" // the server removes it by itself

	OnUnknown  TriggerOn = ""          // nobody says, so each is allowed for; the default
	OnClose    TriggerOn = "close"     // when the handle is closed
	OnEOF      TriggerOn = "eof"       // when end of file is read
	OnLastByte TriggerOn = "last-byte" // when the last byte was served
)

// Consume is the policy for remote files.
type Consume struct {
	How ConsumeHow
	On  TriggerOn // of server-removes only
	// Extractions is how often the server lets one file be opened, of
	// server-removes only. Zero: as often as one likes.
	Extractions int
	// Resume: the server takes a download for complete though it began after
	// the first byte, of server-removes only. Elsewhere every fetch may go on
	// where an earlier one broke off.
	Resume bool
	// RenameTo is the remote folder of rename.
	RenameTo string
}

// PublishHow is how a file appears to the other party.
type PublishHow string

const (
	PublishRename      PublishHow = "rename"       // temporary name, then rename
	PublishPosixRename PublishHow = "posix-rename" // the same with posix-rename@openssh.com
	PublishInPlace     PublishHow = "in-place"     // under its own name at once: drop boxes
	PublishMarker      PublishHow = "marker"       // in place, then an empty file beside it
	PublishStaging     PublishHow = "staging"      // written in a folder, then moved
)

// Publish is the policy for deliveries.
type Publish struct {
	How PublishHow
	// Marker is the suffix of the marker file, such as .ok.
	Marker string
	// Staging is the remote folder to write in.
	Staging string
}

// VerifyHow is how a delivery makes sure of the bytes at the other party.
type VerifyHow string

const (
	VerifyChecksum VerifyHow = "checksum"  // the server's own SHA-256
	VerifyReadBack VerifyHow = "read-back" // the file is read back
	VerifySidecar  VerifyHow = "sidecar"   // a file with the hash beside it
)

// Verify is what is done beyond counting bytes. Zero: nothing.
type Verify struct {
	How    VerifyHow
	Suffix string // of sidecar: .sha256
}

// Load reads the configuration at path, finds every fault, and gives it whole
// or not at all. A fault is a Faults of Kind Config; a file that cannot be
// read is a *flusso.Error of Kind Config.
func Load(path string) (*Config, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return nil, unreadable(path, err)
	}
	data, err := ReadFile(abs)
	if err != nil {
		return nil, unreadable(path, err)
	}
	return Parse(filepath.Base(abs), data, filepath.Dir(abs))
}

// Parse reads a configuration from memory; name is what faults call it, dir
// is where its relative paths start.
func Parse(name string, data []byte, dir string) (*Config, error) {
	f, doc := strict.Decode(name, dir, data, configType)
	f.File, f.doc = filepath.Join(dir, name), doc
	if f.Schedules == "" {
		f.Schedules = filepath.Join(dir, "schedules")
	}
	complete(&f, doc)
	if err := doc.Faults().Err(); err != nil {
		return nil, err
	}
	return &f, nil
}

// Fault makes a fault at a path of the configuration, such as
// recipients.regione-lazio.agreement, for rooms that check it further.
func (c *Config) Fault(path string, what, hint flusso.Text) Fault {
	return c.doc.Fault(path, what, hint)
}

// ReadFile reads a file of configuration, at most one byte more than strict
// takes.
func ReadFile(path string) (data []byte, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	return io.ReadAll(io.LimitReader(f, strict.MaxSize+1))
}

// DateOf is the day in Italy at t.
func DateOf(t time.Time) Date { return strict.DateOf(t.In(rome)) }

// Rome is the zone in which days are counted.
func Rome() *time.Location { return rome }

var rome = func() *time.Location {
	loc, err := time.LoadLocation("Europe/Rome")
	if err != nil {
		panic("Europe/Rome is missing from the embedded time zones")
	}
	return loc
}()

func unreadable(path string, err error) error {
	what, hint := textUnreadable, hintUnreadable
	if errors.Is(err, fs.ErrNotExist) {
		what, hint = textNoFile, hintNoFile
	}
	return &flusso.Error{Op: "read configuration", ID: path, Kind: flusso.Config, What: what, Hint: hint, Err: err}
}
