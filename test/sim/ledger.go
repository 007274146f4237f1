package sim

import (
	"fmt"
	"time"

	"github.com/hotline12345/hotline/journal"
	"github.com/hotline12345/hotline/turn"
)

// ledger is a projection of the facts, as the CDRs' database is one: it keeps
// its cursor with what it has read, is away now and then, and reads only what
// is synced. It holds what each fact must say.
type ledger struct {
	rand  *turn.Rand
	next  uint64       // the cursor
	away  turn.Instant // the database is dead until then
	reads int

	began   map[turn.ID]int
	ended   map[turn.ID]int
	callers map[string]bool
	seats   map[string]string     // phone → agent who is logged in there
	where   map[string]string     // agent → phone
	bridged map[turn.ID][2]string // agent and phone
	talked  map[string]int        // agents who have, how often

	calls, service, answered, resumed int
	logins                            int
	travels                           travels
	meant                             map[string]meant // by caller: what he has rung
	outcomes                          map[journal.Outcome]int
}

func newLedger(rand *turn.Rand) *ledger {
	return &ledger{
		rand: rand, began: map[turn.ID]int{}, ended: map[turn.ID]int{}, callers: map[string]bool{}, seats: map[string]string{},
		where: map[string]string{}, bridged: map[turn.ID][2]string{}, talked: map[string]int{}, outcomes: map[journal.Outcome]int{},
		travels: newTravels(),
	}
}

// read takes what is new, unless the database is dead just now.
func (l *ledger) read(now turn.Instant, log *journal.Log, plant Plant) error {
	if l.rand.Below(1000) == 0 {
		l.away = now.Add(time.Duration(l.rand.Below(30)) * time.Second)
	}
	if plant == EagerCursor {
		log.Cursor(projection, log.Position())
	}
	if now < l.away {
		return nil
	}
	for {
		facts, err := log.Read(l.next, 100)
		if err != nil {
			return err
		}
		for i := range facts {
			if facts[i].Position != l.next {
				return fmt.Errorf("the fact at %d was read for the one at %d", facts[i].Position, l.next)
			}
			l.next++
			if err := l.take(&facts[i]); err != nil {
				return err
			}
		}
		l.reads++
		if plant != EagerCursor {
			log.Cursor(projection, l.next)
		}
		if len(facts) < 100 {
			return nil
		}
	}
}

func (l *ledger) take(f *journal.Fact) error {
	if f.Civil != int64(f.At)+civil {
		return fmt.Errorf("a fact of %d tells the time %d", f.At, f.Civil)
	}
	if err := l.travels.take(f); err != nil {
		return err
	}
	switch f.Type {
	case journal.FactCallBegan:
		var b journal.CallBegan
		if err := journal.Unmarshal(f.Value, &b); err != nil {
			return err
		}
		if l.began[b.Call]++; l.began[b.Call] > 1 {
			return fmt.Errorf("call %v began twice", b.Call)
		}
	case journal.FactAgentState:
		var a journal.AgentChanged
		if err := journal.Unmarshal(f.Value, &a); err != nil {
			return err
		}
		return l.changed(&a)
	case journal.FactBridged:
		var b journal.Bridged
		if err := journal.Unmarshal(f.Value, &b); err != nil {
			return err
		}
		l.bridge(&b)
	case journal.FactCallEnded:
		var cdr journal.CDR
		if err := journal.Unmarshal(f.Value, &cdr); err != nil {
			return err
		}
		return l.end(&cdr)
	}
	return nil
}

// changed follows who sits where: one agent a phone, one phone an agent.
func (l *ledger) changed(a *journal.AgentChanged) error {
	at := l.seats[a.Phone]
	switch {
	case a.State == "LoggedOut":
		if at == a.Agent {
			delete(l.seats, a.Phone)
			delete(l.where, a.Agent)
		}
	case at != "" && at != a.Agent:
		return fmt.Errorf("agent %s is %s on the phone %s, where agent %s is logged in", a.Agent, a.State, a.Phone, at)
	default:
		if was := l.where[a.Agent]; was != "" {
			delete(l.seats, was)
		}
		l.seats[a.Phone], l.where[a.Agent] = a.Agent, a.Phone
		if a.Why == "login" {
			l.logins++
		}
	}
	return nil
}

func (l *ledger) bridge(b *journal.Bridged) { l.bridged[b.Call] = [2]string{b.Agent, l.where[b.Agent]} }

// end takes a CDR: it is the call's only one, and says agent and phone.
func (l *ledger) end(c *journal.CDR) error {
	l.ended[c.Call]++
	switch {
	case l.ended[c.Call] > 1:
		return fmt.Errorf("call %v has a second CDR", c.Call)
	case l.began[c.Call] == 0:
		return fmt.Errorf("call %v has a CDR and never began", c.Call)
	}
	if err := auditCDR(c); err != nil {
		return err
	}
	if c.Service {
		l.service++
		return nil
	}
	if err := l.travels.end(c); err != nil {
		return err
	}
	if m, known := l.meant[c.Caller]; known && c.From == "carriers" && (c.Number != m.number || m.city != "" && c.City != m.city) {
		return fmt.Errorf("call %v of %s rang %s %s: it was taken as one of %s %s", c.Call, c.Dialled, m.number, m.city, c.Number, c.City)
	}
	l.calls++
	l.callers[c.Caller] = true
	l.outcomes[c.Outcome]++
	if c.Resumed {
		l.resumed++
	}
	if c.Bridged == 0 {
		return nil
	}
	l.answered++
	if c.Agent != "" {
		l.talked[c.Agent]++
	}
	who, known := l.bridged[c.Call]
	if !known || who[0] != c.Agent || c.Agent != "" && who[1] != c.Phone {
		return fmt.Errorf("call %v was talked with by agent %q on the phone %q, says its CDR; it was %q", c.Call, c.Agent, c.Phone, who)
	}
	delete(l.bridged, c.Call)
	return nil
}
