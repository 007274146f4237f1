// Package ivr walks a caller through the steps of his flow: answer, prompts,
// menus, the queue he is enlisted in while the next steps play, a forward, the
// end. It is pure: events in, actions out, one deadline.
package ivr

import (
	"slices"
	"time"
)

// Kind is what a step does.
type Kind uint8

// The steps of a flow, as the plan names them.
const (
	Answer   Kind = 1 + iota // 200 to the caller
	Progress                 // 183 with our SDP: clips can be heard, nothing is charged
	Play                     // clips, once
	Music                    // clips, again and again: the caller waits here
	Menu                     // clips, then one digit of Choices
	Collect                  // clips, then digits up to Digits or Terminator
	Queue                    // enlists and goes on as soon as the queue has the call: in the same turn
	Forward                  // rings Target; goes on where it fails
	Hangup                   // ends the call with Status and Cause
	Command                  // an agent's command: Login, Logout, Pause, Resume
	City                     // says whose call it is from here on
)

// Hours say when something is open.
type Hours interface {
	Open(unix int64) bool // at a civil time, in seconds
}

// When says at which civil times a step is taken; at others it is passed over.
// The zero value is always.
type When struct {
	Hours       Hours // nil: any hour
	Closed      bool  // while Hours are not open
	From, Until int64 // Unix seconds, Until excluded; 0: no bound
}

// Holds says whether the step is taken at a civil time in Unix seconds.
func (w *When) Holds(unix int64) bool {
	return unix >= w.From && (w.Until == 0 || unix < w.Until) && (w.Hours == nil || w.Hours.Open(unix) != w.Closed)
}

// Need is a skill that a call asks for and the least level of it, 1 to 10.
type Need struct {
	Skill string `cbor:"1,keyasint,omitempty"`
	Level uint8  `cbor:"2,keyasint,omitempty"`
}

// MergeNeeds asks for each skill once, at the higher level.
func MergeNeeds(a, b []Need) []Need {
	out := slices.Clone(a)
	for _, need := range b {
		i := slices.IndexFunc(out, func(n Need) bool { return n.Skill == need.Skill })
		if i < 0 {
			out = append(out, need)
		} else {
			out[i].Level = max(out[i].Level, need.Level)
		}
	}
	return out
}

// Choice is one digit of a menu and the flow it leads to.
type Choice struct {
	Digit byte
	Flow  string
}

// Order is what an agent's command asks of the queue engine.
type Order uint8

// The agents' commands: *11, *12, *13 and *14.
const (
	Login Order = 1 + iota
	Logout
	Pause
	Resume
)

// Step is one step of a flow. Which fields count is its Kind's matter.
type Step struct {
	Name     string // unique in its flow; running calls refer to it
	Kind     Kind
	When     When
	Clips    []string // Play, Music, Menu, Collect: clip names in order; see Dialled
	MustHear bool     // Play: a bridge waits until it has been heard

	Queue    string // Queue
	Needs    []Need // Queue: beside those of the number dialled
	Priority int    // Queue
	Aged     bool   // Queue: the place is as old as the call

	Choices    []Choice      // Menu; Command: where a refused command leads (one, its digit does not count)
	Digits     int           // Collect: how many at most
	Terminator byte          // Collect: ends before Digits are there; 0: none
	Wait       time.Duration // Menu, Collect: for the next digit, after the clips
	Tries      int           // Menu, Collect: how often the clips are played; then the next step

	Target string        // Forward: a destination or phone of the plan
	Ring   time.Duration // Forward: how long each may ring; 0: as the destination says
	City   string        // City

	Status int // Hangup: for a call not yet answered, 400 to 699
	Q850   int // Hangup: ITU-T Q.850 cause in the Reason header

	Order Order // Command
}

// What stands in Clips for others, which the call decides.
const (
	Dialled  = "@dialled"  // the number dialled, spelled
	Takeover = "@takeover" // why 12345 takes a call over: one of Takeovers
)

// Takeovers are the clips in the place of Takeover: where a destination was busy
// or full, where the call had come back from it, and else.
var Takeovers = []string{"takeover-busy", "returned", "takeover"}

// Flow is a named list of steps, immutable while a plan lives.
type Flow struct {
	Name  string
	Steps []Step
}

// Index returns the place of the step named name, or -1.
func (f *Flow) Index(name string) int {
	for i := range f.Steps {
		if f.Steps[i].Name == name {
			return i
		}
	}
	return -1
}
