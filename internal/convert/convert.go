// Package convert writes a flow in another form: XML, a CSV table or a workbook, each
// as internal/schema writes it.
//
// It promises that what a form cannot hold is never dropped in silence: a flow that
// its schema does not allow ends in a *NotValid, and what was written until then is
// for the caller to throw away. It makes no file, so a crash leaves none.
package convert

import (
	"compress/gzip"
	"errors"
	"io"
	"path/filepath"
	"strings"

	"flussi/internal/flusso"
	"flussi/internal/schema"
)

// Form is what a flow is written as.
type Form struct {
	extension string
	packed    bool // by gzip
}

// The forms without packing.
var (
	XML      = Form{extension: ".xml"}
	CSV      = Form{extension: ".csv"}
	Workbook = Form{extension: ".xlsx"}
)

// FormOf tells the form that a file's name asks for. Kind Invalid when it asks for
// none of ours.
func FormOf(name string) (Form, error) {
	lower := strings.ToLower(name)
	plain, packed := strings.CutSuffix(lower, ".gz")
	for _, form := range []Form{XML, CSV, Workbook} {
		if form.extension == filepath.Ext(plain) {
			form.packed = packed
			return form, nil
		}
	}
	return Form{}, &flusso.Error{Op: "convert", Kind: flusso.Invalid, What: textForm, Hint: hintForm}
}

// NotValid ends the writing of a flow that its schema does not allow.
type NotValid struct{ Summary schema.Summary }

func (e *NotValid) Error() string { return "the flow breaks its schema" }

// Flow writes the flow that src is, in any form that schema.Reader reads, as another.
// A *NotValid is in the chain when its schema does not allow it; Kind Invalid for one
// that is refused whole. The faults go to opt.Faults.
func Flow(w io.Writer, form Form, src io.Reader, opt schema.Options) (schema.Summary, error) {
	var zip *gzip.Writer
	if form.packed {
		zip = gzip.NewWriter(w)
		w = zip
	}
	var out writer
	summary, err := EachBatch(src, opt, func(b *schema.Batch) error {
		if out == nil {
			out = form.writer(w, b.Tipo)
		}
		return out.Append(b)
	})
	if err != nil {
		return summary, err
	}
	if err := out.Close(); err != nil {
		return summary, err
	}
	if zip != nil {
		return summary, zip.Close()
	}
	return summary, nil
}

// writer writes a flow's records in one form.
type writer interface {
	Append(b *schema.Batch) error
	Close() error
}

func (f Form) writer(w io.Writer, tipo flusso.Tipo) writer {
	switch f.extension {
	case CSV.extension:
		return schema.NewRowWriter(w, tipo)
	case Workbook.extension:
		return schema.NewSheetWriter(w, tipo)
	}
	return schema.NewXMLWriter(w, tipo)
}

// EachBatch reads a flow to its end; a *NotValid in the chain when its schema does
// not allow it.
func EachBatch(src io.Reader, opt schema.Options, each func(*schema.Batch) error) (schema.Summary, error) {
	r := schema.NewReader(src, opt)
	var b schema.Batch
	for {
		switch err := r.Next(&b); {
		case errors.Is(err, io.EOF):
			if summary := r.Summary(); !summary.SchemaValid {
				return summary, &NotValid{summary}
			}
			return r.Summary(), nil
		case err != nil:
			return r.Summary(), err
		}
		if err := each(&b); err != nil {
			return r.Summary(), err
		}
	}
}
