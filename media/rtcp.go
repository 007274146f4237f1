package media

import (
	"encoding/binary"
	"net/netip"
	"time"

	"github.com/hotline12345/hotline/media/order"
	"github.com/hotline12345/hotline/turn"
)

// RTCP packet types, RFC 3550 section 12.1.
const (
	senderReport   = 200
	receiverReport = 201
	sourceText     = 202
	goodbye        = 203
)

// reportSize holds the largest compound packet that we make.
const reportSize = 128

// control is a leg's RTCP.
type control struct {
	next   turn.Instant   // report
	learnt netip.AddrPort // where a latched peer's RTCP comes from

	heardSR   uint32 // the middle of the last sender report's NTP time
	heardSRAt turn.Instant
	sent      uint32 // packets at the last report
	expected  uint32 // likewise
	received  uint32
}

// takeReport takes RTCP: a sign of life, and of a sender report the time.
func (lp *loop) takeReport(l *leg, b []byte, from netip.AddrPort) {
	if !isRTCP(b) || !l.controls(from.Addr()) {
		lp.refuse(l)
		return
	}
	lp.heard(l)
	c := &l.control
	if b[1] == senderReport && len(b) >= 28 {
		c.heardSR, c.heardSRAt = binary.BigEndian.Uint32(b[10:]), lp.at
	}
	if l.o.Source == order.FromLatch && !l.o.Mux && c.learnt != from && from.Addr() == l.latch.learnt.Addr() {
		c.learnt = from
		l.aim()
	}
}

// sendReport sends a report with our name (RFC 3550 section 6.1), and BYE at
// the leg's end.
func (lp *loop) sendReport(l *leg, bye bool) {
	fd, to := l.bound.rtcp, &l.rtcpTarget
	if l.o.Mux {
		fd, to = l.bound.rtp, &l.target
	}
	if to.length == 0 {
		return
	}
	b := l.putReport(lp.report[:0], lp.at, time.Now())
	b = putName(b, l.o.SSRC)
	if bye {
		b = append(b, 2<<6|1, goodbye, 0, 1)
		b = binary.BigEndian.AppendUint32(b, l.o.SSRC)
	}
	_ = send(fd, b, to) // a report that is lost is made up for by the next
}

func (l *leg) putReport(b []byte, now turn.Instant, civil time.Time) []byte {
	c, r := &l.control, &l.in
	blocks, kind, words := byte(0), byte(receiverReport), uint16(1)
	if r.begun {
		blocks, words = 1, 7
	}
	if l.out.packets != c.sent {
		kind = senderReport
		words += 5
	}
	b = append(b, 2<<6|blocks, kind)
	b = binary.BigEndian.AppendUint16(b, words)
	b = binary.BigEndian.AppendUint32(b, l.o.SSRC)
	if kind == senderReport {
		c.sent = l.out.packets
		b = binary.BigEndian.AppendUint64(b, ntp(civil))
		b = binary.BigEndian.AppendUint32(b, l.out.time+uint32(now.Sub(l.out.at)/sample))
		b = binary.BigEndian.AppendUint32(b, l.out.packets)
		b = binary.BigEndian.AppendUint32(b, l.out.octets)
	}
	if r.begun {
		b = l.putBlock(b, now)
	}
	return b
}

// putBlock writes what we have received, RFC 3550 section 6.4.1.
func (l *leg) putBlock(b []byte, now turn.Instant) []byte {
	c, r := &l.control, &l.in
	expected, received := r.expected(), r.received
	if expected < c.expected || received < c.received {
		c.expected, c.received = 0, 0 // another stream
	}
	var fraction uint32
	if due, came := expected-c.expected, received-c.received; due > came {
		fraction = (due - came) << 8 / due
	}
	c.expected, c.received = expected, received
	lost := uint32(0)
	if expected > received {
		lost = min(expected-received, 0x7fffff)
	}
	b = binary.BigEndian.AppendUint32(b, r.ssrc)
	b = binary.BigEndian.AppendUint32(b, min(fraction, 255)<<24|lost)
	b = binary.BigEndian.AppendUint32(b, r.extended())
	b = binary.BigEndian.AppendUint32(b, r.jitter>>4)
	delay := uint32(0)
	if c.heardSR != 0 {
		delay = uint32(now.Sub(c.heardSRAt) * 65536 / time.Second)
	}
	b = binary.BigEndian.AppendUint32(b, c.heardSR)
	return binary.BigEndian.AppendUint32(b, delay)
}

// putName writes a CNAME that is the leg's own: 8 hex digits of its SSRC.
func putName(b []byte, ssrc uint32) []byte {
	const hex = "0123456789abcdef"
	b = append(b, 2<<6|1, sourceText, 0, 4)
	b = binary.BigEndian.AppendUint32(b, ssrc)
	b = append(b, 1, 8)
	for shift := 28; shift >= 0; shift -= 4 {
		b = append(b, hex[ssrc>>uint(shift)&15])
	}
	return append(b, 0, 0) // the list's end, filled up to 32 bits
}

// ntp is a time as RFC 3550 section 4 writes it.
func ntp(t time.Time) uint64 {
	const since1900 = 2208988800
	return uint64(t.Unix()+since1900)<<32 | uint64(t.Nanosecond())<<32/uint64(time.Second)
}
