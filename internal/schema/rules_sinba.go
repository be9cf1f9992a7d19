package schema

// checkSINBA checks one SINBA element.
func checkSINBA(b *Batch, rec int, st *checkState) {
	checkGuasto(b, rec, st, sinbaGuasto, SINBAIDBeneficiario)
	checkIDBeneficiario(b, rec, st)
	checkResidence(b, rec, st)
	checkMinor(b, rec, st)
	checkJustice(b, rec, st)
	for i := range b.Repeats(SINBACodicePrestazione, rec) {
		if code, _ := b.sound(SINBACodicePrestazione, rec, i); code != nil {
			checkCode(code, SINBACodicePrestazione, rec, i, sinbaCodiceForma, sinbaCodiceIgnoto, st)
		}
	}
	if st.cooperazione && b.Repeats(SINBACodicePrestazione, rec) > 1 {
		st.emit(sinbaUnaPrestazione, SINBACodicePrestazione, rec, 1)
	}
}

// checkIDBeneficiario: the code must be anonymous, so no fiscal code, however
// it is spaced or padded within the twenty characters.
func checkIDBeneficiario(b *Batch, rec int, st *checkState) {
	v, _ := b.sound(SINBAIDBeneficiario, rec, 0)
	var packed [20]byte
	n := 0
	for _, c := range v {
		if isAlphanumeric(c) && n < len(packed) {
			packed[n] = c
			n++
		}
	}
	for from := 0; from+16 <= n; from++ {
		if looksFiscal(packed[from : from+16]) {
			st.emit(sinbaIDFiscale, SINBAIDBeneficiario, rec, 0)
			return
		}
	}
	if n == 11 && numericControl(packed[:n]) {
		st.emit(sinbaIDNumerico, SINBAIDBeneficiario, rec, 0)
	}
}

func isAlphanumeric(c byte) bool {
	return c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z'
}

func checkResidence(b *Batch, rec int, st *checkState) {
	nation, _ := b.sound(SINBACodiceNazioneResidenza, rec, 0)
	_, hasRegion := b.sound(SINBACodiceRegioneResidenza, rec, 0)
	if nation != nil {
		switch italy := threeDigits(nation) == nazioneItalia; {
		case italy && !hasRegion:
			st.emit(sinbaRegioneManca, SINBACodiceRegioneResidenza, rec, 0)
		case !italy && hasRegion:
			st.emit(sinbaRegioneEstero, SINBACodiceRegioneResidenza, rec, 0)
		}
	}
	for _, f := range [3]Field{SINBACodiceRegioneResidenza, SINBACodiceRegioneResidenzaPadre, SINBACodiceRegioneResidenzaMadre} {
		if region, _ := b.sound(f, rec, 0); region != nil {
			if _, known := RegionByDM1986(region); !known {
				st.emit(sinbaRegioneIgnota, f, rec, 0)
			}
		}
	}
	for _, f := range [3]Field{SINBACodiceNazioneResidenza, SINBACodiceCittadinanzaPadre, SINBACodiceCittadinanzaMadre} {
		if country, _ := b.sound(f, rec, 0); country != nil && !isCountry(country) && threeDigits(country) != nazioneNonDisponibile {
			st.emit(sinbaPaese, f, rec, 0)
		}
	}
}

// checkMinor: age, household, disability.
func checkMinor(b *Batch, rec int, st *checkState) {
	if v, _ := b.sound(SINBANumeroComponentiISEE, rec, 0); v != nil {
		if n, ok := ParseInt(v); ok && (n < 1 || n > 9) {
			st.emit(sinbaComponenti, SINBANumeroComponentiISEE, rec, 0)
		}
	}
	if v, _ := b.sound(SINBAAnnoNascita, rec, 0); v != nil {
		if born, ok := ParseYear(v); ok {
			checkAgeBand(b, rec, born, st)
		}
	}
	if b.is(SINBADisabilita, rec, '1') {
		if _, present := b.sound(SINBATipoDisabilita, rec, 0); !present {
			st.emit(sinbaTipoDisabilita, SINBATipoDisabilita, rec, 0)
		}
		if _, present := b.sound(SINBAInvCivCertificazioni, rec, 0); !present {
			st.emit(sinbaInvCiv, SINBAInvCivCertificazioni, rec, 0)
		}
	}
}

// checkAgeBand compares the year of birth with FasciaEtaBeneficiario, three
// years a band from 0-3 on, at the flow's date; a flow may speak of the year
// before, and a birthday may be to come.
func checkAgeBand(b *Batch, rec, born int, st *checkState) {
	year := st.today.year()
	if st.flowDay != 0 {
		year = YearOf(st.flowDay)
	}
	if born > year || born < 1900 {
		st.emit(sinbaAnnoNascita, SINBAAnnoNascita, rec, 0)
		return
	}
	band, _ := b.sound(SINBAFasciaEtaBeneficiario, rec, 0)
	if len(band) != 1 || band[0] < '1' || band[0] > '6' || year >= 9999 {
		return
	}
	youngest, oldest := int(band[0]-'1')*3, int(band[0]-'0')*3
	if age := year - born; age < youngest || age-2 > oldest {
		st.emit(sinbaFasciaEta, SINBAFasciaEtaBeneficiario, rec, 0)
	}
}

// checkJustice: dates of reports and orders.
func checkJustice(b *Batch, rec int, st *checkState) {
	if _, present := b.sound(SINBADataSegnalazione, rec, 0); !present && b.is(SINBASegnalazioneAutoritaGiudiziaria, rec, '1') {
		st.emit(sinbaDataSegnalazione, SINBADataSegnalazione, rec, 0)
	}
	if _, present := b.sound(SINBADataProvvedimentoGiudiziario, rec, 0); !present && b.is(SINBAProvvedimentoGiudiziario, rec, '1') {
		st.emit(sinbaDataProvvedimento, SINBADataProvvedimentoGiudiziario, rec, 0)
	}
	born := 0
	if v, _ := b.sound(SINBAAnnoNascita, rec, 0); v != nil {
		born, _ = ParseYear(v)
	}
	todayYear, todayMonth := st.today.year(), st.today.month()
	for _, f := range [3]Field{SINBADataPrimaSegnalazione, SINBADataSegnalazione, SINBADataProvvedimentoGiudiziario} {
		v, _ := b.sound(f, rec, 0)
		if v == nil {
			continue
		}
		year, month, ok := ParseMonthYear(v)
		switch {
		case !ok:
		case year*12+month > todayYear*12+todayMonth:
			st.emit(sinbaFuturo, f, rec, 0)
		case year < born-1: // a report may come before the birth
			st.emit(sinbaPrimaNascita, f, rec, 0)
		}
	}
}
