package trunk

import "testing"

func TestTheCallerIsWhomTheTrunkAsserts(t *testing.T) {
	for _, c := range []struct {
		what    string
		headers []string
		want    string
		private bool
	}{
		{"From alone", nil, "13855112345", false},
		{"a mobile with a zero", []string{"From: <sip:013855112345@h>;tag=1"}, "13855112345", false},
		{"a country code without plus", []string{"From: <sip:8613855112345@h>;tag=1"}, "13855112345", false},
		{"a fixed line of the trunk's area", []string{"From: <tel:62345678>;tag=1"}, "055162345678", false},
		{"a fixed line of another", []string{"From: <sip:0553-2345678@h;user=phone>;tag=1"}, "05532345678", false},
		{"asserted", []string{"P-Asserted-Identity: <sip:+8655162345678@h>"}, "055162345678", false},
		{"asserted twice", []string{"P-Asserted-Identity: <sip:li@h>, <tel:+8655162345678>"}, "055162345678", false},
		{"asserted on two lines", []string{"P-Asserted-Identity: <sip:li@h>", "P-Asserted-Identity: \"Li\" <tel:62345678;phone-context=+86553>"}, "055362345678", false},
		{"asserted as a name", []string{"P-Asserted-Identity: <sip:li@h>"}, "li", false},
		{"asserted as junk", []string{"P-Asserted-Identity: <<"}, "13855112345", false},
		{"kept", []string{"Privacy: id"}, "13855112345", true},
		{"kept and asserted", []string{"From: \"Anonymous\" <sip:anonymous@anonymous.invalid>;tag=1", "P-Asserted-Identity: <tel:+8613855112346>", "Privacy: critical;ID"}, "13855112346", true},
		{"kept by the user", []string{"Privacy: user"}, "13855112345", true},
		{"kept as a header", []string{"Privacy: session", "Privacy: header"}, "13855112345", true},
		{"not kept", []string{"Privacy: none"}, "13855112345", false},
		{"kept as far as it goes", []string{"Privacy: session;critical;history"}, "13855112345", false},
		{"hidden in From", []string{"From: <sip:Anonymous@h>;tag=1", "P-Asserted-Identity: <tel:+8613855112346>"}, "13855112346", true},
		{"hidden, but not meant so", []string{"From: <sip:anonymous@anonymous.invalid>;tag=1", "P-Asserted-Identity: <tel:+8613855112346>", "Privacy: none"}, "13855112346", false},
		{"no number at all", []string{"From: <sip:unavailable@unknown.invalid>;tag=1"}, "anonymous", false},
	} {
		got, private := (&Trunk{Area: "0551"}).Caller(invite(t, "sip:12345@h", c.headers...))
		if got != c.want || private != c.private {
			t.Errorf("%s: caller %q, private %v", c.what, got, private)
		}
	}
	m := invite(t, "sip:12345@h", "P-Asserted-Identity: <tel:+8613855112346>", "Privacy: id")
	if got, private := (&Trunk{Untrusted: true}).Caller(m); got != "13855112345" || !private {
		t.Errorf("an untrusted trunk asserts %q, private %v", got, private)
	}
}
