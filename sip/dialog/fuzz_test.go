package dialog

import (
	"strings"
	"testing"
	"time"

	"github.com/hotline12345/hotline/sip/message"
	"github.com/hotline12345/hotline/turn"
)

var fuzzMethods = []message.Method{
	message.INVITE, message.BYE, message.UPDATE, message.INFO, message.OPTIONS, message.PRACK, message.REFER, "FLY",
}

var fuzzStatuses = []int{100, 180, 183, 200, 202, 302, 404, 408, 481, 486, 487, 491, 503, 600}

// FuzzLeg drives a leg with steps in any order, each two bytes, and raw
// messages. Whatever happens, the end is told once at most, every deadline is
// met, the record survives the journal and the leg is released in the end.
func FuzzLeg(f *testing.F) {
	f.Add([]byte("\x01\x00\x00\x05\x03\x06\x00\x0c\x01"), []byte("BYE sip:a@b SIP/2.0\r\n"))
	f.Add([]byte("\x00\x01\x12\x01\x83\x04\x00\x05\x10\x01\x0b"), []byte("SIP/2.0 200 OK\r\n"))
	f.Add([]byte("\x00\x01\x83\x06\x00\x01\x0b\x07\x00\x02\x00\x01\x83\x03\x00\x09\x21"), []byte(sampleINVITE))
	f.Add([]byte("\x01\x05\x00\x02\x00\x04\x00\x09\x00\x06\x00\x01\x0b\x07\x07\x03\x00\x02\x00"), []byte(sampleINVITE))
	f.Add([]byte("\x01\x05\x00\x03\x00\x0c\x10\x0c\x00\x0d\x11\x08\x00\x0e\x03\x0c\x10\x0d\x33\x0e\x03\x0c\x20\x0c\x01\x02\x00"), []byte(sampleREFER))
	f.Add([]byte("\x01\x05\x00\x03\x00\x0b\x02\x0c\x02\x09\xff\x09\xff\x09\xff\x09\xff\x0d\x43\x02\x00"), []byte(sampleREFER))
	f.Fuzz(func(t *testing.T, steps, raw []byte) {
		if len(steps) == 0 || len(steps) > 400 {
			return
		}
		var b *bench
		if steps[0]&1 == 0 {
			b = outgoing(t, "offer")
		} else {
			b = incoming(t, "offer")
		}
		b.wild = true
		for steps = steps[1:]; len(steps) >= 2; steps = steps[2:] {
			b.fuzzStep(steps[0]%15, steps[1], raw)
			if b.released() {
				return
			}
		}
		// The call is ended, its transactions fail, and time goes by.
		b.end(Cause{Q850: 16})
		told := b.told
		for _, tx := range []turn.ID{b.leg.Ours.Tx, b.leg.Bye, b.leg.Transfer.Tx} {
			if tx != 0 {
				b.do(func(env *Env, l *Leg) { l.Failed(env, tx, 408) })
			}
		}
		b.run(time.Hour)
		if !b.released() || b.told != told {
			t.Errorf("released %v, phase %d, told %d after %d", b.released(), b.leg.Phase, b.told, told)
		}
	})
}

const sampleINVITE = "INVITE sip:a@b SIP/2.0\r\nVia: SIP/2.0/UDP c;branch=z9hG4bKx\r\nFrom: <sip:a@b>;tag=alice\r\nTo: <sip:b@c>\r\n" +
	"Call-ID: call-1\r\nCSeq: 77 INVITE\r\nRecord-Route: <sip:x;lr>\r\nContact: *\r\nRequire: x\r\nContent-Length: 0\r\n\r\n"

const sampleREFER = "REFER sip:a@b SIP/2.0\r\nVia: SIP/2.0/UDP c;branch=z9hG4bKy\r\nFrom: <sip:a@b>;tag=alice\r\nTo: <sip:b@c>\r\n" +
	"Call-ID: call-1\r\nCSeq: 78 REFER\r\nr: <sip:%2A11@h;user=phone?Replaces=a%40b%3Bto-tag%3Dt%3Bfrom-tag%3Df>\r\nb: <sip:8001@h>\r\nContent-Length: 0\r\n\r\n"

// released says whether the leg is, and keeps the transcript short.
func (b *bench) released() bool {
	b.t.Helper()
	for _, line := range b.log {
		if strings.HasSuffix(line, " released") {
			b.gone++
		}
	}
	b.log = nil
	if b.gone > 1 {
		b.t.Error("released twice")
	}
	return b.gone > 0
}

func (b *bench) fuzzStep(step, arg byte, raw []byte) {
	b.t.Helper()
	body := ""
	if arg&0x80 != 0 {
		body = "body"
	}
	seq := b.leg.PeerSeq + uint32(arg>>4&3)
	switch step {
	case 0:
		b.request(fuzzMethods[arg&7], seq, body)
	case 1:
		if b.invite != nil {
			tags := []string{"bob", "a", "b", ""}
			b.response(b.invite, b.inviteTx, fuzzStatuses[int(arg&15)%len(fuzzStatuses)], tags[arg>>4&3], body, "Contact", "<sip:x@y>")
		}
	case 2:
		b.end(Cause{Status: int(arg) * 4})
	case 3:
		b.do(func(env *Env, l *Leg) { l.TakeACK(env, b.theirs(message.ACK, l.OK.Seq, body)) })
	case 4:
		b.do(func(env *Env, l *Leg) { l.Cancelled(env) })
	case 5:
		b.answer(body)
	case 6:
		b.do(reoffer(body))
	case 7:
		b.do(answerOffer(fuzzStatuses[3+int(arg&15)%(len(fuzzStatuses)-3)], body))
	case 8:
		b.restart()
	case 9:
		b.run(time.Duration(arg) * 200 * time.Millisecond)
	case 10:
		failed := []turn.ID{b.leg.Ours.Tx, b.leg.Bye, b.lastTx, 12345}[arg&3]
		if failed != 0 {
			b.do(func(env *Env, l *Leg) { l.Failed(env, failed, []int{408, 503}[arg>>4&1]) })
		}
	case 12:
		if arg>>4 == 0 {
			b.do(answerRefer([]int{202, 403, 404, 603}[arg&3], "why"))
			break
		}
		b.refer(seq, "<sip:110@h>", "Refer-Sub", []string{"true", "false"}[arg>>2&1])
	case 13:
		b.do(notify(fuzzStatuses[int(arg&15)%len(fuzzStatuses)], string(raw[:min(len(raw), int(arg>>4))])))
	case 14:
		if b.lastSend != nil && b.lastSend.Method == message.NOTIFY {
			b.response(b.lastSend, b.lastTx, fuzzStatuses[int(arg&15)%len(fuzzStatuses)], "bob", "")
		}
	case 11:
		m, _ := message.Parse(raw)
		if m == nil {
			return
		}
		b.do(func(env *Env, l *Leg) {
			switch {
			case !m.IsRequest() && arg&1 == 0:
				l.Stray(env, m)
			case !m.IsRequest():
				l.Response(env, l.Ours.Tx, m)
			case m.Method == message.ACK:
				l.TakeACK(env, m)
			default:
				b.txs++
				l.Request(env, b.txs, m)
			}
		})
	}
}
