package dataset

import (
	"fmt"
	"strings"
)

// derived are the view righe, which has a row for each benefit with what the
// questions ask of it, and what reads bands; of tables and persons neither is
// needed.
func (s *viewer) derived() string {
	bands := ""
	if s.form == ofClasses || s.form == ofPersons {
		bands = sqlBands
	}
	if s.form == ofCells || s.form == ofPersons {
		return bands
	}
	from, benefit := "dati", "CodicePrestazione"
	var more []string
	add := func(name, expression string) {
		if !s.has(name) {
			more = append(more, expression+" AS "+name)
		}
	}
	c, there := s.column(benefit)
	if there && c.Type == "strings" { // SINBA: several in one record
		from = "(SELECT * EXCLUDE (CodicePrestazione), unnest(CASE WHEN len(CodicePrestazione) > 0 THEN CodicePrestazione ELSE [NULL] END) AS CodicePrestazione FROM dati)"
	}
	if there {
		add("area", "CASE WHEN regexp_matches(CodicePrestazione, '^A[1-5]') THEN left(CodicePrestazione, 2) ELSE CodicePrestazione END")
	}
	if s.has("AnnoNascita") {
		add("FasciaEta", sqlAge)
	}
	if s.has("CodiceCittadinanza") {
		add("CittadinanzaArea", sqlCitizenship)
	}
	return bands + "\n-- " + textViewRows.It + "\n-- " + textViewRows.En + "\nCREATE OR REPLACE VIEW righe AS\nSELECT " + strings.Join(append([]string{"*"}, more...), ",\n  ") + "\nFROM " + from + ";\n"
}

// The planning ages and areas of citizenship of a record, as internal/anonymize has
// them; a test holds the two together.
const (
	sqlAge = `CASE WHEN anno = 0 OR anno - AnnoNascita NOT BETWEEN 0 AND 130 THEN NULL
    WHEN anno - AnnoNascita < 3 THEN '0-2' WHEN anno - AnnoNascita < 6 THEN '3-5' WHEN anno - AnnoNascita < 18 THEN '6-17'
    WHEN anno - AnnoNascita < 65 THEN '18-64' WHEN anno - AnnoNascita < 75 THEN '65-74' WHEN anno - AnnoNascita < 85 THEN '75-84'
    WHEN anno - AnnoNascita >= 85 THEN '85+' END`
	sqlCitizenship = `CASE WHEN CodiceCittadinanza = '380' THEN 'Italia' WHEN CodiceCittadinanza = '990' THEN 'non disponibile'
    WHEN CodiceCittadinanza IN ('040', '056', '100', '191', '196', '203', '208', '233', '246', '250', '276', '300', '348', '372',
      '428', '440', '442', '470', '528', '616', '620', '642', '703', '705', '724', '752') THEN 'UE'
    WHEN CodiceCittadinanza IS NOT NULL THEN 'extra-UE' END`
	// sqlBands read '50-100' (over 50, up to 100), '5000+', '<0', '0'; NULL for * and
	// for the open end of a band.
	sqlBands = `
CREATE OR REPLACE MACRO fascia_da(fascia) AS
  CASE WHEN fascia LIKE '<%' THEN NULL ELSE TRY_CAST(split_part(rtrim(fascia, '+'), '-', 1) AS BIGINT) END;
CREATE OR REPLACE MACRO fascia_a(fascia) AS
  CASE WHEN fascia LIKE '%+' THEN NULL WHEN fascia LIKE '<%' THEN TRY_CAST(substr(fascia, 2) AS BIGINT)
  WHEN contains(fascia, '-') THEN TRY_CAST(split_part(fascia, '-', 2) AS BIGINT) ELSE TRY_CAST(fascia AS BIGINT) END;
`
	sqlISEE = `CASE WHEN ImportoSogliaISEE <= 0 THEN '0' WHEN ImportoSogliaISEE <= 3000 THEN '0-3000' WHEN ImportoSogliaISEE <= 6000 THEN '3000-6000'
    WHEN ImportoSogliaISEE <= 9000 THEN '6000-9000' WHEN ImportoSogliaISEE <= 12000 THEN '9000-12000' WHEN ImportoSogliaISEE <= 15000 THEN '12000-15000'
    WHEN ImportoSogliaISEE <= 20000 THEN '15000-20000' WHEN ImportoSogliaISEE > 20000 THEN '20000+' END`
	// Home care of the nomenclature: A2.07 and, with health services, A2.08.
	sqlAtHome = `left(CodicePrestazione, 5) IN ('A2.07', 'A2.08')`
)

// counts are the measures of rows: benefits and, where they are told apart,
// persons. Persons do not add up over the lines of a view. Of SINBA a record may have
// no benefit, and an anonymous one tells only that it has several.
func (s *viewer) counts() string {
	switch {
	case s.sinba && s.form == ofClasses:
		return "count(*) AS record"
	case s.has("CodiceFiscale"):
		return "count(*) AS prestazioni, count(DISTINCT CodiceFiscale) AS persone"
	case s.has("CodicePersona"):
		return "count(*) AS prestazioni, count(DISTINCT CodicePersona) AS persone"
	case s.sinba && s.has("CodicePrestazione", "EnteCodice", "IDBeneficiario"):
		return "count(CodicePrestazione) AS prestazioni, count(DISTINCT concat_ws('|', EnteCodice, IDBeneficiario)) AS persone"
	}
	return "count(*) AS prestazioni"
}

// group is a query of righe, grouped by the columns given, which come first.
func (s *viewer) group(by []string, measures, where string) string {
	if where != "" {
		where = "\nWHERE " + where
	}
	return fmt.Sprintf("SELECT %s,\n  %s\nFROM righe%s\nGROUP BY %s ORDER BY %[1]s", sqlNames(by), measures, where, sqlNames(by))
}

// by are the year, the territory and further columns to group by; "area" is of
// righe.
func (s *viewer) by(territory []string, further ...string) []string {
	by := append([]string{"anno"}, s.present(s.first(territory...))...)
	for _, name := range further {
		switch {
		case s.has(name):
			by = append(by, s.present(name)...)
		case name == "area" && s.has("CodicePrestazione"), name == "FasciaEta" && s.has("AnnoNascita"), name == "CittadinanzaArea" && s.has("CodiceCittadinanza"):
			by = append(by, name)
		}
	}
	return by
}

func (s *viewer) byAmbito() string {
	switch s.form {
	case ofCells:
		return s.cells(s.first(planned[:3]...), s.first("sezione", "CodicePrestazione"))
	case ofPersons:
		return s.bySection(planned)
	}
	return s.group(s.by(planned, "area"), s.counts(), "")
}

func (s *viewer) perHead() string {
	switch s.form {
	case ofCells:
		if s.sinba || !s.has("importo_annuo") {
			return ""
		}
		return s.cellsWith(", round(importo_annuo / nullif(persone, 0), 2) AS euro_a_persona", s.first(planned[:3]...), s.first("sezione", "CodicePrestazione"))
	case ofPersons:
		if !s.has("ImportoAnnuoFascia") {
			return ""
		}
		by := s.by(planned, "FasciaEta")
		return s.persons(by, "count(*) AS persone, "+bounds("ImportoAnnuoFascia", "euro_annui"))
	case ofClasses:
		if !s.has("ImportoMensileFascia") {
			return ""
		}
		return s.group(s.by(planned, "area"), "count(*) AS prestazioni, "+bounds("ImportoMensileFascia", "euro_al_mese"), "")
	}
	if !s.has("ImportoAnnuo") {
		return ""
	}
	measures := s.counts() + `,
  sum("ImportoAnnuo") AS euro_annui, round(euro_annui / nullif(count("ImportoAnnuo"), 0), 2) AS euro_a_prestazione`
	if strings.Contains(measures, "AS persone") {
		measures += ",\n  round(euro_annui / nullif(persone, 0), 2) AS euro_a_persona"
	}
	return s.group(s.by(planned, "area"), measures, "")
}

// bounds are what bands tell of a sum: over how many rows, and between what.
// Where a band is open, the upper end is not known.
func bounds(band, name string) string {
	return fmt.Sprintf(`count(fascia_da(%[1]s)) AS con_fascia_%[2]s,
  sum(fascia_da(%[1]s)) AS %[2]s_da,
  CASE WHEN count(*) FILTER (%[1]s LIKE '%%+') = 0 THEN sum(fascia_a(%[1]s)) FILTER (fascia_da(%[1]s) IS NOT NULL) END AS %[2]s_a,
  round(%[2]s_da / nullif(con_fascia_%[2]s, 0), 2) AS %[2]s_da_in_media,
  round(%[2]s_a / nullif(con_fascia_%[2]s, 0), 2) AS %[2]s_a_in_media`, band, name)
}

func (s *viewer) takeUp() string {
	if s.first("FasciaEta", "AnnoNascita") == "" && !s.has("Genere") {
		return ""
	}
	switch s.form {
	case ofCells:
		return s.cells(s.first("FasciaEta"), s.first("Genere"))
	case ofPersons:
		return s.persons(s.by(planned, "FasciaEta", "Genere"), "count(*) AS persone")
	}
	return s.group(s.by(planned, "FasciaEta", "Genere"), s.counts(), "")
}

func (s *viewer) hours() string {
	switch {
	case s.form == ofCells && !s.sinba && s.has("minuti") && s.has("CodicePrestazione"):
		return s.cellsWith(", round(minuti / 60, 2) AS ore, "+sqlAtHome+" AS a_domicilio", "CodicePrestazione")
	case s.form == ofRecords && s.has("OreServizioMensile", "CodicePrestazione"):
		return s.group(s.by(planned, "CodicePrestazione"), s.counts()+",\n  "+sqlAtHome+" AS a_domicilio, sum(OreServizioMensile) AS minuti_al_mese, round(sum(OreServizioMensile) / 60, 2) AS ore_al_mese", "OreServizioMensile IS NOT NULL")
	case s.form == ofClasses && s.has("OreServizioMensileFascia", "CodicePrestazione"):
		return s.group(s.by(planned, "CodicePrestazione"), "count(*) AS prestazioni, "+sqlAtHome+" AS a_domicilio,\n  "+bounds("OreServizioMensileFascia", "minuti_al_mese"), "OreServizioMensileFascia IS NOT NULL")
	}
	return ""
}

func (s *viewer) isee() string {
	band := s.first("FasciaISEE", "FasciaISEEBeneficiario", "ImportoSogliaISEEFascia")
	switch {
	case s.form == ofCells:
		return ""
	case s.form == ofPersons && band != "":
		return s.persons(s.by(planned, band), "count(*) AS persone")
	case band != "":
		return s.group(s.by(planned, "area", band), s.counts(), sqlName(band)+" IS NOT NULL")
	case s.has("ImportoSogliaISEE"):
		by := sqlNames(s.by(planned, "area"))
		return fmt.Sprintf("SELECT %s, %s AS SogliaISEEFascia,\n  %s\nFROM righe\nWHERE ImportoSogliaISEE IS NOT NULL\nGROUP BY ALL ORDER BY ALL", by, sqlISEE, s.counts())
	}
	return ""
}

func (s *viewer) byMonth() string {
	union := func(start, end string) string {
		area := ""
		if s.has("CodicePrestazione") {
			area = ", area"
		}
		return fmt.Sprintf(`SELECT periodo%[1]s, count(*) FILTER (inizio) AS nuove, count(*) FILTER (NOT inizio) AS concluse
FROM (SELECT %[2]s AS periodo%[1]s, true AS inizio FROM righe UNION ALL SELECT %[3]s%[1]s, false FROM righe)
WHERE periodo IS NOT NULL
GROUP BY ALL ORDER BY ALL`, area, start, end)
	}
	switch {
	case s.form == ofRecords && s.has("DataInizioPrestazione", "DataFinePrestazione"):
		return union("strftime(DataInizioPrestazione, '%Y-%m')", "strftime(DataFinePrestazione, '%Y-%m')")
	case s.form == ofClasses && s.has("MeseInizio", "MeseFine"):
		return union("MeseInizio", "MeseFine")
	}
	return ""
}

func (s *viewer) shares() string {
	parts := []string{"ImportoQuotaEnte", "ImportoQuotaUtente", "ImportoQuotaSSN"}
	switch {
	case s.form == ofRecords && s.has(parts...):
		measures := "count(*) AS prestazioni"
		for i, name := range []string{"ente", "utente", "ssn"} {
			measures += fmt.Sprintf(",\n  sum(%s) AS quota_%s", parts[i], name)
		}
		for _, name := range []string{"ente", "utente", "ssn"} {
			measures += fmt.Sprintf(",\n  round(100 * quota_%s / nullif(coalesce(quota_ente, 0) + coalesce(quota_utente, 0) + coalesce(quota_ssn, 0), 0), 1) AS percento_%[1]s", name)
		}
		return s.group(s.by(planned, "area"), measures, "coalesce(ImportoQuotaEnte, ImportoQuotaUtente, ImportoQuotaSSN) IS NOT NULL")
	case s.form == ofClasses && s.has("ImportoQuotaEnteFascia", "ImportoQuotaUtenteFascia", "ImportoQuotaSSNFascia"):
		return s.group(s.by(planned, "area"), "count(*) AS prestazioni, "+bounds("ImportoQuotaEnteFascia", "quota_ente")+",\n  "+
			bounds("ImportoQuotaUtenteFascia", "quota_utente")+",\n  "+bounds("ImportoQuotaSSNFascia", "quota_ssn"),
			"coalesce(ImportoQuotaEnteFascia, ImportoQuotaUtenteFascia, ImportoQuotaSSNFascia) IS NOT NULL")
	}
	return ""
}

func (s *viewer) citizens() string {
	if s.first("CittadinanzaArea", "CodiceCittadinanza") == "" {
		return ""
	}
	switch s.form {
	case ofCells:
		return s.cells(s.first(planned[:3]...), "CittadinanzaArea")
	case ofPersons:
		return s.persons(s.by(planned, "CittadinanzaArea"), "count(*) AS persone")
	}
	return s.group(s.by(planned, "area", "CittadinanzaArea"), s.counts(), "")
}

func (s *viewer) takenIntoCare() string {
	if !s.has("PresaCarico") || s.form == ofCells || s.form == ofPersons {
		return ""
	}
	return s.group(s.by(planned, "PresaCarico", "AreaUtenza"), s.counts(), "")
}

func (s *viewer) coverage() string {
	switch s.form {
	case ofCells:
		return s.cellsAt("", s.present(s.first(finest[:3]...))...)
	case ofPersons:
		return s.persons(s.by(finest), "count(*) AS persone")
	}
	measures := s.counts()
	if s.has("CodicePrestazione") {
		measures += ",\n  list_sort(list(DISTINCT area)) AS aree"
	}
	if s.has("EnteCodice") {
		measures += ",\n  count(DISTINCT EnteCodice) AS enti"
	}
	return s.group(s.by(finest), measures, "")
}
