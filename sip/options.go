package sip

import (
	"cmp"
	"net/netip"
	"time"
)

// Options are limits and waits; a zero takes the default.
type Options struct {
	// PerSource is how many datagrams a second one address may send to a
	// socket, Burst how many at once (default twice PerSource). PerSource 0 is
	// no limit.
	PerSource, Burst int
	// Exempt is asked where an address is over its limit: true lets it pass.
	// Trunks are. It is called from every reader and must not block.
	Exempt func(netip.Addr) bool

	Conns       int // connections a listener, with those it dials: 8,192
	ConnsSource int // accepted connections an address: 1,024, since phones share NATs
	Queue       int // messages that wait for a connection: 256
	QueueBytes  int // and their bytes: 1 MiB

	Idle   time.Duration // a connection on which nothing moves: 15 min
	Write  time.Duration // for what is queued to be taken by the system: 5 s
	Dial   time.Duration // 4 s
	Linger time.Duration // for the answer after Malformed, and for queued bytes at Close: 500 ms
}

func (o Options) filled() Options {
	o.Burst = cmp.Or(o.Burst, 2*o.PerSource)
	o.Conns = cmp.Or(o.Conns, 8192)
	o.ConnsSource = cmp.Or(o.ConnsSource, 1024)
	o.Queue = cmp.Or(o.Queue, 256)
	o.QueueBytes = cmp.Or(o.QueueBytes, 1<<20)
	o.Idle = cmp.Or(o.Idle, 15*time.Minute)
	o.Write = cmp.Or(o.Write, 5*time.Second)
	o.Dial = cmp.Or(o.Dial, 4*time.Second)
	o.Linger = cmp.Or(o.Linger, 500*time.Millisecond)
	return o
}
