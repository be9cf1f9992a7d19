package schema

import (
	"strings"

	"flussi/internal/flusso"
)

// Codes of what the XSD asks. One code a kind of fault; the path says where.
const (
	xsdAttributeMissing = "XSD-001"
	xsdAttributeUnknown = "XSD-002"
	xsdPattern          = "XSD-003"
	xsdLength           = "XSD-004"
	xsdEnumeration      = "XSD-005"
	xsdDate             = "XSD-006"
	xsdDecimal          = "XSD-007"
	xsdInt              = "XSD-008"
	xsdRange            = "XSD-009"
	xsdElementUnknown   = "XSD-010"
	xsdElementMissing   = "XSD-011"
	xsdElementTooMany   = "XSD-012"
	xsdText             = "XSD-013"
	xsdEmpty            = "XSD-014"
	xsdXsi              = "XSD-015"
)

// Codes of why a file is refused whole.
const (
	fileEmpty      = "FILE-001"
	fileNotXML     = "FILE-002"
	fileTruncated  = "FILE-003"
	fileMalformed  = "FILE-004"
	fileCharacter  = "FILE-005"
	fileEncoding   = "FILE-006"
	fileDoctype    = "FILE-007"
	fileLimits     = "FILE-008"
	fileTwo        = "FILE-009"
	fileUnknown    = "FILE-010"
	fileUnexpected = "FILE-011"
	fileHeader     = "FILE-012"
	fileEnvelope   = "FILE-013"
	fileTooLarge   = "FILE-014"
)

// xsdRules are the rules of form: the XSD's, and those on the file itself.
func xsdRules() []Rule {
	both := []flusso.Tipo{flusso.PSPSASINA, flusso.SINBA}
	rule := func(code, it, en, remedyIt, remedyEn, source string) Rule {
		return Rule{
			Code: code, Tipi: both, Severity: SeverityError, XSD: strings.HasPrefix(code, "XSD-"),
			Message: flusso.Text{It: it, En: en}, Remedy: flusso.Text{It: remedyIt, En: remedyEn}, Source: source,
		}
	}
	return []Rule{
		rule(xsdAttributeMissing,
			"manca un attributo obbligatorio", "a required attribute is missing",
			"aggiungere l'attributo indicato nel percorso", "add the attribute that the path names",
			"XSD PS_PSA_SINA201812 e SINBA, use=\"required\""),
		rule(xsdAttributeUnknown,
			"attributo non previsto", "an attribute that the schema does not have",
			"togliere l'attributo o correggerne il nome: maiuscole e minuscole contano, nessun prefisso", "remove the attribute or mend its name: case matters, no prefix",
			"XSD, elenco degli attributi di ogni elemento"),
		rule(xsdPattern,
			"il valore non ha la forma richiesta", "the value has not the form asked for",
			"scrivere il valore nella forma del tracciato: numero esatto di cifre, codice fiscale di 16 caratteri o 11 cifre, mese e anno come MM/AAAA", "write the value in the form of the layout: exact number of digits, fiscal code of 16 characters or 11 digits, month and year as MM/YYYY",
			"XSD, xs:pattern"),
		rule(xsdLength,
			"il valore è troppo corto o troppo lungo", "the value is too short or too long",
			"rispettare la lunghezza minima e massima in caratteri", "keep to the least and greatest length in characters",
			"XSD, xs:length, xs:minLength, xs:maxLength"),
		rule(xsdEnumeration,
			"il codice non è fra quelli ammessi", "the code is not one of those allowed",
			"usare uno dei codici della tabella del campo, senza spazi né zeri davanti", "use one of the codes of the field's table, without spaces or leading zeros",
			"XSD, xs:enumeration"),
		rule(xsdDate,
			"la data non è valida", "the date is not valid",
			"scrivere la data come AAAA-MM-GG, di un giorno che esiste", "write the date as YYYY-MM-DD, of a day that exists",
			"XSD, xs:date"),
		rule(xsdDecimal,
			"l'importo o il numero decimale non è valido", "the amount or decimal number is not valid",
			"usare il punto per i decimali, senza separatore delle migliaia né simbolo dell'euro", "use a point for decimals, no thousands separator, no euro sign",
			"XSD, xs:decimal"),
		rule(xsdInt,
			"il numero intero non è valido", "the integer is not valid",
			"scrivere solo cifre, senza decimali", "write digits only, no decimals",
			"XSD, xs:int"),
		rule(xsdRange,
			"il numero è fuori dai limiti", "the number is out of range",
			"PeriodoErogazione va da 1 a 12; NumeroComponentiISEE arriva a 9", "PeriodoErogazione goes from 1 to 12; NumeroComponentiISEE up to 9",
			"XSD, xs:minInclusive, xs:maxInclusive"),
		rule(xsdElementUnknown,
			"elemento non previsto in questo punto", "an element that may not stand here",
			"togliere l'elemento, correggerne il nome o rimetterlo nell'ordine del tracciato", "remove the element, mend its name, or put it back in the order of the layout",
			"XSD, xs:sequence"),
		rule(xsdElementMissing,
			"manca un elemento obbligatorio", "a required element is missing",
			"aggiungere l'elemento indicato nel percorso", "add the element that the path names",
			"XSD, xs:sequence, minOccurs"),
		rule(xsdElementTooMany,
			"l'elemento compare troppe volte", "the element occurs too many times",
			"lasciare il numero di occorrenze ammesso: al massimo 5 Indirizzo, una sola Anagrafica, un solo SINA", "keep to the number allowed: at most 5 Indirizzo, one Anagrafica, one SINA",
			"XSD, maxOccurs"),
		rule(xsdText,
			"testo dove sono ammessi solo elementi, o elemento dove è ammesso solo testo", "text where only elements may stand, or an element where only text may",
			"i dati stanno negli attributi: togliere il testo fra un elemento e l'altro", "data stand in attributes: remove the text between elements",
			"XSD, tipi complessi senza mixed"),
		rule(xsdEmpty,
			"un elemento che deve essere vuoto ha un contenuto", "an element that must be empty has content",
			"chiudere l'elemento subito, come <Indirizzo …/>: nemmeno spazi o a capo", "close the element at once, as <Indirizzo …/>: not even spaces or line ends",
			"XSD, tipi complessi senza contenuto"),
		rule(xsdXsi,
			"attributo xsi: non ammesso o sbagliato", "an xsi: attribute that is not allowed or is wrong",
			"togliere xsi:nil e ogni altro attributo xsi: tranne xsi:schemaLocation", "remove xsi:nil and every other xsi: attribute but xsi:schemaLocation",
			"XML Schema 1.0 parte 1, 2.6"),

		rule(fileEmpty,
			"il file è vuoto", "the file is empty",
			"rifare l'esportazione o chiedere di nuovo il file", "export again, or ask for the file again",
			"XML 1.0, 2.1"),
		rule(fileNotXML,
			"il file non è XML", "the file is not XML",
			"mandare il flusso in XML, o in CSV con i nomi dei campi nella prima riga (docs/csv.md); un flusso di ritorno si legge con --tipo ritorno", "send the flow as XML, or as CSV with the names of the fields in the first line (docs/csv.md); a return flow is read with --tipo ritorno",
			"XML 1.0, 2.1"),
		rule(fileTruncated,
			"il file è troncato: finisce prima della chiusura di Flusso", "the file is truncated: it ends before Flusso is closed",
			"ripetere il trasferimento; se il file di origine è uguale, rifare l'esportazione", "transfer it again; if the source is the same, export it again",
			"XML 1.0, 2.1"),
		rule(fileMalformed,
			"il file non è XML ben formato", "the file is not well-formed XML",
			"correggere il punto indicato: elementi chiusi nell'ordine, attributi fra virgolette e mai ripetuti, & e < scritti &amp; e &lt;", "mend the place given: elements closed in order, attributes quoted and never repeated, & and < written &amp; and &lt;",
			"XML 1.0, 2.1"),
		rule(fileCharacter,
			"il file contiene un carattere che XML non ammette o byte estranei alla codifica dichiarata", "the file holds a character that XML does not allow, or bytes that are not of the declared encoding",
			"salvare il file in UTF-8 senza caratteri di controllo", "save the file as UTF-8 without control characters",
			"XML 1.0, 2.2 e 4.3.3"),
		rule(fileEncoding,
			"la codifica dei caratteri del file non è accettata", "the file's character encoding is not accepted",
			"salvare in UTF-8; sono accettati anche US-ASCII, ISO-8859-1 e Windows-1252 se dichiarati", "save as UTF-8; US-ASCII, ISO-8859-1 and Windows-1252 are accepted too when declared",
			"XML 1.0, 4.3.3; scelta di flussi"),
		rule(fileDoctype,
			"il file contiene una dichiarazione DOCTYPE", "the file has a DOCTYPE declaration",
			"togliere la riga <!DOCTYPE …>: i flussi SIUSS non la prevedono", "remove the line <!DOCTYPE …>: SIUSS flows have none",
			"scelta di flussi: nessuna entità definita dal documento"),
		rule(fileLimits,
			"il file supera i limiti di lettura: elementi annidati, attributi o valori smisurati", "the file exceeds the reading limits: nested elements, attributes or values beyond measure",
			"un flusso ha 5 livelli, 45 attributi e valori di 200 caratteri: rifare l'esportazione", "a flow has 5 levels, 45 attributes and values of 200 characters: export it again",
			"scelta di flussi: memoria limitata"),
		rule(fileTwo,
			"il file contiene più di un flusso, o testo dopo la fine", "the file holds more than one flow, or text after the end",
			"mandare un flusso per file", "send one flow a file",
			"XML 1.0, 2.1"),
		rule(fileUnknown,
			"il flusso non è né PS_PSA_SINA né SINBA", "the flow is neither PS_PSA_SINA nor SINBA",
			"la radice è Flusso nello spazio dei nomi http://inps.it/Casellario, seguita da IdentificazioneFlusso e da Beneficiario o SINBA", "the root is Flusso in the namespace http://inps.it/Casellario, followed by IdentificazioneFlusso and by Beneficiario or SINBA",
			"XSD, elemento Flusso"),
		rule(fileUnexpected,
			"il flusso è di un altro tipo di quello atteso", "the flow is of another kind than expected",
			"indicare il tipo giusto o mandare il file nella cartella giusta", "name the right kind, or put the file in the right folder",
			"--tipo; flow: nello schedule"),
		rule(fileHeader,
			"l'intestazione (IdentificazioneFlusso, Ente) è errata: il file è respinto intero", "the header (IdentificazioneFlusso, Ente) is faulty: the file is refused whole",
			"correggere gli errori segnalati nell'intestazione", "mend the faults reported in the header",
			"flussi: senza intestazione valida nessun record ha un ente"),
		rule(fileEnvelope,
			"l'elemento Flusso contiene altro oltre ai suoi record: il file è respinto intero", "the element Flusso holds something other than its records: the file is refused whole",
			"togliere ciò che sta fra un record e l'altro", "remove what stands between the records",
			"flussi: un errore fuori dai record non si può attribuire a nessuno di essi"),
		rule(fileTooLarge,
			"un Beneficiario ha più record o più dati di quanti flussi ne legga", "a Beneficiario has more records or more data than flussi reads",
			"dividere le prestazioni del beneficiario in più flussi", "split the benefits of the Beneficiario into several flows",
			"flussi: Limits.BeneficiarioRecords e BeneficiarioBytes"),
	}
}
