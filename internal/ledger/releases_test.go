package ledger

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"flussi/internal/flusso"
)

var balanced = Books{
	In: 100, Rejected: 5, Duplicates: 3, Withdrawn: 2, Outside: 10, Disclosed: 70, Suppressed: 10, Rows: 170,
	StateBefore: 100, Inserted: 82, Cancelled: 2, StateAfter: 180,
}

func TestPublish(t *testing.T) {
	l, ctx := fresh(t), t.Context()
	run := beginRun(t, l)
	a, b := accept(t, l, run, 1), accept(t, l, run, 2)
	first := ReleaseKey{"regione-lazio", "prestazioni", "20260301-aa"}
	second := ReleaseKey{"regione-lazio", "prestazioni", "20260401-bb"}
	if err := l.BeginRelease(ctx, first, run, []ArrivalID{a}); err != nil {
		t.Fatal(err)
	}
	if err := l.BeginRelease(ctx, first, run, []ArrivalID{b, a}); err != nil {
		t.Fatalf("begun again after a crash: %v", err)
	}
	begun, err := l.OpenReleases(ctx)
	if err != nil || len(begun) != 1 || !slices.Equal(begun[0].Arrivals, []ArrivalID{a, b}) {
		t.Fatalf("begun %+v, %v", begun, err)
	}
	if _, found, err := l.LiveRelease(ctx, first.Recipient, first.Dataset); found || err != nil {
		t.Errorf("live before it is published: %v", err)
	}
	for range 2 { // again is the same
		if err := l.PublishRelease(ctx, first, balanced, sumOf("manifest")); err != nil {
			t.Fatal(err)
		}
	}
	live, found, err := l.LiveRelease(ctx, first.Recipient, first.Dataset)
	if err != nil || !found || live.ReleaseKey != first || live.Books != balanced || live.Manifest != sumOf("manifest") {
		t.Errorf("live %+v, %v", live, err)
	}
	if list, err := l.Arrivals(ctx, Processed); err != nil || len(list) != 2 {
		t.Errorf("processed %v, %v", list, err)
	}
	if err := l.PublishRelease(ctx, first, balanced, sumOf("another")); err == nil {
		t.Error("published again with other files")
	}
	if err := l.BeginRelease(ctx, first, run, nil); flusso.KindOf(err) != flusso.Exists {
		t.Errorf("begun after it was published: %v", err)
	}

	// The next one, from an arrival that another release used.
	if err := l.BeginRelease(ctx, second, run, []ArrivalID{a}); err != nil {
		t.Fatal(err)
	}
	if err := l.PublishRelease(ctx, second, balanced, sumOf("manifest 2")); err != nil {
		t.Fatal(err)
	}
	list, err := l.Releases(ctx, 0)
	if err != nil || len(list) != 2 || list[0].State != Live || list[1].State != Replaced {
		t.Errorf("%+v, %v", list, err)
	}
	if of, err := l.ReleasesOf(ctx, b); err != nil || len(of) != 1 || of[0].ReleaseKey != first {
		t.Errorf("%+v, %v", of, err)
	}
	if err := l.AbandonRelease(ctx, second, "no"); err == nil {
		t.Error("abandoned what is live")
	}
}

func TestPublishRefuses(t *testing.T) {
	l, ctx := fresh(t), t.Context()
	run := beginRun(t, l)
	good, bad := accept(t, l, run, 1), take(t, l, run, 2)
	release := ReleaseKey{"r", "d", "1"}
	if err := l.PublishRelease(ctx, release, balanced, sumOf("m")); err == nil {
		t.Error("published what was not begun")
	}
	if err := l.BeginRelease(ctx, release, run, []ArrivalID{good, bad}); err != nil {
		t.Fatal(err)
	}
	for _, spoil := range []func(*Books){
		func(b *Books) { b.In++ },
		func(b *Books) { b.StateAfter-- },
		func(b *Books) { b.Rejected, b.Outside = -1, 16 },
		func(b *Books) { b.Rows = -1 },
	} {
		b := balanced
		spoil(&b)
		if err := l.PublishRelease(ctx, release, b, sumOf("m")); flusso.KindOf(err) != flusso.Internal || err == nil {
			t.Errorf("published %+v: %v", b, err)
		}
	}
	// One of its arrivals was never received: nothing of it is published.
	if err := l.PublishRelease(ctx, release, balanced, sumOf("m")); err == nil {
		t.Error("published from an arrival that is still being taken")
	}
	if a, _, _ := l.Arrival(ctx, good); a.State != Accepted {
		t.Errorf("half a publication: %s", a.State)
	}
	if _, found, _ := l.LiveRelease(ctx, "r", "d"); found {
		t.Error("half a publication is live")
	}
	if err := l.AbandonRelease(ctx, release, "broken"); err != nil {
		t.Fatal(err)
	}
	if left, err := l.OpenReleases(ctx); err != nil || len(left) != 0 {
		t.Errorf("%v, %v", left, err)
	}
	if err := l.BeginRelease(ctx, release, run, []ArrivalID{good}); err != nil {
		t.Errorf("begun anew: %v", err)
	}
}

func TestDeliveredOnce(t *testing.T) {
	l, ctx := fresh(t), t.Context()
	run := beginRun(t, l)
	d := Delivery{
		Object: ObjectOfArrival(accept(t, l, run, 1)), Endpoint: "inps", TargetHash: "00112233", MaskedTarget: "xxx~00112233.xml",
		Size: 1000, SHA256: sumOf("1"), Recipient: "inps", Agreement: "dgr-123", Run: run,
	}
	id, err := l.BeginDelivery(ctx, d)
	if err != nil {
		t.Fatal(err)
	}
	again := func(kind flusso.Kind) {
		t.Helper()
		if same, err := l.BeginDelivery(ctx, d); err == nil || flusso.KindOf(err) != kind || same != id {
			t.Errorf("begun again: %v, %v", same, err)
		}
	}
	end := func(to DeliveryState, legal bool) {
		t.Helper()
		if err := l.EndDelivery(ctx, id, to, "why"); (err == nil) != legal {
			t.Errorf("-> %s: %v", to, err)
		}
	}
	again(flusso.InDoubt) // as after a crash
	if list, err := l.OpenDeliveries(ctx); err != nil || len(list) != 1 || list[0].State != Intended {
		t.Errorf("%+v, %v", list, err)
	}
	end(DeliveryInDoubt, true)
	again(flusso.InDoubt)
	end(Intended, false)
	end(DeliveryFailed, true)
	end(Sent, false)
	if same, err := l.BeginDelivery(ctx, d); err != nil || same != id {
		t.Errorf("tried again: %v, %v", same, err)
	}
	end(Sent, true)
	again(flusso.Exists)
	end(DeliveryFailed, false)
	got, found, err := l.DeliveryOf(ctx, d.Object, d.Endpoint, d.TargetHash)
	if err != nil || !found || got.Attempts != 2 || got.State != Sent || got.SHA256 != d.SHA256 || got.Agreement != "dgr-123" {
		t.Errorf("%+v, %v", got, err)
	}
	// Elsewhere, and something else, are other deliveries.
	for _, other := range []func(*Delivery){
		func(d *Delivery) { d.Endpoint = "regione" },
		func(d *Delivery) { d.TargetHash = "44556677" },
		func(d *Delivery) { d.Object = ObjectOfRelease(ReleaseKey{"r", "d", "1"}, "manifest.json") },
	} {
		o := d
		other(&o)
		if _, err := l.BeginDelivery(ctx, o); err != nil {
			t.Errorf("%+v: %v", o, err)
		}
	}
	if list, err := l.Deliveries(ctx, 0); err != nil || len(list) != 4 || list[3].ID != id {
		t.Errorf("%+v, %v", list, err)
	}
}

// What history shows as JSON: the keys are a contract, times that are not
// there are left out.
func TestHistoryAsJSON(t *testing.T) {
	l, ctx := fresh(t), t.Context()
	accept(t, l, beginRun(t, l), 1)
	runs, err := l.Runs(ctx, 0)
	if err != nil {
		t.Fatal(err)
	}
	arrivals, err := l.LastArrivals(ctx, 0)
	if err != nil {
		t.Fatal(err)
	}
	got, err := json.Marshal([]any{runs[0], arrivals[0]})
	if err != nil {
		t.Fatal(err)
	}
	want := `[{"id":1,"schedule":"ritorno-inps","period":"2026-03-01","operator":"op-17","login":"flussi","begun_at":"2026-03-01T05:30:01Z",` +
		`"arrivals":0,"records":0,"accepted":0,"rejected":0,"duplicates":0,"releases":0,"deliveries":0},` +
		`{"id":1,"state":"accepted","fetch_key":"key-1","endpoint":"inps","name":"xxxxx_xxxxx~0011223344556677.xml","name_hash":"0011223344556677",` +
		`"size":1000,"sha256":"` + sumOf("1").String() + `","spool_id":"spool-1","tipo":"PS_PSA_SINA","ente":"H501","id_flusso":"flusso-1",` +
		`"records":10,"accepted":8,"rejected":1,"duplicates":1,"run":1,"schedule":"ritorno-inps","attempts":1,` +
		`"taken_at":"2026-03-01T05:30:02Z","received_at":"2026-03-01T05:30:03Z","changed_at":"2026-03-01T05:30:05Z"}]`
	if string(got) != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if strings.Contains(string(got), "0001-01-01") {
		t.Error("a time that is none")
	}
}
