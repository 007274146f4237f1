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
	return Compile(p, Surroundings{Interfaces: []string{"main", "carrier"}, Areas: config.Areas()}, 7)
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
		n, _ := c.Resolve(dialled, "0551")
		if (n == nil) != (want == "") || n != nil && n.Number != want {
			t.Errorf("%q resolves to %+v, want %q", dialled, n, want)
		}
	}
	for _, row := range c.Source.Numbers {
		n, _ := c.Resolve(row.Name, "")
		if n == nil || c.Flow(n.Flow) == nil {
			t.Errorf("%s has no flow", row.Name)
		}
	}
	if _, area := c.Resolve("055212345", "0551"); area != "0552" {
		t.Errorf("the area code dialled says whose it is: %q", area)
	}
}

func TestANumbersQueueGoesBeforeItsFlows(t *testing.T) {
	p, _ := config.Parse(config.Anhui())
	p.Numbers.Set("96900", config.Number{Flow: "hotline", Queue: "market"})
	c, faults := Compile(p, Surroundings{Areas: config.Areas()}, 1)
	if faults != nil {
		t.Fatal(faults)
	}
	if n, _ := c.Resolve("96900", ""); n == nil || n.Queue != "market" || n.Flow != "hotline" {
		t.Errorf("96900 is %+v", n)
	}
}

func TestAPlanHoldsNoPasswords(t *testing.T) {
	p, _ := config.Parse(config.Anhui())
	p.Phones.Set("8001", config.Phone{Password: "geheim"})
	_, faults := Compile(p, Surroundings{Areas: config.Areas()}, 1)
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
		if number, _ := c.Resolve(n, ""); number == nil || !number.Service || c.Flow(number.Flow) == nil {
			t.Errorf("%s leads nowhere", n)
		}
	}
}
