package sip

import "sync/atomic"

// Stats are the wire's counters since Open, and the connections there are.
type Stats struct {
	Datagrams  uint64 // received and passed up
	Messages   uint64 // from streams, passed up
	KeepAlives uint64 // CRLFs, STUN and empty datagrams; pings on streams
	NotSIP     uint64 // datagrams that look like no SIP
	TooFast    uint64 // datagrams over their source's rate
	Dropped    uint64 // the inbox was full
	Waited     uint64 // times that a stream's reader found the inbox full
	Sent       uint64 // datagrams
	Unsent     uint64 // messages that could not be sent
	Refused    uint64 // ICMP errors, and connections that could not be had
	Accepted   uint64 // connections
	Dialled    uint64
	OverLimit  uint64 // connections closed at once, or not dialled
	Slow       uint64 // connections closed: the peer did not read
	Idle       uint64 // connections closed: nothing moved
	Broken     uint64 // connections closed: framing lost
	Conns      uint64 // connections now, with those being dialled
}

type counters struct {
	datagrams, messages, keepAlives, notSIP, tooFast, dropped, waited, sent, unsent, refused,
	accepted, dialled, overLimit, slow, idle, broken atomic.Uint64
}

// Stats returns the counters.
func (w *Wire) Stats() Stats {
	w.mu.Lock()
	conns := len(w.conns)
	w.mu.Unlock()
	c := &w.stats
	return Stats{
		Datagrams: c.datagrams.Load(), Messages: c.messages.Load(), KeepAlives: c.keepAlives.Load(),
		NotSIP: c.notSIP.Load(), TooFast: c.tooFast.Load(), Dropped: c.dropped.Load(), Waited: c.waited.Load(),
		Sent: c.sent.Load(), Unsent: c.unsent.Load(), Refused: c.refused.Load(), Accepted: c.accepted.Load(),
		Dialled: c.dialled.Load(), OverLimit: c.overLimit.Load(), Slow: c.slow.Load(), Idle: c.idle.Load(),
		Broken: c.broken.Load(), Conns: uint64(conns),
	}
}
