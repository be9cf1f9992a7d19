package dataset

import "flussi/internal/flusso"

// textViewsHead: dataset, recipient, release.
const textViewsHead = `-- %[1]s (%[2]s), rilascio / release %[3]s
--
-- Viste per DuckDB sulle dieci domande che chi programma pone per prime. Si eseguono
-- dalla cartella che contiene current.json: .read releases/%[3]s/viste.sql
-- Views for DuckDB on the ten questions that planners ask first. Run them from the
-- folder that holds current.json, as above.
--
-- I valori * sono nascosti dall'anonimizzazione: contano, ma non si sa per che cosa.
-- Le persone non si sommano tra le righe di una vista; delle tavole nulla si somma:
-- le celle soppresse mancano, e i totali ci sono già. Una vista di tavole è vuota dove
-- nessuna tavola incrocia quelle dimensioni.
-- Values * are hidden by anonymisation: they count, but nobody knows as what. Persons
-- do not add up over the lines of a view; of tables nothing does: suppressed cells are
-- missing, and the totals are there already. A view of tables is empty where no table
-- crosses these dimensions.
--
-- Se i file sono arrivati con nomi piatti, prima: / Under flat names, before that:
-- SET VARIABLE parti = '%[1]s.%[3]s.*-part-*.parquet';

`

var (
	textViewRows = flusso.Text{
		It: "una riga per prestazione, con ciò che le domande chiedono",
		En: "one row for each benefit, with what the questions ask",
	}
	textViewNot = flusso.Text{
		It: "queste colonne mancano nel dataset, e la vista non c'è",
		En: "the dataset lacks these columns, and the view is not there",
	}
)

// textReferenceHead: dataset, release.
const textReferenceHead = `-- Viste con le tavole di riferimento, dopo quelle del rilascio, dalla cartella che
-- contiene current.json: .read releases/%[2]s/viste.sql e poi .read tavole/viste.sql
-- Views with the reference tables, after those of the release, from the folder that
-- holds current.json.
--
-- Se i file sono arrivati con nomi piatti, prima: / Under flat names, before that:
-- SET VARIABLE tavole = '%[1]s.%[2]s.tavole.';

`

var textRate = flusso.Text{
	It: "fruizione ogni mille residenti, per età e genere: dove età o territorio sono * non ci sono residenti, e le altre righe sono più basse al più di tanto",
	En: "take-up per thousand residents, by age and sex: where age or territory is * there are no residents, and the other lines are lower by as much at most",
}
