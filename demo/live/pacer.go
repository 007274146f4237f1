package live

import (
	"slices"
	"sync"
	"time"
)

// The pacer visits its streams in turns, so that their packets spread over the
// 20 ms.
const (
	turns = 5
	beat  = 20 * time.Millisecond / turns
)

// behind is how many beats are made up for after the process was held up.
const behind = 5 * turns

// pacer is the one clock of all RTP of the process: a goroutine that is there
// while there are streams.
type pacer struct {
	mu      sync.Mutex
	groups  [turns][]*stream
	running bool
}

var clock pacer

func (p *pacer) add(s *stream) {
	p.mu.Lock()
	defer p.mu.Unlock()
	least := 0
	for i := range p.groups {
		if len(p.groups[i]) < len(p.groups[least]) {
			least = i
		}
	}
	p.groups[least] = append(p.groups[least], s)
	if !p.running {
		p.running = true
		go p.run()
	}
}

func (p *pacer) run() {
	ticker := time.NewTicker(beat)
	defer ticker.Stop()
	began, done := time.Now(), 0
	for range ticker.C {
		due := int(time.Since(began) / beat)
		for done = max(done, due-behind); done < due; done++ {
			p.beat(done % turns)
		}
		if p.idle() {
			return
		}
	}
}

// beat visits one group. Its list is only ever appended to or replaced, so it
// is read without the lock.
func (p *pacer) beat(group int) {
	p.mu.Lock()
	list := p.groups[group]
	p.mu.Unlock()
	now, closed := time.Now(), map[*stream]bool(nil)
	for _, s := range list {
		if !s.tick(now) {
			if closed == nil {
				closed = map[*stream]bool{}
			}
			closed[s] = true
		}
	}
	if closed == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.groups[group] = slices.DeleteFunc(slices.Clone(p.groups[group]), func(s *stream) bool { return closed[s] })
}

func (p *pacer) idle() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, list := range p.groups {
		if len(list) > 0 {
			return false
		}
	}
	p.running = false
	return true
}
