package acd

import "time"

// Options are a plan's queues and agents, compiled: immutable while the engine
// runs on them. Indexes below are into Queues, Agents and Skills.
type Options struct {
	Skills []string
	Queues []QueueOptions
	Agents []AgentOptions
	Misses int // missed offers in a row that pause an agent; 0: never
}

// QueueOptions are one queue's settings.
type QueueOptions struct {
	Name     string
	Strategy Strategy
	Ring     time.Duration // an offer rings so long
	WrapUp   time.Duration // after each talk of this queue
	Limit    int           // calls that may wait; 0: no limit of its own
	MaxWait  time.Duration // a call waits so long at most; 0: no limit
	Service  time.Duration // the service level's T; 0: 15 s
	Tiers    []Tier        // by After, the first at 0
	Announce bool          // 工号…为您服务
	Whisper  bool          // …来电
	Experts  bool          // its agents are experts of departments
}

// Tier is a step of a queue's search. A tier adds to those before it.
type Tier struct {
	After time.Duration
	Queue string // look also among this queue's agents; "": the queue's own
	Lower uint8  // levels asked for are lowered by so much, not under 1
	Duty  *Duty  // ring outside; nil: agents
}

// Duty is whoever is rung outside: a mobile through a trunk when nobody else can
// be had, or a destination whose channels are seats, as those of a sub-centre.
type Duty struct {
	Number, Trunk string
	Destination   string        // in their place
	Channels      int           // of the destination; 0: no limit of its own
	Ring          time.Duration // it may ring so long; 0: as long as the queue's agents
	Again         time.Duration // after a failed try; 0: 30 s
}

// AgentOptions are one agent's settings.
type AgentOptions struct {
	ID     string // 工号
	Queues []string
	Skills []Skill
	Auto   bool // his phone is asked to answer by itself
}

// Skill is a skill and a level of it: an agent's own, or the least that a call
// asks for. Levels go from 1 to 10.
type Skill struct {
	Name  string `cbor:"1,keyasint,omitempty"`
	Level uint8  `cbor:"2,keyasint,omitempty"`
}

// Strategy says which of several eligible agents gets a call.
type Strategy uint8

// The strategies. Ties go to whoever has been idle longest, then to the
// lower place in Options.Agents.
const (
	LongestIdle Strategy = iota
	MostSkilled          // the highest sum of the levels that the call asks for
	LeastCalls           // fewest talks since he logged in
	RoundRobin           // in the order of Options.Agents, behind the last who was offered a call of this queue
)

func (s Strategy) String() string {
	return [...]string{"longest-idle", "most-skilled", "least-calls", "round-robin"}[s]
}
