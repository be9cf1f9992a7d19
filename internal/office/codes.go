package office

import (
	"io"
	"os"
	"strings"

	"flussi/internal/flusso"
	"flussi/internal/repair"
	"flussi/internal/schema"
	"flussi/internal/sinba"
	"flussi/internal/spool"
)

// coding names the minors of a SINBA flow by the Ente's codes, and tells how to read what
// comes out.
type coding func(flow io.Reader, opt schema.Options) (io.Reader, schema.Options)

// coding is the Ente's; nil when it has no key.
func (f *Office) coding() (coding, error) {
	if !f.Has(SinbaKeyFile) {
		return nil, nil
	}
	words, err := os.ReadFile(f.Path(SinbaKeyFile))
	if err != nil {
		return nil, spool.Explain("read key", SinbaKeyFile, err)
	}
	key, err := sinba.ParseKey(strings.TrimSpace(string(words)))
	if err != nil {
		return nil, err
	}
	if key.Ente() != f.Ente.Codice {
		return nil, &flusso.Error{Op: "read key", Kind: flusso.Config, What: textOtherSinbaKey, Hint: hintOtherSinbaKey}
	}
	coder, err := key.NewCoder()
	if err != nil {
		return nil, err
	}
	return func(flow io.Reader, opt schema.Options) (io.Reader, schema.Options) {
		return repair.NewReader(flow, opt, []repair.Repair{repair.Codes(coder)}, nil), repair.Judging(opt)
	}, nil
}
