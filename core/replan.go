package core

import (
	"github.com/hotline12345/hotline/journal"
	"github.com/hotline12345/hotline/plan"
)

// newPlan switches to another revision between two turns: calls in progress
// keep theirs, waiting calls are matched again.
func (c *Core) newPlan(p *plan.Compiled) {
	c.plan = p
	c.trunks.Replan(p.Trunks)
	c.registrar.Configure(c.now, c.o.Registrar, &c.fifo.phone)
	c.acd.Replan(c.now, &p.ACD, &c.fifo.queue)
	c.fact(journal.FactRevision, journal.RevisionApplied{Revision: p.Revision})
	for _, row := range p.ACD.Agents {
		touch(&c.dirty.agents, row.ID)
	}
}
