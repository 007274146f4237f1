package transaction

import (
	"github.com/hotline12345/hotline/sip/message"
	"github.com/hotline12345/hotline/turn"
)

// Request sends a request, which carries our Via and branch, and begins its
// transaction. What cannot be read as a request is refused with Failed 503.
func (t *Table) Request(now turn.Instant, id turn.ID, flow message.Flow, raw []byte, out *[]Action) {
	m, fault := message.Parse(raw)
	if fault != nil {
		*out = append(*out, Action{Kind: Failed, ID: id, Status: 503}, Action{Kind: Ended, ID: id})
		return
	}
	t.start(now, &transaction{id: id, flow: flow, raw: raw}, m, out)
}

func (t *Table) start(now turn.Instant, tx *transaction, m *message.Message, out *[]Action) {
	tx.client, tx.state = true, Calling
	tx.invite, tx.kept = m.Method == message.INVITE, m.Method == message.BYE || m.Method == message.NOTIFY
	tx.key = clientKey(m.Via.Branch, m.Method)
	t.startRepeats(now, tx)       // timers A, E
	tx.end = now.Add(64 * t.o.T1) // timers B, F
	t.add(tx)
	*out = append(*out, Action{Kind: Send, Flow: tx.flow, Raw: tx.raw})
	tx.changed(out)
}

// response finds the request that a response belongs to.
func (t *Table) response(now turn.Instant, flow message.Flow, m *message.Message, ids *turn.IDs, out *[]Action) {
	tx := t.all[t.byKey[clientKey(m.Via.Branch, m.Method)]]
	if tx == nil {
		if m.Method == message.INVITE && m.Status/100 == 2 {
			*out = append(*out, Action{Kind: Stray, Flow: flow, Message: m})
		}
		return
	}
	if tx.invite {
		t.inviteResponse(now, tx, m, ids, out)
		return
	}
	if tx.state == Completed {
		return
	}
	if m.Status < 200 {
		if tx.state == Calling {
			tx.state = Proceeding
		}
		return
	}
	if !tx.silent {
		*out = append(*out, Action{Kind: Response, ID: tx.id, Message: m})
	}
	t.offFlow(tx)
	if tx.flow.Transport.Reliable() {
		t.drop(tx, out)
		return
	}
	tx.state, tx.repeat, tx.raw = Completed, 0, nil
	tx.end = now.Add(t.o.T4) // timer K
	tx.changed(out)
	t.arm(tx)
}

func (t *Table) inviteResponse(now turn.Instant, tx *transaction, m *message.Message, ids *turn.IDs, out *[]Action) {
	switch {
	case tx.state == Completed: // a refusal again: its ACK again, at once
		if m.Status >= 300 && tx.ack != nil {
			*out = append(*out, Action{Kind: Send, Flow: tx.flow, Raw: tx.ack})
		}
		return
	case tx.state == Accepted: // forks and repeats of the 2xx (RFC 6026 section 8.4)
		if m.Status/100 == 2 {
			*out = append(*out, Action{Kind: Response, ID: tx.id, Message: m})
		}
		return
	case m.Status < 200:
		first := tx.state == Calling
		tx.state, tx.repeat = Proceeding, 0
		if !tx.cancel {
			tx.end = 0 // it may ring as long as the user lets it
		}
		if first {
			tx.changed(out)
			t.arm(tx)
		}
		*out = append(*out, Action{Kind: Response, ID: tx.id, Message: m})
		if first && tx.cancel {
			t.sendCancel(now, tx, ids, out)
		}
		return
	}
	t.offFlow(tx)
	tx.repeat, tx.status = 0, m.Status
	if m.Status < 300 {
		tx.state, tx.raw = Accepted, nil
		tx.end = now.Add(64 * t.o.T1) // timer M
	} else {
		tx.state = Completed
		tx.ack = ackOf(tx.raw, m)
		tx.raw = nil
		tx.end = now // timer D, streams
		if !tx.flow.Transport.Reliable() {
			tx.end = now.Add(64 * t.o.T1)
		}
		*out = append(*out, Action{Kind: Send, Flow: tx.flow, Raw: tx.ack})
	}
	tx.changed(out)
	t.arm(tx)
	*out = append(*out, Action{Kind: Response, ID: tx.id, Message: m})
}

// ackOf builds the ACK of a refusal, RFC 3261 section 17.1.1.3.
func ackOf(invite []byte, response *message.Message) []byte {
	return sibling(invite, message.ACK, response.Get("To"), nil)
}

// sibling builds the ACK or CANCEL that goes the way of the INVITE: its
// Request-URI, top Via, From, Call-ID, CSeq number and Route.
func sibling(invite []byte, method message.Method, to string, lines []string) []byte {
	m, fault := message.Parse(invite)
	if fault != nil {
		return nil
	}
	w := message.NewRequest(method, m.RequestURI).
		Header("Via", m.Get("Via")).
		Header("Max-Forwards", "70").
		Header("From", m.Get("From")).
		Header("To", to).
		Header("Call-ID", m.CallID).
		Header("CSeq", cseq(m.CSeq, method))
	for _, route := range m.All("Route") {
		w.Header("Route", route)
	}
	for i := 0; i+1 < len(lines); i += 2 {
		w.Header(lines[i], lines[i+1])
	}
	return w.Bytes()
}

// Cancel ends an INVITE that has no final response yet: at once where a
// provisional has come, else after the first (RFC 3261 section 9.1). Headers
// are pairs of name and value. The INVITE then has 64·T1 to end.
func (t *Table) Cancel(now turn.Instant, id turn.ID, headers []string, ids *turn.IDs, out *[]Action) {
	tx := t.all[id]
	if tx == nil || !tx.client || !tx.invite || tx.final() || tx.cancel {
		return
	}
	tx.cancel, tx.cancels = true, headers
	if tx.state == Proceeding {
		t.sendCancel(now, tx, ids, out)
	}
	tx.changed(out)
}

func (t *Table) sendCancel(now turn.Instant, tx *transaction, ids *turn.IDs, out *[]Action) {
	invite, fault := message.Parse(tx.raw)
	if fault != nil {
		return
	}
	raw := sibling(tx.raw, message.CANCEL, invite.Get("To"), tx.cancels)
	cancel, fault := message.Parse(raw)
	if fault != nil {
		return
	}
	tx.end = now.Add(64 * t.o.T1)
	t.arm(tx)
	t.start(now, &transaction{id: ids.Next(), flow: tx.flow, raw: raw, silent: true}, cancel, out)
}
