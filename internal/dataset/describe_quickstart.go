package dataset

import "strings"

// quickstart gives lines that work from the dataset's folder, the one that
// holds current.json.
func quickstart(m *Manifest) []byte {
	notes := ""
	for _, n := range m.Notes {
		notes += "**" + n.It + "**\n**" + n.En + "**\n\n"
	}
	if len(m.parts()) == 0 {
		return []byte(strings.NewReplacer("{release}", m.Release, "{dataset}", m.Dataset, "{notes}", notes).Replace(quickstartEmpty))
	}
	s, view, list := newViewer(m), "dati", ""
	for _, q := range questions {
		if q.of(s) == "" {
			continue
		}
		if list == "" {
			view = q.name
		}
		list += "- `" + q.name + "`: " + q.title.It + " / " + q.title.En + "\n"
	}
	return []byte(strings.NewReplacer("{release}", m.Release, "{dataset}", m.Dataset, "{notes}", notes, "{view}", view, "{views}", list).Replace(quickstartText))
}
