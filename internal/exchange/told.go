package exchange

import (
	"cmp"

	"flussi/internal/anonymize"
	"flussi/internal/config"
	"flussi/internal/flusso"
)

// ToldInsteadOf names the recipient of the configuration that is told, in rows, the
// sensitive values of a kind of flow instead of who; empty where who is told them,
// and without a configuration.
func ToldInsteadOf(cfg *config.Config, ambiti *anonymize.Ambiti, who anonymize.Recipient, tipo flusso.Tipo) (string, error) {
	if cfg == nil {
		return "", nil
	}
	others, err := othersOf(cfg, who.Name)
	if err != nil {
		return "", err
	}
	told := make([]anonymize.Told, len(others))
	for i, o := range others {
		told[i] = anonymize.Told{Recipient: o, Datasets: levelsOf(cfg.Recipients[o.Name])}
	}
	return anonymize.ToldInstead(who, tipo, told, ambiti), nil
}

// tellOne keeps the sensitive values that one of several recipients is told from
// the others, whatever the configuration knows of them.
func tellOne(locals []*Local) {
	for _, l := range locals {
		var others []anonymize.Told
		for _, o := range locals {
			if o != l {
				others = append(others, anonymize.Told{Recipient: o.Recipient, Datasets: o.levels()})
			}
		}
		told := map[flusso.Tipo]string{}
		for _, tipo := range flusso.Tipi {
			told[tipo] = cmp.Or(l.Told[tipo], anonymize.ToldInstead(l.Recipient, tipo, others, l.Ambiti))
		}
		l.Told = told
	}
}
