package transaction

import (
	"time"

	"github.com/hotline12345/hotline/sip/message"
	"github.com/hotline12345/hotline/turn"
)

// State is a transaction's state, in the words of RFC 3261 figures 5 to 8 and
// RFC 6026.
type State uint8

// The states.
const (
	Calling    State = 1 + iota // client: nothing has come (Trying, without INVITE)
	Proceeding                  // a provisional was sent or has come; a server without INVITE that was not answered
	Completed                   // a final response; repeats are absorbed
	Confirmed                   // INVITE server: the ACK is there
	Accepted                    // a 2xx to an INVITE (RFC 6026)
)

type transaction struct {
	id     turn.ID
	place  int // in Table.order
	client bool
	invite bool
	silent bool // ours alone: a CANCEL, of which nobody hears the end
	kept   bool // a BYE or NOTIFY of ours: journaled
	state  State
	flow   message.Flow // where requests or responses go
	key    string
	merge  string
	tag    string // INVITE server: the To tag of its responses
	raw    []byte // client: the request, while it may be needed; server: the last response
	ack    []byte // INVITE client: the ACK of the refusal
	status int

	repeat turn.Instant // timers A, E, G
	wait   time.Duration
	end    turn.Instant // timers B, D, F, H, I, J, K, L, M

	cancel  bool // wanted: waits for the first provisional
	cancels []string
}

func (tx *transaction) final() bool {
	return tx.state == Completed || tx.state == Accepted || tx.state == Confirmed
}

// journaled says which transactions a restart must know: INVITEs of either
// side, a BYE and a NOTIFY that we sent.
func (tx *transaction) journaled() bool { return tx.invite || tx.kept }

func (tx *transaction) changed(out *[]Action) {
	if tx.journaled() {
		*out = append(*out, Action{Kind: Changed, ID: tx.id})
	}
}

// startRepeats begins timer A, E or G, which streams do without.
func (t *Table) startRepeats(now turn.Instant, tx *transaction) {
	tx.repeat = 0
	if !tx.flow.Transport.Reliable() {
		tx.wait = t.o.T1
		tx.repeat = now.Add(tx.wait)
	}
}

// again sends the last message once more: timers A, E and G.
func (t *Table) again(now turn.Instant, tx *transaction, out *[]Action) {
	*out = append(*out, Action{Kind: Send, Flow: tx.flow, Raw: tx.raw})
	tx.wait *= 2
	// Timer A doubles without limit (section 17.1.1.2); E in Proceeding is T2.
	if !(tx.client && tx.invite) && tx.wait > t.o.T2 || (tx.client && !tx.invite && tx.state == Proceeding) {
		tx.wait = t.o.T2
	}
	tx.repeat = now.Add(tx.wait)
}

// expired takes the timer that ends a state.
func (t *Table) expired(now turn.Instant, tx *transaction, out *[]Action) {
	if tx.client && !tx.final() {
		t.fail(now, tx, 408, out) // timers B and F; a CANCEL without its 487
		return
	}
	t.drop(tx, out)
}
