package dialog

import (
	"strconv"
	"strings"
	"time"

	"github.com/hotline12345/hotline/sip/message"
	"github.com/hotline12345/hotline/turn"
)

// Transfer is what they asked for with a REFER that was taken, until its final
// status is told.
type Transfer struct {
	Event  string       `cbor:"1,keyasint,omitempty"` // of our NOTIFYs: refer or refer;id=…; "": nothing is under way
	Until  turn.Instant `cbor:"2,keyasint,omitempty"` // the end of their subscription; 0: they hear of nothing
	Tx     turn.ID      `cbor:"3,keyasint,omitempty"` // the NOTIFY under way
	Status int          `cbor:"4,keyasint,omitempty"` // what is told after that one; 0: nothing
	Phrase string       `cbor:"5,keyasint,omitempty"`
}

// subscribed is how long they hear of a transfer: longer than phones ring.
const subscribed = 3 * time.Minute

// Notify tells how the transfer that was taken goes: a 1xx, or the final
// status that ends it. A phrase "" is the status's own. One NOTIFY is under way
// at a time; of what waits behind it only the latest is told.
//
// Nothing is told once a BYE was sent or has come: who hangs up leaves the
// transfer to us, and though RFC 5057 lets the subscription outlive the call,
// phones answer 481 then. What waited still goes before a BYE of ours.
func (l *Leg) Notify(env *Env, status int, phrase string) {
	t := &l.Transfer
	switch {
	case t.Event == "" || l.Phase != Confirmed || t.Status >= 200 || status < 100 || status > 699:
	case t.Until == 0:
		if status >= 200 {
			l.Transfer = Transfer{}
		}
	case t.Tx != 0:
		t.Status, t.Phrase = status, phrase
	default:
		l.notify(env, status, phrase)
	}
}

// notify sends a NOTIFY with a status line as its body (RFC 3515 section
// 2.4.5). How the last one is answered matters to nobody.
func (l *Leg) notify(env *Env, status int, phrase string) {
	l.Seq++
	t, tx := l.Transfer, env.IDs.Next()
	var state string
	switch {
	case status >= 200:
		state, l.Transfer = "terminated;reason=noresource", Transfer{}
	case env.Now >= t.Until:
		state, l.Transfer = "terminated;reason=timeout", Transfer{Event: t.Event}
	default:
		left := (t.Until.Sub(env.Now) + time.Second - 1) / time.Second
		state, l.Transfer = "active;expires="+strconv.Itoa(int(left)), Transfer{Event: t.Event, Until: t.Until, Tx: tx}
	}
	if phrase == "" {
		phrase = message.StandardPhrase(status)
	}
	line := "SIP/2.0 " + strconv.Itoa(status) + " " + strings.Join(strings.Fields(phrase), " ") + "\r\n"
	raw := l.request(env, message.NOTIFY, l.Seq, l.peer()).
		Header("Event", t.Event).
		Header("Subscription-State", state).
		Body("message/sipfrag;version=2.0", []byte(line)).Bytes()
	env.do(Action{Kind: Send, Leg: l.LegID, Tx: tx, Raw: raw})
}

// notified takes the answer to the NOTIFY under way, or that there was none.
func (l *Leg) notified(env *Env, status int) {
	t := &l.Transfer
	t.Tx = 0
	switch {
	case unsubscribed(status) && t.Status >= 200:
		l.Transfer = Transfer{}
	case unsubscribed(status):
		l.Transfer = Transfer{Event: t.Event}
	case t.Status != 0 && l.Phase == Confirmed:
		l.notify(env, t.Status, t.Phrase)
	}
}

// unsubscribed says whether a NOTIFY's answer ends the subscription, RFC 6665
// section 4.2.2; 408 and 503 also stand for none.
func unsubscribed(status int) bool {
	switch status {
	case 404, 405, 408, 410, 416, 480, 481, 482, 483, 484, 485, 489, 501, 503, 604:
		return true
	}
	return false
}

// unheard ends the subscription whose time is over; the transfer goes on.
func (l *Leg) unheard(env *Env) {
	t := &l.Transfer
	if t.Tx != 0 || l.Phase != Confirmed {
		l.notified(env, 408)
		return
	}
	l.notify(env, 100, "")
}

// lastNotify tells, before our BYE, the final status that waits behind another
// NOTIFY.
func (l *Leg) lastNotify(env *Env) {
	if t := l.Transfer; t.Status >= 200 {
		l.notify(env, t.Status, t.Phrase)
	}
}
