package failure

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hotline12345/hotline/config"
	"github.com/hotline12345/hotline/test/e2e/script"
)

// others are further numbers of the ledger that a header may name.
func others(p *config.Plan) {
	for _, n := range []string{"12301", "12315", "12333", "12348", "12369", "96119"} {
		p.Numbers.Set(n, config.Number{Flow: "hotline"})
	}
}

// calls lets a citizen ring 12345 with these headers; he is queued, hangs up, and
// the CDR says which number and which caller that was.
func (s *scene) calls(t *testing.T, headers ...string) (dialled, caller string) {
	t.Helper()
	p := s.carrier(128 + byte(s.ended))
	d := p.Dial(number, "12345")
	d.Request("INVITE", p.offer(), headers...)
	d.Expect("200 INVITE", script.Soon)
	d.Ack("")
	d.Request("BYE", "")
	d.Expect("200 BYE", script.Soon)
	s.ended++
	c := s.CDR(t, s.ended)
	if c.Outcome != "abandoned-queue" || c.EndedBy != "caller" || c.Queue != "general" || c.From != "carrier" {
		t.Errorf("the CDR: %+v", c)
	}
	return c.Number, c.Caller
}

// What a trunk says that is not trusted, of diversions and of its caller, does
// not count; a stranger gets nowhere with it.
func TestADiversionThatIsNotTrusted(t *testing.T) {
	t.Parallel()
	s, desk := beginTax(t, others, func(p *config.Plan) { p.Trunks.Get("carrier").Untrusted = true })
	headers := []string{
		"Diversion: <sip:12366@tax.example>;reason=unconditional;counter=1",
		"History-Info: <sip:12366@tax.example>;index=1, <sip:12345@hotline.example>;index=1.1",
		"P-Called-Party-ID: <sip:12366@tax.example>",
		"P-Asserted-Identity: <sip:13900005678@carrier.example>",
		"X-Hotline-Path: 0123456789ab:tax",
	}
	if dialled, caller := s.calls(t, headers...); dialled != "12345" || caller != number {
		t.Errorf("%s rang %s", caller, dialled)
	}
	stranger := s.carrier(60)
	refused(t, stranger.Dial(number, "12345"), stranger.offer(), "403", headers...)
	desk.Never("INVITE", 0)
	s.AtZero(t)
	if n := len(s.CDRs(t)); n != 1 {
		t.Errorf("%d CDRs", n)
	}
}

// A trusted trunk's history that nobody can have written in earnest: what of it
// is no number of the ledger, or one of the agents' own, says nothing.
func TestAForgedHistory(t *testing.T) {
	t.Parallel()
	s, desk := beginTax(t, others)
	many := make([]string, 400)
	for i := range many {
		many[i] = fmt.Sprintf("<sip:990%03d@evil.example>;index=1.%d", i, i)
	}
	for name, c := range map[string]struct {
		history string
		number  string // that counts
	}{
		"an agent's login":         {"<sip:*11@hotline.example>;index=1", "12345"},
		"no number of ours":        {"<sip:99999@evil.example>;index=1", "12345"},
		"no number at all":         {"<sip:12366.tax@evil.example>;index=1, <https://12366.example>;index=1.1", "12345"},
		"an index without end":     {"<sip:12366@evil.example>;index=" + strings.Repeat("9.", 300) + "9, <sip:12315@a.example>;index=1", "12315"},
		"no index":                 {"<sip:12366@evil.example>, <sip:12315@a.example>;index=1", "12315"},
		"an index that is none":    {"<sip:12366@evil.example>;index=-1, <sip:12315@a.example>;index=2.1", "12315"},
		"a bracket that is open":   {"<sip:12366@evil.example;index=1", "12345"},
		"a number of 300 digits":   {"<sip:" + strings.Repeat("12366", 60) + "@evil.example>;index=1", "12345"},
		"four hundred entries":     {strings.Join(many, ", "), "12345"},
		"commas and quotes":        {`,,"<sip:12366@evil.example>;index=1" ,, <sip:12315@a.example>;index=1,`, "12315"},
		"another country's number": {"<sip:+1212312366@evil.example>;index=1", "12345"},
		"an area code of nobody's": {"<sip:+861012366@evil.example>;index=1", "12345"},
	} {
		t.Run(name, func(t *testing.T) {
			if got, _ := s.calls(t, "History-Info: "+c.history); got != c.number {
				t.Errorf("the call is one to %s, must be to %s", got, c.number)
			}
		})
	}
	desk.Never("INVITE", 0)
	s.AtZero(t)
}

// contradictions are headers each of which names another number, or another
// caller.
var contradictions = []string{
	"History-Info: <sip:12301@a.example>;index=1.1",
	"History-Info: <sip:12315@a.example;cause=302>;index=1, <sip:12333@a.example>;index=1.2",
	"Diversion: <sip:12348@a.example>;reason=no-answer",
	"Diversion: <sip:12369@a.example>;reason=unconditional",
	"P-Called-Party-ID: <sip:96119@a.example>",
	"P-Called-Party-ID: <sip:12333@a.example>",
	"P-Asserted-Identity: \"99999\" <sip:13900005678@a.example>",
	"P-Asserted-Identity: <tel:+8613700001111>",
	"Remote-Party-ID: <sip:13600001111@a.example>;party=calling",
	"P-Preferred-Identity: <sip:13500001111@a.example>",
}

// Ten headers contradict one another: the trunk's list says which of them
// counts, and the same always does.
func TestTenContradictoryHeaders(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		dialled []string // the trunk's list
		number  string
	}{
		"as trunks have it":            {nil, "12315"},
		"the diversion first":          {[]string{"diversion", "history-info"}, "12369"},
		"the called party first":       {[]string{"p-called-party-id", "diversion"}, "12333"},
		"only what was rung is looked": {[]string{"request-uri"}, "12345"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, desk := beginTax(t, others, func(p *config.Plan) { p.Trunks.Get("carrier").Dialled = c.dialled })
			for range 2 {
				if dialled, caller := s.calls(t, contradictions...); dialled != c.number || caller != "13900005678" {
					t.Errorf("%s rang %s, not 13900005678 %s", caller, dialled, c.number)
				}
			}
			desk.Never("INVITE", 0)
			s.AtZero(t)
		})
	}
}
