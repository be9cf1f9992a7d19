package schema

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
)

// BenchmarkReader reads a flow of 24 MiB with the XSD's checks and every
// business rule; BenchmarkDecoder leaves the business rules out.
func BenchmarkReader(b *testing.B) {
	doc := benchmarkFlow()
	benchmark(b, doc, func() (int64, error) {
		r := NewReader(bytes.NewReader(doc), Options{})
		var batch Batch
		for {
			if err := r.Next(&batch); err != nil {
				return r.Summary().Records, err
			}
		}
	})
}

func BenchmarkDecoder(b *testing.B) {
	doc := benchmarkFlow()
	benchmark(b, doc, func() (n int64, err error) {
		d := newXMLDecoder(bytes.NewReader(doc), builtIn, 0, &journal{byRule: map[string]int64{}}, Limits{}.orDefaults())
		var batch Batch
		for {
			if err := d.next(&batch); err != nil {
				return n, err
			}
			n += int64(batch.Len())
		}
	})
}

func benchmark(b *testing.B, doc []byte, once func() (int64, error)) {
	b.SetBytes(int64(len(doc)))
	b.ReportAllocs()
	records := int64(0)
	for b.Loop() {
		n, err := once()
		if !errors.Is(err, io.EOF) || n == 0 {
			b.Fatal(n, err)
		}
		records += n
	}
	b.ReportMetric(float64(records)/b.Elapsed().Seconds(), "records/s")
}

func benchmarkFlow() []byte {
	one := beneficiarioXML(prestazioneXML, strings.ReplaceAll(sinaXML, "\n", "\n    "))
	return []byte(flowXML(strings.Repeat(one+"\n", (24<<20)/len(one))))
}
