package sim

import (
	"fmt"
	"time"

	"github.com/hotline12345/hotline/acd"
	"github.com/hotline12345/hotline/turn"
)

// Options say what a run is made of. Runs of equal Options are equal.
type Options struct {
	Seed     uint64
	Plan     *acd.Options
	Kinds    []Kind          // what calls ask for; at least one
	Arrivals []time.Duration // when calls come, from the start on, in order: Steady, Profile.Draw
	Hours    int             // so many are reported at least; else those in which calls come
	People   People
	Callers  []Person // one for each arrival, in place of those drawn; nil: they are drawn
	Trouble  Trouble
	Plans    []*acd.Options                        // put in force in turn, one each Trouble.Replan
	Ended    func(*Call)                           // is told of each call when it is over; may be nil
	Acted    func(at time.Duration, a *acd.Action) // is told of each action of the engine; may be nil. Calls count from 1
	Trusting bool                                  // the invariants are not checked: twice as fast

	tamper tamper // tests plant faults here
}

// Kind is one sort of call.
type Kind struct {
	Queue    string
	Needs    []acd.Skill
	Priority int
	Weight   int           // its share among all kinds'
	Before   time.Duration // from the INVITE to the enlisting: prompts, a menu; under a day
	Hear     time.Duration // from the enlisting on, what the caller must hear before he can be bridged
	Aged     bool          // the place is as old as the INVITE
}

// Need adds a skill that calls of this kind ask for, and the least level of it.
// Each is asked for once, at the highest level.
func (k *Kind) Need(skill string, level uint8) {
	for i := range k.Needs {
		if k.Needs[i].Name == skill {
			k.Needs[i].Level = max(k.Needs[i].Level, level)
			return
		}
	}
	k.Needs = append(k.Needs, acd.Skill{Name: skill, Level: level})
}

// People says how callers and agents behave.
type People struct {
	Talk     time.Duration // the mean; exponential
	Patience time.Duration // the mean wait until a caller gives up; exponential; 0: nobody does
	Answer   time.Duration // the mean from a phone's ring to the pick-up, uniform from half to one and a half; 0: at once
}

// Person is a caller, and how long the agent takes who is offered his call.
type Person struct {
	Kind     int           // in Options.Kinds
	Talk     time.Duration // from the pick-up on
	Patience time.Duration // until he gives up; 0: never
	Answer   time.Duration // from the offer to the pick-up
}

// tamper lies to the engine, or about it. event false: the engine is not told.
type tamper struct {
	event   func(now turn.Instant, ev *acd.Event) bool
	actions func(now turn.Instant, out *[]acd.Action)
}

// start is when a run begins: an Instant of 0 would mean "not set", and the
// INVITE of the first call may be older.
const start = turn.Instant(24 * time.Hour)

// checkEvery is how many steps lie between two checks of everything; what a
// step has touched is checked after it.
const checkEvery = 1000

// patienceOfTheRun ends one whose last calls can never end.
const patienceOfTheRun = 7 * 24 * time.Hour

// world is the engine among its people.
type world struct {
	o       *Options
	engine  *acd.Engine
	audit   *audit // nil: trusting
	callers draws  // what callers do does not hang on what agents do: days can be compared
	staff   draws
	now     turn.Instant
	timers  *turn.Timers[what]
	out     []acd.Action

	weights  int
	services []time.Duration // of Options.Kinds, in the plan of the start
	arrived  int
	calls    map[turn.ID]*caller
	spare    []*caller
	desks    []desk
	byAgent  map[string]int
	byPhone  map[string]int
	outside  []acd.Duty // destinations, as the first plan has them
	plan     int        // which of Options.Plans comes next

	steps  uint64
	hash   hash
	report recorder
}

// what is that a deadline of the world belongs to.
type what struct {
	kind happening
	call turn.ID
	desk int // others: the place in world.outside
}

type happening uint8

const (
	arrival happening = iota
	heard
	givesUp
	rings
	picksUp
	drops // hangs up on the announcement
	refuses
	talkEnds
	wish
	phoneFlips
	ownCall
	replan
	others // a destination's calls that are not the engine's
)

// Run lets the day go by. An error is an invariant that does not hold; what
// was reported until then comes with it.
func Run(o Options) (*Report, error) {
	w := &world{
		o: &o, engine: acd.New(start, o.Plan), callers: newDraws(o.Seed), staff: newDraws(^o.Seed), now: start,
		timers: turn.NewTimers[what](), calls: map[turn.ID]*caller{}, byAgent: map[string]int{}, byPhone: map[string]int{}, hash: newHash(),
	}
	w.report.begin(&o)
	if !o.Trusting {
		w.audit = newAudit(o.Plan)
	}
	for i := range o.Kinds {
		w.weights += o.Kinds[i].Weight
		w.services = append(w.services, service(o.Plan, o.Kinds[i].Queue))
	}
	err := w.staffUp()
	w.nextArrival()
	for err == nil && !(w.arrived == len(o.Arrivals) && len(w.calls) == 0) {
		err = w.advance()
	}
	if err == nil {
		err = w.check()
	}
	if err == nil && w.audit != nil {
		err = w.audit.over(w.engine)
	}
	if err != nil {
		err = fmt.Errorf("seed %d, %v after the start, step %d: %w", o.Seed, w.now.Sub(start), w.steps, err)
	}
	return w.report.end(w), err
}

// service is a queue's service time.
func service(plan *acd.Options, queue string) time.Duration {
	for i := range plan.Queues {
		if q := &plan.Queues[i]; q.Name == queue && q.Service != 0 {
			return q.Service
		}
	}
	return 15 * time.Second
}

// advance takes the next thing that happens.
func (w *world) advance() error {
	due := w.engine.Next()
	at, ok := w.timers.Next()
	switch {
	case due != 0 && (!ok || due <= at):
		w.now = max(w.now, due)
		return w.deadline()
	case !ok:
		return fmt.Errorf("%d calls can never end: nobody serves them and nobody gives up", len(w.calls))
	case w.arrived == len(w.o.Arrivals) && at > w.last().Add(patienceOfTheRun):
		return fmt.Errorf("%d calls have not ended %v after the last came", len(w.calls), patienceOfTheRun)
	}
	w.now = at
	x, _ := w.timers.Pop(at)
	return w.happens(x)
}

func (w *world) last() turn.Instant {
	if n := len(w.o.Arrivals); n > 0 {
		return start.Add(w.o.Arrivals[n-1])
	}
	return start
}

// deadline gives the engine its own deadline, which must not stand after it.
func (w *world) deadline() error {
	err := w.step(acd.Event{Kind: acd.Deadline})
	if due := w.engine.Next(); err == nil && due != 0 && due <= w.now {
		err = fmt.Errorf("the engine's deadline %v ago is overdue", w.now.Sub(due))
	}
	return err
}

func (w *world) happens(x what) error {
	switch x.kind {
	case arrival:
		return w.arrives()
	case wish:
		return w.wishes(x.desk)
	case phoneFlips:
		return w.flips(x.desk)
	case ownCall:
		return w.ownCall(x.desk)
	case replan:
		return w.replan()
	case others:
		return w.others(x.desk)
	}
	return w.caller(x.kind, x.call)
}

// step gives the engine an event and lets the world see what it did.
func (w *world) step(ev acd.Event) error {
	w.out = w.out[:0]
	if w.audit != nil {
		w.audit.begin(w.now)
		w.audit.event(&ev)
	}
	if w.o.tamper.event == nil || w.o.tamper.event(w.now, &ev) {
		w.engine.Step(w.now, &ev, &w.out)
	}
	return w.seen()
}

// seen carries out the engine's actions and checks what the step touched.
func (w *world) seen() error {
	if w.o.tamper.actions != nil {
		w.o.tamper.actions(w.now, &w.out)
	}
	w.steps++
	for i := range w.out {
		w.hash.action(w.now, &w.out[i])
		if w.o.Acted != nil {
			w.o.Acted(w.now.Sub(start), &w.out[i])
		}
		if w.audit != nil {
			w.audit.action(&w.out[i])
		}
		w.act(&w.out[i])
	}
	if w.audit != nil {
		if err := w.audit.after(w.engine); err != nil {
			return err
		}
	}
	if w.steps%checkEvery == 0 {
		return w.check()
	}
	return nil
}

// check looks at everything.
func (w *world) check() error {
	if w.audit == nil {
		return nil
	}
	if err := w.engine.Check(w.now); err != nil {
		return err
	}
	return w.audit.everything(w.engine)
}

// act lets people react to an action.
func (w *world) act(a *acd.Action) {
	switch a.Kind {
	case acd.AgentChanged:
		w.agentChanged(a)
	case acd.QueueChanged, acd.CallChanged:
	default:
		if c := w.calls[a.Call]; c != nil {
			w.called(c, a)
		}
	}
}
