package call

// Refusal is why a second leg did not become a talk; the first seven are the
// queue engine's terms, too.
type Refusal uint8

// The refusals.
const (
	Rejected    Refusal = 1 + iota // 603, 403, 3xx …
	Busy                           // 486, 600; Q.850 17
	NoAnswer                       // rang too long; Q.850 18, 19
	Unreachable                    // silence, ICMP, 408, 503; Q.850 20, 27, 38, 41
	BadSDP                         // answered with an SDP that cannot be used
	HungUp                         // answered and hung up before the caller was heard
	NoPorts                        // we had no ports for the leg

	NoNumber // the far end does not know the number: 404, 410, 484; Q.850 1, 22, 28
	Full     // all channels busy, theirs or ours; Q.850 34, 42
	Closed   // outside its hours
	Returned // the caller has come back from there
	Circle   // the call has been sent on too often, or has been there already
)

func (r Refusal) String() string {
	return [...]string{
		"", "rejected", "busy", "no-answer", "unreachable", "bad-sdp", "hung-up", "no-ports",
		"no-number", "full", "closed", "returned", "circle",
	}[r]
}

// whyRefused tells what a final status means. Where the far end's exchange gives
// a Q.850 cause, that says more than the status that its gateway has made of it
// (RFC 3398 section 7.2.4.1).
func whyRefused(status, q850 int) Refusal {
	switch q850 {
	case 17:
		return Busy
	case 18, 19:
		return NoAnswer
	case 20, 27, 38, 41:
		return Unreachable
	case 34, 42:
		return Full
	case 1, 22, 28:
		return NoNumber
	}
	switch status {
	case 486, 600:
		return Busy
	case 408, 503, 504:
		return Unreachable
	case 488, 606:
		return BadSDP
	case 404, 410, 484, 604:
		return NoNumber
	}
	return Rejected
}

// offered is a refusal in the terms that the queue engine knows.
func (r Refusal) offered() Refusal {
	switch {
	case r <= NoPorts:
		return r
	case r == Full:
		return Busy
	}
	return Unreachable
}
