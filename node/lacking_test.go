package node

import (
	"bytes"
	"log/slog"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/hotline12345/hotline/api"
	"github.com/hotline12345/hotline/config"
)

// TestAPlanWhoseSurroundingsAreGoneKeepsNoServerFromStarting: a recording is
// silence, a trunk whose interface is gone is not used, both are said loudly. A
// new folder's plan is held to all of it.
func TestAPlanWhoseSurroundingsAreGoneKeepsNoServerFromStarting(t *testing.T) {
	document := []byte("trunks: {far: {match: [10.0.0.0/8], interface: carrier}, near: {match: [127.0.0.0/8]}}\n" +
		"queues: {q: {full: gone, tiers: [{duty: \"12398\", trunk: near}]}}\nflows: {hotline: [answer, {play: {clip: gone}}, {queue: q}, music]}\nnumbers: {\"12345\": {flow: hotline}}\n")
	dir, said := t.TempDir(), &bytes.Buffer{}
	start := func(names ...string) (*Node, error) {
		said.Reset()
		o := Options{Data: dir, Plan: document, Ahead: 8, Log: slog.New(slog.NewTextHandler(said, nil))}
		for _, name := range names {
			free := netip.MustParseAddrPort("127.9.2.1:0")
			o.Interfaces = append(o.Interfaces, Interface{Name: name, SIP: []config.Listen{{Transport: "udp", Addr: free}}, RTP: config.Ports{Addr: free.Addr()}})
		}
		return Start(o)
	}
	recording := filepath.Join(dir, "prompts", "gone.wav")
	if err := os.Mkdir(filepath.Dir(recording), 0o755); err != nil {
		t.Fatal(err)
	}
	greeting, err := os.ReadFile("../ivr/prompt/clips/greeting.wav")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := start("main"); err == nil || strings.Count(err.Error(), "unknown clip") != 2 || !strings.Contains(err.Error(), `unknown interface "carrier"`) {
		t.Fatalf("a new folder takes a plan with faults: %v", err)
	}
	if err := os.WriteFile(recording, greeting, 0o644); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		names   []string
		gone    bool
		lacking []string
	}{
		{[]string{"main", "carrier"}, false, nil},
		{[]string{"main"}, true, []string{"trunks.far.interface", "queues.q.full", "flows.hotline[1].clip"}},
	} {
		if c.gone {
			if err := os.Remove(recording); err != nil {
				t.Fatal(err)
			}
		}
		n, err := start(c.names...)
		if err != nil {
			t.Fatalf("on the interfaces %q: %v", c.names, err)
		}
		client := api.NewClient(filepath.Join(dir, "hotline.sock"))
		status, err := client.Status(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		client.Close()
		if err := n.Close(); err != nil {
			t.Fatal(err)
		}
		if len(status.Lacking) != len(c.lacking) || strings.Count(said.String(), "level=ERROR") != len(c.lacking) {
			t.Errorf("lacking: %q; said: %s", status.Lacking, said)
		}
		for _, place := range c.lacking {
			if !slices.ContainsFunc(status.Lacking, func(s string) bool { return strings.Contains(s, place) }) || !strings.Contains(said.String(), place) {
				t.Errorf("%s is not among %q, or not said: %s", place, status.Lacking, said)
			}
		}
	}
}
