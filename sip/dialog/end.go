package dialog

import "github.com/hotline12345/hotline/sip/message"

// End ends the leg as its phase asks: a refusal, a CANCEL, a BYE, a BYE that
// waits for the ACK, or nothing where it is over already. No Ended comes of
// it.
func (l *Leg) End(env *Env, cause Cause) {
	l.Cause = cause
	switch l.Phase {
	case Invited:
		status := cause.Status
		if status < 300 || status > 699 {
			status = 480
		}
		l.Reject(env, status, "", cause.headers())
	case Inviting:
		l.Phase = Ending
		env.do(Action{Kind: CancelTx, Leg: l.LegID, Tx: l.Ours.Tx, Headers: cause.headers()})
	case Confirmed:
		if l.Offer.Tx != 0 {
			l.AnswerOffer(env, 487, nil)
		}
		if l.OK.Raw != nil { // section 15: not before the ACK, or its time-out
			l.Phase, l.RetryAt = Ending, 0
			return
		}
		l.bye(env)
	}
}

// bye ends an established dialog. Nothing but repeats is expected afterwards.
func (l *Leg) bye(env *Env) {
	l.lastNotify(env)
	l.Seq++
	l.Bye = env.IDs.Next()
	raw := add(l.request(env, message.BYE, l.Seq, l.peer()), l.Cause.headers()).Bytes()
	env.do(Action{Kind: Send, Leg: l.LegID, Tx: l.Bye, Raw: raw})
	l.over(env)
}
