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
	"strconv"
	"strings"
	"time"
)

func main() {
	var b bench
	flag.StringVar(&b.binary, "hotline", "", "the binary to measure")
	measure := flag.String("measure", "plain,prompt,relay,memory,capture", "what to measure")
	rates := flag.String("rates", "10,20,50,100,150,200,300", "calls a second, in rising order")
	flag.DurationVar(&b.span, "span", 30*time.Second, "how long each rate and each relay is run")
	flag.Parse()
	b.measure = strings.Split(*measure, ",")
	for _, s := range strings.Split(*rates, ",") {
		rate, err := strconv.Atoi(s)
		if err != nil || rate < 1 {
			fmt.Fprintf(os.Stderr, "bench: -rates: %q is no number of calls a second\n", s)
			os.Exit(1)
		}
		b.rates = append(b.rates, rate)
	}
	ctx, cancel := signal.NotifyContext(context.Background(), os.Interrupt)
	defer cancel()
	fmt.Printf("%s, %d CPUs, %s\n", runtime.GOARCH, runtime.NumCPU(), time.Now().Format(time.DateOnly))
	if err := b.run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

type bench struct {
	binary  string
	span    time.Duration
	measure []string
	rates   []int
}

func (b *bench) run(ctx context.Context) error {
	all := map[string]func(context.Context) error{
		"plain": b.plainCalls, "prompt": b.promptCalls, "relay": b.relay, "memory": b.memory, "capture": b.capture,
	}
	for _, name := range b.measure {
		step := all[name]
		if step == nil {
			return fmt.Errorf("-measure: %q is not known", name)
		}
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
	go r.phones.repeat(renew)
	return do(r)
}

// rig is a server with its phones and callers.
type rig struct {
	*server
	phones                  *phones
	callers                 *callers
	callerSound, phoneSound *sound
}
