package core

import (
	"github.com/hotline12345/hotline/journal"
	"github.com/hotline12345/hotline/media/order"
)

// PairsInUse are the ports that the journal's living calls have: the media
// plane binds them again before it grants others.
func PairsInUse(records []journal.Record) []order.Pair {
	var out []order.Pair
	for _, r := range records {
		var c callRecord
		if r.Key.Kind != journal.Call || journal.Unmarshal(r.Value, &c) != nil {
			continue
		}
		for _, p := range c.Call.Parties() {
			if p.Leg != 0 {
				out = append(out, p.Media.Pair)
			}
		}
	}
	return out
}
