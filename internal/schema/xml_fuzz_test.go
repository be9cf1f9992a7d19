package schema

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
)

// FuzzReader: no input panics; the books balance; the verdict does not depend
// on how the bytes arrive nor on the size of the batches.
func FuzzReader(f *testing.F) {
	for _, doc := range []string{
		flowXML(beneficiarioXML(prestazioneXML, sinaXML), beneficiarioXML(prestazioneXML)), flowXML(minoreXML, minoreXML),
		"<?xml version='1.0' encoding='windows-1252'?>" + flowXML(beneficiarioXML(prestazioneXML, "<!-- -->", "<?x?>", "<![CDATA[x]]>")),
		"\ufeff" + strings.ReplaceAll(flowXML(beneficiarioXML(sinaXML)), "\n", "\r\n"), "", "<", "<a", "\xff\xfe<", "<Flusso xmlns='http://inps.it/Casellario'/>",
		strings.Replace(flowXML(beneficiarioXML(prestazioneXML)), `Nome="BBB"`, `Nome="&#66;&amp;&#xe0;"`, 1),
		strings.NewReplacer("<", "<c:", "<c:/", "</c:", "xmlns", "xmlns:c").Replace(flowXML(beneficiarioXML(prestazioneXML))),
	} {
		f.Add([]byte(doc))
	}
	f.Fuzz(func(t *testing.T, doc []byte) {
		if len(doc) > 16<<10 {
			return
		}
		whole := read(t, bytes.NewReader(doc), Options{}, nil)
		s := whole.summary
		if s.Records != s.Valid+s.Rejected {
			t.Fatalf("%d records, %d valid, %d rejected", s.Records, s.Valid, s.Rejected)
		}
		if (s.Refused != nil) != (whole.err != nil) || s.Refused != nil && s.Records != 0 {
			t.Fatalf("refused %v, error %v, %d records", s.Refused, whole.err, s.Records)
		}
		sum := int64(0)
		for _, n := range s.ByRule {
			sum += n
		}
		if sum != s.Faults || s.Faults != int64(len(whole.faults)) {
			t.Fatalf("%d faults told, %d counted, %d by rule", len(whole.faults), s.Faults, sum)
		}
		if s.SchemaValid && len(whole.formal()) > 0 || !s.SchemaValid && len(whole.formal()) == 0 {
			t.Fatalf("schema_valid %v with %v", s.SchemaValid, whole.formal())
		}
		narrow := Limits{window: 16 + len(doc)%50}
		if slow := read(t, iotest.HalfReader(bytes.NewReader(doc)), Options{Limits: narrow}, nil); fmt.Sprint(slow.faults, slow.summary) != fmt.Sprint(whole.faults, s) {
			t.Fatalf("through a window of %d bytes:\n%v %+v\nat once:\n%v %+v", narrow.window, slow.faults, slow.summary, whole.faults, s)
		}
		if slow := read(t, iotest.OneByteReader(bytes.NewReader(doc)), Options{}, nil); fmt.Sprint(slow.faults, slow.summary) != fmt.Sprint(whole.faults, s) {
			t.Fatalf("byte by byte:\n%v %+v\nat once:\n%v %+v", slow.faults, slow.summary, whole.faults, s)
		}
		small := read(t, bytes.NewReader(doc), Options{Limits: Limits{BatchRecords: 1}}, nil)
		if whole.err == nil && (fmt.Sprint(small.summary) != fmt.Sprint(s) || !slices.Equal(sorted(small.faults), sorted(whole.faults))) {
			t.Fatalf("record by record:\n%v %+v\nat once:\n%v %+v", small.faults, small.summary, whole.faults, s)
		}
	})
}

// sorted orders faults by place: those of form and those of the business rules
// interleave differently in batches of another size.
func sorted(faults []Fault) []string {
	all := make([]string, len(faults))
	for i, f := range faults {
		all[i] = fmt.Sprint(f)
	}
	slices.Sort(all)
	return all
}
