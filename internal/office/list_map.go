package office

import (
	"flussi/internal/config/strict"
	"flussi/internal/flusso"
)

// ListMap says how a list of the portal is read, whose layout nobody published: a table
// with a line of headings, and an outcome on each row.
type ListMap struct {
	Columns  ListColumns
	Accepted []string // what the outcome says of a record that was taken
	Rejected []string // and of one that was not; whatever else it says is no answer
}

// ListColumns are the headings of a list, however they write capitals. Esito is
// compulsory, and one of the others, which say what a row is about.
type ListColumns struct {
	Esito, IDFlusso, CodiceFiscale, CodicePrestazione, ProtocolloDomanda, Data string
}

// parts are the columns that tell a record from others, in the order of a key's parts.
func (c *ListColumns) parts() [4]string {
	return [...]string{c.CodiceFiscale, c.CodicePrestazione, c.ProtocolloDomanda, c.Data}
}

var listMapType = strict.Object(docList,
	strict.Required("columns", listColumnsType, func(m *ListMap) *ListColumns { return &m.Columns }, docListColumns),
	strict.Required("accepted", strict.List(strict.Text()), func(m *ListMap) *[]string { return &m.Accepted }, docListAccepted),
	strict.Required("rejected", strict.List(strict.Text()), func(m *ListMap) *[]string { return &m.Rejected }, docListRejected),
)

var listColumnsType = strict.Object(docListColumns,
	strict.Required("esito", strict.Text(), func(c *ListColumns) *string { return &c.Esito }, docListEsito),
	strict.Optional("id_flusso", strict.Text(), func(c *ListColumns) *string { return &c.IDFlusso }, docListIDFlusso),
	strict.Optional("CodiceFiscale", strict.Text(), func(c *ListColumns) *string { return &c.CodiceFiscale }, docListPart),
	strict.Optional("CodicePrestazione", strict.Text(), func(c *ListColumns) *string { return &c.CodicePrestazione }, docListPart),
	strict.Optional("ProtocolloDomanda", strict.Text(), func(c *ListColumns) *string { return &c.ProtocolloDomanda }, docListPart),
	strict.Optional("data", strict.Text(), func(c *ListColumns) *string { return &c.Data }, docListData),
)

// ReadListMap reads one; name is what its faults call it. Kind Config.
func ReadListMap(name string, data []byte) (ListMap, error) {
	m, doc := strict.Decode(name, "", data, listMapType)
	if err := doc.Faults().Err(); err != nil {
		return m, err
	}
	if m.Columns.IDFlusso == "" && m.Columns.parts() == [4]string{} {
		return m, &flusso.Error{Op: "read map", ID: name, Kind: flusso.Config, What: textListNoKey, Hint: hintListNoKey}
	}
	said := map[string]bool{}
	for _, word := range m.Accepted {
		said[folded([]byte(word))] = true
	}
	for _, word := range m.Rejected {
		if said[folded([]byte(word))] {
			return m, &flusso.Error{Op: "read map", ID: name, Kind: flusso.Config, What: textListBoth, Hint: hintListBoth}
		}
	}
	return m, nil
}
