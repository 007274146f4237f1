package plan

import "testing"

// tomorrow are clips that the embedded plan plays.
var tomorrow = []string{
	"moved-1", "moved-2", "moved-dept-1", "moved-dept-2", "department-1", "changed-1", "changed-2", "transition-1", "transition-2",
	"takeover", "takeover-closed", "returned", "transfer-failed", "transferring", "channels-busy", "zone-key", "area-0558", "greeting-zone", "crisis",
	"greeting-12348", "greeting-12315",
}

func TestNumbersThatContradictThemselvesAreNamedAtOnce(t *testing.T) { faulty(t, "numbers") }
