package dataset

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"flussi/internal/anonymize"
	"flussi/internal/flusso"
	"flussi/internal/spool"
	"flussi/internal/table"
)

func check(t *testing.T, dir string, trusted PublicKey) *Checked {
	t.Helper()
	c, err := Check(context.Background(), spool.OS, dir, trusted)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// said are the findings in a language, with where.
func said(c *Checked, lang flusso.Lang) (lines []string) {
	for _, f := range c.Findings {
		lines = append(lines, f.Where+": "+f.What.In(lang)+" → "+f.Hint.In(lang))
	}
	return lines
}

// Real releases, of two increments, are sound, from the dataset's folder, the
// release's under another name, and flat as they are delivered.
func TestCheckSound(t *testing.T) {
	for dataset, level := range map[string]anonymize.Level{"prestazioni": anonymize.IndividualeAnonimo, "quadro": anonymize.Aggregato} {
		root := t.TempDir()
		disclose(t, root, "r1", dataset, level, 3)
		s, _ := disclose(t, root, "r2", dataset, level, 4)
		moved := filepath.Join(t.TempDir(), "copia")
		if err := os.CopyFS(moved, os.DirFS(s.Dir)); err != nil {
			t.Fatal(err)
		}
		flat := flatten(t, s.Dir)
		for _, dir := range []string{filepath.Join(root, "regione-lazio", dataset), s.Dir, moved, flat} {
			c := check(t, dir, someSigner.Public())
			if len(c.Findings) > 0 || !c.Known || c.Rows != s.Rows || c.Release != "r2" || len(c.Increments) != 2 {
				t.Errorf("%s: %v %+v", dir, said(c, flusso.En), c)
			}
			if i := c.Increments[1]; i.Smallest < 5 || i.Classes+i.Cells == 0 {
				t.Errorf("%+v", i)
			}
		}
	}
}

// flatten puts a release's files into one folder, as endpoints get them.
func flatten(t *testing.T, dir string) string {
	t.Helper()
	m, err := readManifest(spool.OS, dir)
	if err != nil {
		t.Fatal(err)
	}
	files, err := Delivery(spool.OS, m, someSigner)
	if err != nil {
		t.Fatal(err)
	}
	to := t.TempDir()
	for _, f := range files {
		from, err := f.Open(spool.OS)
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(io.NewSectionReader(from, 0, f.Bytes))
		if err := errors.Join(err, from.Close(), os.WriteFile(filepath.Join(to, f.Name), data, 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	return to
}

// Whatever is done to a release is found, in words of its own, in both
// languages, with what to do.
func TestCheckFindsTampering(t *testing.T) {
	root := t.TempDir()
	s, _ := disclose(t, root, "r1", "prestazioni", anonymize.IndividualeAnonimo, 5)
	other, _ := disclose(t, t.TempDir(), "r2", "prestazioni", anonymize.IndividualeAnonimo, 6)
	part := ""
	for _, rel := range mustWalk(t, s.Dir) {
		if strings.HasSuffix(rel, ".parquet") {
			part = rel
		}
	}
	stranger := NewSigner(bytes.Repeat([]byte{9}, SignerSeed))
	for name, tt := range map[string]struct {
		tamper  func(t *testing.T, dir string)
		trusted PublicKey
		it, en  string
		where   string
	}{
		"a bit of a part": {
			tamper: func(t *testing.T, dir string) { flip(t, filepath.Join(dir, part), 4000) },
			it:     "il file di dati non è quello del manifesto", en: "the data file is not the manifest's", where: part,
		},
		"a part's footer": {
			tamper: func(t *testing.T, dir string) { flip(t, filepath.Join(dir, part), -1+int(size(t, dir, part))) },
			it:     "il file di dati non si legge", en: "the data file cannot be read", where: part,
		},
		"a word of the manifest": {
			tamper: func(t *testing.T, dir string) {
				edit(t, dir, manifestName, `"recipient": "regione-lazio"`, `"recipient": "regione-laziu"`)
			},
			it: "il manifesto non è quello firmato", en: "the manifest is not the one signed", where: manifestName,
		},
		"a brace of the manifest": {
			tamper: func(t *testing.T, dir string) { flip(t, filepath.Join(dir, manifestName), 0) },
			it:     "il manifesto non si legge", en: "the manifest cannot be read", where: manifestName,
		},
		"the signature": {
			tamper: func(t *testing.T, dir string) { flip(t, filepath.Join(dir, manifestSig), 5) },
			it:     "il manifesto non è quello firmato", en: "the manifest is not the one signed", where: manifestName,
		},
		"no signature": {
			tamper: func(t *testing.T, dir string) { remove(t, dir, manifestSig) },
			it:     "manca la firma del manifesto", en: "the manifest's signature is missing", where: manifestSig,
		},
		"no manifest": {
			tamper: func(t *testing.T, dir string) { remove(t, dir, manifestName) },
			it:     "il file manca", en: "the file is missing", where: manifestName,
		},
		"a number of the report": {
			tamper: func(t *testing.T, dir string) { edit(t, dir, proofJSON, `"uniques": 0`, `"uniques": 5`) },
			it:     "il rapporto di divulgazione non è quello del manifesto", en: "the disclosure report is not the manifest's", where: proofJSON,
		},
		"the report, hash and all": {
			tamper: func(t *testing.T, dir string) {
				edit(t, dir, proofJSON, `"uniques": 0`, `"uniques": 5`)
				relist(t, dir, stranger)
			},
			it: "la firma del rapporto di divulgazione non è valida", en: "the disclosure report's signature is not valid", where: proofJSON,
		},
		"no part": {
			tamper: func(t *testing.T, dir string) { remove(t, dir, part) },
			it:     "il file manca", en: "the file is missing", where: part,
		},
		"a dictionary": {
			tamper: func(t *testing.T, dir string) { flip(t, filepath.Join(dir, "dizionario.md"), 80) },
			it:     "il file non è quello del manifesto", en: "the file is not the manifest's", where: "dizionario.md",
		},
		"one more file": {
			tamper: func(t *testing.T, dir string) {
				if err := os.WriteFile(filepath.Join(dir, "nota.txt"), nil, 0o600); err != nil {
					t.Fatal(err)
				}
			},
			it: "un file che il manifesto non elenca", en: "a file that the manifest does not list", where: "nota.txt",
		},
		"another key": {
			tamper:  func(t *testing.T, dir string) { relist(t, dir, stranger) },
			trusted: someSigner.Public(),
			it:      "firmato con una chiave diversa", en: "signed with another key",
		},
		"a thinned class, hashes, books and signatures made anew": {
			tamper: func(t *testing.T, dir string) { thin(t, dir, part); relist(t, dir, stranger) },
			it:     "1 classi con meno di 5 righe uguali", en: "1 classes with fewer than 5 rows alike", where: "r1",
		},
		"a column that is no quasi-identifier any more, signed anew": {
			tamper: func(t *testing.T, dir string) {
				edit(t, dir, manifestName, `"role": "quasi"`, `"role": "label"`)
				relist(t, dir, stranger)
			},
			it: "descrive colonne diverse", en: "describes other columns", where: part,
		},
		"rows in another region's folder, signed anew": {
			tamper: func(t *testing.T, dir string) {
				to := strings.Replace(part, "regione=R12", "regione=R03", 1)
				if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, to)), 0o750); err != nil {
					t.Fatal(err)
				}
				if err := os.Rename(filepath.Join(dir, part), filepath.Join(dir, to)); err != nil {
					t.Fatal(err)
				}
				edit(t, dir, manifestName, part, to)
				relist(t, dir, stranger)
			},
			it: "righe nella cartella di un altro anno", en: "rows in the folder of another year", where: strings.Replace(part, "regione=R12", "regione=R03", 1),
		},
		"a report of other numbers, signed anew": {
			tamper: func(t *testing.T, dir string) {
				edit(t, dir, proofJSON, `"smallest": 5`, `"smallest": 9`)
				report, err := os.ReadFile(filepath.Join(dir, proofJSON))
				if err == nil {
					err = os.WriteFile(filepath.Join(dir, proofSigned), stranger.sign(report), 0o600)
				}
				if err != nil {
					t.Fatal(err)
				}
				relist(t, dir, stranger)
			},
			it: "non dice quello che dicono le righe", en: "does not say what the rows say", where: proofJSON,
		},
		"a report of another release": {
			tamper: func(t *testing.T, dir string) {
				for _, name := range []string{proofJSON, proofSigned} {
					data, err := os.ReadFile(filepath.Join(other.Dir, name))
					if err == nil {
						err = os.WriteFile(filepath.Join(dir, name), data, 0o600)
					}
					if err != nil {
						t.Fatal(err)
					}
				}
				relist(t, dir, someSigner)
			},
			it: "parla di un altro rilascio", en: "speaks of another release", where: proofJSON,
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "r1")
			if err := os.CopyFS(dir, os.DirFS(s.Dir)); err != nil {
				t.Fatal(err)
			}
			if c := check(t, dir, tt.trusted); tt.trusted == "" && len(c.Findings) != 0 {
				t.Fatalf("before: %v", said(c, flusso.En))
			}
			tt.tamper(t, dir)
			c := check(t, dir, tt.trusted)
			for lang, want := range map[flusso.Lang]string{flusso.It: tt.it, flusso.En: tt.en} {
				if !slices.ContainsFunc(said(c, lang), func(line string) bool {
					return strings.HasPrefix(line, tt.where+": ") && strings.Contains(line, want) && !strings.HasSuffix(line, "→ ")
				}) {
					t.Errorf("%q at %q is not in %q", want, tt.where, said(c, lang))
				}
			}
			if err := c.Err(); flusso.KindOf(err) != flusso.Corrupt {
				t.Errorf("%v", err)
			}
		})
	}
}

// Another release in the place of the live one, however sound, is not the one
// that was published.
func TestCheckFollowsCurrent(t *testing.T) {
	root := t.TempDir()
	s, _ := disclose(t, root, "r1", "prestazioni", anonymize.IndividualeAnonimo, 5)
	relist(t, s.Dir, NewSigner(bytes.Repeat([]byte{9}, SignerSeed)))
	c := check(t, filepath.Join(root, "regione-lazio", "prestazioni"), "")
	if !strings.Contains(strings.Join(said(c, flusso.It), "\n"), "non è quello che current.json indica") {
		t.Error(said(c, flusso.It))
	}
}

// Every single byte of what people rely on matters.
func TestCheckFindsEveryByte(t *testing.T) {
	root := t.TempDir()
	s, _ := disclose(t, root, "r1", "prestazioni", anonymize.IndividualeAnonimo, 6)
	for _, rel := range []string{manifestName, manifestSig, proofJSON, proofSigned, publicKeyName} {
		path := filepath.Join(s.Dir, rel)
		n := int(size(t, s.Dir, rel))
		for at := 0; at < n; at += max(1, n/40) {
			flip(t, path, at)
			if c := check(t, s.Dir, ""); len(c.Findings) == 0 {
				t.Errorf("%s: byte %d changed, and nobody sees it", rel, at)
			}
			flip(t, path, at)
		}
	}
	if c := check(t, s.Dir, ""); len(c.Findings) != 0 {
		t.Error(said(c, flusso.En))
	}
}

func TestCheckRefusesFoldersWithoutARelease(t *testing.T) {
	empty, two := t.TempDir(), t.TempDir()
	for _, name := range []string{"a.x.manifest.json", "b.x.manifest.json"} {
		if err := os.WriteFile(filepath.Join(two, name), []byte("{}"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, dir := range []string{empty, two, filepath.Join(empty, "nowhere")} {
		_, err := Check(context.Background(), spool.OS, dir, "")
		checkRefusal(t, err, flusso.Invalid)
	}
}

func size(t *testing.T, dir, rel string) int64 {
	t.Helper()
	info, err := os.Stat(filepath.Join(dir, filepath.FromSlash(rel)))
	if err != nil {
		t.Fatal(err)
	}
	return info.Size()
}

func remove(t *testing.T, dir, rel string) {
	t.Helper()
	if err := os.Remove(filepath.Join(dir, filepath.FromSlash(rel))); err != nil {
		t.Fatal(err)
	}
}

func edit(t *testing.T, dir, rel, from, to string) {
	t.Helper()
	path := filepath.Join(dir, rel)
	data, err := os.ReadFile(path)
	if err != nil || !bytes.Contains(data, []byte(from)) {
		t.Fatalf("%s lacks %s: %v", rel, from, err)
	}
	if err := os.WriteFile(path, bytes.Replace(data, []byte(from), []byte(to), 1), 0o600); err != nil {
		t.Fatal(err)
	}
}

// relist makes the manifest anew for the files as they are, with rows and all,
// and signs it: what a forger can do who has no key of the house.
func relist(t *testing.T, dir string, s Signer) {
	t.Helper()
	m, err := readManifest(spool.OS, dir)
	if err != nil {
		t.Fatal(err)
	}
	m.Rows, m.SignedBy = 0, s.Public()
	for i := range m.Files {
		f := &m.Files[i]
		data, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(f.Path)))
		if err != nil {
			t.Fatal(err)
		}
		f.Bytes, f.SHA256 = int64(len(data)), sum(data)
		if f.isPart() {
			info, err := table.ReadParquetInfo(bytes.NewReader(data), int64(len(data)))
			if err != nil {
				t.Fatal(err)
			}
			f.Rows, f.Increments[0].Rows = info.Rows, info.Rows
			m.Rows += f.Rows
		}
	}
	m.Increments[0].Rows = m.Rows
	data, err := indented(m)
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string][]byte{manifestName: data, manifestSig: s.sign(data)} {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// thin writes a part again with only one row of its first class.
func thin(t *testing.T, dir, rel string) {
	t.Helper()
	path := filepath.Join(dir, filepath.FromSlash(rel))
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	info, err := table.ReadParquetInfo(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	var columns []table.Column
	var names []string
	for _, c := range info.Columns {
		kind := map[string]table.Kind{"string": table.String, "int": table.Int}[c.Type]
		columns = append(columns, table.Column{Name: c.Name, Kind: kind, Nullable: c.Nullable, Role: c.Role, Any: c.Any})
		names = append(names, c.Name)
	}
	var out bytes.Buffer
	w, err := table.NewParquetWriter(&out, columns, table.Options{})
	if err != nil {
		t.Fatal(err)
	}
	class := func(c *table.Chunk, row int) (key string) {
		for i, column := range columns {
			if column.Role == table.RoleQuasi {
				key += fmt.Sprintf("%s|", cellValue(&c.Columns[i], row))
			}
		}
		return key
	}
	first, kept := "", false
	err = table.ReadParquetRows(bytes.NewReader(data), int64(len(data)), names, func(c *table.Chunk) error {
		for row := range c.Rows() {
			if first == "" {
				first = class(c, row)
			}
			if class(c, row) == first {
				if kept {
					continue
				}
				kept = true
			}
			if err := w.Append(c, row, row+1); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil {
		err = w.Close()
	}
	if err == nil {
		err = os.WriteFile(path, out.Bytes(), 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}
