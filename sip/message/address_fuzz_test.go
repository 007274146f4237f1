package message

import (
	"errors"
	"reflect"
	"testing"
)

// FuzzParseURI: what was read and is written again is the same URI.
func FuzzParseURI(f *testing.F) {
	for _, s := range []string{
		"sip:12345@10.0.0.1", "sip:8001@hotline.test:5062;transport=tcp;lr", "SIPS:a%20b:p%3Aw@[2001:db8::1]:5061;x?Subject=a&b=c",
		"sip:*11@h", "sip:055112315@h;user=phone", "tel:+8655112345;phone-context=x", "sip:h", "sip:@h", "sip:a@b@c", "urn:service:sos",
		"sip:a;b=c@h;d=[e]", "sip:h:65536", "sip:[::1", "sip:a:@h", "sip:1.2.3.4;maddr=239.1.1.1;ttl=1",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		u, err := ParseURI(s)
		if err != nil && !errors.Is(err, ErrScheme) {
			return
		}
		once := u.String()
		back, again := ParseURI(once)
		if !errors.Is(again, err) {
			t.Fatalf("%q was read, written as %q and then refused: %v", s, once, again)
		}
		if back.String() != once || !back.Equal(u) || !reflect.DeepEqual(back, u) {
			t.Fatalf("%q is %#v,\nwritten as %q it is %#v", s, u, once, back)
		}
		if addr, ok := u.Addr(); ok && u.Port != 0 && addr.Port() != u.Port {
			t.Fatalf("%q is at %v", s, addr)
		}
	})
}

// FuzzParseAddress: what was read and is written again is the same address,
// and a list of it twice is two of it.
func FuzzParseAddress(f *testing.F) {
	for _, s := range []string{
		`<sip:a@b>;tag=1`, `"12345 来电 \"x\\" <sip:13900000000@10.0.0.1:5060;transport=udp>;tag=a-b;x="y z"`, `Bob <sip:b@h>`, `sip:a@b;tag=2`,
		`张三 <tel:+8612345>`, `<sip:a@b?x=y>`, `"," <sip:a,b@h>`, `*`, `<>`, `"open <sip:a@b>`, `a <sip:b@c`, `<sip:a@b> ; tag = x`, `"" <sip:h>;a;b=[1]`,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		a, err := ParseAddress(s)
		if err != nil {
			return
		}
		once := a.String()
		back, err := ParseAddress(once)
		if err != nil {
			t.Fatalf("%q was read, written as %q and then refused: %v", s, once, err)
		}
		if back.Display != a.Display || back.Tag() != a.Tag() || !reflect.DeepEqual(back.Params, a.Params) || !back.URI.Equal(a.URI) || back.String() != once {
			t.Fatalf("%q is %#v,\nwritten as %q it is %#v", s, a, once, back)
		}
		if list, err := ParseAddresses(once + " , " + once); err != nil || len(list) != 2 || list[1].String() != once {
			t.Fatalf("%q twice is %v, %v", once, list, err)
		}
	})
}
