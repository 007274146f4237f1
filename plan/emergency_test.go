package plan

import (
	"testing"

	"github.com/hotline12345/hotline/config"
)

// The embedded plan is linked with the emergency services both ways: to each on
// channels that no other call takes, and from each with its name and before
// others.
func TestTheEmbeddedPlanIsLinkedWithTheEmergencies(t *testing.T) {
	source, faults := config.Parse(config.Anhui())
	if faults != nil {
		t.Fatal(faults)
	}
	for _, number := range []string{"110", "119", "120", "122"} {
		d := source.Destinations.Get(number)
		if d == nil || d.Kind != "emergency" || d.Number != number {
			t.Errorf("%s: %+v", number, d)
			continue
		}
		if trunk := source.Trunks.Get(d.Trunk); trunk.Origin != number || trunk.Reserved == 0 || trunk.Priority == 0 {
			t.Errorf("%s: its trunk is %+v", number, trunk)
		}
	}
}
