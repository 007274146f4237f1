package dialog

import (
	"strings"
	"testing"
	"time"

	"github.com/hotline12345/hotline/sip/message"
)

func TestOurCallIsAnsweredAndEitherHangsUp(t *testing.T) {
	b := outgoing(t, "offer", "Alert-Info", "<x>;info=ring")
	if raw := b.raws[0]; !strings.Contains(raw, "Alert-Info: <x>;info=ring\r\n") || !strings.Contains(raw, "User-Agent: Hotline\r\n") ||
		!strings.Contains(raw, `From: "12345" <sip:12345@hotline>;tag=`+b.leg.Tag+"\r\n") {
		t.Errorf("invites with\n%s", raw)
	}
	b.response(b.invite, b.inviteTx, 100, "", "")
	b.response(b.invite, b.inviteTx, 180, "bob", "")
	b.response(b.invite, b.inviteTx, 183, "bob", "early")
	b.response(b.invite, b.inviteTx, 200, "bob", "answer", "Contact", "<sip:bob@10.0.0.2:5070>")
	b.want("0 INVITE +0 sip:bob@10.0.0.2 [offer]", "0 ringing 180 of bob", "0 ringing 183 of bob [early]",
		"0 ACK +0 sip:bob@10.0.0.2:5070 to bob", "0 answered of bob [answer]")
	b.response(b.invite, b.inviteTx, 200, "bob", "answer", "Contact", "<sip:bob@10.0.0.2:5070>")
	b.stray(b.invite, 200, "bob", "answer", "Contact", "<sip:bob@10.0.0.2:5070>")
	b.want("0 ACK +0 sip:bob@10.0.0.2:5070 to bob", "0 ACK +0 sip:bob@10.0.0.2:5070 to bob")
	if b.raws[2] != b.raws[1] || b.raws[3] != b.raws[1] {
		t.Error("the repeated ACKs differ")
	}
	b.end(Cause{Q850: 16})
	b.want("0 BYE +1 sip:bob@10.0.0.2:5070 to bob Q.850;cause=16")
	b.do(func(env *Env, l *Leg) { l.Failed(env, b.lastTx, 408) })
	b.run(time.Hour)
	b.want("32 released")

	b = established(t, false)
	b.request(message.BYE, 1, "")
	b.want("0 200 to 1 BYE", "0 ended by peer 0/16")
	b.run(time.Hour)
	b.want("32 released")
}

func TestTheFirstForkToAnswerWinsAndTheOthersAreEnded(t *testing.T) {
	b := outgoing(t, "offer")
	b.response(b.invite, b.inviteTx, 180, "a", "", "Contact", "<sip:a@10.0.0.2>", "Record-Route", "<sip:p1;lr>")
	b.response(b.invite, b.inviteTx, 183, "b", "early b", "Contact", "<sip:b@10.0.0.2>")
	b.response(b.invite, b.inviteTx, 200, "b", "answer b", "Contact", "<sip:b@10.0.0.2>")
	b.want("0 INVITE +0 sip:bob@10.0.0.2 [offer]", "0 ringing 180 of a", "0 ringing 183 of b [early b]",
		"0 ACK +0 sip:b@10.0.0.2 to b", "0 answered of b [answer b]")
	b.response(b.invite, b.inviteTx, 180, "a", "")
	b.response(b.invite, b.inviteTx, 200, "a", "answer a", "Contact", "<sip:a@10.0.0.2>", "Record-Route", "<sip:p1;lr>, <sip:p2;lr>")
	b.want("0 ACK +0 sip:a@10.0.0.2 to a via <sip:p2;lr> via <sip:p1;lr>", "0 BYE +1 sip:a@10.0.0.2 to a via <sip:p2;lr> via <sip:p1;lr>")
	b.response(b.lastSend, b.lastTx, 200, "", "")
	b.stray(b.invite, 200, "c", "answer c", "Contact", "<sip:c@10.0.0.2>")
	b.want("0 ACK +0 sip:c@10.0.0.2 to c", "0 BYE +1 sip:c@10.0.0.2 to c")
	b.end(Cause{})
	b.want("0 BYE +1 sip:b@10.0.0.2 to b")
}

func TestTheRouteSetIsThatOfThe2xx(t *testing.T) { // RFC 3261 section 13.2.2.4
	b := outgoing(t, "offer")
	b.response(b.invite, b.inviteTx, 180, "bob", "", "Contact", "<sip:x@10.0.0.2>", "Record-Route", "<sip:old;lr>")
	b.response(b.invite, b.inviteTx, 200, "bob", "answer", "Contact", "<sip:bob@10.0.0.2>", "Record-Route", "<sip:p1;lr>, <sip:p2;lr>")
	b.end(Cause{})
	b.want("0 INVITE +0 sip:bob@10.0.0.2 [offer]", "0 ringing 180 of bob",
		"0 ACK +0 sip:bob@10.0.0.2 to bob via <sip:p2;lr> via <sip:p1;lr>", "0 answered of bob [answer]",
		"0 BYE +1 sip:bob@10.0.0.2 to bob via <sip:p2;lr> via <sip:p1;lr>")
}

func TestOurCallIsRefused(t *testing.T) {
	for _, c := range []struct {
		name, want string
		step       func(b *bench)
	}{
		{"busy", "0 refused 486 486/17 gone", func(b *bench) {
			b.response(b.invite, b.inviteTx, 486, "x", "", "Reason", `Q.850;cause=17;text="gone"`)
		}},
		{"try later", "0 refused 503 503/0 after 7s", func(b *bench) {
			b.response(b.invite, b.inviteTx, 503, "x", "", "Retry-After", "7")
		}},
		{"redirected", "0 refused 302 302/0", func(b *bench) {
			b.response(b.invite, b.inviteTx, 302, "x", "", "Contact", "<sip:other@10.0.0.9>")
		}},
		{"no answer", "0 refused 408 408/0", func(b *bench) {
			b.do(func(env *Env, l *Leg) { l.Failed(env, b.inviteTx, 408) })
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := outgoing(t, "offer")
			b.log = nil
			c.step(b)
			b.want(c.want)
			b.end(Cause{})
			b.stray(b.invite, 200, "late", "", "Contact", "<sip:late@10.0.0.2>")
			b.want("0 ACK +0 sip:late@10.0.0.2 to late", "0 BYE +1 sip:late@10.0.0.2 to late")
			b.run(time.Hour)
			b.want("32 released")
		})
	}
}

func TestOurCallIsCancelled(t *testing.T) {
	b := outgoing(t, "offer")
	b.log = nil
	b.end(Cause{Status: 200, Text: "answered elsewhere"})
	b.end(Cause{})
	b.want(`0 CANCEL Reason SIP;cause=200;text="answered elsewhere"`)
	b.response(b.invite, b.inviteTx, 180, "bob", "")
	b.response(b.invite, b.inviteTx, 487, "bob", "")
	b.want()
	b.run(time.Hour)
	b.want("32 released")
}

func TestACancelThatCrossesThe200EndsInACKAndBYE(t *testing.T) {
	b := outgoing(t, "offer")
	b.response(b.invite, b.inviteTx, 180, "bob", "")
	b.end(Cause{Q850: 16})
	b.log = nil
	b.response(b.invite, b.inviteTx, 200, "bob", "answer", "Contact", "<sip:bob@10.0.0.2:5070>")
	b.want("0 ACK +0 sip:bob@10.0.0.2:5070 to bob", "0 BYE +1 sip:bob@10.0.0.2:5070 to bob Q.850;cause=16")
	b.response(b.invite, b.inviteTx, 200, "bob", "answer", "Contact", "<sip:bob@10.0.0.2:5070>")
	b.response(b.lastSend, b.lastTx, 200, "", "")
	b.want("0 ACK +0 sip:bob@10.0.0.2:5070 to bob")
	b.run(time.Hour)
	b.want("32 released")
}

func TestABYEInPlaceOfTheFinalResponseRefusesTheCall(t *testing.T) {
	// All 2xx were lost and the callee has given up: its BYE is all we hear.
	b := outgoing(t, "offer")
	b.response(b.invite, b.inviteTx, 180, "bob", "")
	b.log = nil
	b.request(message.BYE, 1, "", "Reason", "SIP;cause=408")
	b.want("0 200 to 1 BYE", "0 CANCEL", "0 refused 480 408/0")
	b.response(b.invite, b.inviteTx, 487, "bob", "")
	b.end(Cause{})
	b.run(time.Hour)
	b.want("32 released")

	// The same after our End: no word of it.
	b = outgoing(t, "offer")
	b.end(Cause{})
	b.log = nil
	b.request(message.BYE, 1, "")
	b.response(b.invite, b.inviteTx, 487, "bob", "")
	b.want("0 200 to 1 BYE")
	b.run(time.Hour)
	b.want("32 released")
}

func TestAnotherForksRequestsDoNotDisturbTheOneThatAnswered(t *testing.T) {
	b := outgoing(t, "offer")
	b.response(b.invite, b.inviteTx, 180, "a", "", "Contact", "<sip:a@10.0.0.2>")
	b.response(b.invite, b.inviteTx, 180, "bob", "")
	b.request(message.OPTIONS, 900, "", "From", "<sip:bob@10.0.0.2>;tag=a")
	b.response(b.invite, b.inviteTx, 200, "bob", "answer")
	b.log = nil
	b.request(message.BYE, 3, "", "From", "<sip:bob@10.0.0.2>;tag=a")
	b.want("0 481 to 3 BYE")
	b.request(message.BYE, 3, "")
	b.want("0 200 to 3 BYE", "0 ended by peer 0/16")
}

func TestManyForksKeepTheirBounds(t *testing.T) {
	b := outgoing(t, "offer")
	for i := range 100 {
		b.response(b.invite, b.inviteTx, 180, "t"+string(rune('a'+i%26))+string(rune('a'+i/26)), "")
	}
	if n := len(b.leg.Forks); n > maxForks {
		t.Errorf("%d forks are kept", n)
	}
	b.response(b.invite, b.inviteTx, 200, "bob", "answer")
	if b.leg.Phase != Confirmed || b.leg.Forks != nil {
		t.Errorf("phase %d, forks %v", b.leg.Phase, b.leg.Forks)
	}
}
