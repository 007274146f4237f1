package plan

import (
	"slices"
	"strings"
	"testing"

	"github.com/hotline12345/hotline/config"
	"github.com/hotline12345/hotline/ivr"
	"github.com/hotline12345/hotline/ivr/prompt"
)

// TestHeardIsAllThatFlowsLeadTo: menus, spelled numbers, cities, and no end in
// flows that lead to one another.
func TestHeardIsAllThatFlowsLeadTo(t *testing.T) {
	c := &Compiled{
		Source: &config.Plan{
			Cities:  config.Table[config.City]{{Name: "合肥"}, {Name: "芜湖"}},
			Numbers: config.Table[config.Number]{{Name: "12345"}, {Name: "12331"}},
		},
		areas:   []string{"0551", "0558"},
		numbers: map[string]*Number{"12345": {Number: "12345", Flow: "hotline"}, "12331": {Number: "12331", Flow: "moved"}},
		flows: map[string]*ivr.Flow{
			"hotline": {Steps: []ivr.Step{
				{Name: "greet", Kind: ivr.Play, Clips: []string{"greeting", "recorded"}},
				{Name: "key", Kind: ivr.Menu, Clips: []string{"zone-key"}, Choices: []ivr.Choice{{Digit: '1', Flow: "zone"}, {Digit: '2', Flow: "hotline"}}},
				{Name: "wait", Kind: ivr.Music, Clips: []string{"music"}},
			}},
			"zone":         {Steps: []ivr.Step{{Name: "wait", Kind: ivr.Music, Clips: []string{"music"}}, {Name: "end", Kind: ivr.Hangup}}},
			"hotline@芜湖":   {Steps: []ivr.Step{{Name: "greet", Kind: ivr.Play, Clips: []string{"wuhu"}}}},
			"hotline?0558": {Steps: []ivr.Step{{Name: "ask", Kind: ivr.Menu, Clips: []string{"area-0558"}, Choices: []ivr.Choice{{Digit: '1', Flow: "fuyang"}}}}},
			"fuyang":       {Steps: []ivr.Step{{Name: "city", Kind: ivr.City, City: "阜阳"}, {Name: "greet", Kind: ivr.Play, Clips: []string{"greeting"}}}},
			"moved":        {Steps: []ivr.Step{{Name: "say", Kind: ivr.Play, Clips: []string{"moved-1", ivr.Dialled, "moved-2"}}}},
		},
	}
	var got []string
	for _, h := range c.Heard() {
		got = append(got, strings.Join([]string{h.Number, h.City + h.Area, h.Flow, h.Step, h.Clip}, " "))
	}
	want := []string{
		"12345  hotline greet greeting", "12345  hotline greet recorded", "12345  hotline key zone-key", "12345  zone wait music", "12345  hotline wait music",
		"12345 芜湖 hotline@芜湖 greet wuhu", "12345 0558 hotline?0558 ask area-0558", "12345 阜阳 fuyang greet greeting",
		"12331  moved say moved-1", "12331  moved say digit-yao", "12331  moved say digit-2", "12331  moved say digit-3", "12331  moved say moved-2",
	}
	if !slices.Equal(got, want) {
		t.Errorf("heard is\n%s\nnot\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// TestTheLedgerCanBeSpoken: each number that keeps its greeting has one that
// spells it, each department has a clip.
func TestTheLedgerCanBeSpoken(t *testing.T) {
	p, faults := config.Parse(config.Anhui())
	if faults != nil {
		t.Fatal(faults)
	}
	spoken := map[string]string{}
	for _, text := range prompt.Texts() {
		spoken[text.Name] = text.Text
	}
	greeted, departments := 0, 0
	for _, row := range p.Numbers {
		if mode := row.Value.Mode; mode == "dual" || mode == "subcenter" {
			greeted++
			digits := ""
			for _, clip := range prompt.Number(row.Name) {
				digits += spoken[clip]
			}
			if text := spoken["greeting-"+row.Name]; !strings.HasPrefix(text, "您好，这里是"+digits) || !strings.HasSuffix(text, "热线。") || strings.Count(text, digits) != 1 {
				t.Errorf("%s greets with %q", row.Name, text)
			}
		}
		if name := row.Value.Department; name != "" && !strings.HasPrefix(name, "各级") {
			departments++
			if _, ok := prompt.Department(name); !ok {
				t.Errorf("no clip says %s", name)
			}
		}
	}
	if greeted != 19 || departments < 32 {
		t.Errorf("%d greetings, %d departments", greeted, departments)
	}
	for _, name := range strings.Fields("moved-1 moved-2 moved-dept-1 moved-dept-2 changed-1 changed-2 transition-1 transition-2 takeover takeover-closed " +
		"takeover-busy returned transfer-failed transferring channels-busy zone-key area-0558 from-110 from-119 from-120 from-122 greeting-zone crisis") {
		if _, ok := prompt.Samples(name); !ok {
			t.Errorf("there is no clip %s", name)
		}
	}
}

func TestSoundsAreChecked(t *testing.T) {
	p := &config.Plan{Sounds: config.Table[string]{{Name: "a/b", Value: "您好"}, {Name: "silent", Value: " "}, {Name: "lines", Value: "一\n二"}, {Name: "long", Value: strings.Repeat("长", 501)}, {Name: "good", Value: "您好。"}}}
	_, faults := Compile(p, Surroundings{}, 1)
	text := faults.Error()
	for _, want := range []string{"sounds.a/b: a clip's name", "sounds.silent: has no text", "sounds.lines: the text is one line", "sounds.long: says more than 500"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in\n%s", want, text)
		}
	}
	if strings.Contains(text, "sounds.good") {
		t.Error(text)
	}
}
