package main

import (
	"flussi/internal/flusso"
	"flussi/internal/ledger"
)

// flussi notices.
var (
	textNoticesShort = flusso.Text{It: "gli avvisi: che cosa è da guardare, chi lo sa", En: "notices: what there is to look at, who knows"}
	textNoticesLong  = flusso.Text{
		It: "Gli avvisi partono da sé, dal demone e alla fine di ogni flussi run, verso chi è scritto in\nnotices: per posta o verso servizi web. Ciò che va fatto oggi parte subito, il resto nel\nriepilogo; di una cosa si avvisa una volta, e un'altra quando è risolta.",
		En: "Notices go out by themselves, from the daemon and at the end of each flussi run, to whom\nnotices names: by mail or to web services. What must be done today goes at once, the rest with\nthe digest; of one thing is told once, and once more when it is over.",
	}
	textNoticesLsShort   = flusso.Text{It: "che cosa è aperto, e gli ultimi messaggi", En: "what is open, and the last messages"}
	textNoticesTestShort = flusso.Text{It: "invia un messaggio di prova", En: "sends a trial message"}
	textNoticesTestLong  = flusso.Text{
		It: "Invia adesso a tutti, o a uno solo, un messaggio che non chiede nulla. Funziona anche mentre il\ndemone è attivo. Che il server l'abbia preso non dice che sia stato letto: chiedere a chi lo riceve.",
		En: "Sends everybody, or one alone, a message that asks for nothing, now. It works beside a daemon,\ntoo. That the server took it does not tell that it was read: ask whom it is for.",
	}
	textFlagTold         = flusso.Text{It: "a chi, per nome; se manca, a tutti", En: "to whom, by name; default: everybody"}
	textFlagLastMessages = flusso.Text{It: "quanti messaggi (0: tutti)", En: "how many messages (0: all)"}
	textNoTroubles       = flusso.Text{It: "Nulla da guardare", En: "Nothing to look at"}
	textMessages         = flusso.Text{It: "Messaggi:", En: "Messages:"}
	textMessage          = flusso.Text{It: "%4d  %s  %s: %s, tentativi non riusciti: %d", En: "%4d  %s  %s: %s, tries that failed: %d"}
	textNobodyIsTold     = flusso.Text{It: "La configurazione non avvisa nessuno (notices): che cosa è da guardare lo dice flussi status", En: "The configuration tells nobody (notices): flussi status tells what there is to look at"}
	textNoticeSent       = flusso.Text{It: "%s: preso dal server", En: "%s: taken by the server"}
	messageTexts         = map[ledger.MessageState]flusso.Text{
		ledger.MessageWaiting:   {It: "in attesa", En: "waiting"},
		ledger.MessageSent:      {It: "preso dal server", En: "taken by the server"},
		ledger.MessageGivenUp:   {It: "NON CONSEGNATO", En: "NOT DELIVERED"},
		ledger.MessageWithdrawn: {It: "ritirato: nessuno ha più questo nome", En: "withdrawn: nobody has that name any more"},
	}
	textStatusUntold  = flusso.Text{It: "Avvisi che un server non prende: %d\n  → flussi notices ls, poi flussi notices test", En: "Notices that a server does not take: %d\n  → flussi notices ls, then flussi notices test"}
	textStatusGivenUp = flusso.Text{It: "Avvisi mai consegnati negli ultimi sette giorni: %d\n  → flussi notices ls dice che cosa è ancora aperto", En: "Notices never delivered in the last seven days: %d\n  → flussi notices ls tells what is still open"}
)

// flussi receipts.
var (
	textReceiptsShort = flusso.Text{It: "le ricevute: quali si aspettano, quali sono arrivate", En: "receipts: which are awaited, which came"}
	textReceiptsLong  = flusso.Text{
		It: "Le ricevute delle consegne arrivano per posta e si leggono da sé, con il demone e alla fine di\nogni flussi run, dalle caselle scritte in receipts. Una chiude la sola consegna che può\nintendere; se può intenderne più d'una, o dice altro, decide una persona.",
		En: "Receipts of deliveries come by mail and are read by themselves, by the daemon and at the end of\neach flussi run, from the mailboxes that receipts names. One closes the only delivery that it\ncan mean; where it may mean several, or says otherwise, a person decides.",
	}
	textReceiptsLsShort     = flusso.Text{It: "consegne senza ricevuta, e le ultime ricevute lette", En: "deliveries without a receipt, and the last receipts read"}
	textReceiptsReadShort   = flusso.Text{It: "legge adesso le caselle", En: "reads the mailboxes now"}
	textReceiptConfirmShort = flusso.Text{It: "il destinatario ha la consegna N, anche senza ricevuta", En: "the recipient has delivery N, receipt or not"}
	textReceiptDismissShort = flusso.Text{It: "la ricevuta N è stata guardata: non c'è altro da fare", En: "receipt N was looked at: nothing more is to be done"}
	textReceiptConfirmed    = flusso.Text{It: "consegna %d: confermata da una persona", En: "delivery %d: confirmed by a person"}
	textReceiptDismissed    = flusso.Text{It: "ricevuta %d: chiusa", En: "receipt %d: closed"}
	textReceiptsRead        = flusso.Text{It: "Messaggi letti: %d; ricevute nuove: %d; altro: %d", En: "Mails read: %d; new receipts: %d; other: %d"}
	textNoReceipts          = flusso.Text{It: "Nessuna ricevuta attesa né letta", En: "No receipt is awaited, none was read"}
	textReceiptAwaited      = flusso.Text{It: "consegna %d  %s  %s: %s, entro %s", En: "delivery %d  %s  %s: %s, by %s"}
	textReceiptsCame        = flusso.Text{It: "Ricevute:", En: "Receipts:"}
	receiptTexts            = map[string]flusso.Text{
		ledger.ReceiptWaiting:      {It: "in attesa della ricevuta", En: "awaits its receipt"},
		ledger.ReceiptOverdue:      {It: "SENZA RICEVUTA oltre il termine", En: "WITHOUT A RECEIPT though its day has passed"},
		ledger.ReceiptMismatch:     {It: "LA RICEVUTA DICE ALTRO", En: "THE RECEIPT SAYS OTHERWISE"},
		string(ledger.Matched):     {It: "attesta", En: "attests"},
		string(ledger.Mismatched):  {It: "DICE ALTRO", En: "SAYS OTHERWISE"},
		string(ledger.Unmatched):   {It: "di nulla che si conosca, finora", En: "of nothing that is known, so far"},
		string(ledger.Ambiguous):   {It: "PUÒ ESSERE DI PIÙ CONSEGNE", En: "MAY BE OF SEVERAL DELIVERIES"},
		string(ledger.Hint):        {It: "solo un indizio: nessuna firma di cui fidarsi", En: "only a hint: no signature to trust"},
		string(ledger.Superfluous): {It: "di una consegna già attestata", En: "of a delivery that is attested already"},
		string(ledger.Dismissed):   {It: "guardata da una persona", En: "looked at by a person"},
	}
)
