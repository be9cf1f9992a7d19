package schema

import "bytes"

// checkHeader checks the flow's name and sender. The structure of the name is
// {Ente}.{PS,PSA,SINA or SINBA}.{AAAAMMGG}.{progressive of the day}; INPS's own
// samples vary it, so nothing here is worse than a warning, but a name that is
// empty and the digits of CFOperatore.
func checkHeader(b *Batch, st *checkState) {
	rules := psHeader
	if b.shape.level[SINBAIDBeneficiario] != noLevel {
		rules = sinbaHeader
	}
	ente, _ := b.sound(EnteCodice, 0, 0)
	if nome, ok := b.sound(FlussoNome, 0, 0); ok && nome != nil {
		name, ok := parseFlowName(nome)
		switch {
		case len(nome) == 0:
			st.emit(rules.empty, FlussoNome, -1, 0)
		case !ok:
			st.emit(rules.form, FlussoNome, -1, 0)
		default:
			if !name.strict {
				st.emit(rules.strict, FlussoNome, -1, 0)
			}
			if name.sinba != (rules.form == sinbaHeader.form) {
				st.emit(rules.tipo, FlussoNome, -1, 0)
			}
			if name.day == 0 {
				st.emit(rules.date, FlussoNome, -1, 0)
			}
			if ente != nil && !bytes.Equal(name.ente, ente) {
				st.emit(rules.ente, FlussoNome, -1, 0)
			}
		}
		st.flowDay = name.day
	}
	if seat, _ := b.sound(EnteIndirizzo, 0, 0); seat != nil {
		if _, known := ComuneByBelfiore(seat); !known {
			st.emit(rules.seat, EnteIndirizzo, -1, 0)
		}
	}
	if cf, _ := b.sound(EnteCFOperatore, 0, 0); cf != nil {
		switch code := parseFiscalCode(cf); {
		case !code.ascii:
			st.emit(rules.operatorDigits, EnteCFOperatore, -1, 0)
		case !code.control:
			st.emit(rules.operator, EnteCFOperatore, -1, 0)
		}
	}
}

// headerRules are the header's rules under the codes of one kind of flow.
type headerRules struct {
	empty, form, strict, tipo, date, ente, seat, operator, operatorDigits ruleID
}

var (
	psHeader    = headerRules{psNomeVuoto, psNomeForm, psNomeStrict, psNomeTipo, psNomeDate, psNomeEnte, psEnteSeat, psOperatore, psOperatoreDigits}
	sinbaHeader = headerRules{sinbaNomeVuoto, sinbaNomeForm, sinbaNomeStrict, sinbaNomeTipo, sinbaNomeDate, sinbaNomeEnte, sinbaEnteSeat, sinbaOperatore, sinbaOperatoreDigits}
)

// flowName is a FlussoNome in its parts.
type flowName struct {
	ente   []byte
	sinba  bool
	strict bool  // exactly the specification's form, with a progressive of seven digits
	day    int32 // 0: the eight digits are no date
}

// parseFlowName reads ^[^.]{1,32}\.(PS|PSA|SINA|SINBA)(\.INPS)?\.\d{8}\.\d{6,8}$.
func parseFlowName(v []byte) (name flowName, ok bool) {
	var part [5][]byte
	n := 0
	for rest := v; ; n++ {
		if n == len(part) {
			return name, false
		}
		before, after, more := bytes.Cut(rest, []byte{'.'})
		part[n] = before
		if !more {
			n++
			break
		}
		rest = after
	}
	inps := n == 5 && string(part[2]) == "INPS"
	if n != 4 && !inps || len(part[0]) == 0 || len(part[0]) > 32 {
		return name, false
	}
	switch string(part[1]) {
	case "SINBA":
		name.sinba = true
	case "PS", "PSA", "SINA":
	default:
		return name, false
	}
	date, progressive := part[n-2], part[n-1]
	yyyymmdd, okDate := digits(date)
	_, okProgressive := digits(progressive)
	if len(date) != 8 || !okDate || len(progressive) < 6 || len(progressive) > 8 || !okProgressive {
		return name, false
	}
	year, month, day := yyyymmdd/10000, yyyymmdd/100%100, yyyymmdd%100
	if year >= 1 && month >= 1 && month <= 12 && day >= 1 && day <= daysIn(int64(year), month) {
		name.day = civilDays(year, month, day)
	}
	name.ente = part[0]
	name.strict = !inps && len(progressive) == 7
	return name, true
}
