package anonymize

import "flussi/internal/anonymize/kanon"

// Risk is how likely rows are to be traced to a person by whoever knows all
// quasi-identifiers of somebody, from how many persons share them (El Emam,
// Guide to the De-Identification of Personal Health Information, 2013; as ARX
// computes it). With classes j of n_j persons:
//
//   - prosecutor, who knows that the person is in the data: 1/n_j, at most
//     1/min n_j;
//   - journalist, who does not know it: 1/N_j with N_j the persons of the
//     population alike in the quasi-identifiers. The population is taken to be
//     the data in scope, for flussi has no other, so the largest risk equals the
//     prosecutor's; against a larger population it is lower;
//   - marketer, who matches everybody and counts the hits: J / Σ n_j.
type Risk struct {
	Persons       int64 // summed over the classes
	Classes       int64
	ProsecutorMax float64
	JournalistMax float64
	Marketer      float64
	Uniques       int64 // persons alone in their class
}

func riskOf(s *kanon.Sizes) Risk {
	r := Risk{Persons: s.Persons, Classes: s.Classes, Uniques: s.Alone}
	if s.Smallest > 0 {
		r.ProsecutorMax = 1 / float64(s.Smallest)
		r.JournalistMax = r.ProsecutorMax
		r.Marketer = float64(s.Classes) / float64(s.Persons)
	}
	return r
}
