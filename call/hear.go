package call

import (
	"slices"

	"github.com/hotline12345/hotline/media/order"
	"github.com/hotline12345/hotline/sip/sdp"
)

// play lets a party hear clips from now on.
func (c *Call) play(env *Env, p *Party, playing Playing, clips []string, loop bool) {
	p.Playing = playing
	p.Media.Hear = order.Hear{Kind: order.HearClips, Clips: clips, At: env.Now, Loop: loop}
	c.giveMedia(env, p)
	p.PlayedBy = p.Media.Number
}

// music lets the caller hear words and then music, again and again.
func (c *Call) music(env *Env, playing Playing, words ...string) {
	if clips := slices.Concat(words, c.o.Hold); len(clips) > 0 {
		c.play(env, &c.Caller, playing, clips, len(c.o.Hold) > 0)
	}
}

// silence lets a party hear nothing.
func (c *Call) silence(env *Env, p *Party) {
	p.Playing = PlayingNothing
	if p.Media.Hear.Kind != order.HearNothing {
		p.Media.Hear = order.Hear{}
		c.giveMedia(env, p)
	}
}

// hearOther lets p hear the opposite party, or music while that one holds.
func (c *Call) hearOther(env *Env, p *Party) {
	other := c.opposite(p)
	if other.Held && len(c.o.Hold) > 0 {
		if p.Playing != PlayingHold {
			c.play(env, p, PlayingHold, c.o.Hold, true)
		}
		return
	}
	c.hear(env, p, other)
}

// hearEarly lets the caller hear a party that rings, if it has something to be
// heard: a sendonly is an announcement then, no hold.
func (c *Call) hearEarly(env *Env, p *Party) {
	if sends := p.SDP.Agreed.Theirs; sends == sdp.SendRecv || sends == sdp.SendOnly {
		c.hear(env, &c.Caller, p)
	}
}

// hear lets p hear another party.
func (c *Call) hear(env *Env, p, other *Party) {
	want := order.Hear{Kind: order.HearLeg, Leg: other.Leg}
	if h := &p.Media.Hear; p.Playing == PlayingNothing && h.Kind == want.Kind && h.Leg == want.Leg {
		return
	}
	p.Playing, p.Media.Hear = PlayingNothing, want
	c.giveMedia(env, p)
}

// giveMedia gives the party's whole wanted state to the media plane.
func (c *Call) giveMedia(env *Env, p *Party) {
	p.Media.Number++
	// An answered party that sends is expected to be heard: held by itself
	// (sendonly, inactive) it may fall silent.
	p.Media.Expect = p.Answered && p.Agreed && !p.Held && c.o.Silence > 0
	p.Media.Silence = c.o.Silence
	m := p.Media
	m.Hear.Clips = slices.Clone(m.Hear.Clips)
	env.do(Action{Kind: Media, Call: c.ID, Order: m})
	c.changed(env)
}

// letGo ends a party's media: its ports are free once the plane has reported.
func (c *Call) letGo(env *Env, p *Party) {
	if p.Leg == 0 || p.Media.End {
		return
	}
	p.Playing, p.Media.Hear, p.Media.End = PlayingNothing, order.Hear{}, true
	c.giveMedia(env, p)
}
