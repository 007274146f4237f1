package sim

import (
	"fmt"
	"time"

	"github.com/hotline12345/hotline/core"
	"github.com/hotline12345/hotline/demo"
	"github.com/hotline12345/hotline/turn"
)

// shifts is how many agents share a seat over the day.
const shifts = 3

// What agents ring from their phones.
const (
	login  = "*11"
	logout = "*12"
	pause  = "*13"
	resume = "*14"
)

// seat is a desk with its phone and the agents who sit there one after the
// other. They log in and out, pause and resume at the phone, and believe what
// they hear.
type seat struct {
	w      *World
	p      *party
	number int
	agents [shifts]string

	on     string       // who is logged in here, as far as they know; doubt: somebody may be
	sure   bool         // the last login or logout was confirmed
	paused turn.Instant // back to work then
	idle   turn.Instant // the last talk ended
	tones  bool         // this login keys RFC 4733 digits, not INFO

	call  *demo.Call // to *11 and the others
	who   string     // logs in with it
	wrong bool       // and mistypes the PIN
	free  bool       // nobody was logged in here when he rang
	known bool       // on was certain when he rang
	keyed bool
}

// doubt is somebody, perhaps.
const doubt = "?"

func (w *World) sit(number int, p *party) {
	s := &seat{w: w, p: p, number: number, sure: true}
	for shift := range s.agents {
		s.agents[shift] = agentOf(number, shift)
	}
	w.seats = append(w.seats, s)
	w.clock.after(time.Duration(w.rand.Below(4000))*time.Millisecond, s.look)
}

// agentOf is the 工号 of who sits at a seat in a shift.
func agentOf(seat, shift int) string { return fmt.Sprint((shift+1)*1000 + seat) }

// pinOf is an agent's PIN.
func pinOf(agent string) string { return agent[2:] + "9" + agent[:2] }

// shift is the shift that the seat's clock shows: seats change one after the
// other.
func (s *seat) shift() int {
	day := s.w.closes.Sub(s.w.opens)
	gone := s.w.clock.now.Sub(s.w.opens) - day/10*time.Duration(s.number)/time.Duration(len(s.w.seats))
	return max(0, min(int(shifts*gone/max(day, 1)), shifts-1))
}

// look is what the agent does next; he looks up every few seconds.
func (s *seat) look() {
	w := s.w
	w.clock.after(time.Duration(2000+w.rand.Below(4000))*time.Millisecond, s.look)
	now := w.clock.now
	switch {
	case s.p.down:
		return
	case s.call != nil && !s.call.Over():
		if s.tones && s.call.Answered != 0 && !s.keyed {
			s.keyed = true
			w.node.plane.key(s.call.Media, s.digits())
		}
		return
	case s.call != nil:
		s.heard(w.node.plane.said[s.call.Media])
		s.call = nil
		return
	case s.p.Busy():
		s.idle = now
		return
	case w.closed:
		return
	}
	want := s.agents[s.shift()]
	switch {
	case s.on == "" && s.number%5 == 4:
		s.command(want)
	case s.on == "":
		s.logIn(want)
	case s.on != want:
		s.dial(logout, "")
	case s.paused != 0 && now >= s.paused, s.paused == 0 && now.Sub(s.idle) > 2*time.Minute:
		s.dial(resume, "") // back to work; or perhaps paused for missed offers
	case s.paused == 0 && w.oneIn(100):
		s.dial(pause, "")
	}
}

// command is a login by the supervisor.
func (s *seat) command(agent string) {
	s.w.node.ask(core.Command{Kind: core.AgentLogin, Agent: agent, Phone: s.p.User}, func(r core.Reply) {
		s.on, s.sure = agent, true
		if r.Err != nil {
			s.on, s.sure = doubt, false
		}
	})
}

func (s *seat) logIn(agent string) {
	s.who, s.wrong, s.tones = agent, s.w.oneIn(12), s.w.oneIn(3)
	s.free = false
	s.w.node.ask(core.Command{Kind: core.Look}, func(r core.Reply) { s.free = s.vacant(r.View) })
	digits := s.digits()
	if s.tones {
		digits = ""
	}
	s.dial(login, digits)
}

func (s *seat) digits() string {
	pin := pinOf(s.who)
	if s.wrong {
		pin = pin[:len(pin)-1] + "5" // wrong too if one of the keys gets lost
	}
	return s.who + "#" + pin + "#"
}

func (s *seat) dial(number, digits string) {
	s.known = s.sure && s.on != doubt
	s.sure = s.sure && number != login && number != logout
	var out demo.Out
	s.call = s.p.Dial(s.w.clock.now, demo.Journey{
		Number: number, Caller: s.p.User, Digits: digits, Patience: 80 * time.Second,
	}, &out)
	s.keyed = false
	delete(s.w.node.plane.said, s.call.Media)
	s.p.sent(&out)
}

// vacant says whether nobody is logged in on the phone.
func (s *seat) vacant(v *core.View) bool {
	for i := range v.Agents {
		if a := &v.Agents[i]; a.Phone == s.p.User && a.State.String() != "LoggedOut" {
			return false
		}
	}
	return true
}

// heard takes what the agent was told, which must be true.
func (s *seat) heard(said string) {
	w, number := s.w, s.call.Journey.Number
	s.idle = w.clock.now
	switch said {
	case "logged-in":
		if s.wrong {
			w.fail(fmt.Errorf("agent %s has logged in with a wrong PIN", s.who))
		}
		w.told["logged-in"]++
		s.on, s.sure, s.paused = s.who, true, 0
	case "logged-out":
		w.told["logged-out"]++
		s.on, s.sure, s.paused = "", true, 0
	case "paused":
		w.told["paused"]++
		s.paused = w.clock.now.Add(time.Duration(10+w.rand.Below(30)) * time.Second)
	case "resumed":
		w.told["resumed"]++
		s.paused = 0
	case "refused":
		w.told["refused"]++
		s.refused(number)
	default: // the call broke
		if number == login || number == logout {
			s.on = doubt
		}
	}
}

// fluent says that no digit can have come 5 s after the one before, which would
// have ended the number: the others and what is heard take 3 s of their own.
func (s *seat) fluent() bool { return s.call.Ended.Sub(s.call.Answered) < 8*time.Second }

// refused is right for a wrong PIN, a phone that another agent has, and an
// agent who is not logged in.
func (s *seat) refused(number string) {
	w := s.w
	switch {
	case number == login:
		if s.free && !s.wrong && !w.o.Power && s.call.Digits == s.digits() && s.fluent() {
			who := s.who
			w.node.ask(core.Command{Kind: core.Look}, func(r core.Reply) {
				if s.vacant(r.View) {
					w.fail(fmt.Errorf("agent %s was refused on the phone %s for no reason", who, s.p.User))
				}
			})
		}
		s.on = doubt
	case s.known && !w.o.Power:
		w.fail(fmt.Errorf("agent %s is logged in on the phone %s and was refused %s", s.on, s.p.User, number))
	default:
		s.on, s.paused = "", 0
	}
}
