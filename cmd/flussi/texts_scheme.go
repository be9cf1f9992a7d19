package main

import "flussi/internal/flusso"

// flussi scheme.
var (
	textSchemeShort = flusso.Text{It: "schemi congelati: come si generalizzano i microdati, rilascio dopo rilascio", En: "frozen schemes: how microdata are generalised, release after release"}

	textSchemeFitShort = flusso.Text{It: "fa uno schema sui dati di un periodo di riferimento", En: "makes a scheme of the data of a reference period"}
	textSchemeFitLong  = flusso.Text{
		It: `Legge i flussi di un periodo di riferimento, per esempio l'anno scorso, e ne fa uno schema:
per ogni regione un albero di classi, tanto fini quanto le riempiono i dati. Lo schema si
congela in un file, con un'impronta, e si applica a ogni rilascio (schemes nel destinatario):
una classe che in un mese è piccola sale nell'albero, e nulla diventa mai più fine.

--releases dice per quanti rilasci vale il periodo: i dati di un anno, rilasciati ogni mese,
sono --releases 12. Con linkability: window le persone hanno lo stesso codice in tutti i
rilasci di un anno, e chi si distinguerebbe mettendoli insieme resta fuori: --churn, la quota
di persone che ogni mese entra o esce, fa le classi abbastanza grandi da perderne pochi.`,
		En: `Reads the flows of a reference period, such as last year, and makes a scheme of them: for each
region a tree of classes, as fine as the data fill them. The scheme is frozen in a file, with a
hash, and applied to every release (schemes of the recipient): a class that is small in one
month goes up the tree, and nothing ever gets finer.

--releases says how many releases the period stands for: the data of a year, released each
month, are --releases 12. With linkability: window persons have the same code in all releases
of a year, and who would stand out when they are put together is left out: --churn, the share
of persons who come or go each month, makes classes large enough to lose few.`,
	}
	textSchemeFitExample = flusso.Text{
		It: `  flussi scheme fit --recipient regione-lazio --releases 12 --out schemi/prestazioni-2026.json 2025/*.xml
  flussi scheme fit --recipient regione:12 --linkability period --out persone.json flusso.xml`,
		En: `  flussi scheme fit --recipient regione-lazio --releases 12 --out schemes/prestazioni-2026.json 2025/*.xml
  flussi scheme fit --recipient regione:12 --linkability period --out persons.json flow.xml`,
	}
	textSchemeShowShort   = flusso.Text{It: "che cosa c'è in uno schema, e quando vale", En: "what is in a scheme, and when it holds"}
	textSchemeShowExample = flusso.Text{It: "  flussi scheme show schemi/prestazioni-2026.json", En: "  flussi scheme show schemes/prestazioni-2026.json"}
	textSchemeCheckShort  = flusso.Text{It: "prova uno schema su mesi nuovi, senza pubblicare nulla", En: "tries a scheme on new months, and publishes nothing"}
	textSchemeCheckLong   = flusso.Text{
		It: `Applica lo schema ai rilasci che verrebbero da questi file, uno per argomento (un file o una
cartella), e dice che cosa resta: record pubblicati e soppressi, classi, granularità. Con
linkability: window ogni rilascio è controllato insieme a quelli prima.`,
		En: `Applies the scheme to the releases that would come of these files, one for each argument (a
file or a folder), and tells what is left: records published and suppressed, classes,
granularity. With linkability: window each release is checked together with those before.`,
	}
	textSchemeCheckExample = flusso.Text{
		It: "  flussi scheme check schemi/prestazioni-2026.json --recipient regione-lazio 2026-01/ 2026-02/",
		En: "  flussi scheme check schemes/prestazioni-2026.json --recipient regione-lazio 2026-01/ 2026-02/",
	}
	textSchemeHierarchyShort = flusso.Text{It: "le gerarchie dei campi SIUSS, per flussi anonymize", En: "the hierarchies of SIUSS fields, for flussi anonymize"}
	textSchemeHierarchyLong  = flusso.Text{
		It: `Senza nome elenca le gerarchie che flussi porta con sé; con un nome ne scrive una, un valore
per riga e poi i suoi livelli. Nella specifica di flussi anonymize si usano per nome:
hierarchy: siuss:comune.`,
		En: `Without a name lists the hierarchies that flussi brings along; with a name writes one, a value
a line and then its levels. In the spec of flussi anonymize they go by name:
hierarchy: siuss:comune.`,
	}
	textSchemeHierarchyExample = flusso.Text{It: "  flussi scheme hierarchy siuss:anno-nascita@2025", En: "  flussi scheme hierarchy siuss:anno-nascita@2025"}

	textFlagSchemeDataset = flusso.Text{It: "di quale dataset individuale_anonimo; se manca, il primo", En: "of which individuale_anonimo dataset; default: the first"}
	textFlagLinkability   = flusso.Text{It: "none, period o window; se manca, quella del destinatario", En: "none, period or window; default: the recipient's"}
	textFlagSchemeOut     = flusso.Text{It: "file dove scrivere lo schema", En: "file to write the scheme to"}
	textFlagReleases      = flusso.Text{It: "per quanti rilasci vale il periodo di riferimento", En: "how many releases the reference period stands for"}
	textFlagChurn         = flusso.Text{It: "quota di persone che entra o esce da un rilascio all'altro, come 0.01", En: "share of persons who come or go from one release to the next, such as 0.01"}
	textFlagSchemeFrom    = flusso.Text{It: "primo giorno in cui vale, AAAA-MM-GG; se manca, oggi", En: "first day on which it holds, YYYY-MM-DD; default: today"}
	textFlagSchemeTo      = flusso.Text{It: "ultimo giorno, AAAA-MM-GG; se manca, dopo un anno", En: "last day, YYYY-MM-DD; default: after a year"}

	textSchemeNoDataset = flusso.Text{It: "il destinatario non ha questo dataset al livello individuale_anonimo", En: "the recipient has no such dataset at level individuale_anonimo"}
	hintSchemeNoDataset = flusso.Text{It: "gli schemi sono dei microdati anonimi: indicarne uno con --dataset", En: "schemes are for anonymous microdata: give one with --dataset"}
	textBadFit          = flusso.Text{It: "--releases è almeno 1, --churn fra 0 e 1", En: "--releases is at least 1, --churn between 0 and 1"}
	hintBadFit          = flusso.Text{It: "per un anno rilasciato ogni mese: --releases 12", En: "for a year released each month: --releases 12"}
	textBadSchemeDate   = flusso.Text{It: "--from e --to sono date AAAA-MM-GG, la prima non dopo la seconda", En: "--from and --to are dates YYYY-MM-DD, the first not after the second"}
	hintBadSchemeDate   = flusso.Text{It: "per esempio --from 2026-01-01 --to 2026-12-31", En: "for example --from 2026-01-01 --to 2026-12-31"}
	textNoHierarchy     = flusso.Text{It: "gerarchia sconosciuta, o senza il suo anno", En: "unknown hierarchy, or one without its year"}
	hintNoHierarchy     = flusso.Text{It: "flussi scheme hierarchy le elenca; quelle con @ANNO vogliono l'anno dei dati: siuss:anno-nascita@2025", En: "flussi scheme hierarchy lists them; those with @ANNO take the data year: siuss:anno-nascita@2025"}

	textSchemeLine      = flusso.Text{It: "schema %s (%s), k = %d, vale dal %s al %s", En: "scheme %s (%s), k = %d, holds from %s to %s"}
	textSchemeReference = flusso.Text{It: "  fatto sull'anno %d, su non più di %d righe per %d rilasci: una classe ne aveva almeno %d", En: "  made on the year %d, of at most %d rows for %d releases: a class had at least %d"}
	textSchemeAttribute = flusso.Text{It: "  %-28s %d livelli", En: "  %-28s %d levels"}
	textSchemeRegion    = flusso.Text{It: "  %s: %d classi, divise prima per %s", En: "  %s: %d classes, divided first by %s"}
	textSchemeMonth     = flusso.Text{It: "%s: %d record, %d pubblicati, %d soppressi; %d classi, la più piccola di %d persone; granularità %.3f", En: "%s: %d records, %d published, %d suppressed; %d classes, the smallest of %d persons; granularity %.3f"}
	textSchemeJoint     = flusso.Text{It: "    insieme ai rilasci prima: %d persone più generiche, %d non pubblicate", En: "    together with the releases before: %d persons coarser, %d not published"}
)
