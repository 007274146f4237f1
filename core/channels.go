package core

import (
	"fmt"

	"github.com/hotline12345/hotline/numbering"
)

// CheckChannels verifies what holds between turns as long as no plan has taken
// channels away: no destination and no trunk has more calls than channels, urgent
// calls alone have reserved ones, and no caller with a number is at one
// destination twice, but for an emergency's, where he may have been sent by hand.
func (c *Core) CheckChannels() error {
	for _, row := range c.plan.Source.Destinations {
		if n := c.outside.busy[row.Name]; row.Value.Channels > 0 && n > row.Value.Channels {
			return fmt.Errorf("destination %s has %d calls on %d channels", row.Name, n, row.Value.Channels)
		}
	}
	if name := c.trunks.Crowded(); name != "" {
		return fmt.Errorf("trunk %s has more calls than channels, or has given reserved ones away", name)
	}
	seen := newTable[callerAt, bool]()
	for _, l := range c.legs.rows {
		at := callerAt{l.peer.Dest, l.peer.Caller}
		if l.call == 0 || at.destination == "" || l.peer.Urgent || at.caller == numbering.Anonymous || at.caller == "" {
			continue
		}
		if seen.get(at) {
			return fmt.Errorf("a caller is at destination %s twice", at.destination)
		}
		seen.put(at, true)
	}
	return nil
}
