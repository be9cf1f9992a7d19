package exchange

import "flussi/internal/flusso"

// Event is something that happened in a run, told as it happens. It holds
// nothing personal: Name is masked, Release a path of ours. An alarm's Name is
// "arrival N", "delivery N" or "fetch N", its Reason the state that is cause for alarm.
type Event struct {
	MessageType string `json:"message_type"` // "fetched", "accepted", "quarantined", "duplicate", "published", "forwarded", "delivered", "withheld", "alarm"
	Schedule    string `json:"schedule,omitempty"`
	Endpoint    string `json:"endpoint,omitempty"`
	Name        string `json:"name,omitempty"`
	Bytes       int64  `json:"bytes,omitempty"`
	Records     int64  `json:"records,omitempty"`
	Rejected    int64  `json:"rejected,omitempty"`
	Recipient   string `json:"recipient,omitempty"`
	Dataset     string `json:"dataset,omitempty"`
	Release     string `json:"release,omitempty"`
	Rows        int64  `json:"rows,omitempty"`
	Reason      string `json:"reason,omitempty"` // a code
	Report      string `json:"report,omitempty"` // where a report on the file stands
	Remote      string `json:"remote,omitempty"` // "still_there": fetched, and not gone from the server as it should
}

// Result is what a run did. The counts are exact: they stay inside.
type Result struct {
	Schedule   string            `json:"schedule"`
	DryRun     bool              `json:"dry_run,omitempty"`
	Stopped    bool              `json:"stopped,omitempty"` // told to take no further file: some were left
	RecordsIn  int64             `json:"records_in"`        // = Accepted + Rejected + Duplicates
	Accepted   int64             `json:"accepted"`
	Rejected   int64             `json:"rejected"`
	Duplicates int64             `json:"duplicates"`
	Files      []FileResult      `json:"files"`
	Recipients []RecipientResult `json:"recipients"`
	Deliveries []DeliveryResult  `json:"deliveries"`
	Alarms     int               `json:"alarms,omitempty"` // events of that type
	// StillThere are files, masked, that are ours and should be gone from their
	// server, which has not removed them or does not let us.
	StillThere []string `json:"still_there,omitempty"`
}

// Whys are the reasons, in words, of what recipients and deliveries did not get.
func (r *Result) Whys() (all []*flusso.Error) {
	all = WhysOf(r.Recipients)
	for _, d := range r.Deliveries {
		if d.Why != nil {
			all = append(all, d.Why)
		}
	}
	return all
}

// WhysOf are those of recipients alone.
func WhysOf(recipients []RecipientResult) (all []*flusso.Error) {
	for _, rec := range recipients {
		if rec.Why != nil {
			all = append(all, rec.Why)
		}
	}
	return all
}

// Partial tells whether something was left out: a reject, a file set aside, a
// recipient or delivery that was not served, a file lost or in doubt.
func (r *Result) Partial() bool {
	if r.Rejected > 0 || r.Alarms > 0 {
		return true
	}
	for _, f := range r.Files {
		if f.Outcome == "quarantined" || f.Outcome == "in_doubt" || f.Outcome == "lost_in_transit" || f.Outcome == "failed" {
			return true
		}
	}
	for _, rec := range r.Recipients {
		if rec.Withheld != "" {
			return true
		}
	}
	for _, d := range r.Deliveries {
		if d.Outcome != "sent" && d.Outcome != "already" {
			return true
		}
	}
	return false
}

// FileResult is what became of one file that came.
type FileResult struct {
	Name    string           `json:"name"` // masked
	Ente    string           `json:"ente,omitempty"`
	Tipo    string           `json:"tipo,omitempty"`
	Bytes   int64            `json:"bytes"`
	SHA256  string           `json:"sha256,omitempty"`
	Records int64            `json:"records"`
	Valid   int64            `json:"valid"`
	Rejects int64            `json:"rejected"`
	Outcome string           `json:"outcome"` // an ArrivalState, or "listed" in a dry run
	Reason  string           `json:"reason,omitempty"`
	Report  string           `json:"report,omitempty"`
	ByRule  map[string]int64 `json:"by_rule,omitempty"`
}

// RecipientResult is what one recipient's dataset got: RecordsIn = Rejected +
// Outside + Disclosed + Suppressed. Withdrawn records count as outside,
// duplicates not at all: they came in an earlier file.
type RecipientResult struct {
	Name       string `json:"name"`
	Dataset    string `json:"dataset"`
	RecordsIn  int64  `json:"records_in"`
	Rejected   int64  `json:"rejected"`
	Outside    int64  `json:"outside"`
	Disclosed  int64  `json:"disclosed"`
	Suppressed int64  `json:"suppressed"`
	Release    string `json:"release"` // folder of the live release; empty when there is none
	Rows       int64  `json:"rows"`    // what a reader counts there
	// Of cancellations of what earlier releases hold: rows taken out of this one,
	// and those whose rows stay, since their dataset does not allow that; all rows
	// that wait so, of earlier runs too; and cancellations of something that never
	// came.
	Withdrawn int64 `json:"withdrawn,omitempty"`
	Pending   int64 `json:"pending,omitempty"`
	Waiting   int64 `json:"waiting,omitempty"`
	Unmatched int64 `json:"unmatched,omitempty"`
	// Report is the folder with the exact disclosure report of this release,
	// which is for the house alone; empty where none is kept.
	Report string `json:"report,omitempty"`
	// Withheld is a code for why this round released nothing to it; Why says so
	// in words, with the remedy.
	Withheld string        `json:"withheld,omitempty"`
	Why      *flusso.Error `json:"-"`
}

// DeliveryResult is what became of one file that was to go out.
type DeliveryResult struct {
	Endpoint  string `json:"endpoint"`
	Recipient string `json:"recipient"`
	Name      string `json:"name"` // masked
	Bytes     int64  `json:"bytes"`
	SHA256    string `json:"sha256"`
	Outcome   string `json:"outcome"` // sent, already, failed, in_doubt, refused
	Reason    string `json:"reason,omitempty"`
	// Why says in words why it failed, with the remedy, where the run went on.
	Why *flusso.Error `json:"-"`
}
