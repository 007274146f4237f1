package live_test

import (
	"context"
	"errors"
	"net/netip"
	"sync"
	"testing"
	"time"

	"github.com/hotline12345/hotline/core"
	"github.com/hotline12345/hotline/demo/live"
)

// TestTrafficRingsAndIsAnswered: through the real node.
func TestTrafficRingsAndIsAnswered(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	n, server := serve(t, "127.9.4.1", "127.9.4.2")
	o := live.TrafficOptions{
		Server: server, Domain: "test", Carrier: netip.MustParseAddr("127.9.4.2"), PhonesAt: netip.MustParseAddr("127.9.4.10"),
		Numbers: []string{"12345", "12333", "12366", "12315"}, Every: 400 * time.Millisecond, TalkMin: 3 * time.Second, TalkMax: 4 * time.Second,
		Seed: 1,
	}
	for _, phone := range []string{"8002", "8003", "8004", "8005"} {
		do(t, n, core.Command{Kind: core.SetPassword, Phone: phone, Secret: "secret" + phone})
		o.Phones = append(o.Phones, live.Account{Phone: phone, Password: "secret" + phone})
	}
	var mu sync.Mutex
	tries := map[string]int{}
	o.LogIn = func(ctx context.Context, phone string) error {
		mu.Lock()
		defer mu.Unlock()
		if tries[phone]++; phone == "8005" && tries[phone] == 1 {
			return errors.New("once more, please")
		}
		_, err := n.Do(ctx, core.Command{Kind: core.AgentLogin, Agent: phone, Phone: phone})
		return err
	}
	traffic, err := live.StartTraffic(ctx, o)
	if err != nil {
		t.Fatal(err)
	}
	defer traffic.Close()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		view, err := n.View(ctx)
		if err != nil {
			t.Fatal(err)
		}
		answered, abandoned := uint64(0), uint64(0)
		for _, q := range view.Queues {
			answered, abandoned = answered+q.Counts.Answered, abandoned+q.Counts.Abandoned
		}
		mu.Lock()
		tried := tries["8005"]
		mu.Unlock()
		if answered >= 3 && abandoned >= 1 && tried == 2 {
			break
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatalf("%d answered, %d abandoned, %d tries to log 8005 in", answered, abandoned, tried)
		}
	}
	traffic.Close()
}

func TestTrafficThatCannotBe(t *testing.T) {
	o := live.TrafficOptions{Carrier: netip.MustParseAddr("127.9.4.3")}
	if _, err := live.StartTraffic(t.Context(), o); err == nil {
		t.Error("nobody logs in")
	}
	o.LogIn = func(context.Context, string) error { return nil }
	o.Phones, o.PhonesAt = []live.Account{{Phone: "8002"}}, netip.MustParseAddr("203.0.113.1")
	if _, err := live.StartTraffic(t.Context(), o); err == nil {
		t.Error("the phones' address is not ours")
	}
}
