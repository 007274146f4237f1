package live

import (
	"context"
	"errors"
	"time"

	"github.com/hotline12345/hotline/demo"
	"github.com/hotline12345/hotline/turn"
)

// Call is one call of a peer on real sockets.
type Call struct {
	peer   *Peer
	pure   *demo.Call
	stream *stream // nil: no socket could be had
	err    error
}

// State is a copy of what a call is.
type State struct {
	ID       string // Call-ID
	Outgoing bool
	From     string    // the From header of a call that came in
	Began    time.Time // an instant that did not come is zero
	Answered time.Time
	Ended    time.Time
	Ringing  bool   // it rings or has rung
	Held     bool   // by us
	Status   int    // the final response that ended it before it was answered
	Why      string // ended by: us, them, crash, silence, refused, closed
	Reason   string // the Reason header of what ended it
	Digits   string // our INFOs that were answered with 200
	Sound    demo.Sound
	Err      error // why it has no sound
	Media    Media
}

// Over says whether the call has ended.
func (s State) Over() bool { return !s.Ended.IsZero() }

// Talking says whether the call is answered and has not ended.
func (s State) Talking() bool { return !s.Answered.IsZero() && !s.Over() }

// Media are a call's RTP figures.
type Media struct {
	Sent, Received uint64 // packets
	Unsent         uint64 // packets that the system did not take
	Lost           uint64 // gaps in the sequence received
	Last           time.Time
	Keys           string // digits received by RFC 4733
}

// State returns a copy of what the call is now.
func (c *Call) State() State {
	c.peer.mu.Lock()
	defer c.peer.mu.Unlock()
	return c.state()
}

func (c *Call) state() State {
	s := State{
		ID: c.pure.ID, Outgoing: c.pure.Outgoing, From: c.pure.From, Began: civil(c.pure.Began), Answered: civil(c.pure.Answered),
		Ended: civil(c.pure.Ended), Ringing: c.pure.Ringing, Held: c.pure.Held, Status: c.pure.Status, Why: c.pure.Why,
		Reason: c.pure.Reason, Digits: c.pure.Digits, Sound: c.pure.Sound, Err: c.err,
	}
	if c.stream != nil {
		s.Media = c.stream.figures()
	}
	return s
}

// Wait waits until the call's state is as wished and returns it, or the last
// one with the context's error.
func (c *Call) Wait(ctx context.Context, ok func(State) bool) (State, error) {
	var s State
	err := c.peer.Wait(ctx, func(*demo.Peer) bool {
		s = c.state()
		return ok(s)
	})
	return s, err
}

// Header is a header's value in the INVITE that brought the call.
func (c *Call) Header(name string) string {
	c.peer.mu.Lock()
	defer c.peer.mu.Unlock()
	return c.pure.Header(name)
}

// Heard is what was received, in A-law, as far as Options.Keep reaches back:
// gaps are silence, as the RTP timestamps say.
func (c *Call) Heard() []byte {
	if c.stream == nil {
		return nil
	}
	return c.stream.heard()
}

// Hears waits until what Heard returns is as wished. It asks each 250 ms,
// without keeping the peer waiting.
func (c *Call) Hears(ctx context.Context, ok func(alaw []byte) bool) error {
	tick := time.NewTicker(250 * time.Millisecond)
	defer tick.Stop()
	for !ok(c.Heard()) {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

// Play sends another sound (A-law) from now on, over and over.
func (c *Call) Play(sound []byte) {
	if c.stream != nil {
		c.stream.play(sound)
	}
}

// Press sends digits (0-9, *, #, A-D) as telephone-events of RFC 4733, 100 ms
// each with 100 ms between them.
func (c *Call) Press(digits string) error {
	if s := c.State(); !s.Talking() || s.Sound.Event == 0 || c.stream == nil {
		return errNoEvents
	}
	return c.stream.press(digits)
}

var errNoEvents = errors.New("the call takes no telephone-events")

// Info sends digits with SIP INFO, one every 200 ms.
func (c *Call) Info(digits string) {
	c.control(func(at turn.Instant, out *demo.Out) { c.peer.pure.Press(at, c.pure, digits, out) })
}

// HangUp ends the call as fits its state: BYE, CANCEL, or 603.
func (c *Call) HangUp() {
	c.control(func(at turn.Instant, out *demo.Out) { c.peer.pure.HangUp(at, c.pure, out) })
}

// Answer answers a call that rings here.
func (c *Call) Answer() {
	c.control(func(at turn.Instant, out *demo.Out) { c.peer.pure.Answer(at, c.pure, out) })
}

// Hold holds an answered call with a re-INVITE, or takes it off hold.
func (c *Call) Hold(on bool) {
	c.control(func(at turn.Instant, out *demo.Out) { c.peer.pure.Hold(at, c.pure, on, out) })
}

func (c *Call) control(do func(turn.Instant, *demo.Out)) { c.peer.step(do) }

// follow lets the sound be as the SIP says.
func (c *Call) follow() {
	switch {
	case c.stream == nil:
	case c.pure.Over():
		c.stream.close()
	default:
		c.stream.follow(c.pure.Sound, c.pure.Answered != 0 && c.pure.Sound.Send)
	}
}
