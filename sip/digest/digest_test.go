package digest

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/hotline12345/hotline/turn"
)

// The examples that the RFCs compute, as an Authorization value each.
var vectors = []struct {
	name, password, authorization string
}{
	{
		"RFC 2617 section 3.5", "Circle Of Life",
		`Digest username="Mufasa", realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", uri="/dir/index.html", qop=auth, nc=00000001, cnonce="0a4f113b", response="6629fae49393a05397450978507c4ef1", opaque="5ccc069c403ebaf9f0171e9517f40e41"`,
	},
	{
		"RFC 2069 section 2.4, as its erratum corrects it", "CircleOfLife",
		`Digest username="Mufasa", realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", uri="/dir/index.html", response="1949323746fe6a43ef61f9606e7febea", opaque="5ccc069c403ebaf9f0171e9517f40e41"`,
	},
	{
		"RFC 7616 section 3.9.1, MD5", "Circle of Life",
		`Digest username="Mufasa", realm="http-auth@example.org", uri="/dir/index.html", algorithm=MD5, nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", nc=00000001, cnonce="f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ", qop=auth, response="8ca523f5e9506fed4657c9700eebdbec", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"`,
	},
	{
		"RFC 7616 section 3.9.1, SHA-256 (RFC 8760)", "Circle of Life",
		`Digest username="Mufasa", realm="http-auth@example.org", uri="/dir/index.html", algorithm=SHA-256, nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", nc=00000001, cnonce="f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ", qop=auth, response="753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"`,
	},
}

func TestVerifyTakesTheExamplesOfTheRFCs(t *testing.T) {
	for _, v := range vectors {
		t.Run(v.name, func(t *testing.T) {
			parsed, err := Parse(v.authorization)
			if err != nil {
				t.Fatal(err)
			}
			keys := HA1("Mufasa", parsed.Realm, v.password)
			c, err := Verify(v.authorization, "GET", keys, nil)
			if err != nil || c.User != "Mufasa" || c.URI != "/dir/index.html" {
				t.Fatalf("%v %+v", err, c)
			}
			if _, err := Verify(strings.Replace(v.authorization, "Digest", "dIGEST", 1), "GET", keys, nil); err != nil {
				t.Errorf("scheme in another case: %v", err)
			}
			for name, wrong := range map[string]error{
				"method":   second(Verify(v.authorization, "PUT", keys, nil)),
				"password": second(Verify(v.authorization, "GET", HA1("Mufasa", parsed.Realm, "x"), nil)),
				"no key":   second(Verify(v.authorization, "GET", Keys{}, nil)),
				"uri":      second(Verify(strings.Replace(v.authorization, "/dir/", "/dis/", 1), "GET", keys, nil)),
			} {
				if !errors.Is(wrong, ErrBadResponse) {
					t.Errorf("another %s: %v", name, wrong)
				}
			}
			if err := c.Check("GET", "elsewhere", keys, nil); !errors.Is(err, ErrWrongRealm) {
				t.Errorf("another realm: %v", err)
			}
		})
	}
}

func second(_ Credentials, err error) error { return err }

func TestNoKeyMatchesNoResponse(t *testing.T) {
	c := Credentials{User: "a", Realm: "r", Nonce: "n", URI: "u"}
	c.Response = sum(MD5, "", c.Nonce, sum(MD5, "REGISTER", c.URI))
	if err := c.Check("REGISTER", "r", Keys{}, nil); !errors.Is(err, ErrBadResponse) {
		t.Errorf("a response made with no key was taken: %v", err)
	}
}

func TestAuthIntCoversTheBody(t *testing.T) {
	keys := HA1("8001", "r", "pw")
	c := Credentials{User: "8001", Realm: "r", Nonce: "n", URI: "sip:r", QOP: "auth-int", CNonce: "c", NC: 1, Algorithm: SHA256}
	c.Response = sum(SHA256, keys.SHA256, "n", "00000001", "c", "auth-int", sum(SHA256, "INVITE", "sip:r", sum(SHA256, "body")))
	if err := c.Check("INVITE", "r", keys, []byte("body")); err != nil {
		t.Error(err)
	}
	if err := c.Check("INVITE", "r", keys, []byte("other")); !errors.Is(err, ErrBadResponse) {
		t.Errorf("another body: %v", err)
	}
}

func TestParseRefuses(t *testing.T) {
	good := `username="a", nonce="n", uri="u", response="r"`
	for _, c := range []struct {
		header string
		want   error
	}{
		{"", ErrNotDigest},
		{"Basic dTpw", ErrNotDigest},
		{"Digest", ErrNotDigest},
		{"Digestive " + good, ErrNotDigest},
		{"Digest ", ErrNotDigest},
		{"Digest ,", ErrMalformed},
		{"Digest " + good[:len(good)-1], ErrMalformed},
		{`Digest username="a" x, nonce="n", uri="u", response="r"`, ErrMalformed},
		{`Digest username="a", ` + good, ErrMalformed},
		{`Digest username="a", nonce="n", uri="u"`, ErrMalformed},
		{`Digest username="", nonce="n", uri="u", response="r"`, ErrMalformed},
		{"Digest " + good + ", qop=auth", ErrMalformed},
		{"Digest " + good + `, qop=auth, cnonce="c", nc=1`, ErrMalformed},
		{"Digest " + good + `, qop=auth, cnonce="c", nc=00000000`, ErrMalformed},
		{"Digest " + good + `, qop=auth, cnonce="c", nc=0000000g`, ErrMalformed},
		{"Digest " + good + `, qop=auth, nc=00000001`, ErrMalformed},
		{"Digest " + good + strings.Repeat(" ", maxHeader), ErrMalformed},
	} {
		if _, err := Parse(c.header); !errors.Is(err, c.want) {
			t.Errorf("%.80q: %v, want %v", c.header, err, c.want)
		}
	}
	if _, err := Verify("Digest "+good+", algorithm=MD5-sess", "GET", HA1("a", "", "p"), nil); !errors.Is(err, ErrUnsupported) {
		t.Errorf("MD5-sess: %v", err)
	}
	if _, err := Verify("Digest "+good+`, qop=other, cnonce="c", nc=00000001`, "GET", HA1("a", "", "p"), nil); !errors.Is(err, ErrUnsupported) {
		t.Errorf("qop=other: %v", err)
	}
}

func TestParseReadsBlanksCaseAndQuotes(t *testing.T) {
	c, err := Parse("DIGEST\tUserName = \"a\\\"b\\\\c\" ,, realm=\"x, y=z\",\r\n nonce=n+/=,uri=\"sip:a;b=c\", response=AB, extra=1")
	want := Credentials{User: `a"b\c`, Realm: "x, y=z", Nonce: "n+/=", URI: "sip:a;b=c", Response: "AB"}
	if err != nil || c != want {
		t.Errorf("%v\n%+v\n%+v", err, c, want)
	}
}

func TestChallengeReadsWhatItWrote(t *testing.T) {
	for _, c := range []Challenge{
		{Realm: "hotline", Nonce: "abc", QOP: "auth", Algorithm: MD5},
		{Realm: `q"u\o`, Nonce: "n", Opaque: "o", QOP: "auth,auth-int", Algorithm: SHA256, Stale: true},
		{Realm: "", Nonce: "old"},
	} {
		back, err := ParseChallenge(c.String())
		if err != nil || back != c {
			t.Errorf("%s read as %+v, %v", c, back, err)
		}
	}
	for _, header := range []string{`Digest realm="r"`, `Digest nonce="n"`, "Negotiate", ""} {
		if _, err := ParseChallenge(header); err == nil {
			t.Errorf("%q was taken", header)
		}
	}
}

func TestNonceProvesItsAge(t *testing.T) {
	key, other := [32]byte{1}, [32]byte{2}
	made := turn.Instant(5 * time.Second)
	nonce := MakeNonce(key, made)
	if len(nonce) != 40 || strings.ContainsAny(nonce, "\",\\ ") {
		t.Errorf("nonce %q", nonce)
	}
	if age, ok := NonceAge(key, nonce, made.Add(7*time.Second)); !ok || age != 7*time.Second {
		t.Errorf("age %v, %v", age, ok)
	}
	if MakeNonce(key, made) != nonce || MakeNonce(key, made+1) == nonce {
		t.Error("a nonce is not determined by its Instant")
	}
	if _, ok := NonceAge(other, nonce, made); ok {
		t.Error("another key's nonce was taken")
	}
	if _, ok := NonceAge(key, nonce, made-1); ok {
		t.Error("a nonce of the future was taken")
	}
	for i := range len(nonce) {
		forged := []byte(nonce)
		forged[i] ^= 1
		if _, ok := NonceAge(key, string(forged), made.Add(time.Hour)); ok {
			t.Errorf("forged at %d, yet taken", i)
		}
	}
	for _, text := range []string{"", "a", nonce + "A", nonce[:39], strings.Repeat("=", 40)} {
		if _, ok := NonceAge(key, text, made); ok {
			t.Errorf("%q was taken", text)
		}
	}
}

func TestAnswerIsWhatVerifyTakes(t *testing.T) {
	keys := HA1("8001", "hot line", "p:w")
	for _, c := range []struct {
		name       string
		challenges []string
		algorithm  string
		qop        string
	}{
		{"MD5", []string{`Digest realm="hot line", nonce="n", qop="auth", algorithm=MD5`}, "MD5", "auth"},
		{"old", []string{`Digest realm="hot line", nonce="n"`}, "", ""},
		{"any case, blanks in the list", []string{`digest Realm="hot line",Nonce="n",QOP="auth-int, Auth",Algorithm=md5`}, "md5", "auth"},
		{"the first one that we can", []string{
			`Basic realm="x"`, `Digest realm="hot line", nonce="n", algorithm=SHA-512-256, qop="auth"`, "Digest broken",
			`Digest realm="hot line", nonce="n", algorithm=SHA-256, qop="auth"`, `Digest realm="hot line", nonce="n", algorithm=MD5, qop="auth"`,
		}, "SHA-256", "auth"},
	} {
		t.Run(c.name, func(t *testing.T) {
			text, err := Answer(c.challenges, "8001", "p:w", "REGISTER", "sip:example.com", "our-cnonce", 3)
			if err != nil {
				t.Fatal(err)
			}
			got, err := Verify(text, "REGISTER", keys, nil)
			if err != nil || got.Algorithm != c.algorithm || got.QOP != c.qop || got.URI != "sip:example.com" {
				t.Fatalf("%v\n%s", err, text)
			}
			if c.qop != "" && (got.CNonce != "our-cnonce" || got.NC != 3) {
				t.Errorf("not our cnonce and nc: %s", text)
			}
			again, _ := Answer(c.challenges, "8001", "p:w", "REGISTER", "sip:example.com", "our-cnonce", 3)
			if again != text {
				t.Error("two answers to the same differ")
			}
		})
	}
}

func TestAnswerRefuses(t *testing.T) {
	good := []string{`Digest realm="r", nonce="n", qop="auth"`}
	for name, err := range map[string]error{
		"no cnonce":      answerError(good, "", 1),
		"nc 0":           answerError(good, "c", 0),
		"no challenge":   answerError(nil, "c", 1),
		"auth-int alone": answerError([]string{`Digest realm="r", nonce="n", qop="auth-int"`}, "c", 1),
		"MD5-sess":       answerError([]string{`Digest realm="r", nonce="n", algorithm=MD5-sess`}, "c", 1),
		"broken":         answerError([]string{`Digest realm="r`}, "c", 1),
	} {
		if err == nil {
			t.Errorf("%s was answered", name)
		}
	}
}

func answerError(challenges []string, cnonce string, nc uint32) error {
	_, err := Answer(challenges, "u", "p", "REGISTER", "sip:r", cnonce, nc)
	return err
}

func FuzzParse(f *testing.F) {
	for _, v := range vectors {
		f.Add(v.authorization)
	}
	f.Add(`Digest realm="a\"b", nonce=n,, stale=TRUE, qop="auth, auth-int", algorithm=md5`)
	f.Add("Digest a=\"\\")
	f.Fuzz(func(t *testing.T, header string) {
		if c, err := Parse(header); err == nil {
			if c.User == "" || c.Response == "" || (c.QOP != "") != (c.NC != 0) {
				t.Fatalf("%q gave %+v", header, c)
			}
			if c.Check("REGISTER", c.Realm, HA1("u", "r", "p"), nil) == nil {
				t.Fatalf("%q passed", header)
			}
		}
		c, err := ParseChallenge(header)
		if err != nil {
			return
		}
		text, err := Answer([]string{header}, "u", "p", "REGISTER", "sip:r", "c", 1)
		if err != nil {
			return
		}
		if strings.ContainsAny(text, "\r\n") {
			t.Fatalf("%q answered with line ends: %q", header, text)
		}
		if !printable(header) {
			return // the library escapes what no header should hold
		}
		if _, err := Verify(text, "REGISTER", HA1("u", c.Realm, "p"), nil); err != nil {
			t.Fatalf("%q\nanswered with %q: %v", header, text, err)
		}
	})
}

func printable(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r < ' ' || r > '~' }) < 0
}

func FuzzNonce(f *testing.F) {
	key := [32]byte{3}
	f.Add(MakeNonce(key, 5))
	f.Add(MakeNonce([32]byte{}, 5))
	f.Fuzz(func(t *testing.T, nonce string) {
		const now = turn.Instant(1 << 60)
		if age, ok := NonceAge(key, nonce, now); ok && MakeNonce(key, now.Add(-age)) != nonce {
			t.Fatalf("%q was taken", nonce)
		}
	})
}

func BenchmarkVerify(b *testing.B) {
	keys := HA1("Mufasa", "http-auth@example.org", "Circle of Life")
	for _, v := range vectors[2:] {
		b.Run(v.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Verify(v.authorization, "GET", keys, nil); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkNonce(b *testing.B) {
	key := [32]byte{1}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if _, ok := NonceAge(key, MakeNonce(key, turn.Instant(i)), turn.Instant(i)); !ok {
			b.Fatal("not taken")
		}
	}
}
