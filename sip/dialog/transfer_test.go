package dialog

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/hotline12345/hotline/sip/message"
	"github.com/hotline12345/hotline/turn"
)

func (b *bench) refer(seq uint32, to string, headers ...string) {
	b.t.Helper()
	b.request(message.REFER, seq, "", append([]string{"Refer-To", to}, headers...)...)
}

func answerRefer(status int, why string) func(*Env, *Leg) {
	return func(env *Env, l *Leg) { l.AnswerRefer(env, status, why) }
}

func notify(status int, phrase string) func(*Env, *Leg) {
	return func(env *Env, l *Leg) { l.Notify(env, status, phrase) }
}

// notified answers the last request of ours.
func (b *bench) notified(status int) {
	b.t.Helper()
	b.response(b.lastSend, b.lastTx, status, "alice", "")
}

// told is a NOTIFY's line in the transcript.
func told(at int, n int, event, state, status string) string {
	return fmt.Sprintf("%d NOTIFY +%d sip:alice@10.0.0.2:5090 to alice %s %s %q", at, n, event, state, "SIP/2.0 "+status+"\r\n")
}

// referable is an answered call whose base of CSeqs is known.
func referable(t testing.TB) *bench {
	t.Helper()
	b := established(t, true)
	b.base = b.leg.Seq
	return b
}

const (
	active = "active;expires=180"
	done   = "terminated;reason=noresource"
)

func TestWhomAREFERNames(t *testing.T) {
	for _, c := range []struct{ to, by, want string }{
		{"<sip:110@10.0.0.1;user=phone>", "", "sip:110@10.0.0.1;user=phone 110"},
		{`"一一〇" <sips:110@h:5061>`, "", "sips:110@h:5061 110"},
		{"<tel:110>", "", "tel:110 110"},
		{"<tel:62815110;phone-context=+86551>", "", "tel:62815110;phone-context=+86551 62815110"},
		{"sip:8002@10.0.0.1;user=phone", "", "sip:8002@10.0.0.1 8002"},
		{"tel:+8655112345", "<sip:8001@h>", "tel:+8655112345 +8655112345  sip:8001@h"},
		{"<sip:%2A11@h>", "sip:8001@h", "sip:%2A11@h *11  sip:8001@h"},
		{"<sip:+86551;phone-context=x@h>", "", "sip:+86551;phone-context=x@h +86551"},
		{"<sip:h>", `"a" <sip:8001@h>;cid="x@y"`, "sip:h   sip:8001@h"},
		{"<sip:110@h;method=INVITE>", "<sip:", "sip:110@h 110"},
		{
			"<sip:8002@h?Replaces=a%40b%3Bto-tag%3Dt%3Bfrom-tag%3Df&Require=replaces>", "",
			"sip:8002@h 8002 a@b;to-tag=t;from-tag=f",
		},
		{"<sip:8002@h?x=y&replaces=a;from-tag=f;to-tag=t;early-only>", "", "sip:8002@h 8002 a;from-tag=f;to-tag=t;early-only"},
	} {
		b := referable(t)
		headers := []string{}
		if c.by != "" {
			headers = []string{"Referred-By", c.by}
		}
		b.refer(2, c.to, headers...)
		b.want("0 referred " + c.want)
	}
}

func TestAREFERThatCannotBeFollowedIsRefusedWithTheReason(t *testing.T) {
	for _, c := range []struct {
		status int
		reason string
		to     []string
	}{
		{400, "one Refer-To", nil},
		{400, "one Refer-To", []string{"<sip:110@h>", "<sip:120@h>"}},
		{400, "malformed Refer-To", []string{"<sip:110@h>, <sip:120@h>"}},
		{400, "malformed Refer-To", []string{""}},
		{400, "malformed Refer-To", []string{"110"}},
		{400, "malformed Refer-To", []string{"sip:110@h?Replaces=x"}},
		{400, "malformed escape", []string{"<sip:%zz@h>"}},
		{400, "malformed escape", []string{"<tel:110%2>"}},
		{400, "malformed escape", []string{"<tel:110%+1>"}},
		{400, "malformed escape", []string{"<sip:%ff@h>"}},
		{400, "malformed escape", []string{"<sip:110%0d%0aVia@h>"}},
		{400, "Replaces", []string{"<sip:8002@h?Replaces=a%40b>"}},
		{400, "Replaces", []string{"<sip:8002@h?Replaces=%3Bto-tag%3Dt%3Bfrom-tag%3Df>"}},
		{400, "Replaces", []string{"<sip:8002@h?Replaces=a;to-tag=t;from-tag=f&Replaces=b;to-tag=t;from-tag=f>"}},
		{400, "Replaces", []string{"<sip:8002@h?Replaces=%>"}},
		{416, "sip, sips or tel", []string{"<http://110>"}},
		{603, "INVITE alone", []string{"<sip:110@h;method=BYE>"}},
		{603, "INVITE alone", []string{"sip:110@h;method=MESSAGE"}},
	} {
		b := referable(t)
		var headers []string
		for _, to := range c.to {
			headers = append(headers, "Refer-To", to)
		}
		b.request(message.REFER, 2, "", headers...)
		b.want(fmt.Sprintf("0 %d to 2 REFER", c.status))
		if m := b.parse([]byte(b.raws[len(b.raws)-1])); !strings.Contains(m.Get("Reason"), c.reason) {
			t.Errorf("%q: the reason is %q", c.to, m.Get("Reason"))
		}
	}
}

func TestATransferIsToldFromTheFirst100ToItsEnd(t *testing.T) {
	b := referable(t)
	b.refer(2, "<sip:110@h>", "Contact", "<sip:alice@10.0.0.2:5090>")
	b.do(answerRefer(200, ""))
	b.want("0 referred sip:110@h 110", "0 202 to 2 REFER", told(0, 1, "refer", active, "100 Trying"))
	b.notified(200)
	b.run(20 * time.Second)
	b.do(notify(180, ""))
	b.want(told(20, 2, "refer", "active;expires=160", "180 Ringing"))
	b.notified(200)
	b.do(notify(486, "占线\r\nhere"))
	b.want(told(20, 3, "refer", done, "486 占线 here"))
	b.do(notify(200, "")) // it is over
	b.notified(500)
	b.want()

	b.refer(3, "<sip:120@h>") // its NOTIFYs name it: RFC 3515 section 2.4.6
	b.do(answerRefer(202, ""))
	b.do(notify(200, ""))
	b.notified(200)
	b.want("20 referred sip:120@h 120", "20 202 to 3 REFER", told(20, 4, "refer;id=3", active, "100 Trying"),
		told(20, 5, "refer;id=3", done, "200 OK"))
}

func TestOneNOTIFYIsUnderWayAndTheLatestWaits(t *testing.T) {
	b := referable(t)
	b.refer(2, "<sip:110@h>")
	b.do(answerRefer(202, ""))
	b.log = nil
	b.do(notify(180, ""))
	b.do(notify(183, ""))
	b.want()
	b.notified(200)
	b.want(told(0, 2, "refer", active, "183 Session Progress"))
	b.do(notify(404, ""))
	b.do(notify(180, "")) // none after the final
	b.refer(3, "<sip:120@h>")
	b.want("0 491 to 3 REFER")
	b.notified(500) // out of order there: the subscription is as it was
	b.want(told(0, 3, "refer", done, "404 Not Found"))
}

func TestASecondREFERMeetsTheFirst(t *testing.T) {
	b := referable(t)
	b.refer(2, "<sip:110@h>")
	b.refer(3, "<sip:120@h>")
	b.do(answerRefer(403, "not by you"))
	b.want("0 referred sip:110@h 110", "0 491 to 3 REFER", "0 403 to 2 REFER")
	if m := b.parse([]byte(b.raws[len(b.raws)-1])); m.Get("Reason") != `SIP;cause=403;text="not by you"` {
		t.Errorf("Reason: %q", m.Get("Reason"))
	}
	b.do(answerRefer(202, "")) // nothing is owed
	b.do(notify(200, ""))
	b.want()
	b.refer(4, "<sip:120@h>")
	b.do(answerRefer(202, ""))
	b.refer(5, "<sip:110@h>")
	b.want("0 referred sip:120@h 120", "0 202 to 4 REFER", told(0, 1, "refer;id=4", active, "100 Trying"), "0 491 to 5 REFER")
}

func TestAPeerThatWantsNoNOTIFYsGetsNone(t *testing.T) { // RFC 4488
	b := referable(t)
	b.refer(2, "<sip:110@h>", "Refer-Sub", "false ;x", "Require", "norefersub")
	b.do(answerRefer(202, ""))
	b.do(notify(180, ""))
	b.refer(3, "<sip:110@h>")
	b.do(notify(200, ""))
	b.refer(4, "<sip:110@h>", "Refer-Sub", "true")
	b.do(answerRefer(202, ""))
	b.want("0 referred sip:110@h 110", "0 202 to 2 REFER quiet", "0 491 to 3 REFER", "0 referred sip:110@h 110", "0 202 to 4 REFER",
		told(0, 1, "refer;id=4", active, "100 Trying"))
}

func TestAPeerThatNoLongerListensIsToldNothing(t *testing.T) {
	for name, end := range map[string]func(b *bench){
		"481":        func(b *bench) { b.notified(481) },
		"no answer":  func(b *bench) { b.do(func(env *Env, l *Leg) { l.Failed(env, b.lastTx, 408) }) },
		"not known":  func(b *bench) { b.notified(489) },
		"not bound":  func(b *bench) { b.do(func(env *Env, l *Leg) { l.Failed(env, b.lastTx, 503) }) },
		"its BYE":    func(b *bench) { b.request(message.BYE, 3, "") },
		"three mins": func(b *bench) { b.run(200 * time.Second) },
	} {
		t.Run(name, func(t *testing.T) {
			b := referable(t)
			b.refer(2, "<sip:110@h>")
			b.do(answerRefer(202, ""))
			end(b)
			b.log = nil
			b.do(notify(180, ""))
			b.want()
			if b.leg.Phase == Over {
				return
			}
			b.refer(4, "<sip:110@h>") // the transfer itself goes on
			b.do(notify(200, ""))
			b.refer(5, "<sip:110@h>")
			if len(b.log) != 2 || !strings.HasSuffix(b.log[0], " 491 to 4 REFER") || !strings.Contains(b.log[1], " referred ") {
				t.Errorf("transcript %q", b.log)
			}
		})
	}
	for _, status := range []int{180, 200} { // waits behind the NOTIFY that is lost
		b := referable(t)
		b.refer(2, "<sip:110@h>")
		b.do(answerRefer(202, ""))
		b.do(notify(status, ""))
		b.notified(481)
		b.log = nil
		b.refer(3, "<sip:110@h>")
		if want := map[int]string{180: "0 491 to 3 REFER", 200: "0 referred sip:110@h 110"}[status]; b.log[0] != want {
			t.Errorf("%d: %q", status, b.log)
		}
	}
}

func TestASubscriptionEndsAfterItsTime(t *testing.T) {
	b := referable(t)
	b.refer(2, "<sip:110@h>")
	b.do(answerRefer(202, ""))
	b.notified(200)
	b.log = nil
	b.run(time.Hour)
	b.want(told(180, 2, "refer", "terminated;reason=timeout", "100 Trying"))
}

func TestAREFERNeedsAnAnsweredCall(t *testing.T) {
	b := incoming(t, "offer")
	b.refer(2, "<sip:110@h>")
	b.want("0 100 to 1 INVITE", "0 491 to 2 REFER")

	b = referable(t)
	b.refer(2, "<sip:110@h>")
	b.request(message.BYE, 3, "") // crosses our answer
	b.do(answerRefer(202, ""))
	b.refer(4, "<sip:110@h>")
	b.want("0 referred sip:110@h 110", "0 481 to 2 REFER", "0 200 to 3 BYE", "0 ended by peer 0/16", "0 481 to 4 REFER")

	b = referable(t)
	b.refer(2, "<sip:110@h>")
	b.end(Cause{Q850: 16})
	b.want("0 referred sip:110@h 110", "0 BYE +1 sip:alice@10.0.0.2:5090 to alice Q.850;cause=16", "0 481 to 2 REFER")
}

func TestWhatWaitsIsToldBeforeOurBYE(t *testing.T) {
	b := referable(t)
	b.refer(2, "<sip:110@h>")
	b.do(answerRefer(202, ""))
	b.do(notify(200, ""))
	b.log = nil
	b.end(Cause{Q850: 16})
	b.want(told(0, 2, "refer", done, "200 OK"), "0 BYE +3 sip:alice@10.0.0.2:5090 to alice Q.850;cause=16")
	b.do(notify(200, ""))
	b.run(time.Hour)
	b.want("32 released")
}

func TestATransferOutlivesARestart(t *testing.T) {
	b := referable(t)
	b.refer(2, "<sip:110@h>")
	b.restart()
	b.do(answerRefer(202, ""))
	answer := b.raws[len(b.raws)-2]
	b.restart()
	b.log = nil
	b.refer(2, "<sip:110@h>")
	b.want("0 202 to 2 REFER")
	if b.raws[len(b.raws)-1] != answer {
		t.Error("the answer differs")
	}
	b.do(notify(200, ""))
	b.restart()
	b.want()
	b.notified(200)
	b.want(told(0, 2, "refer", done, "200 OK"))
	b.restart()
	b.refer(3, "<sip:110@h>")
	b.do(answerRefer(202, ""))
	b.want("0 referred sip:110@h 110", "0 202 to 3 REFER", told(0, 3, "refer;id=3", active, "100 Trying"))
	b.restart()
	var none turn.Instant
	if b.leg.Deadline() == none {
		t.Error("the subscription's end is forgotten")
	}
}

// FuzzReferral lets anything stand in a REFER's headers: what is read is a URI
// that is read alike again, and holds nothing that could begin another header.
func FuzzReferral(f *testing.F) {
	f.Add("<sip:%2A11@h;user=phone?Replaces=a%40b%3Bto-tag%3Dt%3Bfrom-tag%3Df>", "<sip:8001@h>")
	f.Add("<tel:+8655112345;phone-context=x>", "")
	f.Add("sip:110@[::1]:5061;method=INVITE", `"x" <sips:y>`)
	f.Fuzz(func(t *testing.T, to, by string) {
		raw := message.NewRequest(message.REFER, "sip:a@b").Header("Via", "SIP/2.0/UDP c;branch=z9hG4bKx").
			Header("From", "<sip:a@b>;tag=t").Header("To", "<sip:b@c>;tag=u").Header("Call-ID", "1").Header("CSeq", "2 REFER").
			Header("Refer-To", to).Header("Referred-By", by).Bytes()
		m, fault := message.Parse(raw)
		if fault != nil {
			return
		}
		r, cause := referralOf(m)
		if (r == nil) != (cause.Status >= 400) {
			t.Fatalf("%+v with %+v", r, cause)
		}
		if r == nil {
			return
		}
		again, err := message.ParseURI(r.Target)
		if _, method := again.Params.Get("method"); err != nil || again.Headers != "" || method || again.String() != r.Target {
			t.Errorf("%q gives %q: %v", to, r.Target, err)
		}
		for _, s := range []string{r.Target, r.User, r.Replaces, r.By} {
			if strings.ContainsAny(s, "\r\n\x00") {
				t.Errorf("%q holds a line of its own", s)
			}
		}
	})
}
