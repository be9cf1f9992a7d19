package main

import (
	"bytes"
	"strings"
	"testing"

	"flussi/internal/exchange"
	"flussi/internal/flusso"
	"flussi/internal/ledger"
)

// Every alarm that a run raises is said in words, with what to do about it.
func TestAlarmsAreSaid(t *testing.T) {
	alarms := []exchange.Event{
		{Name: "arrival 7", Reason: string(ledger.InDoubt)},
		{Name: "arrival 7", Reason: string(ledger.LostInTransit)},
		{Name: "delivery 7", Reason: string(ledger.DeliveryInDoubt)},
		{Name: "fetch 7", Reason: string(ledger.FetchInDoubt)},
		{Name: "delivery 7", Reason: ledger.ReceiptOverdue},
		{Name: "delivery 7", Reason: ledger.ReceiptMismatch},
		{Name: "arrival 7", Reason: ledger.ReceiptMismatch},
		{Name: "receipt 7", Reason: string(ledger.Ambiguous)},
	}
	if len(alarms) != len(alarmHints) {
		t.Errorf("%d alarms, %d hints", len(alarms), len(alarmHints))
	}
	for _, lang := range []flusso.Lang{flusso.It, flusso.En} {
		for _, e := range alarms {
			e.MessageType = "alarm"
			var said bytes.Buffer
			(&app{lang: lang, stderr: &said}).tellEvent(e)
			what, hint, _ := strings.Cut(said.String(), "\n")
			if !strings.Contains(what, e.Name+": ") || strings.Contains(what, e.Reason) ||
				!strings.HasPrefix(hint, "  → ") || !strings.Contains(hint, "7") || strings.Contains(hint, "%!") {
				t.Errorf("%+v: %q", e, said.String())
			}
		}
	}
}
