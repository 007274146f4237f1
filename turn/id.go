package turn

import "strconv"

// ID names a call, a leg or a transaction of this node. The start's epoch
// stands in the high bits, so an ID is never given twice, also not after a
// crash. Zero is no ID.
type ID uint64

// epochShift leaves 2^40 identities to each start and 2^23 starts to a node.
const epochShift = 40

// IDs hands out identities of one start.
type IDs struct{ next ID }

// NewIDs begins the identities of the given start (epoch ≥ 1).
func NewIDs(epoch uint32) *IDs { return &IDs{next: ID(epoch) << epochShift} }

// Next returns an ID that was never given before.
func (g *IDs) Next() ID {
	g.next++
	return g.next
}

// String is the ID as people and the CLI see it, in base 36.
func (id ID) String() string { return strconv.FormatUint(uint64(id), 36) }

// ParseID reads what String wrote.
func ParseID(s string) (ID, error) {
	n, err := strconv.ParseUint(s, 36, 64)
	return ID(n), err
}
