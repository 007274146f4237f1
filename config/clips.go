package config

import "strings"

// Clips are the clips that the plan's flows and numbers name, in its order,
// with those that stand for others (@dialled). One may be there twice.
func (p *Plan) Clips() (out []string) {
	for _, flow := range p.Flows {
		for i := range flow.Value {
			out = append(out, flow.Value[i].Clips...)
		}
	}
	for i := range p.Numbers {
		n := &p.Numbers[i].Value
		if n.Greeting != "" {
			out = append(out, n.Greeting)
		}
		if n.Transition != nil {
			out = append(out, strings.Fields(n.Transition.Prompt)...)
		}
	}
	return out
}
