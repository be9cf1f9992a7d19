package anonymize

import (
	"fmt"
	"testing"

	"flussi/internal/flusso"
)

// TestWhoPlansAndPays: a Region, a comune or another body takes the rows that it
// paid out of a class, and what is left is nobody's or that of k persons. Nine
// persons have the same benefit; of three of them the recipient is the payer, or
// of six, by its code, by its name or because the configuration says so.
func TestWhoPlansAndPays(t *testing.T) {
	payer := func(code string, first, n int) string {
		var people []person
		for i := range n {
			people = append(people, person{cf: fiscal(first + i), born: 1950, benefits: []benefit{{code: "A1.04"}}})
		}
		return psFlow(code, people...)
	}
	region := request(lazio, flusso.PSPSASINA, IndividualeAnonimo)
	named := region
	named.Payers = []string{"asl001"}
	comune := request(Recipient{Name: "roma", Class: Comune, Territory: Territory{Comune: "058091"}, Agreement: agreement}, flusso.PSPSASINA, IndividualeAnonimo)
	for name, x := range map[string]struct {
		req   Request
		code  string // the recipient's; other is of the same type
		other string
	}{
		"region":       {region, "120", "ASL009"},
		"comune":       {comune, "H501", "F205"},
		"by the house": {named, "ASL001", "ASL009"},
	} {
		for paid, shown := range map[int]int{0: 9, 3: 9, 6: 0, 9: 9} {
			t.Run(fmt.Sprintf("%s, %d of 9", name, paid), func(t *testing.T) {
				var flows []string
				if paid < 9 {
					flows = append(flows, payer(x.other, paid, 9-paid))
				}
				if paid > 0 {
					flows = append(flows, payer(x.code, 0, paid))
				}
				o := disclose(t, x.req, 50, flows...)
				if len(o.rows) != shown {
					t.Errorf("%d rows, want %d", len(o.rows), shown)
				}
			})
		}
	}
	// Who pays nothing of it has all nine.
	if o := disclose(t, region, 50, payer("ASL009", 6, 3), payer("ASL001", 0, 6)); len(o.rows) != 9 {
		t.Errorf("another's rows: %d", len(o.rows))
	}
}

// TestPersonsWhomTheRecipientPays: of whoever it pays something there is no row
// with a code, and the others are k by themselves.
func TestPersonsWhomTheRecipientPays(t *testing.T) {
	req := request(lazio, flusso.PSPSASINA, IndividualeAnonimo)
	req.Recipient.Linkability = LinkPeriod
	crowd := func(code string, first, n int) string {
		var people []person
		for i := range n {
			people = append(people, person{cf: fiscal(first + i), born: 1950, benefits: []benefit{{code: "A1.04"}}})
		}
		return psFlow(code, people...)
	}
	req.Scheme = fitted(t, req, 1, crowd("ASL009", 0, 20))
	for own, shown := range map[int]int{3: 6, 6: 0} {
		o := disclose(t, req, 50, crowd("ASL009", 0, 9), crowd("120", 0, own))
		if len(o.rows) != shown {
			t.Errorf("%d of 9 paid by the recipient: %d rows, want %d", own, len(o.rows), shown)
		}
	}
}
