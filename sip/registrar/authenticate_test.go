package registrar

import (
	"strings"
	"testing"
	"time"

	"github.com/hotline12345/hotline/sip/digest"
	"github.com/hotline12345/hotline/sip/message"
	"github.com/hotline12345/hotline/turn"
)

// caller is a handset that rings a number.
func (b *bench) caller(name string) *handset {
	h := b.handset(name)
	h.method, h.target, h.callID = message.INVITE, "sip:*11@hotline.example", "invite-"+name
	return h
}

func (h *handset) authenticate(m *message.Message) (string, bool, Answer) {
	return h.Authenticate(h.now, m, &h.out)
}

func TestUnknownPhonesAndWrongPasswordsLookAlike(t *testing.T) {
	var seen []Answer
	for _, c := range [][2]string{{"8001", "wrong"}, {"9999", "secret"}, {"8009", "secret"}} {
		b := newBench(t, nil)
		h := b.handset(c[0])
		h.password = c[1]
		a := h.must(403, h.register(udp))
		if b.took() != "" || b.Next() != 0 {
			t.Errorf("%v left something behind", c)
		}
		seen = append(seen, a)
	}
	if seen[0].Reason != seen[1].Reason || seen[0].Reason != seen[2].Reason {
		t.Errorf("the refusals differ: %v", seen)
	}
}

func TestInviteIsAuthenticatedWithoutABinding(t *testing.T) {
	b := newBench(t, nil)
	h := b.caller("8001")
	_, ok, a := h.authenticate(h.request())
	if ok {
		t.Fatal("let in without credentials")
	}
	h.take(a)
	name, ok, a := h.authenticate(h.request())
	if !ok || name != "8001" || b.took() != "changed 8001" {
		t.Fatalf("%q %v %+v", name, ok, a)
	}
	if _, bound := b.Binding("8001"); bound {
		t.Error("an INVITE made a binding")
	}
	h.from = "8002"
	if _, ok, a := h.authenticate(h.request()); ok || a.Status != 403 {
		t.Errorf("another From: %v %d", ok, a.Status)
	}
}

func TestOldNonceIsStaleOnlyForTheRightPassword(t *testing.T) {
	b := newBench(t, nil)
	h := b.caller("8001")
	_, _, a := h.authenticate(h.request())
	h.take(a)
	b.wait(10*time.Minute + 1)
	_, _, a = h.authenticate(h.request())
	if !stale(t, a) {
		t.Error("not told that only the nonce was old")
	}
	h.password = "wrong"
	_, _, a = h.authenticate(h.request())
	if stale(t, a) {
		t.Error("a wrong password was told that only the nonce was old")
	}
	// A nonce that was not made here.
	h.password = "secret"
	h.challenges = []string{digest.Challenge{Realm: realm, Nonce: digest.MakeNonce([32]byte{9}, b.now), QOP: "auth"}.String()}
	_, ok, a := h.authenticate(h.request())
	if ok || !stale(t, a) {
		t.Error("a foreign nonce was taken, or its phone must ask for the password")
	}
}

func TestReplayIsRefusedAndARepeatIsNot(t *testing.T) {
	b := newBench(t, nil)
	h := b.caller("8001")
	_, _, a := h.authenticate(h.request())
	h.take(a)
	first := h.request()
	if _, ok, _ := h.authenticate(first); !ok {
		t.Fatal("not let in")
	}
	b.took()
	b.wait(32 * time.Second)
	if _, ok, _ := h.authenticate(first); !ok || b.took() != "" {
		t.Error("the same request, said again, was refused or journaled")
	}
	b.wait(1)
	if _, ok, a := h.authenticate(first); ok || !stale(t, a) {
		t.Error("the same request was taken 32 s later")
	}
	authorization := first.Get("Authorization")
	b.now = b.now.Add(-time.Second)
	h.cseq++
	if _, ok, a := h.authenticate(h.written(authorization)); ok || !stale(t, a) {
		t.Error("credentials were taken for another request")
	}
	if _, ok, _ := h.authenticate(h.request()); !ok {
		t.Error("the next count was refused")
	}
	if _, ok, _ := h.authenticate(first); ok {
		t.Error("a lower count was taken")
	}
}

func TestOldDigestUsesANonceOnce(t *testing.T) {
	b := newBench(t, nil)
	h := b.caller("8001")
	h.challenges = []string{digest.Challenge{Realm: realm, Nonce: digest.MakeNonce([32]byte{1}, b.now)}.String()}
	first := h.request()
	if _, ok, _ := h.authenticate(first); !ok {
		t.Fatal("digest without qop was refused")
	}
	if _, ok, _ := h.authenticate(first); !ok {
		t.Error("its repeat was refused")
	}
	if _, ok, a := h.authenticate(h.request()); ok || !stale(t, a) {
		t.Error("the nonce was taken for a second request")
	}
	// The same nonce with a count is no way around.
	h.challenges = []string{digest.Challenge{Realm: realm, Nonce: digest.MakeNonce([32]byte{1}, b.now), QOP: "auth"}.String()}
	if _, ok, _ := h.authenticate(h.request()); ok {
		t.Error("the used nonce was taken with a count")
	}
}

func TestNoncesSideBySide(t *testing.T) {
	b := newBench(t, nil)
	var sessions []*handset
	var first []*message.Message
	for i := range maxNonces + 1 {
		b.wait(time.Millisecond)
		h := b.caller("8001")
		h.callID += string(rune('a' + i))
		_, _, a := h.authenticate(h.request())
		h.take(a)
		m := h.request()
		if _, ok, _ := h.authenticate(m); !ok {
			t.Fatalf("session %d was refused", i)
		}
		sessions, first = append(sessions, h), append(first, m)
	}
	for i := len(sessions) - 1; i > 0; i-- {
		if _, ok, _ := sessions[i].authenticate(sessions[i].request()); !ok {
			t.Errorf("session %d needs a second challenge", i)
		}
	}
	// The fifth has pushed out the first: nothing of it can be replayed.
	if _, ok, a := sessions[0].authenticate(first[0]); ok || !stale(t, a) {
		t.Error("a forgotten nonce was taken again")
	}
	r, _ := b.Record("8001")
	if len(r.Nonces) != maxNonces || r.Floor == 0 {
		t.Errorf("%d nonces, floor %d", len(r.Nonces), r.Floor)
	}
}

func TestDigestIsForThisRequestURI(t *testing.T) {
	b := newBench(t, nil)
	h := b.caller("8001")
	_, _, a := h.authenticate(h.request())
	h.take(a)
	for uri, want := range map[string]bool{
		"sip:*11@hotline.example":             true,
		"sip:*11@hotline.example:5060;user=x": true,
		"sip:*12@hotline.example":             false,
		"sip:*11@elsewhere.example":           false,
		"not a uri":                           false,
	} {
		h.nc++
		h.cseq++
		authorization, err := digest.Answer(h.challenges, "8001", "secret", "INVITE", uri, "c", h.nc)
		if err != nil {
			t.Fatal(err)
		}
		if _, ok, a := h.authenticate(h.written(authorization)); ok != want || (!ok && a.Status != 400) {
			t.Errorf("%s: %v, status %d", uri, ok, a.Status)
		}
	}
}

func TestOtherRealmsAreNotOurs(t *testing.T) {
	b := newBench(t, nil)
	h := b.caller("8001")
	for header, want := range map[string]int{
		"Basic dTpw": 401,
		`Digest username="8001", realm="proxy", nonce="n", uri="sip:x", response="r"`:                     401,
		`Digest username="8001", realm="hotline`:                                                          400,
		`Digest username="8001", realm="hotline", nonce="n", uri="sip:x", response="r", algorithm=SHA-1`:  400,
		`Digest username="8001", realm="hotline", nonce="n", uri="sip:x", response="r", qop=auth, nc=1`:   400,
		`Digest username="8002", realm="hotline", nonce="n", uri="sip:x", response="r"`:                   403,
		`Digest username="8001", realm="hotline", nonce="n", uri="sip:*11@hotline.example", response="r"`: 401,
	} {
		if _, ok, a := h.authenticate(h.written(header)); ok || a.Status != want {
			t.Errorf("%s: %v %d, want %d", header, ok, a.Status, want)
		}
	}
}

func TestSHA256StandsFirstWhereItIsOffered(t *testing.T) {
	b := newBench(t, func(o *Options) { o.SHA256 = true })
	h := b.handset("8001")
	a := b.Register(b.now, udp, h.request(), &b.out)
	if len(a.Headers) != 4 || !strings.Contains(a.Headers[1], "SHA-256") || !strings.Contains(a.Headers[3], "MD5") {
		t.Fatalf("challenges %q", a.Headers)
	}
	h.must(200, h.register(udp))
	h.challenges = a.Headers[3:]
	h.nc = 1
	h.must(200, h.register(udp))
	b = newBench(t, nil)
	if a := b.Register(b.now, udp, b.handset("8001").request(), &b.out); len(a.Headers) != 2 || strings.Contains(a.Headers[1], "SHA") {
		t.Errorf("challenges %q", a.Headers)
	}
}

func BenchmarkRefresh(b *testing.B) {
	bench := newBench(b, nil)
	h := bench.handset("8001")
	h.must(200, h.register(udp))
	requests := make([]*message.Message, 500)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if i%len(requests) == 0 {
			b.StopTimer()
			bench.now += turn.Instant(time.Second)
			h.take(bench.challenge(bench.now, false))
			for j := range requests {
				requests[j] = h.request()
			}
			b.StartTimer()
		}
		bench.out = bench.out[:0]
		if a := bench.Register(bench.now, udp, requests[i%len(requests)], &bench.out); a.Status != 200 {
			b.Fatal(a)
		}
	}
}

// RFC 4475 section 3.3.7, regaut01: credentials of a scheme that nobody knows are
// none.
func TestAnUnknownSchemeIsChallenged(t *testing.T) {
	b := newBench(t, nil)
	h := b.handset("8001")
	a := h.must(401, b.Register(b.now, udp, h.written("NoOneKnowsThisScheme opaque-data=here"), &b.out))
	if stale(t, a) || b.took() != "" {
		t.Errorf("answered %q, or something was left behind", a.Headers)
	}
	h.take(a)
	h.must(200, b.Register(b.now, udp, h.request(), &b.out))
}
