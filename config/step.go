package config

// Step is one step of a flow: `answer`, `music`, or one key with its settings.
type Step struct {
	Kind     string // answer progress play music menu collect queue forward city hangup command
	Clips    []string
	MustHear bool
	Queue    string
	Skills   Table[int]
	Priority int
	Choices  Table[string]
	Digits   int
	End      string // collect: the key that ends it
	Wait     Duration
	Tries    int
	To       string // forward: a destination or phone
	Ring     Duration
	Status   int
	Cause    int
	Order    string // command: login logout pause resume
	Else     string // command: the flow after a refusal
	Aged     bool   // queue: the place is as old as the call
	City     string // city: whose call it is from here on

	Open, Closed string // the step is taken while these hours are open, or closed
	From, Until  string // and on these days, both included
}

// stepBody is what stands behind a step's key, all kinds together; which keys
// a kind takes is stepKeys' matter.
type stepBody struct {
	Clip     string        `yaml:"clip,omitempty"`
	Clips    []string      `yaml:"clips,omitempty,flow"`
	MustHear bool          `yaml:"must_hear,omitempty"`
	Name     string        `yaml:"name,omitempty"`
	Skills   Table[int]    `yaml:"skills,omitempty,flow"`
	Priority int           `yaml:"priority,omitempty"`
	Choices  Table[string] `yaml:"choices,omitempty,flow"`
	Digits   int           `yaml:"digits,omitempty"`
	End      string        `yaml:"end,omitempty"`
	Wait     Duration      `yaml:"wait,omitempty"`
	Tries    int           `yaml:"tries,omitempty"`
	To       string        `yaml:"to,omitempty"`
	Ring     Duration      `yaml:"ring,omitempty"`
	Status   int           `yaml:"status,omitempty"`
	Cause    int           `yaml:"cause,omitempty"`
	Order    string        `yaml:"order,omitempty"`
	Else     string        `yaml:"else,omitempty"`
	Aged     bool          `yaml:"aged,omitempty"`
	Open     string        `yaml:"open,omitempty"`
	Closed   string        `yaml:"closed,omitempty"`
	From     string        `yaml:"from,omitempty"`
	Until    string        `yaml:"until,omitempty"`
}

// stepKeys are the steps and the settings each takes; the first is the one
// that a plain value stands for (`queue: general`).
var stepKeys = map[string][]string{
	"answer":   {},
	"progress": {},
	"play":     {"clip", "clips", "must_hear", "open", "closed", "from", "until"},
	"music":    {"clip", "clips"},
	"menu":     {"clip", "clips", "choices", "wait", "tries", "open", "closed", "from", "until"},
	"collect":  {"clip", "clips", "digits", "end", "wait", "tries"},
	"queue":    {"name", "skills", "priority", "aged", "open", "closed", "from", "until"},
	"forward":  {"to", "ring", "open", "closed", "from", "until"},
	"city":     {"name"},
	"hangup":   {"status", "cause", "open", "closed", "from", "until"},
	"command":  {"order", "else"},
}

func (b *stepBody) step(kind string) Step {
	clips := b.Clips
	if b.Clip != "" {
		clips = append([]string{b.Clip}, clips...)
	}
	s := Step{
		Kind: kind, Clips: clips, MustHear: b.MustHear, Queue: b.Name, Skills: b.Skills, Priority: b.Priority,
		Choices: b.Choices, Digits: b.Digits, End: b.End, Wait: b.Wait, Tries: b.Tries, To: b.To, Ring: b.Ring,
		Status: b.Status, Cause: b.Cause, Order: b.Order, Else: b.Else, Aged: b.Aged,
		Open: b.Open, Closed: b.Closed, From: b.From, Until: b.Until,
	}
	if kind == "city" {
		s.Queue, s.City = "", b.Name
	}
	return s
}

func (s *Step) body() *stepBody {
	b := &stepBody{
		Clips: s.Clips, MustHear: s.MustHear, Name: s.Queue, Skills: s.Skills, Priority: s.Priority, Choices: s.Choices,
		Digits: s.Digits, End: s.End, Wait: s.Wait, Tries: s.Tries, To: s.To, Ring: s.Ring,
		Status: s.Status, Cause: s.Cause, Order: s.Order, Else: s.Else, Aged: s.Aged,
		Open: s.Open, Closed: s.Closed, From: s.From, Until: s.Until,
	}
	if s.Kind == "city" {
		b.Name = s.City
	}
	if len(b.Clips) == 1 {
		b.Clip, b.Clips = b.Clips[0], nil
	}
	return b
}
