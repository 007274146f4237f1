package plan

import (
	"fmt"
	"testing"

	"github.com/hotline12345/hotline/config"
)

// A number is found in each form in which it may be dialled, and asks for its
// skills wherever it is waited for.
func TestATransferFindsANumberInEachForm(t *testing.T) {
	source, faults := config.Parse([]byte(`
home: 合肥
cities: {合肥: {area: "0551"}, 芜湖: {area: "0553"}}
skills: [market, english]
trunks: {a: {match: [10.0.0.0/8], peers: [{address: "10.1.1.1:5060"}]}}
queues: {general: {}, market: {}, tax: {kind: subcenter, destination: tax}}
destinations:
  tax: {trunk: a, number: "12366"}
  labour: {trunk: a, number: "055162345678"}
  "110": {kind: emergency, trunk: a, number: "110"}
flows: {hotline: [answer, {queue: {name: general, skills: {english: 2}}}, music]}
numbers:
  "12345": {flow: hotline}
  "12315": {mode: dual, queue: market, skills: {market: 5}}
  "12366": {mode: subcenter, destination: tax}
  "12333": {mode: dual, seats: retained, destination: labour}
`))
	if faults != nil {
		t.Fatal(faults)
	}
	c, faults := Standing(source, Surroundings{}, 1)
	if faults != nil {
		t.Fatal(faults)
	}
	const market, tax, labour = "market [{market 5} {english 2}]", "tax []", "→labour []"
	for to, want := range map[string]string{
		"12315": market, "055112315": market, "0551-12315": market, "+8655112315": market, "0553-12315": market, "market": "market []",
		"12366": tax, "055112366": tax, "tax": tax, "TAX": tax,
		"12333": labour, "labour": labour, "055162345678": labour, "62345678": labour, "+86-551-6234-5678": labour,
		"110": "→110 []", "0551110": "→110 []", "12345": "general [{english 2}]",
		"119": "", "nobody": "", "*11": "", "": "", "055362345678": "",
	} {
		got := ""
		if found, ok := c.TransferTo(to); ok {
			if got = found.Queue; got == "" {
				got = "→" + found.Target.Destination
			}
			got += fmt.Sprint(" ", found.Needs)
		}
		if got != want {
			t.Errorf("%q is %q, must be %q", to, got, want)
		}
	}
}
