package main

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// marks are sentences of licences, with blanks made one and in lower case; each stands in
// that licence alone.
var marks = []struct{ sentence, id string }{
	{"apache license version 2.0", "Apache-2.0"},
	{"licensed under the apache license, version 2.0", "Apache-2.0"},
	{"mozilla public license version 2.0", "MPL-2.0"},
	{"mozilla public license, version 2.0", "MPL-2.0"},
	{"permission is hereby granted, free of charge, to any person obtaining a copy", "MIT"},
	{"permission to use, copy, modify, and/or distribute this software for any purpose", "ISC"},
	{"permission to use, copy, modify, and distribute this software for any purpose", "ISC"},
	{"this is free and unencumbered software released into the public domain", "Unlicense"},
	{"cc0 1.0 universal", "CC0-1.0"},
	{"gnu general public license", "GPL"}, // none may be
}

// licencesIn gives the SPDX ids of the licences that a module's own files grant, sorted;
// where no file is for that, its README may.
func licencesIn(dir string) ([]string, error) {
	for _, kind := range [][]string{{"LICENSE", "LICENCE", "COPYING"}, {"README"}} {
		ids, err := licencesInFiles(dir, kind)
		if err != nil || len(ids) > 0 {
			return ids, err
		}
	}
	return nil, errors.New("no licence that is known in " + filepath.Base(dir))
}

func licencesInFiles(dir string, kind []string) (ids []string, err error) {
	files, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	for _, f := range files {
		name := strings.ToUpper(f.Name())
		if f.IsDir() || !slices.ContainsFunc(kind, func(k string) bool { return strings.HasPrefix(name, k) }) {
			continue
		}
		text, err := os.ReadFile(filepath.Join(dir, f.Name()))
		if err != nil {
			return nil, err
		}
		ids = append(ids, licencesOf(string(text))...)
	}
	slices.Sort(ids)
	if ids = slices.Compact(ids); slices.Contains(ids, "GPL") {
		return nil, errors.New("a licence that somebody has to look at")
	}
	return ids, nil
}

// licencesOf finds the licences in a text.
func licencesOf(text string) (ids []string) {
	text = strings.ToLower(strings.Join(strings.Fields(text), " "))
	for _, m := range marks {
		if strings.Contains(text, m.sentence) && !slices.Contains(ids, m.id) {
			ids = append(ids, m.id)
		}
	}
	// The Apache and Mozilla licences name the GNU ones only to go with them.
	if slices.Contains(ids, "MPL-2.0") || slices.Contains(ids, "Apache-2.0") {
		ids = slices.DeleteFunc(ids, func(id string) bool { return id == "GPL" })
	}
	if strings.Contains(text, "redistribution and use in source and binary forms") {
		id := "BSD-2-Clause"
		if strings.Contains(text, "endorse or promote products") {
			id = "BSD-3-Clause"
		}
		ids = append(ids, id)
	}
	return ids
}
