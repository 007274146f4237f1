package dialog

import (
	"strconv"
	"time"

	"github.com/hotline12345/hotline/sip/message"
	"github.com/hotline12345/hotline/turn"
)

// Invite is what an INVITE of ours says.
type Invite struct {
	RequestURI string
	From, To   string   // addresses without tag, "<sip:…>"
	Headers    []string // pairs of name and value
	Hops       int      // Max-Forwards
	Body       []byte   // SDP
}

// Outgoing begins a leg with an INVITE of ours.
func Outgoing(env *Env, o *Options, id turn.ID, inv Invite) *Leg {
	l := &Leg{o: o, State: State{
		LegID: id, Phase: Inviting, Call: env.Rand.Token(), Tag: env.Rand.Token(),
		Local: inv.From, Remote: inv.To, Target: inv.RequestURI, Seq: uint32(1 + env.Rand.Below(1<<20)),
	}}
	l.Ours = Request{Tx: env.IDs.Next(), Seq: l.Seq}
	w := add(l.requestWithin(env, inv.Hops, message.INVITE, l.Seq, l.peer()), inv.Headers)
	env.do(Action{Kind: Send, Leg: id, Tx: l.Ours.Tx, Raw: withBody(w, inv.Body)})
	return l
}

// Response takes a response to a request of ours.
func (l *Leg) Response(env *Env, tx turn.ID, m *message.Message) {
	switch {
	case m.Method == message.INVITE && m.Status/100 == 2:
		l.accepted(env, tx, m)
	case tx == l.Ours.Tx && m.Status < 200:
		l.provisional(env, m)
	case tx == l.Ours.Tx:
		l.refused(env, m.Status, causeOf(m), retryAfter(m))
	case tx == l.Bye:
		l.Bye = 0
	case tx == l.Transfer.Tx && m.Status >= 200:
		l.notified(env, m.Status)
	}
}

func retryAfter(m *message.Message) time.Duration {
	n, err := strconv.Atoi(m.Get("Retry-After"))
	if err != nil || n < 0 || n > 3600 {
		return 0
	}
	return time.Duration(n) * time.Second
}

// provisional notes each fork's early dialog.
func (l *Leg) provisional(env *Env, m *message.Message) {
	if l.Phase != Inviting || m.Status == 100 {
		return
	}
	tag := m.To.Tag()
	if tag != "" {
		l.fork(m)
	}
	env.do(Action{Kind: Ringing, Leg: l.LegID, Status: m.Status, Body: bodyOf(m), Fork: tag})
}

// maxForks bounds the early dialogs of an INVITE.
const maxForks = 16

func (l *Leg) fork(m *message.Message) *Fork {
	for i := range l.Forks {
		if l.Forks[i].Tag == m.To.Tag() {
			if t := target(m); t != "" {
				l.Forks[i].Target = t
			}
			return &l.Forks[i]
		}
	}
	if len(l.Forks) == maxForks {
		l.Forks = l.Forks[1:]
	}
	l.Forks = append(l.Forks, Fork{Tag: m.To.Tag(), Target: target(m), Routes: reversed(m.All("Record-Route"))})
	return &l.Forks[len(l.Forks)-1]
}

func reversed(routes []string) []string {
	for i, j := 0, len(routes)-1; i < j; i, j = i+1, j-1 {
		routes[i], routes[j] = routes[j], routes[i]
	}
	return routes
}

// accepted takes a 2xx to our INVITE or re-INVITE: the first, its repeats, and
// those of forks that came too late.
func (l *Leg) accepted(env *Env, tx turn.ID, m *message.Message) {
	tag := m.To.Tag()
	switch {
	case l.PeerTag == "" && l.Ours.Tx == tx && (l.Phase == Inviting || l.Phase == Ending):
		if len(l.Forks) > 1 { // PeerSeq may be another fork's
			l.PeerSeq, l.Answered = 0, Last{}
		}
		fork := l.fork(m)
		// The route set is the 2xx's, whatever a 18x said (section 13.2.2.4).
		l.PeerTag, l.Routes = fork.Tag, reversed(m.All("Record-Route"))
		if fork.Target != "" {
			l.Target = fork.Target
		}
		seq, ending := l.Ours.Seq, l.Phase == Ending
		l.Forks, l.Ours = nil, Request{}
		l.ack(env, seq)
		if ending { // the CANCEL came too late (section 9.1)
			l.bye(env)
			return
		}
		l.Phase = Confirmed
		env.do(Action{Kind: Answered, Leg: l.LegID, Body: bodyOf(m), Fork: tag})
	case tag != l.PeerTag:
		l.endFork(env, m)
	case l.Ack.Raw != nil && m.CSeq == l.Ack.Seq:
		env.do(Action{Kind: SendAck, Leg: l.LegID, Raw: l.Ack.Raw})
	case l.Ours.Re && m.CSeq == l.Ours.Seq:
		l.Ours, l.Retries = Request{}, 0
		l.refresh(m)
		l.ack(env, m.CSeq)
		if l.Phase == Confirmed {
			env.do(Action{Kind: Reanswered, Leg: l.LegID, Status: m.Status, Body: bodyOf(m)})
		}
	}
}

func (l *Leg) ack(env *Env, seq uint32) {
	l.Ack = Ack{Seq: seq, Raw: l.request(env, message.ACK, seq, l.peer()).Bytes()}
	env.do(Action{Kind: SendAck, Leg: l.LegID, Raw: l.Ack.Raw})
}

// endFork ACKs a fork's 2xx with that fork's tag and ends it at once (section
// 13.2.2.4).
func (l *Leg) endFork(env *Env, m *message.Message) {
	peer := to{tag: m.To.Tag(), target: target(m), routes: reversed(m.All("Record-Route"))}
	if peer.tag == "" || peer.target == "" {
		return
	}
	env.do(Action{Kind: SendAck, Leg: l.LegID, Raw: l.request(env, message.ACK, m.CSeq, peer).Bytes()})
	raw := l.request(env, message.BYE, m.CSeq+1, peer).Bytes()
	env.do(Action{Kind: Send, Leg: l.LegID, Tx: env.IDs.Next(), Raw: raw})
}

// Stray takes a 2xx whose transaction is gone.
func (l *Leg) Stray(env *Env, m *message.Message) {
	if m.Method == message.INVITE && m.Status/100 == 2 {
		l.accepted(env, 0, m)
	}
}

// Failed takes the end of a transaction without a response: 408 or 503.
func (l *Leg) Failed(env *Env, tx turn.ID, status int) {
	switch tx {
	case l.Ours.Tx:
		l.refused(env, status, Cause{Status: status}, 0)
	case l.Bye:
		l.Bye = 0
	case l.Transfer.Tx:
		l.notified(env, status)
	}
}

// refused takes the final refusal of our INVITE or re-INVITE.
func (l *Leg) refused(env *Env, status int, cause Cause, retry time.Duration) {
	if l.Ours.Re {
		l.reofferRefused(env, status, cause)
		return
	}
	wanted := l.Phase == Ending // nobody waits to hear of it
	l.Ours, l.Forks = Request{}, nil
	l.over(env)
	if !wanted {
		env.do(Action{Kind: Refused, Leg: l.LegID, Status: status, Cause: cause, RetryAfter: retry})
	}
}
