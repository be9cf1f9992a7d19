package daemon

import (
	"fmt"
	"time"

	"flussi/internal/exchange"
)

// Event is something that happened, told as it happens; it holds nothing
// personal.
type Event struct {
	// MessageType is "ready", "begun", "run" (ended, with its Result), "failed",
	// "blocked", "freed", "reminder", "missing", "arrived" (what was missing),
	// "clock", "reloaded", "reload_refused", "not_noted", "stopping" or "stopped".
	MessageType string `json:"message_type"`
	Schedule    string `json:"schedule,omitempty"`
	Period      string `json:"period,omitempty"`
	// Due is the time that a run is for, or the day of an expectation; Since the
	// earliest that a run stands for, where that is another.
	Due    time.Time `json:"due,omitzero"`
	Since  time.Time `json:"since,omitzero"`
	Until  time.Time `json:"until,omitzero"`   // when it is tried again
	Reason string    `json:"reason,omitempty"` // a code
	// What is an expectation's request or day; of AtLeast files Arrived came.
	What      string           `json:"what,omitempty"`
	AtLeast   int              `json:"at_least,omitempty"`
	Arrived   int              `json:"arrived,omitempty"`
	Schedules int              `json:"schedules,omitempty"` // that there are
	Running   int              `json:"running,omitempty"`   // runs under way
	ByHand    bool             `json:"by_hand,omitempty"`   // a run that a person asked for
	Faults    int              `json:"faults,omitempty"`    // of a configuration that is refused
	Result    *exchange.Result `json:"-"`
	Err       error            `json:"-"`
}

// State is what the daemon does just now.
type State struct {
	Schedules, Running, Blocked int
	Stopping                    bool
	Next                        string // the schedule that is next
	At                          time.Time
}

// String is the state in English.
func (s State) String() string {
	text := fmt.Sprintf("%d schedules, %d running, %d blocked", s.Schedules, s.Running, s.Blocked)
	if s.Next != "" {
		text += fmt.Sprintf("; next %s at %s", s.Next, s.At.Format("2006-01-02 15:04 MST"))
	}
	return text
}
