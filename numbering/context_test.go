package numbering

import "testing"

func TestAPhoneContextStandsBeforeALocalNumber(t *testing.T) {
	for _, c := range []struct{ number, context, want string }{
		{"12315", "+86551", "+8655112315"},
		{"12315", "+86-551", "+8655112315"},
		{"12315", "%2B86551", "+8655112315"},
		{"12315", "+860551", "+86055112315"},
		{"12315", "+86", "+8612315"},
		{"12315", "+8610", "+861012315"},
		{"12315", "0551", "055112315"},
		{"62345678", "+86551", "+8655162345678"},
		{"23456789", "+852", "+85223456789"},
		{"055112315", "+86551", "055112315"},
		{"+8655312315", "+86551", "+8655312315"},
		{"13855112345", "+86551", "13855112345"},
		{"*11", "+86551", "*11"},
		{"12315", "ims.mnc000.mcc460.3gppnetwork.org", "12315"},
		{"12315", "10.0.0.1", "12315"},
		{"12315", "0000", "12315"},
		{"12315", "+8655", "12315"},
		{"12315", "+86551551551", "12315"},
		{"12315", "+", "12315"},
		{"12315", "", "12315"},
		{"alice", "+86551", "alice"},
		{"", "+86551", ""},
	} {
		if got := InContext(c.number, c.context); got != c.want {
			t.Errorf("%q in context %q is %q, want %q", c.number, c.context, got, c.want)
		}
	}
	for in, want := range map[string]string{"+86-551-12331": "+8655112331", "(0551) 12345": "055112345", "%2a11": "*11", "alice": "alice", "a.b": "a.b", "": ""} {
		if got := Plain(in); got != want {
			t.Errorf("%q is plainly %q, want %q", in, got, want)
		}
	}
}

func FuzzInContext(f *testing.F) {
	f.Add("12315", "+86551")
	f.Add("62345678", "0551")
	f.Add("1", "+")
	f.Fuzz(func(t *testing.T, number, context string) {
		got := InContext(Plain(number), context)
		if IsNumber(number) && !IsNumber(got) {
			t.Errorf("%q in context %q is %q, which is no number", number, context, got)
		}
		if Plain(got) != got {
			t.Errorf("%q in context %q is %q, which is not plain", number, context, got)
		}
	})
}
