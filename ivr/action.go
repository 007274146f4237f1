package ivr

// EventKind is what happened to a caller in a flow.
type EventKind uint8

// The events of a walk.
const (
	Begin         EventKind = 1 + iota // the first step is due
	ClipsFinished                      // the clips of the last Play action were heard
	Digit                              // Event.Digit was pressed
	Deadline                           // the walk's deadline has come
	ForwardFailed                      // the forward's target did not take the call
	QueueTaken                         // the queue has the call: on to what he hears meanwhile
	QueueRefused                       // full, or waited too long: Event.Clip, then the next step that can end it
	CommandDone                        // Event.OK: the agent's command was carried out
)

// Event is one event of a walk.
type Event struct {
	Kind  EventKind
	Civil int64 // Unix seconds, for steps that depend on the hour
	Digit byte
	OK    bool
	Clip  string // QueueRefused: heard before the hangup; empty: none
}

// ActionKind is what a walk asks for.
type ActionKind uint8

// The actions of a walk.
const (
	DoAnswer   ActionKind = 1 + iota
	DoProgress            // 183 with SDP
	DoPlay                // Step.Clips, once; ClipsFinished is expected
	DoMusic               // Step.Clips, looped
	DoEnlist              // Step.Queue, Needs, Priority
	MayBridge             // nothing that must be heard is left: the second service clock starts
	DoForward             // Step.Target
	DoPassed              // Step.Target is closed now: the step was passed over
	DoCommand             // Step.Order with Digits (工号, then PIN)
	DoCity                // Step.City
	DoHangup              // Step.Status and Q850 where a step says so
)

// Action is one action of a walk.
type Action struct {
	Kind   ActionKind
	Step   *Step  // the step that asks; nil for a hangup at the flow's end
	Digits string // DoCommand: what was collected
}
