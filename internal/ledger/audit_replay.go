package ledger

import (
	"context"

	"flussi/internal/spool"
)

// Policy of this file: what entries put back from a copy tell is entered again where it
// keeps files from being sent twice: runs, files that came, files that went. A file that
// came and of which no entry says that it went on is LostInTransit: its bytes were in the
// folder that is no more, and a person sees to it. Releases come after (releases_again.go):
// their folders are looked at first.

// replay enters what the entries tell; the transaction's caller tells of what is lost.
func (tx *Tx) replay(ctx context.Context, entries []Entry) (lost int64, err error) {
	for _, e := range entries {
		if err := tx.replayOne(ctx, e); err != nil {
			return 0, fail("resume audit", "", err)
		}
	}
	return tx.StillLost(ctx)
}

// Adopted is the outcome of a transfer whose end a crash came between, and whose bytes were
// found whole.
const Adopted = "adopted"

// resumed is the reason of what was entered again.
const resumed = "resumed"

func (tx *Tx) replayOne(ctx context.Context, e Entry) error {
	at := e.Time.UTC().Format(stampLayout)
	arrival, isArrival := ArrivalOfObject(e.Object)
	size := e.Counts["bytes"]
	switch {
	case e.Event == RunBegin:
		_, err := tx.exec(ctx, `INSERT INTO runs (id, schedule, period, operator, login, dry_run, begun_at) VALUES (?, ?, '', ?, ?, 0, ?) ON CONFLICT (id) DO NOTHING`,
			e.Run, e.Object, e.Actor, e.Login, at)
		return err
	case e.Event == RunEnd:
		_, err := tx.exec(ctx, `UPDATE runs SET outcome = ?, reason = ?, ended_at = ? WHERE id = ? AND outcome = ''`, e.Outcome, resumed, at, e.Run)
		return err
	case e.Event == TransferDone && isArrival && (e.Outcome == string(Received) || e.Outcome == Adopted):
		// The place and the key by which the server's file would be known are not in
		// the log: the same bytes, coming again, are known by their hash.
		id := spool.Sum(leafHash([]byte(e.Object))).String()[:32]
		_, err := tx.exec(ctx, `INSERT INTO arrivals (id, state, fetch_key, endpoint, masked_name, name_hash, size, sha256, spool_id, run, reason, taken_at, received_at, changed_at)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT (id) DO UPDATE SET state = excluded.state, size = excluded.size, sha256 = excluded.sha256, reason = excluded.reason, received_at = excluded.received_at, changed_at = excluded.changed_at`,
			arrival, LostInTransit, "resumed/"+e.Object, e.Endpoint+":", e.Name, e.NameHash, size, e.SHA256, id, e.Run, resumed, at, at, at)
		return err
	case e.Event == TransferDone && e.Recipient != "" && (e.Outcome == string(Sent) || e.Outcome == string(DeliveryInDoubt)):
		_, err := tx.exec(ctx, `INSERT INTO deliveries (state, object, endpoint, target_hash, masked_target, size, sha256, recipient, agreement, run, reason, begun_at, changed_at)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT (object, endpoint, target_hash) DO UPDATE SET state = excluded.state, reason = excluded.reason, changed_at = excluded.changed_at`,
			e.Outcome, e.Object, e.Endpoint, e.NameHash, e.Name, size, e.SHA256, e.Recipient, e.Agreement, e.Run, resumed, at, at)
		if err != nil || !isArrival || e.Outcome != string(Sent) {
			return err
		}
		_, err = tx.exec(ctx, `UPDATE arrivals SET state = ?, changed_at = ? WHERE id = ?`, Relayed, at, arrival)
		return err
	}
	return nil
}
