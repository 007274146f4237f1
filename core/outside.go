package core

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"github.com/hotline12345/hotline/acd"
	"github.com/hotline12345/hotline/call"
	"github.com/hotline12345/hotline/plan"
)

// outside counts the calls that destinations have.
type outside struct {
	busy    map[string]int   // by destination
	direct  map[string]int   // of them, those that are on no seat of a queue
	callers map[callerAt]int // by destination and caller
}

type callerAt struct{ destination, caller string }

func newOutside() outside {
	return outside{busy: map[string]int{}, direct: map[string]int{}, callers: map[callerAt]int{}}
}

func add[K comparable](counts map[K]int, key K, n int) {
	if counts[key] += n; counts[key] == 0 {
		delete(counts, key)
	}
}

// seat takes a channel of a peer's trunk and, of a destination with a limit, one
// of its own; or says that there is none.
func (c *Core) seat(p call.Peer, channels int) call.Refusal {
	switch {
	case p.Kind != call.Trunk:
		return 0
	case channels > 0 && c.outside.busy[p.Dest] >= channels, !c.trunks.Take(p.Name, p.Urgent):
		return call.Full
	}
	c.trunks.Release(p.Name, p.Urgent) // seated counts it
	c.seated(p, 1)
	return 0
}

// seated counts a call more or less with a peer.
func (c *Core) seated(p call.Peer, n int) {
	switch {
	case p.Kind != call.Trunk:
		return
	case n > 0:
		c.trunks.Resume(p.Name, p.Urgent)
	default:
		c.trunks.Release(p.Name, p.Urgent)
	}
	if p.Dest == "" {
		return
	}
	add(c.outside.busy, p.Dest, n)
	add(c.outside.callers, callerAt{p.Dest, p.Caller}, n)
	if p.Direct {
		add(c.outside.direct, p.Dest, n)
		c.toQueue(acd.Event{Kind: acd.OutsideBusy, Destination: p.Dest, N: c.outside.direct[p.Dest]})
	}
}

// What keeps calls from running in circles through other exchanges, which may
// take every mark of ours off.
const (
	maxPath      = 10 // Hotlines and destinations that a call has been sent to
	maxDiverted  = 5  // diversions (RFC 5806's counter)
	perAnonymous = 5  // callers without a number count as one, with so many times a caller's limit
)

// mayGo says why a call must not be sent to a destination now; 0: it may. A
// caller who is there already has come back from it, whatever its exchange has
// made of our marks. One without a number is known by the destination's trunk
// alone; to another Hotline nothing goes back by the trunk that it came from.
//
// By hand, one of ours sends a caller to an emergency however many of that
// number are there: a second person who calls from one line needs help, too, and
// no exchange of a circle is an agent.
func (c *Core) mayGo(e *entry, t *plan.Target, byHand bool) call.Refusal {
	caller := e.Presented(t.Urgent()) // as it comes back
	there, known := c.outside.callers[callerAt{t.Destination, caller}], number(caller)
	limit := c.plan.PerCaller
	if !known {
		limit *= perAnonymous
	}
	if byHand && t.Urgent() {
		there, limit = 0, 1
	}
	switch {
	case t.Hours != nil && !t.Hours.Open((int64(c.now)+c.o.Civil)/int64(time.Second)):
		return call.Closed
	case there > 0 && (known || e.CDR.From == t.Trunk), e.CDR.From == t.Trunk && c.trunks.Trunk(t.Trunk).Context,
		slices.Contains(e.Path, c.token()+":"+t.Destination):
		return call.Returned
	case len(e.Path) >= maxPath, diversions(e.Diverted) >= maxDiverted, c.hopsLeft(e) < 1, there >= limit:
		return call.Circle
	}
	return 0
}

// cameBack says whether a call has come back from a destination that has one of
// its caller, by the rule of mayGo.
func (c *Core) cameBack(a *call.Arrival) bool {
	if a.From.Kind != call.Trunk || len(c.outside.callers) == 0 {
		return false
	}
	for i := range c.plan.Source.Destinations {
		name := c.plan.Source.Destinations[i].Name
		t, _ := c.plan.Target(name)
		caller := a.Presented(t.Urgent())
		if c.outside.callers[callerAt{name, caller}] > 0 && (number(caller) || a.From.Name == t.Trunk) {
			return true
		}
	}
	return false
}

// hopsLeft is the Max-Forwards that the call's next INVITE would have.
func (c *Core) hopsLeft(e *entry) int { return call.MaxForwards - 1 - e.Hops }

// token names this node to itself, in marks that others carry: a journaled key's
// digest, the same over restarts.
func (c *Core) token() string {
	sum := sha256.Sum256(c.o.NonceKey[:])
	return hex.EncodeToString(sum[:6])
}

// diversions adds up how often a call was diverted on its way to us.
func diversions(headers []string) (n int) {
	for _, h := range headers {
		n += max(counter(h), 1)
	}
	return n
}

// counter is the parameter of that name in a Diversion header; 0: it has none.
func counter(header string) (n int) {
	_, rest, ok := strings.Cut(strings.ToLower(header), ";counter=")
	for i := 0; ok && i < len(rest) && i < 4 && rest[i] >= '0' && rest[i] <= '9'; i++ {
		n = 10*n + int(rest[i]-'0')
	}
	return n
}

// checkOutside compares the counts with the legs.
func (c *Core) checkOutside() bool {
	calls := newTable[string, int]()
	for _, l := range c.legs.rows {
		if l.call != 0 && l.peer.Dest != "" {
			calls.put(l.peer.Dest, calls.get(l.peer.Dest)+1)
		}
	}
	for i, name := range calls.keys {
		if c.outside.busy[name] != calls.rows[i] {
			return false
		}
	}
	return len(c.outside.busy) == calls.len()
}
