package node

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"path/filepath"
	"sync"
	"time"

	"github.com/hotline12345/hotline/api"
)

// Socket is the file in the data folder on which the CLI finds its server.
const Socket = "hotline.sock"

// face is what people and programs reach the node by.
type face struct {
	socket, public net.Listener
	servers        []*http.Server
	run            sync.WaitGroup
}

// listen binds the CLI's socket and, where asked for, the address of metrics
// and health.
func (f *face) listen(o *Options, p *ports) error {
	var err error
	if f.socket, err = api.ListenSocket(filepath.Join(o.Data, Socket)); err != nil {
		return err
	}
	if o.HTTP == "" {
		return nil
	}
	addr, err := netip.ParseAddrPort(o.HTTP)
	if err != nil {
		return fmt.Errorf("HTTP: %q is no address to listen on: write it like 127.0.0.1:8080", o.HTTP)
	}
	if addr.Port() == 0 {
		port, err := p.of("http "+addr.Addr().String(), func() (uint16, error) { return freePort(addr.Addr()) })
		if err != nil {
			return fmt.Errorf("HTTP: %w", err)
		}
		addr = netip.AddrPortFrom(addr.Addr(), port)
	}
	if f.public, err = net.Listen("tcp", addr.String()); err != nil {
		return fmt.Errorf("HTTP: %w", err)
	}
	return nil
}

// serve answers from now on.
func (f *face) serve(n *Node) {
	server := api.New(n, api.Options{Version: n.o.Version, Started: n.started, Log: n.o.Log})
	f.begin(f.socket, server.HTTP(server.Socket()))
	if f.public != nil {
		f.begin(f.public, server.HTTP(server.Public()))
	}
}

func (f *face) begin(l net.Listener, s *http.Server) {
	f.servers = append(f.servers, s)
	f.run.Go(func() { _ = s.Serve(l) }) // ends with close
}

// close lets answers that are under way be finished for a second.
func (f *face) close() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	for _, s := range f.servers {
		if s.Shutdown(ctx) != nil {
			s.Close()
		}
	}
	for _, l := range []net.Listener{f.socket, f.public} {
		if l != nil {
			l.Close()
		}
	}
	f.run.Wait()
}
