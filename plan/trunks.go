package plan

import (
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/hotline12345/hotline/config"
	"github.com/hotline12345/hotline/sip/message"
	"github.com/hotline12345/hotline/sip/trunk"
)

func (c *compiler) trunks() {
	type place struct {
		iface string
		match trunk.Match
	}
	taken := map[place]string{}
	for i := range c.p.Trunks {
		row := &c.p.Trunks[i]
		path := "trunks." + row.Name
		t := trunk.Trunk{
			Name: row.Name, Interface: c.iface(path, row.Line, row.Value.Interface), Area: row.Value.Area,
			Sources: row.Value.Dialled, Channels: row.Value.Channels, Reserved: row.Value.Reserved,
			Format: trunk.Format(max(slices.Index(trunk.Formats, row.Value.Format), 0)), NoEarly: row.Value.EarlyMedia == "none",
			Untrusted: row.Value.Untrusted, Priority: row.Value.Priority, Origin: row.Value.Origin, Context: row.Value.Context,
		}
		c.wants(path+".format", row.Line, slices.Contains(trunk.Formats, row.Value.Format), "must be national, e164 or local, not %q", row.Value.Format)
		c.wants(path+".early_media", row.Line, row.Value.EarlyMedia == "" || row.Value.EarlyMedia == "none", "must be none, not %q", row.Value.EarlyMedia)
		c.wants(path+".reserved", row.Line, row.Value.Reserved >= 0 && (row.Value.Reserved == 0 || row.Value.Reserved <= row.Value.Channels),
			"must be between 0 and the trunk's channels")
		for j, text := range row.Value.Match {
			m, err := parseMatch(text)
			if err != nil {
				c.faults.Add(fmt.Sprintf("%s.match[%d]", path, j), row.Line, "%v", err)
				continue
			}
			key := place{t.Interface, m}
			if other, ok := taken[key]; ok {
				c.faults.Add(fmt.Sprintf("%s.match[%d]", path, j), row.Line, "%q is also a matcher of trunk %q", text, other)
			}
			taken[key] = row.Name
			t.Match = append(t.Match, m)
		}
		for j, peer := range row.Value.Peers {
			t.Peers = append(t.Peers, c.peer(fmt.Sprintf("%s.peers[%d]", path, j), row.Line, peer))
		}
		for j, source := range row.Value.Dialled {
			if !slices.Contains(trunk.Sources, source) {
				c.faults.Add(fmt.Sprintf("%s.dialled[%d]", path, j), row.Line, "unknown source %q: known are %q", source, trunk.Sources)
			}
		}
		if row.Value.Media != "" && row.Value.Media != "sdp" {
			c.faults.Add(path+".media", row.Line, "must be sdp, not %q", row.Value.Media)
		}
		if row.Value.Channels < 0 {
			c.faults.Add(path+".channels", row.Line, "must not be negative")
		}
		switch row.Value.Busy {
		case 0:
		case 480, 486, 600, 603:
			c.out.Call.Busy[row.Name] = row.Value.Busy
		default:
			c.faults.Add(path+".busy", row.Line, "must be 480, 486, 600 or 603, not %d: 503 would take the whole trunk out", row.Value.Busy)
		}
		c.out.Trunks.Trunks = append(c.out.Trunks.Trunks, t)
	}
}

// iface is the interface named, or the first.
func (c *compiler) iface(path string, line int, name string) string {
	known := c.s.Interfaces
	switch {
	case name == "" && len(known) > 0:
		return known[0]
	case len(known) > 0 && !slices.Contains(known, name):
		c.faults.Add(path+".interface", line, "unknown interface %q: this node has %q", name, known)
	}
	return name
}

func (c *compiler) peer(path string, line int, p config.Peer) trunk.Peer {
	out := trunk.Peer{Transport: message.UDP, Priority: p.Priority}
	addr, err := netip.ParseAddrPort(p.Address)
	if err != nil {
		alone, err := netip.ParseAddr(p.Address)
		if err != nil {
			c.faults.Add(path+".address", line, "%q is no address: write it like 10.10.0.5:5060", p.Address)
		}
		addr = netip.AddrPortFrom(alone, 5060)
	}
	out.Addr = addr
	switch p.Transport {
	case "", "udp":
	case "tcp":
		out.Transport = message.TCP
	default:
		c.faults.Add(path+".transport", line, "must be udp or tcp, not %q", p.Transport)
	}
	return out
}

// parseMatch reads 10.10.0.0/24, 10.20.3.4, 10.20.3.4:5060, [::1]/128 and any
// of them with /udp or /tcp behind.
func parseMatch(text string) (trunk.Match, error) {
	var m trunk.Match
	rest := text
	if s, ok := strings.CutSuffix(rest, "/udp"); ok {
		m.Transport, rest = message.UDP, s
	} else if s, ok := strings.CutSuffix(rest, "/tcp"); ok {
		m.Transport, rest = message.TCP, s
	}
	if at, err := netip.ParseAddrPort(rest); err == nil {
		m.Port = at.Port()
		rest = at.Addr().String()
	} else if i := strings.LastIndexByte(rest, ':'); i > strings.LastIndexByte(rest, '/') && strings.Contains(rest, "/") {
		port, err := strconv.ParseUint(rest[i+1:], 10, 16)
		if err == nil {
			m.Port, rest = uint16(port), rest[:i]
		}
	}
	prefix, err := netip.ParsePrefix(rest)
	if err != nil {
		addr, err := netip.ParseAddr(rest)
		if err != nil {
			return m, fmt.Errorf("%q is no matcher: write it like 10.10.0.0/24, 10.20.3.4 or 10.20.3.4:5060/tcp", text)
		}
		prefix = netip.PrefixFrom(addr, addr.BitLen())
	}
	m.Prefix = prefix.Masked()
	return m, nil
}
