package schema

// What people write for a code beside the label that the XSD, ISTAT or the decree
// gives it. A word stands here only where it can mean one code of its field; one that
// may mean two stands under both, and is asked. Compared as synonyms are (foldName).

// sayings are those of enumerated fields. F and M, sì and no, a cross in a column of
// sì and no: how forms are filled in; VERO and FALSO: Excel's truths.
var sayings = map[string][]string{
	"Maschio":                       {"M", "Maschile", "Uomo"},
	"Femmina":                       {"F", "Femminile", "Donna"},
	"SI":                            {"S", "X", "VERO", "True"},
	"NO":                            {"N", "0", "FALSO", "False"},
	"Periodico":                     {"Periodica", "Continuativa", "Continuativo"},
	"Occasionale (unica soluzione)": {"Occasionale", "Una tantum", "Unica soluzione"},
	"Inserimento":                   {"Ins."},
	"Cancellazione":                 {"Canc."},
}

// sayingsOfPrestazione: SAD (servizio di assistenza domiciliare) is what comuni call
// A2.07, to tell it from ADI, which the nomenclatore itself calls A2.08; ANF and
// maternity are the two allowances of art. 65 and 66 of L. 448/1998, which INPS pays
// for comuni under these names; the rest is the nomenclatore's own, in the singular
// or one half of "a o b".
var sayingsOfPrestazione = map[string][]string{
	"A1.01": {"ANF", "ANF comuni", "Assegno nucleo familiare", "Assegno per il nucleo familiare", "Assegno al nucleo familiare"},
	"A1.02": {"Assegno di maternità", "Assegno maternità", "Maternità"},
	"A1.06": {"Buoni spesa", "Buono spesa", "Buoni pasto", "Buono pasto"},
	"A1.19": {"Borsa di studio"},
	"A1.20": {"Buoni vacanze"},
	"A2.07": {"SAD", "Servizio assistenza domiciliare", "Servizio di assistenza domiciliare", "Assistenza domiciliare (SAD)"},
	"A2.08": {"ADI", "Assistenza domiciliare integrata", "Assistenza domiciliare integrata (ADI)"},
	"A2.12": {"Refezione scolastica", "Mense scolastiche"},
	"A3.01": {"Struttura semiresidenziale"},
	"A3.02": {"Struttura residenziale"},
	"A3.03": {"Nido", "Asili nido", "Nido d'infanzia"},
}

// sayingsOfRegion: the short names, and what stands before the two provinces.
var sayingsOfRegion = map[string][]string{
	"03": {"Bolzano", "P.A. Bolzano", "PA di Bolzano", "Alto Adige", "Trentino-Alto Adige", "Trentino-Alto Adige/Südtirol"},
	"18": {"Trento", "P.A. Trento", "PA di Trento", "Trentino-Alto Adige", "Trentino-Alto Adige/Südtirol"},
	"07": {"Friuli", "Friuli V.G."},
	"06": {"Emilia"},
	"20": {"Valle d'Aosta/Vallée d'Aoste", "Val d'Aosta"},
}

// sayingsOfNazione: adjectives, in the feminine as with cittadinanza (the masculine
// in -o is read too), and names other than the table's, of the citizenships that
// residents have (ISTAT, cittadini stranieri residenti): those of the Union and the
// most numerous others. What may be either of two states stands under both.
var sayingsOfNazione = map[string][]string{
	"380": {"italiana", "ITA"}, "008": {"albanese"}, "012": {"algerina"}, "032": {"argentina"}, "040": {"austriaca"}, "050": {"bengalese", "Bangla Desh"},
	"056": {"belga"}, "068": {"boliviana"}, "070": {"bosniaca", "Bosnia", "Bosnia Erzegovina", "Bosnia ed Erzegovina"}, "076": {"brasiliana"}, "100": {"bulgara"},
	"112": {"bielorussa"}, "120": {"camerunense"}, "124": {"canadese"}, "132": {"capoverdiana"}, "144": {"srilankese", "cingalese"}, "152": {"cilena"},
	"156": {"cinese", "Repubblica popolare cinese", "Cina popolare"}, "170": {"colombiana"}, "178": {"congolese", "Repubblica del Congo"},
	"180": {"congolese", "Congo", "Congo (Rep. Dem.)"}, "191": {"croata"}, "192": {"cubana"}, "196": {"cipriota"}, "203": {"ceca", "Rep. Ceca"}, "208": {"danese"},
	"214": {"dominicana", "Santo Domingo"}, "218": {"ecuadoriana", "ecuadoregna"}, "222": {"salvadoregna", "Salvador"}, "231": {"etiope"}, "232": {"eritrea"},
	"233": {"estone"}, "246": {"finlandese"}, "250": {"francese"}, "268": {"georgiana"}, "270": {"gambiana"}, "276": {"tedesca", "Repubblica federale di Germania"},
	"288": {"ghanese", "ghaniana"}, "300": {"greca"}, "324": {"guineana"}, "348": {"ungherese"}, "356": {"indiana"}, "360": {"indonesiana"}, "364": {"iraniana"},
	"368": {"irachena", "Irak"}, "372": {"irlandese"}, "376": {"israeliana"}, "384": {"ivoriana"}, "392": {"giapponese"}, "404": {"keniota", "keniana"},
	"422": {"libanese"}, "428": {"lettone"}, "430": {"liberiana"}, "434": {"libica"}, "440": {"lituana"}, "442": {"lussemburghese"}, "466": {"maliana"}, "470": {"maltese"},
	"484": {"messicana"}, "498": {"moldava", "Moldavia"}, "499": {"montenegrina"}, "504": {"marocchina"}, "528": {"olandese", "Olanda"}, "562": {"nigerina"}, "566": {"nigeriana"},
	"578": {"norvegese"}, "586": {"pakistana", "pachistana"}, "604": {"peruviana"}, "608": {"filippina"}, "616": {"polacca"}, "620": {"portoghese"}, "642": {"romena", "rumena"},
	"643": {"russa", "Russia"}, "686": {"senegalese"}, "688": {"serba"}, "703": {"slovacca"}, "704": {"vietnamita"}, "705": {"slovena"}, "706": {"somala"},
	"710": {"sudafricana", "Sud Africa"}, "724": {"spagnola"}, "729": {"sudanese"}, "752": {"svedese"}, "756": {"svizzera"}, "760": {"siriana"}, "764": {"tailandese", "thailandese"},
	"768": {"togolese"}, "788": {"tunisina"}, "792": {"turca"}, "800": {"ugandese"}, "804": {"ucraina"}, "807": {"macedone", "Macedonia"}, "818": {"egiziana"},
	"826": {"britannica", "inglese", "Gran Bretagna", "Inghilterra"}, "840": {"statunitense", "USA", "Stati Uniti"}, "854": {"burkinabé"}, "858": {"uruguaiana"},
	"862": {"venezuelana"}, "004": {"afgana", "afghana"}, "104": {"birmana", "Birmania", "Myanmar"}, "336": {"vaticana", "Città del Vaticano"}, "674": {"sammarinese"},
	"204": {"beninese"}, "694": {"sierraleonese"}, "834": {"tanzaniana"},
}

// birthDates are names of columns that have a day where the flow wants its year.
var birthDates = []string{"Data di nascita", "Data nascita", "Nato il", "Nata il", "Nato/a il", "Nascita"}
