package strict

import (
	"fmt"
	"strings"

	"flussi/internal/flusso"
)

// What faults say. None takes a value of the file, only known words and names.
var (
	textTooLarge       = flusso.Text{It: "il file supera 256 KiB", En: "the file is larger than 256 KiB"}
	hintTooLarge       = flusso.Text{It: "è davvero un file di configurazione?", En: "is it a configuration file at all?"}
	textNotUTF8        = flusso.Text{It: "qui c'è un carattere che non è UTF-8 o un carattere di controllo", En: "here stands a character that is not UTF-8, or a control character"}
	hintNotUTF8        = flusso.Text{It: "salvare il file come UTF-8", En: "save the file as UTF-8"}
	textSyntax         = flusso.Text{It: "da qui il file non è più YAML corretto", En: "from here on the file is not correct YAML"}
	hintSyntax         = flusso.Text{It: "controllare rientri (spazi, mai tabulazioni), lo spazio dopo i due punti, virgolette e parentesi chiuse", En: "check indentation (spaces, never tabs), the space after the colon, closed quotes and brackets"}
	textTooDeep        = flusso.Text{It: "troppe parentesi una dentro l'altra", En: "too many brackets inside one another"}
	hintTooDeep        = flusso.Text{It: "nessuna configurazione ne ha bisogno: controllare che siano chiuse", En: "no configuration needs them: check that they are closed"}
	textSecondDocument = flusso.Text{It: "un secondo documento nello stesso file", En: "a second document in the same file"}
	hintSecondDocument = flusso.Text{It: "un file, un documento: togliere la riga ---", En: "one file, one document: remove the line ---"}
	textEmpty          = flusso.Text{It: "il file è vuoto", En: "the file is empty"}
	hintEmpty          = flusso.Text{It: "parta da un esempio della cartella schedules/", En: "start from an example in the folder schedules/"}

	textTrick        = flusso.Text{It: "ancore, alias ed etichette YAML non sono ammessi", En: "YAML anchors, aliases and tags are not allowed"}
	hintTrick        = flusso.Text{It: "riscrivere il valore per esteso; se comincia con * & ! o %, metterlo tra virgolette", En: "write the value out; if it begins with * & ! or %, put it between quotes"}
	textNoValue      = flusso.Text{It: "la chiave non ha valore", En: "the key has no value"}
	hintNoValue      = flusso.Text{It: "scrivere un valore o togliere la riga", En: "write a value or remove the line"}
	textBlank        = flusso.Text{It: "il testo è vuoto", En: "the text is empty"}
	textTooLong      = flusso.Text{It: "il testo supera 4096 byte", En: "the text is longer than 4096 bytes"}
	textManyLines    = flusso.Text{It: "il testo deve stare su una riga", En: "the text must stand on one line"}
	textUnquoted     = flusso.Text{It: "qui serve un testo, non un numero o true/false", En: "a text is needed here, not a number or true/false"}
	hintUnquoted     = flusso.Text{It: "mettere il valore tra virgolette: così restano anche gli zeri iniziali", En: "put the value between quotes: leading zeros then stay too"}
	textEmptyList    = flusso.Text{It: "l'elenco è vuoto", En: "the list is empty"}
	hintEmptyList    = flusso.Text{It: "scrivere almeno una voce o togliere la chiave", En: "write at least one entry or remove the key"}
	textOddKey       = flusso.Text{It: "questa chiave non è un testo semplice", En: "this key is not a plain text"}
	hintOddKey       = flusso.Text{It: "le chiavi sono parole; un numero va tra virgolette", En: "keys are words; a number goes between quotes"}
	textDuplicateKey = flusso.Text{It: "la chiave è scritta due volte", En: "the key is written twice"}
	hintDuplicateKey = flusso.Text{It: "tenerne una sola", En: "keep one of them"}
	textUnknownKey   = flusso.Text{It: "questa chiave è sconosciuta", En: "this key is unknown"}
	textMissing      = flusso.Text{It: "manca", En: "is missing"}
	textBadName      = flusso.Text{It: "questo nome non è ammesso", En: "this name is not allowed"}
	hintBadName      = flusso.Text{It: "usare minuscole, cifre e trattini, al massimo 40, come regione-lazio", En: "use lower-case letters, digits and hyphens, at most 40, such as regione-lazio"}

	textTilde     = flusso.Text{It: "~ non viene espanso", En: "~ is not expanded"}
	hintTilde     = flusso.Text{It: "scrivere il percorso per intero o relativo a questo file", En: "write the whole path, or one relative to this file"}
	textNotADate  = flusso.Text{It: "non è una data del calendario", En: "not a date of the calendar"}
	hintNotADate  = flusso.Text{It: "la forma è aaaa-mm-gg, come 2026-12-31", En: "the form is yyyy-mm-dd, such as 2026-12-31"}
	textNotAClock = flusso.Text{It: "non è un'ora", En: "not a time of day"}
	hintNotAClock = flusso.Text{It: "la forma è \"hh:mm\" tra virgolette, come \"09:00\"", En: "the form is \"hh:mm\" between quotes, such as \"09:00\""}
	textNotDays   = flusso.Text{It: "non è un numero di giorni", En: "not a number of days"}
	hintNotDays   = flusso.Text{It: "la forma è 14d", En: "the form is 14d"}
	textNotAZone  = flusso.Text{It: "fuso orario sconosciuto", En: "unknown time zone"}
	hintNotAZone  = flusso.Text{It: "usare un nome IANA, come Europe/Rome", En: "use an IANA name, such as Europe/Rome"}
)

var kindTexts = map[kind]flusso.Text{
	kindText:    {It: "un testo", En: "a text"},
	kindNumber:  {It: "un numero intero", En: "a whole number"},
	kindBool:    {It: "true o false", En: "true or false"},
	kindList:    {It: "un elenco", En: "a list"},
	kindMapping: {It: "un gruppo di chiavi", En: "a group of keys"},
}

func textWrongKind(want, got kind) flusso.Text {
	return flusso.Text{
		It: fmt.Sprintf("qui serve %s, non %s", kindTexts[want].It, kindTexts[got].It),
		En: fmt.Sprintf("%s is needed here, not %s", kindTexts[want].En, kindTexts[got].En),
	}
}

func textUnknownKeyAs(got string) flusso.Text {
	return flusso.Text{
		It: fmt.Sprintf("la chiave %s è sconosciuta", got),
		En: fmt.Sprintf("the key %s is unknown", got),
	}
}

func hintNear(near string) flusso.Text {
	return flusso.Text{It: "voleva dire " + near + "?", En: "did you mean " + near + "?"}
}

func hintKnownKeys(known []string) flusso.Text {
	list := strings.Join(known, ", ")
	return flusso.Text{It: "qui le chiavi sono: " + list, En: "the keys here are: " + list}
}

func textUnknownWord(near string) flusso.Text {
	t := flusso.Text{It: "valore sconosciuto", En: "unknown value"}
	if near != "" {
		t = flusso.Text{It: t.It + ": voleva dire " + near + "?", En: t.En + ": did you mean " + near + "?"}
	}
	return t
}

func hintKnownWords(known []string) flusso.Text {
	list := strings.Join(known, ", ")
	return flusso.Text{It: "i valori sono: " + list, En: "the values are: " + list}
}

func textNotBetween(least, most int) flusso.Text {
	return flusso.Text{
		It: fmt.Sprintf("serve un numero intero da %d a %d", least, most),
		En: fmt.Sprintf("a whole number from %d to %d is needed", least, most),
	}
}

func textFaults(n int) flusso.Text {
	if n == 1 {
		return flusso.Text{It: "un errore nella configurazione", En: "one fault in the configuration"}
	}
	return flusso.Text{It: fmt.Sprintf("%d errori nella configurazione", n), En: fmt.Sprintf("%d faults in the configuration", n)}
}

// HintNames tells which name was meant, or which names there are.
func HintNames(got string, known []string) flusso.Text {
	if len(known) == 0 {
		return flusso.Text{It: "non ce n'è ancora nessuno: aggiungerlo", En: "there is none yet: add it"}
	}
	if near := Nearest(got, known); near != "" {
		return hintNear(near)
	}
	list := strings.Join(known, ", ")
	return flusso.Text{It: "ci sono: " + list, En: "there are: " + list}
}
