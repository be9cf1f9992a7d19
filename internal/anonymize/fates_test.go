package anonymize

import (
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	"flussi/internal/flusso"
	"flussi/internal/schema"
)

// TestFatesAfterwards: a view that learns at Close which records repeat or are
// withdrawn, and that a file in between counts for nothing, gives the same rows
// and the same books as one that was told with each record.
func TestFatesAfterwards(t *testing.T) {
	inps := lazio
	inps.Class = INPS
	for _, c := range []struct {
		who   Recipient
		level Level
	}{{lazio, IndividualeAnonimo}, {lazio, Aggregato}, {inps, Totale}} {
		for seed := range uint64(4) {
			t.Run(fmt.Sprintf("%s/%d", c.level, seed), func(t *testing.T) {
				r := rand.New(rand.NewPCG(seed, 9))
				whole, refused := psFlow("H501", town(seed, 300)...), psFlow("F205", town(seed+100, 200)...)
				told, after := &output{}, &output{}
				views := [2]*View{}
				for i, o := range []*output{told, after} {
					v, err := DefaultMatrix().Open(request(c.who, flusso.PSPSASINA, c.level), o.take)
					if err != nil {
						t.Fatal(err)
					}
					views[i] = v
				}
				var fates []schema.Status
				add := func(flow string, each func(b *schema.Batch)) {
					reader := schema.NewReader(strings.NewReader(flow), schema.Options{Limits: schema.Limits{BatchRecords: 50}})
					var b schema.Batch
					for {
						err := reader.Next(&b)
						if errors.Is(err, io.EOF) {
							return
						}
						if err != nil {
							t.Fatal(err)
						}
						each(&b)
					}
				}
				mark := views[1].Mark()
				add(refused, func(b *schema.Batch) {
					b.Status[0] = schema.Rejected
					for _, s := range b.Status {
						if s == schema.Accepted {
							fates = append(fates, []schema.Status{schema.Accepted, schema.Duplicate}[r.IntN(2)])
						}
					}
					if err := views[1].Add(b, idsOf(b)); err != nil {
						t.Fatal(err)
					}
				})
				views[1].Void(mark)
				add(whole, func(b *schema.Batch) {
					if err := views[1].Add(b, idsOf(b)); err != nil {
						t.Fatal(err)
					}
					for rec, s := range b.Status {
						if s == schema.Accepted {
							b.Status[rec] = []schema.Status{schema.Accepted, schema.Accepted, schema.Accepted, schema.Duplicate, schema.Withdrawn}[r.IntN(5)]
							fates = append(fates, b.Status[rec])
						}
					}
					if err := views[0].Add(b, idsOf(b)); err != nil {
						t.Fatal(err)
					}
				})
				var err error
				if told.balance, err = views[0].Close(t.Context(), nil); err != nil {
					t.Fatal(err)
				}
				if after.balance, err = views[1].Close(t.Context(), fates); err != nil {
					t.Fatal(err)
				}
				if told.balance != after.balance || told.balance.Duplicate == 0 || told.balance.Withdrawn == 0 || told.balance.Disclosed == 0 {
					t.Errorf("books %+v, want %+v", after.balance, told.balance)
				}
				if told.bytes.String() != after.bytes.String() {
					t.Error("other rows")
				}
				if a, b := fmt.Sprintf("%+v", views[0].Report()), fmt.Sprintf("%+v", views[1].Report()); a != b {
					t.Errorf("reports\n%s\n%s", b, a)
				}
			})
		}
	}
}

// TestFatesOfOthers: fates must be of the records that were added.
func TestFatesOfOthers(t *testing.T) {
	v, err := DefaultMatrix().Open(request(lazio, flusso.PSPSASINA, IndividualeAnonimo), nil)
	if err != nil {
		t.Fatal(err)
	}
	feed(t, v, psFlow("H501", person{benefits: []benefit{{}}}), 10)
	if _, err := v.Close(t.Context(), make([]schema.Status, 2)); flusso.KindOf(err) != flusso.Internal {
		t.Errorf("two fates of one record: %v", err)
	}
}
