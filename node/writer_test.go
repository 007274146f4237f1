package node

import (
	"log/slog"
	"slices"
	"strconv"
	"sync"
	"testing"

	"github.com/hotline12345/hotline/journal"
	"github.com/hotline12345/hotline/journal/faultdisk"
	"github.com/hotline12345/hotline/turn"
)

// gate is a disk whose writes can be held up, as a stuck network disk does.
type gate struct {
	*faultdisk.Disk
	mu sync.Mutex
}

type gated struct {
	journal.File
	g *gate
}

func (g *gate) Create(name string) (journal.File, error) {
	f, err := g.Disk.Create(name)
	return gated{f, g}, err
}

func (f gated) WriteAt(p []byte, off int64) (int, error) {
	f.g.mu.Lock() // a held gate holds its lock
	defer f.g.mu.Unlock()
	return f.File.WriteAt(p, off)
}

// bench is a writer with a pretend core: a table of keys, of which each turn
// writes one.
type bench struct {
	t    *testing.T
	disk *gate
	log  *journal.Log
	w    writer
	live map[string]string
	n    int
	end  chan struct{}
	done sync.WaitGroup
}

func newBench(t *testing.T) *bench {
	b := &bench{t: t, disk: &gate{Disk: faultdisk.New(turn.NewRand([32]byte{1}), faultdisk.Faults{})}, live: map[string]string{}}
	var err error
	if b.log, _, err = journal.Open(b.disk, journal.Options{}); err != nil {
		t.Fatal(err)
	}
	b.w = writer{log: b.log, say: slog.New(slog.DiscardHandler), bound: 4, rewrite: make(chan struct{}, 1)}
	b.end = make(chan struct{})
	b.done.Go(func() {
		b.w.watch(b.end, func(letGo func(late bool)) { letGo(true) })
	})
	return b
}

func record(key, value string) journal.Record {
	data, _ := journal.Marshal(value)
	return journal.Record{Key: journal.Key{Kind: journal.Call, ID: key}, Value: data}
}

// turn changes one key, ends another and tells one fact; letGo is called when
// its sends may go.
func (b *bench) turn(letGo func(late bool)) bool {
	b.n++
	key, old := strconv.Itoa(b.n), strconv.Itoa(b.n-10)
	b.live[key] = key
	value, _ := journal.Marshal(b.n)
	t := journal.Turn{At: turn.Instant(b.n), Records: []journal.Record{record(key, key)}, Facts: []journal.Fact{{Type: journal.FactBridged, Value: value}}}
	if _, ok := b.live[old]; ok {
		delete(b.live, old)
		t.Records = append(t.Records, journal.Record{Key: journal.Key{Kind: journal.Call, ID: old}, End: true})
	}
	return b.w.write(job{[]journal.Turn{t}, -1}, letGo)
}

// rewrite does what the core does when the writer rings.
func (b *bench) rewrite() {
	<-b.w.rewrite
	t := journal.Turn{At: turn.Instant(b.n)}
	for key, value := range b.live {
		t.Records = append(t.Records, record(key, value))
	}
	b.w.write(job{[]journal.Turn{t}, 0}, func(bool) {})
}

// verify opens the journal anew: every live key, no other, every fact once.
func (b *bench) verify() {
	b.t.Helper()
	close(b.end)
	b.done.Wait()
	log, state, err := journal.Open(b.disk.Disk, journal.Options{})
	if err != nil {
		b.t.Fatal(err)
	}
	if len(state.Records) != len(b.live) {
		b.t.Errorf("%d keys, must be %d", len(state.Records), len(b.live))
	}
	for _, r := range state.Records {
		var value string
		if err := journal.Unmarshal(r.Value, &value); err != nil || b.live[r.Key.ID] != value {
			b.t.Errorf("key %s is %q (%v)", r.Key.ID, value, err)
		}
	}
	if err := log.Sync(); err != nil {
		b.t.Fatal(err)
	}
	facts, err := log.Read(0, 1<<20)
	if err != nil {
		b.t.Fatal(err)
	}
	var got []int
	for _, f := range facts {
		var n int
		if err := journal.Unmarshal(f.Value, &n); err != nil {
			b.t.Fatal(err)
		}
		got = append(got, n)
	}
	want := make([]int, b.n)
	for i := range want {
		want[i] = i + 1
	}
	if slices.Sort(got); !slices.Equal(got, want) {
		b.t.Errorf("%d facts, must be 1 to %d, each once: %v", len(got), b.n, got)
	}
}

func (b *bench) turns(n int) {
	for range n {
		b.turn(func(bool) {})
	}
}

func TestADiskThatFailsIsMadeWholeAgain(t *testing.T) {
	b := newBench(t)
	b.turns(25)
	b.disk.SetFaults(faultdisk.Faults{WriteFails: 1})
	b.turns(25)
	b.rewrite() // fails too
	b.turns(5)
	if !b.w.away.Load() {
		t.Fatal("the failure went unnoticed")
	}
	b.disk.SetFaults(faultdisk.Faults{})
	b.rewrite()
	if b.w.away.Load() {
		t.Fatal("the journal is not whole again")
	}
	b.turns(25)
	b.verify()
}

func TestADiskThatHangsIsNotWaitedFor(t *testing.T) {
	b := newBench(t)
	b.turns(15)
	b.disk.mu.Lock()
	gone, stuck := make(chan bool, 1), make(chan bool, 1)
	b.done.Go(func() { stuck <- b.turn(func(late bool) { gone <- late }) })
	if !<-gone {
		t.Fatal("a turn was said to be written that was not")
	}
	b.turns(30) // more than may queue: their facts are kept, their records are not
	b.disk.mu.Unlock()
	if <-stuck {
		t.Fatal("the goroutine that hung is still the committer")
	}
	b.rewrite()
	on := true
	b.turn(func(late bool) { on = !late })
	if !on {
		t.Fatal("the journal is not waited for again")
	}
	b.turns(15)
	b.verify()
}
