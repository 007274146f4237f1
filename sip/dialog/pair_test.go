package dialog

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"slices"
	"testing"
	"time"

	"github.com/hotline12345/hotline/sip/message"
	"github.com/hotline12345/hotline/sip/transaction"
	"github.com/hotline12345/hotline/turn"
)

// pair is two sides and the network between them.
type pair struct {
	t      *testing.T
	rng    *rand.Rand
	now    turn.Instant
	sides  [2]*side
	events []event // in order of time
	loss   float64
	log    []string
	seen   counts
}

// counts shows that the runs reach what they are meant to.
type counts struct {
	answered, refused, reoffered, glare, byPeer, ended, kills int

	referred, told, heard int // transfers: asked for, final statuses told and heard
}

type event struct {
	at turn.Instant
	do func()
}

func (p *pair) after(d time.Duration, do func()) {
	e := event{p.now.Add(d), do}
	i, _ := slices.BinarySearchFunc(p.events, e, func(a, b event) int {
		if a.at <= b.at {
			return -1
		}
		return 1
	})
	p.events = slices.Insert(p.events, i, e)
}

func (p *pair) within(d time.Duration) time.Duration { return time.Duration(p.rng.Int64N(int64(d))) }

func newPair(t *testing.T, seed uint64) *pair {
	p := &pair{t: t, rng: rand.New(rand.NewPCG(seed, 12345)), now: began}
	p.loss = p.rng.Float64() * 0.25
	addrs := [2]netip.AddrPort{netip.MustParseAddrPort("10.0.0.1:5060"), netip.MustParseAddrPort("10.0.0.2:5060")}
	for i, name := range []string{"uac", "uas"} {
		s := &side{p: p, name: name, heard: map[string]int{}, o: Options{T1: t1, T2: 4 * time.Second}}
		s.flow = message.Flow{Interface: "a", Transport: message.UDP, Local: addrs[i], Remote: addrs[1-i]}
		s.env = Env{
			Rand: turn.NewRand([32]byte{byte(i), byte(seed), byte(seed >> 8), byte(seed >> 16)}), Out: &s.acts,
			Path: Path{Flow: s.flow, OK: true, SentBy: addrs[i].String(), Contact: "<sip:" + name + "@" + addrs[i].String() + ">"},
		}
		s.start()
		p.sides[i] = s
	}
	return p
}

func (s *side) start() {
	s.starts++
	s.env.IDs = turn.NewIDs(s.starts)
	s.table = transaction.New(transaction.Options{T1: t1, T2: 4 * time.Second, T4: 5 * time.Second})
}

func (p *pair) fail(why string) {
	p.t.Helper()
	for _, line := range p.log {
		p.t.Log(line)
	}
	p.t.Fatal(why)
}

// run lets the time until end go by.
func (p *pair) run(end turn.Instant) {
	for {
		next := end
		if len(p.events) > 0 {
			next = min(next, p.events[0].at)
		}
		for _, s := range p.sides {
			next = turn.Earliest(next, s.table.Next())
			if s.leg != nil && !s.released {
				next = turn.Earliest(next, s.leg.Deadline())
			}
		}
		p.now = max(p.now, next)
		if p.now >= end {
			return
		}
		if len(p.events) > 0 && p.events[0].at <= p.now {
			e := p.events[0]
			p.events = p.events[1:]
			e.do()
			continue
		}
		for _, s := range p.sides {
			s.turn(func() {
				s.table.Expire(p.now, &s.tx)
				if s.leg != nil && !s.released && s.leg.Deadline() != 0 && s.leg.Deadline() <= p.now {
					s.leg.Expire(&s.env)
				}
			})
		}
	}
}

func TestTwoLegsOverABadNetworkAgreeOnTheEnd(t *testing.T) {
	runs := 2000
	if testing.Short() {
		runs = 200
	}
	var seen counts
	for seed := range uint64(runs) {
		if !t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			p := newPair(t, seed)
			uac, uas := p.sides[0], p.sides[1]
			uac.offer = "first"
			uac.turn(func() {
				uac.leg = Outgoing(&uac.env, &uac.o, 1, Invite{
					Hops:       70,
					RequestURI: "sip:uas@10.0.0.2", From: "<sip:uac@h>", To: "<sip:uas@h>", Body: []byte("first"),
				})
			})
			uac.plan(p.within(30 * time.Second))
			p.run(began.Add(40*time.Second + 3*64*t1)) // both have called End by 40 s
			for _, s := range p.sides {
				switch {
				case s.leg == nil: // no INVITE ever came through
				case !s.released:
					p.fail(fmt.Sprintf("%s is not released: phase %d, deadline %v", s.name, s.leg.Phase, s.leg.Deadline()))
				case !s.ended && s.told != 1:
					p.fail(s.name + " was never told the end")
				}
				if n := s.table.Len(); n != 0 {
					p.fail(fmt.Sprintf("%s has %d transactions left", s.name, n))
				}
			}
			if uac.answered && uas.leg.PeerTag == "" {
				p.fail("answered by nobody")
			}
			seen.add(p.seen)
		}) {
			return
		}
	}
	t.Logf("%+v", seen)
	if n := runs / 20; seen.answered < n || seen.refused < n || seen.reoffered < n || seen.glare < n/20 || seen.byPeer < n || seen.kills < n ||
		seen.referred < n || seen.told < n || seen.heard < seen.told*3/4 {
		t.Errorf("the runs reach too little: %+v", seen)
	}
}

func (c *counts) add(d counts) {
	c.answered += d.answered
	c.refused += d.refused
	c.reoffered += d.reoffered
	c.glare += d.glare
	c.byPeer += d.byPeer
	c.ended += d.ended
	c.kills += d.kills
	c.referred += d.referred
	c.told += d.told
	c.heard += d.heard
}
