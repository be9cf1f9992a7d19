package schema

// recordValues are the values of one PrestazioniSociali that several rules
// need, read once.
type recordValues struct {
	periodic, occasional                     bool
	inizio, fine, erogazione, evento, dsuDay dateValue
}

// dateValue is a date as the number AAAAMMGG, which compares as dates do.
type dateValue struct {
	ymd     int32
	ok      bool // read
	present bool // the document has it, readable or not
}

func (d dateValue) year() int  { return int(d.ymd / 10000) }
func (d dateValue) month() int { return int(d.ymd / 100 % 100) }
func (d dateValue) day() int   { return int(d.ymd % 100) }

func (b *Batch) date(f Field, rec int) (d dateValue) {
	var v []byte
	if v, d.present = b.sound(f, rec, 0); v != nil {
		d.ymd, d.ok = parseYMD(v)
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
		checkComuneAt(b, rec, day, st)
	} else if day := r.erogazione; day.ok {
		checkComuneAt(b, rec, day, st)
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
		if r.inizio.year() != r.fine.year() {
			st.emit(psStessoAnno, DataFinePrestazione, rec, 0)
		}
		if r.fine.ymd < r.inizio.ymd {
			st.emit(psFinePrima, DataFinePrestazione, rec, 0)
		} else if v, _ := b.sound(PeriodoErogazione, rec, 0); v != nil {
			if months, ok := ParseInt(v); ok {
				if least, most := monthsBetween(r.inizio, r.fine); int(months) < least || int(months) > most {
					st.emit(psPeriodo, PeriodoErogazione, rec, 0)
				}
			}
		}
	}
	future := func(d dateValue, f Field) {
		if d.ok && d.ymd > st.today.ymd {
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
func monthsBetween(from, to dateValue) (whole, touched int) {
	months := (to.year()-from.year())*12 + to.month() - from.month()
	whole = months
	switch last := daysIn(int64(to.year()), to.month()); {
	case to.day() == last && from.day() == 1:
		whole++ // to the end of its last month
	case to.day() < last && to.day()+1 < from.day():
		whole--
	}
	return max(whole, 1), months + 1
}

var quotas = [3]Field{ImportoQuotaEnte, ImportoQuotaUtente, ImportoQuotaSSN}

func checkAmounts(b *Batch, rec int, st *checkState) {
	monthly, single := b.amount(ImportoMensile, rec, st), b.amount(ImportoPrestazione, rec, st)
	monthly.atLeast(1, psMensilePositivo, ImportoMensile, rec, st)
	single.atLeast(1, psImportoPositivo, ImportoPrestazione, rec, st)
	var quota [3]amount
	filled, readable := false, true
	for i, f := range quotas {
		quota[i] = b.amount(f, rec, st)
		filled = filled || quota[i].present
		readable = readable && (quota[i].v != nil || !quota[i].present)
	}
	quota[0].atLeast(1, psQuotaEnte, ImportoQuotaEnte, rec, st)
	quota[1].atLeast(0, psQuotaUtente, ImportoQuotaUtente, rec, st)
	quota[2].atLeast(1, psQuotaSSN, ImportoQuotaSSN, rec, st)
	asked, threshold := b.amount(ImportoQuotaRichiesta, rec, st), b.amount(ImportoSogliaISEE, rec, st)
	asked.atLeast(0, psNegativo, ImportoQuotaRichiesta, rec, st)
	threshold.atLeast(0, psNegativo, ImportoSogliaISEE, rec, st)
	if !filled || !readable {
		return
	}
	if st.values.periodic && !monthly.isSumOf(&quota) {
		st.emit(psSommaMensile, ImportoMensile, rec, 0)
	}
	if st.values.occasional && !single.isSumOf(&quota) {
		st.emit(psSommaPrestazione, ImportoPrestazione, rec, 0)
	}
}

// amount is a sound decimal; v is nil where there is none.
type amount struct {
	v       []byte
	cents   int64
	plain   bool // cents is all of it
	present bool // the document has it, sound or not
}

// amount reads a sound decimal, having warned of more than two decimals.
func (b *Batch) amount(f Field, rec int, st *checkState) (a amount) {
	if a.v, a.present = b.sound(f, rec, 0); a.v == nil {
		return a
	}
	if a.cents, a.plain = plainCents(a.v); !a.plain {
		if d, ok := splitDecimal(a.v); ok && len(d.fraction) > 2 {
			st.emit(psDecimali, f, rec, 0)
		}
	}
	return a
}

// atLeast emits a rule where the amount's sign is below least.
func (a *amount) atLeast(least int, id ruleID, f Field, rec int, st *checkState) {
	switch {
	case a.v == nil || a.plain && a.cents > 0:
	case a.plain:
		if least > 0 {
			st.emit(id, f, rec, 0)
		}
	default:
		if sign, ok := Sign(a.v); ok && sign < least {
			st.emit(id, f, rec, 0)
		}
	}
}

// isSumOf tells whether the quotas add up to the amount; one that is absent
// counts nothing, and of an amount that does not read nothing can be said.
func (a *amount) isSumOf(quota *[3]amount) bool {
	if a.v == nil {
		return true
	}
	plain, sum := a.plain, int64(0)
	for i := range quota {
		plain = plain && (quota[i].plain || !quota[i].present)
		sum += quota[i].cents
	}
	if plain {
		return sum == a.cents
	}
	equal, ok := SumEquals(a.v, quota[0].v, quota[1].v, quota[2].v)
	return equal || !ok
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
		if year, ok := ParseYear(anno); ok && year != st.values.dsuDay.year() {
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
