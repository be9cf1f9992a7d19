package main

import (
	"bytes"
	"debug/buildinfo"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"testing"
)

// TestSBOM makes one of the program itself: every module in it is there once, under the
// names that CycloneDX 1.6 has for things, and with a licence that SPDX knows.
func TestSBOM(t *testing.T) {
	program := filepath.Join(t.TempDir(), "flussi")
	build := exec.Command("go", "build", "-trimpath", "-buildvcs=false", "-o", program, "flussi/cmd/flussi")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	t.Setenv("SOURCE_DATE_EPOCH", "1767225600")
	var first, second bytes.Buffer
	if err := write(&first, program, "1.2.3"); err != nil {
		t.Fatal(err)
	}
	if err := write(&second, program, "1.2.3"); err != nil || !bytes.Equal(first.Bytes(), second.Bytes()) {
		t.Errorf("not the same twice: %v", err)
	}
	var doc map[string]any
	if err := json.Unmarshal(first.Bytes(), &doc); err != nil {
		t.Fatal(err)
	}
	checkBOM(t, doc)
	info, err := buildinfo.ReadFile(program)
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]int{}
	for _, c := range doc["components"].([]any) {
		c := c.(map[string]any)
		names[c["name"].(string)+" "+c["version"].(string)]++
	}
	for _, m := range info.Deps {
		if m.Replace != nil {
			m = m.Replace
		}
		if names[m.Path+" "+m.Version] != 1 {
			t.Errorf("%s %s is there %d times", m.Path, m.Version, names[m.Path+" "+m.Version])
		}
	}
	if len(names) != len(info.Deps)+1 { // and Go's own library
		t.Errorf("%d components of %d modules", len(names), len(info.Deps))
	}
	if made := doc["metadata"].(map[string]any)["timestamp"]; made != "2026-01-01T00:00:00Z" {
		t.Errorf("made at %v", made)
	}
}

// allowed are the keys that the schema of CycloneDX 1.6 has (additionalProperties is false
// everywhere), and required those that must be there.
var allowed = map[string][]string{
	"bom":        {"$schema", "bomFormat", "specVersion", "serialNumber", "version", "metadata", "components", "services", "externalReferences", "dependencies", "compositions", "vulnerabilities", "annotations", "formulation", "declarations", "definitions", "properties", "signature"},
	"metadata":   {"timestamp", "lifecycles", "tools", "manufacturer", "authors", "component", "manufacture", "supplier", "licenses", "properties"},
	"component":  {"type", "mime-type", "bom-ref", "supplier", "manufacturer", "authors", "author", "publisher", "group", "name", "version", "description", "scope", "hashes", "licenses", "copyright", "cpe", "purl", "omniborId", "swhid", "swid", "modified", "pedigree", "externalReferences", "components", "evidence", "releaseNotes", "modelCard", "data", "cryptoProperties", "properties", "tags", "signature"},
	"dependency": {"ref", "dependsOn", "provides"},
	"licence":    {"expression", "acknowledgement", "bom-ref"},
	"hash":       {"alg", "content"},
	"property":   {"name", "value"},
}

var (
	serialForm     = regexp.MustCompile(`^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`)
	hashForm       = regexp.MustCompile(`^([a-fA-F0-9]{32}|[a-fA-F0-9]{40}|[a-fA-F0-9]{64}|[a-fA-F0-9]{96}|[a-fA-F0-9]{128})$`)
	purlForm       = regexp.MustCompile(`^pkg:golang/[a-z0-9._~/-]+@[A-Za-z0-9._%-]+$`)
	expressionForm = regexp.MustCompile(`^(Apache-2\.0|BSD-2-Clause|BSD-3-Clause|MIT|MPL-2\.0|ISC|Unlicense|CC0-1\.0|EUPL-1\.2)( AND (Apache-2\.0|BSD-2-Clause|BSD-3-Clause|MIT|MPL-2\.0|ISC|Unlicense|CC0-1\.0))*$`)
)

func checkBOM(t *testing.T, doc map[string]any) {
	t.Helper()
	keys := func(what string, object map[string]any, required ...string) {
		t.Helper()
		for key := range object {
			if !slices.Contains(allowed[what], key) {
				t.Errorf("%s has no key %q", what, key)
			}
		}
		for _, key := range required {
			if object[key] == nil {
				t.Errorf("%s lacks %s", what, key)
			}
		}
	}
	keys("bom", doc, "bomFormat", "specVersion")
	if doc["bomFormat"] != "CycloneDX" || doc["specVersion"] != "1.6" || doc["version"].(float64) < 1 || !serialForm.MatchString(doc["serialNumber"].(string)) {
		t.Errorf("%v", doc["serialNumber"])
	}
	refs := map[string]bool{}
	one := func(c map[string]any) {
		t.Helper()
		keys("component", c, "type", "name")
		ref := c["bom-ref"].(string)
		if refs[ref] {
			t.Errorf("%s twice", ref)
		}
		refs[ref] = true
		if !slices.Contains([]string{"application", "library"}, c["type"].(string)) || !purlForm.MatchString(c["purl"].(string)) {
			t.Errorf("%v", c)
		}
		licences := c["licenses"].([]any)
		if len(licences) != 1 { // an expression stands alone
			t.Errorf("%v", licences)
		}
		for _, l := range licences {
			keys("licence", l.(map[string]any), "expression")
			if e := l.(map[string]any)["expression"].(string); !expressionForm.MatchString(e) {
				t.Errorf("%v: licence %q", c["name"], e)
			}
		}
		hashes, _ := c["hashes"].([]any)
		for _, h := range hashes {
			keys("hash", h.(map[string]any), "alg", "content")
			if !hashForm.MatchString(h.(map[string]any)["content"].(string)) {
				t.Errorf("%v", h)
			}
		}
		properties, _ := c["properties"].([]any)
		for _, p := range properties {
			keys("property", p.(map[string]any))
		}
	}
	meta := doc["metadata"].(map[string]any)
	keys("metadata", meta)
	one(meta["component"].(map[string]any))
	for _, c := range doc["components"].([]any) {
		one(c.(map[string]any))
	}
	for _, d := range doc["dependencies"].([]any) {
		d := d.(map[string]any)
		keys("dependency", d, "ref")
		on, _ := d["dependsOn"].([]any)
		for _, ref := range append(on, d["ref"]) {
			if !refs[ref.(string)] {
				t.Errorf("depends on %v, which is not there", ref)
			}
		}
		if len(on) != len(refs)-1 {
			t.Errorf("%d of %d", len(on), len(refs)-1)
		}
	}
}

func TestLicences(t *testing.T) {
	for text, want := range map[string][]string{
		"Permission is hereby granted, free of charge, to any person\n obtaining a copy":     {"MIT"},
		"Apache License\n   Version 2.0, January 2004":                                       {"Apache-2.0"},
		"Redistribution and use in source and binary forms … to endorse or promote products": {"BSD-3-Clause"},
		"Redistribution and use in source and binary forms":                                  {"BSD-2-Clause"},
		"Mozilla Public License Version 2.0 … GNU General Public License":                    {"MPL-2.0"},
		"GNU General Public License":                                                         {"GPL"}, "All rights reserved.": nil,
	} {
		if got := licencesOf(text); !slices.Equal(got, want) {
			t.Errorf("%q: %v", text, got)
		}
	}
	for _, text := range []string{"All rights reserved.", "GNU GENERAL PUBLIC LICENSE Version 3"} {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "LICENSE"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if got, err := licencesIn(dir); err == nil {
			t.Errorf("%q: %v", text, got)
		}
	}
}
