package dialog

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hotline12345/hotline/sip/message"
)

func TestARepeatAfterARestartGetsTheSameBytesAndIsNotHeardTwice(t *testing.T) {
	for _, c := range []struct {
		name string
		step func(b *bench)
	}{
		{"INFO", func(b *bench) { b.request(message.INFO, 2, "5", "Content-Type", "application/dtmf") }},
		{"INFO refused", func(b *bench) { b.request(message.INFO, 2, "x", "Content-Type", "text/x") }},
		{"OPTIONS", func(b *bench) { b.request(message.OPTIONS, 2, "") }},
		{"REFER", func(b *bench) { b.refer(2, "<sip:110@h>") }},
		{"REFER refused", func(b *bench) { b.request(message.REFER, 2, "") }},
		{"UPDATE", func(b *bench) { b.request(message.UPDATE, 2, "") }},
		{"BYE", func(b *bench) { b.request(message.BYE, 2, "") }},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := established(t, true)
			c.step(b)
			b.do(func(env *Env, l *Leg) { l.AnswerRefer(env, 403, "not here") })
			first := b.raws[len(b.raws)-1]
			line := b.log[slices.IndexFunc(b.log, func(line string) bool { return strings.Contains(line, " to 2 ") })]
			b.restart()
			b.log = nil
			c.step(b)
			b.want(line) // and nothing besides
			if again := b.raws[len(b.raws)-1]; again != first {
				t.Errorf("first\n%s\nthen\n%s", first, again)
			}
		})
	}
}

func TestAnAnsweredOfferIsAnsweredAlikeAfterARestart(t *testing.T) {
	b := established(t, true)
	b.request(message.UPDATE, 2, "hold")
	b.do(answerOffer(200, "held"))
	first := b.raws[len(b.raws)-1]
	b.restart()
	b.log = nil
	b.request(message.UPDATE, 2, "hold")
	b.want("0 200 to 2 UPDATE [held]")
	if b.raws[len(b.raws)-1] != first {
		t.Error("the answer differs")
	}
}

func TestOur200GoesOutAtOnceAfterARestart(t *testing.T) {
	b := incoming(t, "offer")
	b.answer("answer")
	b.run(5 * time.Second)
	b.restart()
	b.log = nil
	b.run(2 * time.Second)
	b.want("5 200 to 1 INVITE [answer]", "6 200 to 1 INVITE [answer]")
	b.ack(1, "")
	b.run(time.Hour)
	b.want("7 acked")
}

func TestAnOwedAnswerAndAnUnansweredINVITEOutliveARestart(t *testing.T) {
	b := incoming(t, "offer", "Record-Route", "<sip:p1;lr>")
	b.restart()
	b.answer("answer")
	b.want("0 100 to 1 INVITE", "0 200 to 1 INVITE [answer]")

	b = established(t, true)
	b.request(message.INVITE, 2, "hold")
	b.restart()
	b.do(answerOffer(200, "held"))
	b.want("0 offered [hold]", "0 200 to 2 INVITE [held]")

	b = outgoing(t, "offer")
	b.response(b.invite, b.inviteTx, 180, "bob", "")
	b.restart()
	b.response(b.invite, b.inviteTx, 200, "bob", "answer", "Contact", "<sip:bob@10.0.0.2>")
	b.restart()
	b.response(b.invite, b.inviteTx, 200, "bob", "answer", "Contact", "<sip:bob@10.0.0.2>")
	b.want("0 INVITE +0 sip:bob@10.0.0.2 [offer]", "0 ringing 180 of bob", "0 ACK +0 sip:bob@10.0.0.2 to bob", "0 answered of bob [answer]",
		"0 ACK +0 sip:bob@10.0.0.2 to bob")
	if n := len(b.raws); b.raws[n-1] != b.raws[n-2] {
		t.Error("the ACK differs")
	}
}

func TestWaitsGoOnAfterARestart(t *testing.T) {
	b := established(t, false)
	b.do(reoffer("hold"))
	b.response(b.invite, b.inviteTx, 491, "", "")
	b.restart()
	b.base = b.leg.Seq
	b.log = nil
	b.run(5 * time.Second)
	if len(b.log) != 1 || b.invite.CSeq != b.base+1 {
		t.Errorf("transcript %q", b.log)
	}

	b = incoming(t, "offer")
	b.answer("answer")
	b.end(Cause{Q850: 16}) // waits for the ACK
	b.restart()
	b.base = b.leg.Seq
	b.log = nil
	b.ack(1, "")
	b.want("0 BYE +1 sip:alice@10.0.0.2:5090 to alice Q.850;cause=16")
	b.restart()
	b.run(time.Hour)
	b.want("32 released")
}
