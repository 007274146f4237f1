package dialog

import (
	"time"

	"github.com/hotline12345/hotline/sip/message"
)

// maxGlare bounds how often a re-INVITE is tried against 491.
const maxGlare = 4

// Reoffer sends a re-INVITE with our offer. Reanswered tells its end; a 491 is
// waited out inside.
func (l *Leg) Reoffer(env *Env, body []byte) {
	if l.Phase != Confirmed || l.Ours.Tx != 0 || l.RetryAt != 0 {
		env.do(Action{Kind: Reanswered, Leg: l.LegID, Status: 491})
		return
	}
	if l.Offer.Tx != 0 || l.OK.Raw != nil {
		l.Ours.Body = body
		l.RetryAt = env.Now.Add(l.glare(env))
		return
	}
	l.reinvite(env, body)
}

func (l *Leg) reinvite(env *Env, body []byte) {
	if l.Phase != Confirmed {
		return
	}
	l.Seq++
	l.Ours = Request{Tx: env.IDs.Next(), Seq: l.Seq, Body: body, Re: true}
	w := l.request(env, message.INVITE, l.Seq, l.peer())
	env.do(Action{Kind: Send, Leg: l.LegID, Tx: l.Ours.Tx, Raw: withBody(w, body)})
}

// glare is how long to wait after a 491: the owner of the Call-ID longer than
// the other side (RFC 3261 section 14.1).
func (l *Leg) glare(env *Env) time.Duration {
	if l.Server {
		return time.Duration(1+env.Rand.Below(200)) * 10 * time.Millisecond
	}
	return 2100*time.Millisecond + time.Duration(env.Rand.Below(190))*10*time.Millisecond
}

func (l *Leg) reofferRefused(env *Env, status int, cause Cause) {
	body := l.Ours.Body
	l.Ours = Request{}
	if l.Phase != Confirmed {
		return
	}
	switch {
	case status == 491 && l.Retries < maxGlare:
		l.Retries++
		l.Ours.Body = body
		l.RetryAt = env.Now.Add(l.glare(env))
	case status == 481 || status == 408: // the dialog is gone (section 12.2.1.2)
		if status == 408 {
			l.bye(env)
		} else {
			l.over(env)
		}
		env.do(Action{Kind: Ended, Leg: l.LegID, Cause: cause})
	default:
		l.Retries = 0
		env.do(Action{Kind: Reanswered, Leg: l.LegID, Status: status})
	}
}
