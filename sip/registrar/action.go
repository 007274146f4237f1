package registrar

// ActionKind is what the registrar asks of the core.
type ActionKind uint8

// The actions.
const (
	Probe     ActionKind = 1 + iota // Phone: send OPTIONS to its binding, tell Probed
	Changed                         // Phone: its record is to be written
	Gone                            // Phone: its record ends
	Reachable                       // Phone, Yes: offers may go to it, or no longer
)

// Action is one action of the registrar.
type Action struct {
	Kind  ActionKind
	Phone string
	Yes   bool
}

// Answer is the final response to a request.
type Answer struct {
	Status  int
	Reason  string   // for the log and a Reason header; "": none
	Headers []string // pairs: name, value
}
