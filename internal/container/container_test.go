package container

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"strings"
	"testing"

	"flussi/internal/flusso"
)

func collect(file []byte) (flows []string, err error) {
	err = Walk(bytes.NewReader(file), int64(len(file)), false, func(ordinal int, flow io.Reader) error {
		if ordinal != len(flows) {
			return errors.New("ordinals do not count up")
		}
		content, err := io.ReadAll(flow)
		flows = append(flows, string(content))
		return err
	})
	return flows, err
}

func gz(t *testing.T, content []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write(content); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func zipped(t *testing.T, entries ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	if _, err := w.Create("folder/"); err != nil {
		t.Fatal(err)
	}
	for _, content := range entries {
		f, err := w.Create("same name")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(f, content); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestWalkOpensEachWrapping(t *testing.T) {
	for name, c := range map[string]struct {
		file []byte
		want []string
	}{
		"plain":           {[]byte("<a/>"), []string{"<a/>"}},
		"empty":           {nil, []string{""}},
		"gzip":            {gz(t, []byte("<a/>")), []string{"<a/>"}},
		"zip of two":      {zipped(t, "<a/>", "<b/>"), []string{"<a/>", "<b/>"}},
		"zip within gzip": {gz(t, zipped(t, "x")), []string{string(zipped(t, "x"))}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := collect(c.file)
			if err != nil {
				t.Fatal(err)
			}
			if strings.Join(got, "|") != strings.Join(c.want, "|") {
				t.Errorf("got %d flows, want %d with other content", len(got), len(c.want))
			}
		})
	}
}

func TestWalkRefuses(t *testing.T) {
	whole := gz(t, []byte(strings.Repeat("<Flusso/>", 1000)))
	flipped := bytes.Clone(whole)
	flipped[len(flipped)-6] ^= 0xff
	locked := zipped(t, "secret")
	locked[bytes.Index(locked, []byte("PK\x01\x02"))+8+46+len("folder/")] |= 1
	for name, c := range map[string]struct {
		file []byte
		want flusso.Text
	}{
		"truncated gzip": {whole[:len(whole)/2], textDamaged},
		"damaged gzip":   {flipped, textDamaged},
		"gzip bomb":      {gz(t, make([]byte, 64<<20)), textRatio},
		"empty zip":      {zipped(t), textNoFlow},
		"truncated zip":  {zipped(t, "a")[:40], textDamaged},
		"encrypted zip":  {locked, textEncrypted},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := collect(c.file)
			var fault *flusso.Error
			if !errors.As(err, &fault) || fault.Kind != flusso.Invalid || fault.What != c.want {
				t.Fatalf("got %v, want: %s", err, c.want.En)
			}
		})
	}
}

// A workbook is handed on whole where workbooks may come, and refused elsewhere.
func TestWalkWorkbook(t *testing.T) {
	var file bytes.Buffer
	w := zip.NewWriter(&file)
	if _, err := w.Create("[Content_Types].xml"); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	whole := bytes.NewReader(file.Bytes())
	visits := 0
	visit := func(_ int, flow io.Reader) error {
		visits++
		if _, ok := flow.(*io.SectionReader); !ok {
			t.Errorf("it comes as a %T", flow)
		}
		return nil
	}
	if err := Walk(whole, whole.Size(), true, visit); err != nil || visits != 1 {
		t.Errorf("%d visits, %v", visits, err)
	}
	var fault *flusso.Error
	if err := Walk(whole, whole.Size(), false, visit); !errors.As(err, &fault) || fault.What != textWorkbook || visits != 1 {
		t.Errorf("%d visits, %v", visits, err)
	}
}
