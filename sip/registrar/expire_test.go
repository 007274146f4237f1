package registrar

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/fxamacker/cbor/v2"
)

func probing(o *Options) { o.Probe, o.ProbeWait = 30*time.Second, 3*time.Second }

func TestProbesFindThePhoneThatIsGone(t *testing.T) {
	b := newBench(t, probing)
	h := b.handset("8001")
	h.must(200, h.register(udp))
	b.took()
	b.wait(30 * time.Second)
	if got := b.took(); got != "probe 8001" {
		t.Fatal(got)
	}
	b.Probed(b.now, "8001", true, &b.out)
	b.wait(29 * time.Second)
	if got := b.took(); got != "" {
		t.Fatalf("an answered probe: %s", got)
	}
	b.wait(time.Second)
	b.Probed(b.now, "8001", false, &b.out)
	if got := b.took(); got != "probe 8001, reachable 8001 false, changed 8001" {
		t.Fatalf("a failed probe: %s", got)
	}
	if x, ok := b.Binding("8001"); !ok || x.Reachable || !x.Open {
		t.Errorf("%+v", x)
	}
	b.wait(30 * time.Second)
	b.Probed(b.now, "8001", true, &b.out)
	if got := b.took(); got != "probe 8001, reachable 8001 true, changed 8001" {
		t.Fatalf("back again: %s", got)
	}
}

func TestSilentPhoneIsGoneAfterTheWaitAndALateAnswerCounts(t *testing.T) {
	b := newBench(t, probing)
	h := b.handset("8001")
	h.must(200, h.register(udp))
	b.wait(30 * time.Second)
	b.took()
	b.wait(3*time.Second - 1)
	if got := b.took(); got != "" {
		t.Fatal(got)
	}
	b.wait(1)
	if got := b.took(); got != "reachable 8001 false, changed 8001" {
		t.Fatal(got)
	}
	b.Probed(b.now, "8001", true, &b.out)
	if got := b.took(); got != "reachable 8001 true, changed 8001" {
		t.Fatal(got)
	}
	b.Probed(b.now, "8001", false, &b.out) // of a probe that nobody awaits
	b.Probed(b.now, "8002", false, &b.out)
	if got := b.took(); got != "" {
		t.Fatal(got)
	}
}

func TestRegisteringIsASignOfLife(t *testing.T) {
	b := newBench(t, probing)
	h := b.handset("8001")
	h.must(200, h.register(udp))
	b.wait(30 * time.Second)
	h.must(200, h.register(udp)) // while a probe is on its way
	b.took()
	b.Probed(b.now, "8001", false, &b.out)
	b.wait(29 * time.Second)
	if got := b.took(); got != "" {
		t.Errorf("the old probe's failure: %s", got)
	}
}

func TestClosedStreamKeepsTheBinding(t *testing.T) {
	b := newBench(t, probing)
	h, other := b.handset("8001"), b.handset("8002")
	h.must(200, h.register(tcp))
	other.must(200, other.register(tcp))
	b.took()
	b.FlowClosed(tcp, &b.out)
	if got := b.took(); got != "reachable 8001 false, changed 8001, reachable 8002 false, changed 8002" {
		t.Fatal(got)
	}
	if x, ok := b.Binding("8001"); !ok || x.Open || x.Reachable {
		t.Fatalf("%+v %v", x, ok)
	}
	b.wait(time.Minute)
	if got := b.took(); got != "" {
		t.Fatalf("probed without a stream: %s", got)
	}
	again := tcp
	again.Conn++
	h.must(200, h.register(again))
	if x, _ := b.Binding("8001"); !x.Open || !x.Reachable || x.Flow != again {
		t.Fatalf("%+v", x)
	}
	b.took()
	b.FlowClosed(tcp, &b.out) // the old one, once more
	if x, _ := b.Binding("8001"); !x.Open {
		t.Error("the old stream's end closed the new one")
	}
	b.FlowClosed(again, &b.out)
	if got := b.took(); got != "reachable 8001 false, changed 8001" {
		t.Error(got)
	}
}

// reborn is a registrar that has only the other's records, through CBOR.
func reborn(b *bench, o Options) *bench {
	after := newBench(b, func(to *Options) { to.Probe, to.ProbeWait, to.NonceLife = o.Probe, o.ProbeWait, o.NonceLife })
	after.now = b.now
	for _, p := range b.order {
		before, _ := b.Record(p.Phone)
		data, err := cbor.Marshal(before)
		if err != nil {
			b.Fatal(err)
		}
		var r Record
		if err := cbor.Unmarshal(data, &r); err != nil || !reflect.DeepEqual(r, before) {
			b.Fatalf("%v\n%+v\n%+v", err, r, before)
		}
		after.Restore(after.now, r)
		if restored, _ := after.Record(p.Phone); !reflect.DeepEqual(restored, before) {
			b.Fatalf("a restore changed the record to %+v", restored)
		}
	}
	return after
}

func TestRestartKeepsBindingsAndNonces(t *testing.T) {
	b := newBench(t, probing)
	h, stream := b.handset("8001"), b.handset("8002")
	h.must(200, h.register(udp))
	stream.must(200, stream.register(tcp))
	h.cseq, h.nc = h.cseq-1, h.nc-1
	last := h.request() // the same bytes once more
	want, _ := b.Binding("8001")
	after := reborn(b, b.o)
	if got, ok := after.Binding("8001"); !ok || got != want {
		t.Errorf("%+v\n%+v", got, want)
	}
	if got, _ := after.Binding("8002"); got.Open || got.Reachable {
		t.Errorf("a stream outlived the process: %+v", got)
	}
	if a := after.Register(after.now, udp, last, &after.out); a.Status != 200 || after.took() != "" {
		t.Errorf("the last REGISTER again: %d", a.Status)
	}
	h.bench, stream.bench = after, after
	h.must(200, after.Register(after.now, udp, h.request(), &after.out))
	stream.must(200, after.Register(after.now, tcp, stream.request(), &after.out))
	if got := after.took(); !strings.Contains(got, "reachable 8002 true") {
		t.Errorf("the stream's phone came back: %s", got)
	}
	if a := after.Register(after.now, udp, last, &after.out); a.Status != 401 {
		t.Errorf("a replay over the restart: %d", a.Status)
	}
}

func TestWhatFellDueWhileDownIsDone(t *testing.T) {
	b := newBench(t, probing)
	h := b.handset("8001")
	h.must(200, h.register(udp))
	b.now = b.now.Add(time.Hour)
	after := reborn(b, b.o)
	after.Expire(after.now, &after.out)
	if got := after.took(); !strings.HasPrefix(got, "reachable 8001 false") || !strings.HasSuffix(got, "gone 8001") {
		t.Error(got)
	}
}

func TestProbesAfterARestartAreSpread(t *testing.T) {
	b := newBench(t, probing)
	at := map[time.Duration]int{}
	for i := range 1000 {
		name := "8" + string(rune('a'+i/100)) + string(rune('a'+i/10%10)) + string(rune('a'+i%10))
		at[spread(name, 30*time.Second)/time.Second]++
	}
	for second := range 30 * time.Second / time.Second {
		if n := at[second]; n < 5 || n > 100 {
			t.Errorf("%d of 1000 probes in second %d", n, second)
		}
	}
	h := b.handset("8001")
	h.must(200, h.register(udp))
	after := reborn(b, b.o)
	after.wait(30 * time.Second)
	if got := after.took(); !strings.HasPrefix(got, "probe 8001") {
		t.Error(got)
	}
}

func TestConfigureDropsPhonesThatThePlanDropped(t *testing.T) {
	b := newBench(t, probing)
	h, other := b.handset("8001"), b.handset("8002")
	h.must(200, h.register(udp))
	other.must(200, other.register(udp))
	b.took()
	o := b.o
	o.Phones, o.Probe = func(name string) bool { return name == "8002" }, 0
	b.Configure(b.now, o, &b.out)
	if got := b.took(); got != "reachable 8001 false, changed 8001, gone 8001" {
		t.Error(got)
	}
	if _, ok := b.Record("8001"); ok {
		t.Error("8001 is still there")
	}
	b.wait(time.Minute)
	if got := b.took(); got != "" {
		t.Errorf("probed though probes are off: %s", got)
	}
	o.Probe = 30 * time.Second
	b.Configure(b.now, o, &b.out)
	b.wait(30 * time.Second)
	if got := b.took(); !strings.HasPrefix(got, "probe 8002") {
		t.Errorf("probes on again: %q", got)
	}
}
