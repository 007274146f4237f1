package main

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// plainCalls is a queued call without prompt: INVITE, queue, the agent
// answers, BYE, no talk.
func (b *bench) plainCalls(ctx context.Context) error {
	return b.with(ctx, 300, false, func(r *rig) error {
		highest := 0
		for _, rate := range b.rates {
			each, t, err := b.rate(ctx, r, rate)
			if err != nil {
				return err
			}
			fmt.Printf("queued call, no prompt, %3d/s: %5d good, %d failed, %.2f CPU-ms a call\n", rate, t.good, t.failed, each)
			if t.failed > 0 {
				break
			}
			highest = rate
		}
		fmt.Printf("highest rate without a failed call over %v: %d/s\n", b.span, highest)
		return nil
	})
}

// promptCalls has a prompt of 3 s beside it, which must be heard.
func (b *bench) promptCalls(ctx context.Context) error {
	return b.with(ctx, 300, true, func(r *rig) error {
		r.phones.stay = 3500 * time.Millisecond // an agent who answers in the prompt must not hang up before its end
		for _, rate := range []int{20, 50} {
			each, t, err := b.rate(ctx, r, rate)
			if err != nil {
				return err
			}
			fmt.Printf("queued call, 3 s prompt, %3d/s: %5d good, %d failed, %.2f CPU-ms a call\n", rate, t.good, t.failed, each)
		}
		return nil
	})
}

func (b *bench) rate(ctx context.Context, r *rig, rate int) (perCall float64, t tally, err error) {
	calls := max(int(b.span.Seconds()*float64(rate)), 1)
	used, err := r.used(func() error {
		t, err = sipp(ctx, r.dir, r.addr, r.callerSound.local, rate, calls)
		return err
	})
	if err != nil {
		return 0, t, err
	}
	return float64(used.Microseconds()) / 1000 / float64(calls), t, nil
}

// relay is CPU time per 1,000 relayed packets, both directions counted.
func (b *bench) relay(ctx context.Context) error {
	for _, calls := range []int{100, 300} {
		err := b.with(ctx, calls, false, func(r *rig) error {
			if err := r.talk(calls); err != nil {
				return err
			}
			heard := r.callerSound.heard.Load() + r.phoneSound.heard.Load()
			used, err := r.used(func() error {
				done := make(chan struct{})
				go func() {
					r.callerSound.speak(r.callers.answered(), b.span)
					close(done)
				}()
				r.phoneSound.speak(r.phones.talking(), b.span)
				<-done
				return nil
			})
			if err != nil {
				return err
			}
			sent := r.callerSound.sent.Load() + r.phoneSound.sent.Load()
			relayed := r.callerSound.heard.Load() + r.phoneSound.heard.Load() - heard
			fmt.Printf("relay, %d calls: %d packets in, %d out (%.3f %% lost), %.2f CPU-ms per 1,000 packets, %.3f %% of a core a call\n", calls, sent, relayed,
				100*(1-float64(relayed)/float64(sent)), float64(used.Microseconds())/float64(relayed), 100*used.Seconds()/b.span.Seconds()/float64(calls))
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// talk brings so many calls to talking.
func (r *rig) talk(calls int) error {
	r.phones.setTalk(true)
	for range calls {
		r.callers.dial()
		time.Sleep(5 * time.Millisecond) // a rate of 200/s
	}
	return until(20*time.Second, "all calls talking", func() bool { return len(r.phones.talking()) == calls })
}

// memory is RSS at 1,000 talking calls less RSS at none, over 1,000.
func (b *bench) memory(ctx context.Context) error {
	const calls = 1000
	return b.with(ctx, calls, false, func(r *rig) error {
		if err := r.collect(ctx); err != nil {
			return err
		}
		before, err := resident(r.cmd.Process.Pid)
		if err != nil {
			return err
		}
		if err := r.talk(calls); err != nil {
			return err
		}
		if err := r.collect(ctx); err != nil {
			return err
		}
		after, err := resident(r.cmd.Process.Pid)
		if err != nil {
			return err
		}
		fmt.Printf("memory: %.1f MB at 0 calls, %.1f MB at %d talking, %.1f KB a call\n", float64(before)/1e6, float64(after)/1e6, calls, float64(after-before)/1e3/calls)
		return nil
	})
}

// capture is the time from an agent's BYE to his next call's INVITE, while
// callers wait.
func (b *bench) capture(ctx context.Context) error {
	const waiting = 500
	return b.with(ctx, 5, false, func(r *rig) error {
		for range waiting {
			r.callers.dial()
		}
		if err := until(30*time.Second, "every caller served", func() bool { return r.callers.left() == 0 }); err != nil {
			return err
		}
		r.phones.mu.Lock()
		all := slices.Sorted(slices.Values(r.phones.captures))
		r.phones.mu.Unlock()
		if len(all) == 0 {
			return fmt.Errorf("no capture was seen")
		}
		fmt.Printf("agent's BYE to his next INVITE: median %v, 99th of 100 %v, of %d\n", all[len(all)/2], all[len(all)*99/100], len(all))
		return nil
	})
}
