package numbering

import "testing"

func TestAllWaysOfWritingANumberHaveOneForm(t *testing.T) {
	for _, c := range []struct{ in, area, want string }{
		// The short numbers, with and without the code of a city.
		{"12315", "0551", "12315"},
		{"055112315", "0553", "055112315"},
		{"0551-12315", "", "055112315"},
		{"(0551) 12315", "", "055112315"},
		{"+8655112315", "0553", "055112315"},
		{"008655112315", "", "055112315"},
		{"8655112315", "", "055112315"},
		{"+86-551-12315", "", "055112315"},
		{"+86 0551 12315", "", "055112315"},
		{"%2B8655112315", "", "055112315"},
		{"0553%2D12315", "0551", "055312315"},
		{"+8612315", "0551", "12315"},
		{"012315", "0551", "12315"},
		{"01012345", "", "01012345"},
		{"+861012345", "", "01012345"},
		{"861012345", "", "01012345"},
		{"+862112345", "", "02112345"},
		{"+8655196119", "", "055196119"},
		{"*11", "", "*11"},
		{"%2a11", "", "*11"},
		{"+86110", "", "110"},
		{"10086", "0551", "10086"},
		{"4001234567", "0551", "4001234567"},
		{"+864001234567", "0551", "4001234567"},
		// Mobiles.
		{"13855112345", "0551", "13855112345"},
		{"013855112345", "0551", "13855112345"},
		{"8613855112345", "0551", "13855112345"},
		{"+8613855112345", "0551", "13855112345"},
		{"008613855112345", "0551", "13855112345"},
		{"+86013855112345", "", "13855112345"},
		{"+868613855112345", "", "13855112345"},
		{"138-5511-2345", "", "13855112345"},
		// Fixed lines.
		{"055162345678", "0553", "055162345678"},
		{"0551-62345678", "0553", "055162345678"},
		{"62345678", "0551", "055162345678"},
		{"2345678", "0558", "05582345678"},
		{"62345678", "", "62345678"},
		{"55162345678", "0551", "055162345678"},
		{"2112345678", "0551", "02112345678"},
		{"+8655162345678", "", "055162345678"},
		{"865582345678", "", "05582345678"},
		{"+861012345678", "", "01012345678"},
		{"86123456", "0551", "055186123456"}, // no country code: too short
		// Foreign ones, and what is none.
		{"+85223456789", "0551", "+85223456789"},
		{"0085223456789", "0551", "+85223456789"},
		{"+1 (202) 555-0100", "0551", "+12025550100"},
		{"alice", "0551", "alice"},
		{"", "0551", ""},
		{"+", "0551", "+"},
		{"%4", "", "%4"},
		{"%ff1", "", "%ff1"},
		{"123+45", "", "123+45"},
		{"012345678901234567890123456789012", "", "012345678901234567890123456789012"},
	} {
		if got := National(c.in, c.area); got != c.want {
			t.Errorf("%q in area %q is %q, want %q", c.in, c.area, got, c.want)
		}
	}
}

func TestCallers(t *testing.T) {
	for in, want := range map[string]string{
		"": Anonymous, "\xff": Anonymous, "Anonymous": Anonymous, "unavailable": Anonymous, "alice": "alice", "62345678": "055162345678",
		"+8613855112345": "13855112345", "110": "110", "+4930123456": "+4930123456",
	} {
		if got := Caller(in, "0551"); got != want {
			t.Errorf("caller %q is %q, want %q", in, got, want)
		}
	}
	long := make([]byte, 1000)
	for i := range long {
		long[i] = "合肥"[i%6]
	}
	if got := Caller(string(long), ""); len(got) > maxCaller || got[:6] != "合肥" {
		t.Errorf("a caller of 1,000 bytes is %q", got)
	}
}

func TestAreaCodesAreReadFromNationalNumbers(t *testing.T) {
	for in, want := range map[string]int{
		"055112315": 4, "01012345": 3, "02112345": 3, "12315": 0, "13855112345": 0, "+85223456789": 0, "00": 0, "": 0, "*11": 0, "0000000": 0,
	} {
		if got := AreaLen(in); got != want {
			t.Errorf("area code of %q has %d digits, want %d", in, got, want)
		}
	}
	for in, want := range map[string]bool{
		"0551": true, "010": true, "021": true, "011": false, "0211": false, "551": false, "00": false, "0012": false, "05510": false, "055x": false, "": false,
	} {
		if IsArea(in) != want {
			t.Errorf("%q is an area code: %v", in, !want)
		}
	}
	if !Mobile("13855112345") || Mobile("12055112345") || Mobile("055162345678") {
		t.Error("mobiles are not told from others")
	}
}

func FuzzNormalise(f *testing.F) {
	for _, s := range []string{"12315", "+8655112315", "008655112315", "0551-12315", "%2a11", "+868686", "+86008612345", "alice", "0186123456789"} {
		f.Add(s, true)
	}
	f.Fuzz(func(t *testing.T, s string, inArea bool) {
		area := ""
		if inArea {
			area = "0551"
		}
		once := National(s, area)
		if again := National(once, area); again != once {
			t.Errorf("%q becomes %q, and that %q", s, once, again)
		}
		var room [2 * MaxDigits]byte
		if n, ok := Append(room[:0], s, area); ok {
			for i, c := range n {
				if (c < '0' || c > '9') && c != '*' && c != '#' && (c != '+' || i > 0) {
					t.Errorf("%q has the national form %q", s, n)
				}
			}
			if len(n) == 0 || len(n) > MaxDigits+4 {
				t.Errorf("%q has a national form of %d digits", s, len(n))
			}
		}
		if c := Caller(s, area); c == "" && s != "" && National(s, area) == s && len(s) < maxCaller && IsNumber(s) {
			t.Errorf("caller %q is lost", s)
		}
		AreaLen(once)
		Mobile(once)
	})
}
