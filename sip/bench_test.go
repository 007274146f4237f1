package sip

import (
	"net"
	"net/netip"
	"strings"
	"testing"

	"github.com/hotline12345/hotline/sip/message"
)

var invite = []byte(sipText(1, strings.Repeat("v=0\r\n", 180)))

// BenchmarkDatagramIn is one INVITE from a client's socket into the inbox, the
// client's own system call included.
func BenchmarkDatagramIn(b *testing.B) {
	room := make(chan struct{}, 64)
	w, err := Open([]Listen{listen("a", message.UDP, "127.1.0.1")}, Options{PerSource: 1 << 24}, func(Received) bool { <-room; return true })
	if err != nil {
		b.Fatal(err)
	}
	defer w.Close()
	c, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 2, 0, 1)})
	if err != nil {
		b.Fatal(err)
	}
	defer c.Close()
	to := w.Listeners()[0].Local
	b.ReportAllocs()
	for b.Loop() {
		room <- struct{}{}
		if _, err := c.WriteToUDPAddrPort(invite, to); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDatagramOut(b *testing.B) {
	w, err := Open([]Listen{listen("a", message.UDP, "127.1.0.1"), listen("b", message.UDP, "127.1.0.2")}, Options{}, func(Received) bool { return true })
	if err != nil {
		b.Fatal(err)
	}
	defer w.Close()
	sink, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 2, 0, 1)})
	if err != nil {
		b.Fatal(err)
	}
	defer sink.Close()
	flow := message.Flow{Interface: "b", Transport: message.UDP, Local: w.Listeners()[1].Local, Remote: addrOfPhone(sink)}
	b.ReportAllocs()
	for b.Loop() {
		w.Send(flow, invite)
	}
}

// BenchmarkStreamMessage is one message from a client over TCP into the inbox.
func BenchmarkStreamMessage(b *testing.B) {
	room := make(chan struct{}, 64)
	w, err := Open([]Listen{listen("a", message.TCP, "127.1.0.1")}, Options{}, func(r Received) bool {
		if r.Kind == Arrived {
			<-room
		}
		return true
	})
	if err != nil {
		b.Fatal(err)
	}
	defer w.Close()
	c, err := net.Dial("tcp", w.Listeners()[0].Local.String())
	if err != nil {
		b.Fatal(err)
	}
	defer c.Close()
	b.ReportAllocs()
	for b.Loop() {
		room <- struct{}{}
		if _, err := c.Write(invite); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkRates(b *testing.B) {
	r := newRates(100, 200)
	a := netip.MustParseAddr("10.0.0.1")
	b.ReportAllocs()
	at := int64(1)
	for b.Loop() {
		at++
		r.allow(a, at)
	}
}

func BenchmarkLikelySIP(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		likelySIP(invite)
	}
}
