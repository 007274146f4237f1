package node

import (
	"github.com/hotline12345/hotline/config"
	"github.com/hotline12345/hotline/plan"
)

// compile makes a plan of the journal's ready to run. What was there when it was
// put in force and is gone (a recording, an interface) must not keep the server
// from starting: such a clip is silence, such a trunk is not used. Nor must holes
// in the rosters: only a change is held to what there is now.
func compile(document []byte, s plan.Surroundings, revision uint64) (*plan.Compiled, config.Faults) {
	p, faults := config.Parse(document)
	if faults != nil {
		return nil, faults
	}
	s.Clips = append(s.Clips, p.Clips()...)
	if len(s.Interfaces) > 0 { // the first one stays that of trunks that name none
		s.Interfaces = append(s.Interfaces, interfacesOf(p)...)
	}
	return plan.Standing(p, s, revision)
}

// sayLacking logs what the plan in force names and the node has not.
func (n *Node) sayLacking(c *plan.Compiled) {
	_, lacking := plan.Compile(c.Source, n.Surroundings(), c.Revision)
	for _, f := range lacking {
		n.o.Log.Error("the plan in force names what this node has not: it is passed over", "revision", c.Revision, "fault", f.Error())
	}
}

// interfacesOf are the interfaces that the plan's trunks name.
func interfacesOf(p *config.Plan) (out []string) {
	for i := range p.Trunks {
		if name := p.Trunks[i].Value.Interface; name != "" {
			out = append(out, name)
		}
	}
	return out
}
