package core

import (
	"strings"
	"testing"

	"github.com/hotline12345/hotline/ivr"
	"github.com/hotline12345/hotline/sip/message"
)

// invite is an INVITE with further headers.
func invite(t *testing.T, headers string) *message.Message {
	t.Helper()
	m, fault := message.Parse([]byte("INVITE sip:12345@h SIP/2.0\r\nVia: SIP/2.0/UDP h;branch=z9hG4bKa\r\nFrom: <sip:1@h>;tag=1\r\nTo: <sip:12345@h>\r\n" +
		"Call-ID: c\r\nCSeq: 1 INVITE\r\nMax-Forwards: 70\r\n" + headers + "Content-Length: 0\r\n\r\n"))
	if fault != nil {
		t.Fatal(fault.Reason)
	}
	return m
}

func TestDiversionsAreCountedAndBounded(t *testing.T) {
	for _, c := range []struct {
		headers string
		kept    int
		count   int
	}{
		{"", 0, 0},
		{"Diversion: <sip:12315@h>;reason=unconditional\r\n", 1, 1},
		{"Diversion: <sip:12315@h>;counter=3, <sip:12331@h>;Counter=2\r\n", 2, 5},
		{"Diversion: <sip:12315@h>;counter=99999999\r\n", 1, 9999},
		{"Diversion: <sip:" + strings.Repeat("1", 300) + "@h>\r\n", 1, 5}, // too long: as if too many
		{strings.Repeat("Diversion: <sip:12315@h>\r\n", 200), 6, 10},
	} {
		kept := diverted(invite(t, c.headers))
		if len(kept) != c.kept || diversions(kept) != c.count {
			t.Errorf("%.60q: %d kept, %d counted; must be %d, %d", c.headers, len(kept), diversions(kept), c.kept, c.count)
		}
	}
}

func TestMarksAreBounded(t *testing.T) {
	m := invite(t, "X-Hotline-Path: a:tax, b:hub\r\nX-Hotline-Path: "+strings.Repeat("x", 100)+"\r\n"+strings.Repeat("X-Hotline-Path: c:d\r\n", 30))
	if got := marks(m); len(got) != maxPath || got[0] != "a:tax" || got[1] != "b:hub" || got[2] != "c:d" {
		t.Errorf("%q", got)
	}
}

func TestAContextTravels(t *testing.T) {
	x := context{Number: "12315", Caller: "13800000000", City: "芜湖", Needs: []ivr.Need{{Skill: "market", Level: 5}}, Waited: 12e9}
	got, ok := readContext(x.header())
	if !ok || got.Number != x.Number || got.Caller != x.Caller || got.City != x.City || len(got.Needs) != 1 || got.Needs[0] != x.Needs[0] || got.Waited != x.Waited {
		t.Errorf("%+v, %v", got, ok)
	}
	for _, bad := range []string{"", "00", "zz;purpose=hotline;encoding=hex", "a1;purpose=hotline", "56a7;purpose=isdn-uui", strings.Repeat("a", 3000) + ";purpose=hotline"} {
		if _, ok := readContext(bad); ok {
			t.Errorf("%.40q is read", bad)
		}
	}
	if x, ok := readContext(context{Waited: 1e18}.header()); !ok || x.Waited != int64(maxWaited) {
		t.Errorf("a wait of %d is believed", x.Waited)
	}
}

func FuzzContext(f *testing.F) {
	f.Add(context{Number: "12315", Waited: -1}.header())
	f.Add("a1;purpose=hotline")
	f.Fuzz(func(t *testing.T, header string) {
		if x, ok := readContext(header); ok && (x.Waited < 0 || x.Waited > int64(maxWaited) || len(x.Needs) > maxNeeds) {
			t.Errorf("%+v", x)
		}
	})
}
