package dialog

import (
	"bytes"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/fxamacker/cbor/v2"

	"github.com/hotline12345/hotline/sip/message"
	"github.com/hotline12345/hotline/sip/transaction"
	"github.com/hotline12345/hotline/turn"
)

// side is one of two user agents, each with the real transactions under its
// leg.
type side struct {
	p        *pair
	name     string
	flow     message.Flow
	o        Options
	env      Env
	table    *transaction.Table
	live     []turn.ID // transactions with a record
	leg      *Leg
	acts     []Action
	tx       []transaction.Action
	deaf     bool // the turn's sends are lost: it was killed before they left
	starts   uint32
	ended    bool // End was called
	told     int  // Ended and Refused
	answered bool
	released bool
	offer    string // our last, of which an answer must tell
	offers   int
	heard    map[string]int // by a NOTIFY's Event: the last status of the transfer
	last     uint32         // the CSeq of that NOTIFY
}

// turn runs one input and all that follows from it.
func (s *side) turn(input func()) {
	s.env.Now = s.p.now
	input()
	for len(s.acts)+len(s.tx) > 0 {
		acts, tx := s.acts, s.tx
		s.acts, s.tx = nil, nil
		for i := range tx {
			s.transactionAction(&tx[i])
		}
		for i := range acts {
			s.legAction(&acts[i])
		}
	}
	if err := s.table.Check(s.p.now); err != nil {
		s.p.fail(s.name + ": " + err.Error())
	}
}

func (s *side) note(format string, a ...any) {
	s.p.log = append(s.p.log, fmt.Sprintf("%8.3f %s %s", s.p.now.Sub(began).Seconds(), s.name, fmt.Sprintf(format, a...)))
}

// send puts a datagram on the network, which loses, repeats and delays it.
func (s *side) send(raw []byte) {
	line, _, _ := bytes.Cut(raw, []byte("\r"))
	if s.deaf {
		s.note("dies before  %s", line)
		return
	}
	s.note("sends %s", line)
	if bytes.HasPrefix(line, []byte("SIP/2.0 491")) {
		s.p.seen.glare++
	}
	other := s.p.sides[0]
	if other == s {
		other = s.p.sides[1]
	}
	for copies := 1 + s.p.rng.IntN(20)/19; copies > 0; copies-- {
		if s.p.rng.Float64() < s.p.loss {
			continue
		}
		delay := 5*time.Millisecond + s.p.within(50*time.Millisecond)
		if s.p.rng.IntN(10) == 0 {
			delay += s.p.within(2 * time.Second)
		}
		s.p.after(delay, func() { other.receive(raw) })
	}
}

func (s *side) receive(raw []byte) {
	m, fault := message.Parse(bytes.Clone(raw))
	if fault != nil {
		s.p.fail(fmt.Sprintf("%v in\n%s", fault, raw))
	}
	m.SetSource(s.flow)
	s.turn(func() { s.table.Receive(s.p.now, s.flow, m, s.env.IDs, &s.tx) })
}

func (s *side) transactionAction(a *transaction.Action) {
	alive := s.leg != nil && !s.released
	switch a.Kind {
	case transaction.Send:
		s.send(a.Raw)
	case transaction.NewRequest:
		s.request(a.ID, a.Message)
	case transaction.Changed:
		if !slices.Contains(s.live, a.ID) {
			s.live = append(s.live, a.ID)
		}
	case transaction.Ended:
		s.live = slices.DeleteFunc(s.live, func(id turn.ID) bool { return id == a.ID })
	case transaction.Cancelled:
		if alive {
			s.leg.Cancelled(&s.env)
		}
	case transaction.Ack:
		if alive && a.Message.To.Tag() == s.leg.Tag {
			s.leg.TakeACK(&s.env, a.Message)
		}
	case transaction.Stray:
		if alive {
			s.leg.Stray(&s.env, a.Message)
		}
	case transaction.Response:
		if alive {
			s.leg.Response(&s.env, a.ID, a.Message)
		}
	case transaction.Failed:
		if alive {
			s.leg.Failed(&s.env, a.ID, a.Status)
		}
	}
}

func (s *side) request(tx turn.ID, m *message.Message) {
	switch {
	case m.To.Tag() == "" && m.Method == message.INVITE && s.leg == nil:
		s.leg = Incoming(&s.env, &s.o, 1, tx, m)
		s.table.SetTag(tx, s.leg.Tag)
		s.ring()
	case s.leg != nil && m.To.Tag() == s.leg.Tag && !s.released && m.Method == message.NOTIFY:
		s.hear(tx, m)
	case s.leg != nil && m.To.Tag() == s.leg.Tag && !s.released:
		s.leg.Request(&s.env, tx, m)
	default:
		s.table.Respond(s.p.now, tx, 481, m.Response(481, "", "none").Bytes(), &s.tx)
	}
}

func (s *side) legAction(a *Action) {
	switch a.Kind {
	case Send:
		s.table.Request(s.p.now, a.Tx, s.flow, a.Raw, &s.tx)
	case Respond:
		s.table.Respond(s.p.now, a.Tx, a.Status, a.Raw, &s.tx)
	case SendAck:
		s.send(a.Raw)
	case CancelTx:
		s.table.Cancel(s.p.now, a.Tx, a.Headers, s.env.IDs, &s.tx)
	case Answered, Reanswered:
		s.theirAnswer(a)
	case Offered:
		s.theirOffer(string(a.Body))
	case Referred:
		s.transfer(a)
	case Ended, Refused:
		s.note("is told the end: %d %+v", a.Status, a.Cause)
		if s.told++; s.told > 1 || s.ended {
			s.p.fail(s.name + " is told the end again, or after its own End")
		}
		if a.ByPeer {
			s.p.seen.byPeer++
		}
		if a.Kind == Refused {
			s.p.seen.refused++
		}
	case Released:
		s.note("released")
		if s.released {
			s.p.fail(s.name + " is released twice")
		}
		s.released = true
	}
}

// theirAnswer checks that an answer is that of the offer it is given for.
func (s *side) theirAnswer(a *Action) {
	if a.Kind == Answered {
		s.p.seen.answered++
		s.answered = true
	}
	switch {
	case a.Kind == Answered || a.Status == 200:
		if a.Kind == Reanswered {
			s.p.seen.reoffered++
		}
		if got, want := string(a.Body), "yes to "+s.offer; got != want {
			s.p.fail(fmt.Sprintf("%s is answered %q, want %q", s.name, got, want))
		}
	}
}

func (s *side) theirOffer(body string) {
	s.p.after(s.p.within(300*time.Millisecond)/time.Duration(1+s.p.rng.IntN(100)), func() {
		s.turn(func() {
			if s.p.rng.IntN(5) == 0 {
				s.leg.AnswerOffer(&s.env, 488, nil)
			} else {
				s.leg.AnswerOffer(&s.env, 200, []byte("yes to "+body))
			}
		})
	})
}

// ring decides how a call that has come in goes on.
func (s *side) ring() {
	p := s.p
	if p.rng.IntN(2) == 0 {
		p.after(p.within(time.Second), func() { s.turn(func() { s.leg.Progress(&s.env, 180, "", nil, nil) }) })
	}
	p.after(p.within(6*time.Second), func() {
		s.turn(func() {
			if p.rng.IntN(6) == 0 {
				s.end()
				return
			}
			s.leg.Answer(&s.env, nil, []byte("yes to first"))
		})
	})
	s.live = slices.Clip(s.live)
	s.plan(p.within(30 * time.Second))
}

// plan has a side change the session a few times, die a few times and hang up
// at last.
func (s *side) plan(end time.Duration) {
	p := s.p
	for range p.rng.IntN(4) {
		p.after(p.within(end+1), func() {
			s.reoffer()
			if p.rng.IntN(2) == 0 { // both at once
				p.sides[0].reoffer()
				p.sides[1].reoffer()
			}
		})
	}
	for range p.rng.IntN(3) {
		p.after(p.within(end+1), s.refer)
	}
	for range p.rng.IntN(3) {
		p.after(p.within(end+5*time.Second), s.kill)
	}
	p.after(end, func() { s.turn(s.end) })
}

func (s *side) reoffer() {
	if s.leg == nil || s.leg.Phase != Confirmed || s.leg.Ours.Tx != 0 || s.leg.RetryAt != 0 {
		return
	}
	s.turn(func() {
		s.offers++
		s.offer = fmt.Sprintf("%s %d", s.name, s.offers)
		s.leg.Reoffer(&s.env, []byte(s.offer))
	})
}

func (s *side) end() {
	if s.ended || s.told > 0 {
		return
	}
	s.note("ends")
	s.p.seen.ended++
	s.ended = true
	s.leg.End(&s.env, Cause{Q850: 16})
}

// kill takes everything from a side but its records. Half the time a turn runs
// before, whose sends do not leave.
func (s *side) kill() {
	s.p.seen.kills++
	if len(s.p.events) > 0 && s.p.rng.IntN(2) == 0 {
		s.deaf = true
		s.turn(func() { s.table.Expire(s.p.now, &s.tx) })
		if s.p.rng.IntN(3) == 0 {
			s.turn(s.end)
		}
		s.deaf = false
	}
	s.note("is killed")
	var records []transaction.Record
	for _, id := range s.live {
		if r, ok := s.table.Record(id); ok {
			records = append(records, through(s.p.t, r))
		}
	}
	leg := through(s.p.t, s.leg.Record())
	if _, kept := s.table.Record(leg.Transfer.Tx); leg.Transfer.Tx != 0 && !kept {
		s.p.fail(s.name + " forgets the NOTIFY under way")
	}
	s.start()
	s.turn(func() {
		for _, r := range records {
			s.table.Restore(s.p.now, r, s.env.IDs, &s.tx)
		}
		s.leg = Restore(&s.env, &s.o, leg)
	})
}

// through passes a value through the journal's encoding.
func through[T any](t *testing.T, v T) (back T) {
	t.Helper()
	raw, err := deterministic.Marshal(v)
	if err == nil {
		err = cbor.Unmarshal(raw, &back)
	}
	if err != nil {
		t.Fatal(err)
	}
	return back
}
