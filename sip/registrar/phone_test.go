package registrar

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/hotline12345/hotline/sip/digest"
	"github.com/hotline12345/hotline/sip/message"
	"github.com/hotline12345/hotline/turn"
)

const realm = "hotline"

var (
	udp = message.Flow{Interface: "phones", Transport: message.UDP, Local: netip.MustParseAddrPort("192.0.2.1:5060"), Remote: netip.MustParseAddrPort("198.51.100.7:5062")}
	tcp = message.Flow{Interface: "phones", Transport: message.TCP, Local: netip.MustParseAddrPort("192.0.2.1:5060"), Remote: netip.MustParseAddrPort("198.51.100.7:40000"), Conn: 9}
)

// bench is a registrar with its clock; 8001 to 8003 are its phones.
type bench struct {
	testing.TB
	*Registrar
	now   turn.Instant
	out   []Action
	after func() // each Expire, where set
}

func newBench(t testing.TB, change func(*Options)) *bench {
	o := Options{Realm: realm, Domains: []string{"hotline.example"}, Phones: func(name string) bool { return name != "8009" }}
	if change != nil {
		change(&o)
	}
	keys := func(phone string) (digest.Keys, bool) {
		if !strings.HasPrefix(phone, "800") {
			return digest.Keys{}, false
		}
		return digest.HA1(phone, realm, "secret"), true
	}
	return &bench{TB: t, Registrar: New(o, [32]byte{1}, keys), now: turn.Instant(time.Hour)}
}

// wait lets time go by, with all that becomes due on its way.
func (b *bench) wait(d time.Duration) {
	end := b.now.Add(d)
	for {
		next := b.Next()
		if next == 0 || next > end {
			break
		}
		b.now = max(b.now, next)
		b.Expire(b.now, &b.out)
		if after := b.Next(); after != 0 && after <= b.now {
			b.Fatalf("Expire left a deadline overdue")
		}
		if b.after != nil {
			b.after()
		}
	}
	b.now = end
}

// took returns the actions since it was last asked, as text.
func (b *bench) took() string {
	var out []string
	for _, a := range b.out {
		switch a.Kind {
		case Probe:
			out = append(out, "probe "+a.Phone)
		case Changed:
			out = append(out, "changed "+a.Phone)
		case Gone:
			out = append(out, "gone "+a.Phone)
		case Reachable:
			out = append(out, fmt.Sprintf("reachable %s %v", a.Phone, a.Yes))
		}
	}
	b.out = b.out[:0]
	return strings.Join(out, ", ")
}

// handset is a phone's own side.
type handset struct {
	*bench
	name, password  string
	callID, contact string
	cseq, nc        uint32
	challenges      []string
	expires         string
	method          message.Method
	target          string // Request-URI
	from            string
}

func (b *bench) handset(name string) *handset {
	return &handset{
		bench: b, name: name, password: "secret", callID: "call-" + name, contact: "<sip:" + name + "@10.0.0.5:5062;line=Ab>",
		method: message.REGISTER, target: "sip:hotline.example", from: name,
	}
}

// request writes the next request, with credentials once there was a challenge.
func (h *handset) request() *message.Message {
	h.cseq++
	var authorization string
	if h.challenges != nil {
		h.nc++
		var err error
		authorization, err = digest.Answer(h.challenges, h.name, h.password, string(h.method), h.target, "cnonce", h.nc)
		if err != nil {
			h.Fatal(err)
		}
	}
	return h.written(authorization)
}

func (h *handset) written(authorization string) *message.Message {
	w := message.NewRequest(h.method, h.target).
		Header("Via", "SIP/2.0/UDP 10.0.0.5:5062;branch=z9hG4bK1;rport").
		Header("From", "<sip:"+h.from+"@hotline.example>;tag=1").
		Header("To", "<sip:"+h.name+"@hotline.example>").
		Header("Call-ID", h.callID).
		Header("CSeq", fmt.Sprintf("%d %s", h.cseq, h.method)).
		Header("User-Agent", "Desk phone")
	for line := range strings.SplitSeq(h.contact, "|") {
		if line != "" {
			w.Header("Contact", line)
		}
	}
	if h.expires != "" {
		w.Header("Expires", h.expires)
	}
	if authorization != "" {
		w.Header("Authorization", authorization)
	}
	m, fault := message.Parse(w.Bytes())
	if fault != nil {
		h.Fatal(fault.Reason)
	}
	return m
}

// register does what a phone does: it answers a challenge, once.
func (h *handset) register(flow message.Flow) Answer {
	a := h.Register(h.now, flow, h.request(), &h.out)
	if a.Status == 401 {
		h.take(a)
		a = h.Register(h.now, flow, h.request(), &h.out)
	}
	return a
}

// take keeps an answer's challenges and begins to count anew.
func (h *handset) take(a Answer) {
	h.challenges, h.nc = nil, 0
	for i := 0; i < len(a.Headers); i += 2 {
		if a.Headers[i] == "WWW-Authenticate" {
			h.challenges = append(h.challenges, a.Headers[i+1])
		}
	}
	if len(h.challenges) == 0 {
		h.Fatalf("status %d (%s) without a challenge", a.Status, a.Reason)
	}
}

func (h *handset) must(status int, a Answer) Answer {
	h.Helper()
	if a.Status != status {
		h.Fatalf("answer %d (%s), want %d", a.Status, a.Reason, status)
	}
	return a
}

// stale says whether an answer's challenge blames the nonce alone.
func stale(t testing.TB, a Answer) bool {
	t.Helper()
	if a.Status != 401 {
		t.Fatalf("answer %d (%s), want a challenge", a.Status, a.Reason)
	}
	c, err := digest.ParseChallenge(a.Headers[1])
	if err != nil {
		t.Fatal(err)
	}
	return c.Stale
}
