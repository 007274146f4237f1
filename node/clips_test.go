package node

import (
	"bytes"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/hotline12345/hotline/config"
	"github.com/hotline12345/hotline/ivr/prompt"
	"github.com/hotline12345/hotline/plan"
)

// folder is a node that has a data folder and nothing else, and what it logs.
func folder(t *testing.T) (*Node, *bytes.Buffer) {
	t.Helper()
	log := &bytes.Buffer{}
	n := &Node{o: Options{Data: t.TempDir(), Log: slog.New(slog.NewTextHandler(log, nil))}}
	if err := os.Mkdir(n.prompts(), 0o755); err != nil {
		t.Fatal(err)
	}
	return n, log
}

func (n *Node) put(t *testing.T, name string, wav []byte) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(n.prompts(), name), wav, 0o644); err != nil {
		t.Fatal(err)
	}
}

func (n *Node) plays(name string) string {
	samples, _ := n.clips.samples(name)
	return string(samples)
}

func TestRecordingsAreSwappedWhole(t *testing.T) {
	n, log := folder(t)
	n.put(t, "greeting.wav", prompt.Encode([]byte("one")))
	n.firstPrompts()
	own, _ := prompt.Samples("recorded")
	if n.plays("greeting") != "one" || n.plays("recorded") != string(own) || n.plays("notice") != "" || log.Len() > 0 {
		t.Fatalf("%q is played; %s", n.plays("greeting"), log)
	}
	n.put(t, "greeting.wav", prompt.Encode([]byte("two")))
	n.put(t, "notice.wav", prompt.Encode([]byte("three")))
	n.put(t, "readme.txt", []byte("not asked for"))
	if n.plays("greeting") != "one" {
		t.Error("a recording was taken before it was asked for")
	}
	loaded, err := n.ReloadPrompts()
	if err != nil || loaded.Own != 2 || loaded.Clips != len(prompt.Names())+1 {
		t.Fatalf("%+v, %v", loaded, err)
	}
	if n.plays("greeting") != "two" || n.plays("notice") != "three" || !slices.Contains(n.Surroundings().Clips, "notice") {
		t.Error("the new recordings are not played")
	}

	n.put(t, "greeting.wav", prompt.Encode([]byte("four")))
	n.put(t, "recorded.wav", []byte("ID3 no WAV"))
	n.put(t, "refused.wav", make([]byte, largestPrompt+1))
	_, err = n.ReloadPrompts()
	faults, ok := errors.AsType[config.Faults](err)
	if !ok || len(faults) != 2 || faults[0].Path != "recorded.wav" || !strings.Contains(faults[1].Text, "at most") {
		t.Errorf("%v", err)
	}
	if n.plays("greeting") != "two" || n.plays("recorded") != string(own) {
		t.Error("half of it was taken")
	}
	// A start takes what there is, and says what it does not.
	n.firstPrompts()
	if n.plays("greeting") != "four" || n.plays("recorded") != string(own) || !strings.Contains(log.String(), "recorded.wav") {
		t.Errorf("a start plays %q; %s", n.plays("greeting"), log)
	}
}

// TestARecordingThatHasGoneKeepsNoServerFromStarting: its plan is compiled all
// the same, though a change with such a clip is refused.
func TestARecordingThatHasGoneKeepsNoServerFromStarting(t *testing.T) {
	document := []byte("flows: {hotline: [answer, {play: gone}]}\nnumbers: {\"12345\": {flow: hotline}}")
	if _, faults := compile(document, plan.Surroundings{}, 1); faults != nil {
		t.Error(faults)
	}
	p, _ := config.Parse(document)
	if _, faults := plan.Compile(p, plan.Surroundings{}, 1); len(faults) != 1 || !strings.Contains(faults.Error(), `unknown clip "gone"`) {
		t.Error(faults)
	}
	p.Sounds.Set("gone", "您好。")
	if _, faults := plan.Compile(p, plan.Surroundings{}, 1); faults != nil {
		t.Error(faults)
	}
}
