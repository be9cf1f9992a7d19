package recode

import (
	"errors"
	"strings"
	"testing"
)

func TestHierarchyFaults(t *testing.T) {
	for text, want := range map[string]HierarchyError{
		"":                        {1, textHierarchyEmpty},
		"a;x;*\nb;x\n":            {2, textHierarchyGap},
		"a;x;*\n\nb;y;*\na;y;*\n": {4, textHierarchyTwice},
		"a;x;1\nb;x;2\n":          {2, textHierarchySplit},
		"a;b;*\nb;a;*\nc;b;!\n":   {3, textHierarchySplit},
		"a;b;*\nb;a;*\n":          {2, textHierarchyCycle},
		"x;1;*\na;b;a\n":          {2, textHierarchyCycle},
		"a;b;c\nb;c;a\nc;a;b\n":   {2, textHierarchyCycle},
		"a;;*\nb;x;*\n":           {1, textHierarchyHole},
		"a;x;*\nb;x;\n":           {2, textHierarchyHole},
	} {
		_, err := ReadHierarchy(strings.NewReader(text), ';')
		var fault *HierarchyError
		if !errors.As(err, &fault) || *fault != want {
			t.Errorf("%q: %v, want %v", text, err, want)
		}
	}
}

// Names that stay the same, come again higher up in their own line, or stand for
// nothing known, are no fault.
func TestHierarchyNames(t *testing.T) {
	for _, text := range []string{"Roma;Roma;Lazio\nLatina;Latina;Lazio\n", "1;*;*\n2;*;*\n", ";;*\na;x;*\n", "x;1;*\n1;y;*\n"} {
		if _, err := ReadHierarchy(strings.NewReader(text), ';'); err != nil {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestHierarchy(t *testing.T) {
	h, err := ReadHierarchy(strings.NewReader("\ufeffa;x;*\r\nb;x;*\r\nc;y;*\r\n"), ';')
	if err != nil {
		t.Fatal(err)
	}
	if code, ok := h.Leaf("b"); !ok || h.Height() != 2 || h.Leaves() != 3 || h.Values(1)[h.Up(1)[code]] != "x" {
		t.Errorf("b is %d, %v of %+v", code, ok, h)
	}
	if _, ok := h.Leaf("x"); ok {
		t.Error("a value of level 1 is no leaf")
	}
}

// TestPacking: codes come back from either word, and what does not fit is refused.
func TestPacking(t *testing.T) {
	values := make([]string, 1<<12)
	for i := range values {
		values[i] = strings.Repeat("x", i)
	}
	h, err := Flat(values)
	if err != nil {
		t.Fatal(err)
	}
	attributes := make([]Attribute, 10)
	for i := range attributes {
		attributes[i] = Attribute{Name: "a", Hierarchy: h}
	}
	axes, wide, err := pack(attributes)
	if err != nil || !wide {
		t.Fatal(err)
	}
	var k key
	for i, f := range axes {
		f.set(&k, uint32(4095-i))
	}
	for i, f := range axes {
		if got := f.get(k); got != uint32(4095-i) {
			t.Errorf("attribute %d: %d", i, got)
		}
	}
	if _, err := NewBuilder(append(attributes, attributes[0]), nil); err == nil {
		t.Error("11 attributes of 12 bits fit two words of 64")
	}
}
