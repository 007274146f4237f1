package main

import "github.com/hotline12345/hotline/config"

// generalSkill is what every agent of the embedded plan has.
const generalSkill = "general"

// newcomerFirst makes the newcomer's agent the most skilled of all for every
// number, so that calls are offered to him first. A number that asks for nothing
// has no most skilled: it asks for what every agent has.
func newcomerFirst(p *config.Plan) {
	agent := p.Agents.Get(newcomer)
	agent.Skills, agent.Queues = nil, nil
	for i := range p.Queues {
		q := &p.Queues[i]
		q.Value.Strategy = "most-skilled"
		if q.Value.Destination == "" { // else its seats are channels
			agent.Queues = append(agent.Queues, q.Name)
		}
	}
	for i := range p.Numbers {
		if n := &p.Numbers[i].Value; len(n.Skills) == 0 {
			n.Skills.Set(generalSkill, 1)
		}
	}
	for _, skill := range p.Skills {
		agent.Skills.Set(skill, 10)
	}
	for _, row := range p.Agents {
		for i := range row.Value.Skills {
			if skill := &row.Value.Skills[i]; row.Name != newcomer && skill.Value == 10 {
				skill.Value = 9
			}
		}
	}
}
