package core

import (
	"errors"
	"slices"
	"strconv"

	"github.com/hotline12345/hotline/journal"
	"github.com/hotline12345/hotline/plan"
)

// ErrStale refuses a plan that was made from a revision no longer in force.
var ErrStale = errors.New("the plan has changed meanwhile: begin anew from the revision in force")

// apply puts another revision in force between two turns: calls in progress
// keep theirs, waiting calls are matched again.
func (c *Core) apply(cmd *Command) error {
	r := &cmd.Revision
	if r.Base != c.plan.Revision || cmd.Plan.Revision != r.Base+1 || r.Revision != cmd.Plan.Revision {
		return ErrStale
	}
	c.former = append(c.former, c.plan)
	c.plan, c.o.Revision = cmd.Plan, *r
	c.trunks.Replan(c.plan.Trunks)
	c.registrar.Configure(c.now, c.o.Registrar, &c.fifo.phone)
	c.acd.Replan(c.now, &c.plan.ACD, &c.fifo.queue)
	for _, row := range c.plan.ACD.Agents {
		touch(&c.dirty.agents, row.ID)
	}
	c.writeRevision()
	c.forgetRevisions()
	return nil
}

// writeRevision keeps the revision in force, and tells of it if it is new.
func (c *Core) writeRevision() {
	key := revisionKey(c.plan.Revision)
	if c.o.Revision.Revision == 0 || c.live.get(key) != nil {
		return
	}
	c.write(key, &c.o.Revision)
	c.fact(journal.FactRevision, c.o.Revision)
}

// forgetRevisions ends the records of revisions that are neither in force nor
// any living call's.
func (c *Core) forgetRevisions() {
	c.former = slices.DeleteFunc(c.former, func(p *plan.Compiled) bool {
		for _, e := range c.calls.rows {
			if e.plan == p {
				return false
			}
		}
		c.endRecord(revisionKey(p.Revision))
		return true
	})
}

// takeFormer takes back the revisions that the journal still has: those of
// living calls. The record in force stays as it is.
func (c *Core) takeFormer(records []journal.Record, plans func(uint64) *plan.Compiled) {
	for _, r := range records {
		n, err := strconv.ParseUint(r.Key.ID, 10, 64)
		if r.Key.Kind != journal.Revision || err != nil || n == c.plan.Revision {
			continue
		}
		if p := plans(n); p != nil && p != c.plan {
			c.former = append(c.former, p)
		} else {
			c.endRecord(r.Key)
		}
	}
	c.writeRevision()
	c.forgetRevisions()
}

// compiled finds a revision that is in force or some living call's.
func (c *Core) compiled(revision uint64) *plan.Compiled {
	for _, p := range c.former {
		if p.Revision == revision {
			return p
		}
	}
	return c.plan
}

// Revisions are the plans that the journal holds, the one in force last; none
// in a new node's.
func Revisions(records []journal.Record) ([]journal.RevisionApplied, error) {
	var out []journal.RevisionApplied
	for _, r := range records {
		if r.Key.Kind != journal.Revision {
			continue
		}
		var revision journal.RevisionApplied
		if err := journal.Unmarshal(r.Value, &revision); err != nil {
			return nil, err
		}
		out = append(out, revision)
	}
	slices.SortFunc(out, func(a, b journal.RevisionApplied) int { return int(a.Revision) - int(b.Revision) })
	return out, nil
}

func revisionKey(n uint64) journal.Key {
	return journal.Key{Kind: journal.Revision, ID: strconv.FormatUint(n, 10)}
}
