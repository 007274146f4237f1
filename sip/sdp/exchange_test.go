package sdp

import (
	"bytes"
	"errors"
	"net/netip"
	"reflect"
	"strings"
	"testing"

	"github.com/fxamacker/cbor/v2"
	pion "github.com/pion/sdp/v3"
)

var (
	both  = Caps{Codecs: []Codec{PCMA, PCMU}, Ptime: 20}
	local = Local{Addr: netip.MustParseAddr("192.0.2.10"), Port: 20000, RTCP: 20001}
)

// offer builds a body of the usual frame with CRLF line ends.
func offer(lines ...string) []byte {
	head := []string{"v=0", "o=alice 1 1 IN IP4 198.51.100.7", "s=-", "c=IN IP4 198.51.100.7", "t=0 0"}
	return []byte(strings.Join(append(head, lines...), "\r\n") + "\r\n")
}

func TestAnswerSettlesTheStream(t *testing.T) {
	remote, control := netip.MustParseAddrPort("198.51.100.7:4000"), netip.MustParseAddrPort("198.51.100.7:4001")
	base := Media{Remote: remote, RemoteRTCP: control, Codec: PCMA, Payload: 8, Ptime: 20}
	for _, c := range []struct {
		name  string
		lines []string
		want  func(*Media)
		has   []string // lines of the answer
	}{
		{"static types without rtpmap", []string{"m=audio 4000 RTP/AVP 0 8"}, func(*Media) {}, []string{"m=audio 20000 RTP/AVP 8", "a=rtpmap:8 PCMA/8000", "a=ptime:20", "a=sendrecv"}},
		{"mu-law alone", []string{"m=audio 4000 RTP/AVP 18 0"}, func(m *Media) { m.Codec, m.Payload = PCMU, 0 }, []string{"m=audio 20000 RTP/AVP 0", "a=rtpmap:0 PCMU/8000"}},
		{"their telephone-event number", []string{"m=audio 4000 RTP/AVP 8 96", "a=rtpmap:96 Telephone-Event/8000"}, func(m *Media) { m.Event = 96 }, []string{"m=audio 20000 RTP/AVP 8 96", "a=rtpmap:96 telephone-event/8000", "a=fmtp:96 0-16"}},
		{"telephone-event of another clock is not ours", []string{"m=audio 4000 RTP/AVP 8 96 97", "a=rtpmap:96 telephone-event/48000", "a=rtpmap:97 telephone-event/8000"}, func(m *Media) { m.Event = 97 }, []string{"m=audio 20000 RTP/AVP 8 97"}},
		{"dynamic number for A-law", []string{"m=audio 4000 RTP/AVP 100", "a=rtpmap:100 pcma/8000/1"}, func(m *Media) { m.Payload = 100 }, []string{"m=audio 20000 RTP/AVP 100", "a=rtpmap:100 PCMA/8000"}},
		{"AVPF", []string{"m=audio 4000 RTP/AVPF 8"}, func(*Media) {}, []string{"m=audio 20000 RTP/AVPF 8"}},
		{"best-effort SRTP is answered in the clear", []string{"m=audio 4000 RTP/AVP 8", "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:x"}, func(*Media) {}, []string{"m=audio 20000 RTP/AVP 8"}},
		{"sendonly", []string{"m=audio 4000 RTP/AVP 8", "a=sendonly"}, func(m *Media) { m.Theirs, m.Held = SendOnly, true }, []string{"a=recvonly"}},
		{"recvonly", []string{"m=audio 4000 RTP/AVP 8", "a=recvonly"}, func(m *Media) { m.Theirs = RecvOnly }, []string{"a=sendonly"}},
		{"inactive for the session", []string{"a=inactive", "m=audio 4000 RTP/AVP 8"}, func(m *Media) { m.Theirs, m.Held = Inactive, true }, []string{"a=inactive"}},
		{"the stream's direction over the session's", []string{"a=inactive", "m=audio 4000 RTP/AVP 8", "a=sendrecv"}, func(*Media) {}, []string{"a=sendrecv"}},
		{"old hold", []string{"m=audio 4000 RTP/AVP 8", "c=IN IP4 0.0.0.0"}, func(m *Media) { m.Held, m.Remote, m.RemoteRTCP = true, netip.AddrPort{}, netip.AddrPort{} }, []string{"a=recvonly"}},
		{"the stream's address over the session's", []string{"m=audio 4000 RTP/AVP 8", "c=IN IP4 198.51.100.8/127"}, func(m *Media) {
			m.Remote, m.RemoteRTCP = netip.MustParseAddrPort("198.51.100.8:4000"), netip.MustParseAddrPort("198.51.100.8:4001")
		}, nil},
		{"rtcp elsewhere", []string{"m=audio 4000 RTP/AVP 8", "a=rtcp:5000 IN IP4 198.51.100.9"}, func(m *Media) { m.RemoteRTCP = netip.MustParseAddrPort("198.51.100.9:5000") }, nil},
		{"rtcp on another port", []string{"m=audio 4000 RTP/AVP 8", "a=rtcp:5000"}, func(m *Media) { m.RemoteRTCP = netip.MustParseAddrPort("198.51.100.7:5000") }, nil},
		{"unreadable rtcp", []string{"m=audio 4000 RTP/AVP 8", "a=rtcp:x"}, func(*Media) {}, nil},
		{"no port above 65535", []string{"m=audio 65535 RTP/AVP 8"}, func(m *Media) {
			m.Remote, m.RemoteRTCP = netip.MustParseAddrPort("198.51.100.7:65535"), netip.AddrPort{}
		}, nil},
		{"mux", []string{"m=audio 4000 RTP/AVP 8", "a=rtcp-mux"}, func(m *Media) { m.Mux, m.RemoteRTCP = true, remote }, []string{"a=rtcp-mux"}},
		{"ptime 30", []string{"m=audio 4000 RTP/AVP 8", "a=ptime:30"}, func(m *Media) { m.Ptime = 30 }, []string{"a=ptime:30"}},
		{"ptime 5 is too short", []string{"m=audio 4000 RTP/AVP 8", "a=ptime:5"}, func(m *Media) { m.Ptime = 10 }, nil},
		{"ptime 200 is too long", []string{"m=audio 4000 RTP/AVP 8", "a=ptime:200"}, func(m *Media) { m.Ptime = 60 }, nil},
		{"maxptime", []string{"m=audio 4000 RTP/AVP 8", "a=maxptime:10"}, func(m *Media) { m.Ptime = 10 }, nil},
		{"video refused in its place", []string{"m=video 5000 RTP/AVP 96 97", "m=audio 4000 RTP/AVP 8"}, func(*Media) {}, []string{"m=video 0 RTP/AVP 96 97", "m=audio 20000 RTP/AVP 8"}},
		{"T.38 refused in its place", []string{"b=X-NEW:1", "m=audio 4000 RTP/AVP 8", "m=image 5000 udptl t38"}, func(*Media) {}, []string{"m=audio 20000 RTP/AVP 8", "m=image 0 udptl t38"}},
		{"SRTP first, plain second", []string{"m=audio 3000 RTP/SAVP 8", "m=audio 4000 RTP/AVP 8"}, func(*Media) {}, []string{"m=audio 0 RTP/SAVP 8", "m=audio 20000 RTP/AVP 8"}},
		{"unknown codec first, usable second", []string{"m=audio 3000 RTP/AVP 9", "m=audio 4000 RTP/AVP 8"}, func(*Media) {}, []string{"m=audio 0 RTP/AVP 9", "m=audio 20000 RTP/AVP 8"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			want := base
			c.want(&want)
			s := NewSession(7)
			body, err := s.Answer(both, local, offer(c.lines...), SendRecv)
			if err != nil {
				t.Fatal(err)
			}
			if s.Agreed != want {
				t.Errorf("agreed %+v\nwant   %+v", s.Agreed, want)
			}
			for _, line := range c.has {
				if !strings.Contains(string(body), "\r\n"+line+"\r\n") {
					t.Errorf("no line %q in\n%s", line, body)
				}
			}
			readByPion(t, body)
		})
	}
}

// readByPion lets another implementation read what we wrote, where it knows
// the m-lines.
func readByPion(t *testing.T, body []byte) {
	t.Helper()
	if bytes.Contains(body, []byte("udptl")) {
		return
	}
	var d pion.SessionDescription
	if err := d.Unmarshal(body); err != nil {
		t.Fatalf("pion: %v in\n%s", err, body)
	}
	audio := 0
	for _, m := range d.MediaDescriptions {
		if m.MediaName.Port.Value != 0 {
			audio++
			if m.MediaName.Port.Value != int(local.Port) || m.MediaName.Media != "audio" {
				t.Errorf("pion reads %v", m.MediaName)
			}
		}
	}
	if audio != 1 || d.Origin.SessionID != 7 {
		t.Errorf("%d used streams, session %d", audio, d.Origin.SessionID)
	}
}

func TestAnswerTakesOneCodecByOurPreference(t *testing.T) {
	theirs := offer("m=audio 4000 RTP/AVP 8 0")
	s := NewSession(7)
	body, err := s.Answer(Caps{Codecs: []Codec{PCMU, PCMA}, Ptime: 20}, local, theirs, SendRecv)
	if err != nil || s.Agreed.Codec != PCMU || !strings.Contains(string(body), "RTP/AVP 0\r\n") {
		t.Fatalf("%v %v\n%s", s.Agreed.Codec, err, body)
	}
}

func TestAnswerSaysNoMoreThanWeWish(t *testing.T) {
	for _, c := range []struct {
		theirs string
		wish   Direction
		want   string
	}{
		{"sendrecv", SendOnly, "sendonly"},
		{"sendonly", SendOnly, "inactive"},
		{"recvonly", RecvOnly, "inactive"},
		{"sendrecv", Inactive, "inactive"},
	} {
		body, err := NewSession(1).Answer(both, local, offer("m=audio 4000 RTP/AVP 8", "a="+c.theirs), c.wish)
		if err != nil || !strings.HasSuffix(string(body), "\r\na="+c.want+"\r\n") {
			t.Errorf("theirs %s, wish %s: %v\n%s", c.theirs, c.wish, err, body)
		}
	}
}

func TestRefusalsLeaveTheStateUnchanged(t *testing.T) {
	long := strings.Repeat("a=x\r\n", 600)
	for name, c := range map[string]struct {
		body   []byte
		status int
	}{
		"nothing":            {nil, 400},
		"over the size":      {offer("m=audio 4000 RTP/AVP 8", "a="+strings.Repeat("x", maxBody)), 400},
		"too many lines":     {offer("m=audio 4000 RTP/AVP 8", long), 400},
		"too many m-lines":   {offer(strings.Repeat("m=audio 4000 RTP/AVP 8\r\n", 33)), 400},
		"no version":         {[]byte("o=a 1 1 IN IP4 1.2.3.4\r\nc=IN IP4 1.2.3.4\r\nm=audio 4000 RTP/AVP 8\r\n"), 400},
		"version 1":          {[]byte("v=1\r\no=a 1 1 IN IP4 1.2.3.4\r\nm=audio 4000 RTP/AVP 8\r\n"), 400},
		"two versions":       {offer("v=0", "m=audio 4000 RTP/AVP 8"), 400},
		"no origin":          {[]byte("v=0\r\nc=IN IP4 1.2.3.4\r\nm=audio 4000 RTP/AVP 8\r\n"), 400},
		"a line of no kind":  {offer("hello", "m=audio 4000 RTP/AVP 8"), 400},
		"port of letters":    {offer("m=audio x RTP/AVP 8"), 400},
		"port over 65535":    {offer("m=audio 65536 RTP/AVP 8"), 400},
		"no formats":         {offer("m=audio 4000 RTP/AVP"), 400},
		"control character":  {offer("m=audio 4000 RTP/AVP 8\x01"), 400},
		"no c=":              {[]byte("v=0\r\no=a 1 1 IN IP4 1.2.3.4\r\nm=audio 4000 RTP/AVP 8\r\n"), 400},
		"broken c=":          {offer("m=audio 4000 RTP/AVP 8", "c=IN IP4"), 400},
		"name as address":    {offer("m=audio 4000 RTP/AVP 8", "c=IN IP4 media.example.com"), 488},
		"multicast":          {offer("m=audio 4000 RTP/AVP 8", "c=IN IP4 224.2.1.1/127"), 488},
		"the other family":   {offer("m=audio 4000 RTP/AVP 8", "c=IN IP6 2001:db8::1"), 488},
		"no m-line":          {offer(), 488},
		"video alone":        {offer("m=video 4000 RTP/AVP 96"), 488},
		"port 0":             {offer("m=audio 0 RTP/AVP 8"), 488},
		"G.729 alone":        {offer("m=audio 4000 RTP/AVP 18 101", "a=rtpmap:101 telephone-event/8000"), 488},
		"SRTP alone":         {offer("m=audio 4000 RTP/SAVP 8"), 488},
		"8 is another codec": {offer("m=audio 4000 RTP/AVP 8", "a=rtpmap:8 PCMA/16000"), 488},
	} {
		t.Run(name, func(t *testing.T) {
			s := NewSession(7)
			if _, err := s.Answer(both, local, offer("m=audio 4000 RTP/AVP 8"), SendRecv); err != nil {
				t.Fatal(err)
			}
			before := *s
			_, err := s.Answer(both, local, c.body, SendRecv)
			var r *Refusal
			if !errors.As(err, &r) || r.Status != c.status || r.Reason == "" {
				t.Fatalf("%v, want status %d", err, c.status)
			}
			if !reflect.DeepEqual(before, *s) {
				t.Errorf("state changed to %+v", *s)
			}
		})
	}
}

func TestVersionRisesOnlyWithTheText(t *testing.T) {
	s := NewSession(1 << 62)
	first := s.Offer(both, local, SendRecv)
	if again := s.Offer(both, local, SendRecv); !bytes.Equal(first, again) || s.Version != 1 {
		t.Fatalf("version %d\n%s", s.Version, again)
	}
	held := s.Offer(both, local, SendOnly)
	if s.Version != 2 || !strings.Contains(string(held), "o=- 4611686018427387904 2 IN IP4 192.0.2.10\r\n") {
		t.Fatalf("version %d\n%s", s.Version, held)
	}
	theirs := offer("m=audio 4000 RTP/AVP 8")
	for range 2 {
		if _, err := s.Answer(both, local, theirs, SendRecv); err != nil || s.Version != 3 {
			t.Fatalf("version %d, %v", s.Version, err)
		}
	}
}

func TestFirstOfferIsWholeAndExact(t *testing.T) {
	want := strings.Join([]string{
		"v=0", "o=- 7 1 IN IP6 2001:db8::5", "s=-", "c=IN IP6 2001:db8::5", "t=0 0", "m=audio 20000 RTP/AVP 8 0 101",
		"a=rtpmap:8 PCMA/8000", "a=rtpmap:0 PCMU/8000", "a=rtpmap:101 telephone-event/8000", "a=fmtp:101 0-16",
		"a=ptime:20", "a=rtcp:30001", "a=sendrecv", "",
	}, "\r\n")
	got := NewSession(7).Offer(both, Local{Addr: netip.MustParseAddr("2001:db8::5"), Port: 20000, RTCP: 30001}, SendRecv)
	if string(got) != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestLaterOfferKeepsLinesAndNumbers(t *testing.T) {
	s := NewSession(7)
	theirs := offer("m=video 5000 RTP/AVP 96", "m=audio 4000 RTP/AVPF 100 97", "a=rtpmap:100 PCMU/8000", "a=rtpmap:97 telephone-event/8000", "a=rtcp-mux", "m=image 6000 udptl t38")
	if _, err := s.Answer(both, local, theirs, SendRecv); err != nil {
		t.Fatal(err)
	}
	got := string(s.Offer(both, local, SendRecv))
	for _, line := range []string{"m=video 0 RTP/AVP 96", "m=audio 20000 RTP/AVPF 8 100 97", "a=rtpmap:100 PCMU/8000", "a=rtpmap:97 telephone-event/8000", "a=rtcp-mux", "m=image 0 udptl t38"} {
		if !strings.Contains(got, line+"\r\n") {
			t.Errorf("no %q in\n%s", line, got)
		}
	}
	if strings.Index(got, "m=video") > strings.Index(got, "m=audio") {
		t.Errorf("the m-lines changed places\n%s", got)
	}
}

func TestOfferNeverGivesOneNumberToTwoFormats(t *testing.T) {
	for _, lines := range [][]string{
		{"m=audio 4000 RTP/AVP 0", "a=rtpmap:0 PCMA/8000"},
		{"m=audio 4000 RTP/AVP 101", "a=rtpmap:101 PCMA/8000"},
		{"m=audio 4000 RTP/AVP 8 0", "a=rtpmap:0 telephone-event/8000"},
		{"m=audio 4000 RTP/AVP 0 8", "a=rtpmap:8 telephone-event/8000"},
	} {
		s := NewSession(7)
		if _, err := s.Answer(both, local, offer(lines...), SendRecv); err != nil {
			t.Fatal(err)
		}
		d, r := parse(s.Offer(both, local, SendRecv))
		if r != nil {
			t.Fatal(r)
		}
		seen := map[string]bool{}
		for format := range strings.FieldsSeq(d.streams[0].formats) {
			if seen[format] {
				t.Errorf("%v: %s twice in\n%s", lines, format, s.Body)
			}
			seen[format] = true
		}
	}
}

func TestAcceptTakesTheirAnswer(t *testing.T) {
	s := NewSession(7)
	s.Offer(both, local, SendRecv)
	answer := offer("m=audio 4000 RTP/AVP 0 96", "a=rtpmap:96 telephone-event/8000", "a=ptime:40", "a=rtcp-mux")
	for range 2 { // a 18x and then the 200
		if err := s.Accept(answer); err != nil {
			t.Fatal(err)
		}
	}
	want := Media{
		Remote: netip.MustParseAddrPort("198.51.100.7:4000"), RemoteRTCP: netip.MustParseAddrPort("198.51.100.7:4001"),
		Codec: PCMU, Payload: 0, Event: 96, Ptime: 40,
	}
	if s.Agreed != want {
		t.Errorf("agreed %+v\nwant   %+v (mux was not offered)", s.Agreed, want)
	}
}

func TestAcceptRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		caps   Caps
		body   []byte
		status int
	}{
		"nothing":            {both, nil, 400},
		"two m-lines":        {both, offer("m=audio 4000 RTP/AVP 8", "m=video 0 RTP/AVP 96"), 488},
		"no m-line":          {both, offer(), 488},
		"port 0":             {both, offer("m=audio 0 RTP/AVP 8"), 488},
		"another medium":     {both, offer("m=video 4000 RTP/AVP 8"), 488},
		"SRTP":               {both, offer("m=audio 4000 RTP/SAVP 8"), 488},
		"no codec of ours":   {both, offer("m=audio 4000 RTP/AVP 18"), 488},
		"a codec not in it":  {Caps{Codecs: []Codec{PCMA}, Ptime: 20}, offer("m=audio 4000 RTP/AVP 0"), 488},
		"the other family":   {both, offer("m=audio 4000 RTP/AVP 8", "c=IN IP6 2001:db8::1"), 488},
		"broken to the core": {both, []byte("v=0"), 400},
	} {
		t.Run(name, func(t *testing.T) {
			s := NewSession(7)
			s.Offer(c.caps, local, SendRecv)
			before := *s
			var r *Refusal
			if err := s.Accept(c.body); !errors.As(err, &r) || r.Status != c.status {
				t.Fatalf("%v, want status %d", err, c.status)
			}
			if !reflect.DeepEqual(before, *s) {
				t.Errorf("state changed to %+v", *s)
			}
		})
	}
	if err := NewSession(1).Accept(offer("m=audio 4000 RTP/AVP 8")); err == nil {
		t.Error("an answer without an offer was accepted")
	}
}

func TestSessionSurvivesItsRecord(t *testing.T) {
	s := NewSession(7)
	if _, err := s.Answer(both, local, offer("m=audio 4000 RTP/AVP 8", "c=IN IP4 0.0.0.0"), SendRecv); err != nil {
		t.Fatal(err)
	}
	data, err := cbor.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	var back Session
	if err := cbor.Unmarshal(data, &back); err != nil || !reflect.DeepEqual(back, *s) {
		t.Fatalf("%v\n%+v\n%+v", err, back, *s)
	}
}
