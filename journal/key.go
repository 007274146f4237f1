package journal

import "strconv"

// Kind says what a key names, and with that which struct its record holds.
type Kind uint8

// The kinds. Numbers are in journals for good: only add.
const (
	Call      Kind = 1 + iota // a caller's journey
	Leg                       // one SIP side of a call
	Tx                        // a SIP transaction
	Binding                   // a phone's registration
	Agent                     // an agent's state
	Queue                     // a queue's cursor and counters
	Trunk                     // our registration at a carrier
	NonceKey                  // the key behind our nonces
	Ban                       // an address that is shut out
	Revision                  // a routing plan
	Secret                    // passwords (HA1) and keys
	Listener                  // a port got for ":0"
	Clock                     // when the core last said that it lives
	kindAfter                 // one past the last
)

// kindNames stand at their Kind's place.
var kindNames = [kindAfter]string{
	Call: "call", Leg: "leg", Tx: "tx", Binding: "binding", Agent: "agent", Queue: "queue",
	Trunk: "trunk", NonceKey: "nonce-key", Ban: "ban", Revision: "revision", Secret: "secret", Listener: "listener", Clock: "clock",
}

// String is the kind's name as CORE.md has it.
func (k Kind) String() string {
	if k > 0 && k < kindAfter {
		return kindNames[k]
	}
	return "kind " + strconv.Itoa(int(k))
}

// Key names one thing whose last value is its state.
type Key struct {
	Kind Kind
	ID   string
}

// Record is a key's whole new value, or its end.
type Record struct {
	Key   Key
	Value []byte // as Marshal wrote it; never changed after it was appended
	End   bool   // the key is no more; Value does not count
}
