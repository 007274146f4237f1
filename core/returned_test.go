package core_test

import (
	"testing"

	"github.com/hotline12345/hotline/acd"
	"github.com/hotline12345/hotline/call"
	"github.com/hotline12345/hotline/journal"
)

// A destination's exchange sends a call back without any mark of ours: it is
// known by its caller, or, where he has no number, by its trunk.
func TestACallThatHasComeBackIsMarked(t *testing.T) {
	const hub, nobody = "10.3.0.1:5060", "From: <sip:anonymous@anonymous.invalid>"
	for name, c := range map[string]struct {
		first, from, caller string
		returned            bool
	}{
		"from the destination":        {"Subject: x", carrier, "Subject: x", true},
		"by another trunk":            {"Subject: x", hub, "Subject: x", true},
		"somebody else's":             {"Subject: x", carrier, "From: <sip:013855119999@h>", false},
		"nobody's, and nobody went":   {"Subject: x", carrier, nobody, false},
		"nobody's":                    {nobody, carrier, nobody, true},
		"nobody's, by another trunk":  {nobody, hub, nobody, false},
		"one who keeps his number":    {"Privacy: id", carrier, nobody, true},
		"one who kept it not at once": {"Subject: x", carrier, "Privacy: id", false}, // he is nobody there
	} {
		w := newWorld(t)
		w.rung(w.invites(carrier, "12333", c.first)) // the bureau has a call of his
		w.invites(c.from, "12345", c.caller)
		for _, key := range w.recorded(journal.Call) {
			var record struct {
				Call  call.State     `cbor:"1,keyasint,omitempty"`
				Queue acd.CallRecord `cbor:"2,keyasint,omitempty"`
			}
			if err := journal.Unmarshal(w.journal[key], &record); err != nil {
				t.Fatal(err)
			}
			cdr := record.Call.CDR
			if want := cdr.Dialled == "12345" && c.returned; cdr.Returned != want {
				t.Errorf("%s: the call to %s is marked %v", name, cdr.Dialled, cdr.Returned)
			}
		}
	}
}
