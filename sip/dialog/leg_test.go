package dialog

import (
	"bytes"
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/fxamacker/cbor/v2"

	"github.com/hotline12345/hotline/sip/message"
	"github.com/hotline12345/hotline/turn"
)

const (
	t1    = 500 * time.Millisecond
	began = turn.Instant(time.Hour)
)

// bench is one leg under a clock that jumps. Every action becomes a line of
// its transcript.
type bench struct {
	t    testing.TB
	leg  *Leg
	o    Options
	env  Env
	out  []Action
	base uint32 // our first CSeq: the transcript counts from it
	log  []string

	raws     []string // of sends and responses, in order
	lastSend *message.Message
	lastTx   turn.ID // of the last send
	inviteTx turn.ID // of the last INVITE of ours
	invite   *message.Message
	txs      turn.ID // server transactions
	told     int     // how often the end was
	gone     int     // how often it was released
	wild     bool    // what comes in follows no rule
}

func newBench(t testing.TB) *bench {
	b := &bench{t: t, o: Options{T1: t1, T2: 4 * time.Second, UserAgent: "Hotline"}, txs: 1000}
	b.env = Env{
		Now: began, IDs: turn.NewIDs(1), Rand: turn.NewRand([32]byte{7}), Out: &b.out,
		Path: Path{
			Flow:   message.Flow{Interface: "a", Transport: message.UDP, Remote: netip.MustParseAddrPort("10.0.0.2:5060")},
			SentBy: "10.0.0.1:5060", Contact: "<sip:hotline@10.0.0.1:5060>", OK: true,
		},
	}
	return b
}

// incoming begins a leg with an INVITE of theirs.
func incoming(t testing.TB, body string, headers ...string) *bench {
	t.Helper()
	b := newBench(t)
	m := b.theirs(message.INVITE, 1, body, headers...)
	b.txs++
	b.leg = Incoming(&b.env, &b.o, 1, b.txs, m)
	b.note()
	return b
}

// outgoing begins a leg with an INVITE of ours.
func outgoing(t testing.TB, body string, headers ...string) *bench {
	t.Helper()
	b := newBench(t)
	b.leg = Outgoing(&b.env, &b.o, 1, Invite{
		RequestURI: "sip:bob@10.0.0.2", From: `"12345" <sip:12345@hotline>`, To: "<sip:bob@10.0.0.2>", Body: []byte(body), Headers: headers,
	})
	b.base = b.leg.Seq
	b.note()
	return b
}

// established is an outgoing leg whose 200 has come, or an incoming one whose
// ACK has.
func established(t testing.TB, server bool) *bench {
	t.Helper()
	if server {
		b := incoming(t, "offer")
		b.answer("answer")
		b.ack(1, "")
		b.log = nil
		return b
	}
	b := outgoing(t, "offer")
	b.response(b.invite, b.inviteTx, 200, "bob", "answer", "Contact", "<sip:bob@10.0.0.2:5070>")
	b.log = nil
	return b
}

func (b *bench) parse(raw []byte) *message.Message {
	b.t.Helper()
	m, fault := message.Parse(raw)
	if fault != nil {
		b.t.Fatalf("%v in\n%s", fault, raw)
	}
	return m
}

// theirs is a request of the peer's within the dialog, or an INVITE that
// begins one. Headers are pairs; a body is SDP unless Content-Type is among
// them.
func (b *bench) theirs(method message.Method, seq uint32, body string, headers ...string) *message.Message {
	b.t.Helper()
	from, to, call, uri := "<sip:alice@10.0.0.2>;tag=alice", "<sip:12345@hotline>", "call-1", "sip:hotline@10.0.0.1:5060"
	if b.leg != nil {
		to += ";tag=" + b.leg.Tag
		call = b.leg.Call
		if !b.leg.Server {
			from = "<sip:bob@10.0.0.2>;tag=bob"
		}
	}
	kind := "application/sdp"
	fixed := map[string]string{"From": from, "Contact": "<sip:alice@10.0.0.2:5090>"}
	w := message.NewRequest(method, uri).
		Header("Via", fmt.Sprintf("SIP/2.0/UDP 10.0.0.2:5060;branch=z9hG4bK%s%d", method, seq)).Header("Max-Forwards", "70").
		Header("To", to).Header("Call-ID", call).Header("CSeq", fmt.Sprintf("%d %s", seq, method))
	for i := 0; i < len(headers); i += 2 {
		switch headers[i] {
		case "Content-Type":
			kind = headers[i+1]
		case "From", "Contact":
			fixed[headers[i]] = headers[i+1]
		default:
			w.Header(headers[i], headers[i+1])
		}
	}
	w.Header("From", fixed["From"])
	if fixed["Contact"] != "" {
		w.Header("Contact", fixed["Contact"])
	}
	if body != "" {
		w.Body(kind, []byte(body))
	}
	return b.parse(w.Bytes())
}

func (b *bench) request(method message.Method, seq uint32, body string, headers ...string) {
	b.t.Helper()
	b.txs++
	b.leg.Request(&b.env, b.txs, b.theirs(method, seq, body, headers...))
	b.note()
}

func (b *bench) ack(seq uint32, body string) {
	b.t.Helper()
	b.leg.TakeACK(&b.env, b.theirs(message.ACK, seq, body))
	b.note()
}

func responseTo(t testing.TB, request *message.Message, status int, tag, body string, headers ...string) *message.Message {
	t.Helper()
	w := add(request.Response(status, "", tag), headers)
	if body != "" {
		w.Body("application/sdp", []byte(body))
	}
	m, fault := message.Parse(w.Bytes())
	if fault != nil {
		t.Fatal(fault)
	}
	return m
}

// response gives the leg a response of the peer's, by its transaction.
func (b *bench) response(to *message.Message, tx turn.ID, status int, tag, body string, headers ...string) {
	b.t.Helper()
	b.leg.Response(&b.env, tx, responseTo(b.t, to, status, tag, body, headers...))
	b.note()
}

func (b *bench) stray(to *message.Message, status int, tag, body string, headers ...string) {
	b.t.Helper()
	b.leg.Stray(&b.env, responseTo(b.t, to, status, tag, body, headers...))
	b.note()
}

func (b *bench) answer(body string) {
	b.t.Helper()
	b.leg.Answer(&b.env, nil, []byte(body))
	b.note()
}

func (b *bench) end(cause Cause) {
	b.t.Helper()
	b.leg.End(&b.env, cause)
	b.note()
}

func (b *bench) do(step func(env *Env, l *Leg)) {
	b.t.Helper()
	step(&b.env, b.leg)
	b.note()
}

// run lets d go by, deadline after deadline.
func (b *bench) run(d time.Duration) {
	b.t.Helper()
	steps := 0
	for end := b.env.Now.Add(d); ; steps++ {
		if steps > 10000 {
			b.t.Fatalf("no rest by %v: phase %d, deadline %v", b.env.Now.Sub(began), b.leg.Phase, b.leg.Deadline())
		}
		next := b.leg.Deadline()
		if next == 0 || next > end {
			b.env.Now = end
			return
		}
		b.env.Now = max(b.env.Now, next)
		b.leg.Expire(&b.env)
		if next = b.leg.Deadline(); next != 0 && next <= b.env.Now {
			b.t.Fatalf("the deadline %v is not met by Expire", next)
		}
		b.note()
	}
}

// restart is what a kill does to a leg: nothing but its record comes back.
func (b *bench) restart() {
	b.t.Helper()
	var r Record
	if err := cbor.Unmarshal(encoded(b.t, b.leg.Record()), &r); err != nil {
		b.t.Fatal(err)
	}
	b.leg = Restore(&b.env, &b.o, r)
	b.note()
}

var deterministic, _ = cbor.CoreDetEncOptions().EncMode()

func encoded(t testing.TB, r Record) []byte {
	t.Helper()
	p, err := deterministic.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// note writes down what came out, and checks what must hold after each step.
func (b *bench) note() {
	b.t.Helper()
	for _, a := range b.out {
		if a.Leg != 1 {
			b.t.Errorf("an action for leg %v", a.Leg)
		}
		line := b.line(&a)
		b.log = append(b.log, fmt.Sprintf("%g %s", b.env.Now.Sub(began).Seconds(), line))
	}
	b.out = b.out[:0]
	record := encoded(b.t, b.leg.Record())
	var back Record
	if err := cbor.Unmarshal(record, &back); err != nil || !bytes.Equal(encoded(b.t, back), record) {
		b.t.Errorf("the record does not survive the journal: %v", err)
	}
}

func (b *bench) line(a *Action) string {
	with := func(line string, body []byte) string {
		if body != nil {
			line += " [" + string(body) + "]"
		}
		return line
	}
	cause := func() string {
		s := ""
		if a.ByPeer {
			s = " by peer"
		}
		return s + " " + strings.TrimSpace(fmt.Sprintf("%d/%d %s", a.Cause.Status, a.Cause.Q850, a.Cause.Text))
	}
	switch a.Kind {
	case Send, SendAck:
		m := b.parse(a.Raw)
		if a.Kind == SendAck && m.Method != message.ACK || a.Kind == Send && a.Tx == 0 {
			b.t.Errorf("sends %s in transaction %v", m.Method, a.Tx)
		}
		b.raws = append(b.raws, string(a.Raw))
		if a.Kind == Send {
			b.lastSend, b.lastTx = m, a.Tx
		}
		if m.Method == message.INVITE {
			b.invite, b.inviteTx = m, a.Tx
		}
		line := fmt.Sprintf("%s +%d %s", m.Method, m.CSeq-b.base, m.RequestURI)
		if tag := m.To.Tag(); tag != "" {
			line += " to " + tag
		}
		for _, route := range m.All("Route") {
			line += " via " + route
		}
		if reasons := m.All("Reason"); len(reasons) > 0 {
			line += " " + strings.Join(reasons, ", ")
		}
		if m.Method == message.NOTIFY {
			line += fmt.Sprintf(" %s %s %q", m.Get("Event"), m.Get("Subscription-State"), m.Body)
			if m.Get("Content-Type") != "message/sipfrag;version=2.0" || target(m) == "" {
				b.t.Errorf("no NOTIFY for a REFER:\n%s", a.Raw)
			}
		}
		return with(line, bodyOf(m))
	case Respond:
		m := b.parse(a.Raw)
		if m.Status != a.Status {
			b.t.Errorf("status %d around a %d", a.Status, m.Status)
		}
		if tag := m.To.Tag(); (tag == b.leg.Tag) != (a.Status > 100) && !b.wild {
			b.t.Errorf("%d with To tag %q", a.Status, tag)
		}
		b.raws = append(b.raws, string(a.Raw))
		line := fmt.Sprintf("%d to %d %s", a.Status, m.CSeq, m.Method)
		if wait := m.Get("Retry-After"); wait != "" {
			line += " later"
		}
		if tags := m.Get("Unsupported"); tags != "" {
			line += " " + tags
		}
		if m.Method == message.REFER && a.Status/100 == 2 && (target(m) == "" || m.Get("Allow") == "") {
			b.t.Errorf("no answer to a REFER:\n%s", a.Raw)
		}
		if m.Get("Refer-Sub") == "false" {
			line += " quiet"
		}
		return with(line, bodyOf(m))
	case CancelTx:
		if a.Tx != b.inviteTx {
			b.t.Errorf("cancels %v, not the INVITE %v", a.Tx, b.inviteTx)
		}
		return strings.TrimSpace("CANCEL " + strings.Join(a.Headers, " "))
	case Ringing:
		return with(fmt.Sprintf("ringing %d of %s", a.Status, a.Fork), a.Body)
	case Answered:
		return with("answered of "+a.Fork, a.Body)
	case Acked:
		return with("acked", a.Body)
	case Refused:
		b.tell()
		line := fmt.Sprintf("refused %d%s", a.Status, cause())
		if a.RetryAfter != 0 {
			line += " after " + a.RetryAfter.String()
		}
		return line
	case Offered:
		return with("offered", a.Body)
	case Reanswered:
		return with(fmt.Sprintf("reanswered %d", a.Status), a.Body)
	case Digit:
		return fmt.Sprintf("digit %c %v", a.Digit, a.Duration)
	case Referred:
		r := a.Refer
		return strings.TrimRight(fmt.Sprintf("referred %s %s %s %s", r.Target, r.User, r.Replaces, r.By), " ")
	case Ended:
		b.tell()
		return "ended" + cause()
	case Released:
		return "released"
	}
	b.t.Fatalf("unknown action %d", a.Kind)
	return ""
}

func (b *bench) tell() {
	if b.told++; b.told > 1 {
		b.t.Error("the end is told twice")
	}
}

// want compares the transcript since the last call.
func (b *bench) want(lines ...string) {
	b.t.Helper()
	if got, want := strings.Join(b.log, "\n"), strings.Join(lines, "\n"); got != want {
		b.t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	b.log = nil
}
