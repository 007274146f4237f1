package sim

import (
	"bytes"

	"github.com/hotline12345/hotline/core"
	"github.com/hotline12345/hotline/journal"
)

// Plant is a fault planted on purpose, to show that the simulator sees it.
type Plant string

// Plants are the faults that can be planted, and what each does.
const (
	NoPlant          Plant = ""
	DroppedCancel    Plant = "dropped cancel"     // the server's CANCELs never leave
	DoubleCDR        Plant = "double cdr"         // each CDR is written twice
	LeakedDialog     Plant = "leaked dialog"      // the server's BYEs never leave
	SendBeforeRecord Plant = "send before record" // a killed turn's bytes have left already
	UnwrittenKey     Plant = "unwritten key"      // legs are not in the journal
	RandomOrder      Plant = "random order"       // sends in the order of a map
	StaleKey         Plant = "stale key"          // now and then a leg's new value is not written
	NoRewrite        Plant = "no rewrite"         // after a full disk, keys are not written again
	EagerCursor      Plant = "eager cursor"       // the projection's cursor runs ahead of what it has read
)

func (p Plant) records(in []journal.Record) []journal.Record {
	if p != UnwrittenKey && p != StaleKey {
		return in
	}
	out := make([]journal.Record, 0, len(in))
	for _, r := range in {
		if r.Key.Kind == journal.Leg && !r.End && (p == UnwrittenKey || len(r.Value)%8 == 0) {
			continue
		}
		out = append(out, r)
	}
	return out
}

func (p Plant) facts(in []journal.Fact) []journal.Fact {
	if p != DoubleCDR {
		return in
	}
	out := append([]journal.Fact(nil), in...)
	for _, f := range in {
		if f.Type == journal.FactCallEnded {
			out = append(out, f)
		}
	}
	return out
}

func (p Plant) sends(in []core.Send) []core.Send {
	switch p {
	case DroppedCancel:
		return without(in, "CANCEL ")
	case LeakedDialog:
		return without(in, "BYE ")
	case RandomOrder:
		var out []core.Send
		shuffled := map[int]core.Send{}
		for i, s := range in {
			shuffled[i] = s
		}
		for _, s := range shuffled {
			out = append(out, s)
		}
		return out
	}
	return in
}

func without(in []core.Send, method string) []core.Send {
	var out []core.Send
	for _, s := range in {
		if !bytes.HasPrefix(s.Raw, []byte(method)) {
			out = append(out, s)
		}
	}
	return out
}
