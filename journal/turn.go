package journal

import "github.com/hotline12345/hotline/turn"

// Fact is something that happened. CDRs, histories and streams are projections
// of facts.
type Fact struct {
	Position uint64 // its place among all facts of this journal; Append gives it
	At       turn.Instant
	Civil    int64 // Unix ns
	Type     FactType
	Value    []byte // as Marshal wrote it
}

// Turn is what one frame holds: the records and facts of one turn of the core,
// kept whole or not at all.
type Turn struct {
	At      turn.Instant
	Records []Record
	Facts   []Fact
}
