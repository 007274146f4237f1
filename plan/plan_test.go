package plan

import (
	"testing"

	"github.com/hotline12345/hotline/config"
)

func compile(t *testing.T, data []byte) (*Compiled, config.Faults) {
	t.Helper()
	p, faults := config.Parse(data)
	if faults != nil {
		t.Fatal(faults)
	}
	return Compile(p, around(), 7)
}

func around() Surroundings {
	return Surroundings{Interfaces: []string{"main", "carrier"}}
}

func TestTheEmbeddedPlanCompilesWithTheWholeLedger(t *testing.T) {
	c, faults := compile(t, config.Anhui())
	if faults != nil {
		t.Fatal(faults)
	}
	for dialled, want := range map[string]string{
		"12345": "12345", "055112345": "12345", "+8655112315": "12315", "008655112315": "12315", "12356": "12356", "96119": "96119",
		"*11": "*11", "12": "", "0551": "", "": "", "+86": "", "99999": "", "0123": "",
	} {
		n := c.Resolve(&Asked{Dialled: []string{dialled}}).Number
		if (n == nil) != (want == "") || n != nil && n.Number != want {
			t.Errorf("%q resolves to %+v, want %q", dialled, n, want)
		}
	}
	for _, row := range c.Source.Numbers {
		n := c.Resolve(&Asked{Trunk: "telecom", Dialled: []string{row.Name}}).Number
		if n == nil || c.Flow(n.Flow) == nil {
			t.Errorf("%s has no flow", row.Name)
		}
	}
}

func TestAPlanHoldsNoPasswords(t *testing.T) {
	p, _ := config.Parse(config.Anhui())
	p.Phones.Set("8001", config.Phone{Password: "geheim"})
	_, faults := Compile(p, around(), 1)
	if len(faults) != 1 || faults[0].Path != "phones.8001.password" {
		t.Errorf("faults: %v", faults)
	}
}

func TestServiceFlowsAreInEveryPlan(t *testing.T) {
	c, faults := compile(t, []byte("skills: [x]"))
	if faults != nil {
		t.Fatal(faults)
	}
	for _, n := range []string{LoginNumber, LogoutNumber, PauseNumber, ResumeNumber} {
		if number := c.Resolve(&Asked{Dialled: []string{n}}).Number; number == nil || !number.Service || c.Flow(number.Flow) == nil {
			t.Errorf("%s leads nowhere", n)
		}
	}
}
