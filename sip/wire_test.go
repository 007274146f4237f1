package sip

import (
	"fmt"
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/hotline12345/hotline/sip/message"
)

// patient bounds every wait of these tests; none comes near it unless it
// fails.
const patient = 10 * time.Second

// rig is a wire with what it told.
type rig struct {
	t    *testing.T
	wire *Wire
	got  chan Received
}

func open(t *testing.T, o Options, listens ...Listen) *rig {
	t.Helper()
	r := &rig{t: t, got: make(chan Received, 4096)}
	w, err := Open(listens, o, func(x Received) bool {
		select {
		case r.got <- x:
			return true
		default:
			return false
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	r.wire = w
	t.Cleanup(w.Close)
	return r
}

func listen(iface string, transport message.Transport, ip string) Listen {
	return Listen{iface, transport, netip.AddrPortFrom(netip.MustParseAddr(ip), 0)}
}

// local is where the i-th listener is bound.
func (r *rig) local(i int) netip.AddrPort { return r.wire.Listeners()[i].Local }

// next is what the wire tells next, which must be of the kind.
func (r *rig) next(kind Kind) Received {
	r.t.Helper()
	select {
	case x := <-r.got:
		if x.Kind != kind {
			r.t.Fatalf("told %d (%v, %q), want %d", x.Kind, x.Flow, x.Raw, kind)
		}
		return x
	case <-time.After(patient):
		r.t.Fatalf("nothing of kind %d came", kind)
	}
	return Received{}
}

// until waits for something that counters tell and nothing else does.
func (r *rig) until(what string, done func(Stats) bool) {
	r.t.Helper()
	for end := time.Now().Add(patient); !done(r.wire.Stats()); {
		if time.Now().After(end) {
			r.t.Fatalf("%s: never; %+v", what, r.wire.Stats())
		}
		time.Sleep(time.Millisecond)
	}
}

func sipText(n int, body string) string {
	return fmt.Sprintf("OPTIONS sip:a@b SIP/2.0\r\nVia: SIP/2.0/UDP c;branch=z9hG4bK%d\r\nFrom: <sip:a@b>;tag=1\r\n"+
		"To: <sip:a@b>\r\nCall-ID: %d\r\nCSeq: 1 OPTIONS\r\nContent-Length: %d\r\n\r\n%s", n, n, len(body), body)
}

// phone is a UDP socket at an address of its own.
func phone(t *testing.T, ip string) *net.UDPConn {
	t.Helper()
	c, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.ParseIP(ip)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	if err := c.SetDeadline(time.Now().Add(patient)); err != nil {
		t.Fatal(err)
	}
	return c
}

func addrOfPhone(c *net.UDPConn) netip.AddrPort { return c.LocalAddr().(*net.UDPAddr).AddrPort() }

func say(t *testing.T, c *net.UDPConn, to netip.AddrPort, text string) {
	t.Helper()
	if _, err := c.WriteToUDPAddrPort([]byte(text), to); err != nil {
		t.Fatal(err)
	}
}

func TestAPortThatIsTakenIsNamedAndNothingStaysBound(t *testing.T) {
	taken := open(t, Options{}, listen("a", message.UDP, "127.1.0.1"))
	free := phone(t, "127.1.0.1")
	first := Listen{"a", message.UDP, addrOfPhone(free)}
	free.Close()
	for _, transport := range []message.Transport{message.UDP, message.TCP} {
		other := open(t, Options{}, listen("a", transport, "127.1.0.1"))
		_, err := Open([]Listen{first, {"b", transport, other.local(0)}}, Options{}, nil)
		if err == nil || !strings.Contains(err.Error(), `interface "b", `+transport.String()+" "+other.local(0).String()+": address already in use") {
			t.Errorf("error %v", err)
		}
	}
	if _, err := Open([]Listen{{"a", message.TLS, taken.local(0)}}, Options{}, nil); err == nil {
		t.Error("a transport that is not there was opened")
	}
	again, err := Open([]Listen{first}, Options{}, nil)
	if err != nil {
		t.Fatalf("what a failed Open had bound is still bound: %v", err)
	}
	again.Close()
	again.Close() // twice does no harm
}

func TestNothingIsToldOnceClosed(t *testing.T) {
	r := open(t, Options{}, listen("a", message.UDP, "127.1.0.1"), listen("a", message.TCP, "127.1.0.1"))
	c := dialTCP(t, r.local(1), "127.0.0.1")
	r.next(FlowOpened)
	r.wire.Close()
	if n, err := c.Read(make([]byte, 1)); err == nil {
		t.Errorf("%d bytes from a closed wire", n)
	}
	for _, transport := range []message.Transport{message.UDP, message.TCP, message.TLS} {
		r.wire.Send(message.Flow{Interface: "a", Transport: transport, Remote: r.local(0), Conn: 3}, []byte("x"))
		r.wire.Send(message.Flow{Interface: "a", Transport: transport, Remote: r.local(0)}, []byte("x"))
	}
	select {
	case x := <-r.got:
		t.Errorf("told %+v", x)
	default:
	}
	if n := r.wire.Stats().Conns; n != 0 {
		t.Errorf("%d connections are left", n)
	}
}

func TestWhatHasNoListenerIsRefused(t *testing.T) {
	r := open(t, Options{}, listen("a", message.UDP, "127.1.0.1"), listen("a", message.TCP, "127.1.0.1"))
	for _, flow := range []message.Flow{
		{Interface: "b", Transport: message.UDP, Remote: r.local(0)},
		{Interface: "b", Transport: message.TCP, Remote: r.local(0)},
		{Interface: "a", Transport: message.TLS, Remote: r.local(0)},
		{Interface: "a", Transport: message.UDP, Remote: netip.MustParseAddrPort("[::1]:5060")},
		{Interface: "a", Transport: message.TCP, Remote: netip.MustParseAddrPort("[::1]:5060")},
	} {
		r.wire.Send(flow, []byte("x"))
		if got := r.next(FlowRefused); got.Flow != flow {
			t.Errorf("refused %v, want %v", got.Flow, flow)
		}
	}
}

func TestAllOfTheSystemsPortsAreTold(t *testing.T) {
	r := open(t, Options{}, listen("a", message.TCP, "127.1.0.1"), listen("b", message.UDP, "127.1.0.2"))
	got := r.wire.Listeners()
	if len(got) != 2 || got[0].Interface != "b" || got[0].Transport != message.UDP || got[1].Interface != "a" ||
		got[0].Local.Addr() != netip.MustParseAddr("127.1.0.2") || got[0].Local.Port() == 0 || got[1].Local.Port() == 0 {
		t.Errorf("listeners %v", got)
	}
}
