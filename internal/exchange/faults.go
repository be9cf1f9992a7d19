package exchange

import (
	"maps"
	"slices"

	"flussi/internal/dataset"
	"flussi/internal/schema"
)

// faultsIn are the rules by which records were rejected, with how often each was
// broken, of counts by rule. Warnings are left out (dataset.Fault says why).
func faultsIn(counts ...map[string]int64) (faults []dataset.Fault) {
	all := map[string]int64{}
	for _, one := range counts {
		for rule, n := range one {
			all[rule] += n
		}
	}
	for _, code := range slices.Sorted(maps.Keys(all)) {
		if rule, ok := schema.RuleByCode(code); ok && rule.Severity == schema.SeverityError {
			faults = append(faults, dataset.Fault{Rule: code, What: rule.Message, Count: all[code]})
		}
	}
	return faults
}

// faults are those of the flows that a target is made from.
func (t *target) faults() []dataset.Fault {
	var counts []map[string]int64
	for _, a := range t.allowed {
		for _, f := range a.flows {
			if f.Tipo == t.tipo {
				counts = append(counts, f.ByRule)
			}
		}
	}
	return faultsIn(counts...)
}
