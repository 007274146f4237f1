package trunk

import (
	"slices"
	"strings"
	"testing"

	"github.com/hotline12345/hotline/numbering"
	"github.com/hotline12345/hotline/sip/message"
)

// invite is an INVITE to uri with more headers, each a line.
func invite(t *testing.T, uri string, headers ...string) *message.Message {
	t.Helper()
	to, from := "<"+uri+">", "<sip:13855112345@h>;tag=1"
	var rest []string
	for _, h := range headers {
		if v, ok := strings.CutPrefix(h, "To: "); ok {
			to = v
		} else if v, ok := strings.CutPrefix(h, "From: "); ok {
			from = v
		} else {
			rest = append(rest, h+"\r\n")
		}
	}
	m, fault := message.Parse([]byte("INVITE " + uri + " SIP/2.0\r\nVia: SIP/2.0/UDP h;branch=z9hG4bK1\r\nFrom: " + from + "\r\nTo: " + to +
		"\r\nCall-ID: 1\r\nCSeq: 1 INVITE\r\n" + strings.Join(rest, "") + "Content-Length: 0\r\n\r\n"))
	if fault != nil {
		t.Fatal(fault.Reason)
	}
	return m
}

func TestDialledFindsTheOldestNumberOfEachSource(t *testing.T) {
	m := invite(t, "sip:12345@h", `To: "x" <sip:0551-12333@h;user=phone>`, "History-Info: <sip:12315@h?Reason=x>;index=1, <sip:12345@h>;index=1.1",
		"Diversion: <sip:2@h>;reason=unconditional, <tel:+86-551-12331>", "P-Called-Party-ID: <sip:12320@h>")
	if got, want := (&Trunk{}).Dialled(m), []string{"12315", "+8655112331", "12320", "055112333", "12345"}; !slices.Equal(got, want) {
		t.Errorf("dialled %q, want %q", got, want)
	}
	if got := (&Trunk{Sources: []string{"request-uri", "diversion"}}).Dialled(m); !slices.Equal(got, []string{"12345", "+8655112331"}) {
		t.Errorf("dialled %q by the Request-URI and the diversions", got)
	}
	if got := (&Trunk{Untrusted: true}).Dialled(m); !slices.Equal(got, []string{"055112333", "12345"}) {
		t.Errorf("an untrusted trunk is believed: %q", got)
	}
	if got := (&Trunk{Untrusted: true, Sources: []string{"diversion", "request-uri"}}).Dialled(m); !slices.Equal(got, []string{"12345"}) {
		t.Errorf("an untrusted trunk is believed: %q", got)
	}
}

func TestTheOldestEntryIsFoundHoweverTheyAreWritten(t *testing.T) {
	for _, c := range []struct {
		what, want string
		headers    []string
	}{
		{"repeated lines", "12315", []string{"History-Info: <sip:12315@h>;index=1", "History-Info: <sip:12331@h>;index=1.1"}},
		{"the newest first", "12315", []string{"History-Info: <sip:12331@h>;index=1.1,<sip:12333@h>;index=1.10", "History-Info: <sip:12315@h>;index=1"}},
		{"numbers, not letters", "12315", []string{"History-Info: <sip:12331@h>;index=1.10, <sip:12315@h>;index=1.9"}},
		{"a second branch", "12315", []string{"History-Info: <sip:12331@h>;index=2, <sip:12315@h>;index=1.1.1"}},
		{"no index", "12315", []string{"History-Info: <sip:12315@h>, <sip:12331@h>"}},
		{"a bad index", "12315", []string{"History-Info: <sip:12331@h>;index=x, <sip:12315@h>;index=1.1"}},
		{"a broken first entry", "12315", []string{"History-Info: <sip:12331@h;index=1", "History-Info: <sip:12315@h>;index=1.1"}},
		{"a hidden first entry", "12315", []string{"History-Info: <sip:anonymous@anonymous.invalid>;index=1, <sip:12315@h>;index=1.1"}},
		{"mp and rc", "12315", []string{"History-Info: <sip:12315@h;cause=302?Privacy=none>;index=1;rc=1, <sip:12331@h>;index=1.1;mp=1"}},
		{"diversions in one line", "12315", []string{"Diversion: <sip:12331@h>;counter=1, \"a, b\" <sip:12315@h>;reason=no-answer"}},
		{"diversions repeated", "12315", []string{"Diversion: <sip:12331@h>", "Diversion: <sip:12315@h>"}},
		{"diversions mixed", "12315", []string{"Diversion: <sip:1@h>, <sip:2@h>", "Diversion: <sip:3@h>, <tel:12315;phone-context=h>;privacy=off"}},
		{"a diversion of nobody", "12315", []string{"Diversion: <sip:12315@h>", "Diversion: <sip:unknown@h>, junk"}},
		{"called party", "12315", []string{"P-Called-Party-ID: <tel:12315>"}},
	} {
		if got := (&Trunk{}).Dialled(invite(t, "sip:12345@h", c.headers...)); len(got) != 2 || got[0] != c.want {
			t.Errorf("%s: dialled %q", c.what, got)
		}
	}
	many := "History-Info: <sip:12315@h>;index=1" + strings.Repeat(", <sip:12331@h>;index=1.1", 500)
	if got := (&Trunk{}).Dialled(invite(t, "sip:12345@h", many)); !slices.Equal(got, []string{"12315", "12345"}) {
		t.Errorf("of 501 entries: %q", got)
	}
}

func TestAURINamesANumber(t *testing.T) {
	for uri, want := range map[string]string{
		"sip:12315@h": "12315", "sip:12315@h;user=phone": "12315", "sip:+86-551-12315@h;user=phone": "+8655112315",
		"sip:0551.12315@h": "055112315", "tel:(0551)12315": "055112315", "tel:+8655112315": "+8655112315", "tel:0551-12315": "055112315",
		"tel:12315;phone-context=+86551": "+8655112315", "tel:12315;isub=1;Phone-Context=%2B86-551": "+8655112315",
		"sip:12315;phone-context=+86551@h;user=phone": "+8655112315", "sip:12315@h;user=phone;phone-context=+86551": "+8655112315",
		"tel:12315;phone-context=ims.example.cn": "12315", "tel:055312315;phone-context=+86551": "055312315", "tel:12315;npdi;rn=+1": "12315",
		"sip:%2a11@h": "*11", "sip:0551%2D12315@h": "055112315", "sip:alice@h": "alice", "sip:alice;x=1@h": "alice", "sip:h": "",
	} {
		u, err := message.ParseURI(uri)
		if err != nil {
			t.Errorf("%s: %v", uri, err)
		} else if got := User(u); got != want {
			t.Errorf("%s names %q, want %q", uri, got, want)
		}
	}
}

func FuzzDialled(f *testing.F) {
	for _, s := range []string{
		"History-Info: <sip:12315@h>;index=1, <sip:12345@h>;index=1.1", "Diversion: <sip:1@h>, <tel:12315;phone-context=+86551>\r\nDiversion: x",
		"P-Called-Party-ID: sip:12320@h", "History-Info: <sip:a@h>;index=0.0.1\r\nHistory-Info: ,,\"", "P-Asserted-Identity: <tel:+86>, <sip:b@h>\r\nPrivacy: id",
		"Diversion: <sip:%31%32@h>\r\nPrivacy: none;critical",
	} {
		f.Add("sip:055112345@h", s, false)
	}
	f.Fuzz(func(t *testing.T, uri, headers string, untrusted bool) {
		m, fault := message.Parse([]byte("INVITE " + uri + " SIP/2.0\r\nVia: SIP/2.0/UDP h;branch=z9hG4bK1\r\nFrom: <" + uri + ">;tag=1\r\nTo: <" + uri +
			">\r\nCall-ID: 1\r\nCSeq: 1 INVITE\r\n" + headers + "\r\nContent-Length: 0\r\n\r\n"))
		if fault != nil {
			return
		}
		line := Trunk{Area: "0551", Untrusted: untrusted}
		got := line.Dialled(m)
		if len(got) > len(Sources) {
			t.Fatalf("%d numbers", len(got))
		}
		for _, n := range got {
			if !numbering.IsNumber(n) || numbering.Plain(n) != n {
				t.Errorf("%q is not a plain number", n)
			}
		}
		if untrusted && len(got) > len(Open) {
			t.Errorf("an untrusted trunk named %q", got)
		}
		if caller, _ := line.Caller(m); caller == "" || len(caller) > 64 {
			t.Errorf("the caller is %q", caller)
		}
	})
}
