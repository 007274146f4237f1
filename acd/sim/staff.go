package sim

import (
	"fmt"
	"slices"
	"time"

	"github.com/hotline12345/hotline/acd"
)

// Staff is a plan with n agents: its first ones, or where it has fewer, others
// beside them who can what they can, in turn. It needs at least one.
func Staff(o *acd.Options, n int) *acd.Options {
	out := *o
	out.Agents = slices.Clone(o.Agents[:min(n, len(o.Agents))])
	for i := len(out.Agents); i < n; i++ {
		like := o.Agents[i%len(o.Agents)]
		like.ID = fmt.Sprintf("%s+%d", like.ID, i/len(o.Agents))
		out.Agents = append(out.Agents, like)
	}
	return &out
}

// Load is how many calls a day so many agents carry when their busiest hour is
// busy to the share occupancy: for want of a better number.
func Load(o *acd.Options, p Profile, people People, occupancy float64) int {
	var wrapUp time.Duration
	for i := range o.Queues {
		wrapUp += o.Queues[i].WrapUp / time.Duration(len(o.Queues))
	}
	perCall := people.Talk + people.Answer + wrapUp
	if perCall <= 0 {
		return 0
	}
	return int(occupancy * float64(len(o.Agents)) * float64(time.Hour) / float64(perCall) / p.Busiest())
}
