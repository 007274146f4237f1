package trunk

import (
	"net/netip"
	"testing"

	"github.com/hotline12345/hotline/sip/message"
	"github.com/hotline12345/hotline/turn"
)

func flow(iface, remote string) message.Flow {
	return message.Flow{Interface: iface, Transport: message.UDP, Remote: netip.MustParseAddrPort(remote)}
}

func carriers() *Trunks {
	p := netip.MustParsePrefix
	return New(Options{Trunks: []Trunk{
		{Name: "wide", Interface: "carrier", Match: []Match{{Prefix: p("10.0.0.0/8")}}, Channels: 2},
		{Name: "narrow", Interface: "carrier", Match: []Match{{Prefix: p("10.1.2.0/24")}}},
		{Name: "port", Interface: "carrier", Match: []Match{{Prefix: p("10.1.2.0/24"), Port: 5080}}},
		{Name: "tcp", Interface: "carrier", Match: []Match{{Prefix: p("10.1.2.0/24"), Transport: message.TCP}}},
		{Name: "inside", Interface: "office", Match: []Match{{Prefix: p("10.0.0.0/8")}}},
	}})
}

func TestTheMostSpecificMatcherOfTheInterfaceWins(t *testing.T) {
	trunks := carriers()
	tcp := flow("carrier", "10.1.2.3:5060")
	tcp.Transport = message.TCP
	for _, c := range []struct {
		flow message.Flow
		want string
	}{
		{flow("carrier", "10.9.9.9:5060"), "wide"},
		{flow("carrier", "10.1.2.3:5060"), "narrow"},
		{flow("carrier", "10.1.2.3:5080"), "port"},
		{tcp, "tcp"},
		{flow("office", "10.1.2.3:5060"), "inside"},
		{flow("carrier", "192.0.2.1:5060"), ""},
		{flow("nowhere", "10.1.2.3:5060"), ""},
	} {
		if got, ok := trunks.Identify(c.flow); got != c.want || ok != (c.want != "") {
			t.Errorf("%v is %q, want %q", c.flow, got, c.want)
		}
	}
}

func TestChannelsBoundTheCallsOfATrunkAlsoOverAReplan(t *testing.T) {
	trunks := carriers()
	for i := range 3 {
		if got := trunks.Take("wide", false); got != (i < 2) {
			t.Fatalf("call %d of two channels: taken %v", i+1, got)
		}
	}
	trunks.Replan(carriers().o)
	if trunks.Take("wide", false) {
		t.Fatal("a new plan forgot the calls")
	}
	trunks.Release("wide", false)
	if trunks.Busy("wide") != 1 || !trunks.Take("wide", false) || trunks.Take("nobody", false) {
		t.Fatal("a released channel is not free, or an unknown trunk has one")
	}
}

func TestAPeerThatFailedIsPassedOverForAWhile(t *testing.T) {
	first, second := netip.MustParseAddrPort("10.0.0.1:5060"), netip.MustParseAddrPort("10.0.0.2:5060")
	trunks := New(Options{Trunks: []Trunk{{Name: "t", Peers: []Peer{{Addr: second, Priority: 2}, {Addr: first, Priority: 1}}}}})
	pick := func(now turn.Instant) netip.AddrPort {
		peer, ok := trunks.Pick(now, "t")
		if !ok {
			t.Fatal("no peer")
		}
		return peer.Addr
	}
	if pick(1) != first {
		t.Fatal("priority 1 does not go first")
	}
	if trunks.Failed(1, "t", first); !trunks.Answering(1, "t") || trunks.Answering(1, "nobody") {
		t.Fatal("the second address answers, and nobody has none")
	}
	if pick(2) != second || pick(turn.Instant(1).Add(31e9)) != first {
		t.Fatal("the failed peer was picked, or not again later")
	}
	trunks.Failed(2, "t", second)
	if pick(3) != first || trunks.Answering(3, "t") || !trunks.Answering(turn.Instant(2).Add(31e9), "t") {
		t.Fatal("with every peer down the first is tried")
	}
	trunks.Heard("t", second)
	if pick(3) != second {
		t.Fatal("a peer that was heard is still taken for down")
	}
}

func TestReservedChannelsAreForUrgentCallsAlone(t *testing.T) {
	trunks := New(Options{Trunks: []Trunk{{Name: "police", Channels: 4, Reserved: 2}}})
	take := func(urgent, want bool) {
		t.Helper()
		if got := trunks.Take("police", urgent); got != want {
			t.Errorf("urgent %v with %d calls: taken %v", urgent, trunks.Busy("police"), got)
		}
	}
	take(false, true)
	take(false, true)
	take(false, false) // two are kept
	take(true, true)
	take(false, false)
	take(true, true)
	take(true, false) // all four are busy
	trunks.Release("police", false)
	take(true, true) // an urgent call may have any channel
	take(true, false)
	trunks.Release("police", true)
	take(false, true) // the two that are kept are in use, and one of the others
	trunks.Release("police", true)
	take(false, false) // what has become free is kept
}

func TestNumbersAreWrittenAsTheTrunkWantsThem(t *testing.T) {
	for _, c := range []struct {
		format             Format
		area, number, want string
	}{
		{AsIs, "0551", "055162345678", "055162345678"},
		{National, "0551", "055162345678", "055162345678"},
		{E164, "0551", "055162345678", "+8655162345678"},
		{E164, "0551", "13855112345", "+8613855112345"},
		{Local, "0551", "055162345678", "62345678"},
		{Local, "0553", "055162345678", "055162345678"},
		{Local, "", "055162345678", "055162345678"},
		{E164, "0551", "12366", "12366"},
		{E164, "0551", "110", "110"},
		{E164, "0551", "+85212345678", "+85212345678"},
		{E164, "0551", "", ""},
	} {
		trunk := Trunk{Format: c.format, Area: c.area}
		if got := trunk.Write(c.number); got != c.want {
			t.Errorf("%s in format %s from %q: %s, must be %s", c.number, Formats[c.format], c.area, got, c.want)
		}
	}
}
