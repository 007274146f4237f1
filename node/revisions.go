package node

import (
	"bytes"
	"fmt"

	"github.com/hotline12345/hotline/config"
	"github.com/hotline12345/hotline/core"
	"github.com/hotline12345/hotline/journal"
	"github.com/hotline12345/hotline/plan"
)

// revisions are the plans a start begins with: the one in force and those of
// living calls.
type revisions struct {
	applied  journal.RevisionApplied // in force
	compiled []*plan.Compiled        // the one in force last
}

// of finds a revision, nil if the journal has it no more.
func (r *revisions) of(revision uint64) *plan.Compiled {
	for _, p := range r.compiled {
		if p.Revision == revision {
			return p
		}
	}
	return nil
}

func (r *revisions) inForce() *plan.Compiled { return r.compiled[len(r.compiled)-1] }

// takeRevisions compiles the journal's plans, or the first one of a new folder,
// which must be sound. An old revision that this version does not read is left
// out: its calls go on under the one in force.
func (n *Node) takeRevisions(records []journal.Record) (*revisions, error) {
	all, err := core.Revisions(records)
	if err != nil {
		return nil, fmt.Errorf("the journal's routing plan: %w", err)
	}
	if len(all) == 0 {
		first, faults := plan.Read(n.o.Plan, n.Surroundings(), 1)
		if faults != nil {
			return nil, fmt.Errorf("the routing plan:\n%w", faults)
		}
		document, err := first.Source.Encode() // as every later revision is written
		if err != nil {
			return nil, err
		}
		all = []journal.RevisionApplied{{Revision: 1, Author: "hotline", Reason: "first start", Document: document}}
	} else if last := all[len(all)-1]; !bytes.Equal(n.o.Plan, config.Anhui()) {
		n.o.Log.Info("the data folder's own plan is in force; the one given is for a new folder", "revision", last.Revision)
	}
	out := &revisions{applied: all[len(all)-1]}
	for _, r := range all {
		compiled, faults := compile(r.Document, n.Surroundings(), r.Revision)
		if faults == nil {
			out.compiled = append(out.compiled, compiled)
		} else if r.Revision == out.applied.Revision {
			return nil, fmt.Errorf("the routing plan (revision %d):\n%w", r.Revision, faults)
		}
	}
	n.sayLacking(out.inForce())
	return out, nil
}

// Surroundings are what a plan is checked against beside itself.
func (n *Node) Surroundings() plan.Surroundings {
	s := plan.Surroundings{Clips: n.clips.names(), Holidays: n.holidays(), Prefixes: n.prefixes}
	for i := range n.o.Interfaces {
		s.Interfaces = append(s.Interfaces, n.o.Interfaces[i].Name)
	}
	return s
}
