package eyes

import (
	"slices"

	"github.com/prometheus/client_golang/prometheus"
)

// metric is a metric there is: what docs/metrics.md and docs/metriche.md tell of, too.
type metric struct {
	name, help string
	labels     []string
	kind       prometheus.ValueType
	desc       *prometheus.Desc
}

// catalogue is all of them, in the order of the documentation.
var catalogue []*metric

func counter(name, help string, labels ...string) *metric {
	return entered(&metric{name: name, help: help, labels: labels, kind: prometheus.CounterValue})
}

func gauge(name, help string, labels ...string) *metric {
	return entered(&metric{name: name, help: help, labels: labels, kind: prometheus.GaugeValue})
}

func entered(m *metric) *metric {
	m.desc = prometheus.NewDesc(m.name, m.help, m.labels, nil)
	catalogue = append(catalogue, m)
	return m
}

// The daemon.
var (
	metricBuild         = gauge("flussi_build_info", "Always 1; the version that runs.", "version")
	metricBegun         = gauge("flussi_start_timestamp_seconds", "When the daemon began.")
	metricReady         = gauge("flussi_ready", "1 when /readyz says yes.")
	metricLoop          = gauge("flussi_loop_answers", "1 when the daemon's loop answers; 0: it is starting, or stuck, and what only it knows is missing.")
	metricLedger        = gauge("flussi_ledger_readable", "1 when the ledger could be read; 0: what only it knows is missing.")
	metricReloadGood    = gauge("flussi_config_last_reload_successful", "1 when the configuration on the disk is the one at work; 0: it has faults, and the one of before holds.")
	metricReloadAt      = gauge("flussi_config_last_reload_success_timestamp_seconds", "When the configuration at work was read.")
	metricSchedules     = gauge("flussi_schedules", "Schedules there are.")
	metricRunning       = gauge("flussi_runs_in_progress", "Runs under way.")
	metricEventsDropped = counter("flussi_log_dropped_total", "Events that did not reach the syslog server.")
)

// Runs and records, by schedule; "other" is what the configuration does not know (any more), and what is done by hand.
var (
	metricRuns        = counter("flussi_runs_total", "Runs that ended, by outcome: done, partial, failed, interrupted.", "schedule", "outcome")
	metricLastSuccess = gauge("flussi_run_last_success_timestamp_seconds", "End of the last run that did what was due (done or partial).", "schedule")
	metricLastTook    = gauge("flussi_run_last_duration_seconds", "How long that run took.", "schedule")
	metricNextDue     = gauge("flussi_run_next_due_timestamp_seconds", "When the schedule is due next; in the past: since when it is due and has not run.", "schedule")
	metricAttempts    = gauge("flussi_run_failed_attempts", "Runs that failed in a row.", "schedule")
	metricBlocked     = gauge("flussi_schedule_blocked", "1 for what holds a schedule up: disk, key, window, endpoint, login, host_key, configuration, denied, fault.", "schedule", "reason")
	metricRecords     = counter("flussi_records_total", "Records that came, by outcome: accepted, rejected, duplicate.", "schedule", "outcome")
	metricExpected    = gauge("flussi_expectations", "What is expected, by state: waiting, missing.", "schedule", "state")
)

// Files.
var (
	metricArrivals    = gauge("flussi_arrivals", "Files that ever came, by the state they are in.", "state")
	metricDeliveries  = gauge("flussi_deliveries", "Deliveries there ever were, by the state they are in.", "state")
	metricBacklog     = gauge("flussi_backlog_files", "Files on their way through, by state.", "schedule", "state")
	metricQuarantined = gauge("flussi_quarantined_files", "Files set aside: a person decides.")
	metricInDoubt     = gauge("flussi_in_doubt", "Transfers of which nobody knows what became, or lost: a person decides. By kind: arrival, delivery, fetch.", "kind", "state")
	metricUnreceipted = gauge("flussi_receipts_open", "Deliveries whose receipt does not come, or says otherwise, by state: overdue, mismatch.", "state")
	metricPublished   = gauge("flussi_release_published_timestamp_seconds", "When the live release of a dataset was published.", "recipient", "dataset")
)

// Transfers; the totals are those of STATE/metrics.prom.
var (
	metricConnects     = counter("flussi_connect_total", "Calls to an endpoint by outcome: ok, a kind of failure, or refused by the breaker.", "endpoint", "outcome")
	metricBytes        = counter("flussi_transfer_bytes_total", "Bytes of file content moved.", "endpoint", "direction")
	metricFiles        = counter("flussi_transfer_files_total", "Files moved whole.", "endpoint", "direction")
	metricSeconds      = counter("flussi_transfer_seconds_total", "Time spent moving files.", "endpoint", "direction")
	metricFailures     = counter("flussi_transfer_failures_total", "Transfers that failed, by kind.", "endpoint", "direction", "kind")
	metricMovingFiles  = gauge("flussi_transfers_in_progress", "Files that move just now, of those that take more than a few seconds.", "endpoint", "direction")
	metricMovingDone   = gauge("flussi_transfer_in_progress_bytes", "How much of them is over.", "endpoint", "direction")
	metricMovingTotal  = gauge("flussi_transfer_in_progress_size_bytes", "How much they are.", "endpoint", "direction")
	metricBreaker      = gauge("flussi_endpoint_breaker_open", "1 while an endpoint is left alone after failures.", "endpoint")
	metricBreakerFails = gauge("flussi_endpoint_failures", "Calls in a row that came to nothing: no_answer, or login refused.", "endpoint", "kind")
)

// Disk, audit, and what runs out.
var (
	metricDiskFree        = gauge("flussi_disk_free_bytes", "What the disk of a folder has left: state, datasets.", "folder")
	metricDiskSize        = gauge("flussi_disk_size_bytes", "What it has in all.", "folder")
	metricAudit           = gauge("flussi_audit_entries", "Entries of the audit log.")
	metricCheckpointAt    = gauge("flussi_audit_checkpoint_timestamp_seconds", "When the last checkpoint of the audit log was signed.")
	metricCheckpoint      = gauge("flussi_audit_checkpoint_entries", "Entries that it covers.")
	metricCopyLag         = gauge("flussi_audit_copy_lag_entries", "Entries that a copy of the audit log does not have yet.", "copy")
	metricCopyFails       = gauge("flussi_audit_copy_failures", "Tries in a row in which it took nothing.", "copy")
	metricAgreementEnds   = gauge("flussi_agreement_end_timestamp_seconds", "End of the last day of an agreement.", "agreement")
	metricHostKeyEnds     = gauge("flussi_host_key_end_timestamp_seconds", "When an endpoint has no host key any more that holds; missing: one holds without end.", "endpoint")
	metricCertificateEnds = gauge("flussi_certificate_end_timestamp_seconds", "When a certificate that the configuration names holds no more, by the key that names it; missing: it has no end, cannot be read, or a program gives it.", "certificate")
)

// What people are told of, and what does not reach them.
var (
	metricTroubles = gauge("flussi_troubles", "What people are told of and is not over, by kind of notice.", "kind")
	metricUntold   = gauge("flussi_notices_waiting", "Messages that a server did not take yet.")
	metricGivenUp  = gauge("flussi_notices_given_up", "Messages of the last week that nobody got.")
)

// blockedReason is a daemon's word as a label.
var blockedReason = map[string]string{"host key": "host_key"}

// The states that series there always are of: one that is gone for a moment is no
// alarm, and none ends.
var (
	outcomes       = []string{"done", "partial", "failed", "interrupted"}
	recordOutcomes = []string{"accepted", "rejected", "duplicate"}
	doubtful       = [][2]string{{"arrival", "in_doubt"}, {"arrival", "lost_in_transit"}, {"delivery", "in_doubt"}, {"fetch", "in_doubt"}}
)

// Names are those of all metrics of this room, sorted.
func Names() (all []string) {
	for _, m := range catalogue {
		all = append(all, m.name)
	}
	slices.Sort(all)
	return all
}
