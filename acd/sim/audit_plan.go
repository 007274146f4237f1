package sim

import (
	"slices"

	"github.com/hotline12345/hotline/acd"
)

// plan takes a plan's agents and queues. Those that were there before keep
// their records; those that it has no more stay while they have a call.
func (a *audit) plan(o *acd.Options) {
	a.o = o
	people, lines := a.people, a.lines
	a.people, a.lines, a.groups, a.byKey = nil, nil, nil, map[string]*group{}
	for i := range o.Agents {
		p := a.byID[o.Agents[i].ID]
		if p == nil {
			p = &person{AgentRecord: acd.AgentRecord{ID: o.Agents[i].ID}, slot: -1}
			a.byID[p.ID] = p
		}
		p.o, p.index, p.places = &o.Agents[i], i, nil
		a.people = append(a.people, p)
	}
	for i := range o.Queues {
		l := a.byName[o.Queues[i].Name]
		if l == nil {
			l = &line{}
			a.byName[o.Queues[i].Name] = l
		}
		l.o, l.closed = &o.Queues[i], false
		a.lines = append(a.lines, l)
	}
	for _, p := range people {
		if slices.Contains(a.people, p) {
			continue
		}
		if p.o, p.places = nil, nil; p.State == acd.LoggedOut {
			delete(a.byID, p.ID)
			continue
		}
		p.Leaving, p.index = true, len(a.people)
		a.people = append(a.people, p)
	}
	for _, l := range lines {
		if !slices.Contains(a.lines, l) {
			l.closed = true
			a.lines = append(a.lines, l)
		}
	}
}

// replan is another plan's coming into force: waiting and ringing calls of a
// queue that is no more are turned away, talks go on.
func (a *audit) replan(o *acd.Options) {
	a.switching = true
	var waiting []*ticket
	for _, g := range a.groups {
		for g.head != nil {
			waiting = append(waiting, g.head)
			a.waitsNoMore(g.head)
		}
	}
	slices.SortFunc(waiting, func(x, y *ticket) int { return int(x.Sequence) - int(y.Sequence) })
	a.plan(o)
	for _, t := range a.order {
		if p := t.shyOf; p != nil && !t.shyOfAll && a.byID[p.ID] != p {
			t.shyOf, t.shyUntil = nil, 0
		}
	}
	for _, t := range waiting {
		if !t.line.closed {
			a.waits(t)
		}
	}
	for _, t := range a.order {
		if !t.Taken && t.line.closed {
			a.lose(t)
		}
	}
	for _, p := range slices.Clone(a.people) {
		switch inCall := p.State == acd.Reserved || p.State == acd.Ringing; {
		case inCall && p.call == nil:
			a.rests(p)
		case p.o == nil && p.call == nil && p.State != acd.LoggedOut:
			a.leaves(p)
		}
		a.refresh(p)
	}
	a.forget()
}

// lose gives up a call whose queue is no more.
func (a *audit) lose(t *ticket) {
	t.line.lost++
	t.line.inside--
	a.seatFree(t)
	if t.person != nil {
		t.person.call = nil
	}
	t.line, t.person = nil, nil
	a.mustGo(t, acd.NoQueue)
}

// forget drops the queues that the plan has no more and that nobody talks in.
func (a *audit) forget() {
	a.lines = slices.DeleteFunc(a.lines, func(l *line) bool {
		gone := l.closed && l.inside == 0
		if gone {
			delete(a.byName, l.o.Name)
		}
		return gone
	})
}
