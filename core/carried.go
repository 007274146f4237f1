package core

import (
	"slices"
	"time"

	"github.com/hotline12345/hotline/call"
	"github.com/hotline12345/hotline/ivr"
	"github.com/hotline12345/hotline/plan"
	"github.com/hotline12345/hotline/sip/message"
)

// carried takes what a call brings along from its trunk: by which Hotlines and
// diversions it has come, who sent it on, and another Hotline's context. What a
// trunk says that is not trusted does not count.
func (c *Core) carried(a *call.Arrival, m *message.Message) {
	t := c.trunks.Trunk(a.From.Name)
	if a.From.Kind != call.Trunk || t == nil {
		return
	}
	a.NoEarly, a.Origin, a.Priority = t.NoEarly, t.Origin, max(a.Priority, t.Priority)
	if t.Untrusted {
		return
	}
	a.Path, a.Diverted = marks(m), diverted(m)
	if a.Lent = t.Context; !a.Lent {
		return
	}
	for _, header := range m.All("User-to-User") {
		if x, ok := readContext(header); ok {
			c.goOn(a, &x)
			return
		}
	}
}

// goOn lets a call go on here as another Hotline has left it: the number that
// was rung first, the skills it asks for, the time it has waited.
func (c *Core) goOn(a *call.Arrival, x *context) {
	if a.Before = time.Duration(x.Waited); a.Origin == "" {
		a.Origin = a.From.Name
	}
	if number(x.Caller) {
		a.Caller = x.Caller
	}
	if r := c.plan.Resolve(&plan.Asked{Trunk: a.From.Name, Dialled: []string{x.Number}}); r.Number != nil {
		a.Number, a.Mode, a.Department = r.Number.Number, r.Number.Mode, r.Number.Department
	}
	if a.City = x.City; c.plan.City(x.City) == nil {
		a.City = c.plan.Resolve(&plan.Asked{Trunk: a.From.Name, Dialled: []string{a.Dialled}, Caller: a.Caller}).City
	}
	for _, need := range x.Needs {
		known := slices.Contains(c.plan.ACD.Skills, need.Skill)
		taken := slices.ContainsFunc(a.Needs, func(n ivr.Need) bool { return n.Skill == need.Skill })
		if known && !taken && need.Level >= 1 && need.Level <= 10 {
			a.Needs = append(a.Needs[:len(a.Needs):len(a.Needs)], need)
		}
	}
}
