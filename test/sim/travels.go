package sim

import (
	"fmt"

	"github.com/hotline12345/hotline/journal"
	"github.com/hotline12345/hotline/turn"
)

// travels is what the facts tell of calls that were sent outside or on.
type travels struct {
	on       map[turn.ID]*travel
	forwards int            // by a flow
	seats    int            // by a queue whose seats a destination's channels are
	sentOn   map[string]int // transfers begun, by agent, subcenter, operator
	arrived  int            // transfers fulfilled
	whys     map[string]int // why a destination did not take a call
	came     map[string]int // who answered, in the CDRs' words
	taken    map[string]int // why 12345 took over
	returned int
}

// travel is one call's.
type travel struct {
	been    []string // destinations that its flow has rung
	rings   string   // the one that rings now
	seat    bool     // the queue has just offered it to one
	wish    bool     // somebody has just sent it on
	waits   bool     // has been in a queue
	talking bool     // has been bridged
}

func newTravels() travels {
	return travels{
		on: map[turn.ID]*travel{}, sentOn: map[string]int{}, whys: map[string]int{}, came: map[string]int{}, taken: map[string]int{},
	}
}

func (t *travels) of(id turn.ID) *travel {
	if t.on[id] == nil {
		t.on[id] = &travel{}
	}
	return t.on[id]
}

// fact reads a fact as the struct that its type says, and gives it on.
func fact[T any](f *journal.Fact, take func(*T) error) error {
	var v T
	if err := journal.Unmarshal(f.Value, &v); err != nil {
		return err
	}
	return take(&v)
}

func (t *travels) take(f *journal.Fact) error {
	switch f.Type {
	case journal.FactOffered:
		return fact(f, func(o *journal.Offered) error {
			t.of(o.Call).seat = o.Agent == ""
			return nil
		})
	case journal.FactEnlisted:
		return fact(f, func(e *journal.Enlisted) error {
			t.of(e.Call).waits = true
			return nil
		})
	case journal.FactBridged:
		return fact(f, func(b *journal.Bridged) error {
			t.of(b.Call).talking = true
			return nil
		})
	case journal.FactForwarded:
		return fact(f, t.forwarded)
	case journal.FactForwardEnded:
		return fact(f, t.forwardEnded)
	case journal.FactOfferEnded:
		return fact(f, func(o *journal.OfferEnded) error {
			if of := t.of(o.Call); o.Agent == "" {
				t.whys["seat "+o.Why]++
				of.seat, of.rings = false, ""
			}
			return nil
		})
	case journal.FactTransferred:
		return fact(f, t.transferred)
	case journal.FactTransferDone:
		return fact(f, func(d *journal.TransferDone) error {
			if d.Why == "" {
				t.arrived++
			}
			t.of(d.Call).wish = false
			return nil
		})
	}
	return nil
}

// forwarded holds that no call's flow rings a destination again: what has come
// back is not sent there once more. Another address of its trunk is the same try.
func (t *travels) forwarded(f *journal.Forwarded) error {
	of := t.of(f.Call)
	again := of.rings == f.Destination
	of.rings = f.Destination
	switch {
	case of.wish, again:
	case of.seat:
		t.seats++
	default:
		t.forwards++
		for _, been := range of.been {
			if been == f.Destination {
				return fmt.Errorf("call %v runs in a circle: it is sent to %s again", f.Call, f.Destination)
			}
		}
		of.been = append(of.been, f.Destination)
	}
	return nil
}

func (t *travels) forwardEnded(f *journal.ForwardEnded) error {
	of := t.of(f.Call)
	t.whys[f.Why]++
	if of.rings == f.Destination {
		of.rings = ""
	}
	return nil
}

func (t *travels) transferred(tr *journal.Transferred) error {
	of := t.of(tr.Call)
	if !of.talking {
		return fmt.Errorf("call %v is sent on by %s, and nobody has talked with the caller", tr.Call, tr.From)
	}
	t.sentOn[tr.By]++
	of.wish = tr.Kind == "destination"
	return nil
}

// end holds what a CDR says of the call's travels.
func (t *travels) end(c *journal.CDR) error {
	of := t.of(c.Call)
	delete(t.on, c.Call)
	t.came[c.AnsweredBy]++
	t.taken[c.TakenOver]++
	if c.Returned {
		t.returned++
	}
	switch {
	case (c.AnsweredBy != "") != (c.Accepted != 0):
		return fmt.Errorf("call %v was answered at %d by %q", c.Call, c.Accepted, c.AnsweredBy)
	case c.AnsweredBy == "takeover" && (c.TakenOver == "" || c.Destination == ""):
		return fmt.Errorf("call %v was taken over from %q, because %q", c.Call, c.Destination, c.TakenOver)
	case c.Number == "12312" && (of.waits || of.been != nil || of.talking || c.Outcome == journal.FlowEnded && (c.Status != 410 || c.Q850 != 22)):
		return fmt.Errorf("call %v rang a number that was given up, and went on: %+v", c.Call, *c)
	case c.Mode == "merged" && of.been != nil && c.Number != "12356" && c.City != "滁州":
		return fmt.Errorf("call %v rang a number that was merged, and was sent to %v", c.Call, of.been)
	}
	return nil
}
