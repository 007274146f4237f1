package api

import (
	"time"

	"github.com/hotline12345/hotline/plan"
)

// Status is what GET /v1/status says of the node.
type Status struct {
	Version    string       `json:"version"`
	Started    time.Time    `json:"started"`
	Now        time.Time    `json:"now"`
	Listening  []Listener   `json:"listening"`
	Ready      bool         `json:"ready"`
	NotReady   string       `json:"not_ready,omitempty"` // why new calls are refused
	Draining   bool         `json:"draining"`
	Revision   uint64       `json:"revision"`
	Lacking    []string     `json:"lacking"`               // what the plan in force names and the node has not: it is passed over
	Short      []Short      `json:"short"`                 // queues with fewer agents than their roster says
	NoHolidays int          `json:"no_holidays,omitempty"` // the year whose table of holidays is wanted and not there
	Calls      int          `json:"calls"`
	Waiting    int          `json:"waiting"`
	Agents     []StateCount `json:"agents"`
	Journal    Journal      `json:"journal"`
	Store      Store        `json:"store"`
}

// Short is a queue with fewer agents logged in than its roster says.
type Short struct {
	Queue    string `json:"queue"`
	Due      int    `json:"due"` // now
	LoggedIn int    `json:"logged_in"`
	Short    int    `json:"short"` // of those who have been due for longer than 5 min
}

// Listener is an address that was bound.
type Listener struct {
	Interface string `json:"interface"`
	Transport string `json:"transport"` // udp, tcp, rtp, http
	Address   string `json:"address"`
}

// StateCount is how many agents are in a state.
type StateCount struct {
	State string `json:"state"`
	N     int    `json:"n"`
}

// Journal is the journal's standing.
type Journal struct {
	Position uint64 `json:"position"` // of the next fact
	Synced   uint64 `json:"synced"`
	Segments int    `json:"segments"`
	Bytes    int64  `json:"bytes"`
	Room     bool   `json:"room"` // for new calls
}

// Store is the projections' standing.
type Store struct {
	Position uint64 `json:"position"`
	Lag      uint64 `json:"lag"` // facts
	Error    string `json:"error,omitempty"`
}

// Call is a call in progress.
type Call struct {
	ID     string `json:"id"`
	State  string `json:"state"`
	From   string `json:"from"` // trunk or phone
	Caller string `json:"caller"`
	Number string `json:"number"`
	Queue  string `json:"queue,omitempty"`
	Agent  string `json:"agent,omitempty"`
	Phone  string `json:"phone,omitempty"`

	Destination string `json:"destination,omitempty"` // outside, that rings or talks

	Began   time.Time  `json:"began"`
	Bridged *time.Time `json:"bridged,omitempty"`
	Resumed bool       `json:"resumed,omitempty"` // lived through a restart: its packets are at least so many
}

// Agent is an agent of the plan and his state.
type Agent struct {
	Agent  string    `json:"agent"`
	Name   string    `json:"name,omitempty"`
	State  string    `json:"state"`
	Since  time.Time `json:"since,omitzero"` // absent: never logged in
	Phone  string    `json:"phone,omitempty"`
	Queues []string  `json:"queues"`
	Misses int       `json:"misses"`
	Calls  uint64    `json:"calls"`
}

// Queue is a queue of the plan and what it has done since it began.
type Queue struct {
	Queue     string `json:"queue"`
	Waiting   int    `json:"waiting"`
	Offered   uint64 `json:"offered"` // calls enlisted
	Answered  uint64 `json:"answered"`
	Abandoned uint64 `json:"abandoned"`
	InInvite  uint64 `json:"in_time_from_invite"` // answered within the service time, clock from the INVITE
	InHeard   uint64 `json:"in_time_from_prompt"` // the same, clock from the end of what must be heard, or the enlisting if that is later
}

// Phone is a phone of the plan and where it is.
type Phone struct {
	Phone      string     `json:"phone"`
	Name       string     `json:"name,omitempty"`
	Registered bool       `json:"registered"`
	Reachable  bool       `json:"reachable"`
	Contact    string     `json:"contact,omitempty"`
	Expires    *time.Time `json:"expires,omitempty"`
	Agent      string     `json:"agent,omitempty"`
}

// Trunk is a trunk of the plan.
type Trunk struct {
	Trunk    string `json:"trunk"`
	Busy     int    `json:"busy"`
	Channels int    `json:"channels"`
}

// CDR is a finished call. Times that did not come are absent.
type CDR struct {
	Position uint64     `json:"position"`
	Call     string     `json:"call"`
	From     string     `json:"from"`
	Caller   string     `json:"caller"`
	Dialled  string     `json:"dialled"`
	Number   string     `json:"number"`
	Began    time.Time  `json:"began"`
	Answered *time.Time `json:"answered,omitempty"`
	Enlisted *time.Time `json:"enlisted,omitempty"`
	Heard    *time.Time `json:"heard,omitempty"`
	Offered  *time.Time `json:"offered,omitempty"`
	Accepted *time.Time `json:"accepted,omitempty"`
	Bridged  *time.Time `json:"bridged,omitempty"`
	Ended    time.Time  `json:"ended"`
	Queue    string     `json:"queue,omitempty"`
	Agent    string     `json:"agent,omitempty"`
	Phone    string     `json:"phone,omitempty"`
	Offers   int        `json:"offers"`
	Outcome  string     `json:"outcome"`
	EndedBy  string     `json:"ended_by"`
	Status   int        `json:"status,omitempty"`
	Q850     int        `json:"q850,omitempty"`
	Service  bool       `json:"service,omitempty"`
	Revision uint64     `json:"revision"`
	Resumed  bool       `json:"resumed,omitempty"`

	City        string `json:"city,omitempty"`        // whose call it is
	Mode        string `json:"mode,omitempty"`        // of the number: merged, dual, subcenter
	Department  string `json:"department,omitempty"`  // of the number
	AnsweredBy  string `json:"answered_by,omitempty"` // agent, expert, subcenter, destination, takeover, duty
	Destination string `json:"destination,omitempty"` // the last one that was rung
	TakenOver   string `json:"taken_over,omitempty"`  // why 12345 took the call over from it
	Returned    bool   `json:"returned,omitempty"`    // had been sent out by us and came back
	Transfers   int    `json:"transfers,omitempty"`
	Origin      string `json:"origin,omitempty"`                // 110, or the other Hotline, that sent it on
	Before      int64  `json:"waited_before_seconds,omitempty"` // there
}

// Step is one thing that happened to a call. What does not belong to its kind
// is absent.
type Step struct {
	At       time.Time `json:"at"`
	Kind     string    `json:"kind"` // began, enlisted, offered, offer-ended, bridged, prompt-heard, media-counted, forwarded, forward-ended, transferred, transfer-done
	From     string    `json:"from,omitempty"`
	Caller   string    `json:"caller,omitempty"`
	Dialled  string    `json:"dialled,omitempty"`
	Number   string    `json:"number,omitempty"`
	Queue    string    `json:"queue,omitempty"`
	Agent    string    `json:"agent,omitempty"`
	Phone    string    `json:"phone,omitempty"`
	Tier     int       `json:"tier,omitempty"`
	Strategy string    `json:"strategy,omitempty"`
	SortKey  int64     `json:"sort_key,omitempty"` // by which the strategy chose; the smallest won
	Eligible int       `json:"eligible,omitempty"` // how many could have had the call
	Next     string    `json:"next,omitempty"`     // the agents that would have been next, with spaces between
	Why      string    `json:"why,omitempty"`      // an offer, a forward or a transfer ended
	Status   int       `json:"status,omitempty"`   // SIP
	Clips    string    `json:"clips,omitempty"`
	Side     string    `json:"side,omitempty"` // caller, answering
	Received uint64    `json:"received,omitempty"`
	Sent     uint64    `json:"sent,omitempty"`
	Lost     uint64    `json:"lost,omitempty"`
	Late     uint64    `json:"late,omitempty"`

	Destination string `json:"destination,omitempty"`
	Trunk       string `json:"trunk,omitempty"`
	Q850        int    `json:"q850,omitempty"`
	By          string `json:"by,omitempty"` // of a transfer: agent, subcenter, operator
	To          string `json:"to,omitempty"`
	ToKind      string `json:"to_kind,omitempty"` // destination, queue, agent
}

// Revision is a numbered state of the routing plan.
type Revision struct {
	Revision uint64    `json:"revision"`
	Base     uint64    `json:"base"`
	Author   string    `json:"author"`
	Reason   string    `json:"reason"`
	At       time.Time `json:"at,omitzero"`        // absent: the store is away
	Document string    `json:"document,omitempty"` // YAML; left out of lists
}

// Change is a plan that shall be in force. A Base that is no longer the
// revision in force is refused with 409.
type Change struct {
	Base     uint64 `json:"base"`
	Author   string `json:"author"`
	Reason   string `json:"reason"`
	Document string `json:"document"`
	DryRun   bool   `json:"dry_run,omitempty"` // checked with the server's surroundings, not applied
}

// Surroundings are what a plan is checked against beside itself.
type Surroundings struct {
	Interfaces []string `json:"interfaces"`
	Clips      []string `json:"clips"`
	Holidays   string   `json:"holidays,omitempty"` // the server's own table of holidays, CSV
}

// Plan are the surroundings as a plan is compiled with them.
func (s Surroundings) Plan() plan.Surroundings {
	return plan.Surroundings{Interfaces: s.Interfaces, Clips: s.Clips, Holidays: s.Holidays}
}

// Prompts are the recordings that are played.
type Prompts struct {
	Clips int `json:"clips"` // all
	Own   int `json:"own"`   // of them, the data folder's
}

// Secret is a phone's password or an agent's PIN; empty in a request: the
// server makes one. The answer is the only time that it is shown.
type Secret struct {
	Secret string `json:"secret"`
}

// Login says on which phone an agent wants to work.
type Login struct {
	Phone string `json:"phone" minLength:"1" maxLength:"64"`
}

// Transfer says where a caller is sent on: a destination, a queue or a number.
type Transfer struct {
	To string `json:"to" minLength:"1" maxLength:"64"`
}

// Drain says how long calls in progress may last: "10m", at most 24h.
type Drain struct {
	Grace string `json:"grace" minLength:"1" maxLength:"32"`
}

// CDRFilter chooses CDRs; what is not set does not choose.
type CDRFilter struct {
	Since   time.Time `query:"since" doc:"ended at or after: RFC 3339"`
	Until   time.Time `query:"until" doc:"ended before: RFC 3339"`
	Number  string    `query:"number" maxLength:"64"`
	Caller  string    `query:"caller" maxLength:"64"`
	Agent   string    `query:"agent" maxLength:"64"`
	Outcome string    `query:"outcome" maxLength:"64"`

	City        string `query:"city" maxLength:"64"`
	Department  string `query:"department" maxLength:"64"`
	AnsweredBy  string `query:"answered_by" maxLength:"64" doc:"agent, expert, subcenter, destination, takeover or duty"`
	Destination string `query:"destination" maxLength:"64" doc:"the last one that was rung"`

	Call   string `query:"call" maxLength:"16"`
	Before uint64 `query:"before" doc:"a CDR's position: only older ones"`
	Limit  int    `query:"limit" minimum:"1" maximum:"10000" default:"100"`
}
