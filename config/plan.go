// Package config holds the node's settings and the routing plan as documents:
// their types, strict YAML with every fault at once, and the embedded plan.
// What a plan means is package plan's matter.
package config

// Plan is the routing plan: everything that a supervisor changes while calls
// are up.
type Plan struct {
	Home         string             `yaml:"home,omitempty"` // the city whose a call is that names none
	Hours        Table[Hours]       `yaml:"hours,omitempty"`
	Rosters      Table[Roster]      `yaml:"rosters,omitempty"`
	Cities       Table[City]        `yaml:"cities,omitempty"`
	Skills       []string           `yaml:"skills,omitempty,flow"`
	Trunks       Table[Trunk]       `yaml:"trunks,omitempty"`
	Phones       Table[Phone]       `yaml:"phones,omitempty"`
	Agents       Table[Agent]       `yaml:"agents,omitempty"`
	Queues       Table[Queue]       `yaml:"queues,omitempty"`
	Destinations Table[Destination] `yaml:"destinations,omitempty"`
	Sounds       Table[string]      `yaml:"sounds,omitempty"` // clips of the operator's own and what they say
	Flows        Table[[]Step]      `yaml:"flows,omitempty"`
	Numbers      Table[Number]      `yaml:"numbers,omitempty"`
	Calls        Calls              `yaml:"calls,omitempty"`
}

// Hours are a week's opening hours.
type Hours struct {
	Days     string `yaml:"days,omitempty"` // mon-fri
	From     string `yaml:"from,omitempty"` // "08:30"
	To       string `yaml:"to,omitempty"`
	Holidays string `yaml:"holidays,omitempty"` // open, closed
}

// Roster is a shift: how many agents of each queue it takes. A shift whose To
// is not after its From ends on the next day.
type Roster struct {
	Days   string     `yaml:"days,omitempty"` // as in Hours; empty: every day
	From   string     `yaml:"from"`
	To     string     `yaml:"to"`
	Agents Table[int] `yaml:"agents,omitempty,flow"`
}

// Trunk is a carrier's or exchange's line.
type Trunk struct {
	Interface string   `yaml:"interface,omitempty"`  // empty: the first
	Match     []string `yaml:"match,omitempty,flow"` // CIDR or address, with :port and /udp or /tcp
	Peers     []Peer   `yaml:"peers,omitempty"`
	Dialled   []string `yaml:"dialled,omitempty,flow"`
	Area      string   `yaml:"area,omitempty"`
	Media     string   `yaml:"media,omitempty"` // sdp
	Channels  int      `yaml:"channels,omitempty"`
	Reserved  int      `yaml:"reserved,omitempty"` // of them, kept for destinations of kind emergency

	Untrusted  bool       `yaml:"untrusted,omitempty"`   // what it says of diversions and callers does not count
	DIDs       Table[DID] `yaml:"dids,omitempty,flow"`   // numbers that the carrier assigned to ours
	City       string     `yaml:"city,omitempty"`        // whose its calls are
	EarlyMedia string     `yaml:"early_media,omitempty"` // none: nothing is heard there before the answer
	Format     string     `yaml:"format,omitempty"`      // of numbers rung there: national, e164, local; empty: as they stand
	Priority   int        `yaml:"priority,omitempty"`    // of its calls; higher goes first
	Origin     string     `yaml:"origin,omitempty"`      // shown to agents: 110 转来
	Context    bool       `yaml:"context,omitempty"`     // another Hotline: a call's context travels with it (RFC 7433)
	Busy       int        `yaml:"busy,omitempty"`        // its callers are refused with it where channels or queue are full: 480, 486, 600, 603; 0: 486
}

// DID is a number that a carrier has assigned to one of the ledger's.
type DID struct {
	Number string `yaml:"number"`
	City   string `yaml:"city,omitempty"`
}

// City is a city or county of the province, by its name.
type City struct {
	Area        string `yaml:"area,omitempty"`        // 0551
	Default     bool   `yaml:"default,omitempty"`     // of an area that it shares
	Parent      string `yaml:"parent,omitempty"`      // the city of a county
	Queue       string `yaml:"queue,omitempty"`       // in place of the hotline's own
	Destination string `yaml:"destination,omitempty"` // its own 12345, rung first
}

// Peer is an address at which a trunk is rung.
type Peer struct {
	Address   string `yaml:"address"`
	Transport string `yaml:"transport,omitempty"` // udp, tcp
	Priority  int    `yaml:"priority,omitempty"`
}

// Phone is a registered SIP address. Its password is a secret outside the
// plan.
type Phone struct {
	Password string `yaml:"password,omitempty"` // "set": shown only
	Name     string `yaml:"name,omitempty"`
	Tester   bool   `yaml:"tester,omitempty"` // may ring any number as a chosen outside caller
}

// Agent is a person with a 工号.
type Agent struct {
	Name       string     `yaml:"name,omitempty"`
	Queues     []string   `yaml:"queues,omitempty,flow"`
	Skills     Table[int] `yaml:"skills,omitempty,flow"`
	AutoAnswer bool       `yaml:"auto_answer,omitempty"`
}

// Queue is where calls wait.
type Queue struct {
	Kind          string   `yaml:"kind,omitempty"`        // agents, experts, subcenter
	Destination   string   `yaml:"destination,omitempty"` // of a subcenter: its channels are the seats
	Strategy      string   `yaml:"strategy,omitempty"`
	Ring          Duration `yaml:"ring,omitempty"`
	WrapUp        Duration `yaml:"wrap_up,omitempty"`
	Limit         int      `yaml:"limit,omitempty"`
	MaxWait       Duration `yaml:"max_wait,omitempty"`
	ServiceTime   Duration `yaml:"service_time,omitempty"`
	AnnounceAgent bool     `yaml:"announce_agent,omitempty"`
	WhisperNumber bool     `yaml:"whisper_number,omitempty"`
	Tiers         []Tier   `yaml:"tiers,omitempty"`
	Full          string   `yaml:"full,omitempty"` // clip that a caller hears whom the full queue does not take; empty: none
	Late          string   `yaml:"late,omitempty"` // clip that a caller hears who has waited max_wait; empty: none
}

// Tier is a step of a queue's search.
type Tier struct {
	After  Duration `yaml:"after"`
	Agents string   `yaml:"agents,omitempty"` // own
	Queue  string   `yaml:"queue,omitempty"`
	Lower  int      `yaml:"lower,omitempty"`
	Duty   string   `yaml:"duty,omitempty"`

	Destination string `yaml:"destination,omitempty"` // its channels are seats of this queue
	Trunk       string `yaml:"trunk,omitempty"`
}

// Destination is an answering point outside.
type Destination struct {
	Kind     string   `yaml:"kind,omitempty"` // department, subcenter, emergency, crisis, utility, hub, city, neighbour
	Name     string   `yaml:"name,omitempty"` // as people say it
	Trunk    string   `yaml:"trunk"`
	Number   string   `yaml:"number"`
	Channels int      `yaml:"channels,omitempty"` // calls at once; 0: as many as its trunk takes
	Ring     Duration `yaml:"ring,omitempty"`     // 0: 10 s
	Hours    string   `yaml:"hours,omitempty"`    // it is rung while they are open; empty: always
	Next     string   `yaml:"next,omitempty"`     // the destination that is rung after it
}

// Number is a public number of the ledger.
type Number struct {
	Name        string      `yaml:"name,omitempty"`   // its title
	Status      string      `yaml:"status,omitempty"` // live, not_set_up, cancelled, reassigned
	Flow        string      `yaml:"flow,omitempty"`
	Mode        string      `yaml:"mode,omitempty"` // merged, dual, subcenter
	Department  string      `yaml:"department,omitempty"`
	City        string      `yaml:"city,omitempty"`      // of an imported number
	Greeting    string      `yaml:"greeting,omitempty"`  // a clip
	Authority   string      `yaml:"authority,omitempty"` // 文号
	Seats       string      `yaml:"seats,omitempty"`     // unified, retained
	Queue       string      `yaml:"queue,omitempty"`
	Destination string      `yaml:"destination,omitempty"`
	Takeover    string      `yaml:"takeover,omitempty"`
	Skills      Table[int]  `yaml:"skills,omitempty,flow"`
	Priority    int         `yaml:"priority,omitempty"`
	Transition  *Transition `yaml:"transition,omitempty,flow"`
	Note        string      `yaml:"note,omitempty"`
}

// Transition is the prompt that a number plays while callers get used to its
// new place.
type Transition struct {
	From   string `yaml:"from,omitempty"`
	Until  string `yaml:"until,omitempty"`
	Prompt string `yaml:"prompt,omitempty"`
	After  string `yaml:"after,omitempty"` // connect, release
}

// Calls are limits that hold for every call.
type Calls struct {
	PerCaller int      `yaml:"per_caller,omitempty"` // calls of one caller that one destination may have at once; 0: 2
	Silence   Duration `yaml:"silence,omitempty"`    // no RTP for so long ends a call; 0: 30 s
	Misses    int      `yaml:"misses,omitempty"`     // missed offers in a row that pause an agent; 0: 3
}
