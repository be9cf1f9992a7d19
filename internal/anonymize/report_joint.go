package anonymize

import "flussi/internal/anonymize/joint"

// JointReport is the check of a release whose codes reach over releases against
// those before it in the same data year, all years of the release together.
type JointReport struct {
	Window     int   // releases before this one that it was checked against, at most
	Persons    int64 // published in this one
	Coarsened  int64 // persons published more coarsely than this release alone would ask
	Suppressed int64 // persons kept back because their sequence of classes was too rare
	Hidden     int64 // persons kept back so that those who are absent are at least k
}

func (j *JointReport) add(window int, res *joint.Result) {
	j.Window = max(j.Window, window)
	j.Persons += int64(len(res.Entries))
	j.Coarsened += res.Coarsened
	j.Suppressed += res.Suppressed
	j.Hidden += res.Hidden
}
