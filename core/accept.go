package core

import (
	"strings"

	"github.com/hotline12345/hotline/sip/message"
)

// acceptsSDP says whether an INVITE's Accept takes what we answer with. Without
// one it does (RFC 3261 section 20.1).
func acceptsSDP(m *message.Message) bool {
	if !m.Has("Accept") {
		return true
	}
	for _, accepted := range m.All("Accept") {
		kind, _, _ := strings.Cut(accepted, ";")
		switch strings.ToLower(strings.TrimSpace(kind)) {
		case "application/sdp", "application/*", "*/*":
			return true
		}
	}
	return false
}
