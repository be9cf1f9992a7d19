package exchange_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"flussi/internal/invia"
	"flussi/internal/ledger"
)

// TestTornPart: a server counts the download with the last byte, and the power goes
// before that byte is durable. The disk may have the file's length and not its bytes:
// then it is lost, with an alarm, and what came of it is held. Where every byte is
// there it is ours.
func TestTornPart(t *testing.T) {
	for _, torn := range []bool{false, true} {
		w := newWorld(t, terms{RemoveOn: invia.RemoveOnLastByte})
		w.stock("ritorno")
		if !w.crash("ritorno", point{"take.rename", 1}) {
			t.Fatal("never came there")
		}
		parts, err := filepath.Glob(w.path("stato/spool/*.flussi-arrival"))
		w.must(err)
		if len(parts) != 1 {
			t.Fatalf("%d parts", len(parts))
		}
		if torn {
			f, err := os.OpenFile(parts[0], os.O_RDWR, 0)
			w.must(err)
			info, err := f.Stat()
			w.must(err)
			_, err = f.WriteAt(make([]byte, info.Size()%512), info.Size()-info.Size()%512)
			w.must(err)
			w.must(f.Close())
		}
		result, err := w.run("ritorno")
		w.must(err)
		arrivals, err := w.ledger().Arrivals(t.Context())
		w.must(err)
		held, err := filepath.Glob(w.path("stato/spool/quarantine/*"))
		w.must(err)
		want := ledger.Processed
		if torn {
			want = ledger.LostInTransit
		}
		if len(arrivals) != 1 || arrivals[0].State != want || slices.Contains(w.alarms(), string(ledger.LostInTransit)) != torn || (len(held) == 1) != torn {
			t.Errorf("torn %v: %+v, %+v, %d set aside, alarms %v", torn, result, arrivals, len(held), w.alarms())
		}
	}
}
