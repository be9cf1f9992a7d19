package exchange_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"flussi/internal/dataset"
	"flussi/internal/ledger"
	"flussi/internal/spool"
)

// TestProofOfARound: of every release the state folder keeps the exact report,
// whose hash and signer stand in the audit entry that says published; the
// recipient's folder has the other form alone; and two recipients of one round
// were held against each other.
func TestProofOfARound(t *testing.T) {
	w := newWorld(t, terms{})
	w.write("flussi.yaml", strings.Replace(w.read("flussi.yaml"), "  ministero-lavoro: {",
		"  regione-studi: {class: regione, territory: {regione: ITI4}, agreement: dgr-1, datasets: {prestazioni: individuale_anonimo}}\n  ministero-lavoro: {", 1))
	w.write("schedules/ritorno.yaml", strings.Replace(w.read("schedules/ritorno.yaml"), "{to: ministero-lavoro}", "{to: ministero-lavoro}, {to: regione-studi}", 1))
	w.stock("ritorno")
	result, err := w.run("ritorno")
	if err != nil {
		t.Fatal(err)
	}
	audited := map[string]ledger.Entry{}
	l := w.ledger()
	w.must(l.EachEntry(t.Context(), 0, func(e ledger.Logged) error {
		if e.Entry.Event == ledger.DisclosureDone {
			audited[e.Entry.Object] = e.Entry
		}
		return nil
	}))
	proofs := map[string]dataset.Proof{}
	for _, r := range result.Recipients {
		if r.Release == "" {
			continue
		}
		id := filepath.Base(r.Release)
		inner, err := os.ReadFile(w.path(filepath.Join("stato/reports", r.Name, r.Dataset, id, "divulgazione.json")))
		w.must(err)
		hash := sha256.Sum256(inner)
		done := audited["release/"+r.Name+"/"+r.Dataset+"/"+id]
		m, err := dataset.Verify(spool.OS, r.Release)
		w.must(err)
		if done.Report != hex.EncodeToString(hash[:]) || done.Signer == "" || done.Signer != string(m.SignedBy) {
			t.Errorf("%s/%s: the audit says report %q, signer %q", r.Name, r.Dataset, done.Report, done.Signer)
		}
		var p dataset.Proof
		w.must(json.Unmarshal(inner, &p))
		proofs[r.Name+"/"+r.Dataset] = p
		outer, err := os.ReadFile(filepath.Join(r.Release, "divulgazione.json"))
		w.must(err)
		if hash := sha256.Sum256(outer); p.Form != dataset.InnerForm || p.OuterSHA256 != hex.EncodeToString(hash[:]) || strings.Contains(string(outer), `"inner"`) {
			t.Errorf("%s/%s: inner and outer form do not belong together", r.Name, r.Dataset)
		}
		if p.Books.In != r.RecordsIn || p.Books.Suppressed != r.Suppressed || p.Agreement == nil || p.Agreement.Purpose != "programmazione sociale" || len(p.Categories) != 8 {
			t.Errorf("%s/%s: the report says %+v", r.Name, r.Dataset, p.Books)
		}
	}
	for mine, other := range map[string]string{"regione-lazio/prestazioni": "regione-studi", "regione-studi/prestazioni": "regione-lazio"} {
		p := proofs[mine]
		if len(p.Linkage) != 1 || p.Linkage[0].Recipient != other || p.Linkage[0].SharedCodes != 0 || p.Linkage[0].Joined == 0 || p.Linkage[0].Smallest < 5 {
			t.Errorf("%s: %+v", mine, p.Linkage)
		}
	}
	if len(proofs) < 4 || proofs["ministero-lavoro/quadro"].Linkage != nil {
		t.Errorf("%d reports, %+v", len(proofs), proofs["ministero-lavoro/quadro"].Linkage)
	}
}
