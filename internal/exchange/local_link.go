package exchange

import (
	"context"

	"flussi/internal/anonymize"
	"flussi/internal/dataset"
	"flussi/internal/spool"
)

// linkLocal compares the sealed rows of each recipient with those of the others,
// as a run does (link): what can be joined is not published.
func linkLocal(ctx context.Context, out, id string, views []*localView) error {
	var linker dataset.Linker
	find := func(v *localView) (*dataset.Manifest, error) {
		if v.target.Level != anonymize.IndividualeAnonimo {
			return nil, nil
		}
		return dataset.Find(spool.OS, out, v.result.Name, v.target.Dataset, id)
	}
	for _, v := range views {
		if v.sealed.Proof == nil {
			continue
		}
		mine, err := find(v)
		if err != nil {
			return err
		}
		for _, o := range views {
			if mine == nil || o.result.Name == v.result.Name {
				continue
			}
			other, err := find(o)
			if err != nil {
				return err
			}
			if other == nil {
				continue
			}
			l, err := linker.Link(ctx, spool.OS, mine, other)
			if err != nil {
				return err
			}
			v.sealed.Proof.Linkage = append(v.sealed.Proof.Linkage, l)
		}
	}
	return nil
}
