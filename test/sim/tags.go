package sim

import (
	"fmt"

	"github.com/hotline12345/hotline/sip/message"
)

// tags sees whether the server ever answers one INVITE as two: a restored
// process that does not know what the killed one had sent would.
type tags map[string]string

func (t tags) see(raw []byte) error {
	m, fault := message.Parse(raw)
	if fault != nil {
		return fmt.Errorf("the server sent what is no SIP: %s", fault.Reason)
	}
	if m.IsRequest() || m.Method != message.INVITE || m.Status == 100 {
		return nil
	}
	branch, tag := m.Via.Branch, m.To.Tag()
	if first, seen := t[branch]; seen && first != tag {
		return fmt.Errorf("an INVITE was answered with the tags %s and %s", first, tag)
	}
	t[branch] = tag
	return nil
}
