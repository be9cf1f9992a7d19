package schema

import (
	"context"
	"errors"
	"io"
	"runtime"
	"strings"
	"testing"
)

// stream gives head, then as much of unit as is asked for, then tail.
type stream struct {
	head, unit, tail string
	left             int64 // bytes of units still to come
	rest             string
	started          bool
	given            int64
}

func (s *stream) Read(p []byte) (n int, err error) {
	if !s.started {
		s.started, s.rest = true, s.head
	}
	for n < len(p) {
		if s.rest == "" {
			switch {
			case s.left > 0:
				s.rest = s.unit
				s.left -= int64(len(s.unit))
			case s.tail != "":
				s.rest, s.tail = s.tail, ""
			default:
				s.given += int64(n)
				if n == 0 {
					return 0, io.EOF
				}
				return n, nil
			}
		}
		k := copy(p[n:], s.rest)
		s.rest = s.rest[k:]
		n += k
	}
	s.given += int64(n)
	return n, nil
}

// TestHostile: whatever comes, memory is bounded, and what exceeds the limits
// is refused before much of it was read. want "" means that it is read whole.
func TestHostile(t *testing.T) {
	const open = `<Flusso xmlns="http://inps.it/Casellario">` + "\n" + headerXML + "\n"
	const person = `<Beneficiario CodiceFiscale="AAABBB39M66A351C">` + anagraficaXML
	whole := beneficiarioXML(prestazioneXML)
	const huge = 200 << 20
	tests := []struct {
		name             string
		head, unit, tail string
		bytes            int64
		want             string
		mostRead         int64 // MiB taken from the source; 0: all
		mostHeld         uint64
	}{
		{"5 million nested tags", open + person, "<a>", "", 15 << 20, fileLimits, 1, 8},
		{"nested tags at the root", "", "<Flusso xmlns='http://inps.it/Casellario'>", "", 15 << 20, fileUnknown, 1, 8},
		{"a 200 MiB attribute", open + `<Beneficiario CodiceFiscale="`, strings.Repeat("A", 4096), `"/>`, huge, fileLimits, 3, 16},
		{"a 200 MiB attribute of entities", open + `<Beneficiario CodiceFiscale="`, strings.Repeat("&amp;", 999), `"/>`, huge, fileLimits, 3, 16},
		{"a 200 MiB name", open + "<", strings.Repeat("A", 4096), "/>", huge, fileLimits, 3, 16},
		{"200 MiB of blanks in a tag", open + "<Beneficiario", strings.Repeat(" ", 4096), "/>", huge, fileLimits, 3, 16},
		{"a 200 MiB value", open + before(minoreXML, "A2.02"), strings.Repeat("A", 4096), "", huge, fileLimits, 3, 16},
		{"a million attributes", open + `<Beneficiario`, ` a="1"`, "/>", 6 << 20, fileLimits, 1, 8},
		{"attributes of 1 MB each", open + `<Beneficiario`, " a='" + strings.Repeat("a", 1_000_000) + "'", "/>", huge, fileLimits, 8, 20},
		{"endless namespaces", open + person, `<a xmlns:a="urn:x" xmlns:b="urn:y"/>`, "", 12 << 20, fileTruncated, 0, 8},
		{"nested namespaces", open + person + strings.Repeat(`<a xmlns:a="u" xmlns:b="u" xmlns:c="u" xmlns:d="u" xmlns:e="u" xmlns:f="u" xmlns:g="u" xmlns:h="u">`, 40),
			"<z:q/>", strings.Repeat("</a>", 40) + "</Beneficiario></Flusso>", 1 << 20, fileLimits, 1, 8},
		{"a million laughs", `<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">`, `<!ENTITY c "&b;&b;">`, "]>", huge, fileDoctype, 1, 8},
		{"endless digits of a reference", open + person + "&#", "0000000000", "", huge, fileLimits, 6, 20},
		{"an endless end tag", open + person + "</Beneficiario", "          ", "", huge, fileLimits, 6, 20},
		{"a declaration without end", `<?xml version="1.0"`, "          ", "", huge, fileMalformed, 1, 8},
		{"a long comment", open + whole + "<!--", "comment ", "-->" + "</Flusso>", 12 << 20, "", 0, 8},
		{"a long instruction", open + whole + "<?a ", "pippo ", "?>" + "</Flusso>", 12 << 20, "", 0, 8},
		{"a long blanks", open + whole, "\n  \t", "</Flusso>", 12 << 20, "", 0, 8},
		{"a long end after the root", open + whole + "</Flusso>", " <!-- -->\n", "", 12 << 20, "", 0, 8},
		{"endless strange elements", open + person + indirizzoXML, "<x y='1'>z</x>", prestazioneXML + "</Beneficiario></Flusso>", 12 << 20, "", 0, 8},
		{"endless addresses", open + person, indirizzoXML, prestazioneXML + "</Beneficiario></Flusso>", 12 << 20, "", 0, 8},
		{"endless records of one Beneficiario", open + person + indirizzoXML, prestazioneXML, "", huge, fileTooLarge, 18, 120},
		{"endless values of one record", open + person + indirizzoXML + before(sinaXML, "<NecessitaInterventiSociali>") + "<InvaliditaCivile>", "<InvCiv>1</InvCiv>", "", huge, fileTooLarge, 18, 120},
		{"many Beneficiari", open, whole, "</Flusso>", 12 << 20, "", 0, 32},
		{"Beneficiari without records", open, "<Beneficiario/>\n<!-- </Beneficiario> -->", "</Flusso>", 24 << 20, "", 0, 24},
		{"CDATA without end", open + person + "<![CDATA[", "]]", "", 12 << 20, fileTruncated, 0, 8},
		{"NULs", open, "\x00", "", 12 << 20, fileCharacter, 1, 8},
		{"zeros instead of a file", "", "\x00\x00", "", 12 << 20, fileEncoding, 1, 8},
	}
	read(t, strings.NewReader(flowXML(whole)), Options{}, nil) // the code tables load at first use
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			src := &stream{head: test.head, unit: test.unit, tail: test.tail, left: test.bytes}
			r := NewReader(src, Options{})
			var b Batch
			var err error
			start := allocated()
			for err == nil {
				err = r.Next(&b)
			}
			// All that was ever allocated bounds what was held at any time.
			grown := (allocated() - start) >> 20
			s := r.Summary()
			rule := ""
			if s.Refused != nil {
				rule = s.Refused.Rule
			}
			if rule != test.want {
				t.Errorf("refused by %q (%v), want %q", rule, err, test.want)
			}
			if test.mostRead > 0 && src.given > test.mostRead<<20 {
				t.Errorf("read %d MiB of it, at most %d were needed", src.given>>20, test.mostRead)
			}
			if grown > test.mostHeld {
				t.Errorf("%d MiB allocated, at most %d are due", grown, test.mostHeld)
			}
		})
	}
}

// TestInterrupted: an endless comment is no way to go on after the context has
// ended.
func TestInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	src := &stream{head: "<!--", unit: "comment ", left: 64 << 20}
	s, err := Check(ctx, io.TeeReader(src, cancelAfter{src, cancel}), Options{})
	if !errors.Is(err, context.Canceled) || s.Refused != nil || src.given > 8<<20 {
		t.Errorf("%v, refused %v, after %d bytes", err, s.Refused, src.given)
	}
}

// cancelAfter cancels once the source has given a mebibyte.
type cancelAfter struct {
	src    *stream
	cancel context.CancelFunc
}

func (c cancelAfter) Write(p []byte) (int, error) {
	if c.src.given > 1<<20 {
		c.cancel()
	}
	return len(p), nil
}

func before(s, part string) string {
	head, _, _ := strings.Cut(s, part)
	return head
}

// allocated is all memory allocated so far, freed or not.
func allocated() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.TotalAlloc
}

// TestNoAllocation: once warm, a batch costs no allocation for each record.
func TestNoAllocation(t *testing.T) {
	const warm, records = 60_000, 120_000
	src := &stream{head: flowXML()[:len(flowXML())-len("\n</Flusso>\n")], unit: beneficiarioXML(prestazioneXML, sinaXML), tail: "</Flusso>"}
	src.left = int64(records / 2 * len(src.unit))
	r := NewReader(src, Options{})
	var b Batch
	for r.Summary().Records < warm {
		if err := r.Next(&b); err != nil {
			t.Fatal(err)
		}
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for {
		if err := r.Next(&b); err != nil {
			break
		}
	}
	runtime.ReadMemStats(&after)
	if s := r.Summary(); s.Records != records {
		t.Fatalf("%d records, %v", s.Records, s.Refused)
	}
	if n := after.Mallocs - before.Mallocs; n > (records-warm)/100 {
		t.Errorf("%d allocations for %d records", n, records)
	}
}
