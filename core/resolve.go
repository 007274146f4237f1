package core

import (
	"github.com/hotline12345/hotline/call"
	"github.com/hotline12345/hotline/numbering"
	"github.com/hotline12345/hotline/plan"
	"github.com/hotline12345/hotline/sip/message"
	"github.com/hotline12345/hotline/sip/trunk"
)

// rung is what an INVITE says of itself: which number of the ledger, whose call,
// who rings.
type rung struct {
	plan.Resolved
	caller  string
	private bool // he wants his number kept from those whom he rings
}

// resolve finds it out. A phone may ring the agents' own numbers; a test
// caller's also those of the ledger.
func (c *Core) resolve(peer call.Peer, m *message.Message) (r rung) {
	asked := plan.Asked{Called: trunk.User(m.URI)}
	if peer.Kind == call.Trunk {
		t := c.trunks.Trunk(peer.Name)
		r.caller, r.private = t.Caller(m)
		asked.Trunk, asked.Dialled, asked.Caller = t.Name, t.Dialled(m), r.caller
		r.Resolved = c.plan.Resolve(&asked)
		return r
	}
	r.caller = peer.Name
	p, _ := c.plan.Phone(peer.Name)
	if p == nil {
		return r
	}
	if p.Tester && number(m.From.Display) {
		r.caller = numbering.Caller(m.From.Display, c.plan.Area())
	}
	asked.Dialled, asked.Caller = []string{asked.Called}, r.caller
	if r.Resolved = c.plan.Resolve(&asked); r.Number != nil && !r.Number.Service && !p.Tester {
		r.Resolved = plan.Resolved{}
	}
	return r
}
