package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// place is a comune or a country as the package of Belfiore codes has it.
type place struct {
	belfiore string
	owner    string // two letters: of the province, or of the country in ISO 3166-1
	name     string
	from, to string // AAAA-MM-GG; empty where it always was, or still is
}

// belfiorePlaces reads the package's tables: strings of parts that all have the
// same length, numbers in base 32, days counted from the last of 1860.
func belfiorePlaces(source []byte) ([]place, error) {
	from, to := bytes.IndexByte(source, '{'), bytes.LastIndexByte(source, '}')
	if from < 0 || to < from {
		return nil, errors.New("no object in the file")
	}
	var tables struct {
		Data []struct {
			BelfioreCode, CreationDate, ExpirationDate, Name, ProvinceOrCountry string
		}
	}
	if err := json.Unmarshal(source[from:to+1], &tables); err != nil {
		return nil, fmt.Errorf("decode: %w", err)
	}
	var places []place
	for _, t := range tables.Data {
		names := strings.Split(t.Name, "|")
		n := len(t.BelfioreCode) / 3
		if len(names) != n || len(t.CreationDate) != 4*n || len(t.ProvinceOrCountry) != 2*n ||
			t.ExpirationDate != "" && len(t.ExpirationDate) != 4*n {
			return nil, errors.New("tables of unlike length")
		}
		for i := range n {
			code, err := strconv.ParseUint(t.BelfioreCode[3*i:3*i+3], 32, 16)
			if err != nil {
				return nil, fmt.Errorf("decode code: %w", err)
			}
			p := place{
				belfiore: fmt.Sprintf("%c%03d", 'A'+rune(code/1000), code%1000),
				owner:    strings.TrimSpace(t.ProvinceOrCountry[2*i : 2*i+2]), name: repaired(names[i]),
			}
			if p.from, err = packageDay(t.CreationDate[4*i:4*i+4], 1); err != nil {
				return nil, err
			}
			if t.ExpirationDate != "" {
				if p.to, err = packageDay(t.ExpirationDate[4*i:4*i+4], 0); err != nil {
					return nil, err
				}
			}
			places = append(places, p)
		}
	}
	return places, nil
}

// packageDay reads a count of days; the first days of the Kingdom, or none, are
// empty.
func packageDay(text string, more int) (string, error) {
	n, err := strconv.ParseUint(text, 32, 32)
	if err != nil {
		return "", fmt.Errorf("decode day: %w", err)
	}
	const kingdom = 76 // 17/3/1861
	if int(n)+more <= kingdom {
		return "", nil
	}
	return time.Date(1860, time.December, 31+int(n)+more, 0, 0, 0, 0, time.UTC).Format(time.DateOnly), nil
}

// repaired gives back the letters of a name that was read as Latin-1 when it
// was UTF-8: some of the package's are so (RiccÃ²).
func repaired(name string) string {
	var read []byte
	for _, r := range name {
		if r > 0xff {
			return name
		}
		read = append(read, byte(r))
	}
	if !utf8.Valid(read) {
		return name
	}
	return string(read)
}
