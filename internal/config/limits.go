package config

import (
	"strconv"
	"time"

	"flussi/internal/config/strict"
	"flussi/internal/flusso"
)

// Limits bound what we ask of an endpoint. The zero value bounds nothing.
type Limits struct {
	// Bandwidth is in bytes a second, both directions and all sessions
	// together, at least 16 KiB/s. Default: no bound.
	Bandwidth int64
	// Handshakes bounds how often we log in. Default: no bound.
	Handshakes Rate
	// DailyFiles and DailyBytes bound what is taken and sent in one day, by the clock in
	// Italy. Default: no bound.
	DailyFiles int
	DailyBytes int64
}

// Rate is so many times in a stretch of time.
type Rate struct {
	Times int
	In    time.Duration
}

// Timeouts are how long an endpoint may keep us waiting. Zero: the default of
// each, told in its doc.
type Timeouts struct {
	Connect   time.Duration // network, handshake and login
	Answer    time.Duration // any one answer
	Keepalive time.Duration // between two signs of life
}

const leastBandwidth = 16 << 10

var limitsType = strict.Object(flusso.Text{},
	strict.Optional("bandwidth", strict.Parsed(`^[0-9]+(KiB|MiB|GiB|kB|MB|GB)/s$`, parseBandwidth), func(l *Limits) *int64 { return &l.Bandwidth }, docBandwidth),
	strict.Optional("handshakes", strict.Parsed(`^[0-9]+/(s|min|h)$`, parseRate), func(l *Limits) *Rate { return &l.Handshakes }, docHandshakes),
	strict.Optional("daily_files", strict.Int(1, 1_000_000), func(l *Limits) *int { return &l.DailyFiles }, docDailyFiles),
	strict.Optional("daily_bytes", strict.Parsed(`^[0-9]+(KiB|MiB|GiB|kB|MB|GB)$`, parseBytes), func(l *Limits) *int64 { return &l.DailyBytes }, docDailyBytes),
)

var timeoutsType = strict.Object(flusso.Text{},
	strict.Optional("connect", waitType, func(t *Timeouts) *time.Duration { return &t.Connect }, docConnectTimeout),
	strict.Optional("answer", waitType, func(t *Timeouts) *time.Duration { return &t.Answer }, docAnswerTimeout),
	strict.Optional("keepalive", waitType, func(t *Timeouts) *time.Duration { return &t.Keepalive }, docKeepalive),
)

var (
	bandwidthForm = flusso.NewPattern(`^([0-9]{1,6})(KiB|MiB|GiB|kB|MB|GB)/s$`)
	rateForm      = flusso.NewPattern(`^([0-9]{1,4})/(s|min|h)$`)
	waitForm      = flusso.NewPattern(`^([0-9]{1,4})(s|m)$`)

	bandwidthUnits = map[string]int64{"KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30, "kB": 1e3, "MB": 1e6, "GB": 1e9}
	rateUnits      = map[string]time.Duration{"s": time.Second, "min": time.Minute, "h": time.Hour}
	waitUnits      = map[string]time.Duration{"s": time.Second, "m": time.Minute}
)

func parseBandwidth(s string) (int64, strict.Complaint) {
	no := strict.Complaint{What: textBadBandwidth, Hint: hintBadBandwidth}
	found := bandwidthForm.FindSubmatch([]byte(s))
	if found == nil {
		return 0, no
	}
	n, err := strconv.ParseInt(string(found[1]), 10, 64)
	if err != nil || n*bandwidthUnits[string(found[2])] < leastBandwidth {
		return 0, no
	}
	return n * bandwidthUnits[string(found[2])], strict.Complaint{}
}

// parseBytes reads a size such as 20GB.
func parseBytes(s string) (int64, strict.Complaint) {
	n, no := parseBandwidth(s + "/s")
	if no != (strict.Complaint{}) {
		return 0, strict.Complaint{What: textBadBytes, Hint: hintBadBytes}
	}
	return n, no
}

func parseRate(s string) (Rate, strict.Complaint) {
	no := strict.Complaint{What: textBadRate, Hint: hintBadRate}
	found := rateForm.FindSubmatch([]byte(s))
	if found == nil {
		return Rate{}, no
	}
	n, err := strconv.Atoi(string(found[1]))
	if err != nil || n == 0 {
		return Rate{}, no
	}
	return Rate{Times: n, In: rateUnits[string(found[2])]}, strict.Complaint{}
}

// waitType is a wait between a second and an hour.
var waitType = strict.Parsed(`^[0-9]+(s|m)$`, func(s string) (time.Duration, strict.Complaint) {
	no := strict.Complaint{What: textBadWait, Hint: hintBadWait}
	found := waitForm.FindSubmatch([]byte(s))
	if found == nil {
		return 0, no
	}
	n, err := strconv.Atoi(string(found[1]))
	d := time.Duration(n) * waitUnits[string(found[2])]
	if err != nil || d < time.Second || d > time.Hour {
		return 0, no
	}
	return d, strict.Complaint{}
})
