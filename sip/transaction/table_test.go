package transaction

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/hotline12345/hotline/sip/message"
	"github.com/hotline12345/hotline/turn"
)

const t1 = 500 * time.Millisecond

// bench is a table under a clock that jumps.
type bench struct {
	t     *testing.T
	table *Table
	ids   *turn.IDs
	now   turn.Instant
	out   []Action
	log   []string // what came out, as "5.5s SEND 200 INVITE"
	last  turn.ID  // of NewRequest
}

func newBench(t *testing.T) *bench {
	return &bench{t: t, table: New(Options{T1: t1, T2: 4 * time.Second, T4: 5 * time.Second}), ids: turn.NewIDs(1), now: turn.Instant(time.Hour)}
}

var (
	udp = message.Flow{
		Interface: "a", Transport: message.UDP,
		Local: netip.MustParseAddrPort("10.0.0.1:5060"), Remote: netip.MustParseAddrPort("10.0.0.2:5060"),
	}
	tcp = message.Flow{Interface: "a", Transport: message.TCP, Local: udp.Local, Remote: udp.Remote, Conn: 7}
)

func text(start string, lines ...string) []byte {
	head := []string{start, "Via: SIP/2.0/UDP 10.0.0.2:5060;branch=z9hG4bKx", "From: <sip:a@b>;tag=f", "To: <sip:c@d>", "Call-ID: 1", "CSeq: 1 " + strings.Fields(start)[0]}
	for _, line := range lines {
		name, _, _ := strings.Cut(line, ":")
		for i := range head {
			if strings.HasPrefix(head[i], name+":") {
				head[i], line = line, ""
			}
		}
		if line != "" {
			head = append(head, line)
		}
	}
	return []byte(strings.Join(head, "\r\n") + "\r\nContent-Length: 0\r\n\r\n")
}

func (b *bench) receive(flow message.Flow, raw []byte) {
	b.t.Helper()
	m, fault := message.Parse(raw)
	if fault != nil {
		b.t.Fatalf("%v in\n%s", fault, raw)
	}
	m.SetSource(flow)
	b.table.Receive(b.now, flow, m, b.ids, &b.out)
	b.note()
}

func (b *bench) respond(status int, tag string) {
	b.t.Helper()
	b.table.Respond(b.now, b.last, status, []byte(fmt.Sprintf("SIP/2.0 %d x\r\nCSeq: 1 INVITE\r\nTo: <sip:c@d>;tag=%s\r\n\r\n", status, tag)), &b.out)
	b.note()
}

func (b *bench) note() {
	b.t.Helper()
	for _, a := range b.out {
		what := ""
		switch a.Kind {
		case Send:
			first, _, _ := strings.Cut(string(a.Raw), "\r\n")
			what = "send " + strings.Fields(first)[0]
			if strings.HasPrefix(first, "SIP/2.0") {
				what = "send " + strings.Fields(first)[1]
			}
		case NewRequest:
			b.last = a.ID
			what = "request " + string(a.Message.Method)
		case Response:
			what = fmt.Sprintf("response %d", a.Message.Status)
		case Stray:
			what = fmt.Sprintf("stray %d", a.Message.Status)
		case Ack:
			what = "ack"
		case Cancelled:
			what = "cancelled"
		case Failed:
			what = fmt.Sprintf("failed %d", a.Status)
		case Ended:
			what = "ended"
		default:
			continue
		}
		b.log = append(b.log, fmt.Sprintf("%g %s", b.now.Sub(turn.Instant(time.Hour)).Seconds(), what))
	}
	b.out = b.out[:0]
	if err := b.table.Check(b.now); err != nil {
		b.t.Fatal(err)
	}
}

// run lets d go by, deadline after deadline.
func (b *bench) run(d time.Duration) {
	b.t.Helper()
	for end := b.now.Add(d); ; {
		next := b.table.Next()
		if next == 0 || next > end {
			b.now = end
			return
		}
		b.now = max(b.now, next)
		b.table.Expire(b.now, &b.out)
		b.note()
	}
}

func (b *bench) want(lines ...string) {
	b.t.Helper()
	if got, want := strings.Join(b.log, ", "), strings.Join(lines, ", "); got != want {
		b.t.Errorf("got  %s\nwant %s", got, want)
	}
	b.log = nil
}

func (b *bench) empty() {
	b.t.Helper()
	if b.table.Len() != 0 || b.table.Next() != 0 || len(b.table.byKey)+len(b.table.merged)+len(b.table.byFlow) != 0 {
		b.t.Errorf("%d transactions are left, indexes %d %d %d", b.table.Len(), len(b.table.byKey), len(b.table.merged), len(b.table.byFlow))
	}
}

func TestInviteServerRepeatsItsRefusalUntilTheACK(t *testing.T) {
	b := newBench(t)
	b.receive(udp, text("INVITE sip:c@d SIP/2.0"))
	b.respond(100, "")
	b.receive(udp, text("INVITE sip:c@d SIP/2.0"))
	b.want("0 request INVITE", "0 send 100", "0 send 100")
	b.respond(486, "t")
	b.run(8 * time.Second)
	b.want("0 send 486", "0.5 send 486", "1.5 send 486", "3.5 send 486", "7.5 send 486")
	b.receive(udp, text("ACK sip:c@d SIP/2.0"))
	b.receive(udp, text("INVITE sip:c@d SIP/2.0"))
	b.run(time.Minute)
	b.want("13 ended")
	b.empty()
}

func TestInviteServerWithoutACKEndsAfter64T1(t *testing.T) {
	b := newBench(t)
	b.receive(udp, text("INVITE sip:c@d SIP/2.0"))
	b.respond(486, "t")
	b.run(time.Minute)
	if got := b.log[len(b.log)-1]; got != "32 ended" {
		t.Errorf("last: %s", got)
	}
	b.empty()
}

func TestAcceptedInviteAbsorbsRepeatsAndPassesTheACKUp(t *testing.T) {
	b := newBench(t)
	b.receive(udp, text("INVITE sip:c@d SIP/2.0"))
	b.respond(200, "t")
	b.receive(udp, text("INVITE sip:c@d SIP/2.0"))
	b.respond(200, "t") // the user repeats it
	b.receive(udp, text("ACK sip:c@d SIP/2.0"))
	b.receive(udp, text("ACK sip:c@d SIP/2.0"))
	b.want("0 request INVITE", "0 send 200", "0 send 200", "0 ack", "0 ack")
	b.run(time.Minute)
	b.want("32 ended")
	b.empty()
}

// SIPGO.md: "CANCEL race: after the 487, a late Respond(200) replaces the
// stored response and timer G sends the 200".
func TestAfterTheRefusalNo200IsSent(t *testing.T) {
	b := newBench(t)
	b.receive(udp, text("INVITE sip:c@d SIP/2.0"))
	b.table.SetTag(b.last, "t")
	b.respond(180, "t")
	b.receive(udp, text("CANCEL sip:c@d SIP/2.0"))
	b.want("0 request INVITE", "0 send 180", "0 send 200", "0 cancelled")
	b.respond(487, "t")
	b.respond(200, "t")
	b.run(4 * time.Second)
	b.want("0 send 487", "0.5 send 487", "1.5 send 487", "3.5 send 487")
	b.run(time.Minute)
	b.empty()
}

// SIPGO.md: "180, 487 and the CANCEL's 200 carry three different To tags".
func TestTheCANCELsAnswerHasTheINVITEsTag(t *testing.T) {
	b := newBench(t)
	b.receive(udp, text("INVITE sip:c@d SIP/2.0"))
	b.table.SetTag(b.last, "ours")
	m, _ := message.Parse(text("CANCEL sip:c@d SIP/2.0"))
	b.table.Receive(b.now, udp, m, b.ids, &b.out)
	if raw := string(b.out[0].Raw); b.out[0].Kind != Send || !strings.Contains(raw, "To: <sip:c@d>;tag=ours") {
		t.Errorf("answer:\n%s", raw)
	}
}

func TestCANCELIsAnsweredInEveryState(t *testing.T) {
	b := newBench(t)
	b.receive(udp, text("CANCEL sip:c@d SIP/2.0"))
	b.want("0 send 481")
	b = newBench(t)
	b.receive(udp, text("INVITE sip:c@d SIP/2.0"))
	b.respond(200, "t")
	b.log = nil
	b.receive(udp, text("CANCEL sip:c@d SIP/2.0"))
	b.receive(udp, text("CANCEL sip:c@d SIP/2.0"))
	b.want("0 send 200", "0 send 200") // too late: no "cancelled"
}

func TestMergedAndSurplusRequestsAreRefusedWithoutState(t *testing.T) {
	b := newBench(t)
	b.table.o.Max = 1
	b.receive(udp, text("INVITE sip:c@d SIP/2.0"))
	b.receive(udp, text("INVITE sip:c@d SIP/2.0", "Via: SIP/2.0/UDP 10.0.0.2:5060;branch=z9hG4bKother"))
	b.receive(udp, text("INVITE sip:c@d SIP/2.0", "Via: SIP/2.0/UDP 10.0.0.2:5060;branch=z9hG4bKnew", "Call-ID: 2"))
	b.want("0 request INVITE", "0 send 482", "0 send 503")
	if b.table.Len() != 1 || b.table.Refused() != 1 {
		t.Errorf("%d transactions, %d refused", b.table.Len(), b.table.Refused())
	}
}

func TestRFC2543BranchesAreMatchedByTheWholeRequest(t *testing.T) {
	b := newBench(t)
	old := "Via: SIP/2.0/UDP 10.0.0.2:5060"
	b.receive(udp, text("INVITE sip:c@d SIP/2.0", old))
	b.receive(udp, text("INVITE sip:c@d SIP/2.0", old))
	b.respond(486, "t")
	b.receive(udp, text("ACK sip:c@d SIP/2.0", old, "To: <sip:c@d>;tag=t"))
	b.run(time.Minute)
	b.want("0 request INVITE", "0 send 486", "5 ended")
}

func (b *bench) invite(flow message.Flow) turn.ID {
	id := b.ids.Next()
	b.table.Request(b.now, id, flow, text("INVITE sip:c@d SIP/2.0", "Route: <sip:p;lr>"), &b.out)
	b.note()
	return id
}

func (b *bench) answer(status int, method, tag string) {
	b.t.Helper()
	b.receive(udp, []byte(fmt.Sprintf("SIP/2.0 %d x\r\nVia: SIP/2.0/UDP 10.0.0.2:5060;branch=z9hG4bKx\r\nFrom: <sip:a@b>;tag=f\r\nTo: <sip:c@d>;tag=%s\r\nCall-ID: 1\r\nCSeq: 1 %s\r\n\r\n", status, tag, method)))
}

func TestInviteClientRepeatsUntilItIsHeardOrGivesUp(t *testing.T) {
	b := newBench(t)
	b.invite(udp)
	b.run(40 * time.Second)
	b.want("0 send INVITE", "0.5 send INVITE", "1.5 send INVITE", "3.5 send INVITE", "7.5 send INVITE", "15.5 send INVITE",
		"31.5 send INVITE", "32 failed 408", "32 ended")
	b.empty()
	b = newBench(t)
	b.invite(tcp)
	b.run(40 * time.Second)
	b.want("0 send INVITE", "32 failed 408", "32 ended")
	b = newBench(t)
	b.invite(udp)
	b.answer(100, "INVITE", "r")
	b.run(time.Hour)
	b.want("0 send INVITE", "0 response 100")
}

// SIPGO.md: "a repeated 4xx is ACKed again 4 s late".
func TestARepeatedRefusalIsACKedAtOnceAndToldOnce(t *testing.T) {
	b := newBench(t)
	b.invite(udp)
	b.answer(486, "INVITE", "r")
	b.answer(486, "INVITE", "r")
	b.want("0 send INVITE", "0 send ACK", "0 response 486", "0 send ACK")
	b.run(time.Minute)
	b.want("32 ended")
	b.empty()
}

func TestTheACKOfARefusalGoesTheWayOfItsINVITE(t *testing.T) {
	b := newBench(t)
	b.invite(udp)
	m, _ := message.Parse([]byte("SIP/2.0 486 x\r\nVia: SIP/2.0/UDP 10.0.0.2:5060;branch=z9hG4bKx\r\nFrom: <sip:a@b>;tag=f\r\nTo: <sip:c@d>;tag=r\r\nCall-ID: 1\r\nCSeq: 1 INVITE\r\n\r\n"))
	b.table.Receive(b.now, udp, m, b.ids, &b.out)
	ack := string(b.out[0].Raw)
	for _, line := range []string{"ACK sip:c@d SIP/2.0", "branch=z9hG4bKx", "To: <sip:c@d>;tag=r", "CSeq: 1 ACK", "Route: <sip:p;lr>", "Call-ID: 1"} {
		if !strings.Contains(ack, line) {
			t.Errorf("%s is missing in\n%s", line, ack)
		}
	}
}

func TestEvery2xxIsPassedUpFor64T1ThenItIsAStray(t *testing.T) {
	b := newBench(t)
	b.invite(udp)
	b.answer(200, "INVITE", "one")
	b.answer(200, "INVITE", "two")
	b.answer(200, "INVITE", "one")
	b.run(33 * time.Second)
	b.answer(200, "INVITE", "one")
	b.want("0 send INVITE", "0 response 200", "0 response 200", "0 response 200", "32 ended", "33 stray 200")
	b.empty()
}

func TestCANCELWaitsForTheFirstProvisional(t *testing.T) {
	b := newBench(t)
	id := b.invite(udp)
	b.table.Cancel(b.now, id, []string{"Reason", "Q.850;cause=16"}, b.ids, &b.out)
	b.note()
	b.want("0 send INVITE")
	b.answer(180, "INVITE", "r")
	b.want("0 response 180", "0 send CANCEL")
	b.answer(200, "CANCEL", "r")
	b.answer(487, "INVITE", "r")
	b.run(time.Minute)
	b.want("0 send ACK", "0 response 487", "5 ended", "32 ended")
	b.empty()
}

func TestACancelledINVITEWithoutAnyFinalEnds(t *testing.T) {
	b := newBench(t)
	id := b.invite(udp)
	b.answer(180, "INVITE", "r")
	b.table.Cancel(b.now, id, nil, b.ids, &b.out)
	b.run(time.Minute)
	if last := b.log[len(b.log)-2:]; last[0] != "32 failed 408" && last[1] != "32 failed 408" && b.log[len(b.log)-3] != "32 failed 408" {
		t.Errorf("ended with %q", b.log)
	}
	b.empty()
}

func TestNonInviteClientRepeatsByTimerEAndWaitsT4(t *testing.T) {
	b := newBench(t)
	id := b.ids.Next()
	b.table.Request(b.now, id, udp, text("BYE sip:c@d SIP/2.0"), &b.out)
	b.note()
	b.run(9 * time.Second)
	b.want("0 send BYE", "0.5 send BYE", "1.5 send BYE", "3.5 send BYE", "7.5 send BYE")
	b.answer(200, "BYE", "r")
	b.answer(200, "BYE", "r")
	b.run(time.Minute)
	b.want("9 response 200", "14 ended") // K is T4, not 32 s (SIPGO.md)
	b.empty()
}

func TestARefusedFlowFailsWhatWaitsOnIt(t *testing.T) {
	b := newBench(t)
	b.invite(udp)
	other := udp
	other.Remote = netip.MustParseAddrPort("10.0.0.3:5060")
	b.table.FlowFailed(b.now, other, &b.out)
	b.note()
	b.want("0 send INVITE")
	b.table.FlowFailed(b.now, udp, &b.out)
	b.note()
	b.want("0 failed 503", "0 ended")
	b.empty()
}

// SIPGO.md: "a handler that returns before its final response ends the
// transaction".
func TestANonInviteThatNobodyAnswersEndsAtLast(t *testing.T) {
	b := newBench(t)
	b.receive(udp, text("OPTIONS sip:c@d SIP/2.0"))
	b.run(10 * time.Second)
	b.receive(udp, text("OPTIONS sip:c@d SIP/2.0"))
	b.respond(200, "t")
	b.run(time.Minute)
	b.want("0 request OPTIONS", "10 send 200", "42 ended")
	b.empty()
}

func TestARestoredTransactionSaysItsLastWordOnceMoreAndGoesOn(t *testing.T) {
	for _, c := range []struct {
		name  string
		begin func(b *bench) turn.ID
		want  []string
	}{
		{"client calling", func(b *bench) turn.ID { return b.invite(udp) }, []string{"0 send INVITE", "0.5 send INVITE", "1 response 486", "33 ended"}},
		{"server refused", func(b *bench) turn.ID {
			b.receive(udp, text("INVITE sip:c@d SIP/2.0"))
			b.respond(603, "t")
			return b.last
		}, []string{"0 send 603", "0.5 send 603", "1.5 send 603"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := newBench(t)
			id := c.begin(b)
			record, ok := b.table.Record(id)
			if !ok {
				t.Fatal("not journaled")
			}
			after := newBench(t)
			after.table.Restore(after.now, record, after.ids, &after.out)
			after.note()
			after.run(time.Second)
			if record.Client {
				m, _ := message.Parse([]byte("SIP/2.0 486 x\r\nVia: SIP/2.0/UDP 10.0.0.2:5060;branch=z9hG4bKx\r\nFrom: <sip:a@b>;tag=f\r\nTo: <sip:c@d>;tag=r\r\nCall-ID: 1\r\nCSeq: 1 INVITE\r\n\r\n"))
				after.table.Receive(after.now, udp, m, after.ids, &after.out)
			}
			after.note()
			after.run(time.Minute)
			got := strings.ReplaceAll(strings.Join(after.log, ", "), "1 send ACK, ", "")
			if !strings.HasPrefix(got, strings.Join(c.want, ", ")) {
				t.Errorf("got %s", got)
			}
			after.empty()
		})
	}
}

func FuzzTable(f *testing.F) {
	f.Add([]byte{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
	f.Add([]byte{4, 6, 8, 7, 12, 12, 9, 4, 5, 12})
	methods := []string{"INVITE", "BYE", "OPTIONS", "CANCEL", "ACK"}
	f.Fuzz(func(t *testing.T, script []byte) {
		b := newBench(t)
		var clients []turn.ID
		for i, op := range script {
			branch := fmt.Sprintf("Via: SIP/2.0/UDP 10.0.0.2:5060;branch=z9hG4bK%d", op>>6)
			switch op % 13 {
			case 0, 1, 2, 3, 4:
				b.receive(udp, text(methods[op%13]+" sip:c@d SIP/2.0", branch))
			case 5:
				b.respond(180, "t")
			case 6:
				b.respond(200, "t")
			case 7:
				b.respond(486, "t")
			case 8:
				if i < 40 {
					id := b.ids.Next()
					b.table.Request(b.now, id, udp, text(methods[op>>6%3]+" sip:c@d SIP/2.0", strings.Replace(branch, "bK", fmt.Sprintf("bKc%d", i), 1)), &b.out)
					clients = append(clients, id)
				}
			case 9:
				b.answer(int(op>>4)*40+100, "INVITE", "r")
			case 10:
				if len(clients) > 0 {
					b.table.Cancel(b.now, clients[int(op>>4)%len(clients)], nil, b.ids, &b.out)
				}
			case 11:
				b.table.FlowFailed(b.now, udp, &b.out)
			case 12:
				b.run(time.Duration(op>>4) * time.Second)
			}
			b.note()
		}
		b.run(2 * time.Minute)
		if left := b.table.Len(); left > len(script) {
			t.Fatalf("%d transactions", left)
		}
	})
}

func BenchmarkInviteBothSides(b *testing.B) {
	table := New(Options{T1: t1, T2: 4 * time.Second, T4: 5 * time.Second})
	ids := turn.NewIDs(1)
	raw := text("INVITE sip:c@d SIP/2.0")
	invite, _ := message.Parse(raw)
	refusal := []byte("SIP/2.0 486 x\r\nVia: SIP/2.0/UDP 10.0.0.2:5060;branch=z9hG4bKx\r\nFrom: <sip:a@b>;tag=f\r\nTo: <sip:c@d>;tag=t\r\nCall-ID: 1\r\nCSeq: 1 INVITE\r\n\r\n")
	response, _ := message.Parse(refusal)
	var out []Action
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		now := turn.Instant(i) * turn.Instant(time.Minute)
		out = out[:0]
		table.Receive(now, udp, invite, ids, &out)
		table.Respond(now, out[0].ID, 486, refusal, &out)
		table.Request(now, ids.Next(), udp, raw, &out)
		table.Receive(now, udp, response, ids, &out)
		table.Expire(now.Add(50*time.Second), &out)
	}
}
