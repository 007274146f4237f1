package dialog

import (
	"strconv"
	"strings"

	"github.com/hotline12345/hotline/sip/message"
	"github.com/hotline12345/hotline/turn"
)

// Refer is a REFER of theirs that we owe an answer.
type Refer struct {
	Tx    turn.ID       `cbor:"1,keyasint,omitempty"`
	Seq   uint32        `cbor:"2,keyasint,omitempty"`
	Reply message.Reply `cbor:"3,keyasint,omitempty"`
	Quiet bool          `cbor:"4,keyasint,omitempty"` // they want no NOTIFYs: RFC 4488
	Again bool          `cbor:"5,keyasint,omitempty"` // it is not the dialog's first
}

// referred takes a REFER within the dialog (RFC 3515, RFC 5589). AnswerRefer is
// owed for what is passed up.
func (l *Leg) referred(env *Env, tx turn.ID, m *message.Message) {
	again := l.ReferSeen
	l.ReferSeen = true
	referral, fault := referralOf(m)
	switch {
	case l.Phase == Ending || l.Phase == Over:
		l.answer(env, tx, m, 481, nil)
	case l.Phase != Confirmed:
		l.answer(env, tx, m, 491, Cause{Status: 491, Text: "a call is transferred after it was answered"}.headers())
	case fault.Status != 0:
		l.answer(env, tx, m, fault.Status, fault.headers())
	case l.Refer.Tx != 0 || l.Transfer.Event != "":
		l.answer(env, tx, m, 491, Cause{Status: 491, Text: "a transfer is under way"}.headers())
	default:
		l.refresh(m)
		l.Refer = Refer{Tx: tx, Seq: m.CSeq, Reply: m.Reply(), Quiet: quiet(m), Again: again}
		env.do(Action{Kind: Referred, Leg: l.LegID, Refer: referral})
	}
}

// quiet says whether a REFER asks for no subscription, RFC 4488 section 4.
func quiet(m *message.Message) bool {
	value, _, _ := strings.Cut(m.Get("Refer-Sub"), ";")
	return strings.EqualFold(strings.TrimSpace(value), "false")
}

// AnswerRefer answers their REFER that was passed up: a 2xx takes it, says 202
// and, unless they want none, begins the NOTIFYs with a 100; Notify is then
// owed until a final status. Any other refuses, and why goes into a Reason.
func (l *Leg) AnswerRefer(env *Env, status int, why string) {
	refer := l.Refer
	if refer.Tx == 0 {
		return
	}
	l.Refer = Refer{}
	taken := status/100 == 2
	var headers []string
	switch {
	case taken && l.Phase != Confirmed:
		taken, status = false, 481
	case taken:
		status = 202
		if refer.Quiet {
			headers = []string{"Refer-Sub", "false"}
		}
	case why != "":
		headers = Cause{Status: status, Text: why}.headers()
	}
	raw := add(l.response(env, &refer.Reply, status, ""), headers).Bytes()
	l.Answered = Last{Seq: refer.Seq, Method: message.REFER, Status: status, Raw: raw}
	env.do(Action{Kind: Respond, Leg: l.LegID, Tx: refer.Tx, Status: status, Raw: raw})
	if !taken {
		return
	}
	l.Transfer = Transfer{Event: "refer"}
	if refer.Again { // RFC 3515 section 2.4.6
		l.Transfer.Event += ";id=" + strconv.FormatUint(uint64(refer.Seq), 10)
	}
	if !refer.Quiet {
		l.Transfer.Until = env.Now.Add(subscribed)
		l.notify(env, 100, "")
	}
}
