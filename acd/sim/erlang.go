package sim

import "math"

// Waiting are the figures of a queue in its steady state. Times are seconds.
type Waiting struct {
	Wait      float64 // share of calls that wait at all: Pw
	InTime    float64 // share of calls answered within the service time
	Abandoned float64 // share of calls that give up
	Mean      float64 // mean wait of all calls, those that give up too: E[W]; without abandonment the ASA
}

// ErlangC is the queue M/M/n of patient callers: rate calls a second, talks of
// talk seconds in the mean, n agents, and the service time within which a call
// should be answered. It needs rate·talk < n; else every figure is NaN, for the
// line has no steady state. (A. K. Erlang, 1917.)
func ErlangC(rate, talk float64, n int, service float64) Waiting {
	load := rate * talk
	if load >= float64(n) {
		nan := math.NaN()
		return Waiting{Wait: nan, InTime: nan, Abandoned: nan, Mean: nan}
	}
	// Erlang B by its recursion, which neither overflows nor cancels.
	blocked := 1.0
	for k := 1; k <= n; k++ {
		blocked = load * blocked / (float64(k) + load*blocked)
	}
	wait := blocked / (1 - load/float64(n)*(1-blocked))
	spare := (float64(n) - load) / talk // how fast the line drains
	return Waiting{Wait: wait, InTime: 1 - wait*math.Exp(-spare*service), Mean: wait / spare}
}

// ErlangA is the queue M/M/n+M: as ErlangC, with callers who give up after
// patience seconds in the mean. Every load has a steady state; InTime is not
// computed and NaN. (Garnett, Mandelbaum and Reiman, 2002.)
func ErlangA(rate, talk float64, n int, patience float64) Waiting {
	// The stationary probabilities of 0, 1, 2 … calls, each from the one
	// before. Scaled as they grow, since n! is beyond a float64 for n over 170.
	sum, busy, line, p := 1.0, 0.0, 0.0, 1.0
	if n == 0 {
		busy = 1
	}
	for k := 1; ; k++ {
		over := max(k-n, 0)
		p *= rate / (float64(k-over)/talk + float64(over)/patience)
		sum += p
		if k >= n {
			busy += p
			line += p * float64(over)
		}
		if sum > 1e200 {
			sum, busy, line, p = sum/1e200, busy/1e200, line/1e200, p/1e200
		}
		if k > n && p < 1e-15*sum && rate < float64(n)/talk+float64(over)/patience {
			break
		}
	}
	mean := line / sum / rate // Little
	return Waiting{Wait: busy / sum, InTime: math.NaN(), Abandoned: mean / patience, Mean: mean}
}
