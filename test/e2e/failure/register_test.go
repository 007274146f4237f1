package failure

import (
	"strings"
	"testing"

	"github.com/hotline12345/hotline/test/e2e/rig"
	"github.com/hotline12345/hotline/test/e2e/script"
)

// registered says whether the server has the phone.
func (s *scene) has(phone string) bool {
	s.t.Helper()
	phones, err := s.Client.Phones(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	for _, p := range phones {
		if p.Phone == phone {
			return p.Registered
		}
	}
	return false
}

// is checks a response's status.
func is(t *testing.T, m *script.Message, status int) {
	t.Helper()
	if m.Status() != status {
		t.Errorf("not %d:\n%s", status, m.Raw)
	}
}

func TestARegistrationsTime(t *testing.T) {
	s := begin(t)
	p := s.carrier(2)
	a := s.account(p, "8001")
	is(t, a.Try("Expires: 300"), 401)
	a.Learn(a.Try())

	brief := a.Try("Expires: 10")
	is(t, brief, 423)
	if brief.Get("Min-Expires") != "60" {
		t.Errorf("Min-Expires is %q", brief.Get("Min-Expires"))
	}
	if s.has("8001") {
		t.Error("a refused registration was taken")
	}

	long := a.Try("Expires: 3600")
	is(t, long, 200)
	if got := long.Get("Contact"); !strings.Contains(got, p.Addr.String()) || !strings.HasSuffix(got, ";expires=300") {
		t.Errorf("granted: %s", got)
	}
	s.Registered(t, "8001")

	// A REGISTER without Contact asks.
	a.D.E.Send(strings.Replace(a.D.Text("REGISTER", "", a.Credentials("REGISTER", a.D.Target)), "\r\nContact: "+a.D.Contact, "", 1))
	asked := a.D.Expect("xxx REGISTER", script.Soon)
	is(t, asked, 200)
	if len(asked.All("Contact")) != 1 {
		t.Errorf("asked, it says %q", asked.All("Contact"))
	}

	// Another Contact takes the place of the first.
	newer := s.carrier(3)
	b := newer.Account("8001", a.Password, rig.Domain)
	if got := b.Register("Expires: 120").All("Contact"); len(got) != 1 || !strings.Contains(got[0], newer.Addr.String()) {
		t.Errorf("after the newer contact: %q", got)
	}

	// The older one goes: that is none of the newer's.
	is(t, a.Try("Expires: 0"), 200)
	if !s.has("8001") {
		t.Error("an old contact's end has taken the new one")
	}
	gone := b.Try("Expires: 0")
	is(t, gone, 200)
	if len(gone.All("Contact")) != 0 {
		t.Errorf("unregistered, it says %q", gone.All("Contact"))
	}
	within(t, "unregistered", func() bool { return !s.has("8001") })

	// All of them, by the star.
	b.Register("Expires: 120")
	b.D.Contact = "*"
	is(t, b.Try("Expires: 60"), 400) // the star goes with 0 alone
	is(t, b.Try("Expires: 0"), 200)
	within(t, "unregistered by the star", func() bool { return !s.has("8001") })
	s.nothing()
}

func TestWhoRegisters(t *testing.T) {
	s := begin(t)
	p := s.carrier(2)
	a := s.account(p, "8001")

	wrong := p.Account("8001", "a guess", rig.Domain)
	wrong.Learn(wrong.Try())
	is(t, wrong.Try(), 403)
	unknown := p.Account("4711", "a guess", rig.Domain)
	unknown.Learn(unknown.Try())
	is(t, unknown.Try(), 403)
	elsewhere := p.Account("8001", a.Password, "example.org")
	is(t, elsewhere.Try(), 403)

	// One may not register another with one's own password.
	s.account(p, "8002")
	thief := s.account(p, "8001")
	thief.Learn(thief.Try())
	thief.User = "8002"
	is(t, thief.Try(), 403)

	a.Learn(a.Try())
	bad := strings.Replace(a.Credentials("REGISTER", "sip:"+rig.Domain), "qop=auth", "qop=other", 1)
	a.D.Request("REGISTER", "", bad)
	is(t, a.D.Expect("xxx REGISTER", script.Soon), 400)
	other := a.Credentials("REGISTER", "sip:elsewhere.example")
	a.D.Request("REGISTER", "", other)
	is(t, a.D.Expect("xxx REGISTER", script.Soon), 400)
	if s.has("8001") || s.has("8002") {
		t.Error("somebody was registered")
	}
	s.nothing()
}

// A nonce counts up; used again, made up or of another age it is stale: the
// phone tries again with the new one without asking for its password.
func TestANonceIsReplayed(t *testing.T) {
	s := begin(t)
	p := s.carrier(2)
	a := s.account(p, "8001")
	first := a.Try()
	is(t, first, 401)
	if script.Stale(first) {
		t.Errorf("without credentials nothing is stale:\n%s", first.Raw)
	}
	a.Learn(first)
	is(t, a.Try("Expires: 300"), 200)

	raw := a.D.Text("REGISTER", "", "Expires: 300", a.Credentials("REGISTER", a.D.Target))
	p.Send(raw)
	ok := a.D.Expect("xxx REGISTER", script.Soon)
	is(t, ok, 200)
	p.Send(raw) // the same request: its answer was lost
	p.Again(ok, script.Soon)

	a.NC-- // another request with the same count
	replayed := a.Try("Expires: 300")
	is(t, replayed, 401)
	if !script.Stale(replayed) {
		t.Errorf("a replay is not called stale:\n%s", replayed.Raw)
	}
	a.NC-- // and once more, from elsewhere
	thief := s.carrier(9)
	b := *a
	b.D = thief.Account("8001", "", rig.Domain).D
	is(t, b.Try(), 401)

	a.Learn(replayed)
	is(t, a.Try("Expires: 300"), 200)
	a.Nonce = "bm90IG91cnM="
	forged := a.Try("Expires: 300")
	is(t, forged, 401)
	if !script.Stale(forged) {
		t.Errorf("a nonce that is not ours is not called stale:\n%s", forged.Raw)
	}
	s.nothing()
}

// A phone's own INVITE is challenged, and rings the agents' numbers only.
func TestAPhoneRings(t *testing.T) {
	s := begin(t)
	p := s.carrier(2)
	a := s.account(p, "8001")
	a.Register()
	dial := func(to string, extra ...string) (*script.Dialog, *script.Message) {
		d := p.Dial("8001", to)
		d.Local = "<sip:8001@" + rig.Domain + ">"
		d.Request("INVITE", p.offer(), extra...)
		m := d.E.Wait("the answer", func(m *script.Message) bool {
			return m.Get("Call-ID") == d.Call && m.Status() >= 200
		})
		if m.Status() >= 300 {
			d.AckRefusal(m)
		}
		return d, m
	}
	_, m := dial("*12")
	is(t, m, 401)
	a.Learn(m)
	for _, to := range []string{"12345", "110", "8002"} {
		_, m := dial(to, a.Credentials("INVITE", "sip:"+to+"@"+s.Addr.String()))
		is(t, m, 404)
	}
	d, m := dial("*12", a.Credentials("INVITE", "sip:*12@"+s.Addr.String()))
	is(t, m, 200)
	d.PeerTag, d.Target = m.Tag("To"), m.Contact()
	d.Ack("")
	bye := d.Expect("BYE", 2*script.Soon) // nobody was logged in: that is said, and it is over
	d.Answer(bye, "200 OK", "")
	c := s.CDR(t, 1)
	if !c.Service || c.From != "8001" || c.Outcome != "flow-ended" {
		t.Errorf("the CDR: %+v", c)
	}
	s.AtZero(t)
}
