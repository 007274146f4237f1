package dialog

import (
	"strings"
	"testing"
	"time"

	"github.com/hotline12345/hotline/sip/message"
)

func reoffer(body string) func(*Env, *Leg) {
	return func(env *Env, l *Leg) { l.Reoffer(env, []byte(body)) }
}

func answerOffer(status int, body string) func(*Env, *Leg) {
	return func(env *Env, l *Leg) { l.AnswerOffer(env, status, []byte(body)) }
}

func TestOurReINVITERefreshesTheTargetAndIsACKed(t *testing.T) {
	for _, server := range []bool{false, true} {
		b := established(t, server)
		b.base = b.leg.Seq
		who, at := "bob", "sip:bob@10.0.0.2:5070"
		if server {
			who, at = "alice", "sip:alice@10.0.0.2:5090"
		}
		b.do(reoffer("hold"))
		b.do(reoffer("at once"))
		b.want("0 INVITE +1 "+at+" to "+who+" [hold]", "0 reanswered 491")
		b.response(b.invite, b.inviteTx, 100, "", "")
		b.response(b.invite, b.inviteTx, 183, "", "")
		b.response(b.invite, b.inviteTx, 200, "", "held", "Contact", "<sip:moved@10.0.0.3>")
		b.want("0 ACK +1 sip:moved@10.0.0.3 to "+who, "0 reanswered 200 [held]")
		b.response(b.invite, b.inviteTx, 200, "", "held", "Contact", "<sip:moved@10.0.0.3>")
		b.want("0 ACK +1 sip:moved@10.0.0.3 to " + who)
		if b.raws[len(b.raws)-1] != b.raws[len(b.raws)-2] {
			t.Error("the repeated ACK differs")
		}
		b.do(reoffer("resume"))
		b.want("0 INVITE +2 sip:moved@10.0.0.3 to " + who + " [resume]")
		b.response(b.invite, b.inviteTx, 488, "", "")
		b.end(Cause{})
		b.want("0 reanswered 488", "0 BYE +3 sip:moved@10.0.0.3 to "+who)
	}
}

func TestA491IsWaitedOutByTheOwnerOfTheCallLonger(t *testing.T) {
	for _, server := range []bool{false, true} {
		for range 20 {
			b := established(t, server)
			b.do(reoffer("hold"))
			b.log = nil
			b.response(b.invite, b.inviteTx, 491, "", "")
			b.want()
			wait := b.leg.Deadline().Sub(b.env.Now)
			if server && (wait <= 0 || wait > 2*time.Second) || !server && (wait < 2100*time.Millisecond || wait > 4*time.Second) {
				t.Errorf("waits %v, server %v", wait, server)
			}
			b.base = b.leg.Seq
			b.run(4 * time.Second)
			if len(b.log) != 1 || !strings.Contains(b.log[0], "INVITE +1 ") || !strings.HasSuffix(b.log[0], "[hold]") {
				t.Errorf("after the wait %q", b.log)
			}
		}
	}
}

func TestA491ForEverIsToldInTheEnd(t *testing.T) {
	b := established(t, true)
	b.do(reoffer("hold"))
	for i := 0; i < 20 && !strings.Contains(strings.Join(b.log, ""), "reanswered"); i++ {
		b.response(b.invite, b.inviteTx, 491, "", "")
		b.run(2 * time.Second)
	}
	if got := b.log[len(b.log)-1]; !strings.HasSuffix(got, "reanswered 491") || len(b.log) != maxGlare+2 {
		t.Errorf("transcript %q", b.log)
	}
}

func TestAReINVITEOfOursWaitsWhileOneOfTheirsIsUnderWay(t *testing.T) {
	b := established(t, true)
	b.request(message.INVITE, 2, "their offer")
	b.do(reoffer("ours"))
	b.want("0 offered [their offer]")
	b.run(10 * time.Second)
	b.want() // still theirs
	b.do(answerOffer(200, "yes"))
	b.log = nil
	b.run(3 * time.Second) // nor while the 200 has no ACK
	for _, line := range b.log {
		if strings.Contains(line, "INVITE +") {
			t.Error(line)
		}
	}
	b.ack(2, "")
	b.base = b.leg.Seq
	b.log = nil
	b.run(2 * time.Second)
	if len(b.log) != 1 || !strings.HasSuffix(b.log[0], "INVITE +1 sip:alice@10.0.0.2:5090 to alice [ours]") {
		t.Errorf("transcript %q", b.log)
	}
}

func TestOurReINVITEInADialogThatIsGoneEndsTheCall(t *testing.T) {
	b := established(t, false)
	b.do(reoffer("hold"))
	b.log = nil
	b.response(b.invite, b.inviteTx, 481, "", "")
	b.want("0 ended 481/0")
	b.run(time.Hour)
	b.want("32 released")

	b = established(t, false)
	b.do(reoffer("hold"))
	b.log = nil
	b.do(func(env *Env, l *Leg) { l.Failed(env, b.inviteTx, 408) })
	b.want("0 BYE +2 sip:bob@10.0.0.2:5070 to bob", "0 ended 408/0")

	b = established(t, false)
	b.do(reoffer("hold"))
	b.log = nil
	b.do(func(env *Env, l *Leg) { l.Failed(env, b.inviteTx, 503) }) // a connection that broke ends no call
	b.want("0 reanswered 503")
}

func TestAReINVITEThatIsAnsweredAfterTheEndIsACKedAlone(t *testing.T) {
	b := established(t, false)
	b.do(reoffer("hold"))
	b.end(Cause{})
	b.log = nil
	b.response(b.invite, b.inviteTx, 200, "", "held")
	b.want("0 ACK +1 sip:bob@10.0.0.2:5070 to bob")
	b.run(time.Hour)
	b.want("32 released")
}

func TestTheirReINVITEIsPassedUpAndAnsweredOnce(t *testing.T) {
	for _, server := range []bool{false, true} {
		b := established(t, server)
		b.request(message.INVITE, 2, "hold")
		b.request(message.INVITE, 3, "again") // before the first is answered
		b.do(answerOffer(200, "held"))
		b.do(answerOffer(200, "twice"))
		b.want("0 offered [hold]", "0 500 to 3 INVITE later", "0 200 to 2 INVITE [held]")
		b.run(time.Second)
		b.ack(2, "")
		b.want("0.5 200 to 2 INVITE [held]", "1 acked")
		b.request(message.INVITE, 4, "codec")
		b.do(answerOffer(488, ""))
		b.want("1 offered [codec]", "1 488 to 4 INVITE")
		b.request(message.INVITE, 5, "")
		b.do(answerOffer(200, "our offer"))
		b.ack(5, "their answer")
		b.want("1 offered", "1 200 to 5 INVITE [our offer]", "1 acked [their answer]")
	}
}

func TestTheirReINVITEMovesTheTarget(t *testing.T) {
	b := established(t, true)
	b.base = b.leg.Seq
	b.request(message.INVITE, 2, "hold", "Contact", "<sip:moved@10.0.0.3>")
	b.do(answerOffer(200, "held"))
	b.ack(2, "")
	b.log = nil
	b.request(message.UPDATE, 3, "", "Contact", "") // without one it stays
	b.end(Cause{})
	b.want("0 200 to 3 UPDATE", "0 BYE +1 sip:moved@10.0.0.3 to alice")
}

func TestCrossingOffersAreRefused(t *testing.T) {
	b := established(t, true)
	b.do(reoffer("ours"))
	b.log = nil
	b.request(message.INVITE, 2, "theirs")
	b.request(message.UPDATE, 3, "theirs")
	b.request(message.UPDATE, 4, "")
	b.want("0 491 to 2 INVITE", "0 491 to 3 UPDATE", "0 200 to 4 UPDATE")
	b.response(b.invite, b.inviteTx, 200, "", "yes")
	b.log = nil
	b.request(message.INVITE, 5, "theirs")
	b.want("0 offered [theirs]")
}

func TestAReINVITEThatOvertakesTheACKCountsAsOne(t *testing.T) {
	b := incoming(t, "offer")
	b.answer("answer")
	b.log = nil
	b.request(message.INVITE, 2, "hold")
	b.ack(1, "")
	b.run(10 * time.Second)
	b.want("0 offered [hold]")
}

func TestUPDATEOffersAreAnsweredWithoutACK(t *testing.T) {
	b := established(t, false)
	b.request(message.UPDATE, 1, "hold", "Contact", "<sip:moved@10.0.0.3>")
	b.do(answerOffer(200, "held"))
	b.run(time.Minute)
	b.want("0 offered [hold]", "0 200 to 1 UPDATE [held]")
	b.request(message.UPDATE, 2, "codec")
	b.do(answerOffer(488, ""))
	b.want("60 offered [codec]", "60 488 to 2 UPDATE")

	early := incoming(t, "offer") // their first offer has no answer yet
	early.log = nil
	early.request(message.UPDATE, 2, "another")
	early.request(message.INVITE, 3, "another") // RFC 3261 section 14.2
	early.request(message.UPDATE, 4, "")
	early.want("0 500 to 2 UPDATE later", "0 500 to 3 INVITE later", "0 200 to 4 UPDATE")

	calling := outgoing(t, "offer")
	calling.response(calling.invite, calling.inviteTx, 180, "bob", "")
	calling.log = nil
	calling.request(message.UPDATE, 1, "early")
	calling.request(message.INVITE, 2, "early")
	calling.want("0 491 to 1 UPDATE", "0 481 to 2 INVITE")
}

func TestAnOfferThatWaitsIsAnsweredWhenTheCallEnds(t *testing.T) {
	b := established(t, true)
	b.base = b.leg.Seq
	b.request(message.INVITE, 2, "hold")
	b.end(Cause{})
	b.want("0 offered [hold]", "0 487 to 2 INVITE", "0 BYE +1 sip:alice@10.0.0.2:5090 to alice")

	b = established(t, true)
	b.request(message.INVITE, 2, "hold")
	b.request(message.BYE, 3, "")
	b.do(answerOffer(200, "too late"))
	b.request(message.INVITE, 4, "after the end")
	b.want("0 offered [hold]", "0 200 to 3 BYE", "0 487 to 2 INVITE", "0 ended by peer 0/16", "0 481 to 4 INVITE")
}
