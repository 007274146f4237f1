package dialog

import (
	"bytes"
	"strconv"
	"strings"
	"time"

	"github.com/hotline12345/hotline/sip/message"
	"github.com/hotline12345/hotline/turn"
)

// Request takes a request within the dialog, other than ACK and CANCEL.
func (l *Leg) Request(env *Env, tx turn.ID, m *message.Message) {
	if l.PeerTag != "" && m.From.Tag() != l.PeerTag {
		l.refuse(env, tx, m, 481, nil) // another fork's: its CSeq is none of ours
		return
	}
	if m.CSeq == l.Answered.Seq && m.Method == l.Answered.Method && l.Answered.Raw != nil {
		env.do(Action{Kind: Respond, Leg: l.LegID, Tx: tx, Status: l.Answered.Status, Raw: l.Answered.Raw})
		return
	}
	if m.CSeq <= l.PeerSeq && l.PeerSeq != 0 { // section 12.2.2
		l.refuse(env, tx, m, 500, nil)
		return
	}
	l.PeerSeq = m.CSeq
	if missing := Unsupported(m); len(missing) > 0 && m.Method != message.BYE {
		l.answer(env, tx, m, 420, []string{"Unsupported", strings.Join(missing, ", ")})
		return
	}
	switch m.Method {
	case message.BYE:
		l.byed(env, tx, m)
	case message.INVITE, message.UPDATE:
		l.reoffered(env, tx, m)
	case message.INFO:
		l.info(env, tx, m)
	case message.REFER:
		l.referred(env, tx, m)
	case message.OPTIONS:
		l.answer(env, tx, m, 200, []string{"Accept", "application/sdp"})
	case message.PRACK, message.NOTIFY:
		l.answer(env, tx, m, 481, nil) // nothing of ours was to be acknowledged or watched
	default:
		if m.Method.Known() {
			l.answer(env, tx, m, 405, nil)
		} else {
			l.answer(env, tx, m, 501, nil)
		}
	}
}

// refuse answers without keeping the answer.
func (l *Leg) refuse(env *Env, tx turn.ID, m *message.Message, status int, headers []string) []byte {
	r := m.Reply()
	raw := add(l.response(env, &r, status, ""), headers).Bytes()
	env.do(Action{Kind: Respond, Leg: l.LegID, Tx: tx, Status: status, Raw: raw})
	return raw
}

// answer answers finally and keeps the answer for a repeat that a restart
// would otherwise take for a new request.
func (l *Leg) answer(env *Env, tx turn.ID, m *message.Message, status int, headers []string) {
	raw := l.refuse(env, tx, m, status, headers)
	l.Answered = Last{Seq: m.CSeq, Method: m.Method, Status: status, Raw: raw}
}

// byed takes their BYE: in any phase, also crossing ours. A second one ends
// nothing.
func (l *Leg) byed(env *Env, tx turn.ID, m *message.Message) {
	if l.Phase == Over && l.Answered.Method == message.BYE {
		l.answer(env, tx, m, 481, nil)
		return
	}
	l.AnswerRefer(env, 481, "")
	l.answer(env, tx, m, 200, nil)
	was := l.Phase
	if l.Offer.Tx != 0 { // an INVITE of theirs waits: section 15.1.2
		l.respond(env, 487, "", nil, nil)
		l.Offer = Pending{}
	}
	switch {
	case was == Over:
		return
	case l.Ours.Tx != 0 && !l.Ours.Re: // our INVITE still has to end
		l.givenUp(env, causeOf(m))
		return
	}
	l.over(env)
	if was == Confirmed || was == Invited {
		cause := causeOf(m)
		if cause.Q850 == 0 {
			cause.Q850 = 16
		}
		env.do(Action{Kind: Ended, Leg: l.LegID, ByPeer: true, Cause: cause})
	}
}

// givenUp takes a BYE in place of a final response: the callee's 2xx were lost
// and he waits no longer.
func (l *Leg) givenUp(env *Env, cause Cause) {
	if l.Phase != Inviting {
		return
	}
	l.Phase = Ending
	env.do(Action{Kind: CancelTx, Leg: l.LegID, Tx: l.Ours.Tx})
	env.do(Action{Kind: Refused, Leg: l.LegID, Status: 480, Cause: cause})
}

// reoffered takes a re-INVITE or UPDATE. Crossing offers are refused as RFC
// 3261 section 14.2 and RFC 3311 section 5.2 ask.
func (l *Leg) reoffered(env *Env, tx turn.ID, m *message.Message) {
	offers := bodyOf(m) != nil || m.Method == message.INVITE
	switch {
	case l.Phase == Ending || l.Phase == Over || (m.Method == message.INVITE && l.Phase == Inviting):
		l.answer(env, tx, m, 481, nil)
		return
	case !offers: // an UPDATE that refreshes
		l.refresh(m)
		l.answer(env, tx, m, 200, nil)
		return
	case l.Offer.Tx != 0:
		l.answer(env, tx, m, 500, []string{"Retry-After", strconv.Itoa(int(env.Rand.Below(10)))})
		return
	case l.Ours.Tx != 0 || (l.OK.Raw != nil && l.OK.Offer) || l.Phase != Confirmed:
		l.answer(env, tx, m, 491, nil)
		return
	}
	if l.OK.Raw != nil {
		l.noACK() // a new request tells that our 2xx has come; its ACK was lost
	}
	l.refresh(m)
	l.Offer = Pending{Tx: tx, Seq: m.CSeq, Reply: m.Reply(), Offers: bodyOf(m) != nil}
	env.do(Action{Kind: Offered, Leg: l.LegID, Body: bodyOf(m)})
}

// AnswerOffer answers their re-INVITE or UPDATE that was passed up.
func (l *Leg) AnswerOffer(env *Env, status int, body []byte) {
	switch {
	case l.Offer.Tx == 0 || l.Phase == Invited:
	case status/100 == 2 && l.Offer.Reply.Method == message.INVITE:
		l.accept(env, nil, body)
	default:
		raw := withBody(l.response(env, &l.Offer.Reply, status, ""), body)
		l.Answered = Last{Seq: l.Offer.Seq, Method: l.Offer.Reply.Method, Status: status, Raw: raw}
		env.do(Action{Kind: Respond, Leg: l.LegID, Tx: l.Offer.Tx, Status: status, Raw: raw})
		l.Offer = Pending{}
	}
}

// info takes a digit in one of the two ways that phones send it.
func (l *Leg) info(env *Env, tx turn.ID, m *message.Message) {
	digit, duration, ok := digitOf(m)
	if !ok && len(m.Body) > 0 {
		l.answer(env, tx, m, 415, []string{"Accept", "application/dtmf-relay, application/dtmf"})
		return
	}
	l.answer(env, tx, m, 200, nil)
	if ok && l.Phase != Over && l.Phase != Ending {
		env.do(Action{Kind: Digit, Leg: l.LegID, Digit: digit, Duration: duration})
	}
}

func digitOf(m *message.Message) (digit byte, duration time.Duration, ok bool) {
	duration = 160 * time.Millisecond
	signal := ""
	switch m.ContentType() {
	case "application/dtmf":
		signal = string(bytes.TrimSpace(m.Body))
	case "application/dtmf-relay":
		for line := range strings.Lines(string(m.Body)) {
			name, value, _ := strings.Cut(line, "=")
			value = strings.TrimSpace(value)
			switch strings.ToLower(strings.TrimSpace(name)) {
			case "signal":
				signal = value
			case "duration":
				if ms, err := strconv.Atoi(value); err == nil && ms > 0 && ms < 60000 {
					duration = time.Duration(ms) * time.Millisecond
				}
			}
		}
	}
	switch signal { // event numbers of RFC 4733, as some phones write them
	case "10":
		signal = "*"
	case "11":
		signal = "#"
	}
	signal = strings.ToUpper(signal)
	if len(signal) != 1 || !strings.Contains("0123456789*#ABCD", signal) {
		return 0, 0, false
	}
	return signal[0], duration, true
}
