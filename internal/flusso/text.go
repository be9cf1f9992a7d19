package flusso

// Lang is the language of texts meant for people.
type Lang string

const (
	It Lang = "it"
	En Lang = "en"
)

// Text is one sentence for people, in both languages, Italian first.
type Text struct{ It, En string }

// In gives the text in the language asked for, Italian where it has no other.
func (t Text) In(l Lang) string {
	if l == En && t.En != "" {
		return t.En
	}
	return t.It
}

// IsZero tells whether there is nothing to say.
func (t Text) IsZero() bool { return t == Text{} }
