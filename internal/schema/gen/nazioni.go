package main

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
)

// nazioni joins the countries' Belfiore codes with ISO 3166-1 by their two
// letters. Kosovo and the countries of the past have no digits there.
func nazioni(sources sources) ([]byte, error) {
	places, err := belfiorePlaces(sources[belfiorePackage])
	if err != nil {
		return nil, err
	}
	digits, err := isoDigits(sources[isoPackage])
	if err != nil {
		return nil, err
	}
	var names struct {
		Countries map[string]any // a name, or several, the best first
	}
	if err := json.Unmarshal(sources[isoNamesPackage], &names); err != nil {
		return nil, fmt.Errorf("decode names: %w", err)
	}
	var rows [][]string
	for _, p := range places {
		if p.belfiore[0] != 'Z' {
			continue
		}
		if p.owner == "UK" {
			p.owner = "GB"
		}
		iso := digits[p.owner]
		if iso == "" {
			p.owner = ""
		}
		rows = append(rows, []string{iso, p.owner, p.belfiore, p.name, p.from, p.to})
		delete(digits, p.owner)
	}
	slices.SortFunc(rows, func(a, b []string) int { return cmp.Compare(a[2], b[2]) })
	for _, letters := range slices.SortedFunc(maps.Keys(digits), func(a, b string) int { return cmp.Compare(digits[a], digits[b]) }) {
		name := names.Countries[letters]
		if several, ok := name.([]any); ok {
			name = several[0]
		}
		rows = append(rows, []string{digits[letters], letters, "", fmt.Sprint(name), "", ""})
	}
	return table([]string{"iso", "alpha2", "belfiore", "nome", "dal", "al"}, rows)
}

// isoDigits gives the three digits by two letters, without those that the
// package made up (Kosovo).
func isoDigits(source []byte) (map[string]string, error) {
	var list [][]string
	if err := json.Unmarshal(source, &list); err != nil {
		return nil, fmt.Errorf("decode codes: %w", err)
	}
	digits := map[string]string{}
	for _, c := range list {
		if len(c) < 3 {
			return nil, fmt.Errorf("a country of %d codes", len(c))
		}
		if c[0] != "XK" {
			digits[c[0]] = c[2]
		}
	}
	return digits, nil
}

func table(columns []string, rows [][]string) ([]byte, error) {
	var text bytes.Buffer
	w := csv.NewWriter(&text)
	w.Comma = ';'
	if err := w.WriteAll(append([][]string{columns}, rows...)); err != nil {
		return nil, fmt.Errorf("write table: %w", err)
	}
	return text.Bytes(), nil
}
