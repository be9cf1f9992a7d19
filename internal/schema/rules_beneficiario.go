package schema

// checkBeneficiario checks what a record says of its person: the fiscal code
// against the other particulars, citizenship, addresses. It runs once a
// Beneficiario; in a return flow, once a record, on what its layout maps.
func checkBeneficiario(b *Batch, rec int, st *checkState) {
	checkPerson(b, rec, st)
	checkCitizenship(b, rec, st)
	for i := range b.Repeats(IndirizzoCodiceNazione, rec) {
		checkIndirizzo(b, rec, i, st)
	}
}

func checkPerson(b *Batch, rec int, st *checkState) {
	checkGuasto(b, rec, st, psGuasto, Cognome)
	checkGuasto(b, rec, st, psGuasto, Nome)
	var code fiscalCode
	if cf, _ := b.sound(CodiceFiscale, rec, 0); cf != nil {
		code = parseFiscalCode(cf)
		switch {
		case !code.ascii:
			st.emit(psCFDigits, CodiceFiscale, rec, 0)
		case !code.control:
			st.emit(psCFControl, CodiceFiscale, rec, 0)
		}
		if code.person && !code.born {
			st.emit(psCFBirthday, CodiceFiscale, rec, 0)
		}
	}
	if v, _ := b.sound(AnnoNascita, rec, 0); v != nil {
		if year, ok := ParseYear(v); ok {
			thisYear := st.today.year()
			if year > thisYear || year < 1900 {
				st.emit(psAnnoNascita, AnnoNascita, rec, 0)
			}
			if code.person && code.born && year%100 != code.year {
				st.emit(psCFAnno, AnnoNascita, rec, 0)
			}
		}
	}
	if v, _ := b.sound(Genere, rec, 0); len(v) == 1 && code.person && code.born && (v[0] == '2') != code.female {
		st.emit(psCFGenere, Genere, rec, 0)
	}
	if v, _ := b.sound(LuogoNascita, rec, 0); v != nil {
		var place [4]byte
		copy(place[:], v)
		place[0] &^= 0x20
		if !isPlace(place) {
			st.emit(psLuogo, LuogoNascita, rec, 0)
		}
		if code.person && place != code.place {
			st.emit(psCFLuogo, LuogoNascita, rec, 0)
		}
	}
}

// isForeignPlace tells the codes of foreign countries, Z and three digits.
func isForeignPlace(place [4]byte) bool {
	page, _ := belfioreKey(place[:])
	return page == 'z'-'a'
}

func checkCitizenship(b *Batch, rec int, st *checkState) {
	first, _ := b.sound(CodiceCittadinanza, rec, 0)
	second, _ := b.sound(CodiceSecondaCittadinanza, rec, 0)
	if first != nil && !isCountry(first) && threeDigits(first) != nazioneNonDisponibile {
		st.emit(psPaese, CodiceCittadinanza, rec, 0)
	}
	if second == nil {
		return
	}
	if !isCountry(second) && threeDigits(second) != nazioneNonDisponibile {
		st.emit(psPaese, CodiceSecondaCittadinanza, rec, 0)
	}
	if string(first) == string(second) {
		st.emit(psCittadinanzaDoppia, CodiceSecondaCittadinanza, rec, 0)
	}
}

// checkIndirizzo checks one Indirizzo: region and comune go with Italy, and
// with each other. A return flow without nations is read as Italy's wherever
// it names a comune.
func checkIndirizzo(b *Batch, rec, i int, st *checkState) {
	nation, _ := b.sound(IndirizzoCodiceNazione, rec, i)
	region, hasRegion := b.sound(IndirizzoCodiceRegione, rec, i)
	comune, hasComune := b.sound(IndirizzoCodiceComune, rec, i)
	if nation != nil {
		if threeDigits(nation) != nazioneItalia {
			if hasRegion || hasComune {
				st.emit(psIndirizzoEstero, IndirizzoCodiceNazione, rec, i)
			}
			if !isCountry(nation) {
				st.emit(psPaese, IndirizzoCodiceNazione, rec, i)
			}
			return
		}
		if !hasRegion && st.carries(IndirizzoCodiceRegione) {
			st.emit(psRegioneManca, IndirizzoCodiceRegione, rec, i)
		}
		if !hasComune && st.carries(IndirizzoCodiceComune) {
			st.emit(psComuneManca, IndirizzoCodiceComune, rec, i)
		}
	}
	if region != nil {
		if _, known := RegionByDM1986(region); !known {
			st.emit(psRegioneIgnota, IndirizzoCodiceRegione, rec, i)
			region = nil
		}
	}
	if comune == nil {
		return
	}
	if !isComune(comune) && !sardinia2026(comune) {
		st.emit(psComuneIgnoto, IndirizzoCodiceComune, rec, i)
	}
	if region == nil {
		return
	}
	if of := regionOf(comune); of != nil && of.DM1986 != string(region) {
		if of.ISTAT == string(region) {
			st.emit(psRegioneISTAT, IndirizzoCodiceRegione, rec, i)
		} else {
			st.emit(psRegioneComune, IndirizzoCodiceRegione, rec, i)
		}
	}
}

// sardinia2026 tells the codes that ISTAT gave to Sardinia's comuni from
// 1/1/2026, which the table knows by their province alone.
func sardinia2026(comune []byte) bool {
	page, row := istatKey(comune)
	return page >= 112 && page <= 119 && row >= 1 && row <= 200
}

// checkComuneAt warns of a comune that did not hold its code on the day of
// the benefit.
func checkComuneAt(b *Batch, rec int, day dateValue, st *checkState) {
	for i := range b.Repeats(IndirizzoCodiceComune, rec) {
		comune, _ := b.sound(IndirizzoCodiceComune, rec, i)
		if comune == nil {
			continue
		}
		then, ever := comuneHeld(comune, civilDays(day.year(), day.month(), day.day()))
		if !then && (ever || sardinia2026(comune) && day.year() < 2026) {
			st.emit(psComuneData, IndirizzoCodiceComune, rec, i)
		}
	}
}
