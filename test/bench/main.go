// Command bench measures the real binary: CPU time a call, the highest rate
// without a failed call, CPU time a relayed packet, memory a call, and how
// quickly a free agent gets the next caller. CPU is the server's own, from
// /proc; the load generators share the machine with it.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"time"
)

func main() {
	var b bench
	flag.StringVar(&b.binary, "hotline", "", "the binary to measure")
	flag.DurationVar(&b.span, "span", 30*time.Second, "how long each rate and each relay is run")
	flag.Parse()
	ctx, cancel := signal.NotifyContext(context.Background(), os.Interrupt)
	defer cancel()
	fmt.Printf("%s, %d CPUs, %s\n", runtime.GOARCH, runtime.NumCPU(), time.Now().Format(time.DateOnly))
	if err := b.run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

type bench struct {
	binary string
	span   time.Duration
}

func (b *bench) run(ctx context.Context) error {
	for _, step := range []func(context.Context) error{b.plainCalls, b.promptCalls, b.relay, b.memory, b.capture} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

// with runs a measurement on a server of its own with so many agents.
func (b *bench) with(ctx context.Context, agents int, prompt bool, do func(*rig) error) error {
	all := users(agents)
	s, err := begin(ctx, b.binary, all, prompt)
	if err != nil {
		return err
	}
	defer s.end()
	r := &rig{server: s}
	if r.callerSound, err = openSound("127.88.0.2"); err != nil {
		return err
	}
	defer r.callerSound.conn.Close()
	if r.phoneSound, err = openSound("127.88.0.3"); err != nil {
		return err
	}
	defer r.phoneSound.conn.Close()
	if r.phones, err = openPhones("127.88.0.3", s.addr, r.phoneSound.local); err != nil {
		return err
	}
	defer r.phones.conn.Close()
	if r.callers, err = openCallers("127.88.0.2", s.addr, r.callerSound.local); err != nil {
		return err
	}
	defer r.callers.conn.Close()
	if err := s.seat(ctx, r.phones, all); err != nil {
		return err
	}
	renew, stop := context.WithCancel(ctx)
	defer stop()
	go r.phones.renew(renew, all)
	return do(r)
}

// rig is a server with its phones and callers.
type rig struct {
	*server
	phones                  *phones
	callers                 *callers
	callerSound, phoneSound *sound
}
