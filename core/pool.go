package core

import (
	"slices"

	"github.com/hotline12345/hotline/media/order"
)

// pool holds the port pairs that the media plane has bound ahead, and what the
// turn did to them: pairs are in no record.
type pool struct {
	sides []side
	steps []poolStep
}

type side struct {
	iface string
	free  []order.Pair // the longest free first
}

type poolStep struct {
	pair  order.Pair
	taken bool // else granted
}

func (p *pool) side(iface string) *side {
	for i := range p.sides {
		if p.sides[i].iface == iface {
			return &p.sides[i]
		}
	}
	p.sides = append(p.sides, side{iface: iface})
	return &p.sides[len(p.sides)-1]
}

// begin begins a turn.
func (p *pool) begin() { p.steps = p.steps[:0] }

// undo takes the turn back.
func (p *pool) undo() {
	for i := len(p.steps) - 1; i >= 0; i-- {
		s := p.side(p.steps[i].pair.Interface)
		if p.steps[i].taken {
			s.free = slices.Insert(s.free, 0, p.steps[i].pair)
		} else {
			s.free = s.free[:len(s.free)-1]
		}
	}
	p.begin()
}

// grant takes in pairs that were bound or have become free.
func (p *pool) grant(pairs []order.Pair) {
	for _, pair := range pairs {
		s := p.side(pair.Interface)
		s.free = append(s.free, pair)
		p.steps = append(p.steps, poolStep{pair: pair})
	}
}

// Take gives the pair that has been free the longest.
func (p *pool) Take(iface string) (order.Pair, bool) {
	s := p.side(iface)
	if len(s.free) == 0 {
		return order.Pair{}, false
	}
	pair := s.free[0]
	s.free = s.free[1:]
	p.steps = append(p.steps, poolStep{pair: pair, taken: true})
	return pair, true
}

// total is how many pairs are free on all interfaces.
func (p *pool) total() int {
	n := 0
	for i := range p.sides {
		n += len(p.sides[i].free)
	}
	return n
}

// left is how many pairs an interface has.
func (p *pool) left(iface string) int { return len(p.side(iface).free) }
