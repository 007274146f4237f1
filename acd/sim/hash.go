package sim

import (
	"github.com/hotline12345/hotline/acd"
	"github.com/hotline12345/hotline/turn"
)

// hash is FNV-1a over every action of a run, a word at a time: two runs of a
// seed that differ in anything differ here.
type hash uint64

func newHash() hash { return 14695981039346656037 }

func (h *hash) word(x uint64) { *h = (*h ^ hash(x)) * 1099511628211 }

func (h *hash) text(s string) {
	h.word(uint64(len(s)))
	for i := range len(s) {
		h.word(uint64(s[i]))
	}
}

func (h *hash) action(now turn.Instant, a *acd.Action) {
	for _, x := range [...]uint64{
		uint64(now), uint64(a.Kind), uint64(a.Call), uint64(a.State), uint64(a.Away),
		uint64(a.Reason.Tier), uint64(a.Reason.Strategy), uint64(a.Reason.SortKey), uint64(a.Reason.Eligible),
	} {
		h.word(x)
	}
	for _, s := range [...]string{a.Agent, a.Phone, a.Queue, a.Why, a.Reason.Next[0], a.Reason.Next[1], a.Reason.Next[2]} {
		h.text(s)
	}
}
