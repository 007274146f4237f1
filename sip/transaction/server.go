package transaction

import (
	"time"

	"github.com/hotline12345/hotline/sip/message"
	"github.com/hotline12345/hotline/turn"
)

// Receive takes a message off the wire; SetSource was called on it.
func (t *Table) Receive(now turn.Instant, flow message.Flow, m *message.Message, ids *turn.IDs, out *[]Action) {
	switch {
	case !m.IsRequest():
		t.response(now, flow, m, ids, out)
	case m.Method == message.ACK:
		t.ack(now, flow, m, out)
	case m.Method == message.CANCEL:
		t.cancelled(now, flow, m, ids, out)
	default:
		t.request(now, flow, m, ids, out)
	}
}

// request begins a server transaction, or meets the one there is.
func (t *Table) request(now turn.Instant, flow message.Flow, m *message.Message, ids *turn.IDs, out *[]Action) {
	key := serverKey(m, m.Method)
	if id, ok := t.byKey[key]; ok {
		t.repeated(t.all[id], out)
		return
	}
	if status := t.refusal(m); status != 0 {
		*out = append(*out, Action{Kind: Send, Flow: m.ReplyTo(flow), Raw: m.Response(status, "", "none").Bytes()})
		return
	}
	tx := &transaction{
		id: ids.Next(), invite: m.Method == message.INVITE, state: Proceeding,
		flow: m.ReplyTo(flow), key: key, merge: mergeKey(m),
	}
	if !tx.invite {
		tx.end = now.Add(64 * t.o.T1) // nobody waits for an answer longer than that
	}
	t.add(tx)
	*out = append(*out, Action{Kind: NewRequest, ID: tx.id, Flow: flow, Message: m})
}

// refusal says with what a new request is refused without state: 482 for one
// that came by two ways, 503 where the table is full.
func (t *Table) refusal(m *message.Message) int {
	if merge := mergeKey(m); merge != "" {
		if _, known := t.merged[merge]; known {
			return 482
		}
	}
	if t.o.Max > 0 && len(t.all) >= t.o.Max && m.To.Tag() == "" {
		t.full++
		return 503
	}
	return 0
}

// repeated answers a repeat with what was said last; in Accepted the user
// repeats its 2xx itself (RFC 6026 section 7.1).
func (t *Table) repeated(tx *transaction, out *[]Action) {
	if tx.raw != nil && (tx.state == Proceeding || tx.state == Completed) {
		*out = append(*out, Action{Kind: Send, Flow: tx.flow, Raw: tx.raw})
	}
}

// SetTag tells the To tag that the INVITE's responses carry, so that the
// CANCEL's has it too (RFC 3261 section 9.2).
func (t *Table) SetTag(id turn.ID, tag string) {
	if tx := t.all[id]; tx != nil {
		tx.tag = tag
	}
}

// Respond sends a response. After a final one no other is sent: a 200 that
// comes too late for its CANCEL is dropped. A 2xx to an INVITE may be given
// again, by the user who waits for its ACK.
func (t *Table) Respond(now turn.Instant, id turn.ID, status int, raw []byte, out *[]Action) {
	tx := t.all[id]
	if tx == nil || tx.client {
		return
	}
	if tx.state == Accepted && tx.invite && status/100 == 2 {
		*out = append(*out, Action{Kind: Send, Flow: tx.flow, Raw: raw})
		return
	}
	if tx.state != Proceeding {
		return
	}
	*out = append(*out, Action{Kind: Send, Flow: tx.flow, Raw: raw})
	tx.raw, tx.status = raw, status
	switch {
	case status < 200:
	case !tx.invite:
		tx.state = Completed
		tx.end = now.Add(t.timerJ(tx))
	case status < 300:
		tx.state, tx.raw = Accepted, nil
		tx.end = now.Add(64 * t.o.T1) // timer L
	default:
		tx.state = Completed
		t.startRepeats(now, tx)       // timer G
		tx.end = now.Add(64 * t.o.T1) // timer H
	}
	tx.changed(out)
	t.arm(tx)
}

func (t *Table) timerJ(tx *transaction) time.Duration {
	if tx.flow.Transport.Reliable() {
		return 0
	}
	return 64 * t.o.T1
}

// ack takes an ACK: of a refusal it ends the repeats, of a 2xx it is the
// user's.
func (t *Table) ack(now turn.Instant, flow message.Flow, m *message.Message, out *[]Action) {
	tx := t.all[t.byKey[serverKey(m, message.INVITE)]]
	if tx == nil || tx.state == Accepted {
		*out = append(*out, Action{Kind: Ack, Flow: flow, Message: m})
		return
	}
	if tx.state != Completed {
		return
	}
	tx.state, tx.repeat, tx.raw = Confirmed, 0, nil
	tx.end = now // timer I, streams
	if !tx.flow.Transport.Reliable() {
		tx.end = now.Add(t.o.T4)
	}
	tx.changed(out)
	t.arm(tx)
}

// cancelled takes a CANCEL, RFC 3261 section 9.2.
func (t *Table) cancelled(now turn.Instant, flow message.Flow, m *message.Message, ids *turn.IDs, out *[]Action) {
	key := serverKey(m, message.CANCEL)
	if id, ok := t.byKey[key]; ok {
		t.repeated(t.all[id], out)
		return
	}
	invite := t.all[t.byKey[serverKey(m, message.INVITE)]]
	status, tag := 200, "none"
	if invite == nil {
		status = 481
	} else if invite.tag != "" {
		tag = invite.tag
	}
	tx := &transaction{id: ids.Next(), state: Proceeding, flow: m.ReplyTo(flow), key: key}
	t.add(tx)
	t.Respond(now, tx.id, status, m.Response(status, "", tag).Bytes(), out)
	if invite != nil && invite.state == Proceeding {
		*out = append(*out, Action{Kind: Cancelled, ID: invite.id})
	}
}
