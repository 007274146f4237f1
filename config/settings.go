package config

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"
)

// Settings are what a node is told at its start: where it listens and where it
// keeps its data. Flags, HOTLINE_… and the settings file have the same names.
type Settings struct {
	Data       string           `yaml:"data,omitempty"`
	Demo       bool             `yaml:"demo,omitempty"`
	SIP        []string         `yaml:"sip,omitempty,flow"` // of the interface "main", as are the next two
	RTP        string           `yaml:"rtp,omitempty"`
	Advertise  string           `yaml:"advertise,omitempty"`
	Interfaces Table[Interface] `yaml:"interfaces,omitempty"`
	HTTP       string           `yaml:"http,omitempty"`
	Plan       string           `yaml:"plan,omitempty"`
	Domain     string           `yaml:"domain,omitempty"` // phones register in it
	Log        string           `yaml:"log,omitempty"`    // text, json
	T1         Duration         `yaml:"t1,omitempty"`
	Rate       int              `yaml:"rate,omitempty"` // SIP datagrams a second from one address that is no trunk's; 0: the node's own
}

// Interface is a named network side of the node.
type Interface struct {
	SIP       []string `yaml:"sip,omitempty,flow"` // udp:ADDR:PORT, tcp:ADDR:PORT; ADDR:PORT alone is both
	RTP       string   `yaml:"rtp,omitempty"`      // ADDR:FIRST-LAST
	Advertise string   `yaml:"advertise,omitempty"`
}

// Listen is one SIP listener.
type Listen struct {
	Transport string // udp, tcp
	Addr      netip.AddrPort
}

// ParseListen reads a listener; ADDR:PORT alone gives UDP and TCP.
func ParseListen(s string) ([]Listen, error) {
	transports, rest := []string{"udp", "tcp"}, s
	for _, t := range transports {
		if r, ok := strings.CutPrefix(s, t+":"); ok {
			transports, rest = []string{t}, r
		}
	}
	if strings.HasPrefix(rest, ":") {
		rest = "0.0.0.0" + rest
	}
	addr, err := netip.ParseAddrPort(rest)
	if err != nil {
		return nil, fmt.Errorf("%q is no address to listen on: write it like 0.0.0.0:5060, udp:10.0.0.1:5060 or :0", s)
	}
	var out []Listen
	for _, t := range transports {
		out = append(out, Listen{Transport: t, Addr: addr})
	}
	return out, nil
}

// Ports are the RTP address of an interface and its range; 0 to 0 leaves the
// choice to the system.
type Ports struct {
	Addr        netip.Addr
	First, Last uint16
}

// String is the range as ParsePorts reads it.
func (p Ports) String() string {
	first := netip.AddrPortFrom(p.Addr, p.First).String()
	if p.First == 0 {
		return first
	}
	return first + "-" + strconv.Itoa(int(p.Last))
}

// ParsePorts reads ADDR:FIRST-LAST, or ADDR:0.
func ParsePorts(s string) (Ports, error) {
	bad := fmt.Errorf("%q is no RTP range: write it like 0.0.0.0:20000-29999, or ADDR:0 for ports of the system's choice", s)
	i := strings.LastIndexByte(s, ':')
	if i < 0 {
		return Ports{}, bad
	}
	host := strings.Trim(s[:i], "[]")
	if host == "" {
		host = "0.0.0.0"
	}
	addr, err := netip.ParseAddr(host)
	if err != nil {
		return Ports{}, bad
	}
	if s[i+1:] == "0" {
		return Ports{Addr: addr}, nil
	}
	from, to, ok := strings.Cut(s[i+1:], "-")
	first, err1 := strconv.ParseUint(from, 10, 16)
	last, err2 := strconv.ParseUint(to, 10, 16)
	if !ok || err1 != nil || err2 != nil || first < 1024 || last < first+3 {
		return Ports{}, bad
	}
	return Ports{Addr: addr, First: uint16(first), Last: uint16(last)}, nil
}

// MainInterface is the one that sip, rtp and advertise describe; a settings file
// may name others beside it.
const MainInterface = "main"

// ParseSettings reads a settings file.
func ParseSettings(data []byte) (*Settings, Faults) {
	s := &Settings{}
	faults := parse(data, s)
	side := s.Interfaces.Get(MainInterface)
	if side == nil {
		side = &Interface{}
	}
	for _, x := range []struct {
		key          string
		above, below bool
	}{
		{"sip", len(s.SIP) > 0, len(side.SIP) > 0}, {"rtp", s.RTP != "", side.RTP != ""}, {"advertise", s.Advertise != "", side.Advertise != ""},
	} {
		if x.above && x.below {
			faults.Add(x.key, 0, "stands at interfaces.%s.%s too: leave one out", MainInterface, x.key)
		}
	}
	return s, faults
}
