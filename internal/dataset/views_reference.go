package dataset

import (
	"fmt"
	"slices"
	"strings"

	"flussi/internal/table"
	"flussi/internal/territory"
)

// referenceViews are the views that need the tables beside the releases: they go
// with those of the release, which are run first.
func referenceViews(m *Manifest, tables []territory.Table) []byte {
	s := newViewer(m)
	var b strings.Builder
	fmt.Fprintf(&b, textReferenceHead, m.Dataset, m.Release)
	has := map[string]bool{}
	for _, t := range tables {
		has[t.Name] = true
		fmt.Fprintf(&b, "CREATE OR REPLACE VIEW %s AS SELECT * FROM read_parquet(coalesce(getvariable('tavole'), '%s/') || '%[1]s.parquet');\n", t.Name, tablesName)
	}
	if has["popolazione"] {
		b.WriteString(sqlResidents)
		if rate := s.rate(tables[slices.IndexFunc(tables, func(t territory.Table) bool { return t.Name == "popolazione" })]); rate != "" {
			fmt.Fprintf(&b, "\n-- %s\n-- %s\nCREATE OR REPLACE VIEW tasso_di_fruizione AS\n%s;\n", textRate.It, textRate.En, rate)
		}
	}
	if has["copertura"] {
		b.WriteString(sqlCoverage)
	}
	return []byte(b.String())
}

// sqlResidents sums residents up by planning age, and by the wider bands of small
// classes, which is what * and 65+ need.
const sqlResidents = `
CREATE OR REPLACE MACRO eta_larga(fascia) AS
  CASE WHEN fascia IN ('0-2', '3-5', '6-17', '0-17') THEN '0-17' WHEN fascia IN ('65-74', '75-84', '85+', '65+') THEN '65+' ELSE fascia END;
`

const sqlCoverage = `
CREATE OR REPLACE VIEW copertura_per_area AS
SELECT anno, area, count(*) AS enti_attesi, count(*) FILTER (stato = 'inviato') AS inviato, count(*) FILTER (stato = 'parziale') AS parziale,
  count(*) FILTER (stato = 'pochi o nessuno') AS pochi_o_nessuno, round(100 * count(*) FILTER (stato <> 'pochi o nessuno') / count(*), 1) AS percento_inviato
FROM copertura
GROUP BY ALL ORDER BY ALL;
`

// rate compares who takes up benefits with who lives there. Rows that anonymisation
// made coarser count in the wider age, and those without an age, or a territory, in
// a line of their own, which has no residents: the other lines are then too low by
// as much at most.
func (s *viewer) rate(population territory.Table) string {
	lived := func(column string) bool {
		return slices.ContainsFunc(population.Columns, func(c table.Column) bool { return c.Name == column })
	}
	if s.first("FasciaEta", "AnnoNascita") == "" {
		return ""
	}
	by := []string{"anno", "regione"}
	join := func(from, counted, measure string, by []string) string {
		var on []string
		for _, column := range by {
			on = append(on, fmt.Sprintf("d.%s IS NOT DISTINCT FROM p.%[1]s", sqlName(column)))
		}
		return fmt.Sprintf(`SELECT d.*, p.residenti, round(1000 * d.%s / p.residenti, 2) AS per_mille
FROM (%s) d
LEFT JOIN (SELECT %s, sum(residenti) AS residenti FROM %s GROUP BY ALL) p ON %s
ORDER BY ALL`, measure, from, sqlNames(by), counted, strings.Join(on, " AND "))
	}
	fine := "popolazione"
	if s.form == ofCells {
		for _, column := range []string{"FasciaEta", "Genere"} {
			if s.has(column) {
				by = append(by, column)
			}
		}
		if !s.has("persone") {
			return ""
		}
		return join(strings.TrimSuffix(s.cells(by[2:]...), "\nORDER BY ALL"), fine, "persone", by)
	}
	if territory := s.first(planned[:3]...); territory != "" && lived(territory) {
		by = append(by, territory)
	}
	by = append(by, "FasciaEta")
	if s.has("Genere") {
		by = append(by, "Genere")
	}
	if s.form == ofRecords {
		counts := s.counts()
		if !strings.Contains(counts, "persone") {
			return ""
		}
		return join(fmt.Sprintf("SELECT %s, %s FROM righe GROUP BY ALL", sqlNames(by), counts), fine, "persone", by)
	}
	measure, from := "prestazioni", "righe"
	switch {
	case s.form == ofPersons:
		measure, from = "persone", "dati"
	case s.sinba:
		measure = "record"
	}
	wide := "(SELECT * REPLACE (eta_larga(FasciaEta) AS FasciaEta) FROM %s)"
	return join(fmt.Sprintf("SELECT %s, count(*) AS %s FROM "+wide+" GROUP BY ALL", sqlNames(by), measure, from), fmt.Sprintf(wide, "popolazione"), measure, by)
}
