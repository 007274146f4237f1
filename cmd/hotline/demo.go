package main

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"time"

	"github.com/hotline12345/hotline/api"
	"github.com/hotline12345/hotline/demo/live"
	"github.com/hotline12345/hotline/demo/screen"
	"github.com/hotline12345/hotline/ivr/prompt"
	"github.com/hotline12345/hotline/node"
)

// The demo's own parts. Phone and agent 8001 are the newcomer's, and so is the
// test caller's account.
const (
	demoData    = "./hotline-demo"
	demoTrunk   = "demo"
	newcomer    = "8001"
	testCaller  = "caller"
	demoCarrier = "127.12.34.5"
	demoPhones  = "127.12.35.2" // and up
	demoOutside = "127.12.36.1" // and up: the exchanges of departments and neighbours
)

// demonstration is a server with a simulated carrier and simulated desk phones
// that ring it.
type demonstration struct {
	client *api.Client
	server netip.AddrPort // SIP over UDP
	domain string
	fresh  bool // the data folder is new: its secrets are made now
	notes  []string
}

// runDemo starts the server, its callers and its phones, and shows them until
// the server ends.
func runDemo(ctx context.Context, o node.Options, log *screen.Tail) error {
	_, err := os.Stat(filepath.Join(o.Data, "journal"))
	d := demonstration{domain: o.Domain, fresh: errors.Is(err, os.ErrNotExist)}
	return run(o, func(n *node.Node) error {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		d.client = api.NewClient(filepath.Join(o.Data, node.Socket))
		defer d.client.Close()
		if err := d.welcome(ctx, n); err != nil {
			return err
		}
		traffic, err := d.traffic(ctx, n)
		if err != nil {
			return err
		}
		defer traffic.Close()
		go d.seatNewcomer(ctx)
		shown := make(chan error, 1)
		go func() {
			shown <- screen.Run(ctx, screen.Options{Out: os.Stdout, Feed: d.feed(ctx), Notes: d.notes, Log: log})
		}()
		untilStopped(n)
		cancel()
		return <-shown
	})
}

// welcome makes the newcomer's accounts and says how to use them.
func (d *demonstration) welcome(ctx context.Context, n *node.Node) error {
	for _, l := range n.Listeners() {
		d.note("监听 / listening: %s %s", l.Transport, l.Address)
		if l.Transport == "udp" {
			d.server = reachable(netip.MustParseAddrPort(l.Address))
		}
	}
	if !d.server.IsValid() {
		return errors.New("the demo's phones need a UDP listener: give one with --sip")
	}
	if d.domain == "" {
		d.domain = "hotline.local"
	}
	for _, account := range []struct{ phone, zh, en string }{
		{newcomer, "话机 8001(坐席 8001 自动登录,来电优先)", "phone 8001 (its agent is logged in by itself and gets calls first)"},
		{testCaller, "测试主叫:注册后拨 12345 或名录中的任何号码", "test caller: register, then ring 12345 or any number of the ledger"},
	} {
		password := "已设,重设用 hotline phone password / set before; `hotline --data DIR phone password " + account.phone + "` makes a new one"
		if d.fresh {
			var err error
			if password, err = d.client.SetPassword(ctx, account.phone, ""); err != nil {
				return err
			}
		}
		d.note("%s / %s", account.zh, account.en)
		d.note("    服务器 server %s  用户 user %s  密码 password %s", d.server, account.phone, password)
	}
	return nil
}

// note is a line that stands on the screen, or is printed once where there is
// none.
func (d *demonstration) note(format string, args ...any) {
	d.notes = append(d.notes, fmt.Sprintf(format, args...))
}

// reachable is an address by which a listener is reached, by the newcomer's phone
// too.
func reachable(addr netip.AddrPort) netip.AddrPort {
	if addr.Addr().IsUnspecified() {
		return netip.AddrPortFrom(node.HostAddr(addr.Addr().Is4()), addr.Port())
	}
	return addr
}

// traffic gives each simulated phone a password of this start and lets the
// carrier ring.
func (d *demonstration) traffic(ctx context.Context, n *node.Node) (*live.Traffic, error) {
	source := n.Plan().Source
	o := live.TrafficOptions{
		Server: d.server, Domain: d.server.Addr().String(), Carrier: netip.MustParseAddr(demoCarrier), PhonesAt: netip.MustParseAddr(demoPhones),
		LogIn: func(ctx context.Context, phone string) error {
			_, err := d.client.Login(ctx, phone, phone)
			return err
		},
		Seed: uint64(time.Now().UnixNano()),
	}
	o.Caller, _ = prompt.Samples("greeting")
	o.Agent, _ = prompt.Samples(prompt.Music)
	for _, row := range source.Numbers {
		o.Numbers = append(o.Numbers, row.Name)
	}
	for _, row := range source.Destinations {
		o.TransferTo = append(o.TransferTo, row.Name)
	}
	o.Exchanges = exchanges(source)
	for _, row := range source.Phones {
		if row.Name == newcomer || row.Value.Tester || source.Agents.Get(row.Name) == nil {
			continue
		}
		password, err := d.client.SetPassword(ctx, row.Name, "")
		if err != nil {
			return nil, err
		}
		o.Phones = append(o.Phones, live.Account{Phone: row.Name, Password: password})
	}
	return live.StartTraffic(ctx, o)
}

// seatNewcomer logs agent 8001 in each time that his phone has come.
func (d *demonstration) seatNewcomer(ctx context.Context) {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	was := false
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		phones, err := d.client.Phones(ctx)
		if err != nil {
			continue
		}
		for _, p := range phones {
			if p.Phone != newcomer {
				continue
			}
			if p.Registered && !was && p.Agent == "" {
				if _, err := d.client.Login(ctx, newcomer, newcomer); err != nil {
					continue
				}
			}
			was = p.Registered
		}
	}
}

// feed is what the screen shows.
func (d *demonstration) feed(ctx context.Context) func() (api.Status, []api.Queue, []api.Agent, []api.Call) {
	var status api.Status
	var queues []api.Queue
	var agents []api.Agent
	var calls []api.Call
	return func() (api.Status, []api.Queue, []api.Agent, []api.Call) {
		// What cannot be had now is shown as it was.
		if s, err := d.client.Status(ctx); err == nil {
			status = s
		}
		if q, err := d.client.Queues(ctx); err == nil {
			queues = q
		}
		if a, err := d.client.Agents(ctx); err == nil {
			agents = a
		}
		if c, err := d.client.Calls(ctx); err == nil {
			calls = c
		}
		return status, queues, agents, calls
	}
}
