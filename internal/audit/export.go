package audit

import (
	"context"
	_ "embed"
	"encoding/base64"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"flussi/internal/flusso"
	"flussi/internal/ledger"
	"flussi/internal/spool"
)

// Exported is what was handed over.
type Exported struct {
	Entries    int64             `json:"entries"`
	Checkpoint ledger.Checkpoint `json:"-"`
}

// verifyScript recomputes the root from what was exported, without flussi.
//
//go:embed verify.py
var verifyScript string

// Export writes entries of the log, and the proof that they are of it, to a new folder:
//
//	entries.jsonl   the entries, each line the bytes that were hashed
//	entries.csv     the same for people, with the person's name where names gives one
//	proof.json      which entries they are, and the hashes of the others (ledger.Proof)
//	checkpoint.txt  the signed note whose root the two make
//	checkpoint.body, checkpoint.sig, public.pem   the same, as OpenSSL verifies it
//	verify.py       recomputes the root, with Python alone
//	README.md       what it is and how to verify it, in lang
//
// The log must verify (verified is its root then), and the checkpoint is its last: what
// came after is left out. Kind Exists when the folder is there.
func Export(ctx context.Context, l *ledger.Ledger, key Key, s Selection, dir string, names func(ledger.Entry) string, lang flusso.Lang) (x Exported, err error) {
	c, found, err := l.LastCheckpoint(ctx)
	if err != nil {
		return x, err
	}
	if !found {
		return x, &flusso.Error{Op: "export audit", Kind: flusso.Invalid, What: textNoCheckpointYet, Hint: hintNoCheckpointYet}
	}
	x.Checkpoint = c
	if err := spool.OS.Mkdir(dir, spool.DirPerm); err != nil {
		what, kind := textCannotExport, flusso.Config
		if errors.Is(err, fs.ErrExist) {
			what, kind = textExportThere, flusso.Exists
		}
		return x, &flusso.Error{Op: "export audit", Kind: kind, What: what, Hint: hintCannotExport, Err: err}
	}
	w := exporter{dir: dir, names: names}
	var indexes []int64
	each := func(f func(ledger.Logged) error) error {
		return s.Each(ctx, l, func(e ledger.Logged) error {
			if e.Index >= c.Size {
				return nil
			}
			return f(e)
		})
	}
	w.file("entries.jsonl", func(out io.Writer) error {
		return each(func(e ledger.Logged) error {
			indexes = append(indexes, e.Index)
			_, err := out.Write(append(slices.Clip(e.Bytes), '\n'))
			return err
		})
	})
	w.file("entries.csv", func(out io.Writer) error { return w.csv(out, each) })
	x.Entries = int64(len(indexes))
	w.file("proof.json", func(out io.Writer) error {
		known, err := l.Proof(ctx, c.Size, indexes)
		if err != nil {
			return err
		}
		enc := json.NewEncoder(out)
		enc.SetIndent("", " ")
		return enc.Encode(proofFile{c.Size, c.Hash, stretches(indexes), append([]ledger.Subtree{}, known...)})
	})
	w.text("checkpoint.txt", string(c.Note))
	w.signature(c)
	pem, err := key.PEM()
	if err != nil {
		return x, err
	}
	w.text("public.pem", string(pem))
	w.text("verify.py", verifyScript)
	w.text("README.md", readme(lang, c, x.Entries, key))
	return x, w.err
}

type proofFile struct {
	Size     int64            `json:"size"`
	Root     spool.Sum        `json:"root"`
	Entries  [][2]int64       `json:"entries"` // stretches: from the first up to before the second
	Subtrees []ledger.Subtree `json:"subtrees"`
}

// stretches writes indexes, in order, as stretches.
func stretches(indexes []int64) [][2]int64 {
	out := [][2]int64{}
	for _, i := range indexes {
		if n := len(out); n > 0 && out[n-1][1] == i {
			out[n-1][1]++
			continue
		}
		out = append(out, [2]int64{i, i + 1})
	}
	return out
}

// exporter writes files until one fails.
type exporter struct {
	dir   string
	names func(ledger.Entry) string
	err   error
}

func (w *exporter) file(name string, write func(io.Writer) error) {
	if w.err == nil {
		w.err = spool.WriteFile(spool.OS, filepath.Join(w.dir, name), spool.FilePerm, write)
	}
}

func (w *exporter) text(name, text string) {
	w.file(name, func(out io.Writer) error { _, err := io.WriteString(out, text); return err })
}

// signature takes the note apart: OpenSSL knows no notes.
func (w *exporter) signature(c ledger.Checkpoint) {
	body, signatures, _ := strings.Cut(string(c.Note), "\n\n")
	line, _, _ := strings.Cut(signatures, "\n")
	fields := strings.Fields(line)
	raw, err := base64.StdEncoding.DecodeString(fields[len(fields)-1])
	if err != nil || len(raw) < 4 {
		w.err = errors.Join(w.err, errors.New("the checkpoint has no signature"))
		return
	}
	w.text("checkpoint.body", body+"\n")
	w.text("checkpoint.sig", string(raw[4:])) // after the key's hash
}

// csvHead names the columns of entries.csv.
var csvHead = []string{"index", "time", "event", "actor", "person", "login", "run", "agreement", "purpose", "recipient", "endpoint", "object", "outcome", "name", "name_hash", "sha256", "counts"}

func (w *exporter) csv(out io.Writer, each func(func(ledger.Logged) error) error) error {
	table := csv.NewWriter(out)
	if err := table.Write(csvHead); err != nil {
		return err
	}
	err := each(func(l ledger.Logged) error {
		e, person, run := l.Entry, "", ""
		if w.names != nil {
			person = w.names(e)
		}
		if e.Run != 0 {
			run = e.Run.String()
		}
		var counts []string
		for _, name := range slices.Sorted(maps.Keys(e.Counts)) {
			counts = append(counts, name+"="+strconv.FormatInt(e.Counts[name], 10))
		}
		row := []string{
			strconv.FormatInt(l.Index, 10), e.Time.UTC().Format("2006-01-02T15:04:05Z"), string(e.Event), e.Actor, person, e.Login, run, e.Agreement,
			e.Purpose, e.Recipient, e.Endpoint, e.Object, e.Outcome, e.Name, e.NameHash, e.SHA256, strings.Join(counts, " "),
		}
		for i, cell := range row {
			if cell != "" && strings.ContainsAny(cell[:1], "=+-@\t\r") { // no spreadsheet takes it for a formula
				row[i] = "'" + cell
			}
		}
		return table.Write(row)
	})
	table.Flush()
	return errors.Join(err, table.Error())
}

func readme(lang flusso.Lang, c ledger.Checkpoint, entries int64, key Key) string {
	return fmt.Sprintf(textReadme.In(lang), entries, c.Size, c.Origin, key, c.Hash)
}
