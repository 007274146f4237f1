package e2e

import (
	"strings"
	"sync"
	"time"
)

// tap keeps what a peer sends and receives. It is a live.Options.Trace.
type tap struct {
	mu   sync.Mutex
	seen []message
}

type message struct {
	at   time.Time
	sent bool // by the peer
	text string
}

func (w *tap) trace(sent bool, data []byte) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.seen = append(w.seen, message{time.Now(), sent, string(data)})
}

// about returns the first lines of the messages with that Call-ID since then.
func (w *tap) about(callID string, since time.Time) (out []string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, m := range w.seen {
		if m.at.Before(since) || !strings.Contains(m.text, callID) {
			continue
		}
		line, _, _ := strings.Cut(m.text, "\r\n")
		who := "received: "
		if m.sent {
			who = "sent: "
		}
		out = append(out, m.at.Format("05.000 ")+who+line)
	}
	return out
}
