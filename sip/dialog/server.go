package dialog

import (
	"github.com/hotline12345/hotline/sip/message"
	"github.com/hotline12345/hotline/turn"
)

// Incoming begins a leg from an INVITE outside of dialogs and says 100 Trying.
func Incoming(env *Env, o *Options, id, tx turn.ID, m *message.Message) *Leg {
	l := &Leg{o: o, State: State{
		LegID: id, Server: true, Phase: Invited, Call: m.CallID, Tag: env.Rand.Token(), PeerTag: m.From.Tag(),
		Local: bare(m.To), Remote: bare(m.From), Target: target(m), PeerSeq: m.CSeq,
		Seq: uint32(env.Rand.Below(1 << 20)),
	}}
	if l.Target == "" { // RFC 2543 clients send none: the From has to do
		l.Target = m.From.URI.String()
	}
	l.Routes = append(l.Routes, m.All("Record-Route")...)
	l.Offer = Pending{Tx: tx, Seq: m.CSeq, Reply: m.Reply(), Offers: bodyOf(m) != nil}
	l.respond(env, 100, "", nil, nil)
	return l
}

// respond answers their INVITE.
func (l *Leg) respond(env *Env, status int, phrase string, headers []string, body []byte) {
	w := add(l.response(env, &l.Offer.Reply, status, phrase), headers)
	env.do(Action{Kind: Respond, Leg: l.LegID, Tx: l.Offer.Tx, Status: status, Raw: withBody(w, body)})
}

// Progress sends a 18x.
func (l *Leg) Progress(env *Env, status int, phrase string, headers []string, body []byte) {
	if l.Phase == Invited {
		l.respond(env, status, phrase, headers, body)
	}
}

// Answer sends the 200, again and again until its ACK is there.
func (l *Leg) Answer(env *Env, headers []string, body []byte) {
	if l.Phase != Invited {
		return
	}
	l.Phase = Confirmed
	l.accept(env, headers, body)
}

// accept sends a 200 to their INVITE or re-INVITE and waits for the ACK.
func (l *Leg) accept(env *Env, headers []string, body []byte) {
	raw := withBody(add(l.response(env, &l.Offer.Reply, 200, ""), headers), body)
	l.OK = Waiting{Tx: l.Offer.Tx, Seq: l.Offer.Seq, Raw: raw, End: env.Now.Add(64 * l.o.T1), Offer: !l.Offer.Offers}
	l.wait, l.repeat = l.o.T1, env.Now.Add(l.o.T1)
	l.Offer = Pending{}
	env.do(Action{Kind: Respond, Leg: l.LegID, Tx: l.OK.Tx, Status: 200, Raw: raw})
}

// Reject refuses their INVITE.
func (l *Leg) Reject(env *Env, status int, phrase string, headers []string) {
	if l.Phase != Invited {
		return
	}
	l.respond(env, status, phrase, headers, nil)
	l.Offer = Pending{}
	l.over(env)
}

// Cancelled tells that their CANCEL met the INVITE before its final response.
func (l *Leg) Cancelled(env *Env) {
	if l.Phase != Invited {
		return
	}
	l.Reject(env, 487, "", nil)
	env.do(Action{Kind: Ended, Leg: l.LegID, ByPeer: true, Cause: Cause{Status: 487, Q850: 16, Text: "cancelled"}})
}

// TakeACK takes the ACK of our 2xx.
func (l *Leg) TakeACK(env *Env, m *message.Message) {
	if l.OK.Raw == nil || m.CSeq != l.OK.Seq {
		return
	}
	offer := l.OK.Offer
	l.noACK()
	if l.Phase == Ending { // a BYE that waited (section 15)
		l.bye(env)
		return
	}
	var body []byte
	if offer {
		body = bodyOf(m)
	}
	env.do(Action{Kind: Acked, Leg: l.LegID, Body: body})
}
