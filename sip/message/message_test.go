package message

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"
)

// lines joins a message's lines as they travel.
func lines(s string) []byte {
	return []byte(strings.ReplaceAll(strings.TrimLeft(s, "\n"), "\n", "\r\n"))
}

// request is a good INVITE in which one piece is replaced.
func request(old, instead string) []byte {
	const good = `
INVITE sip:12345@10.0.0.1 SIP/2.0
Via: SIP/2.0/UDP 10.0.0.2:5060;branch=z9hG4bKa1;rport
Max-Forwards: 70
From: <sip:13855112345@10.0.0.2>;tag=f1
To: <sip:12345@10.0.0.1>
Call-ID: c1@10.0.0.2
CSeq: 1 INVITE
Contact: <sip:gw@10.0.0.2>
Content-Length: 0

`
	if old != "" && !strings.Contains(good, old) {
		panic("the good request has no " + old)
	}
	return lines(strings.Replace(good, old, instead, 1))
}

// Each row is a fault that RFC 4475 or SIPGO.md names, in a request that is
// otherwise good.
func TestFaultyRequestsAreAnsweredAsTheRFCAsks(t *testing.T) {
	for _, c := range []struct {
		name, old, instead string
		status             int
	}{
		{"badvers", "12345@10.0.0.1 SIP/2.0", "12345@10.0.0.1 SIP/7.0", 505},
		{"badinv01", "tag=f1", "tag=f1;;,;,,", 400},
		{"clerr", "Content-Length: 0", "Content-Length: 9999", 400},
		{"ncl", "Content-Length: 0", "Content-Length: -999", 400},
		{"mcl01", "Content-Length: 0", "Content-Length: 0\nContent-Length: 3", 400},
		{"mcl01 compact", "Content-Length: 0", "Content-Length: 0\nl: 0", 400},
		{"scalar02 CSeq", "CSeq: 1 ", "CSeq: 36893488147419103232 ", 400},
		{"scalar02 Max-Forwards", "Max-Forwards: 70", "Max-Forwards: 300", 400},
		{"scalar02 Expires", "Max-Forwards: 70", "Max-Forwards: 7\nExpires: 10000000000000000000000", 400},
		{"quotbal", "To: <", "To: \"Mr. J. User <", 400},
		{"ltgtruri", "INVITE sip:12345@10.0.0.1 ", "INVITE <sip:12345@10.0.0.1> ", 400},
		{"lwsruri", "INVITE sip:12345@10.0.0.1 ", "INVITE sip:12345@10.0.0.1; lr ", 400},
		{"lwsstart", "INVITE sip", "INVITE  sip", 400},
		{"trws", "@10.0.0.1 SIP/2.0\n", "@10.0.0.1 SIP/2.0  \n", 400},
		{"escruri", "INVITE sip:12345@10.0.0.1", "INVITE sip:12345@10.0.0.1?Route=%3Csip:x%3E", 400},
		{"badaspec", "To: <sip:12345@10.0.0.1>", "To: \"W, T\" < sip:12345@10.0.0.1 >", 400},
		{"baddn", "From: <", "From: Bell, Alexander <", 400},
		{"regbadct", "Contact: <sip:gw@10.0.0.2>", "Contact: sip:gw@10.0.0.2?Route=%3Csip:x%3E", 400},
		{"novelsc", "INVITE sip:12345@10.0.0.1", "INVITE soap.beep://192.0.2.103:3002", 416},
		{"unkscm", "INVITE sip:12345@10.0.0.1", "INVITE nobodyKnowsThisScheme:totallyopaquecontent", 416},
		{"mismatch01", "CSeq: 1 INVITE", "CSeq: 1 OPTIONS", 400},
		{"mismatch02", "INVITE sip", "NEWMETHOD sip", 400},
		{"the method's case", "INVITE sip", "invite sip", 400},
		{"multi01 Call-ID", "CSeq", "Call-ID: c2\nCSeq", 400},
		{"multi01 From", "CSeq", "f: <sip:x@y>;tag=2\nCSeq", 400},
		{"multi01 Max-Forwards", "CSeq", "Max-Forwards: 5\nCSeq", 400},
		{"insuf To", "To: <sip:12345@10.0.0.1>\n", "", 400},
		{"line without colon", "CSeq", "garbage\nCSeq", 400},
		{"empty Contact", "Contact: <sip:gw@10.0.0.2>", "Contact:", 400},
		{"Record-Route", "CSeq", "Record-Route: <sip:p1\nCSeq", 400},
		{"port", "INVITE sip:12345@10.0.0.1 ", "INVITE sip:12345@10.0.0.1:99999 ", 400},
		{"negative port", "INVITE sip:12345@10.0.0.1 ", "INVITE sip:12345@10.0.0.1:-1 ", 400},
	} {
		t.Run(c.name, func(t *testing.T) {
			m, fault := Parse(request(c.old, c.instead))
			if fault == nil {
				t.Fatalf("accepted: %+v", m)
			}
			if fault.Status != c.status || fault.Request == nil {
				t.Fatalf("fault %d %q, answerable %v; want %d", fault.Status, fault.Reason, fault.Request != nil, c.status)
			}
			reply := string(fault.Request.Response(fault.Status, "", "t1").Bytes())
			if !strings.Contains(reply, "branch=z9hG4bKa1") || !strings.Contains(reply, "CSeq: ") {
				t.Errorf("the answer lacks Via or CSeq:\n%s", reply)
			}
		})
	}
}

func TestWhatCannotBeAnsweredIsDropped(t *testing.T) {
	const ok = "SIP/2.0 200 OK\nVia: SIP/2.0/UDP 192.0.2.198;branch=z9hG4bK1%sSIP/2.0/UDP 255.255.255.255;branch=z9hG4bK2\n" +
		"Call-ID: 1\nCSeq: 35 INVITE\nFrom: <sip:a@b>;tag=1\nTo: <sip:c@d>;tag=2\n\n"
	for name, raw := range map[string][]byte{
		"bcast":             lines(strings.Replace(ok, "%s", "\nVia: ", 1)),
		"bcast in a line":   lines(strings.Replace(ok, "%s", ", ", 1)),
		"broken response":   lines("SIP/2.0 4294967301 better not break the receiver\nVia: SIP/2.0/UDP a;branch=b\nFrom: <sip:a@b>;tag=1\nTo: <sip:a@b>\nCall-ID: 1\nCSeq: 1 INVITE\n\n"),
		"ACK with a fault":  []byte(strings.ReplaceAll(string(request("Max-Forwards: 70", "Max-Forwards: x")), "INVITE", "ACK")),
		"no Via":            request("Via: SIP/2.0/UDP 10.0.0.2:5060;branch=z9hG4bKa1;rport\n", ""),
		"insuf Call-ID":     request("Call-ID: c1@10.0.0.2\n", ""),
		"nothing":           {},
		"noise":             []byte("\x00\x01\x02\x03\r\n\r\n"),
		"a status line too": lines("SIP/2.0 200\n\n"),
	} {
		if _, fault := Parse(raw); fault == nil || fault.Request != nil {
			t.Errorf("%s: fault %v", name, fault)
		}
	}
}

func TestTortureThatIsValidIsRead(t *testing.T) {
	// RFC 4475 section 3.1.1.1, wsinv
	m, fault := Parse(lines(`
INVITE sip:vivekg@chair-dnrc.example.com;unknownparam SIP/2.0
TO :
 sip:vivekg@chair-dnrc.example.com ;   tag    = 1918181833n
from   : "J Rosenberg \\\""       <sip:jdrosen@example.com>
  ;
  tag = 98asjd8
MaX-fOrWaRdS: 0068
Call-ID: wsinv.ndaksdj@192.0.2.1
Content-Length   : 150
cseq: 0009
  INVITE
Via  : SIP  /   2.0
 /UDP
    192.0.2.2;branch=390skdjuw
s :
NewFangledHeader:   newfangled value
 continued newfangled value
UnknownHeaderWithUnusualValue: ;;,,;;,;
Content-Type: application/sdp
Route:
 <sip:services.example.com;lr;unknownwith=value;unknown-no-value>
v:  SIP  / 2.0  / TCP     spindle.example.com   ;
  branch  =   z9hG4bK9ikj8  ,
 SIP  /    2.0   / UDP  192.168.255.111   ; branch=
 z9hG4bK30239
m:"Quoted string \"\"" <sip:jdrosen@example.com> ; newparam =
      newvalue ;
  secondparam ; q = 0.33

` + strings.Repeat("x", 150)))
	if fault != nil {
		t.Fatal(fault)
	}
	if m.To.Tag() != "1918181833n" || m.From.Tag() != "98asjd8" || m.From.Display != `J Rosenberg \"` ||
		m.MaxForwards != 68 || m.CSeq != 9 || m.Via.Host != "192.0.2.2" || m.Via.Branch != "390skdjuw" {
		t.Errorf("read as %+v", m)
	}
	if vias := m.All("Via"); len(vias) != 3 || m.Get("newfangledheader") != "newfangled value continued newfangled value" {
		t.Errorf("Via hops %q, folded header %q", vias, m.Get("newfangledheader"))
	}
	contacts, _, err := m.Contacts()
	if q, _ := contacts[0].Params.Get("q"); err != nil || q != "0.33" || contacts[0].Display != `Quoted string ""` {
		t.Errorf("contact %+v, %v", contacts, err)
	}
	reply := string(m.Response(200, "", "x").Bytes())
	if !strings.Contains(reply, "z9hG4bK9ikj8") || !strings.Contains(reply, "z9hG4bK30239") {
		t.Errorf("hops are missing in the response:\n%s", reply)
	}
	// section 3.1.1.2, intmeth: a method of odd characters is a method
	odd := strings.ReplaceAll(string(request("", "")), "INVITE", "!interesting-Method0123456789_*+`.%indeed'~")
	if m, fault := Parse([]byte(odd)); fault != nil || m.Method.Known() {
		t.Errorf("intmeth: %v", fault)
	}
	// section 3.3.2, inv2543: no branch, no Max-Forwards, no Content-Length
	old := lines("INVITE sip:UserB@example.com SIP/2.0\nVia: SIP/2.0/UDP iftgw.example.com\nFrom: <sip:+13035551111@ift.client.example.net;user=phone>\n" +
		"To: sip:+16505552222@ss1.example.net;user=phone\nCall-ID: inv2543.1717@ift.client.example.com\nCSeq: 56 INVITE\n\nv=0\n")
	m, fault = Parse(old)
	if fault != nil || m.MaxForwards != -1 || string(m.Body) != "v=0\r\n" {
		t.Errorf("inv2543: %v %+v", fault, m)
	}
}

// RFC 4475 section 3.1.1.7, longreq: names and values may be long, and hops many.
func TestLongValuesAreReadAndAnsweredWhole(t *testing.T) {
	long := strings.Repeat
	tag, callID, branch := "12"+long("982", 50)+"424", "longreq.one"+long("really", 20)+"longcallid", "very"+long("long", 50)+"branchvalue"
	user := long("amazinglylongcallername", 5)
	text := "INVITE sip:user@example.com SIP/2.0\n" +
		"To: \"I have a user name of " + long("extreme", 10) + " proportion\"<sip:user@example.com:6000;unknownparam1=very" + long("long", 20) + "value;longparam" +
		long("name", 25) + "=shortvalue;very" + long("long", 25) + "ParameterNameWithNoValue>\n" +
		"F: sip:" + user + "@example.net;tag=" + tag + ";unknownheaderparam" + long("name", 20) + "=unknowheaderparam" + long("value", 15) +
		";unknownValueless" + long("paramname", 10) + "\nCall-ID: " + callID + "\nCSeq: 3882340 INVITE\n" +
		"Unknown-" + long("Long", 20) + "-Name: unknown-" + long("long", 20) + "-value; unknown-" + long("long", 20) + "-parameter-name = unknown\n"
	var hops []string
	for i := range 33 {
		name := []string{"Via:", "v:", "V :", "viA:", "v  :"}[i%5]
		hops = append(hops, fmt.Sprintf("SIP/2.0/TCP sip%d.example.com", 33-i))
		text += name + " " + hops[i] + "\n"
	}
	hops = append(hops, "SIP/2.0/TCP 192.0.2.3;branch="+branch)
	text += "Via: SIP/2.0/TCP 192.0.2.3;branch=" + branch + "\nMax-Forwards: 70\nContact: <sip:" + user + "@host5.example.net>\nl: 0\n\n"
	m, fault := Parse(lines(text))
	if fault != nil {
		t.Fatal(fault)
	}
	contacts, _, err := m.Contacts()
	if err != nil || m.From.Tag() != tag || m.From.URI.User != user || contacts[0].URI.User != user || m.CallID != callID || m.To.URI.Port != 6000 {
		t.Errorf("read as %+v, %v", m, err)
	}
	if got := m.All("Via"); !slices.Equal(got, hops) {
		t.Errorf("the hops are %q", got)
	}
	reply, fault := parseReply(m.Response(404, "", "t").Bytes())
	if fault != nil || !slices.Equal(reply, hops) {
		t.Errorf("the answer's hops are %q, %v", reply, fault)
	}
}

// parseReply reads the hops of a response that we write: it is not for us.
func parseReply(raw []byte) ([]string, *Fault) {
	m, fault := Parse([]byte(strings.Replace(string(raw), "SIP/2.0 404 Not Found", "INVITE sip:a@b SIP/2.0", 1)))
	if fault != nil {
		return nil, fault
	}
	return m.All("Via"), nil
}

// SIPGO.md's rows of the parser.
func TestParserFaultsOfSipgoAreNotOurs(t *testing.T) {
	p, err := parseParams(`;Tag=A;text="x;y=\"z\"";lr`, false)
	tag, _ := p.Get("tag")
	text, _ := p.Get("text")
	if err != nil || tag != "A" || text != `x;y="z"` || len(p) != 3 {
		t.Errorf("parameters %v %v", p, err)
	}
	m, fault := Parse(request("Via: SIP/2.0/UDP 10.0.0.2:5060;branch=z9hG4bKa1;rport",
		"Via: SIP/2.0/UDP 10.0.0.2:5060;branch=z9hG4bKa1;rport, SIP/2.0/TCP 10.0.0.9;branch=z9hG4bKb"))
	if fault != nil || m.Via.Host != "10.0.0.2" || len(m.All("via")) != 2 {
		t.Errorf("two hops in a line: %v %+v", fault, m.Via)
	}
	m, fault = Parse(request("CSeq", "k: timer, 100rel\nx: 1800\nCSeq"))
	if fault != nil || len(m.All("Supported")) != 2 || m.Get("Session-Expires") != "1800" {
		t.Errorf("compact k and x: %v", fault)
	}
	if m, fault := Parse([]byte(strings.ReplaceAll(string(request("", "")), "\r\n", "\n"))); fault != nil || m.CallID != "c1@10.0.0.2" {
		t.Errorf("bare LF: %v", fault)
	}
	if via, err := ParseVia("SIP/2.0/UDP  [2001:db8::1] : 5070 ; Branch = z9hG4bKx ; RPORT"); err != nil ||
		via.Host != "2001:db8::1" || via.Port != 5070 || via.Branch != "z9hG4bKx" || !via.RPortAsked {
		t.Errorf("Via %+v %v", via, err)
	}
}

func TestSourceIsNotedAndRepliesGoBackThere(t *testing.T) {
	flow := Flow{Interface: "a", Transport: UDP, Local: netip.MustParseAddrPort("10.0.0.1:5060"), Remote: netip.MustParseAddrPort("192.0.2.7:33333")}
	for _, c := range []struct{ via, want, remote string }{
		{"10.0.0.2:5060;branch=z9hG4bKa1;rport", "received=192.0.2.7;rport=33333", "192.0.2.7:33333"},
		{"10.0.0.2:5070;branch=z9hG4bKa1", "received=192.0.2.7", "192.0.2.7:5070"},
		{"192.0.2.7;branch=z9hG4bKa1", "192.0.2.7;branch=z9hG4bKa1\r\n", "192.0.2.7:5060"},
		{"192.0.2.7;branch=z9hG4bKa1;received=6.6.6.6", "192.0.2.7;branch=z9hG4bKa1\r\n", "192.0.2.7:5060"},
		{"192.0.2.7;branch=z9hG4bKa1;maddr=6.6.6.6", ";maddr=6.6.6.6", "192.0.2.7:5060"}, // not followed: docs/ARCHITECTURE.md
	} {
		m, fault := Parse(request("10.0.0.2:5060;branch=z9hG4bKa1;rport", c.via))
		if fault != nil {
			t.Fatal(fault)
		}
		m.SetSource(flow)
		if reply := string(m.Response(100, "", "").Bytes()); !strings.Contains(reply, c.want) {
			t.Errorf("%s: want %s in\n%s", c.via, c.want, reply)
		}
		if to := m.ReplyTo(flow).Remote.String(); to != c.remote {
			t.Errorf("%s: the reply goes to %s, want %s", c.via, to, c.remote)
		}
	}
}

func TestAStreamsRepliesKnowTheirWayWithoutTheConnection(t *testing.T) {
	for _, c := range []struct {
		transport  Transport
		via, other string
	}{
		{TCP, "10.0.0.2:5070;branch=z9hG4bKa1", "192.0.2.7:5070"},
		{TCP, "10.0.0.2:5070;branch=z9hG4bKa1;rport;received=6.6.6.6", "192.0.2.7:5070"},
		{TCP, "sip.example.com;branch=z9hG4bKa1;maddr=6.6.6.6", "192.0.2.7:5060"},
		{TLS, "sip.example.com;branch=z9hG4bKa1", "192.0.2.7:5061"},
	} {
		m, fault := Parse(request("10.0.0.2:5060;branch=z9hG4bKa1;rport", c.via))
		if fault != nil {
			t.Fatal(fault)
		}
		flow := Flow{Interface: "a", Transport: c.transport, Remote: netip.MustParseAddrPort("192.0.2.7:33333"), Conn: 7}
		m.SetSource(flow)
		reply := m.ReplyTo(flow)
		if reply.Back.String() != c.other {
			t.Errorf("%s: without the connection the reply goes to %v, want %s", c.via, reply.Back, c.other)
		}
		if reply.Back = (netip.AddrPort{}); reply != flow {
			t.Errorf("%s: the reply goes by %+v", c.via, reply)
		}
	}
}

func TestHeadersCannotBeSmuggledIntoWhatWeWrite(t *testing.T) {
	raw := NewRequest(BYE, "sip:a@b").Header("Via", "SIP/2.0/UDP h;branch=z9hG4bK1").Header("From", "<sip:a@b>;tag=1").
		Header("To", "<sip:c@d>").Header("Call-ID", "x").Header("CSeq", "1 BYE").
		Header("Reason", "SIP;text=\"a\r\nContent-Length: 9\"").Body("text/plain", []byte("hello")).Bytes()
	m, fault := Parse(raw)
	if fault != nil || string(m.Body) != "hello" || m.ContentType() != "text/plain" {
		t.Fatalf("%v\n%s", fault, raw)
	}
}

func TestURIsAreReadAndWritten(t *testing.T) {
	for _, c := range []string{
		"sip:alice@atlanta.com", "sip:alice:secret@atlanta.com;transport=tcp", "sips:1212@gateway.com:5061",
		"sip:[2001:db8::10]:5070;lr", "sip:+8655112315@10.0.0.1;user=phone", "tel:12315;phone-context=+86551",
		"sip:user;par=u%40example.net@example.com", "sip:%61lice@atlanta.com;a=b;c?subject=x",
	} {
		u, err := ParseURI(c)
		if err != nil || u.String() != c || !u.Equal(u) {
			t.Errorf("%s: %v, written as %s (%+v)", c, err, u.String(), u)
		}
	}
	for _, c := range []string{"", "sip:", "sip:@host", "alice", "sip:a b@c", "sip:a@", "sip:a@h:x", "sip:a@h;;", "sip:[::1", "sip:a@b@c", "sip:a@h:"} {
		if u, err := ParseURI(c); err == nil {
			t.Errorf("%q accepted as %+v", c, u)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add(request("", ""))
	f.Add(request("Content-Length: 0", "Content-Length: 4") /* short */)
	f.Add(lines("SIP/2.0 200 OK\nVia: SIP/2.0/UDP a;branch=b\nFrom: \"x\" <sip:a@b>;tag=1\nTo: <sip:a@b>\nCall-ID: 1\nCSeq: 1 INVITE\n\n"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		m, fault := Parse(raw)
		if fault != nil {
			if fault.Request != nil {
				fault.Request.Response(fault.Status, "", "t").Bytes()
			}
			return
		}
		if !m.IsRequest() {
			return
		}
		m.SetSource(Flow{Transport: UDP, Remote: netip.MustParseAddrPort("192.0.2.1:5060")})
		raw = m.Response(200, "", "tag").Bytes()
		back, fault := Parse(raw)
		if fault != nil {
			t.Fatalf("our response is refused: %v\n%q", fault, raw)
		}
		if back.CallID != m.CallID || back.CSeq != m.CSeq || back.Via.Branch != m.Via.Branch || back.From.Tag() != m.From.Tag() {
			t.Fatalf("our response differs from its request:\n%q", raw)
		}
	})
}

func FuzzFramer(f *testing.F) {
	one := string(request("Content-Length: 0\n\n", "Content-Length: 3\n\nabc"))
	f.Add([]byte(one+"\r\n\r\n"+one), uint8(7))
	f.Add([]byte("\r\n\r\n\r\n"+one), uint8(1))
	f.Fuzz(func(t *testing.T, stream []byte, size uint8) {
		whole, wholePongs := frames(stream, len(stream)+1)
		parts, partPongs := frames(stream, int(size)+1)
		if fmt.Sprint(whole) != fmt.Sprint(parts) || wholePongs != partPongs {
			t.Fatalf("cut in pieces of %d the stream gives\n%q (%d pongs), whole\n%q (%d)", size+1, parts, partPongs, whole, wholePongs)
		}
	})
}

func frames(stream []byte, size int) (out []string, pongs int) {
	var f Framer
	for len(stream) > 0 {
		n := min(size, len(stream))
		f.Push(stream[:n])
		stream = stream[n:]
		for {
			raw, fault, ok := f.Next()
			pongs += f.Pongs()
			if !ok {
				break
			}
			if fault != nil {
				out = append(out, fault.Reason)
			} else {
				out = append(out, string(raw))
			}
		}
	}
	return out, pongs
}

func TestStreamsAreCutByContentLength(t *testing.T) {
	one := string(request("Content-Length: 0\n\n", "Content-Length: 3\n\nabc"))
	got, pongs := frames([]byte("\r\n\r\n"+one+one), 10)
	if len(got) != 2 || got[0] != one || pongs != 1 {
		t.Fatalf("%d messages, %d pongs: %q", len(got), pongs, got)
	}
	for lengths, status := range map[string]int{
		"Content-Length: nine": 400, "X-Length: 0": 400, "Content-Length: 0\nl: 0": 400,
		"Content-Length: 65500": 513, "Content-Length: 99999999": 513,
	} {
		var f Framer
		f.Push(request("Content-Length: 0", lengths))
		_, fault, ok := f.Next()
		if !ok || fault == nil || fault.Status != status || fault.Request == nil || !f.Broken() {
			t.Errorf("%q: %v, broken %v", lengths, fault, f.Broken())
		}
	}
}

func BenchmarkParse(b *testing.B) {
	raw := request("Contact", "Supported: timer, 100rel\nUser-Agent: gw/1.0\nAllow: INVITE, ACK, BYE, CANCEL, OPTIONS\n"+
		"P-Asserted-Identity: <sip:+8613855112345@10.0.0.2;user=phone>\nContact")
	b.ReportAllocs()
	b.SetBytes(int64(len(raw)))
	for b.Loop() {
		if _, fault := Parse(raw); fault != nil {
			b.Fatal(fault)
		}
	}
}

func BenchmarkResponse(b *testing.B) {
	m, _ := Parse(request("", ""))
	b.ReportAllocs()
	for b.Loop() {
		m.Response(180, "", "tag").Bytes()
	}
}
