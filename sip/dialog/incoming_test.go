package dialog

import (
	"strings"
	"testing"
	"time"

	"github.com/hotline12345/hotline/sip/message"
)

func TestTheirCallIsAnsweredAndTheyHangUp(t *testing.T) {
	b := incoming(t, "offer")
	b.do(func(env *Env, l *Leg) { l.Progress(env, 183, "", nil, []byte("early")) })
	b.answer("answer")
	b.want("0 100 to 1 INVITE", "0 183 to 1 INVITE [early]", "0 200 to 1 INVITE [answer]")
	b.ack(1, "")
	b.ack(1, "")
	b.want("0 acked")
	b.request(message.BYE, 2, "", "Reason", `Q.850;cause=16;text="bye"`)
	b.want("0 200 to 2 BYE", "0 ended by peer 0/16 bye")
	b.end(Cause{})
	b.run(time.Hour)
	b.want("32 released")
}

func TestTheirCallIsAnsweredAndWeHangUp(t *testing.T) {
	b := established(t, true)
	b.base = b.leg.Seq
	b.end(Cause{Q850: 16, Text: "normal"})
	b.want(`0 BYE +1 sip:alice@10.0.0.2:5090 to alice Q.850;cause=16;text="normal"`)
	b.response(b.lastSend, b.lastTx, 200, "", "")
	b.request(message.BYE, 2, "") // it has crossed ours
	b.want("0 200 to 2 BYE")
	b.run(time.Hour)
	b.want("32 released")
}

func TestOur200IsRepeatedUntilItsACK(t *testing.T) {
	b := incoming(t, "offer")
	b.answer("answer")
	b.log = nil
	b.run(12 * time.Second)
	b.want("0.5 200 to 1 INVITE [answer]", "1.5 200 to 1 INVITE [answer]", "3.5 200 to 1 INVITE [answer]",
		"7.5 200 to 1 INVITE [answer]", "11.5 200 to 1 INVITE [answer]")
	for _, raw := range b.raws[2:] {
		if raw != b.raws[1] {
			t.Fatalf("a repeat differs:\n%s\n%s", raw, b.raws[1])
		}
	}
	b.ack(9, "") // of something else
	b.want()
	b.ack(1, "")
	b.run(time.Minute)
	b.want("12 acked")
}

func TestA200WithoutACKEndsInABYE(t *testing.T) {
	b := incoming(t, "offer")
	b.answer("answer")
	b.base = b.leg.Seq
	b.log = nil
	b.run(31 * time.Second)
	b.log = nil
	b.run(time.Second)
	b.want("31.5 200 to 1 INVITE [answer]", `32 BYE +1 sip:alice@10.0.0.2:5090 to alice SIP;cause=408;text="no ACK"`, "32 ended 408/0 no ACK")
	b.run(time.Hour)
	b.want("64 released")
}

func TestHangingUpWaitsForTheACK(t *testing.T) {
	b := incoming(t, "offer")
	b.answer("answer")
	b.base = b.leg.Seq
	b.end(Cause{Q850: 16})
	b.run(time.Second)
	b.want("0 100 to 1 INVITE", "0 200 to 1 INVITE [answer]", "0.5 200 to 1 INVITE [answer]")
	b.ack(1, "")
	b.want("1 BYE +1 sip:alice@10.0.0.2:5090 to alice Q.850;cause=16")
	b.run(time.Hour)
	b.want("33 released")

	late := incoming(t, "offer")
	late.answer("answer")
	late.base = late.leg.Seq
	late.end(Cause{})
	late.run(31 * time.Second)
	late.log = nil
	late.run(time.Hour)
	late.want("31.5 200 to 1 INVITE [answer]", "32 BYE +1 sip:alice@10.0.0.2:5090 to alice", "64 released")
}

func TestACancelBeforeTheAnswerAndAfter(t *testing.T) {
	b := incoming(t, "offer")
	b.do(func(env *Env, l *Leg) { l.Cancelled(env) })
	b.answer("too late")
	b.do(func(env *Env, l *Leg) { l.Progress(env, 180, "", nil, nil) })
	b.do(func(env *Env, l *Leg) { l.Cancelled(env) })
	b.want("0 100 to 1 INVITE", "0 487 to 1 INVITE", "0 ended by peer 487/16 cancelled")
	b.run(time.Hour)
	b.want("32 released")

	b = incoming(t, "offer")
	b.answer("answer")
	b.do(func(env *Env, l *Leg) { l.Cancelled(env) })
	b.ack(1, "")
	b.want("0 100 to 1 INVITE", "0 200 to 1 INVITE [answer]", "0 acked")
}

func TestTheirCallIsRefused(t *testing.T) {
	b := incoming(t, "offer")
	b.do(func(env *Env, l *Leg) { l.Reject(env, 486, "Full", []string{"Reason", "Q.850;cause=17"}) })
	b.want("0 100 to 1 INVITE", "0 486 to 1 INVITE")
	if raw := b.raws[1]; !strings.HasPrefix(raw, "SIP/2.0 486 Full\r\n") || !strings.Contains(raw, "Reason: Q.850;cause=17\r\n") {
		t.Errorf("refused with\n%s", raw)
	}
	b.run(time.Hour)
	b.want("32 released")

	for status, want := range map[int]string{0: "0 480 to 1 INVITE", 404: "0 404 to 1 INVITE", 200: "0 480 to 1 INVITE"} {
		b := incoming(t, "offer")
		b.log = nil
		b.end(Cause{Status: status})
		b.want(want)
	}
}

func TestABYEBeforeTheAnswerEndsTheCall(t *testing.T) {
	b := incoming(t, "offer")
	b.request(message.BYE, 2, "")
	b.want("0 100 to 1 INVITE", "0 200 to 2 BYE", "0 487 to 1 INVITE", "0 ended by peer 0/16")
	b.answer("too late")
	b.run(time.Hour)
	b.want("32 released")
}

func TestAnINVITEWithoutOfferGetsOursAndItsACKAnswers(t *testing.T) {
	b := incoming(t, "")
	b.answer("our offer")
	b.request(message.INVITE, 2, "crossing") // before the ACK: our offer has no answer yet
	b.ack(1, "their answer")
	b.want("0 100 to 1 INVITE", "0 200 to 1 INVITE [our offer]", "0 491 to 2 INVITE", "0 acked [their answer]")
}

func TestResponsesCarryRecordRouteAndRequestsTheRouteSet(t *testing.T) {
	b := incoming(t, "offer", "Record-Route", "<sip:p2;lr>, <sip:p1;lr>")
	b.answer("answer")
	if raw := b.raws[1]; !strings.Contains(raw, "Record-Route: <sip:p2;lr>, <sip:p1;lr>\r\n") ||
		!strings.Contains(raw, "Contact: <sip:hotline@10.0.0.1:5060>\r\n") || !strings.Contains(raw, "Allow: "+Allow+"\r\n") {
		t.Errorf("answered with\n%s", raw)
	}
	b.ack(1, "")
	b.base = b.leg.Seq
	b.log = nil
	if next := b.leg.RemoteTarget(); next != "sip:p2;lr" {
		t.Errorf("next hop %s", next)
	}
	b.end(Cause{})
	b.want("0 BYE +1 sip:alice@10.0.0.2:5090 to alice via <sip:p2;lr> via <sip:p1;lr>")
	for _, part := range []string{"From: <sip:12345@hotline>;tag=" + b.leg.Tag, "To: <sip:alice@10.0.0.2>;tag=alice", "Call-ID: call-1"} {
		if !strings.Contains(b.raws[2], part+"\r\n") {
			t.Errorf("no %q in\n%s", part, b.raws[2])
		}
	}
}
