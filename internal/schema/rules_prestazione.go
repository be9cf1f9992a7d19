package schema

// recordValues are the values of one PrestazioniSociali that several rules
// need, read once.
type recordValues struct {
	periodic, occasional                     bool
	inizio, fine, erogazione, evento, dsuDay dateValue
}

type dateValue struct {
	days    int32
	ok      bool // read
	present bool // the document has it, readable or not
}

func (b *Batch) date(f Field, rec int) (d dateValue) {
	var v []byte
	if v, d.present = b.sound(f, rec, 0); v != nil {
		d.days, d.ok = ParseDate(v)
	}
	return d
}

// checkPrestazione checks one PrestazioniSociali, or one row of a return flow.
func checkPrestazione(b *Batch, rec int, st *checkState) {
	r := &st.values
	r.inizio, r.fine = b.date(DataInizioPrestazione, rec), b.date(DataFinePrestazione, rec)
	r.erogazione, r.evento = b.date(DataErogazionePrestazione, rec), b.date(DataEvento, rec)
	r.dsuDay = b.date(DataDSU, rec)
	r.periodic, r.occasional = b.is(CaratterePrestazione, rec, '1'), b.is(CaratterePrestazione, rec, '2')
	checkRequired(b, rec, st)
	checkDates(b, rec, st)
	checkAmounts(b, rec, st)
	checkHours(b, rec, st)
	checkDSU(b, rec, st)
	checkBenefitCode(b, rec, st)
	if day := r.inizio; day.ok {
		checkComuneAt(b, rec, day.days, st)
	} else if day := r.erogazione; day.ok {
		checkComuneAt(b, rec, day.days, st)
	}
}

// checkRequired: what CaratterePrestazione and PresaCarico make obligatory.
func checkRequired(b *Batch, rec int, st *checkState) {
	need := func(id ruleID, f Field) {
		if _, present := b.sound(f, rec, 0); !present && st.carries(f) {
			st.emit(id, f, rec, 0)
		}
	}
	need(psCarattere, CaratterePrestazione)
	if st.values.periodic {
		need(psPeriodicaInizio, DataInizioPrestazione)
		need(psPeriodicaImporto, ImportoMensile)
	}
	if st.values.occasional {
		need(psOccasionaleData, DataErogazionePrestazione)
		need(psOccasionaleImporto, ImportoPrestazione)
	}
	if b.is(PresaCarico, rec, '1') {
		need(psAreaUtenza, AreaUtenza)
	}
}

func checkDates(b *Batch, rec int, st *checkState) {
	r := &st.values
	if r.inizio.ok && r.fine.ok {
		if YearOf(r.inizio.days) != YearOf(r.fine.days) {
			st.emit(psStessoAnno, DataFinePrestazione, rec, 0)
		}
		if r.fine.days < r.inizio.days {
			st.emit(psFinePrima, DataFinePrestazione, rec, 0)
		} else if v, _ := b.sound(PeriodoErogazione, rec, 0); v != nil {
			if months, ok := ParseInt(v); ok {
				if least, most := monthsBetween(r.inizio.days, r.fine.days); int(months) < least || int(months) > most {
					st.emit(psPeriodo, PeriodoErogazione, rec, 0)
				}
			}
		}
	}
	future := func(d dateValue, f Field) {
		if d.ok && d.days > st.today {
			st.emit(psFuturo, f, rec, 0)
		}
	}
	future(r.inizio, DataInizioPrestazione)
	future(r.erogazione, DataErogazionePrestazione)
	future(r.evento, DataEvento)
	future(r.dsuDay, DataDSU)
}

// monthsBetween gives the whole months from a day to a day, both included, at
// least 1, and the calendar months they touch: practice counts either way.
func monthsBetween(from, to int32) (whole, touched int) {
	y1, m1, d1 := civil(from)
	y2, m2, d2 := civil(to + 1)
	whole = (y2-y1)*12 + m2 - m1
	if d2 < d1 {
		whole--
	}
	y2, m2, _ = civil(to)
	return max(whole, 1), (y2-y1)*12 + m2 - m1 + 1
}

var quotas = [3]Field{ImportoQuotaEnte, ImportoQuotaUtente, ImportoQuotaSSN}

func checkAmounts(b *Batch, rec int, st *checkState) {
	monthly, single := b.amount(ImportoMensile, rec, st), b.amount(ImportoPrestazione, rec, st)
	positive := func(id ruleID, f Field, v []byte, least int) {
		if sign, ok := Sign(v); ok && sign < least {
			st.emit(id, f, rec, 0)
		}
	}
	positive(psMensilePositivo, ImportoMensile, monthly, 1)
	positive(psImportoPositivo, ImportoPrestazione, single, 1)
	var quota [3][]byte
	filled, readable := false, true
	for i, f := range quotas {
		_, present := b.sound(f, rec, 0)
		quota[i] = b.amount(f, rec, st)
		filled = filled || present
		readable = readable && (quota[i] != nil || !present)
	}
	positive(psQuotaEnte, ImportoQuotaEnte, quota[0], 1)
	positive(psQuotaUtente, ImportoQuotaUtente, quota[1], 0)
	positive(psQuotaSSN, ImportoQuotaSSN, quota[2], 1)
	for _, f := range [2]Field{ImportoQuotaRichiesta, ImportoSogliaISEE} {
		positive(psNegativo, f, b.amount(f, rec, st), 0)
	}
	if !filled || !readable {
		return
	}
	sum := func(id ruleID, f Field, total []byte) {
		if total == nil {
			return
		}
		if equal, ok := SumEquals(total, quota[0], quota[1], quota[2]); ok && !equal {
			st.emit(id, f, rec, 0)
		}
	}
	if st.values.periodic {
		sum(psSommaMensile, ImportoMensile, monthly)
	}
	if st.values.occasional {
		sum(psSommaPrestazione, ImportoPrestazione, single)
	}
}

// amount gives a sound decimal, having warned of more than two decimals.
func (b *Batch) amount(f Field, rec int, st *checkState) []byte {
	v, _ := b.sound(f, rec, 0)
	if v == nil {
		return nil
	}
	if d, ok := splitDecimal(v); ok && len(d.fraction) > 2 {
		st.emit(psDecimali, f, rec, 0)
	}
	return v
}

func checkHours(b *Batch, rec int, st *checkState) {
	v, _ := b.sound(OreServizioMensile, rec, 0)
	if v == nil {
		return
	}
	minutes, form, ok := ParseMinutes(v)
	switch {
	case !ok:
	case form == HoursInvalid:
		st.emit(psOre, OreServizioMensile, rec, 0)
	case minutes > 31*24*60:
		st.emit(psOreTroppe, OreServizioMensile, rec, 0)
	case form == HoursShortened:
		st.emit(psOreCorte, OreServizioMensile, rec, 0)
	}
}

// checkDSU: the three fields of the DSU are all filled or all empty.
func checkDSU(b *Batch, rec int, st *checkState) {
	numero, hasNumero := b.sound(NumeroProtocolloDSU, rec, 0)
	hasNumero = hasNumero && (numero == nil || len(numero) > 0)
	anno, hasAnno := b.sound(AnnoProtocolloDSU, rec, 0)
	hasData := st.values.dsuDay.present
	if hasNumero || hasAnno || hasData {
		missing := Field(0)
		switch {
		case !hasNumero && st.carries(NumeroProtocolloDSU):
			missing = NumeroProtocolloDSU
		case !hasAnno && st.carries(AnnoProtocolloDSU):
			missing = AnnoProtocolloDSU
		case !hasData && st.carries(DataDSU):
			missing = DataDSU
		}
		if missing != 0 {
			st.emit(psDSU, missing, rec, 0)
		}
	}
	if anno != nil && st.values.dsuDay.ok {
		if year, ok := ParseYear(anno); ok && year != YearOf(st.values.dsuDay.days) {
			st.emit(psDSUAnno, AnnoProtocolloDSU, rec, 0)
		}
	}
}

func checkBenefitCode(b *Batch, rec int, st *checkState) {
	code, _ := b.sound(CodicePrestazione, rec, 0)
	var known *PrestazioneInfo
	if code != nil {
		known = checkCode(code, CodicePrestazione, rec, 0, psCodiceForma, psCodiceIgnoto, st)
	}
	if known != nil && known.PresaInCarico && b.is(PresaCarico, rec, '2') {
		st.emit(psPresaCarico, CodicePrestazione, rec, 0)
	}
	if st.values.periodic && !st.values.evento.present && string(code) == "A1.05.01" && st.carries(DataEvento) {
		st.emit(psEvento, DataEvento, rec, 0)
	}
	if _, sina := b.sound(SINAMobilita, rec, 0); sina && known != nil && !known.SINA {
		st.emit(psSINA, CodicePrestazione, rec, 0)
	}
	for i := range b.Repeats(SINACodicePrestazione, rec) {
		if code, _ := b.sound(SINACodicePrestazione, rec, i); code != nil {
			checkCode(code, SINACodicePrestazione, rec, i, psCodiceForma, psCodiceIgnoto, st)
		}
	}
}

// checkCode warns of a code that is no code, or one that nobody has seen.
func checkCode(code []byte, f Field, rec, i int, form, unknown ruleID, st *checkState) *PrestazioneInfo {
	if _, _, ok := splitPrestazione(code); !ok {
		st.emit(form, f, rec, i)
		return nil
	}
	info := findPrestazione(code)
	if info == nil {
		st.emit(unknown, f, rec, i)
	}
	return info
}
