package anonymize

import "flussi/internal/anonymize/pseudonym"

// Codes is the key of stable codes, as a body keeps it that is not the
// recipient: by it all rows of one person carry one code, for one data year and
// in one recipient's dataset.
type Codes struct {
	Holder     string // who keeps the key
	Generation int    // counts up when the key is renewed: codes of two generations share nothing
	Master     pseudonym.Master
}
