package ledger

import (
	"context"
	"database/sql"
	"fmt"

	"flussi/internal/flusso"
)

// migrations bring a file from version i to i+1; a ledger's version is their
// number. A published one is never changed.
var migrations = []string{`
CREATE TABLE runs (
	id         INTEGER PRIMARY KEY AUTOINCREMENT,
	schedule   TEXT NOT NULL,
	period     TEXT NOT NULL,
	operator   TEXT NOT NULL,
	login      TEXT NOT NULL,
	dry_run    INTEGER NOT NULL CHECK (dry_run IN (0, 1)),
	begun_at   TEXT NOT NULL,
	ended_at   TEXT NOT NULL DEFAULT '',
	outcome    TEXT NOT NULL DEFAULT '',
	reason     TEXT NOT NULL DEFAULT '',
	arrivals   INTEGER NOT NULL DEFAULT 0 CHECK (arrivals >= 0),
	records    INTEGER NOT NULL DEFAULT 0 CHECK (records >= 0),
	accepted   INTEGER NOT NULL DEFAULT 0 CHECK (accepted >= 0),
	rejected   INTEGER NOT NULL DEFAULT 0 CHECK (rejected >= 0),
	duplicates INTEGER NOT NULL DEFAULT 0 CHECK (duplicates >= 0),
	releases   INTEGER NOT NULL DEFAULT 0 CHECK (releases >= 0),
	deliveries INTEGER NOT NULL DEFAULT 0 CHECK (deliveries >= 0)
) STRICT;
CREATE INDEX runs_by_schedule ON runs (schedule, period);

CREATE TABLE arrivals (
	id           INTEGER PRIMARY KEY AUTOINCREMENT,
	state        TEXT NOT NULL,
	fetch_key    TEXT NOT NULL UNIQUE,
	endpoint     TEXT NOT NULL,
	masked_name  TEXT NOT NULL,
	name_hash    TEXT NOT NULL,
	size         INTEGER NOT NULL CHECK (size >= 0),
	sha256       TEXT NOT NULL DEFAULT '',
	spool_id     TEXT NOT NULL UNIQUE,
	tipo         TEXT NOT NULL DEFAULT '',
	ente         TEXT NOT NULL DEFAULT '',
	id_flusso    TEXT NOT NULL DEFAULT '',
	records      INTEGER NOT NULL DEFAULT 0 CHECK (records >= 0),
	accepted     INTEGER NOT NULL DEFAULT 0 CHECK (accepted >= 0),
	rejected     INTEGER NOT NULL DEFAULT 0 CHECK (rejected >= 0),
	duplicates   INTEGER NOT NULL DEFAULT 0 CHECK (duplicates >= 0),
	duplicate_of INTEGER REFERENCES arrivals (id),
	reason       TEXT NOT NULL DEFAULT '',
	run          INTEGER NOT NULL REFERENCES runs (id),
	attempts     INTEGER NOT NULL DEFAULT 1,
	taken_at     TEXT NOT NULL,
	received_at  TEXT NOT NULL DEFAULT '',
	changed_at   TEXT NOT NULL,
	CHECK (records = accepted + rejected + duplicates)
) STRICT;
CREATE INDEX arrivals_by_sha256 ON arrivals (sha256) WHERE sha256 <> '';
CREATE INDEX arrivals_by_flusso ON arrivals (ente, id_flusso) WHERE id_flusso <> '';
CREATE INDEX arrivals_by_name ON arrivals (endpoint, name_hash);
CREATE INDEX arrivals_by_state ON arrivals (state);
CREATE INDEX arrivals_by_run ON arrivals (run);

CREATE TABLE releases (
	id           INTEGER PRIMARY KEY AUTOINCREMENT,
	recipient    TEXT NOT NULL,
	dataset      TEXT NOT NULL,
	release      TEXT NOT NULL,
	state        TEXT NOT NULL,
	run          INTEGER NOT NULL REFERENCES runs (id),
	reason       TEXT NOT NULL DEFAULT '',
	begun_at     TEXT NOT NULL,
	published_at TEXT NOT NULL DEFAULT '',
	manifest     TEXT NOT NULL DEFAULT '',
	records_in   INTEGER NOT NULL DEFAULT 0,
	rejected     INTEGER NOT NULL DEFAULT 0,
	duplicates   INTEGER NOT NULL DEFAULT 0,
	withdrawn    INTEGER NOT NULL DEFAULT 0,
	outside      INTEGER NOT NULL DEFAULT 0,
	disclosed    INTEGER NOT NULL DEFAULT 0,
	suppressed   INTEGER NOT NULL DEFAULT 0,
	rows         INTEGER NOT NULL DEFAULT 0,
	state_before INTEGER NOT NULL DEFAULT 0,
	inserted     INTEGER NOT NULL DEFAULT 0,
	cancelled    INTEGER NOT NULL DEFAULT 0,
	state_after  INTEGER NOT NULL DEFAULT 0,
	UNIQUE (recipient, dataset, release),
	CHECK (records_in = rejected + duplicates + withdrawn + outside + disclosed + suppressed),
	CHECK (state_after = state_before + inserted - cancelled)
) STRICT;
CREATE UNIQUE INDEX one_live_release ON releases (recipient, dataset) WHERE state = 'live';

CREATE TABLE release_arrivals (
	release INTEGER NOT NULL REFERENCES releases (id),
	arrival INTEGER NOT NULL REFERENCES arrivals (id),
	PRIMARY KEY (release, arrival)
) STRICT, WITHOUT ROWID;
CREATE INDEX release_arrivals_by_arrival ON release_arrivals (arrival);

CREATE TABLE deliveries (
	id            INTEGER PRIMARY KEY AUTOINCREMENT,
	state         TEXT NOT NULL,
	object        TEXT NOT NULL,
	endpoint      TEXT NOT NULL,
	target_hash   TEXT NOT NULL,
	masked_target TEXT NOT NULL,
	size          INTEGER NOT NULL CHECK (size >= 0),
	sha256        TEXT NOT NULL,
	recipient     TEXT NOT NULL,
	agreement     TEXT NOT NULL,
	run           INTEGER NOT NULL REFERENCES runs (id),
	attempts      INTEGER NOT NULL DEFAULT 1,
	reason        TEXT NOT NULL DEFAULT '',
	begun_at      TEXT NOT NULL,
	changed_at    TEXT NOT NULL,
	UNIQUE (object, endpoint, target_hash)
) STRICT;
CREATE INDEX deliveries_by_state ON deliveries (state);

CREATE TABLE audit (
	seq   INTEGER PRIMARY KEY,
	entry BLOB NOT NULL,
	leaf  BLOB NOT NULL CHECK (length(leaf) = 32)
) STRICT;
CREATE TABLE audit_tree (
	one   INTEGER PRIMARY KEY CHECK (one = 1),
	size  INTEGER NOT NULL,
	nodes BLOB NOT NULL,
	last  TEXT NOT NULL
) STRICT;
INSERT INTO audit_tree VALUES (1, 0, x'', '');

-- The log only grows, one entry after the other. The first trigger also stops
-- INSERT OR REPLACE, which would take a row away without a DELETE.
CREATE TRIGGER audit_in_sequence BEFORE INSERT ON audit
WHEN NEW.seq <> (SELECT coalesce(max(seq) + 1, 0) FROM audit)
BEGIN SELECT raise(ABORT, 'the audit log grows at its end'); END;
CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit
BEGIN SELECT raise(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit
BEGIN SELECT raise(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER audit_tree_grows BEFORE UPDATE ON audit_tree
WHEN NEW.size <> OLD.size + 1
BEGIN SELECT raise(ABORT, 'the audit tree grows by one'); END;
CREATE TRIGGER audit_tree_stays BEFORE DELETE ON audit_tree
BEGIN SELECT raise(ABORT, 'the audit tree stays'); END;
`, `
CREATE TABLE esiti (
	id              INTEGER PRIMARY KEY AUTOINCREMENT,
	id_flusso       TEXT NOT NULL,
	tipo            TEXT NOT NULL,
	flusso_at       TEXT NOT NULL,
	acquisizione_at TEXT NOT NULL,
	codice          TEXT NOT NULL,
	acquisizione    TEXT NOT NULL DEFAULT '',
	noted           TEXT NOT NULL DEFAULT '',
	read_at         TEXT NOT NULL,
	UNIQUE (id_flusso, acquisizione_at)
) STRICT;
CREATE INDEX arrivals_by_id_flusso ON arrivals (id_flusso) WHERE id_flusso <> '';
`, `
CREATE TABLE fetches (
	id          INTEGER PRIMARY KEY AUTOINCREMENT,
	state       TEXT NOT NULL,
	endpoint    TEXT NOT NULL,
	fetch_key   TEXT NOT NULL,
	local_hash  TEXT NOT NULL,
	masked_name TEXT NOT NULL,
	name_hash   TEXT NOT NULL,
	size        INTEGER NOT NULL CHECK (size >= 0),
	sha256      TEXT NOT NULL DEFAULT '',
	held        INTEGER NOT NULL DEFAULT 0,
	held_sha256 TEXT NOT NULL DEFAULT '',
	run         INTEGER NOT NULL REFERENCES runs (id),
	reason      TEXT NOT NULL DEFAULT '',
	begun_at    TEXT NOT NULL,
	changed_at  TEXT NOT NULL
) STRICT;
CREATE INDEX fetches_by_local ON fetches (local_hash);

CREATE TABLE circuits (
	endpoint   TEXT PRIMARY KEY,
	failures   INTEGER NOT NULL CHECK (failures > 0),
	open_until TEXT NOT NULL,
	changed_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE moving (
	id          INTEGER PRIMARY KEY AUTOINCREMENT,
	run         INTEGER NOT NULL REFERENCES runs (id),
	endpoint    TEXT NOT NULL,
	direction   TEXT NOT NULL,
	masked_name TEXT NOT NULL,
	done        INTEGER NOT NULL,
	total       INTEGER NOT NULL,
	begun_at    TEXT NOT NULL,
	changed_at  TEXT NOT NULL
) STRICT;

-- One transaction may append several entries.
DROP TRIGGER audit_tree_grows;
CREATE TRIGGER audit_tree_grows BEFORE UPDATE ON audit_tree
WHEN NEW.size <= OLD.size
BEGIN SELECT raise(ABORT, 'the audit tree grows'); END;

ALTER TABLE arrivals ADD COLUMN held INTEGER NOT NULL DEFAULT 0;
ALTER TABLE arrivals ADD COLUMN held_sha256 TEXT NOT NULL DEFAULT '';
ALTER TABLE deliveries ADD COLUMN acked INTEGER NOT NULL DEFAULT 0;
`, `
-- Where a fetch that came to its end was put nobody asks: with the others alone
-- the index is small, whatever was fetched, and so is what each commit changes.
DROP INDEX fetches_by_local;
CREATE INDEX fetches_unfetched ON fetches (local_hash) WHERE state <> 'fetched';
-- Each start asks what a crash left.
CREATE INDEX runs_open ON runs (outcome) WHERE outcome = '';
CREATE INDEX releases_begun ON releases (state) WHERE state = 'begun';
`, `
-- An endpoint may rest for a refused login, too. What was known of the others
-- is learnt again.
DROP TABLE circuits;
CREATE TABLE circuits (
	endpoint   TEXT PRIMARY KEY,
	failures   INTEGER NOT NULL CHECK (failures >= 0),
	refused    INTEGER NOT NULL CHECK (refused >= 0),
	open_until TEXT NOT NULL,
	changed_at TEXT NOT NULL,
	CHECK (failures + refused > 0)
) STRICT, WITHOUT ROWID;
ALTER TABLE moving ADD COLUMN held INTEGER NOT NULL DEFAULT 0;
`, `
-- Keys of stable codes, without the keys: they are files.
CREATE TABLE code_keys (
	id           INTEGER PRIMARY KEY AUTOINCREMENT,
	holder       TEXT NOT NULL,
	generation   INTEGER NOT NULL CHECK (generation > 0),
	key_id       TEXT NOT NULL,
	state        TEXT NOT NULL,
	reason       TEXT NOT NULL DEFAULT '',
	made_at      TEXT NOT NULL,
	made_by      TEXT NOT NULL,
	destroyed_at TEXT NOT NULL DEFAULT '',
	destroyed_by TEXT NOT NULL DEFAULT '',
	changed_at   TEXT NOT NULL,
	UNIQUE (holder, generation)
) STRICT;
CREATE UNIQUE INDEX one_live_code_key ON code_keys (holder) WHERE state = 'live';
`, `
-- What was signed of the log, and how far places away from this host have it.
CREATE TABLE audit_checkpoints (
	size    INTEGER PRIMARY KEY CHECK (size > 0),
	note    BLOB NOT NULL,
	made_at TEXT NOT NULL
) STRICT;
CREATE TABLE audit_copies (
	place      TEXT PRIMARY KEY,
	size       INTEGER NOT NULL CHECK (size >= 0),
	note       BLOB NOT NULL,
	failures   INTEGER NOT NULL CHECK (failures >= 0),
	reason     TEXT NOT NULL,
	changed_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- At the end of their term contents go and hashes stay, below pruned alone.
ALTER TABLE audit_tree ADD COLUMN pruned INTEGER NOT NULL DEFAULT 0;
DROP TRIGGER audit_no_update;
CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit
WHEN NEW.seq <> OLD.seq OR NEW.leaf <> OLD.leaf OR NEW.entry <> x'' OR NEW.seq >= (SELECT pruned FROM audit_tree)
BEGIN SELECT raise(ABORT, 'the audit log is append-only'); END;
DROP TRIGGER audit_tree_grows;
CREATE TRIGGER audit_tree_grows BEFORE UPDATE ON audit_tree
WHEN NEW.size <= OLD.size OR NEW.pruned < OLD.pruned OR NEW.pruned > NEW.size
BEGIN SELECT raise(ABORT, 'the audit tree grows'); END;
CREATE TRIGGER audit_checkpoints_no_update BEFORE UPDATE ON audit_checkpoints
BEGIN SELECT raise(ABORT, 'a checkpoint stays as it was signed'); END;
CREATE TRIGGER audit_checkpoints_no_delete BEFORE DELETE ON audit_checkpoints
BEGIN SELECT raise(ABORT, 'a checkpoint stays'); END;
`, `
-- What the daemon knows of each schedule, and what it waits for.
CREATE TABLE standings (
	schedule   TEXT PRIMARY KEY,
	settled    TEXT NOT NULL,
	attempts   INTEGER NOT NULL CHECK (attempts >= 0),
	not_before TEXT NOT NULL,
	blocked    TEXT NOT NULL,
	since      TEXT NOT NULL,
	watched    TEXT NOT NULL,
	changed_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
ALTER TABLE runs ADD COLUMN due TEXT NOT NULL DEFAULT '';
CREATE TABLE expectations (
	schedule    TEXT NOT NULL,
	what        TEXT NOT NULL,
	due         TEXT NOT NULL,
	since       TEXT NOT NULL,
	at_least    INTEGER NOT NULL CHECK (at_least > 0),
	arrived     INTEGER NOT NULL CHECK (arrived >= 0),
	state       TEXT NOT NULL,
	reminded_at TEXT NOT NULL,
	raised_at   TEXT NOT NULL,
	closed_at   TEXT NOT NULL,
	PRIMARY KEY (schedule, what)
) STRICT, WITHOUT ROWID;
CREATE INDEX expectations_open ON expectations (state) WHERE state IN ('waiting', 'missing');
`, `
-- The times that are settled so far: of others, nothing is made up for.
ALTER TABLE standings ADD COLUMN times TEXT NOT NULL DEFAULT '';
`, `
-- What a person is told of: each trouble is open once, told once to each target, and
-- what is told goes out in messages.
CREATE TABLE troubles (
	id        INTEGER PRIMARY KEY AUTOINCREMENT,
	kind      TEXT NOT NULL,
	subject   TEXT NOT NULL,
	reason    TEXT NOT NULL,
	what      TEXT NOT NULL,
	count     INTEGER NOT NULL,
	of        INTEGER NOT NULL,
	due       TEXT NOT NULL,
	since     TEXT NOT NULL,
	healed_at TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE UNIQUE INDEX one_open_trouble ON troubles (kind, subject) WHERE healed_at = '';
CREATE INDEX troubles_by_healing ON troubles (healed_at);
CREATE TABLE messages (
	id         INTEGER PRIMARY KEY AUTOINCREMENT,
	target     TEXT NOT NULL,
	form       TEXT NOT NULL,
	state      TEXT NOT NULL,
	attempts   INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
	not_before TEXT NOT NULL DEFAULT '',
	reason     TEXT NOT NULL DEFAULT '',
	made_at    TEXT NOT NULL,
	changed_at TEXT NOT NULL
) STRICT;
CREATE INDEX messages_by_state ON messages (state);
CREATE INDEX messages_by_target ON messages (target, made_at);
CREATE TABLE notices (
	trouble INTEGER NOT NULL REFERENCES troubles (id),
	event   TEXT NOT NULL,
	target  TEXT NOT NULL,
	urgent  INTEGER NOT NULL CHECK (urgent IN (0, 1)),
	made_at TEXT NOT NULL,
	message INTEGER REFERENCES messages (id),
	PRIMARY KEY (trouble, event, target)
) STRICT, WITHOUT ROWID;
CREATE INDEX notices_loose ON notices (target) WHERE message IS NULL;
CREATE INDEX notices_by_message ON notices (message);
-- How often a schedule failed in a row.
CREATE INDEX runs_of_schedule ON runs (schedule, id);
-- Receipts: what a delivery waits for, what came by mail, how far mailboxes were read.
ALTER TABLE deliveries ADD COLUMN name_hash TEXT NOT NULL DEFAULT '';
ALTER TABLE deliveries ADD COLUMN receipt TEXT NOT NULL DEFAULT '';
ALTER TABLE deliveries ADD COLUMN receipt_due TEXT NOT NULL DEFAULT '';
CREATE INDEX deliveries_by_name ON deliveries (endpoint, name_hash) WHERE name_hash <> '';
CREATE INDEX deliveries_by_receipt ON deliveries (receipt) WHERE receipt IN ('waiting', 'overdue', 'mismatch');
CREATE TABLE receipts (
	id           INTEGER PRIMARY KEY AUTOINCREMENT,
	mailbox      TEXT NOT NULL,
	message_hash TEXT NOT NULL UNIQUE,
	content_hash TEXT NOT NULL UNIQUE,
	rule         TEXT NOT NULL,
	attests      TEXT NOT NULL,
	endpoint     TEXT NOT NULL,
	name_hash    TEXT NOT NULL,
	masked_name  TEXT NOT NULL,
	size         INTEGER NOT NULL,
	sha256       TEXT NOT NULL,
	positive     INTEGER NOT NULL CHECK (positive IN (0, 1)),
	verified     INTEGER NOT NULL CHECK (verified IN (0, 1)),
	said_at      TEXT NOT NULL,
	state        TEXT NOT NULL,
	reason       TEXT NOT NULL DEFAULT '',
	object       TEXT NOT NULL DEFAULT '',
	read_at      TEXT NOT NULL,
	changed_at   TEXT NOT NULL
) STRICT;
CREATE INDEX receipts_open ON receipts (state) WHERE state IN ('unmatched', 'ambiguous', 'mismatched');
CREATE TABLE mailboxes (
	name       TEXT PRIMARY KEY,
	mark       TEXT NOT NULL,
	failures   INTEGER NOT NULL CHECK (failures >= 0),
	reason     TEXT NOT NULL,
	changed_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
`, `
CREATE TABLE prepared (
	id          INTEGER PRIMARY KEY AUTOINCREMENT,
	state       TEXT NOT NULL,
	id_flusso   TEXT NOT NULL UNIQUE,
	ente        TEXT NOT NULL,
	tipo        TEXT NOT NULL,
	day         TEXT NOT NULL,
	number      INTEGER NOT NULL CHECK (number > 0),
	source      TEXT NOT NULL,
	sha256      TEXT NOT NULL DEFAULT '',
	size        INTEGER NOT NULL DEFAULT 0 CHECK (size >= 0),
	records     INTEGER NOT NULL DEFAULT 0 CHECK (records >= 0),
	operator    TEXT NOT NULL,
	place       TEXT NOT NULL,
	protocol    TEXT NOT NULL DEFAULT '',
	reason      TEXT NOT NULL DEFAULT '',
	made_at     TEXT NOT NULL,
	uploaded_at TEXT NOT NULL DEFAULT '',
	answered_at TEXT NOT NULL DEFAULT '',
	changed_at  TEXT NOT NULL,
	UNIQUE (ente, tipo, day, number)
) STRICT;
CREATE INDEX prepared_by_source ON prepared (source);
CREATE TABLE prepared_records (
	flow    INTEGER NOT NULL REFERENCES prepared (id),
	ordinal INTEGER NOT NULL CHECK (ordinal >= 0),
	key     BLOB NOT NULL,
	content INTEGER NOT NULL,
	cancels INTEGER NOT NULL CHECK (cancels IN (0, 1)),
	answer  TEXT NOT NULL DEFAULT '',
	PRIMARY KEY (flow, ordinal)
) STRICT, WITHOUT ROWID;
CREATE INDEX prepared_records_by_key ON prepared_records (key);
CREATE TABLE reserves (
	tipo  TEXT PRIMARY KEY,
	first INTEGER NOT NULL CHECK (first > 0),
	last  INTEGER NOT NULL CHECK (last >= first)
) STRICT, WITHOUT ROWID;
`}

// Version is that of the ledgers this program makes.
func Version() int { return len(migrations) }

// migrate brings the file to this version, in one transaction; one of an earlier
// version is copied before (keepBefore).
func migrate(ctx context.Context, db *sql.DB, path string) error {
	old, id, err := versionOf(ctx, db)
	if err == nil && id == applicationID && old > 0 && old < len(migrations) {
		err = keepBefore(ctx, db, path, old)
	}
	if err != nil {
		return err
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // does nothing once committed
	version, id, err := versionOf(ctx, tx)
	if err != nil {
		return err
	}
	var tables int
	if err := tx.QueryRowContext(ctx, "SELECT count(*) FROM sqlite_schema").Scan(&tables); err != nil {
		return err
	}
	if tables > 0 && id != applicationID {
		return &flusso.Error{Op: "open ledger", Kind: flusso.Config, What: textNotALedger, Hint: hintNotALedger}
	}
	if version == len(migrations) {
		return nil
	}
	for v := version; v < len(migrations); v++ {
		if _, err := tx.ExecContext(ctx, migrations[v]); err != nil {
			return fmt.Errorf("migrate to version %d: %w", v+1, err)
		}
	}
	for pragma, value := range map[string]int{"user_version": len(migrations), "application_id": applicationID} {
		if _, err := tx.ExecContext(ctx, fmt.Sprintf("PRAGMA %s = %d", pragma, value)); err != nil {
			return err
		}
	}
	return tx.Commit()
}

// checkVersion refuses a file that is not a ledger of this version.
func checkVersion(ctx context.Context, db *sql.DB) error {
	version, id, err := versionOf(ctx, db)
	switch {
	case err != nil:
		return err
	case id != applicationID:
		return &flusso.Error{Op: "open ledger", Kind: flusso.Config, What: textNotALedger, Hint: hintNotALedger}
	case version < len(migrations):
		return &flusso.Error{Op: "open ledger", Kind: flusso.Config, What: textOlderLedger(version, len(migrations)), Hint: hintOlderLedger}
	}
	return nil
}

func versionOf(ctx context.Context, q querier) (version, id int, err error) {
	if err := q.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version); err != nil {
		return 0, 0, err
	}
	if err := q.QueryRowContext(ctx, "PRAGMA application_id").Scan(&id); err != nil {
		return 0, 0, err
	}
	if id == applicationID && version > len(migrations) {
		return 0, 0, &flusso.Error{Op: "open ledger", Kind: flusso.Config, What: textNewerLedger(version, len(migrations)), Hint: hintNewerLedger(len(migrations))}
	}
	return version, id, nil
}
