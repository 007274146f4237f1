package sip

import (
	"bufio"
	"bytes"
	"io"
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/hotline12345/hotline/sip/message"
)

// dialTCP connects from an address of its own.
func dialTCP(t *testing.T, to netip.AddrPort, from string) *net.TCPConn {
	t.Helper()
	d := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(from)}}
	c, err := d.Dial("tcp", to.String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	if err := c.SetDeadline(time.Now().Add(patient)); err != nil {
		t.Fatal(err)
	}
	return c.(*net.TCPConn)
}

func write(t *testing.T, c net.Conn, text string) {
	t.Helper()
	if _, err := io.WriteString(c, text); err != nil {
		t.Fatal(err)
	}
}

func expect(t *testing.T, c net.Conn, text string) {
	t.Helper()
	buf := make([]byte, len(text))
	if n, err := io.ReadFull(c, buf); err != nil || string(buf) != text {
		t.Fatalf("read %q, %v; want %q", buf[:n], err, text)
	}
}

func expectEnd(t *testing.T, c net.Conn) {
	t.Helper()
	if n, err := c.Read(make([]byte, 1)); err == nil || timeout(err) {
		t.Fatalf("%d bytes, %v; want the end", n, err)
	}
}

func TestAConnectionIsToldItsMessagesInOrderAndItsEnd(t *testing.T) {
	r := open(t, Options{}, listen("a", message.TCP, "127.1.0.1"), listen("b", message.TCP, "127.1.0.2"))
	seen := map[uint64]bool{}
	for i, name := range []string{"a", "b", "a"} {
		c := dialTCP(t, r.local(i%2), "127.2.0.1")
		flow := r.next(FlowOpened).Flow
		if seen[flow.Conn] || flow.Conn == 0 || flow.Interface != name || flow.Transport != message.TCP ||
			flow.Local != r.local(i%2) || flow.Remote != c.LocalAddr().(*net.TCPAddr).AddrPort() {
			t.Fatalf("opened %v", flow)
		}
		seen[flow.Conn] = true
		whole := sipText(1, "one")
		for j := range len(whole) { // a byte at a time
			write(t, c, whole[j:j+1])
		}
		write(t, c, "\r\n"+sipText(2, "two")+sipText(3, "")+sipText(4, "four")[:90])
		for j, want := range []string{whole, sipText(2, "two"), sipText(3, "")} {
			if got := r.next(Arrived); string(got.Raw) != want || got.Flow != flow {
				t.Fatalf("message %d: %q on %v", j, got.Raw, got.Flow)
			}
		}
		r.wire.Send(flow, []byte("SIP/2.0 100 Trying\r\n\r\n"))
		r.wire.Send(flow, []byte("SIP/2.0 200 OK\r\n\r\n"))
		expect(t, c, "SIP/2.0 100 Trying\r\n\r\nSIP/2.0 200 OK\r\n\r\n")
		c.Close() // with a message half sent
		if got := r.next(FlowClosed); got.Flow != flow {
			t.Fatalf("closed %v", got.Flow)
		}
		r.wire.Send(flow, []byte("too late"))
		if got := r.next(FlowClosed); got.Flow != flow {
			t.Fatalf("closed again %v", got.Flow)
		}
	}
	if s := r.wire.Stats(); s.Conns != 0 || s.Accepted != 3 || s.Messages != 9 {
		t.Errorf("%+v", s)
	}
}

func TestNumbersOfConnectionsDoNotRepeatOverARestart(t *testing.T) {
	seen := map[uint64]bool{}
	for range 20 {
		r := open(t, Options{}, listen("a", message.TCP, "127.1.0.1"))
		c := dialTCP(t, r.local(0), "127.2.0.1")
		n := r.next(FlowOpened).Flow.Conn
		if seen[n] || n >= 1<<53 {
			t.Fatalf("number %d", n)
		}
		seen[n] = true
		c.Close()
		r.wire.Close()
	}
}

func TestAPingIsAnswered(t *testing.T) {
	r := open(t, Options{}, listen("a", message.TCP, "127.1.0.1"))
	c := dialTCP(t, r.local(0), "127.2.0.1")
	write(t, c, "\r\n\r\n")
	expect(t, c, "\r\n")
	write(t, c, "\r\n")
	write(t, c, "\r\n"+sipText(1, ""))
	expect(t, c, "\r\n")
	r.next(FlowOpened)
	r.next(Arrived)
}

func TestABrokenStreamIsAnsweredAndThenClosed(t *testing.T) {
	r := open(t, Options{Linger: 200 * time.Millisecond}, listen("a", message.TCP, "127.1.0.1"))
	c := dialTCP(t, r.local(0), "127.2.0.1")
	r.next(FlowOpened)
	text := strings.Replace(sipText(1, ""), "Content-Length: 0", "Content-Length: x", 1)
	write(t, c, text+strings.Repeat("more of what nobody will read ", 2000))
	got := r.next(Malformed)
	if got.Fault == nil || got.Fault.Status != 400 || got.Fault.Request == nil {
		t.Fatalf("fault %+v", got.Fault)
	}
	answer := got.Fault.Request.Response(400, "", "t").Bytes()
	r.wire.Send(got.Flow, answer)
	expect(t, c, string(answer))
	expectEnd(t, c)
	if end := r.next(FlowClosed); end.Flow != got.Flow {
		t.Errorf("closed %v", end.Flow)
	}
	if s := r.wire.Stats(); s.Broken != 1 {
		t.Errorf("%+v", s)
	}
}

func TestAStreamWaitsWhileTheInboxIsFullAndLosesNothing(t *testing.T) {
	r := open(t, Options{}, listen("a", message.TCP, "127.1.0.1"))
	c := dialTCP(t, r.local(0), "127.2.0.1")
	r.next(FlowOpened)
	for range cap(r.got) - 1 {
		r.got <- Received{}
	}
	for i := range 20 {
		write(t, c, sipText(i, ""))
	}
	r.until("waited", func(s Stats) bool { return s.Waited > 0 })
	for range cap(r.got) - 1 {
		<-r.got
	}
	for i := range 20 {
		if got := r.next(Arrived); string(got.Raw) != sipText(i, "") {
			t.Fatalf("message %d: %q", i, got.Raw)
		}
	}
}

func TestAPeerThatDoesNotReadIsClosedAndHoldsUpNobody(t *testing.T) {
	for name, o := range map[string]Options{
		"full queue": {Queue: 64, Write: patient},
		"deadline":   {Queue: 1 << 20, QueueBytes: 1 << 30, Write: 100 * time.Millisecond},
	} {
		t.Run(name, func(t *testing.T) {
			r := open(t, o, listen("a", message.TCP, "127.1.0.1"))
			lazy, brisk := dialTCP(t, r.local(0), "127.2.0.1"), dialTCP(t, r.local(0), "127.2.0.2")
			lazyFlow, briskFlow := r.next(FlowOpened).Flow, r.next(FlowOpened).Flow
			if lazyFlow.Remote != lazy.LocalAddr().(*net.TCPAddr).AddrPort() {
				lazyFlow, briskFlow = briskFlow, lazyFlow
			}
			raw := bytes.Repeat([]byte("x"), 16<<10)
			for i := 0; len(r.got) == 0; i++ {
				if i == 20000 { // 320 MB: the system never takes so much
					t.Fatal("the lazy peer is still served")
				}
				begin := time.Now()
				r.wire.Send(lazyFlow, raw)
				if d := time.Since(begin); d > time.Second {
					t.Fatalf("Send took %v", d)
				}
				if i%64 == 63 {
					time.Sleep(time.Millisecond) // paces the load; nothing is awaited
				}
			}
			if got := r.next(FlowClosed); got.Flow != lazyFlow {
				t.Fatalf("closed %v", got.Flow)
			}
			if s := r.wire.Stats(); s.Slow == 0 || s.Conns != 1 {
				t.Errorf("%+v", s)
			}
			r.wire.Send(briskFlow, []byte("for you"))
			expect(t, brisk, "for you")
		})
	}
}

func TestAnIdleConnectionIsClosed(t *testing.T) {
	r := open(t, Options{Idle: 50 * time.Millisecond}, listen("a", message.TCP, "127.1.0.1"))
	c := dialTCP(t, r.local(0), "127.2.0.1")
	flow := r.next(FlowOpened).Flow
	expectEnd(t, c)
	if got := r.next(FlowClosed); got.Flow != flow || r.wire.Stats().Idle != 1 {
		t.Errorf("closed %v, %+v", got.Flow, r.wire.Stats())
	}
}

func TestTooManyConnectionsAreClosedAtOnce(t *testing.T) {
	r := open(t, Options{Conns: 3, ConnsSource: 2}, listen("a", message.TCP, "127.1.0.1"))
	first := dialTCP(t, r.local(0), "127.2.0.1")
	r.next(FlowOpened)
	dialTCP(t, r.local(0), "127.2.0.1")
	r.next(FlowOpened)
	expectEnd(t, dialTCP(t, r.local(0), "127.2.0.1")) // the third of one source
	dialTCP(t, r.local(0), "127.2.0.2")
	r.next(FlowOpened)
	expectEnd(t, dialTCP(t, r.local(0), "127.2.0.3")) // the fourth of all
	target := message.Flow{Interface: "a", Transport: message.TCP, Remote: netip.MustParseAddrPort("127.2.0.4:1")}
	r.wire.Send(target, []byte("x")) // nor is one dialled
	if got := r.next(FlowRefused); got.Flow.Remote != target.Remote {
		t.Errorf("refused %v", got.Flow)
	}
	first.Close()
	r.next(FlowClosed)
	dialTCP(t, r.local(0), "127.2.0.1")
	r.next(FlowOpened)
	if s := r.wire.Stats(); s.OverLimit != 3 || s.Conns != 3 {
		t.Errorf("%+v", s)
	}
}

func TestASendWithoutConnectionDialsOneFromItsInterfaceAndUsesItAgain(t *testing.T) {
	r := open(t, Options{}, listen("a", message.TCP, "127.1.0.1"), listen("b", message.TCP, "127.1.0.2"))
	peer, err := net.Listen("tcp4", "127.2.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer peer.Close()
	for i, name := range []string{"a", "b"} {
		flow := message.Flow{Interface: name, Transport: message.TCP, Remote: peer.Addr().(*net.TCPAddr).AddrPort()}
		want := ""
		for n := range 10 { // some before it is connected, some after
			r.wire.Send(flow, []byte(sipText(n, "")))
			want += sipText(n, "")
		}
		c, err := peer.Accept()
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		if from := c.RemoteAddr().(*net.TCPAddr).AddrPort().Addr(); from != r.local(i).Addr() {
			t.Errorf("dialled from %v", from)
		}
		expect(t, c, want)
		opened := r.next(FlowOpened).Flow
		if opened.Conn == 0 || opened.Remote != flow.Remote || opened.Local != r.local(i) || opened.Interface != name {
			t.Errorf("opened %v", opened)
		}
		r.wire.Send(flow, []byte("again"))
		r.wire.Send(opened, []byte(" and by number"))
		expect(t, c, "again and by number")
		write(t, c, sipText(1, ""))
		if got := r.next(Arrived); got.Flow != opened {
			t.Errorf("arrived on %v", got.Flow)
		}
	}
	if s := r.wire.Stats(); s.Dialled != 2 || s.Conns != 2 {
		t.Errorf("%+v", s)
	}
}

func TestAnAcceptedConnectionIsUsedForItsPeer(t *testing.T) {
	r := open(t, Options{}, listen("a", message.TCP, "127.1.0.1"))
	c := dialTCP(t, r.local(0), "127.2.0.1")
	flow := r.next(FlowOpened).Flow
	flow.Conn = 0
	r.wire.Send(flow, []byte("hello"))
	expect(t, c, "hello")
}

func TestAPeerThatRefusesTheConnectionIsTold(t *testing.T) {
	r := open(t, Options{}, listen("a", message.TCP, "127.1.0.1"))
	closed, err := net.Listen("tcp4", "127.2.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	flow := message.Flow{Interface: "a", Transport: message.TCP, Local: r.local(0), Remote: closed.Addr().(*net.TCPAddr).AddrPort()}
	closed.Close()
	r.wire.Send(flow, []byte("x"))
	got := r.next(FlowRefused)
	got.Flow.Conn = 0
	if got.Flow != flow {
		t.Errorf("refused %v", got.Flow)
	}
	if s := r.wire.Stats(); s.Conns != 0 || s.Refused != 1 {
		t.Errorf("%+v", s)
	}
}

// deaf listens but answers no connection: its queue of one is full.
func deaf(t *testing.T) netip.AddrPort {
	t.Helper()
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { unix.Close(fd) })
	if err := unix.Bind(fd, &unix.SockaddrInet4{Addr: [4]byte{127, 2, 0, 1}}); err != nil {
		t.Fatal(err)
	}
	if err := unix.Listen(fd, 0); err != nil {
		t.Fatal(err)
	}
	sa, err := unix.Getsockname(fd)
	if err != nil {
		t.Fatal(err)
	}
	addr, _ := addrOf(sa)
	dialTCP(t, addr, "127.2.0.2")
	return addr
}

func TestAPeerThatDoesNotAnswerTheDialIsGivenUp(t *testing.T) {
	flow := message.Flow{Interface: "a", Transport: message.TCP, Remote: deaf(t)}
	t.Run("after its time", func(t *testing.T) {
		r := open(t, Options{Dial: 50 * time.Millisecond}, listen("a", message.TCP, "127.1.0.1"))
		r.wire.Send(flow, []byte("x"))
		r.next(FlowRefused)
	})
	t.Run("with a full queue", func(t *testing.T) {
		r := open(t, Options{Dial: time.Hour, Queue: 4}, listen("a", message.TCP, "127.1.0.1"))
		for range 5 {
			r.wire.Send(flow, []byte("x"))
		}
		r.next(FlowRefused)
	})
	t.Run("at Close", func(t *testing.T) {
		r := open(t, Options{Dial: time.Hour}, listen("a", message.TCP, "127.1.0.1"))
		r.wire.Send(flow, []byte("x"))
		r.wire.Close()
		if n := r.wire.Stats().Conns; n != 0 {
			t.Errorf("%d connections are left", n)
		}
	})
}

func TestCloseLetsOutWhatIsQueued(t *testing.T) {
	r := open(t, Options{Linger: patient}, listen("a", message.TCP, "127.1.0.1"))
	c := dialTCP(t, r.local(0), "127.2.0.1")
	flow := r.next(FlowOpened).Flow
	text := strings.Repeat("BYE", 300000)
	r.wire.Send(flow, []byte(text))
	closed := make(chan struct{})
	go func() { r.wire.Close(); close(closed) }()
	got, err := io.ReadAll(bufio.NewReader(c))
	if err != nil || string(got) != text {
		t.Errorf("%d bytes of %d came, %v", len(got), len(text), err)
	}
	<-closed
}
