package node

import (
	"cmp"
	"log/slog"
	"net/netip"
	"time"

	"github.com/hotline12345/hotline/config"
	"github.com/hotline12345/hotline/core"
	"github.com/hotline12345/hotline/media"
	"github.com/hotline12345/hotline/sip/dialog"
	"github.com/hotline12345/hotline/sip/registrar"
	"github.com/hotline12345/hotline/sip/transaction"
	"github.com/hotline12345/hotline/turn"
)

// Options are a node's settings.
type Options struct {
	Data       string // folder
	Interfaces []Interface
	HTTP       string        // address of metrics and health; empty: none
	Domain     string        // and realm of the phones; empty: hotline.local
	T1         time.Duration // RFC 3261's; 0: 500 ms. T2 is 8 times, T4 10 times as long
	Plan       []byte        // for a folder that has none yet; empty: the embedded one
	Calls      int           // at once; 0: 5,000
	Rate       int           // SIP datagrams a second from one address that is no trunk's; 0: 2,000. Twice as many may come at once
	Ahead      int           // port pairs bound ahead, an interface; 0: 256
	CheckTurns int           // the core's invariants are checked after so many turns; 0: never
	Version    string
	Log        *slog.Logger
	LogsLost   func() uint64 // nil: none are
}

// Interface is a named network side of the node.
type Interface struct {
	Name      string
	SIP       []config.Listen
	RTP       config.Ports
	Advertise netip.Addr // named in Via, Contact and SDP; unset: the address bound, or the host's own where all are bound
}

func (o Options) filled() Options {
	o.Domain = cmp.Or(o.Domain, "hotline.local")
	o.T1 = cmp.Or(o.T1, 500*time.Millisecond)
	o.Calls = cmp.Or(o.Calls, 5000)
	o.Rate = cmp.Or(o.Rate, 2000)
	o.Ahead = cmp.Or(o.Ahead, 256)
	o.Version = cmp.Or(o.Version, "dev")
	if len(o.Plan) == 0 {
		o.Plan = config.Anhui()
	}
	if o.LogsLost == nil {
		o.LogsLost = func() uint64 { return 0 }
	}
	return o
}

// advertised is the address that an interface names where it is bound to addr.
func (i *Interface) advertised(addr netip.Addr) netip.Addr {
	if i.Advertise.IsValid() {
		return i.Advertise
	}
	if addr.IsUnspecified() {
		return HostAddr(addr.Is4())
	}
	return addr
}

// rtp are the media plane's options.
func (o *Options) rtp() []media.InterfaceOptions {
	var out []media.InterfaceOptions
	for i := range o.Interfaces {
		side := &o.Interfaces[i]
		out = append(out, media.InterfaceOptions{
			Name: side.Name, Addr: side.RTP.Addr, First: side.RTP.First, Last: side.RTP.Last, Advertise: side.advertised(side.RTP.Addr),
		})
	}
	return out
}

// core are the core's options.
func (n *Node) coreOptions(epoch uint32, now turn.Instant) core.Options {
	o := &n.o
	var sides []core.Interface
	domains := []string{o.Domain}
	for i := range o.Interfaces {
		side := core.Interface{Name: o.Interfaces[i].Name}
		for _, l := range n.wire.Listeners() {
			if l.Interface != side.Name {
				continue
			}
			addr := o.Interfaces[i].advertised(l.Local.Addr())
			domains = append(domains, addr.String(), l.Local.Addr().String())
			if l.Local.Addr().IsUnspecified() {
				domains = append(domains, hostAddrs()...)
			}
			side.Listeners = append(side.Listeners, core.Listener{
				Transport: l.Transport, Local: l.Local, SentBy: netip.AddrPortFrom(addr, l.Local.Port()).String(),
			})
		}
		sides = append(sides, side)
	}
	return core.Options{
		Epoch: epoch, Civil: time.Now().UnixNano() - int64(now), Interfaces: sides,
		Transaction: transaction.Options{T1: o.T1, T2: 8 * o.T1, T4: 10 * o.T1, Max: 200000, Linger: o.T1 / 5},
		Dialog:      dialog.Options{T1: o.T1, T2: 8 * o.T1, UserAgent: "Hotline"},
		Registrar:   registrar.Options{Realm: o.Domain, Domains: domains, Probe: 30 * time.Second},
		Limits:      core.Limits{Calls: o.Calls},
		PhoneSilent: 3 * time.Second, TrunkSilent: 2 * time.Second, Grace: 10 * time.Second,
	}
}
