package schema

// Countries are ISO 3166-1 numeric codes, three digits; 990 is INPS's own "not
// available" (specifica tecnica WaaS-SIUSS v2.0.1).

const (
	nazioneItalia         = 380
	nazioneNonDisponibile = 990
)

// Area is a citizenship as planning looks at it.
type Area string

const (
	AreaItalia         Area = "Italia"
	AreaUE             Area = "UE"
	AreaExtraUE        Area = "extra-UE"
	AreaNonDisponibile Area = "non disponibile"
)

// CitizenshipArea tells the area of a country code, with the Union's members
// of today. false where the code is no country's and not 990.
func CitizenshipArea[T string | []byte](code T) (Area, bool) {
	return CitizenshipAreaAt(code, civilDays(2020, 2, 1))
}

// CitizenshipAreaAt is CitizenshipArea with the Union's members of a day
// (since 1970-01-01).
func CitizenshipAreaAt[T string | []byte](code T, day int32) (Area, bool) {
	n := countryNumber(code)
	if n < 0 {
		return "", false
	}
	switch {
	case n == nazioneItalia:
		return AreaItalia, true
	case n == nazioneNonDisponibile:
		return AreaNonDisponibile, true
	case !countries[n]:
		return "", false
	}
	for _, m := range union {
		if m.country == n && m.from <= day && day <= m.to {
			return AreaUE, true
		}
	}
	return AreaExtraUE, true
}

// isCountry tells whether a three-digit code is in ISO 3166-1.
func isCountry(code []byte) bool {
	n := countryNumber(code)
	return n >= 0 && countries[n]
}

func countryNumber[T string | []byte](code T) int {
	if len(code) != 3 {
		return -1
	}
	n := 0
	for i := range 3 {
		if code[i] < '0' || code[i] > '9' {
			return -1
		}
		n = n*10 + int(code[i]-'0')
	}
	return n
}

// membership is a country's time in the European Union, first and last day.
type membership struct {
	country  int
	from, to int32
}

// union: accession treaties; the United Kingdom left at the end of 31/1/2020.
var union = func() (members []membership) {
	const still = 1<<31 - 1
	for _, group := range []struct {
		from, to  int32
		countries []int
	}{
		{civilDays(1958, 1, 1), still, []int{56, 250, 276, 380, 442, 528}},
		{civilDays(1973, 1, 1), still, []int{208, 372}},
		{civilDays(1973, 1, 1), civilDays(2020, 1, 31), []int{826}},
		{civilDays(1981, 1, 1), still, []int{300}},
		{civilDays(1986, 1, 1), still, []int{620, 724}},
		{civilDays(1995, 1, 1), still, []int{40, 246, 752}},
		{civilDays(2004, 5, 1), still, []int{196, 203, 233, 348, 428, 440, 470, 616, 703, 705}},
		{civilDays(2007, 1, 1), still, []int{100, 642}},
		{civilDays(2013, 7, 1), still, []int{191}},
	} {
		for _, c := range group.countries {
			members = append(members, membership{c, group.from, group.to})
		}
	}
	return members
}()

// countries marks the officially assigned codes of ISO 3166-1 (249 of them).
var countries = func() (assigned [1000]bool) {
	for i := 0; i+3 <= len(assignedCountries); i += 4 {
		assigned[countryNumber(assignedCountries[i:i+3])] = true
	}
	return assigned
}()

const assignedCountries = "" +
	"004 008 010 012 016 020 024 028 031 032 036 040 044 048 050 051 052 056 060 064 " +
	"068 070 072 074 076 084 086 090 092 096 100 104 108 112 116 120 124 132 136 140 " +
	"144 148 152 156 158 162 166 170 174 175 178 180 184 188 191 192 196 203 204 208 " +
	"212 214 218 222 226 231 232 233 234 238 239 242 246 248 250 254 258 260 262 266 " +
	"268 270 275 276 288 292 296 300 304 308 312 316 320 324 328 332 334 336 340 344 " +
	"348 352 356 360 364 368 372 376 380 384 388 392 398 400 404 408 410 414 417 418 " +
	"422 426 428 430 434 438 440 442 446 450 454 458 462 466 470 474 478 480 484 492 " +
	"496 498 499 500 504 508 512 516 520 524 528 531 533 534 535 540 548 554 558 562 " +
	"566 570 574 578 580 581 583 584 585 586 591 598 600 604 608 612 616 620 624 626 " +
	"630 634 638 642 643 646 652 654 659 660 662 663 666 670 674 678 682 686 688 690 " +
	"694 702 703 704 705 706 710 716 724 728 729 732 740 744 748 752 756 760 762 764 " +
	"768 772 776 780 784 788 792 795 796 798 800 804 807 818 826 831 832 833 834 840 " +
	"850 854 858 860 862 876 882 887 894"
