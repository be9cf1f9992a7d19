package exchange

import "flussi/internal/flusso"

// Receipts.
var (
	textNoRules          = flusso.Text{It: "il file delle regole delle ricevute non si legge", En: "the file of receipt rules cannot be read"}
	hintNoRules          = flusso.Text{It: "rules in receipts indica un file YAML; un esempio è schedules/ricevute/ricevute-inps.yaml", En: "rules in receipts names a YAML file; schedules/ricevute/ricevute-inps.yaml is an example"}
	textNoReceiptAwaited = flusso.Text{It: "questa consegna non aspetta una ricevuta", En: "this delivery awaits no receipt"}
	hintNoReceiptAwaited = flusso.Text{It: "flussi receipts ls elenca quelle che l'aspettano", En: "flussi receipts ls lists those that do"}
	textNotAmbiguous     = flusso.Text{It: "questa ricevuta non è da decidere", En: "nothing is to be decided about this receipt"}
	hintNotAmbiguous     = flusso.Text{It: "flussi receipts ls elenca quelle di cui non si sa di che cosa siano", En: "flussi receipts ls lists those of which nobody knows what they are of"}
	textNoReceiptFolder  = flusso.Text{It: "la cartella delle ricevute non c'è", En: "the folder of receipts is not there"}
	hintNoReceiptFolder  = flusso.Text{It: "controllare eml o maildir in receipts", En: "check eml or maildir in receipts"}
	hintRuleEndpoint     = flusso.Text{It: "scrivere in endpoint un nome di endpoints: altrimenti non trova nulla", En: "write a name of endpoints in endpoint: otherwise it finds nothing"}
)

func textRuleEndpoint(rule string) flusso.Text {
	return flusso.Text{It: "la regola " + rule + " parla di un endpoint che non c'è", En: "rule " + rule + " speaks of an endpoint that is not there"}
}
