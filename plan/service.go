package plan

import (
	"time"

	"github.com/hotline12345/hotline/ivr"
)

// What agents ring from their phones.
const (
	LoginNumber  = "*11"
	LogoutNumber = "*12"
	PauseNumber  = "*13"
	ResumeNumber = "*14"
)

// serviceFlows are the agents' own flows: every plan has them.
var serviceFlows = map[string][]ivr.Step{
	"*login": {
		{Kind: ivr.Answer},
		{Kind: ivr.Collect, Clips: []string{"ask-agent"}, Digits: 12, Terminator: '#', Wait: 5 * time.Second, Tries: 3},
		{Kind: ivr.Collect, Clips: []string{"ask-pin"}, Digits: 12, Terminator: '#', Wait: 5 * time.Second, Tries: 3},
		{Kind: ivr.Command, Order: ivr.Login, Choices: []ivr.Choice{{Flow: "*refused"}}},
		{Kind: ivr.Play, Clips: []string{"logged-in"}},
	},
	"*logout":  {{Kind: ivr.Answer}, {Kind: ivr.Command, Order: ivr.Logout, Choices: []ivr.Choice{{Flow: "*refused"}}}, {Kind: ivr.Play, Clips: []string{"logged-out"}}},
	"*pause":   {{Kind: ivr.Answer}, {Kind: ivr.Command, Order: ivr.Pause, Choices: []ivr.Choice{{Flow: "*refused"}}}, {Kind: ivr.Play, Clips: []string{"paused"}}},
	"*resume":  {{Kind: ivr.Answer}, {Kind: ivr.Command, Order: ivr.Resume, Choices: []ivr.Choice{{Flow: "*refused"}}}, {Kind: ivr.Play, Clips: []string{"resumed"}}},
	"*refused": {{Kind: ivr.Play, Clips: []string{"refused"}}},
}

// serviceNumbers are the numbers and the flows behind them.
var serviceNumbers = [][2]string{{LoginNumber, "*login"}, {LogoutNumber, "*logout"}, {PauseNumber, "*pause"}, {ResumeNumber, "*resume"}}

// service adds the agents' own numbers and flows.
func (c *compiler) service() {
	for _, pair := range append(serviceNumbers[:len(serviceNumbers):len(serviceNumbers)], [2]string{"", "*refused"}) {
		f := &ivr.Flow{Name: pair[1]}
		for i, step := range serviceFlows[pair[1]] {
			step.Name = string(rune('a' + i))
			f.Steps = append(f.Steps, step)
		}
		c.out.flows[pair[1]] = f
		if pair[0] == "" {
			continue
		}
		if c.p.Numbers.Get(pair[0]) != nil {
			c.faults.Add("numbers."+pair[0], 0, "the number is the agents' own")
		}
		c.out.numbers[pair[0]] = &Number{Number: pair[0], Flow: pair[1], Service: true}
	}
}
