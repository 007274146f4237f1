package plan

import (
	"encoding/csv"
	"slices"
	"strings"
	"testing"

	"github.com/hotline12345/hotline/config"
	"github.com/hotline12345/hotline/numbering"
)

// province is the embedded plan with trunks, counties and numbers that show
// what resolving can meet.
func province(t testing.TB) *Compiled {
	p, faults := config.Parse(config.Anhui())
	if faults != nil {
		t.Fatal(faults)
	}
	p.Cities.Set("肥西县", config.City{Area: "0551", Parent: "合肥"})
	p.Cities.Set("利辛县", config.City{Parent: "亳州"})
	p.Numbers.Set("62880315", config.Number{City: "芜湖"})
	p.Numbers.Set("055162880316", config.Number{})
	p.Numbers.Set("13905510000", config.Number{City: "肥西县"})
	dids := config.Table[config.DID]{
		{Name: "62880366", Value: config.DID{Number: "12366", City: "亳州"}},
		{Name: "0551-62880333", Value: config.DID{Number: "12333"}},
		{Name: "12348", Value: config.DID{Number: "12348", City: "铜陵"}},
	}
	p.Trunks.Set("telecom", config.Trunk{Area: "0551", DIDs: dids})
	p.Trunks.Set("wuhu", config.Trunk{Area: "0553", City: "芜湖"})
	p.Trunks.Set("border", config.Trunk{Area: "025"})
	prefixes, bad := numbering.ParsePrefixes([]byte("1385511,合肥\n1385530,芜湖市\n1395671,亳州\n1395672,利辛县\n1380000,北京\n"))
	if len(bad) > 0 {
		t.Fatal(bad)
	}
	c, faults := Compile(p, Surroundings{Prefixes: prefixes}, 1)
	if faults != nil {
		t.Fatal(faults)
	}
	return c
}

func TestEveryWayOfDiallingIsOneNumber(t *testing.T) {
	c := province(t)
	for _, dialled := range []string{"12315", "055112315", "0551-12315", "(0551)12315", "+8655112315", "+86-551-12315", "008655112315", "8655112315", "+8612315", "%2B8655112315"} {
		r := c.Resolve(&Asked{Trunk: "telecom", Dialled: []string{dialled}})
		if r.Number == nil || r.Number.Number != "12315" || r.Dialled != dialled || r.City != "合肥" {
			t.Errorf("%q is %+v", dialled, r)
		}
	}
	for dialled, want := range map[string]string{
		"62880315": "", "055362880315": "62880315", "+8655362880315": "62880315", "62880316": "055162880316", "055162880316": "055162880316",
		"013905510000": "13905510000", "8613905510000": "13905510000", "01012345": "", "055112345": "12345", "02512345": "", "99999": "",
		"+85212345": "", "alice": "", "": "", "*11": "", "0551*11": "", "1234": "", "055": "", "0551": "",
	} {
		r := c.Resolve(&Asked{Trunk: "telecom", Dialled: []string{dialled}})
		if got := r.Number; (got == nil) != (want == "") || got != nil && got.Number != want {
			t.Errorf("%q is %+v, want %q", dialled, r, want)
		}
	}
	if r := c.Resolve(&Asked{Trunk: "border", Dialled: []string{"02512345"}}); r.Number == nil || r.City != "合肥" || r.By != ByHome {
		t.Errorf("the code of the trunk itself: %+v", r)
	}
	if r := c.Resolve(&Asked{Dialled: []string{"%2a11"}}); r.Number == nil || !r.Number.Service {
		t.Errorf("*11 from a phone: %+v", r)
	}
	if r := c.Resolve(&Asked{Trunk: "telecom", Dialled: []string{"13800000000", "12331", "12345"}}); r.Number == nil || r.Number.Number != "12331" {
		t.Errorf("the first of the ledger counts: %+v", r)
	}
}

func TestWhoseCallItIs(t *testing.T) {
	c := province(t)
	for _, x := range []struct {
		what  string
		asked Asked
		city  string
		by    Evidence
		open  string
	}{
		{"nothing", Asked{}, "合肥", ByHome, ""},
		{"a caller from elsewhere", Asked{Caller: "01062345678"}, "合肥", ByHome, ""},
		{"the code dialled", Asked{Dialled: []string{"055312345"}, Caller: "055162345678"}, "芜湖", ByArea, ""},
		{"a fixed line", Asked{Caller: "05532345678"}, "芜湖", ByCaller, ""},
		{"a mobile", Asked{Caller: "13855301234"}, "芜湖", ByPrefix, ""},
		{"a mobile of no city of ours", Asked{Caller: "13800001234"}, "合肥", ByHome, ""},
		{"a mobile without a city", Asked{Caller: "13911111234"}, "合肥", ByHome, ""},
		{"a county's mobile", Asked{Caller: "13956721234"}, "利辛县", ByPrefix, ""},
		{"the default of two", Asked{Dialled: []string{"055812345"}, Caller: "13956711234"}, "阜阳", ByArea, ""},
		{"a caller of two cities", Asked{Caller: "05582345678"}, "阜阳", ByCaller, ""},
		{"a trunk's", Asked{Trunk: "wuhu", Dialled: []string{"055112345"}, Caller: "055162345678"}, "芜湖", ByTrunk, ""},
		{"a number's", Asked{Trunk: "wuhu", Dialled: []string{"13905510000"}}, "肥西县", ByNumber, ""},
		{"a fixed number's code", Asked{Dialled: []string{"055162880316"}, Caller: "05532345678"}, "合肥", ByArea, ""},
		{"a DID", Asked{Trunk: "telecom", Dialled: []string{"055162880366"}, Caller: "055162345678"}, "亳州", ByDID, ""},
		{"a DID of its own number", Asked{Trunk: "telecom", Dialled: []string{"12348"}}, "铜陵", ByDID, ""},
		{"a DID behind a header", Asked{Trunk: "telecom", Dialled: []string{"12315"}, Called: "62880366"}, "亳州", ByDID, ""},
		{"a DID without a city", Asked{Trunk: "telecom", Dialled: []string{"+8655162880333"}, Caller: "05532345678"}, "芜湖", ByCaller, ""},
	} {
		if x.asked.Dialled == nil {
			x.asked.Dialled = []string{"12345"}
		}
		if r := c.Resolve(&x.asked); r.Number == nil || r.City != x.city || r.By != x.by || r.Open != x.open {
			t.Errorf("%s: %+v of %v", x.what, r, r.Number)
		}
	}
	if r := c.Resolve(&Asked{Trunk: "telecom", Called: "62880366"}); r.Number == nil || r.Number.Number != "12366" || r.Dialled != "62880366" {
		t.Errorf("a DID that no source names: %+v", r)
	}
	if r := c.Resolve(&Asked{Trunk: "wuhu", Dialled: []string{"62880366"}}); r.Number != nil {
		t.Errorf("another trunk's DID: %+v", r)
	}
}

func TestACodeWithoutADefaultLeavesTheCityOpen(t *testing.T) {
	p, _ := config.Parse(config.Anhui())
	p.Cities.Get("阜阳").Default = false
	p.Cities.Set("利辛县", config.City{Parent: "亳州"})
	prefixes, _ := numbering.ParsePrefixes([]byte("1395671,亳州\n1395672,利辛县\n1385511,合肥\n"))
	c, faults := Compile(p, Surroundings{Prefixes: prefixes}, 1)
	if faults != nil {
		t.Fatal(faults)
	}
	for _, x := range []struct {
		dialled, caller, city, open string
	}{
		{"055812345", "", "", "0558"},
		{"055812345", "05582345678", "", "0558"},
		{"055812345", "055162345678", "", "0558"}, // his code is none of the two
		{"055812345", "13855111234", "", "0558"},
		{"055812345", "13956711234", "亳州", ""},
		{"055812345", "13956721234", "利辛县", ""},
		{"12345", "05582345678", "", "0558"},
		{"055112345", "05582345678", "合肥", ""},
	} {
		r := c.Resolve(&Asked{Dialled: []string{x.dialled}, Caller: x.caller})
		if r.City != x.city || r.Open != x.open {
			t.Errorf("%s from %q: %+v", x.dialled, x.caller, r)
		}
	}
	if got := c.Sharing("0558"); !slices.Equal(got, []string{"阜阳", "亳州"}) || c.Sharing("0999") != nil {
		t.Errorf("0558 is shared by %q", got)
	}
}

func TestACountyFoldsIntoItsCity(t *testing.T) {
	p, _ := config.Parse(config.Anhui())
	p.Cities.Get("亳州").Queue = "market"
	p.Cities.Set("利辛县", config.City{Parent: "亳州"})
	p.Cities.Set("涡阳县", config.City{Parent: "亳州", Queue: "general"})
	c, faults := Compile(p, Surroundings{}, 1)
	if faults != nil {
		t.Fatal(faults)
	}
	if a, b := c.City("利辛县"), c.City("涡阳县"); a.Queue != "market" || a.Area != "0558" || b.Queue != "general" || c.City("北京") != nil {
		t.Errorf("counties: %+v, %+v", a, b)
	}
	if len(c.Sharing("0558")) != 2 {
		t.Errorf("counties count among the cities of 0558: %q", c.Sharing("0558"))
	}
}

func TestTheEmbeddedPlanHasEachCity(t *testing.T) {
	rows, err := csv.NewReader(strings.NewReader(sixteen)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	c, faults := compile(t, config.Anhui())
	if faults != nil {
		t.Fatal(faults)
	}
	for _, row := range rows {
		if city := c.City(row[0]); city == nil || city.Area != row[1] {
			t.Errorf("%s is %+v", row[0], city)
		}
	}
	if len(rows) != 16 || len(c.Source.Cities) != 16 || c.Source.Home != "合肥" || c.Area() != "0551" {
		t.Errorf("%d cities, home %s", len(c.Source.Cities), c.Source.Home)
	}
}

// sixteen are the province's, with their area codes.
const sixteen = `合肥,0551
滁州,0550
蚌埠,0552
芜湖,0553
淮南,0554
马鞍山,0555
安庆,0556
宿州,0557
阜阳,0558
亳州,0558
黄山,0559
淮北,0561
铜陵,0562
宣城,0563
六安,0564
池州,0566`

func FuzzResolve(f *testing.F) {
	c := province(f)
	for _, s := range []string{"12315", "055812345", "+8655112315", "008655112315", "62880366", "0551-12345", "*11", "%2a11", "alice", "", "+868686"} {
		f.Add("telecom", s, "12345", "05582345678")
		f.Add("", "12345", s, s)
	}
	f.Fuzz(func(t *testing.T, trunk, dialled, called, caller string) {
		asked := Asked{Trunk: trunk, Dialled: []string{dialled, called}, Called: called, Caller: caller}
		r := c.Resolve(&asked)
		switch {
		case r.Number == nil:
			if r != (Resolved{}) {
				t.Errorf("no number, but %+v", r)
			}
		case c.Number(r.Number.Number) != r.Number, r.Number.Service && trunk != "", r.Dialled != dialled && r.Dialled != called:
			t.Errorf("%+v of %+v", r, asked)
		case (r.City == "") == (r.Open == ""), (r.City == "") != (r.By == ""), r.City != "" && c.City(r.City) == nil:
			t.Errorf("whose it is: %+v of %+v", r, asked)
		}
		if form := numbering.National(dialled, ""); form != dialled {
			asked.Dialled[0] = form // each number's one form is as good as what was written
			if again := c.Resolve(&asked); again.Number != r.Number || again.City != r.City {
				t.Errorf("%q is %+v, but %q is %+v", dialled, r, form, again)
			}
		}
	})
}

func BenchmarkResolve(b *testing.B) {
	c := province(b)
	for name, asked := range map[string]Asked{
		"short":   {Trunk: "telecom", Dialled: []string{"12315"}, Called: "12315", Caller: "13855301234"},
		"area":    {Trunk: "telecom", Dialled: []string{"13800000000", "+86-551-12315"}, Called: "12345", Caller: "055162345678"},
		"did":     {Trunk: "telecom", Dialled: []string{"62880366"}, Called: "62880366", Caller: "13855301234"},
		"unknown": {Trunk: "telecom", Dialled: []string{"1", "2", "3", "4", "+8655199999"}, Called: "5", Caller: "13855301234"},
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				c.Resolve(&asked)
			}
		})
	}
}
