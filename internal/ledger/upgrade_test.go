package ledger

import (
	"bytes"
	"compress/gzip"
	"database/sql"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"flussi/internal/flusso"
	"flussi/internal/spool"
)

// fixture makes testdata of a ledger: before a version is added, of one that the
// version before it wrote, such as a demo's:
//
//	go test ./internal/ledger -run TestUpgradeFromEvery -fixture "$PWD/flussi-demo/stato/ledger.db"
var fixture = flag.String("fixture", "", "make testdata of this ledger")

func fixtureName(version int) string {
	return filepath.Join("testdata", fmt.Sprintf("ledger-%d.sql.gz", version))
}

// more are rows of tables that a demo leaves empty, from the version that has them on.
var more = []struct {
	since int
	sql   string
}{
	{2, `INSERT INTO esiti (id_flusso, tipo, flusso_at, acquisizione_at, codice, read_at) VALUES ('H501.PS.20260131.0000001', 'PS_PSA_SINA', '2026-01-31', '2026-02-01', '0', '2026-02-02T00:00:00.000000000Z')`},
	{3, `INSERT INTO fetches (state, endpoint, fetch_key, local_hash, masked_name, name_hash, size, run, begun_at, changed_at) VALUES ('fetched', 'inps:/out', 'k', 'l', 'a…', 'n', 3, 1, '2026-02-02T00:00:00.000000000Z', '2026-02-02T00:00:00.000000000Z')`},
	{6, `INSERT INTO code_keys (holder, generation, key_id, state, made_at, made_by, changed_at) VALUES ('custode', 1, '0123456789abcdef', 'live', '2026-02-02T00:00:00.000000000Z', 'op-1', '2026-02-02T00:00:00.000000000Z')`},
	{8, `INSERT INTO expectations (schedule, what, due, since, at_least, arrived, state, reminded_at, raised_at, closed_at) VALUES ('ritorno-inps', '2026-02-01', '2026-02-02T00:00:00.000000000Z', '2026-02-01T00:00:00.000000000Z', 1, 0, 'missing', '', '', '')`},
}

// TestUpgradeFromEvery: ledgers that each earlier version wrote are brought up to date with
// all that they hold; the log still verifies; the version before is kept beside it, and the
// program of then could open it.
func TestUpgradeFromEvery(t *testing.T) {
	if *fixture != "" {
		makeFixture(t, *fixture)
		return
	}
	for version := 1; version < Version(); version++ {
		t.Run(fmt.Sprint(version), func(t *testing.T) {
			path, noted := written(t, version)
			before := contents(t, path)
			if version > 1 && len(before["arrivals"]) < 3 || len(before["audit"]) < 10 {
				t.Fatalf("the ledger holds too little: %d arrivals", len(before["arrivals"]))
			}
			_, err := Open(t.Context(), path, Options{ReadOnly: true})
			if flusso.KindOf(err) != flusso.Config || !strings.Contains(err.Error(), fmt.Sprintf("version %d,", version)) {
				t.Errorf("opened for reading: %v", err)
			}
			if _, err := Open(t.Context(), path, Options{Beside: true}); flusso.KindOf(err) != flusso.Config {
				t.Errorf("opened beside another program: %v", err)
			}
			if names, err := Copied(spool.OS, path); err != nil || len(names) != 0 {
				t.Fatalf("copies before the upgrade: %v, %v", names, err)
			}
			l := open(t, path)
			if root, err := l.Verify(t.Context(), noted); err != nil || root != noted {
				t.Errorf("the log: %v, %v, want %v", root, err, noted)
			}
			for table, rows := range before {
				if table == "circuits" && version < 5 || table == "sqlite_sequence" {
					continue // learnt again
				}
				after := contents(t, path)[table]
				if !slices.Equal(rows, after) && !prefixed(rows, after) {
					t.Errorf("%s: %d rows before, %d after, or not the same", table, len(rows), len(after))
				}
			}
			run := beginRun(t, l)
			if int(run) <= len(before["runs"])-1 {
				t.Errorf("run %d was given twice", run)
			}
			if _, err := l.Append(t.Context(), Entry{Event: Access}); err != nil {
				t.Error(err)
			}

			names, err := Copied(spool.OS, path)
			if err != nil || !slices.Equal(names, []string{fmt.Sprintf("ledger.before-v%d.db", version)}) {
				t.Fatalf("copies: %v, %v", names, err)
			}
			kept := filepath.Join(filepath.Dir(path), names[0])
			if got := contents(t, kept); !same(got, before) {
				t.Error("the copy of before differs")
			}
			if is := userVersion(t, kept); is != version {
				t.Errorf("the copy of before is of version %d", is)
			}
			if info, err := os.Stat(kept); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
				t.Errorf("%v, %v", info, err)
			}
		})
	}
}

// TestUpgradeBrokenOff: an upgrade that cannot be done, or that a crash broke off after the
// copy, leaves the ledger as it was; the next one does it.
func TestUpgradeBrokenOff(t *testing.T) {
	path, _ := written(t, 8)
	before := contents(t, path)
	kept := beforeName(path, 8)
	if err := os.MkdirAll(filepath.Join(kept, "in the way"), 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(t.Context(), path, Options{}); err == nil {
		t.Fatal("it was brought up to date without a copy of before")
	}
	if userVersion(t, path) != 8 || !same(contents(t, path), before) {
		t.Error("the ledger changed")
	}
	if err := os.RemoveAll(kept); err != nil {
		t.Fatal(err)
	}
	for _, leftover := range []string{kept, kept + spool.PartSuffix} { // of a crash
		if err := os.WriteFile(leftover, []byte("broken"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	open(t, path)
	if !same(contents(t, kept), before) {
		t.Error("the copy of before is not whole")
	}
}

// TestNewerLedger: what an older program finds that was taken back.
func TestNewerLedger(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ledger.db")
	l, err := Open(t.Context(), path, Options{})
	if err = errors.Join(err, l.Close()); err != nil {
		t.Fatal(err)
	}
	tamper(t, path, fmt.Sprintf("PRAGMA user_version = %d", Version()+3))
	for _, o := range []Options{{}, {ReadOnly: true}, {Beside: true}} {
		_, err := Open(t.Context(), path, o)
		var known *flusso.Error
		if !errors.As(err, &known) || known.Kind != flusso.Config {
			t.Fatalf("%+v: %v", o, err)
		}
		for _, part := range []string{fmt.Sprintf("version %d,", Version()+3), fmt.Sprintf("up to %d", Version())} {
			if !strings.Contains(known.What.En, part) {
				t.Errorf("%q does not say %q", known.What.En, part)
			}
		}
		if !strings.Contains(known.Hint.It, fmt.Sprintf("ledger.before-v%d.db", Version())) {
			t.Errorf("hint %q", known.Hint.It)
		}
	}
	if _, err := Snapshot(t.Context(), path, path+".copy", func() error { return nil }); flusso.KindOf(err) != flusso.Config {
		t.Errorf("copied: %v", err)
	}
}

// written makes a ledger as a version wrote it, with its WAL as SQLite has it.
func written(t *testing.T, version int) (path string, noted Root) {
	t.Helper()
	f, err := os.Open(fixtureName(version))
	if err != nil {
		t.Fatalf("each version that there was needs its ledger (see the flag -fixture): %v", err)
	}
	defer func() { _ = f.Close() }()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	var hash string
	if _, err := fmt.Sscanf(string(text), "-- root %d %s\n", &noted.Size, &hash); err != nil {
		t.Fatal(err)
	}
	if noted.Hash, err = spool.ParseSum(hash); err != nil {
		t.Fatal(err)
	}
	path = filepath.Join(t.TempDir(), "ledger.db")
	db := raw(t, path)
	if _, err := db.Exec(string(text)); err != nil {
		t.Fatal(err)
	}
	for _, m := range more {
		if version < m.since {
			continue
		}
		if _, err := db.Exec(m.sql); err != nil {
			t.Fatal(err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	return path, noted
}

func userVersion(t *testing.T, path string) (version int) {
	t.Helper()
	if err := raw(t, path).QueryRow("PRAGMA user_version").Scan(&version); err != nil {
		t.Fatal(err)
	}
	return version
}

// contents are the rows of every table, each as SQL has it.
func contents(t *testing.T, path string) map[string][]string {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	all := map[string][]string{}
	for _, table := range column(t, db, "SELECT name FROM sqlite_schema WHERE type = 'table'") {
		rows, err := db.Query("SELECT * FROM " + table)
		if err != nil {
			t.Fatal(err)
		}
		names, err := rows.Columns()
		if err != nil {
			t.Fatal(err)
		}
		all[table] = []string{}
		for rows.Next() {
			all[table] = append(all[table], values(t, rows, len(names)))
		}
		if err := rows.Err(); err != nil {
			t.Fatal(err)
		}
	}
	return all
}

func values(t *testing.T, rows *sql.Rows, n int) string {
	t.Helper()
	cells, into := make([]any, n), make([]any, n)
	for i := range cells {
		into[i] = &cells[i]
	}
	if err := rows.Scan(into...); err != nil {
		t.Fatal(err)
	}
	text := make([]string, n)
	for i, cell := range cells {
		switch cell := cell.(type) {
		case nil:
			text[i] = "NULL"
		case int64:
			text[i] = fmt.Sprint(cell)
		case string:
			text[i] = "'" + strings.ReplaceAll(cell, "'", "''") + "'"
		case []byte:
			text[i] = fmt.Sprintf("x'%x'", cell)
		default:
			t.Fatalf("a value of type %T", cell)
		}
	}
	return strings.Join(text, ", ")
}

func same(a, b map[string][]string) bool {
	for table, rows := range b {
		if !slices.Equal(a[table], rows) {
			return false
		}
	}
	return len(a) == len(b)
}

// prefixed tells whether rows are what they were, with new columns behind.
func prefixed(before, after []string) bool {
	return slices.EqualFunc(before, after, func(b, a string) bool { return strings.HasPrefix(a, b+", ") })
}

func column(t *testing.T, db *sql.DB, query string) (list []string) {
	t.Helper()
	rows, err := db.Query(query)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			t.Fatal(err)
		}
		list = append(list, text)
	}
	return list
}

// makeFixture writes a ledger as SQL that makes it again.
func makeFixture(t *testing.T, path string) {
	db := raw(t, path)
	root, err := view{db}.Root(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	version := userVersion(t, path)
	fmt.Fprintf(&b, "-- root %d %s\n-- A ledger of version %d, written by the flussi of then.\n", root.Size, root.Hash, version)
	fmt.Fprintf(&b, "PRAGMA journal_mode = wal;\nPRAGMA user_version = %d;\nPRAGMA application_id = %d;\nBEGIN;\n", version, applicationID)
	own := " FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' AND type "
	for _, statement := range column(t, db, "SELECT sql"+own+"= 'table' ORDER BY rowid") {
		b.WriteString(statement + ";\n")
	}
	rows := contents(t, path)
	for _, table := range append(column(t, db, "SELECT name"+own+"= 'table' ORDER BY rowid"), "sqlite_sequence") {
		for _, row := range rows[table] {
			fmt.Fprintf(&b, "INSERT INTO %s VALUES (%s);\n", table, row)
		}
	}
	for _, statement := range column(t, db, "SELECT sql"+own+"<> 'table' ORDER BY rowid") {
		b.WriteString(statement + ";\n")
	}
	b.WriteString("COMMIT;\n")
	var packed bytes.Buffer
	z, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := z.Write(b.Bytes()); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(z.Close(), os.WriteFile(fixtureName(version), packed.Bytes(), 0o644)); err != nil {
		t.Fatal(err)
	}
	t.Logf("%s: %d bytes", fixtureName(version), packed.Len())
}
