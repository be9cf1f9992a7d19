package dataset

import (
	"context"
	"errors"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"flussi/internal/flusso"
	"flussi/internal/spool"
)

// Names of what proves a release, beside its rows.
const (
	proofJSON     = "divulgazione.json"
	proofSigned   = "divulgazione.sig" // 64 bytes, over proofJSON as it stands
	proofPage     = "divulgazione.html"
	publicKeyName = "chiave-pubblica.pem"
	manifestSig   = "manifest.sig" // 64 bytes, over manifest.json as it stands
)

// proofFile is one file of a proof.
type proofFile struct {
	name string
	data []byte
}

// files are a proof's files: the report, its signature, its page, the key.
func (p *Proof) files(s Signer) ([]proofFile, error) {
	report, err := indented(p)
	if err != nil {
		return nil, err
	}
	page, err := p.page()
	if err != nil {
		return nil, err
	}
	key, err := s.Public().pem()
	if err != nil {
		return nil, err
	}
	return []proofFile{{proofJSON, report}, {proofSigned, s.sign(report)}, {proofPage, page}, {publicKeyName, key}}, nil
}

// Keep writes the inner form of a proof, signed, into a folder of the house,
// durably, and gives the report's SHA-256. Done again it writes the same bytes.
func (p *Proof) Keep(fsys spool.FS, dir string, s Signer) (spool.Sum, error) {
	const op = "keep disclosure report"
	if p.Form != InnerForm {
		return spool.Sum{}, refuse(op, p.Release, flusso.Internal, textOther, hintDefect, errors.New("not the inner form"))
	}
	files, err := p.files(s)
	if err != nil {
		return spool.Sum{}, fail(op, p.Release, err)
	}
	if err := spool.MkdirAll(fsys, dir); err != nil {
		return spool.Sum{}, fail(op, p.Release, err)
	}
	for _, f := range files {
		if err := spool.WriteFile(fsys, filepath.Join(dir, f.name), spool.FilePerm, func(w io.Writer) error {
			_, err := w.Write(f.data)
			return err
		}); err != nil {
			return spool.Sum{}, fail(op, p.Release, err)
		}
	}
	return spool.ParseSum(sum(files[0].data))
}

// prove judges the rows written, and writes the outer form beside them.
func (r *Release) prove(ctx context.Context, m *Manifest, p *Proof, report Report) error {
	p.Period = report.Period
	p.Notes = m.Notes
	if r.judge != nil {
		found := r.judge.findings()
		if rows, ok := r.judge.(*classes); ok && rows.people != nil {
			h, err := r.past(ctx)
			if err != nil {
				return err
			}
			h.add(m.Release, rows.people)
			persons, more := h.findings(r.terms.k)
			p.Persons, found = &persons, append(found, more...)
		}
		if len(found) > 0 {
			return refuse("finish release", m.Release, flusso.Internal, textUnsafe, hintDefect, errors.New(found[0].What.En))
		}
		p.Published = r.judge.counted()
	}
	p.Parts = m.parts()
	slices.SortFunc(p.Parts, func(a, b File) int { return strings.Compare(a.Path, b.Path) })
	outer := p.outer()
	files, err := outer.files(r.options.Signer)
	if err != nil {
		return err
	}
	p.OuterSHA256 = sum(files[0].data)
	for _, f := range files {
		file, err := r.writeFile(f.name, f.data)
		if err != nil {
			return err
		}
		r.files = append(r.files, file)
	}
	return nil
}
