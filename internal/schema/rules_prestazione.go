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

func (b *Batch) date(s *span) dateValue {
	if s.number != 0 {
		return dateValue{ymd: int32(s.number - 1), ok: true, present: true}
	}
	return b.oddDate(s)
}

// oddDate reads a date with a zone, or of a year before 1000.
func (b *Batch) oddDate(s *span) (d dateValue) {
	var v []byte
	if v, d.present = b.soundAt(s); v != nil {
		d.ymd, d.ok = parseYMD(v)
	}
	return d
}

// checkPrestazione checks one PrestazioniSociali, or one row of a return flow.
func checkPrestazione(b *Batch, rec int, st *checkState) {
	row, r := b.prestazione(rec), &st.values
	r.inizio, r.fine = b.date(row.of(DataInizioPrestazione)), b.date(row.of(DataFinePrestazione))
	r.erogazione, r.evento = b.date(row.of(DataErogazionePrestazione)), b.date(row.of(DataEvento))
	r.dsuDay = b.date(row.of(DataDSU))
	r.periodic, r.occasional = row.is(CaratterePrestazione, 1), row.is(CaratterePrestazione, 2)
	checkRequired(row, rec, st)
	checkDates(b, rec, st)
	if !row.plainAmounts(r.periodic, r.occasional) {
		checkAmounts(b, row, rec, st)
	}
	checkHours(b, rec, st)
	for _, f := range [...]Field{ProtocolloDomanda, DenominazionePrestazione, NumeroProtocolloDSU} {
		checkGuasto(b, rec, st, psGuasto, f)
	}
	checkDSU(b, row, rec, st)
	checkBenefitCode(b, row, rec, st)
	if day := r.inizio; day.ok {
		checkComuneAt(b, rec, day, st)
	} else if day := r.erogazione; day.ok {
		checkComuneAt(b, rec, day, st)
	}
}

// is tells whether a field holds this one-digit code.
func (r *prestazioneRow) is(f Field, code uint32) bool { return r.of(f).number == code+1 }

// has tells whether the document has a value of f, sound or not.
func (r *prestazioneRow) has(f Field) bool { return r.of(f).at != 0 }

// checkRequired: what CaratterePrestazione and PresaCarico make obligatory.
func checkRequired(row *prestazioneRow, rec int, st *checkState) {
	need := func(id ruleID, f Field) {
		if !row.has(f) && st.carries(f) {
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
	if row.is(PresaCarico, 1) {
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

// plainAmounts tells that checkAmounts would have nothing to say, without a
// branch for each amount that a record may have or lack: all that are there are
// above zero and written as usual, and the quotas, if any, make the total.
func (r *prestazioneRow) plainAmounts(periodic, occasional bool) bool {
	odd := r.of(ImportoPrestazione).oddAmount()
	for f := ImportoMensile; f <= ImportoSogliaISEE; f++ {
		odd |= r.of(f).oddAmount()
	}
	filled, sum := uint32(0), uint64(0)
	for f := ImportoQuotaEnte; f <= ImportoQuotaSSN; f++ {
		s := r.of(f)
		filled |= s.at
		sum += uint64(s.number - -s.number>>31) // cents: one less, unless it is absent
	}
	if odd>>31 != 0 {
		return false
	}
	if filled == 0 {
		return true
	}
	monthly, single := r.of(ImportoMensile).number, r.of(ImportoPrestazione).number
	return (!periodic || monthly == 0 || uint64(monthly) == sum+1) && (!occasional || single == 0 || uint64(single) == sum+1)
}

// oddAmount sets the top bit where there is a value, and none of those that
// read as more than zero.
func (s *span) oddAmount() uint32 { return (s.number - 2) & -s.at }

func checkAmounts(b *Batch, row *prestazioneRow, rec int, st *checkState) {
	monthly, single := b.amount(row, ImportoMensile, rec, st), b.amount(row, ImportoPrestazione, rec, st)
	b.atLeast(&monthly, 1, psMensilePositivo, ImportoMensile, rec, st)
	b.atLeast(&single, 1, psImportoPositivo, ImportoPrestazione, rec, st)
	var quota [3]amount
	filled, readable := false, true
	for i, f := range quotas {
		quota[i] = b.amount(row, f, rec, st)
		filled = filled || quota[i].present
		readable = readable && (quota[i].sound || !quota[i].present)
	}
	b.atLeast(&quota[0], 1, psQuotaEnte, ImportoQuotaEnte, rec, st)
	b.atLeast(&quota[1], 0, psQuotaUtente, ImportoQuotaUtente, rec, st)
	b.atLeast(&quota[2], 1, psQuotaSSN, ImportoQuotaSSN, rec, st)
	asked, threshold := b.amount(row, ImportoQuotaRichiesta, rec, st), b.amount(row, ImportoSogliaISEE, rec, st)
	b.atLeast(&asked, 0, psNegativo, ImportoQuotaRichiesta, rec, st)
	b.atLeast(&threshold, 0, psNegativo, ImportoSogliaISEE, rec, st)
	if !filled || !readable {
		return
	}
	if st.values.periodic && !b.isSumOf(&monthly, &quota) {
		st.emit(psSommaMensile, ImportoMensile, rec, 0)
	}
	if st.values.occasional && !b.isSumOf(&single, &quota) {
		st.emit(psSommaPrestazione, ImportoPrestazione, rec, 0)
	}
}

// amount is a decimal of a record.
type amount struct {
	at      *span
	cents   int64
	plain   bool // cents is all of it
	sound   bool // it keeps the XSD
	present bool // the document has it, sound or not
}

// amount reads a decimal, having warned of more than two decimals.
func (b *Batch) amount(row *prestazioneRow, f Field, rec int, st *checkState) amount {
	s := row.of(f)
	switch {
	case s.number != 0:
		return amount{at: s, cents: int64(s.number - 1), plain: true, sound: true, present: true}
	case s.at == 0:
		return amount{}
	}
	a := amount{at: s, present: true, sound: s.n&topBit == 0}
	if a.sound {
		if d, ok := splitDecimal(b.bytes(s)); ok && len(d.fraction) > 2 {
			st.emit(psDecimali, f, rec, 0)
		}
	}
	return a
}

// atLeast emits a rule where the amount's sign is below least.
func (b *Batch) atLeast(a *amount, least int, id ruleID, f Field, rec int, st *checkState) {
	switch {
	case !a.sound || a.plain && a.cents > 0:
	case a.plain:
		if least > 0 {
			st.emit(id, f, rec, 0)
		}
	default:
		if sign, ok := Sign(b.bytes(a.at)); ok && sign < least {
			st.emit(id, f, rec, 0)
		}
	}
}

// isSumOf tells whether the quotas add up to the amount; one that is absent
// counts nothing, and of an amount that does not read nothing can be said.
func (b *Batch) isSumOf(a *amount, quota *[3]amount) bool {
	if !a.sound {
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
	var parts [3][]byte
	for i := range quota {
		if quota[i].present {
			parts[i] = b.bytes(quota[i].at)
		}
	}
	equal, ok := SumEquals(b.bytes(a.at), parts[0], parts[1], parts[2])
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
func checkDSU(b *Batch, row *prestazioneRow, rec int, st *checkState) {
	numero, anno := row.of(NumeroProtocolloDSU), row.of(AnnoProtocolloDSU)
	hasNumero, hasAnno, hasData := numero.at != 0 && numero.n != 0, anno.at != 0, st.values.dsuDay.present
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
	if anno.number != 0 && st.values.dsuDay.ok && int(anno.number-1) != st.values.dsuDay.year() {
		st.emit(psDSUAnno, AnnoProtocolloDSU, rec, 0)
	}
}

func checkBenefitCode(b *Batch, row *prestazioneRow, rec int, st *checkState) {
	code, _ := b.soundAt(row.of(CodicePrestazione))
	var known *PrestazioneInfo
	if code != nil {
		known = checkCode(code, CodicePrestazione, rec, 0, psCodiceForma, psCodiceIgnoto, st)
	}
	if known != nil && known.PresaInCarico && row.is(PresaCarico, 2) {
		st.emit(psPresaCarico, CodicePrestazione, rec, 0)
	}
	if st.values.periodic && !st.values.evento.present && string(code) == "A1.05.01" && st.carries(DataEvento) {
		st.emit(psEvento, DataEvento, rec, 0)
	}
	if row.has(SINAMobilita) && known != nil && !known.SINA {
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
