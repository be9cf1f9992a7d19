package exchange_test

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"strings"
	"testing"
)

// manyWithdrawals has two fifths of all records withdrawn, one to four months late; of
// a year's more than a quarter, for some come too late and some say I by saying nothing.
func manyWithdrawals(n, m int) int {
	if late := (n*7 + m*3) % 10; late <= 4 {
		return late
	}
	return 0
}

// TestDifferences plays months of releases with many withdrawals, and compares any
// two of them: what of an earlier one is missing in a later is of k persons in each
// class, and so is what remains; nobody learns more who withdrew some himself.
func TestDifferences(t *testing.T) {
	t.Parallel()
	w := newWorld(t, terms{})
	w.planning()
	w.rand = rand.Reader // keys of releases differ
	people := newTown(t, 11, 450)
	people.late = manyWithdrawals
	months := 12
	if testing.Short() {
		months = 4
	}
	var withdrawn [][]fact // by month in which they were
	got := map[string][]string{}
	left := map[string]int64{}
	for m := range months {
		flows, _ := people.month(w, m)
		withdrawn = append(withdrawn, nil)
		for i, data := range flows {
			withdrawn[m] = append(withdrawn[m], recordsOf(t, data, true)...)
			w.must(w.hub.Publish(userComuni, fmt.Sprintf("%d-%d.xml", m, i), bytes.NewReader(data)))
		}
		w.clock.set(w.clock.now().AddDate(0, 1, 0))
		result, err := w.run("presa")
		w.must(err)
		for _, r := range result.Recipients {
			if r.Dataset == "prestazioni" {
				got[r.Name] = append(got[r.Name], r.Release[strings.LastIndexByte(r.Release, '/')+1:])
				left[r.Name] += r.Withdrawn
			}
		}
	}
	of := map[string][]fact{} // by month of which they were, as the protocol says
	for _, all := range withdrawn {
		for _, f := range all {
			month := f.of["ProtocolloDomanda"]
			month = month[strings.LastIndexByte(month, '/')+1:]
			of[month] = append(of[month], f)
		}
	}
	for recipient, releases := range got {
		own := (func(*fact) bool)(nil)
		if recipient == "comune-roma" {
			own = func(f *fact) bool { return f.payer == comunePayer }
		}
		for m, increment := range releases {
			rows := make([][]row, len(releases))
			for at := m; at < len(releases); at++ {
				rows[at] = w.rowsIn(recipient, "prestazioni", releases[at], increment)
				for from := m; from < at; from++ {
					if found := takenOut(k, rows[from], rows[at], of[fmt.Sprint(m)], own); found > 0 {
						t.Errorf("%s: of month %d, %d rows taken out between %d and %d are of fewer than %d persons", recipient, m, found, from, at, k)
					}
				}
			}
		}
		if left[recipient] < 2*k {
			t.Errorf("%s: only %d rows were taken out: the year is too quiet", recipient, left[recipient])
		}
	}
	n := 0
	for _, all := range withdrawn {
		n += len(all)
	}
	t.Logf("of %d withdrawn taken out: %v", n, left)
}
