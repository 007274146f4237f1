package node

import (
	"sync"

	"github.com/hotline12345/hotline/media/order"
)

// mailbox takes the media plane's events without ever making it wait or losing
// one: a port that is not reported free would be lost. Legs bound its size.
type mailbox struct {
	mu   sync.Mutex
	all  []order.Event
	bell chan struct{}
}

func (m *mailbox) put(e order.Event) {
	m.mu.Lock()
	m.all = append(m.all, e)
	m.mu.Unlock()
	select {
	case m.bell <- struct{}{}:
	default:
	}
}

func (m *mailbox) take() []order.Event {
	m.mu.Lock()
	defer m.mu.Unlock()
	all := m.all
	m.all = nil
	return all
}
