package sim

import (
	"time"

	"github.com/hotline12345/hotline/core"
	"github.com/hotline12345/hotline/journal"
	"github.com/hotline12345/hotline/turn"
)

// patience is how long sends wait for a write (CORE.md, "The pipeline of a
// node").
const patience = 200 * time.Millisecond

// committer writes turns in their order, many with one write where many wait,
// and then lets their sends, orders and replies go. While a write takes its
// time the core steps on. Should the disk fail, sends go without it, and every
// live key is written again when it is back.
type committer struct {
	n       *node
	waiting []*stepped
	writing []*stepped // in the write that takes its time
	spare   []*stepped
	turns   []journal.Turn
	busy    bool // a write takes its time
	late    bool // longer than anybody waits: sends go without it
	away    bool // a write failed: nothing is written until all is written again
	owed    []journal.Fact
	life    int // of the process: what a killed one began does not go on

	batches   int // writes of more than one turn
	unwritten int // turns whose sends went without their records
	failed    int // writes
	stalls    int // writes that took longer than anybody waits
	rewrites  int
}

// stepped is a turn on its way to the disk.
type stepped struct {
	out  core.Outputs
	at   turn.Instant
	gone bool // what it lets go has left
}

// next is room for a turn.
func (c *committer) next() *stepped {
	if len(c.spare) == 0 {
		return &stepped{}
	}
	last := len(c.spare) - 1
	s := c.spare[last]
	c.spare = c.spare[:last]
	return s
}

// exposed says whether sends have left whose records are nowhere: whoever
// kills the process now may take what he finds.
func (c *committer) exposed() bool {
	for _, s := range c.waiting {
		if s.gone {
			return true
		}
	}
	return c.away
}

// commit writes what waits, unless a write is under way.
func (c *committer) commit() {
	switch {
	case c.away:
		c.lose()
		return
	case c.busy:
		if c.late {
			c.leave(c.waiting)
		}
		return
	case len(c.waiting) == 0:
		return
	}
	c.writing, c.waiting = c.waiting, c.writing[:0]
	if len(c.writing) > 1 {
		c.batches++
	}
	err := c.write(c.writing)
	if c.n.downed() {
		return
	}
	if err != nil {
		c.fail()
		return
	}
	took := c.n.disk.Delay()
	if !c.n.net.still && c.n.rand.Below(20) == 0 { // a slow disk
		took += time.Duration(c.n.rand.Below(150)) * time.Millisecond
	}
	if took == 0 {
		c.written()
		return
	}
	c.wait(took)
}

// wait lets a write take its time.
func (c *committer) wait(took time.Duration) {
	c.busy = true
	c.after(took, func() {
		c.busy, c.late = false, false
		c.written()
		c.commit()
	})
	if took <= patience {
		return
	}
	c.after(patience, func() {
		c.stalls++
		c.late = true
		c.leave(c.writing)
		c.leave(c.waiting)
	})
}

func (c *committer) after(d time.Duration, do func()) {
	life := c.life
	c.n.clock.after(d, func() {
		if life == c.life {
			do()
		}
	})
}

// write appends turns, those without records and facts left out.
func (c *committer) write(all []*stepped) error {
	c.turns = c.turns[:0]
	for _, s := range all {
		if len(s.out.Records)+len(s.out.Facts) > 0 {
			c.turns = append(c.turns, c.n.turn(s))
		}
	}
	if len(c.turns) == 0 {
		return nil
	}
	return c.n.disk.append(c.turns)
}

// written ends a write.
func (c *committer) written() {
	for _, s := range c.writing {
		c.let(s)
		s.out.Reset()
		s.gone = false
	}
	c.spare = append(c.spare, c.writing...)
	clear(c.writing)
	c.writing = c.writing[:0]
}

// let lets go what a turn brought forth, once.
func (c *committer) let(s *stepped) {
	if !s.gone {
		s.gone = true
		c.n.release(&s.out, len(s.out.Sends))
	}
}

// leave lets turns go without their records.
func (c *committer) leave(all []*stepped) {
	for _, s := range all {
		if !s.gone {
			c.unwritten++
			c.let(s)
		}
	}
}

// fail takes a write that failed: the turns' facts are kept, and all keys are
// written again once the disk is back.
func (c *committer) fail() {
	c.failed++
	c.away = true
	c.n.disk.Delay()
	c.waiting, c.writing = append(c.writing, c.waiting...), c.waiting[:0]
	c.lose()
}

// lose lets the waiting turns go without the disk.
func (c *committer) lose() {
	c.leave(c.waiting)
	for _, s := range c.waiting {
		c.owed = append(c.owed, c.n.plant.facts(s.out.Facts)...)
		s.out.Reset()
		s.gone = false
	}
	c.spare = append(c.spare, c.waiting...)
	clear(c.waiting)
	c.waiting = c.waiting[:0]
}

// rewrite writes every live key, the end of what else the journal has, and the
// facts that it is owed. It is tried until the disk is back.
func (c *committer) rewrite() {
	if !c.away {
		return
	}
	var all core.Outputs
	c.n.core.Rewrite(&all)
	live := map[journal.Key]bool{}
	for _, r := range all.Records {
		live[r.Key] = true
	}
	for _, r := range c.n.disk.log.Live() {
		if !live[r.Key] {
			all.Records = append(all.Records, journal.Record{Key: r.Key, End: true})
		}
	}
	if c.n.plant == NoRewrite {
		all.Records = nil
	}
	err := c.n.disk.append([]journal.Turn{{At: c.n.clock.now, Records: all.Records, Facts: c.owed}})
	if c.n.downed() {
		return
	}
	c.n.disk.Delay()
	if err != nil {
		c.failed++
		return
	}
	c.rewrites++
	c.away, c.owed = false, nil
}

// killed forgets what the process had in hand.
func (c *committer) killed() {
	c.life++
	c.waiting, c.writing = nil, nil
	c.busy, c.late = false, false
}
