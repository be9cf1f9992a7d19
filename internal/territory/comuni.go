package territory

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"flussi/internal/schema"
	"flussi/internal/table"
)

// Comuni is the crosswalk of an area: each period of each comune's life, with the
// code and name it had, and what became of it. A comune that goes on under another
// code or name has its next code; one that ended has none, and ended is said. p may
// be nil; it knows Sardinia's codes of 2026.
//
// Which comune took the place of one that ended, by a merger, the code tables do
// not tell, and no guess stands here: the catastale code of the new one is new.
func Comuni(a Area, p *Population) Table {
	t := Table{Name: "comuni", Columns: append(a.placeColumns(),
		table.Column{Name: "dal", Kind: table.Date, Description: "primo giorno", DescriptionEn: "first day"},
		table.Column{Name: "al", Kind: table.Date, Nullable: true, Description: "ultimo giorno; manca se vale ancora", DescriptionEn: "last day; missing where it still holds"},
		table.Column{Name: "comune_successivo", Kind: table.String, Nullable: true, Description: "codice Istat che lo stesso comune ha dopo", DescriptionEn: "ISTAT code that the same comune has afterwards"},
		table.Column{Name: "esito", Kind: table.String, Description: "attivo; codice nuovo; nome nuovo; cessato (fuso o aggregato)", DescriptionEn: "attivo: still there; codice nuovo: a new code; nome nuovo: a new name; cessato: ended (merged)"},
	)}
	t.Rows = table.NewChunk(t.Columns)
	l := line{rows: t.Rows}
	all := periods(p)
	for i, c := range all {
		year := yearAt(c.To)
		if !a.holds(c, year) {
			continue
		}
		l.place(a, c, year)
		l.num(int64(c.From))
		outcome, next := "cessato", ""
		if c.To == math.MaxInt32 {
			outcome = "attivo"
			l.none()
		} else {
			l.num(int64(c.To))
		}
		if i+1 < len(all) && all[i+1].Belfiore == c.Belfiore {
			if next = all[i+1].ISTAT; next != c.ISTAT {
				outcome = "codice nuovo"
			} else {
				outcome = "nome nuovo"
			}
		}
		l.text(next)
		l.text(outcome)
		l.end()
	}
	return t
}

// periods are all, by Belfiore code and day; a comune of Sardinia whose code of 2026
// is known ends its old one with 2025.
func periods(p *Population) (all []schema.Comune) {
	renewed := map[string]schema.Comune{}
	if p != nil {
		for _, c := range p.sardinia {
			renewed[c.Belfiore] = c
		}
	}
	for c := range schema.Comuni() {
		if new, ok := renewed[c.Belfiore]; ok && c.To == math.MaxInt32 {
			all = append(all, new)
			c.To = new.From - 1
		}
		all = append(all, c)
	}
	slices.SortStableFunc(all, func(x, y schema.Comune) int {
		return cmp.Or(cmp.Compare(x.Belfiore, y.Belfiore), cmp.Compare(x.From, y.From))
	})
	return all
}

// yearAt is the last year at whose end a period holds; 0, today, where it has no end.
func yearAt(to int32) int {
	if to == math.MaxInt32 {
		return 0
	}
	return time.Unix(int64(to)*86400, 0).UTC().AddDate(0, 0, 1).Year() - 1
}

// plain is a name's letters, without marks and case: ISTAT and ANPR write names in
// their own ways.
func plain(name string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsLetter(r) {
			return -1
		}
		return unicode.ToUpper(r)
	}, norm.NFD.String(name))
}
