package sim

import (
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/hotline12345/hotline/acd"
)

// The method is batch means: the calls of one long run, its beginning left out,
// are cut into batches long enough (many times the queue's relaxation time) to
// be as good as independent; Student's t over their means gives the interval.
const (
	batches  = 40
	student  = 2.7079 // t with 39 degrees of freedom, two-sided 99 %
	warmUp   = 2000   // calls left out
	ofErlang = 600_000
)

// estimate is a mean and half its 99 % confidence interval.
type estimate struct{ mean, half float64 }

func (e estimate) holds(figure float64) bool { return math.Abs(e.mean-figure) <= e.half }

// batchMeans runs a day and estimates the means of what measure sees in a call.
func batchMeans(t testing.TB, o Options, measure ...func(*Call) float64) []estimate {
	sums := make([][batches]float64, len(measure))
	seen, size := 0, (len(o.Arrivals)-warmUp)/batches
	o.Trusting = true // the invariants are the other tests'
	o.Ended = func(c *Call) {
		if i := seen - warmUp; i >= 0 && i < batches*size {
			for j, f := range measure {
				sums[j][i/size] += f(c) / float64(size)
			}
		}
		seen++
	}
	if _, err := Run(o); err != nil {
		t.Fatal(err)
	}
	out := make([]estimate, len(measure))
	for j := range out {
		for _, x := range sums[j] {
			out[j].mean += x / batches
		}
		variance := 0.0
		for _, x := range sums[j] {
			variance += (x - out[j].mean) * (x - out[j].mean) / (batches - 1)
		}
		out[j].half = student * math.Sqrt(variance/batches)
	}
	return out
}

// plain is one queue of n equal agents who need no time to pick up and none
// after a talk.
func plain(n int, service time.Duration) *acd.Options {
	o := &acd.Options{Queues: []acd.QueueOptions{{Name: "q", Ring: 15 * time.Second, Service: service, Tiers: []acd.Tier{{}}}}}
	for i := range n {
		o.Agents = append(o.Agents, acd.AgentOptions{ID: fmt.Sprint(8001 + i), Queues: []string{"q"}})
	}
	return o
}

func waited(c *Call) float64    { return float64(count(c.Wait > 0)) }
func inTime(c *Call) float64    { return float64(count(c.InTime)) }
func abandoned(c *Call) float64 { return float64(count(c.Outcome == Abandoned)) }
func wait(c *Call) float64      { return c.Wait.Seconds() }

func erlangC(seed uint64, n int) Options {
	return Options{
		Seed: seed, Plan: plain(14, 20*time.Second), Kinds: []Kind{{Queue: "q", Weight: 1}}, Arrivals: Steady(seed, 200, n),
		People: People{Talk: 180 * time.Second},
	}
}

func erlangA(seed uint64, n int) Options {
	return Options{
		Seed: seed, Plan: plain(40, 20*time.Second), Kinds: []Kind{{Queue: "q", Weight: 1}}, Arrivals: Steady(seed, 600, n),
		People: People{Talk: 240 * time.Second, Patience: 60 * time.Second},
	}
}

// figure is one that the engine must reproduce: the interval holds it and is
// narrow enough to say something: limit is that for ofErlang calls, and goes
// down with the root of their number. With a seed of one's own choice a 99 %
// interval misses its figure once in a hundred times.
type figure struct {
	name        string
	want, limit float64
}

var (
	figuresC = []figure{{"Pw", 0.1741, 0.010}, {"SL(20 s)", 0.8884, 0.0095}, {"ASA", 7.836, 0.95}}
	figuresA = []figure{{"Pw", 0.3628, 0.011}, {"abandoned", 0.0837, 0.0034}, {"E[W]", 5.02, 0.21}}
)

func TestTheEngineReproducesErlangCAndErlangA(t *testing.T) {
	n := max(calls(ofErlang), 100_000)
	check := func(name string, figures []figure, got []estimate) {
		for i, f := range figures {
			limit := f.limit * math.Sqrt(ofErlang/float64(n))
			t.Logf("%s %s: %.5f ± %.5f (99 %%), the formula says %.4f", name, f.name, got[i].mean, got[i].half, f.want)
			if !got[i].holds(f.want) || got[i].half > limit {
				t.Errorf("%s %s: %.5f ± %.5f, want %.4f within ± %.5f (seed %d, %d calls)", name, f.name, got[i].mean, got[i].half, f.want, limit, *seedFlag, n)
			}
		}
	}
	check("Erlang C", figuresC, batchMeans(t, erlangC(*seedFlag, n), waited, inTime, wait))
	check("Erlang A", figuresA, batchMeans(t, erlangA(*seedFlag, n), waited, abandoned, wait))
}
