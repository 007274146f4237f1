package message

import (
	"bytes"
	"net/netip"
	"strings"
	"testing"
)

// TestACRAloneGoesNoFurther: to us it ends no line, to others it does; what we
// send has none.
func TestACRAloneGoesNoFurther(t *testing.T) {
	for _, line := range []string{
		"Via: SIP/2.0/UDP 10.1.0.1;branch=z9hG4bKa\r;x", "From: <sip:a@b>\r;tag=1", "To: \"x\ry\" <sip:c@d>", "Call-ID: a\rRoute: <sip:evil>",
		"Record-Route: <sip:r;lr>\r", "CSeq: 1\rINVITE", "Subject: a\rb",
	} {
		name, _, _ := strings.Cut(line, ":")
		raw := []byte("INVITE sip:12345@h SIP/2.0\r\n" + line + "\r\n")
		for _, other := range []string{"Via: SIP/2.0/UDP 10.1.0.1;branch=z9hG4bKa", "From: <sip:a@b>;tag=1", "To: <sip:c@d>", "Call-ID: a", "CSeq: 1 INVITE"} {
			if !strings.HasPrefix(other, name+":") {
				raw = append(raw, other+"\r\n"...)
			}
		}
		m, fault := Parse(append(raw, "\r\n"...))
		status := 200
		if fault != nil {
			m, status = fault.Request, fault.Status
		}
		if m == nil {
			t.Errorf("%q cannot be answered", line)
			continue
		}
		m.SetSource(Flow{Transport: UDP, Remote: netip.MustParseAddrPort("10.1.0.1:5060")})
		sent := m.Response(status, "", "tag").Bytes()
		if bytes.Count(sent, []byte("\r")) != bytes.Count(sent, []byte("\r\n")) {
			t.Errorf("%q is answered with %q", line, sent)
		}
	}
}
