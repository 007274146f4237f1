package numbering

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestPrefixesTellCitiesAndBadLinesAreNamed(t *testing.T) {
	p, bad := ParsePrefixes([]byte("\ufeff号段,城市\r\n1385511,合肥\r\n\"1385530\", \"芜湖\"\r\n\r\n# a word\n1385512,合肥\n138551,合肥\n13855x1,合肥\n" +
		"1385513\n1385514,\n1385511,芜湖\n1385511,合肥\n2385511,合肥\n1385515,\xba\xcf\xb7\xca\n1300000,亳州"))
	var lines []string
	for _, b := range bad {
		lines = append(lines, b.String())
	}
	if want := []string{
		`line 7: prefix "138551" has not seven digits`, `line 8: prefix "13855x1" has not seven digits`,
		`line 9: "1385513" has no comma: write it like 1385511,合肥`, `line 10: "" is no city's name`,
		`line 11: prefix 1385511 is 合肥's already`, `line 13: prefix "2385511" is no mobile's`,
		`line 14: is not UTF-8: save the file as UTF-8`,
	}; !slices.Equal(lines, want) {
		t.Errorf("bad lines:\n%s\nwant\n%s", strings.Join(lines, "\n"), strings.Join(want, "\n"))
	}
	for number, want := range map[string]string{
		"13855112345": "合肥", "13855302345": "芜湖", "13855122345": "合肥", "13000001234": "亳州",
		"13855132345": "", "055162345678": "", "1385511": "", "": "",
	} {
		i, ok := p.Find(number)
		if ok != (want != "") || ok && p.Names()[i] != want {
			t.Errorf("%q is of city %d %v, want %q", number, i, ok, want)
		}
	}
	if p.Len() != 4 {
		t.Errorf("%d prefixes, want 4", p.Len())
	}
	if _, ok := (*Prefixes)(nil).Find("13855112345"); ok || (*Prefixes)(nil).Len() != 0 {
		t.Error("no table knows a city")
	}
	if _, bad := ParsePrefixes([]byte("1385511 合肥")); len(bad) != 1 {
		t.Error("a bad first line is taken for a heading")
	}
}

func TestHalfAMillionPrefixesAreFine(t *testing.T) {
	var b strings.Builder
	for i := range 500_000 {
		fmt.Fprintf(&b, "%d,城%d\n", 1999999-i, i%340)
	}
	began := time.Now()
	p, bad := ParsePrefixes([]byte(b.String()))
	if took := time.Since(began); took > 5*time.Second || len(bad) > 0 || p.Len() != 500_000 {
		t.Fatalf("%d prefixes and %d bad lines in %v", p.Len(), len(bad), took)
	}
	for _, i := range []int{0, 1, 250_000, 499_999} {
		city, ok := p.Find(fmt.Sprint(1999999-i) + "0000")
		if !ok || p.Names()[city] != fmt.Sprintf("城%d", i%340) {
			t.Errorf("prefix %d is of %d %v", 1999999-i, city, ok)
		}
	}
}

func FuzzPrefixes(f *testing.F) {
	f.Add([]byte("prefix,city\n1385511,合肥\n1385511,芜湖\n"))
	f.Add([]byte("\xff\n1,2,3\n\"1385511\",\"x\""))
	f.Fuzz(func(t *testing.T, data []byte) {
		p, bad := ParsePrefixes(data)
		if !slices.IsSorted(p.keys) || len(p.keys) != len(p.city) {
			t.Fatal("the table is not in order")
		}
		lines := strings.Count(string(data), "\n") + 1
		if p.Len()+len(bad) > lines {
			t.Fatalf("%d prefixes and %d bad lines of %d", p.Len(), len(bad), lines)
		}
		for i, key := range p.keys {
			city, ok := p.Find(fmt.Sprint(key) + "0000")
			if !ok || city != int(p.city[i]) {
				t.Fatalf("prefix %d is not found again", key)
			}
		}
	})
}
