package transaction

import (
	"fmt"
	"testing"
	"time"

	"github.com/hotline12345/hotline/sip/message"
)

// request begins a client transaction of a method on a flow.
func (b *bench) request(flow message.Flow, method message.Method) {
	b.t.Helper()
	b.table.Request(b.now, b.ids.Next(), flow, text(string(method)+" sip:c@d SIP/2.0"), &b.out)
	b.note()
}

// answered is a response that comes on a flow.
func (b *bench) answered(flow message.Flow, status int, method message.Method) {
	b.t.Helper()
	b.receive(flow, []byte(fmt.Sprintf("SIP/2.0 %d x\r\nVia: SIP/2.0/UDP 10.0.0.2:5060;branch=z9hG4bKx\r\nFrom: <sip:a@b>;tag=f\r\nTo: <sip:c@d>;tag=r\r\nCall-ID: 1\r\nCSeq: 1 %s\r\n\r\n", status, method)))
}

// TestTimers is RFC 3261 table 4 with RFC 6026, on datagrams and on streams: each
// row is a transaction's whole life, with the second in which each thing came.
func TestTimers(t *testing.T) {
	for _, c := range []struct {
		name string
		life func(b *bench)
		want []string
	}{
		// A and B: an INVITE's repeats double without limit.
		{"A, B", func(b *bench) { b.request(udp, message.INVITE) }, []string{
			"0 send INVITE", "0.5 send INVITE", "1.5 send INVITE", "3.5 send INVITE", "7.5 send INVITE", "15.5 send INVITE", "31.5 send INVITE", "32 failed 408", "32 ended",
		}},
		{"B on a stream", func(b *bench) { b.request(tcp, message.INVITE) }, []string{"0 send INVITE", "32 failed 408", "32 ended"}},
		{"D", func(b *bench) { b.request(udp, message.INVITE); b.answered(udp, 486, message.INVITE) }, []string{
			"0 send INVITE", "0 send ACK", "0 response 486", "32 ended",
		}},
		{"D on a stream", func(b *bench) { b.request(tcp, message.INVITE); b.answered(tcp, 486, message.INVITE) }, []string{
			"0 send INVITE", "0 send ACK", "0 response 486", "0 ended",
		}},
		{"M", func(b *bench) { b.request(udp, message.INVITE); b.answered(udp, 200, message.INVITE) }, []string{"0 send INVITE", "0 response 200", "32 ended"}},
		{"M on a stream", func(b *bench) {
			b.request(tcp, message.INVITE)
			b.answered(tcp, 200, message.INVITE)
			b.run(31 * time.Second)
			b.answered(tcp, 200, message.INVITE)
		}, []string{"0 send INVITE", "0 response 200", "31 response 200", "32 ended"}},

		// E and F: other requests' repeats double up to T2.
		{"E, F", func(b *bench) { b.request(udp, message.BYE) }, []string{
			"0 send BYE", "0.5 send BYE", "1.5 send BYE", "3.5 send BYE", "7.5 send BYE", "11.5 send BYE", "15.5 send BYE", "19.5 send BYE", "23.5 send BYE", "27.5 send BYE",
			"31.5 send BYE", "32 failed 408", "32 ended",
		}},
		{"E in Proceeding is T2", func(b *bench) {
			b.request(udp, message.OPTIONS)
			b.run(time.Second)
			b.answered(udp, 100, message.OPTIONS)
		}, []string{
			"0 send OPTIONS", "0.5 send OPTIONS", "1.5 send OPTIONS", "5.5 send OPTIONS", "9.5 send OPTIONS", "13.5 send OPTIONS", "17.5 send OPTIONS", "21.5 send OPTIONS",
			"25.5 send OPTIONS", "29.5 send OPTIONS", "32 failed 408", "32 ended",
		}},
		{"E in Proceeding, and an answer", func(b *bench) {
			b.request(udp, message.OPTIONS)
			b.answered(udp, 100, message.OPTIONS)
			b.run(6 * time.Second)
			b.answered(udp, 200, message.OPTIONS)
		}, []string{"0 send OPTIONS", "0.5 send OPTIONS", "4.5 send OPTIONS", "6 response 200", "11 ended"}},
		{"F on a stream", func(b *bench) { b.request(tcp, message.BYE) }, []string{"0 send BYE", "32 failed 408", "32 ended"}},
		{"F on a stream, in Proceeding", func(b *bench) { b.request(tcp, message.BYE); b.answered(tcp, 100, message.BYE) }, []string{"0 send BYE", "32 failed 408", "32 ended"}},
		{"K", func(b *bench) { b.request(udp, message.BYE); b.answered(udp, 200, message.BYE) }, []string{"0 send BYE", "0 response 200", "5 ended"}},
		{"K on a stream", func(b *bench) { b.request(tcp, message.BYE); b.answered(tcp, 200, message.BYE) }, []string{"0 send BYE", "0 response 200", "0 ended"}},

		// G and H: a refusal's repeats double up to T2, beyond 20 s too.
		{"G, H", func(b *bench) { b.receive(udp, text("INVITE sip:c@d SIP/2.0")); b.respond(486, "t") }, []string{
			"0 request INVITE", "0 send 486", "0.5 send 486", "1.5 send 486", "3.5 send 486", "7.5 send 486", "11.5 send 486", "15.5 send 486", "19.5 send 486", "23.5 send 486",
			"27.5 send 486", "31.5 send 486", "32 ended",
		}},
		{"H on a stream", func(b *bench) { b.receive(tcp, text("INVITE sip:c@d SIP/2.0")); b.respond(486, "t") }, []string{"0 request INVITE", "0 send 486", "32 ended"}},
		{"I", func(b *bench) {
			b.receive(udp, text("INVITE sip:c@d SIP/2.0"))
			b.respond(486, "t")
			b.run(time.Second)
			b.receive(udp, text("ACK sip:c@d SIP/2.0"))
		}, []string{"0 request INVITE", "0 send 486", "0.5 send 486", "6 ended"}},
		{"I on a stream", func(b *bench) {
			b.receive(tcp, text("INVITE sip:c@d SIP/2.0"))
			b.respond(486, "t")
			b.run(time.Second)
			b.receive(tcp, text("ACK sip:c@d SIP/2.0"))
		}, []string{"0 request INVITE", "0 send 486", "1 ended"}},
		{"L", func(b *bench) { b.receive(udp, text("INVITE sip:c@d SIP/2.0")); b.respond(200, "t") }, []string{"0 request INVITE", "0 send 200", "32 ended"}},
		{"L on a stream", func(b *bench) { b.receive(tcp, text("INVITE sip:c@d SIP/2.0")); b.respond(200, "t") }, []string{"0 request INVITE", "0 send 200", "32 ended"}},
		{"J", func(b *bench) {
			b.receive(udp, text("OPTIONS sip:c@d SIP/2.0"))
			b.respond(200, "t")
			b.run(31 * time.Second)
			b.receive(udp, text("OPTIONS sip:c@d SIP/2.0"))
		}, []string{"0 request OPTIONS", "0 send 200", "31 send 200", "32 ended"}},
		{"J on a stream", func(b *bench) { b.receive(tcp, text("OPTIONS sip:c@d SIP/2.0")); b.respond(200, "t") }, []string{"0 request OPTIONS", "0 send 200", "0 ended"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := newBench(t)
			c.life(b)
			b.run(2 * time.Minute)
			b.want(c.want...)
			b.empty()
		})
	}
}
