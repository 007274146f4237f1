package config

// Step is one step of a flow: `answer`, `music`, or one key with its settings.
type Step struct {
	Kind     string // answer progress play music menu collect queue forward hangup command
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
}

// stepKeys are the steps and the settings each takes; the first is the one
// that a plain value stands for (`queue: general`).
var stepKeys = map[string][]string{
	"answer":   {},
	"progress": {},
	"play":     {"clip", "clips", "must_hear"},
	"music":    {"clip", "clips"},
	"menu":     {"clip", "clips", "choices", "wait", "tries"},
	"collect":  {"clip", "clips", "digits", "end", "wait", "tries"},
	"queue":    {"name", "skills", "priority"},
	"forward":  {"to", "ring"},
	"hangup":   {"status", "cause"},
	"command":  {"order", "else"},
}

func (b *stepBody) step(kind string) Step {
	clips := b.Clips
	if b.Clip != "" {
		clips = append([]string{b.Clip}, clips...)
	}
	return Step{
		Kind: kind, Clips: clips, MustHear: b.MustHear, Queue: b.Name, Skills: b.Skills, Priority: b.Priority,
		Choices: b.Choices, Digits: b.Digits, End: b.End, Wait: b.Wait, Tries: b.Tries, To: b.To, Ring: b.Ring,
		Status: b.Status, Cause: b.Cause, Order: b.Order, Else: b.Else,
	}
}

func (s *Step) body() *stepBody {
	b := &stepBody{
		Clips: s.Clips, MustHear: s.MustHear, Name: s.Queue, Skills: s.Skills, Priority: s.Priority, Choices: s.Choices,
		Digits: s.Digits, End: s.End, Wait: s.Wait, Tries: s.Tries, To: s.To, Ring: s.Ring,
		Status: s.Status, Cause: s.Cause, Order: s.Order, Else: s.Else,
	}
	if len(b.Clips) == 1 {
		b.Clip, b.Clips = b.Clips[0], nil
	}
	return b
}
