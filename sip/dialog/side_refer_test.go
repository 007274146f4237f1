package dialog

import (
	"bytes"
	"strconv"
	"strings"
	"time"

	"github.com/hotline12345/hotline/sip/message"
	"github.com/hotline12345/hotline/turn"
)

// refer asks the other side to transfer the call, as a phone does.
func (s *side) refer() {
	if s.leg == nil || s.leg.Phase != Confirmed {
		return
	}
	s.turn(func() {
		s.leg.Seq++
		raw := s.leg.request(&s.env, message.REFER, s.leg.Seq, s.leg.peer()).
			Header("Contact", s.env.Path.Contact).Header("Refer-To", "<sip:110@h>").Bytes()
		s.acts = append(s.acts, Action{Kind: Send, Leg: 1, Tx: s.env.IDs.Next(), Raw: raw})
	})
}

// transfer takes a REFER of the other side, or does not, and tells how it goes.
func (s *side) transfer(a *Action) {
	p := s.p
	p.seen.referred++
	if a.Refer.Target != "sip:110@h" || a.Refer.User != "110" {
		p.fail(s.name + " is to transfer to " + a.Refer.Target)
	}
	if p.rng.IntN(4) == 0 {
		s.leg.AnswerRefer(&s.env, 403, "")
		return
	}
	s.leg.AnswerRefer(&s.env, 202, "")
	event := s.leg.Transfer.Event
	for i, status := range []int{180, 200 + 286*p.rng.IntN(2)} {
		p.after(time.Duration(i)*2*time.Second+p.within(2*time.Second), func() {
			if s.leg.Transfer.Event != event { // hung up meanwhile
				return
			}
			if status >= 200 {
				p.seen.told++
			}
			s.note("tells %d", status)
			s.turn(func() { s.leg.Notify(&s.env, status, "") })
		})
	}
}

// hear takes a NOTIFY, as a phone does: each once, in their order, none after
// the last.
func (s *side) hear(tx turn.ID, m *message.Message) {
	status := 200
	switch {
	case m.CSeq == s.last: // the answer is lost, and what we knew of the request
	case m.CSeq <= s.leg.PeerSeq:
		status = 500
	default:
		s.leg.PeerSeq, s.last = m.CSeq, m.CSeq
		line, _, _ := bytes.Cut(m.Body, []byte("\r\n"))
		now, err := strconv.Atoi(strings.Fields(string(line))[1])
		event, state := m.Get("Event"), m.Get("Subscription-State")
		if before := s.heard[event]; err != nil || before >= 200 || now < before || strings.HasPrefix(state, "terminated") != (now >= 200) {
			s.p.fail(s.name + " hears " + event + " " + state + " " + string(line) + " after " + strconv.Itoa(before))
		}
		if s.heard[event] = now; now >= 200 {
			s.p.seen.heard++
		}
	}
	s.table.Respond(s.p.now, tx, status, m.Response(status, "", "").Bytes(), &s.tx)
}
