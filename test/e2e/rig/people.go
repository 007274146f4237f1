package rig

import (
	"testing"
	"time"

	"github.com/hotline12345/hotline/demo"
	"github.com/hotline12345/hotline/demo/live"
)

// Keep is how much of what a call hears a peer keeps unless told otherwise.
const Keep = 2 * time.Minute

// Phone gives the phone a password and lets a simulated one register with it,
// at the network's address with that last octet. What o leaves open is filled
// in: server, domain, T1, and a Manner that rings until Answer is called.
func (s *Server) Phone(t testing.TB, name string, host byte, o live.Options) *live.Peer {
	t.Helper()
	return s.Phones(t, []string{name}, host, func(int) live.Options { return o })[0]
}

// Phones is Phone for many at once, from that octet on; options are asked for
// each by its place. All register before the first is waited for.
func (s *Server) Phones(t testing.TB, names []string, host byte, options func(int) live.Options) []*live.Peer {
	t.Helper()
	var out []*live.Peer
	for i, name := range names {
		o := options(i)
		var err error
		if o.Password, err = s.Client.SetPassword(t.Context(), name, o.Password); err != nil {
			t.Fatal(err)
		}
		o.User = name
		out = append(out, s.join(t, host+byte(i), o))
	}
	for _, name := range names {
		s.Registered(t, name)
	}
	return out
}

// Registered waits until the phone is registered and reachable.
func (s *Server) Registered(t testing.TB, name string) {
	t.Helper()
	Until(t, "the phone "+name+" is reachable", func() bool {
		phones, err := s.Client.Phones(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range phones {
			if p.Phone == name {
				return p.Reachable
			}
		}
		return false
	})
}

// Login logs an agent in on a phone.
func (s *Server) Login(t testing.TB, agent, phone string) {
	t.Helper()
	if _, err := s.Client.Login(t.Context(), agent, phone); err != nil {
		t.Fatal(err)
	}
}

// Trunk is a simulated carrier at the network's address with that last octet,
// Carrier or above.
func (s *Server) Trunk(t testing.TB, host byte, o live.Options) *live.Peer {
	t.Helper()
	o.User, o.Password = "carrier", ""
	return s.join(t, host, o)
}

func (s *Server) join(t testing.TB, host byte, o live.Options) *live.Peer {
	t.Helper()
	if o.Local = s.Net.Addr(host); o.Server.Port() == 0 {
		o.Server = s.Addr
	}
	o.Domain = Domain
	if o.T1 == 0 {
		o.T1 = s.o.T1
	}
	if o.Keep == 0 {
		o.Keep = Keep
	}
	if o.Manner == nil {
		o.Manner = func(*demo.Peer, *demo.Call) demo.Manner { return demo.Manner{Answer: -1, Status: 200} }
	}
	p, err := live.Join(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	return p
}
