package main

import (
	"context"
	"io"

	"flussi/internal/anonymize/microdata"
	"flussi/internal/flusso"
	"flussi/internal/spool"
)

// reveal turns the codes of a published table back into identifiers, where its
// spec allows that: the file that comes is personal data, for its maker alone.
func (a *app) reveal(ctx context.Context, c anonymizing) error {
	if c.report != "" || c.dryRun {
		return wrongArguments(textRevealAlone, hintRevealAlone)
	}
	spec, source, done, err := c.open()
	if err != nil {
		return err
	}
	defer done()
	err = spool.WriteFile(spool.OS, c.out, spool.FilePerm, func(w io.Writer) error {
		return c.write(w, source.csv.Delimiter, microdata.RevealedColumns(source), func(s microdata.Sink) error {
			return microdata.Reveal(ctx, source, spec, s)
		})
	})
	if err != nil {
		return c.explain(err)
	}
	for _, column := range spec.Columns {
		if column.Role == microdata.Code && column.Coding.Basis != "" {
			a.sayf(textRevealed, c.out, column.Name, column.Coding.Basis)
		}
	}
	return nil
}

// tellCodes says of codes what they are not.
func (a *app) tellCodes(codes []codesMessage) {
	for _, c := range codes {
		if c.Basis == "" {
			a.printf(textCodes, c.Column, c.KeyID)
		} else {
			a.printf(textCodesReversible, c.Column, c.KeyID, c.Basis)
		}
	}
}

// codesMessage tells of the codes of a column.
type codesMessage struct {
	Column  string `json:"column"`
	Purpose string `json:"purpose"`
	KeyID   string `json:"key_id"`
	Basis   string `json:"reversible_basis,omitempty"`
}

func codesOf(codes []microdata.CodesReport) (all []codesMessage) {
	for _, c := range codes {
		all = append(all, codesMessage{c.Column, c.Purpose, c.KeyID, c.Basis})
	}
	return all
}

var (
	textFlagReveal      = flusso.Text{It: "riporta agli identificativi i codici di IN, dove la specifica lo permette", En: "turn the codes of IN back into identifiers, where the spec allows that"}
	textRevealAlone     = flusso.Text{It: "--reveal non va con --report né con --dry-run", En: "--reveal goes with neither --report nor --dry-run"}
	hintRevealAlone     = flusso.Text{It: "togliere l'altra opzione", En: "leave the other option out"}
	textRevealed        = flusso.Text{It: "%s contiene dati personali (colonna %s; base: %s): tenerlo solo finché serve", En: "%s holds personal data (column %s; basis: %s): keep it only while it is needed"}
	textCodes           = flusso.Text{It: "  %s: codici con la chiave %s; chi ha la chiave calcola il codice di chi conosce", En: "  %s: codes with key %s; whoever has the key computes the code of those it knows"}
	textCodesReversible = flusso.Text{It: "  %s: codici reversibili con la chiave %s (base: %s): la tabella è pseudonimizzata, non anonima", En: "  %s: reversible codes with key %s (basis: %s): the table is pseudonymised, not anonymous"}
)
