package core_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/hotline12345/hotline/demo"
)

func TestARefusedTransferLeavesTheCallAsItIs(t *testing.T) {
	w := newWorld(t)
	w.dial(0)
	w.pass(8 * time.Second)
	for _, p := range w.peers[1:] {
		if !p.Busy() {
			continue
		}
		c := p.Calls[len(p.Calls)-1]
		var out demo.Out
		p.Refer(w.now, c, "110", &out)
		w.flight = append(w.flight, out.Packets...)
		w.pass(time.Second)
		if c.Referred != 403 || c.Over() || !w.peers[0].Busy() {
			t.Errorf("the REFER got %d, over %v", c.Referred, c.Over())
		}
		w.end()
		return
	}
	t.Error("nobody was rung")
}

func TestAREFEROutsideOfCallsIsRefused(t *testing.T) {
	w := newWorld(t)
	w.arrive(w.peers[1].Local, []byte("REFER sip:12345@10.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 10.2.0.1;branch=z9hG4bKr\r\nFrom: <sip:1@a>;tag=1\r\n"+
		"To: <sip:2@b>\r\nCall-ID: 3\r\nCSeq: 1 REFER\r\nMax-Forwards: 9\r\nRefer-To: <sip:110@10.0.0.1>\r\n\r\n"))
	last := w.flight[len(w.flight)-1].Data
	if !bytes.HasPrefix(last, []byte("SIP/2.0 403 ")) || !bytes.Contains(last, []byte("within its own dialog")) {
		t.Errorf("answered with\n%s", last)
	}
}
